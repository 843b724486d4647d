"""Join what belongs to one Kamervraag: its question document, its answer and its mededelingen, in any order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rag.errors import ParseError
from rag.parsing.numbers import sort_key
from rag.records import Kamervraag, Vraag

_SAME = 0.6
_RELATED = 0.15
_GRAM = 5


@dataclass(frozen=True, slots=True)
class Part:
    """What one file says of a Kamervraag."""

    source: str
    document: Kamervraag


def join(parts: Iterable[Part]) -> tuple[list[Kamervraag], list[ParseError]]:
    """Return the Kamervragen that parts make up, in order of first appearance, and what does not fit.

    Parts belong together by vraagnummer, or where a part has none by the id of the publication. Vragen are joined
    by number; a question document's text goes before the repeat in the answer. A part that contradicts the earlier
    ones of its Kamervraag (another answer to a number, a wholly different question) is left out and named.
    """
    joined: dict[str, Kamervraag] = {}
    keys: dict[str, str] = {}
    errors: list[ParseError] = []
    waiting = list(parts)
    # A part that knows its vraagnummer first, so that a part known by publication alone finds it.
    for part in sorted(waiting, key=lambda part: part.document.id.startswith("ah-")):
        document = part.document
        key = keys.get(document.id) or keys.get(document.answer_id or document.id) or document.id
        try:
            joined[key] = merge(joined[key], document, part.source) if key in joined else document
        except ParseError as error:
            errors.append(error)
            continue
        keys[document.id] = key
        if joined[key].answer_id:
            keys.setdefault(joined[key].answer_id or "", key)
    order = dict.fromkeys(keys.get(part.document.id, part.document.id) for part in waiting)
    return [joined[key] for key in order if key in joined], errors


def merge(first: Kamervraag, second: Kamervraag, source: str) -> Kamervraag:
    """Return two parts of one Kamervraag as one.

    Args:
        first: What is known so far.
        second: The part to add.
        source: The name of the second part's file, for messages.

    Raises:
        ParseError: They answer a number differently, or print unrelated questions under one number.
    """
    answering, asking = (second, first) if _answers(second) and not _answers(first) else (first, second)
    theirs = {vraag.number: vraag for vraag in second.vragen}
    mine = {vraag.number: vraag for vraag in first.vragen}
    either = {**mine, **theirs}
    ordered = list(mine) if set(theirs) <= set(mine) else sorted(either, key=sort_key)
    asked = mine if asking is first else theirs
    vragen = tuple(
        _vraag(mine[number], theirs[number], asked, source) if number in mine and number in theirs else either[number]
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
