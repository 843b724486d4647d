"""Pair vragen and antwoorden by number. Never by position: one combined answer would shift all that follow.

A publication may contradict itself: a number printed twice, an answer to a vraag that it does not print. What fits
is kept under the number it was printed with, what does not is a misfit: named, and nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.errors import ParseError
from rag.parsing.footnotes import marks_in
from rag.parsing.numbers import sort_key
from rag.records import Kamervraag, Mededeling, Vraag

SHOWN = 2000
"""How much of a text without a place is shown in a message, in characters."""


class PartialParseError(ParseError):
    """A document that contradicts itself in places, with the Kamervraag of all that can be kept of it.

    Attributes:
        document: What was kept.
        misfits: One sentence a place.
    """

    def __init__(self, document: Kamervraag, misfits: Sequence[str]) -> None:
        super().__init__("\n".join(misfits))
        self.document = document
        self.misfits = tuple(misfits)


@dataclass(frozen=True, slots=True)
class Antwoord:
    """One printed answer and the numbers of the vragen it answers."""

    numbers: tuple[str, ...]
    text: str


def pair(name: str, questions: Mapping[str, str], answers: Sequence[Antwoord], misfits: list[str]) -> tuple[Vraag, ...]:
    """Return the vragen of a document, in the order of its questions (of its answers where it prints none).

    A combined answer is stored in each of its vragen, with `answered_with` naming the others.

    Args:
        name: The document, for messages.
        questions: Number to text; empty for a document that prints answers only.
        answers: The printed answers.
        misfits: Collects what does not fit: an empty answer (left out, and its vraag if that is empty too); an
            answer to a vraag that the document, which does print its questions, does not print (kept without
            question); a number answered twice with different texts (both are kept under it).
    """
    by_number: dict[str, str] = {}
    kept: dict[str, str] = {}
    for answer in answers:
        if not answer.text.strip():
            numbers = ", ".join(answer.numbers)
            misfits.append(f"{name}, vraag {numbers}: the answer is empty; check whether text was lost.")
            continue
        for number in answer.numbers:
            if questions and number not in questions:
                misfits.append(
                    f"{name}, vraag {number}: has an answer but no question while the others have; "
                    "correct the number in the document."
                )
            earlier = by_number.get(number)
            if earlier and earlier.split() != answer.text.split():
                misfits.append(
                    f"{name}, vraag {number}: is answered twice with different texts; correct the number or keep one."
                )
                both = f"{earlier}\n{answer.text}"
                by_number[number] = kept.setdefault(both, both)  # one string for all that share it: quick to compare
            elif not earlier:
                by_number[number] = answer.text
    unasked = [number for number in by_number if number not in questions]
    printed = [number for number, question in questions.items() if question or number in by_number]
    order = sorted([*printed, *unasked], key=sort_key) if unasked else printed
    shared: dict[str, tuple[str, ...]] = {}
    for answer in answers:
        for number in answer.numbers:
            shared.setdefault(number, answer.numbers)
    return tuple(_vraag(number, questions.get(number), by_number, shared) for number in order)


def shown(text: str) -> str:
    """Return as much of a text without a place as a message shows."""
    return text[:SHOWN]


def unmarked_notes(
    name: str, vragen: Sequence[Vraag], mededelingen: Sequence[Mededeling], notes: Mapping[str, str]
) -> list[str]:
    """Return a misfit for each footnote that nothing refers to: its place is not known, so it is in no vraag.

    Args:
        name: The document, for messages.
        vragen: Its vragen, each with its own footnotes.
        mededelingen: Its mededelingen, their notes behind their text.
        notes: All footnotes of the document, mark to text.
    """
    marked = {mark for vraag in vragen for mark in vraag.footnotes}
    marked |= set(marks_in(*(mededeling.text for mededeling in mededelingen)))
    return [
        f"{name}: footnote {mark} has no mark in any vraag and was left out: {shown(note)}"
        for mark, note in notes.items()
        if note and mark not in marked
    ]


def whole(document: Kamervraag, misfits: Sequence[str]) -> Kamervraag:
    """Return a document without misfits.

    Raises:
        PartialParseError: It has misfits.
    """
    if misfits:
        raise PartialParseError(document, misfits)
    return document


def _vraag(
    number: str, question: str | None, answers: Mapping[str, str], shared: Mapping[str, tuple[str, ...]]
) -> Vraag:
    answer = answers.get(number)
    together = shared[number] if answer else ()
    others = tuple(other for other in together if other != number and answers.get(other) == answer)
    return Vraag(number, question or None, answer, others)
