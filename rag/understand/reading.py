"""Read a query: find citation, names and periods, frame them, and keep what an index can be filtered by."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rag.errors import FilterError
from rag.filters import Filters, Values
from rag.understand.citations import Citation, find_citation
from rag.understand.folding import fold
from rag.understand.frames import PERIOD, Frames, find_frames
from rag.understand.mentions import Mention, Names
from rag.understand.periods import Period, find_periods
from rag.understand.records import find_records
from rag.understand.states import find_answered, find_sort, find_topic
from rag.understand.tables import ORDINARY_WORDS, PARTY_WORDS
from rag.understand.understood import Finding, Span, Understood

_MOST_WORDS = 30
"""A longer query is a text of its own, most often a whole vraag: what it cites and names is its subject."""

_SENTENCE = 4
"""Words from which capitals are no abbreviations."""

_EDGE = (
    r"(?:over|about|inzake|betreffende|rond|regarding|on|naar|en|and|wat|welke|what|which|vragen|kamervragen|questions"
    r"|antwoorden|answers|antwoord|heeft|hebben|has|have|did|er|zijn|is|werd|werden|was|were|de|het|the|alle|all|gesteld"
    r"|gestelde|gevraagd|weten|asked|ask|answer|answered|said|reply|replied|van|of|met|die|als|geef|toon|show|give|me|mij|op|beantwoord|geantwoord|gezegd|say|iets|al|laat|zien|still|are)"
)
_HEAD = re.compile(rf"(?:[\s,;:.?!()–-]+|{_EDGE}(?=[\s,;:.?!]|$))*")
_LAST_WORD = re.compile(rf"(?:^|(?<=[\s,;:.?!]))(?:{_EDGE}|hoeveel)$")
_MARKS = " ,;:.?!()–-"


@dataclass(frozen=True, slots=True)
class _Short:
    """A query with one character for each mention and period.

    `origins` has for each character its place in the query, and one more for the end; `items` what stands where.
    """

    text: str
    origins: tuple[int, ...]
    items: dict[int, Mention | Period]

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """Return a stretch of the short text as one of the query."""
        return self.origins[start], self.origins[end]


def understand(query: str, values: Values, today: date | None = None) -> Understood:
    """Read a query.

    Args:
        query: As it was typed; one of more than 30 words is all subject.
        values: Values of a facet (asker, party, answerer, role, topic) with their counts, as `PassageStore.values`.
        today: What "vorig jaar" and "sinds maart" are reckoned from; None for the day itself.

    Returns:
        What was understood. Names that the index does not hold are never filters; of two values for one field
        ("vragen van GL en D66") neither is, for a search takes one.
    """
    query = " ".join(query.split())
    if query.count(" ") >= _MOST_WORDS:
        return Understood(query=query, rest=_in_small_letters(query))
    text = fold(query)
    citation = find_citation(text)
    cited = _cited(citation)
    text = _blank(text, [(item.start, item.end) for item in cited])
    names = Names(values)
    short = _shorten(query, text, names, today or date.today())
    # "welzijn dieren" is no name with nouns behind it, though a member is called Welzijn.
    ordinary = ORDINARY_WORDS | PARTY_WORDS
    keywords = all(fold(query[item.start : item.end]) not in ordinary for item in short.items.values())
    frames = find_frames(short.text, *_ends(short), keywords=keywords)
    framed = _framed(frames, short)
    filters, kept = _stand([*framed, *find_answered(text), *find_topic(text, names.topic)], values)
    sort, order = "relevance", find_sort(short.text)
    if order:
        sort = order[0]
        kept.append(Finding("sort", sort, *short.extent(*order[1:])))
    stretches = [short.extent(*stretch) for stretch in frames.stretches]
    whole = [s for s in stretches if all(item in kept for item in framed if s[0] <= item.start < s[1])]
    kept = sorted([*kept, *cited], key=lambda item: (item.start, item.field))
    taken = [(item.start, item.end) for item in kept]
    records = [] if cited else find_records(_blank(fold(query), taken))
    rest = _rest(query, [*whole, *taken, *records]) if kept or records else query
    return Understood(
        query=query,
        filters=filters,
        document=citation.document if citation else None,
        numbers=citation.numbers if citation else (),
        answer_id=citation.answer_id if citation else None,
        rest=_in_small_letters(rest or query),
        sort=sort,
        spans=tuple(Span(item.field, str(item.value), query[item.start : item.end]) for item in kept),
        bare=bool(kept) and not rest,
        records=bool((records or filters.answered is False) and rest),  # what is unanswered says nothing
    )


def _in_small_letters(words: str) -> str:
    """Return a sentence that was typed in capitals in small letters, as the encoder knows them."""
    return words.lower() if words.isupper() and words.count(" ") >= _SENTENCE - 1 else words


def _cited(citation: Citation | None) -> list[Finding]:
    if citation is None:
        return []
    field, value = ("document", citation.document) if citation.document else ("answer_id", citation.answer_id)
    found = [Finding(field, value or "", citation.start, citation.end)]
    if citation.numbers:
        span = citation.number_span or (citation.start, citation.end)
        found.append(Finding("number", ", ".join(citation.numbers), *span))
    return found


def _blank(text: str, extents: Iterable[tuple[int, int]]) -> str:
    for start, end in extents:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _shorten(query: str, text: str, names: Names, today: date) -> _Short:
    mentions = names.mentions(query, text)
    periods = find_periods(_blank(text, [(item.start, item.end) for item in mentions]), today)
    characters: list[str] = []
    origins: list[int] = []
    items: dict[int, Mention | Period] = {}
    place = 0
    found: list[Mention | Period] = [*mentions, *periods]
    for item in sorted(found, key=lambda item: item.start):
        characters += [*text[place : item.start]]
        origins += range(place, item.start)
        items[len(characters)] = item
        characters.append(item.kind if isinstance(item, Mention) else PERIOD)
        origins.append(item.start)
        place = item.end
    characters += [*text[place:]]
    return _Short("".join(characters), (*origins, *range(place, len(text) + 1)), items)


def _ends(short: _Short) -> tuple[frozenset[int], ...]:
    """Return the places of the periods that reach to today, of the bare years, and of the ranges."""
    periods = [(place, item) for place, item in short.items.items() if isinstance(item, Period)]
    return (
        frozenset(place for place, item in periods if item.open_ended),
        frozenset(place for place, item in periods if item.bare),
        frozenset(place for place, item in periods if item.range),
    )


def _framed(frames: Frames, short: _Short) -> list[Finding]:
    """Return what the framed mentions and periods stand for; one person may ask and answer."""
    found: list[Finding] = []
    answering = unsure = False
    for place, role in frames.framed.items():
        item = short.items[place]
        if isinstance(item, Period):
            if role == "when" and unsure:
                continue
            if role == "when":
                role = "answered" if answering else "asked"
            days = (("from", item.first), ("to", item.last))
            found += [Finding(f"{role}_{end}", day, item.start, item.end) for end, day in days if day]
            continue
        wanted = {"ask": ("asker", "party"), "answer": ("answerer", "role")}.get(role, ("asker", "answerer", "party"))
        fields = [field for field in wanted if field in item.values]
        if role == "who" and len(item.values) > 1:
            unsure = True
            continue
        answering = answering or bool({"answerer", "role"} & set(fields))
        found += [Finding(field, item.values[field], item.start, item.end) for field in fields]
    return found


def _stand(found: list[Finding], values: Values) -> tuple[Filters, list[Finding]]:
    """Return the filters that can stand together: one value a field, known to the index."""
    by_field: dict[str, set[str | bool | date]] = defaultdict(set)
    for item in found:
        by_field[item.field].add(item.value)
    filters = Filters()
    chosen: dict[str, str | bool | date] = {}
    for field, several in by_field.items():
        if len(several) == 1:
            value = next(iter(several))
            try:
                Filters(**{field: value}).conditions(values)  # type: ignore[arg-type]
            except FilterError:
                continue
            chosen[field] = value
    for end in ("asked", "answered"):  # two periods that cross are no period
        first, last = chosen.get(f"{end}_from"), chosen.get(f"{end}_to")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            del chosen[f"{end}_from"], chosen[f"{end}_to"]
    filters = Filters(**chosen)  # type: ignore[arg-type]
    return filters, [item for item in found if item.field in chosen]


def _rest(query: str, extents: list[tuple[int, int]]) -> str:
    """Return the words outside the extents, without what only led to them; "" where no word remains."""
    keep = [True] * len(query)
    for start, end in extents:
        keep[start:end] = [False] * (end - start)
    words = " ".join("".join(c if kept else " " for c, kept in zip(query, keep, strict=True)).split())
    lead = _HEAD.match(fold(words))
    words = words[lead.end() if lead else 0 :].strip(_MARKS)
    while match := _LAST_WORD.search(fold(words)):
        words = words[: match.start()].strip(_MARKS)
    return words if re.search(r"\w", words) else ""
