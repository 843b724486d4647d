"""Text of official publications and of ministries' files: answers, questions, mededelingen.

Decisions that the sources leave open:

- A combined question heading ("Vraag 3, 4 en 5") prints its questions as paragraphs: one each where their number
  agrees with the heading's, else each vraag gets the whole text.
- An introduction under a heading of its own ("Inleiding", "Algemeen") goes in front of the answer that follows it;
  other prose before the first vraag, and a "Toelichting" after the last, become mededelingen.
- Where an answer names a letter ("Antwoord 2m") under a question that prints none ("Vraag 2"), the vraag is 2m.
- Prose under a question that has no "Antwoord" heading, in a document that has them, is its answer.
- A publication that repeats the questions with a mededeling has vragen without answers.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from rag.errors import ParseError
from rag.parsing.footnotes import annotated, marks_in
from rag.parsing.furniture import clean, paragraphs
from rag.parsing.glue import split_lines
from rag.parsing.head import PUBLISHED, VRAAGNUMMER, Head, read_head, read_subject
from rag.parsing.letter import own_number
from rag.parsing.pairing import Antwoord, pair, shown, unmarked_notes, whole
from rag.parsing.sections import Part, Section, headless_answers, split_sections, unnumbered
from rag.records import Kamervraag, Mededeling, Vraag

PUBLICATION_URL = "https://zoek.officielebekendmakingen.nl/{}.html"
_DELAY = re.compile(
    r"uitstel|(?:niet|helaas)\W.{0,80}?termijn|vragen\W.{0,400}?(?:worden|zijn) (?:beantwoord|ingetrokken)",
    re.IGNORECASE | re.DOTALL,
)
_SUBHEADING_LINES = 4


def parse_text(text: str, name: str) -> list[Kamervraag]:
    """Return the one Kamervraag that a text holds, possibly in part (questions only, answers only, a mededeling).

    Args:
        text: A published document as text, from PDF, DOCX or a web page.
        name: The document's name, for messages, and for its id where the text prints none.

    Raises:
        ParseError: The text is no Kamervraag document, or an answer cannot be paired with its vraag; as a
            PartialParseError where the rest of the document can.
    """
    cleaned = clean(text)
    sections = split_sections(cleaned.lines)
    head = read_head(sections[0].lines, text)
    if not any(section.part in (Part.QUESTION, Part.ANSWER) for section in sections):
        sections = _without_headings(sections, head, name)
    sections = headless_answers(_lettered(sections))
    identifier = _identifier(head, sections, name)
    misfits = _unreadable(sections, name)
    questions = _questions(sections, name, misfits)
    vragen = pair(name, questions, _answers(sections, name), misfits)
    mededelingen = _mededelingen(sections, head)
    for mededeling in mededelingen:
        read_subject(mededeling.text, head)
    if not vragen and not mededelingen:
        nothing = f"{name}: holds no vragen and no mededeling; give the answer or the questions as published."
        raise ParseError("\n".join(misfits) or nothing)
    vragen = tuple(_with_notes(vraag, cleaned.notes) for vraag in vragen)
    mededelingen = tuple(replace(item, text=annotated(item.text, cleaned.notes)) for item in mededelingen)
    misfits += unmarked_notes(name, vragen, mededelingen, cleaned.notes)
    return [whole(_document(identifier, head, vragen, mededelingen), misfits)]


def _document(
    identifier: str, head: Head, vragen: tuple[Vraag, ...], mededelingen: tuple[Mededeling, ...]
) -> Kamervraag:
    answered = any(vraag.answer for vraag in vragen)
    asked_in = f"kv-tk-{identifier}" if VRAAGNUMMER.fullmatch(identifier) else None if answered else head.publication
    return Kamervraag(
        id=identifier,
        vragen=vragen,
        title=head.title,
        asked=head.asked,
        answered=head.received if answered else None,
        askers=head.askers,
        answerers=head.answerers if answered else (),
        question_url=PUBLICATION_URL.format(asked_in) if asked_in else None,
        answer_url=PUBLICATION_URL.format(head.publication) if answered and head.publication else None,
        answer_id=head.publication if answered else None,
        mededelingen=mededelingen,
    )


def _without_headings(sections: list[Section], head: Head, name: str) -> list[Section]:
    """Return the sections of a document without any heading: a mededeling or an unnumbered list of questions."""
    if any(section.part is Part.MEDEDELING for section in sections):
        return sections
    body = "\n".join(head.rest)
    if head.is_mededeling or (_DELAY.search(body[:3000]) and "vragen" in body):
        head.rest.clear()
        return [*sections, Section(Part.MEDEDELING, (), body.split("\n"))]
    questions = unnumbered(_separated(head.rest))
    if not questions or not head.askers or head.mondeling:
        kind = "mondelinge vragen, which print" if head.mondeling else "a text with"
        raise ParseError(f"{name}: {kind} no numbered vragen or antwoorden; leave it out or number its vragen.")
    head.rest.clear()
    return [*sections, *(Section(Part.QUESTION, (str(at),), [text]) for at, text in enumerate(questions, 1))]


def _separated(statements: Sequence[str]) -> list[str]:
    return [line for statement in statements for line in (statement, "")]


def _lettered(sections: list[Section]) -> list[Section]:
    """Give a question the letter of the answer right behind it: "Vraag 2" … "Antwoord 2m" is vraag 2m."""
    for at, section in enumerate(sections[1:], 1):
        asked = sections[at - 1]
        if section.part is not Part.ANSWER or asked.part is not Part.QUESTION or len(asked.numbers) != 1:
            continue
        if len(section.numbers) == 1 and re.fullmatch(re.escape(asked.numbers[0]) + "[a-z]", section.numbers[0]):
            asked.numbers = section.numbers
            _move_subheading(sections[at - 2], asked)
    return sections


def _move_subheading(before: Section, asked: Section) -> None:
    """Move the subheading "m. een aandeel …;" from the end of the answer before to the question it opens."""
    letter = asked.numbers[0][-1]
    ends = range(max(0, len(before.lines) - _SUBHEADING_LINES), len(before.lines))
    start = next((at for at in ends if before.lines[at].startswith(f"{letter}. ")), None)
    if start is not None:
        if f"{letter}. " not in " ".join(asked.lines):  # most questions repeat it
            asked.lines[:0] = [*before.lines[start:], ""]
        del before.lines[start:]


def _questions(sections: Sequence[Section], name: str, misfits: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for section in sections:
        if section.part is not Part.QUESTION:
            continue
        for number, part in zip(section.numbers, _own_questions(section), strict=True):
            if not part:
                misfits.append(f"{name}, vraag {number}: the question is empty; check whether text was lost.")
            elif found.get(number, part) == part:
                found[number] = part
            else:
                misfits.append(
                    f"{name}, vraag {number}: the number is used for two questions; correct it in the document."
                )
                found[number] += f"\n{part}"
    return found


def _unreadable(sections: Sequence[Section], name: str) -> list[str]:
    return [
        f'{name}: the heading "{section.lines[0]}" names no vraag that can be read; what stands under it was left out: '
        f"{shown(paragraphs(section.lines[1:]))}"
        for section in sections
        if section.part is Part.UNREADABLE
    ]


def _own_questions(section: Section) -> list[str]:
    """Return the question of each number of a heading: its paragraph if they agree in number, else the whole text."""
    text = paragraphs(section.lines)
    if len(section.numbers) == 1:
        return [text]
    for lines in (section.lines, split_lines(section.lines)):
        parts = paragraphs(lines).split("\n")
        if len(parts) == len(section.numbers):
            return parts
    return [text] * len(section.numbers)


def _answers(sections: Sequence[Section], name: str) -> list[Antwoord]:
    """Return the answers; a bare "Antwoord" belongs to the question right before it, an introduction goes in front."""
    found: list[Antwoord] = []
    introduction = ""
    for at, section in enumerate(sections):
        if section.part is Part.INTRODUCTION and _introduces_answer(sections, at):
            introduction = paragraphs(section.lines)
        if section.part is not Part.ANSWER:
            continue
        numbers = section.numbers or _asked_before(sections, at, name)
        text = "\n".join(part for part in (introduction, paragraphs(section.lines)) if part)
        found.append(Antwoord(numbers, text))
        introduction = ""
    return found


def _introduces_answer(sections: Sequence[Section], at: int) -> bool:
    return at + 1 < len(sections) and sections[at + 1].part is Part.ANSWER


def _asked_before(sections: Sequence[Section], at: int, name: str) -> tuple[str, ...]:
    asked: list[Section] = []
    for section in reversed(sections[:at]):
        if section.part is Part.ANSWER:
            break
        if section.part is Part.QUESTION:
            asked.append(section)
    if len(asked) != 1:
        where = ", ".join(number for section in reversed(asked) for number in section.numbers) or "none"
        raise ParseError(
            f'{name}, vraag {where}: an "Antwoord" without number follows {len(asked)} questions; '
            "number the answer in the document."
        )
    return asked[0].numbers


def _mededelingen(sections: Sequence[Section], head: Head) -> tuple[Mededeling, ...]:
    found = [Mededeling(paragraphs(_separated(head.rest)))] if head.rest else []
    for at, section in enumerate(sections):
        text = paragraphs(section.lines)
        if section.part is Part.MEDEDELING:
            found.append(Mededeling(text, head.received))
        elif section.part is Part.TOELICHTING:
            found.append(Mededeling(f"Toelichting: {text}"))
        elif section.part is Part.INTRODUCTION and not _introduces_answer(sections, at):
            found.append(Mededeling(text))
    return tuple(item for item in found if item.text)


def _with_notes(vraag: Vraag, notes: dict[str, str]) -> Vraag:
    marks = marks_in(vraag.question, vraag.answer)
    return replace(vraag, footnotes={mark: notes.get(mark, "") for mark in marks}) if marks else vraag


def _identifier(head: Head, sections: Sequence[Section], name: str) -> str:
    """Return the vraagnummer that the document prints of itself, else its publication's id; never an invented one.

    A ministry's letter that prints neither is known by the number that the ministry gave it.
    """
    if head.identifier:
        return head.identifier
    for part in (Part.MEDEDELING, Part.HEAD):
        text = " ".join(line for section in sections if section.part is part for line in section.lines)
        printed = {f"{match[1]}Z{match[2]}" for match in VRAAGNUMMER.finditer(text)}
        if len(printed) == 1:
            return printed.pop()
    named = VRAAGNUMMER.search(PurePath(name).name)
    published = PUBLISHED.search(PurePath(name).stem)
    head.publication = head.publication or (published[0] if published else None)
    if head.publication:
        return head.publication
    if named:
        return f"{named[1]}Z{named[2]}"
    kenmerk = own_number("\n".join(sections[0].lines))
    if kenmerk:
        return f"kenmerk-{kenmerk}"
    raise ParseError(f"{name}: prints no vraagnummer (such as 2022Z04736); put it in the text or in the file name.")
