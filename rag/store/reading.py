"""The passages of a build, read from SQLite: texts stay on disk, filters become sets of rows."""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import IndexFolderError
from rag.filters import Filters
from rag.index import Selection
from rag.records import Kamervraag, Passage
from rag.statistics import ministry_of
from rag.store.form import kamervraag_of, passage_of

Rows = NDArray[np.int64]
_REMEMBERED = 16
"""Filters whose rows are remembered: half a million rows take half a second to list."""

_AT_A_TIME = 1000
"""Passages read at a time where all are."""

_DAY = "coalesce(answered, asked)"
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
        return [passage_of(*self._read(f"{_STORED} WHERE row = ?", (int(row),))[0]) for row in rows]

    def by_id(self, ids: Iterable[str]) -> list[Passage]:
        """Return the passages that exist of those ids, in the order given."""
        return self.passages([row for row in map(self.row, ids) if row is not None])

    def holds(self, filters: Filters) -> bool:
        """Whether any passage passes the filters.

        Raises:
            FilterError: A value does not occur; the message offers the nearest that do.
        """
        rows = self.rows(filters)
        return rows is None or bool(len(rows))

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
        return [
            passage_of(*parts) for parts in self._read(f"{_STORED} WHERE documents.id = ? ORDER BY row", (document,))
        ]

    def documents(self) -> Iterator[Kamervraag]:
        """Yield every document, put together again from its passages; the days of mededelingen are not stored."""
        parts = f"{_STORED} WHERE row >= ? AND row < ? ORDER BY row"
        stored = (
            passage_of(*texts)
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
        """Return the values of a facet (asker, party, answerer, role, topic, document) with the number of passages."""
        if kind == "document":
            return {document: passages for document, _, passages in self.outline() if passages}
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
