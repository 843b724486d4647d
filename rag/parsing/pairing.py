"""Pair vragen and antwoorden by number. Never by position: one combined answer would shift all that follow.

A publication may contradict itself: a number printed twice, an answer to a vraag that it does not print. What fits
is kept under the number it was printed with, what does not is a misfit: named, and nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.errors import ParseError
from rag.parsing.numbers import sort_key
from rag.records import Kamervraag, Vraag


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
