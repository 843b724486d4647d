"""Join what belongs to one Kamervraag: its question document, its answer and its mededelingen, in any order.

A later correction (a reprint, "…-h1", or a new version, "…-n1") replaces what it corrects, number by number.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rag.document_form import dump_document, parse_document
from rag.errors import ParseError
from rag.parsing.numbers import sort_key
from rag.records import Kamervraag, Vraag

_SAME = 0.6
_RELATED = 0.15
_GRAM = 5
_CORRECTION = re.compile(r"(ah-.+)-[hn](\d+)")
_IN_MEMORY = 64_000_000  # bytes of parts that stay in memory; more go to a temporary file


@dataclass(frozen=True, slots=True)
class Part:
    """What one file says of a Kamervraag."""

    source: str
    document: Kamervraag


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part waits, and what it is known by."""

    offset: int
    size: int
    source: str
    id: str
    answer_id: str | None


def join_parts(parts: Iterable[Part]) -> Iterator[Kamervraag | ParseError]:
    """Yield the Kamervragen that parts make up, in order of first appearance, and what does not fit in its place.

    Parts belong together by vraagnummer, or where a part has none by the id of the publication. Vragen are joined
    by number; a question document's text goes before the repeat in the answer. A part that contradicts the earlier
    ones of its Kamervraag (another answer to a number, a wholly different question) is left out and named. All
    parts are read before the first Kamervraag comes out, but they wait in a file: thirty years fit in any memory.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        places: list[_Place] = []
        for part in parts:
            line = dump_document(part.document).encode()
            document = part.document
            places.append(_Place(file.tell(), len(line), part.source, document.id, document.answer_id))
            file.write(line)
        for group in _groups(places):
            joined: Kamervraag | None = None
            for place in sorted(group, key=_rank):
                file.seek(place.offset)
                document = parse_document(file.read(place.size).decode(), place.source)
                try:
                    joined = merge(joined, document, place.source) if joined else document
                except ParseError as error:
                    yield error
            if joined:
                yield joined


def _groups(places: list[_Place]) -> list[list[_Place]]:
    """Return the places that belong to one Kamervraag together, in order of first appearance."""
    keys: dict[str, str] = {}
    # A part that knows its vraagnummer first, so that a part known by publication alone finds it.
    for place in sorted(places, key=lambda place: place.id.startswith("ah-")):
        own, answer = base_of(place.id), base_of(place.answer_id or place.id)
        key = keys.get(own) or keys.get(answer) or own
        keys[own] = key
        keys.setdefault(answer, key)
    groups: dict[str, list[_Place]] = {}
    for place in places:
        groups.setdefault(keys[base_of(place.id)], []).append(place)
    return list(groups.values())


def _rank(place: _Place) -> tuple[bool, int]:
    """Sort the parts of a group: those with a vraagnummer first, corrections behind what they correct."""
    return place.id.startswith("ah-"), _version(place.answer_id or place.id)


def base_of(publication: str) -> str:
    """Return the id of the publication that one corrects: "ah-tk-20202021-876-h1" → "ah-tk-20202021-876"."""
    correction = _CORRECTION.fullmatch(publication)
    return correction[1] if correction else publication


def _version(publication: str | None) -> int:
    correction = _CORRECTION.fullmatch(publication or "")
    return int(correction[2]) if correction else 0


def _corrects(first: Kamervraag, second: Kamervraag) -> bool:
    """Whether the second is a later version of the publication that the first has its answers from."""
    if first.answer_id is None or second.answer_id is None or base_of(first.answer_id) != base_of(second.answer_id):
        return False
    return _version(second.answer_id) > _version(first.answer_id)


def merge(first: Kamervraag, second: Kamervraag, source: str) -> Kamervraag:
    """Return two parts of one Kamervraag as one.

    Args:
        first: What is known so far.
        second: The part to add.
        source: The name of the second part's file, for messages.

    Raises:
        ParseError: They answer a number differently, or print unrelated questions under one number.
    """
    if _corrects(second, first):
        first, second = second, first
    later = _corrects(first, second)
    answering, asking = (second, first) if later or (_answers(second) and not _answers(first)) else (first, second)
    theirs = {vraag.number: vraag for vraag in second.vragen}
    mine = {vraag.number: vraag for vraag in first.vragen}
    either = {**mine, **theirs}
    ordered = list(mine) if set(theirs) <= set(mine) else sorted(either, key=sort_key)
    asked = mine if asking is first else theirs
    both = mine.keys() & theirs.keys()
    vragen = tuple(
        either[number]
        if number not in both
        else _corrected(mine[number], theirs[number])
        if later
        else _vraag(mine[number], theirs[number], asked, source)
        for number in ordered
    )
    return replace(
        answering,
        id=second.id if first.id.startswith("ah-") else first.id,
        vragen=vragen,
        title=asking.title or answering.title,
        asked=asking.asked or answering.asked,
        answered=answering.answered or asking.answered,
        askers=asking.askers or answering.askers,
        answerers=answering.answerers or asking.answerers,
        topics=tuple(dict.fromkeys([*first.topics, *second.topics])),
        question_url=asking.question_url or answering.question_url,
        answer_url=answering.answer_url or asking.answer_url,
        answer_id=answering.answer_id or asking.answer_id,
        mededelingen=tuple(dict.fromkeys([*first.mededelingen, *second.mededelingen])),
    )


def _corrected(old: Vraag, new: Vraag) -> Vraag:
    """Return a vraag as its correction prints it; what that leaves out is as it was."""
    if new.answer is None:
        return replace(old, question=new.question or old.question, footnotes={**old.footnotes, **new.footnotes})
    return replace(new, question=new.question or old.question, footnotes={**old.footnotes, **new.footnotes})


def _answers(document: Kamervraag) -> bool:
    return any(vraag.answer for vraag in document.vragen)


def _vraag(mine: Vraag, theirs: Vraag, asked: Mapping[str, Vraag], source: str) -> Vraag:
    _check(mine, theirs, source)
    answer = mine if mine.answer else theirs
    other = theirs if answer is mine else mine
    number = mine.number
    question = asked[number] if asked[number].question else other if other.question else answer
    notes = {**question.footnotes, **answer.footnotes}
    clash = any(answer.footnotes.get(mark, note) != note for mark, note in question.footnotes.items())
    if answer.question and clash:  # the publication numbers its notes anew: its own repeat has the marks that fit
        question, notes = answer, dict(answer.footnotes)
    return Vraag(number, question.question, answer.answer, answer.answered_with, notes)


def _check(mine: Vraag, theirs: Vraag, source: str) -> None:
    if mine.answer and theirs.answer and _likeness(mine.answer, theirs.answer) < _SAME:
        raise ParseError(
            f"{source}, vraag {mine.number}: gives another answer than a document read before; keep one of the two."
        )
    if mine.question and theirs.question and _likeness(mine.question, theirs.question) < _RELATED:
        raise ParseError(
            f"{source}, vraag {mine.number}: prints another question than a document read before under the same "
            "number; correct the number or keep one of the two."
        )


def _likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's letter 5-grams that the other has: 1 for equal, about 0 for unrelated."""
    first, second = _letters(one), _letters(other)
    small, large = sorted((_grams(first), _grams(second)), key=len)
    return len(small & large) / len(small) if small else float(first == second)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalpha())


def _grams(letters: str) -> set[str]:
    return {letters[at : at + _GRAM] for at in range(len(letters) - _GRAM + 1)}
