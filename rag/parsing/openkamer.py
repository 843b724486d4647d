"""The page of a Kamervraag at openkamer.org, as text.

Its "Zie antwoord vraag 2." as a whole answer is the site's own sentence for a combined answer, not the minister's
words; the real answer takes its place, shared by all its vragen. A minister's longer reference ("Zie het antwoord
op vraag 2.") is text and stays. Footnote texts are not on the page: each mark maps to "".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import ParseError
from rag.parsing.dates import find_date
from rag.parsing.footnotes import mark_text, marks_in
from rag.parsing.furniture import normalise
from rag.parsing.people import parse_listed
from rag.parsing.topics import split_topics
from rag.records import Kamervraag, Mededeling, Vraag

_FIELD = re.compile(
    r"(Ingediend|Beantwoord door|Beantwoord|Indieners?|Onderwerpen|Bron vraag|Bron antwoord|"
    r"Kamervraag document nummer|Kamerantwoord document nummer|Volledige titel):?\s+(.*)"
)
_FOOT = ("Kamervraag document nummer", "Kamerantwoord document nummer", "Volledige titel")
_VRAAG = re.compile(r"[•*-]?\s*Vraag (\d{1,3}[a-z]?)")
_MEDEDELING = re.compile(r"[•*-]?\s*Mededeling\b\s*[-–]?\s*(.*)")
_IDENTIFIER = re.compile(r"Kamervraag (\d{4}Z\d{4,5})")
_GENERATED = re.compile(r"Zie antwoord vraag (\d{1,3}[a-z]?)\.?")


@dataclass(slots=True)
class _Block:
    """One bullet of the page: a vraag (its number) or a mededeling (its date line), with its lines."""

    number: str | None
    title: str
    lines: list[str] = field(default_factory=list)


def is_openkamer(text: str) -> bool:
    """Whether a text is such a page: it opens with the vraagnummer and names the source of the question."""
    return bool(_IDENTIFIER.match(text.lstrip()[:60])) and "Bron vraag" in text


def parse_openkamer(text: str, name: str) -> list[Kamervraag]:
    """Return the Kamervraag of an openkamer page.

    Args:
        text: The page as text, bullets "•" before each vraag.
        name: The document's name, for messages.

    Raises:
        ParseError: The page has no vraagnummer or no vragen, a number occurs twice, or a "Zie antwoord vraag N."
            names a vraag without an answer.
    """
    lines = [line.strip() for line in normalise(text).split("\n")]
    identifier = _IDENTIFIER.match(next((line for line in lines if line), ""))
    if identifier is None:
        raise ParseError(f"{name}: does not open with 'Kamervraag' and its vraagnummer; take the page's whole text.")
    first = next((at for at, line in enumerate(lines) if _VRAAG.fullmatch(line)), len(lines))
    fields = _fields(lines[:first])
    title = next((line for line in lines if line and not _IDENTIFIER.match(line) and not _FIELD.match(line)), "")
    blocks, foot = _blocks(lines[first:])
    answered = fields.get("Beantwoord", "").partition("(")[0]
    answer_id = foot.get("Kamerantwoord document nummer") or None
    vragen = _vragen([block for block in blocks if block.number], name)
    mededelingen = tuple(
        Mededeling("\n".join(filter(None, block.lines)), find_date(block.title))
        for block in blocks
        if block.number is None and any(block.lines)
    )
    if not vragen and not mededelingen:
        raise ParseError(f"{name}: prints no vragen; take the page's whole text.")
    return [
        Kamervraag(
            id=identifier[1],
            vragen=vragen,
            title=title,
            asked=find_date(fields.get("Ingediend", "")),
            answered=find_date(answered),
            askers=parse_listed(fields.get("Indieners") or fields.get("Indiener") or ""),
            answerers=parse_listed(fields.get("Beantwoord door", "")),
            topics=split_topics(fields.get("Onderwerpen", "")),
            question_url=fields.get("Bron vraag") or None,
            answer_url=fields.get("Bron antwoord") or None,
            answer_id=answer_id,
            mededelingen=mededelingen,
        )
    ]


def _fields(lines: Sequence[str]) -> dict[str, str]:
    return {match[1]: match[2].strip() for line in lines if (match := _FIELD.fullmatch(line))}


def _blocks(lines: Sequence[str]) -> tuple[list[_Block], dict[str, str]]:
    """Return the bullets, and the fields of the page's foot."""
    blocks: list[_Block] = []
    for at, line in enumerate(lines):
        vraag, mededeling, foot = _VRAAG.fullmatch(line), _MEDEDELING.fullmatch(line), _FIELD.fullmatch(line)
        if foot and foot[1] in _FOOT:
            return blocks, _fields(lines[at:])
        if vraag:
            blocks.append(_Block(vraag[1], line))
        elif mededeling and (line[0] in "•*-" or find_date(line)):
            blocks.append(_Block(None, mededeling[1]))
        elif blocks:
            blocks[-1].lines.append(line)
    return blocks, {}


def _vragen(blocks: Sequence[_Block], name: str) -> tuple[Vraag, ...]:
    questions: dict[str, str] = {}
    answers: dict[str, str] = {}
    question_mark = answer_mark = 0
    for block in blocks:
        number = block.number or ""
        if number in questions:
            raise ParseError(f"{name}, vraag {number}: occurs twice; keep one.")
        question, answer = _halves(block.lines)
        questions[number], question_mark = mark_text(question, question_mark)
        if answer:
            answers[number], answer_mark = mark_text(answer, answer_mark)
        if not question and not answer:
            raise ParseError(f"{name}, vraag {number}: is empty; check whether text was lost.")
    roots = {number: _root(number, answers, name) for number in answers}
    return tuple(_vraag(number, questions[number], answers, roots) for number in questions)


def _halves(lines: Sequence[str]) -> tuple[str, str]:
    """Return question and answer: the page prints an empty line between them, and one line a paragraph."""
    filled = [at for at, line in enumerate(lines) if line]
    if not filled:
        return "", ""
    split = next((at for at in range(filled[0], len(lines)) if not lines[at]), len(lines))
    return "\n".join(filter(None, lines[:split])), "\n".join(filter(None, lines[split:]))


def _root(number: str, answers: Mapping[str, str], name: str) -> str:
    """Return the vraag under which the page prints the answer that this vraag shares."""
    seen = [number]
    while match := _GENERATED.fullmatch(answers[seen[-1]]):
        if match[1] not in answers or match[1] in seen:
            raise ParseError(
                f"{name}, vraag {number}: refers to the answer to vraag {match[1]}, which has none; "
                "look the answer up in the official publication."
            )
        seen.append(match[1])
    return seen[-1]


def _vraag(number: str, question: str, answers: Mapping[str, str], roots: Mapping[str, str]) -> Vraag:
    root = roots.get(number)
    answer = answers[root] if root else None
    others = tuple(other for other, shared in roots.items() if shared == root and other != number)
    return Vraag(number, question or None, answer, others, {mark: "" for mark in marks_in(question, answer)})
