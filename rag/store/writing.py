"""Write the passages of a build into SQLite, those of unchanged documents from the store before."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.records import Passage
from rag.store.form import common_to_json, facets_of, own_to_json

_PAGE = 16_384
"""Bytes; in smaller pages the ends that no text fits into are a tenth of the file."""

_SCHEMA = """
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT UNIQUE, digest BLOB, passages INTEGER,
                        asked TEXT, answered TEXT, json TEXT);
CREATE TABLE vragen (row INTEGER PRIMARY KEY, id TEXT UNIQUE, document INTEGER, has_answer INTEGER, json TEXT);
CREATE TABLE marks (kind TEXT, value TEXT, document INTEGER, PRIMARY KEY (kind, value, document)) WITHOUT ROWID;
"""
_VIEWS = """
CREATE INDEX by_document ON vragen (document);
CREATE TABLE totals AS SELECT kind, value, count(*) AS passages FROM marks JOIN vragen USING (document) GROUP BY 1, 2;
CREATE VIEW passages AS
    SELECT vragen.row, vragen.id, documents.id AS document, asked, answered, has_answer
    FROM vragen JOIN documents ON documents.number = vragen.document;
CREATE VIEW facets AS SELECT kind, value, vragen.row FROM marks JOIN vragen USING (document);
"""
"""What is common to a document is stored once; the views show it for each passage."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document to be written.

    Attributes:
        digest: Hash of its line.
        passages: In order, at least one; empty where it is taken over.
        taken: Its place in the store that it is taken over from; None where it is written anew.
    """

    digest: bytes
    passages: Sequence[Passage] = ()
    taken: int | None = None


def write_store(path: Path, documents: Sequence[Stored], earlier: Path | None = None) -> None:
    """Write documents with their passages, rows numbered from 0 in the order given.

    Args:
        path: The file; it must not exist.
        documents: What to write.
        earlier: The store that documents are taken over from.

    Raises:
        OSError: The file cannot be written.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.execute("PRAGMA journal_mode = OFF")  # a build that dies is thrown away
        db.execute("PRAGMA synchronous = OFF")  # flushed when the build is sealed
        if earlier is not None:
            db.execute("ATTACH ? AS earlier", (str(earlier),))
        db.execute("BEGIN")
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        _fill(db, documents)
        for statement in _VIEWS.split(";"):
            db.execute(statement)
        db.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error
    finally:
        db.close()


def _fill(db: sqlite3.Connection, documents: Sequence[Stored]) -> None:
    """Fill the tables, documents that are taken over in runs as long as they come."""
    number = row = 0
    while number < len(documents):
        document = documents[number]
        if document.taken is None:
            _write_document(db, number, row, document)
            number, row = number + 1, row + len(document.passages)
            continue
        end = number + 1
        while end < len(documents) and documents[end].taken == document.taken + end - number:
            end += 1
        row += _take_over(db, (document.taken, document.taken + end - number), number, row)
        number = end


def _take_over(db: sqlite3.Connection, extent: tuple[int, int], number: int, row: int) -> int:
    """Copy documents of the attached store; return how many passages they have."""
    shift = number - extent[0]
    among = "BETWEEN ? AND ?"
    limits = (extent[0], extent[1] - 1)
    (first, last) = db.execute(
        f"SELECT min(row), max(row) FROM earlier.vragen WHERE document {among}",  # noqa: S608 - fixed clauses
        limits,
    ).fetchone()
    db.execute(
        f"""INSERT INTO documents SELECT number + ?, id, digest, passages, asked, answered, json
            FROM earlier.documents WHERE number {among} ORDER BY number""",  # noqa: S608
        (shift, *limits),
    )
    db.execute(
        f"""INSERT INTO vragen SELECT row + ?, id, document + ?, has_answer, json
            FROM earlier.vragen WHERE row {among} ORDER BY row""",  # noqa: S608
        (row - first, shift, first, last),
    )
    db.execute(
        f"INSERT INTO marks SELECT kind, value, document + ? FROM earlier.marks WHERE document {among}",  # noqa: S608
        (shift, *limits),
    )
    return int(last) - int(first) + 1


def _write_document(db: sqlite3.Connection, number: int, row: int, document: Stored) -> None:
    common = document.passages[0]
    days = [day and day.isoformat() for day in (common.asked, common.answered)]
    stored = json.dumps(common_to_json(common), ensure_ascii=False)
    values = (number, common.document, document.digest, len(document.passages), *days, stored)
    db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    for place, passage in enumerate(document.passages):
        own = json.dumps(own_to_json(passage), ensure_ascii=False)
        db.execute(
            "INSERT INTO vragen VALUES (?, ?, ?, ?, ?)",
            (row + place, passage.id, number, int(passage.answer is not None), own),
        )
    marks = [(kind, value, number) for kind, value in sorted(facets_of(common))]
    db.executemany("INSERT INTO marks VALUES (?, ?, ?)", marks)
