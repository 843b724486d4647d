"""What the search tab lists: a query, filters and an order in; passages, counts and how many there are out."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qs, urlencode

from rag.filters import Filters, merged
from rag.index import Selection
from rag.kamervragen import BEARS_ON_IT
from rag.named import check_document
from rag.records import Hit, Passage
from rag.retrieve import Retriever
from rag.ui.restrictions import NAMES, filters_of
from rag.understand import READ_FIELDS, SORTS, Span

PAGE = 10
"""Results on a page."""

MOST_FOUND = 200
"""Results that a query gives at the most; without a query all passages under the filters are listed."""

MOST_SAVED = 5000
"""Results that one file holds at the most."""

LANES = ("party", "ministry")
"""What the rows of the timeline are."""

_NEAREST = 5
"""Results shown where none reaches that, as nearest only."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, as the address of the page has it.

    Attributes:
        query: Words; "" lists all that the filters leave.
        restrictions: Filters by name, as text.
        sort: One of `SORTS`; "" for the usual one: relevance, and newest first without a query.
        page: From 1.
        lanes: One of `LANES`.
        unread: Fields that are not to be read in the query.
    """

    query: str = ""
    restrictions: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    lanes: str = LANES[0]
    unread: tuple[str, ...] = ()

    @property
    def order(self) -> str:
        """The order in force."""
        if self.query:
            return self.sort or SORTS[0]
        return self.sort if self.sort == "oldest" else "newest"

    def link(self, **changes: str) -> str:
        """Return the query string that asks for this with changes; an empty value drops a filter.

        Any change but of page or lanes leads to the first page.
        """
        page = "1" if set(changes) - {"page", "lanes"} else str(self.page)
        kept = {"sort": self.sort, "unread": ",".join(self.unread), "page": page, "lanes": self.lanes}
        now = {"find": self.query, **self.restrictions, **kept, **changes}
        defaults = {"page": "1", "lanes": LANES[0]}
        return urlencode({key: value for key, value in now.items() if value and value != defaults.get(key)})


def wanted_of(address: str) -> Wanted:
    """Read a query string; what is unknown or wrong in it is left out."""
    given = {name: values[0].strip() for name, values in parse_qs(address).items()}
    page, sort, lanes = given.get("page", ""), given.get("sort", ""), given.get("lanes", "")
    query, unread = " ".join(given.get("find", "").split()), given.get("unread", "").split(",")
    return Wanted(
        query=query,
        restrictions={name: given[name] for name in NAMES if given.get(name)},
        sort=sort if sort in SORTS else "",
        page=int(page) if page.isdecimal() and 0 < len(page) < 6 and int(page) else 1,
        lanes=lanes if lanes in LANES else LANES[0],
        unread=tuple(name for name in READ_FIELDS if query and name in unread),
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found.

    Attributes:
        wanted: What was asked for, its page within bounds.
        shown: The passages of the page.
        total: How many there are on all pages.
        capped: Whether more bear on the query than are listed.
        weak: Whether nothing bears on the query and these are only the nearest.
        selection: All of them, for counts.
        understood: What was read in the query besides its subject.
        dropped: What was read and left out of account, since nothing would have remained.
        also: Ids of passages that give the same answer, by id of the one shown.
    """

    wanted: Wanted
    shown: tuple[Passage, ...]
    total: int
    selection: Selection
    capped: bool = False
    weak: bool = False
    understood: tuple[Span, ...] = ()
    dropped: tuple[Span, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def find_listing(wanted: Wanted, retriever: Retriever, count: int = PAGE) -> Listing:
    """Return what is asked for.

    Args:
        wanted: Query, filters, order and page.
        retriever: Where it is found.
        count: Passages on the page; more than `PAGE` gives the first so many (for a file).

    Raises:
        FilterError: A filter names what does not occur, or is none.
        QuestionError: The query is too long.
    """
    filters = filters_of(wanted.restrictions)
    if not wanted.query:
        return _browsed(wanted, filters, retriever, count, newest=wanted.order == "newest")
    found = retriever.find(wanted.query, MOST_FOUND, filters, unread=wanted.unread)
    if found.without_subject:  # all that was read leaves
        newest = (wanted.sort or found.understood.sort) != "oldest"
        listing = _browsed(wanted, merged(filters, found.understood.filters), retriever, count, newest=newest)
        return dataclasses.replace(listing, understood=found.understood.spans, dropped=found.dropped)
    near = [hit for hit in found.hits if hit.score >= BEARS_ON_IT]
    hits = near or list(found.hits[:_NEAREST])
    if wanted.order != SORTS[0]:
        hits = sorted(hits, key=_day, reverse=wanted.order == "newest")
    wanted = _within(wanted, len(hits))
    start = (wanted.page - 1) * PAGE if count == PAGE else 0
    shown = hits[start : start + count]
    return Listing(
        wanted,
        tuple(hit.passage for hit in shown),
        len(hits),
        [hit.id for hit in hits],
        capped=len(near) == MOST_FOUND,
        weak=bool(hits) and not near,
        understood=found.understood.spans,
        dropped=found.dropped,
        also={hit.id: hit.also for hit in shown if hit.also},
    )


def _browsed(wanted: Wanted, filters: Filters, retriever: Retriever, count: int, *, newest: bool) -> Listing:
    total, _, _ = retriever.store.extent(check_document(filters, retriever.store))
    wanted = _within(wanted, total)
    start = (wanted.page - 1) * PAGE if count == PAGE else 0
    shown = retriever.store.listed(filters, newest=newest, start=start, count=count)
    return Listing(wanted, tuple(shown), total, filters)


def _within(wanted: Wanted, total: int) -> Wanted:
    return dataclasses.replace(wanted, page=min(wanted.page, max(1, -(-total // PAGE))))


def _day(hit: Hit) -> date:
    return hit.passage.day or date.min
