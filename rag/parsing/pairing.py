"""Pair vragen and antwoorden by number. Never by position: one combined answer would shift all that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.errors import ParseError
from rag.parsing.numbers import sort_key
from rag.records import Vraag


@dataclass(frozen=True, slots=True)
class Antwoord:
    """One printed answer and the numbers of the vragen it answers."""

    numbers: tuple[str, ...]
    text: str


def pair(name: str, questions: Mapping[str, str], answers: Sequence[Antwoord]) -> tuple[Vraag, ...]:
    """Return the vragen of a document, in the order of its questions (of its answers where it prints none).

    A combined answer is stored in each of its vragen, with `answered_with` naming the others.

    Args:
        name: The document, for messages.
        questions: Number to text; empty for a document that prints answers only.
        answers: The printed answers.

    Raises:
        ParseError: A number is answered twice with different texts, or an answer names a vraag that the
            document, which does number its questions, does not print; or an answer is empty.
    """
    by_number: dict[str, Antwoord] = {}
    for answer in answers:
        if not answer.text.strip():
            raise ParseError(
                f"{name}, vraag {', '.join(answer.numbers)}: the answer is empty; check whether text was lost."
            )
        for number in answer.numbers:
            if questions and number not in questions:
                raise ParseError(
                    f"{name}, vraag {number}: has an answer but no question while the others have; "
                    "correct the number in the document."
                )
            earlier = by_number.get(number)
            if earlier and earlier.text.split() != answer.text.split():
                raise ParseError(
                    f"{name}, vraag {number}: is answered twice with different texts; keep one of the two answers."
                )
            by_number.setdefault(number, answer)
    order = list(questions) if questions else sorted(by_number, key=sort_key)
    return tuple(_vraag(number, questions.get(number), by_number.get(number)) for number in order)


def _vraag(number: str, question: str | None, answer: Antwoord | None) -> Vraag:
    if answer is None:
        return Vraag(number, question)
    others = tuple(other for other in answer.numbers if other != number)
    return Vraag(number, question, answer.text, others)
