"""The passages of a build in Milvus: read by key, listed and counted by what their documents have in common.

A filter goes to the database as an expression over documents; what comes back, one small row each, is counted here and
remembered. Where the local store breaks ties by row, this one does by id.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from embeddings.milvus import Milvus
from rag.filters import Filters
from rag.index import Selection
from rag.records import Kamervraag, Passage
from rag.remote.layout import (
    Names,
    Outline,
    answered_in,
    document_key,
    expression,
    outline_from,
    passage_from,
    passage_key,
)
from rag.statistics import ministry_of
from rag.store import kamervraag_of

_REMEMBERED = 16
_AT_A_TIME = 200
_ministry = lru_cache(ministry_of)

Chosen = list[tuple[Outline, list[str]]]
"""Documents, each with the ids of its selected passages."""


class RemoteStore:
    """Passages by key and by id; `rag.index.Passages` says what each method is for."""

    def __init__(self, milvus: Milvus, names: Names, totals: Mapping[str, Mapping[str, int]], count: int) -> None:
        """Read from the collections of a build.

        Args:
            milvus: The connection.
            names: The collections.
            totals: Of each facet, and of "ministry", the values with the number of passages, most first.
            count: How many passages there are.
        """
        self.count = count
        self._milvus, self._names = milvus, names
        self._totals = {kind: dict(values) for kind, values in totals.items()}
        self._outlines: dict[Filters, list[Outline]] = {}
        self._lock = threading.Lock()

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return the passages of keys, in the order given."""
        keys = list(rows)
        found = self._milvus.get(self._names.windows, keys, ["text"])
        return [passage_from(found[key]) for key in keys]

    def by_id(self, ids: Iterable[str]) -> list[Passage]:
        """Return the passages that exist of those ids, in the order given."""
        keys = [passage_key(name) for name in ids]
        found = self._milvus.get(self._names.windows, keys, ["text"])
        return [passage_from(found[key]) for key in keys if key in found]

    def holds(self, filters: Filters) -> bool:
        """Whether any passage passes the filters.

        Raises:
            FilterError: A filter names what does not occur.
        """
        where = expression(filters, self.values)
        return not where or self._milvus.some(self._names.windows, where)

    def document(self, document: str) -> list[Passage]:
        """Return the passages of a document in order; empty where it is unknown."""
        return [passage for outline in self._of([document]) for passage in self._read(outline)]

    def documents(self) -> Iterator[Kamervraag]:
        """Yield every document, by id; the days of mededelingen are not stored."""
        outlines = self._passing(Filters())
        for start in range(0, len(outlines), _AT_A_TIME):
            run = outlines[start : start + _AT_A_TIME]
            found = {passage.id: passage for passage in self._read(*run)}
            for outline in run:
                yield kamervraag_of([found[name] for name, _ in outline.passages])

    def documents_answered_in(self, answer_id: str) -> list[str]:
        """Return the documents whose answer has this official number, "ah-tk-20212022-2957"."""
        rows = self._milvus.scan(self._names.documents, ["text"], answered_in(answer_id))
        return sorted(outline_from(row).id for row in rows)

    def values(self, kind: str) -> dict[str, int]:
        """Return the values of a facet (asker, party, answerer, role, topic, document) with the number of passages."""
        if kind == "document":
            return {outline.id: len(outline.passages) for outline in self._passing(Filters())}
        return self._totals.get(kind, {})

    def counts(self, kind: str, selection: Selection) -> dict[str, int]:
        """Return how many selected passages each value of a facet has, most first.

        Raises:
            FilterError: A filter names what does not occur.
        """
        if selection == Filters() and kind in self._totals:
            return dict(self._totals[kind])
        return counted(self._chosen(selection), kind)

    def months(self, kind: str, selection: Selection) -> list[tuple[str, str, int]]:
        """Return value, month of asking (else of answering) and number of passages; errors as for `counts`."""
        found: Counter[tuple[str, str]] = Counter()
        for outline, ids in self._chosen(selection):
            day = outline.asked or outline.answered
            for value in _values_of(outline, kind) if day else ():
                found[f"{day:%Y-%m}", value] += len(ids)
        return [(value, month, count) for (month, value), count in sorted(found.items())]

    def answer_days(self, selection: Selection) -> list[int]:
        """Return the days from asking to answering of each selected document, ascending; errors as for `counts`."""
        known = [outline for outline, _ in self._chosen(selection)]
        days = [(item.answered - item.asked).days for item in known if item.answered and item.asked]
        return sorted(count for count in days if count >= 0)

    def extent(self, selection: Selection) -> tuple[int, date | None, date | None]:
        """Return how many passages are selected, and their first and last day; errors as for `counts`."""
        chosen = self._chosen(selection)
        days = [outline.day for outline, _ in chosen if outline.day]
        return sum(len(ids) for _, ids in chosen), min(days, default=None), max(days, default=None)

    def listed(self, selection: Selection, *, newest: bool, start: int, count: int) -> list[Passage]:
        """Return selected passages by day of answering (else of asking), those without a day last.

        Arguments and errors as for `rag.store.PassageStore.listed`.
        """
        sign = -1 if newest else 1
        chosen = sorted(
            self._chosen(selection),
            key=lambda item: (item[0].day is None, sign * item[0].day.toordinal() if item[0].day else 0),
        )
        ids = [name for _, names in chosen for name in names]
        return self.by_id(ids[start : start + count])

    def fictional(self) -> bool:
        """Whether every passage belongs to an invented document."""
        return bool(self.values("topic").get("fictief", 0) == self.count > 0)

    def _read(self, *outlines: Outline) -> list[Passage]:
        return self.by_id(name for outline in outlines for name, _ in outline.passages)

    def _chosen(self, selection: Selection) -> Chosen:
        if isinstance(selection, Filters):
            wanted = selection.answered
            chosen = [
                (outline, [name for name, has in outline.passages if wanted in (None, has)])
                for outline in self._passing(selection)
            ]
        else:
            ids = set(selection)
            documents = dict.fromkeys(name.rpartition("/")[0] for name in selection)
            chosen = [
                (outline, [name for name, _ in outline.passages if name in ids]) for outline in self._of(documents)
            ]
        return [(outline, names) for outline, names in chosen if names]

    def _passing(self, filters: Filters) -> list[Outline]:
        """Return the documents that pass, by id."""
        with self._lock:
            known = self._outlines.get(filters)
        if known is None:
            where = expression(filters, self.values, documents=True)
            rows = self._milvus.scan(self._names.documents, ["text"], where)
            known = sorted((outline_from(row) for row in rows), key=lambda outline: outline.id)
            with self._lock:
                while len(self._outlines) >= _REMEMBERED:
                    self._outlines.pop(next(iter(self._outlines)))
                self._outlines[filters] = known
        return known

    def _of(self, documents: Iterable[str]) -> list[Outline]:
        keys = [document_key(document) for document in documents]
        found = self._milvus.get(self._names.documents, keys, ["text"])
        return [outline_from(found[key]) for key in keys if key in found]


def counted(chosen: Sequence[tuple[Outline, Sequence[str]]], kind: str) -> dict[str, int]:
    """Return how many of the passages each value of a facet has, most first, then by value."""
    found: Counter[str] = Counter()
    for outline, ids in chosen:
        for value in _values_of(outline, kind):
            found[value] += len(ids)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _values_of(outline: Outline, kind: str) -> set[str]:
    """Return the values that a document has of a facet, each once."""
    if kind == "ministry":
        return {_ministry(value) for name, value in outline.facets if name == "role"}
    return {value for name, value in outline.facets if name == kind}
