"""The passages of a build in SQLite: texts stay on disk, filters become sets of rows. The one owner of sqlite3."""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import IndexFolderError
from rag.documents import person_from_json, person_to_json
from rag.filters import Filters
from rag.records import MEDEDELING, Kamervraag, Mededeling, Passage, Vraag
from rag.statistics import ministry_of

FILE = "passages.sqlite"
Rows = NDArray[np.int64]
Selection = Filters | Sequence[str]
"""Passages to count or list: those that pass filters, or those with these ids."""

_REMEMBERED = 16
"""Filters whose rows are remembered: half a million rows take half a second to list."""

_PAGE = 16_384
"""Bytes; in smaller pages the ends that no text fits into are a tenth of the file."""

_AT_A_TIME = 1000
"""Passages read at a time where all are."""

_DAY = "coalesce(answered, asked)"
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

_STORED = "SELECT documents.json, vragen.json FROM vragen JOIN documents ON documents.number = vragen.document"


class PassageStore:
    """Passages by row and by id, and the rows that a filter leaves. Threads share it and read one at a time.

    (Two at once could wait for each other for ever: SQLite's own lock is held while `ministry` waits for Python's, and
    a second thread holds Python's while it waits for SQLite's.)
    """

    def __init__(self, path: Path) -> None:
        """Open a store that `write_store` wrote, read-only.

        Raises:
            IndexFolderError: The file cannot be opened.
        """
        self.path = path
        self._rows: dict[Filters, Rows] = {}
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._closed = weakref.finalize(self, self._db.close)
            self._db.create_function("ministry", 1, lru_cache(ministry_of), deterministic=True)
            self._values: dict[str, dict[str, int]] = {}  # the file never changes
            ((self.count,),) = self._read("SELECT coalesce(max(row) + 1, 0) FROM vragen")
        except sqlite3.Error as error:
            raise IndexFolderError(f"The passages in {path} cannot be read ({error}); rebuild the index.") from error

    def close(self) -> None:
        """Close the file."""
        self._closed()

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return the passages of the rows, in the order given."""
        return [_passage(*self._read(f"{_STORED} WHERE row = ?", (int(row),))[0]) for row in rows]

    def row(self, passage_id: str) -> int | None:
        """Return the row of a passage, or None."""
        found = self._read("SELECT row FROM vragen WHERE id = ?", (passage_id,))
        return int(found[0][0]) if found else None

    def ids(self, rows: Rows) -> set[str]:
        """Return the ids of the passages of rows."""
        return {self._read("SELECT id FROM vragen WHERE row = ?", (row,))[0][0] for row in rows.tolist()}

    def outline(self) -> list[tuple[str, bytes, int]]:
        """Return of each document, in order: id, hash of its line, number of passages."""
        return self._read("SELECT id, digest, passages FROM documents ORDER BY number")

    def document(self, document: str) -> list[Passage]:
        """Return the passages of a document in order; empty where it is unknown."""
        return [_passage(*parts) for parts in self._read(f"{_STORED} WHERE documents.id = ? ORDER BY row", (document,))]

    def documents(self) -> Iterator[Kamervraag]:
        """Yield every document, put together again from its passages; the days of mededelingen are not stored."""
        parts = f"{_STORED} WHERE row >= ? AND row < ? ORDER BY row"
        stored = (
            _passage(*texts)
            for start in range(0, self.count, _AT_A_TIME)
            for texts in self._read(parts, (start, start + _AT_A_TIME))
        )
        for _, passages in groupby(stored, key=lambda passage: passage.document):
            yield kamervraag_of(list(passages))

    def documents_answered_in(self, answer_id: str) -> list[str]:
        """Return the documents whose answer has this official number, "ah-tk-20212022-2957"."""
        query = """SELECT DISTINCT document FROM facets JOIN passages USING (row)
                   WHERE kind = 'answer_id' AND value = ? ORDER BY row"""
        return [document for (document,) in self._read(query, (answer_id,))]

    def values(self, kind: str) -> dict[str, int]:
        """Return the values of a facet (asker, party, answerer, role, topic) with the number of passages."""
        if kind not in self._values:
            query = "SELECT value, passages FROM totals WHERE kind = ? ORDER BY 2 DESC, 1"
            self._values[kind] = dict(self._read(query, (kind,)))
        return self._values[kind]

    def counts(self, kind: str, selection: Selection) -> dict[str, int]:
        """Return how many selected passages each value of a facet has, most first.

        Args:
            kind: A facet, or "ministry": the portfolios that the roles name.
            selection: Of several parties or ministers, a passage counts once for each.

        Raises:
            FilterError: A filter names what does not occur.
        """
        return dict(self._grouped(kind, "count(DISTINCT row)", selection, "GROUP BY 1 ORDER BY 2 DESC, 1"))

    def months(self, kind: str, selection: Selection) -> list[tuple[str, str, int]]:
        """Return value, month of asking ("2022-03") and number of passages; arguments and errors as for `counts`.

        Where the day of asking is unknown it is the month of answering; passages without a day are left out.
        """
        what = "substr(coalesce(asked, answered), 1, 7) AS month, count(DISTINCT row)"
        return self._grouped(kind, what, selection, "GROUP BY 1, 2 HAVING month IS NOT NULL ORDER BY 2, 1")

    def answer_days(self, selection: Selection) -> list[int]:
        """Return the days from asking to answering of each selected document where both are known, ascending.

        Raises:
            FilterError: A filter names what does not occur.
        """
        where, values = self._where(selection)
        query = f"""SELECT days FROM (SELECT DISTINCT document, julianday(answered) - julianday(asked) AS days
                    FROM passages WHERE {where}) WHERE days >= 0 ORDER BY days"""  # noqa: S608 - fixed clauses
        return [int(days) for (days,) in self._read(query, values)]

    def extent(self, selection: Selection) -> tuple[int, date | None, date | None]:
        """Return how many passages are selected, and the first and last day of answering (else of asking).

        Raises:
            FilterError: A filter names what does not occur.
        """
        where, values = self._where(selection)
        query = f"SELECT count(*), min({_DAY}), max({_DAY}) FROM passages WHERE {where}"  # noqa: S608 - fixed clauses
        ((count, first, last),) = self._read(query, values)
        return count, first and date.fromisoformat(first), last and date.fromisoformat(last)

    def listed(self, selection: Selection, *, newest: bool, start: int, count: int) -> list[Passage]:
        """Return selected passages by day of answering (else of asking), those without a day last.

        Args:
            selection: What to list.
            newest: Whether the newest come first.
            start: How many to leave out before.
            count: How many to return at the most.

        Raises:
            FilterError: A filter names what does not occur.
        """
        where, values = self._where(selection)
        order = f"{_DAY} IS NULL, {_DAY} {'DESC' if newest else 'ASC'}, row"
        query = f"SELECT row FROM passages WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - fixed clauses
        return self.passages([row for (row,) in self._read(query, [*values, count, start])])

    def fictional(self) -> bool:
        """Whether every passage belongs to an invented document."""
        return bool(self.values("topic").get("fictief", 0) == self.count > 0)

    def rows(self, filters: Filters) -> Rows | None:
        """Return the rows that pass all filters, ascending; None where nothing is filtered.

        Raises:
            FilterError: A value does not occur; the message offers the nearest that do.
        """
        if filters in self._rows:
            return self._rows[filters]
        where, values = filters.conditions(self.values)
        if not where:
            return None
        query = f"SELECT row FROM passages WHERE {' AND '.join(where)} ORDER BY row"  # noqa: S608 - fixed clauses
        rows = np.fromiter((row for (row,) in self._read(query, values)), np.int64)
        while len(self._rows) >= _REMEMBERED:
            self._rows.pop(next(iter(self._rows)), None)
        self._rows[filters] = rows
        return rows

    def _grouped(self, kind: str, what: str, selection: Selection, tail: str) -> list[Any]:
        value = "ministry(value)" if kind == "ministry" else "value"
        where, values = self._where(selection)
        query = f"SELECT {value}, {what} FROM facets JOIN passages USING (row) WHERE kind = ? AND {where} {tail}"  # noqa: S608
        return self._read(query, ["role" if kind == "ministry" else kind, *values])

    def _read(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def _where(self, selection: Selection) -> tuple[str, list[str | int]]:
        if not isinstance(selection, Filters):
            return "id IN (SELECT value FROM json_each(?))", [json.dumps(list(selection))]
        where, values = selection.conditions(self.values)
        return " AND ".join(where) or "true", values


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
    stored = json.dumps(_common_to_json(common), ensure_ascii=False)
    values = (number, common.document, document.digest, len(document.passages), *days, stored)
    db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    for place, passage in enumerate(document.passages):
        own = json.dumps(_own_to_json(passage), ensure_ascii=False)
        db.execute(
            "INSERT INTO vragen VALUES (?, ?, ?, ?, ?)",
            (row + place, passage.id, number, int(passage.answer is not None), own),
        )
    marks = [(kind, value, number) for kind, value in sorted(_facets(common))]
    db.executemany("INSERT INTO marks VALUES (?, ?, ?)", marks)


def _common_to_json(passage: Passage) -> dict[str, Any]:
    """Return what all passages of a document share."""
    return {
        "document": passage.document,
        "title": passage.title,
        "asked": passage.asked.isoformat() if passage.asked else None,
        "answered": passage.answered.isoformat() if passage.answered else None,
        "askers": [person_to_json(person) for person in passage.askers],
        "answerers": [person_to_json(person) for person in passage.answerers],
        "topics": list(passage.topics),
        "question_url": passage.question_url,
        "answer_url": passage.answer_url,
        "answer_id": passage.answer_id,
    }


def _own_to_json(passage: Passage) -> dict[str, Any]:
    """Return what a passage has of its own, but for its id and what is empty."""
    own = {
        "number": passage.number,
        "question": passage.question,
        "answer": passage.answer,
        "answered_with": list(passage.answered_with),
        "footnotes": dict(passage.footnotes),
    }
    return {key: value for key, value in own.items() if value or isinstance(value, str)}


def kamervraag_of(passages: Sequence[Passage]) -> Kamervraag:
    """Return the document that passages make, in their order; the days of mededelingen are not stored."""
    first = passages[0]
    vragen = [passage for passage in passages if not passage.number.startswith(MEDEDELING)]
    return Kamervraag(
        id=first.document,
        vragen=tuple(
            Vraag(item.number, item.question, item.answer, item.answered_with, item.footnotes) for item in vragen
        ),
        title=first.title,
        asked=first.asked,
        answered=first.answered,
        askers=first.askers,
        answerers=first.answerers,
        topics=first.topics,
        question_url=first.question_url,
        answer_url=first.answer_url,
        answer_id=first.answer_id,
        mededelingen=tuple(Mededeling(item.answer or "") for item in passages if item.number.startswith(MEDEDELING)),
    )


def _passage(common: str, own: str) -> Passage:
    empty: dict[str, Any] = {"question": None, "answer": None, "answered_with": (), "footnotes": {}}
    item = {**empty, **json.loads(common), **json.loads(own)}
    people = {key: tuple(person_from_json(person, key) for person in item[key]) for key in ("askers", "answerers")}
    days = {key: date.fromisoformat(item[key]) if item[key] else None for key in ("asked", "answered")}
    lists = {key: tuple(item[key]) for key in ("topics", "answered_with")}
    return Passage(**{"id": f"{item['document']}/{item['number']}", **item, **people, **days, **lists})


def _facets(passage: Passage) -> set[tuple[str, str]]:
    facets = {("topic", topic) for topic in passage.topics}
    if passage.answer_id:
        facets.add(("answer_id", passage.answer_id))
    for person in passage.askers:
        facets |= {("asker", person.name)} | ({("party", person.party)} if person.party else set())
    for person in passage.answerers:
        facets |= {("answerer", person.name)} | ({("role", person.role)} if person.role else set())
    return facets
