"""Cut the running text of a published document at its headings into questions, answers and the rest.

Two layouts: "Vraag 1" / "Antwoord 1" headings, or numbered questions ("1. Kunt u …", "1" on its own line) with
"Antwoord" between them. A third, questions without any number, is numbered by `unnumbered`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from rag.parsing.numbers import Kind, is_broken_heading, parse_heading

_LISTED = re.compile(r"\(?(\d{1,3})(?:[.)]{1,2}(?=\s|[^\W\d]|$)|$)\s*")
_MEDEDELING = re.compile(r"(?:Mededeling|Uitstelbericht):?$")
_TOELICHTING = re.compile(r"Toelichting\s*:?$|Toelichting:? (?=Deze vragen)")
_INTRODUCTION = re.compile(r"(?:Inleiding|Algemene inleiding|Algemeen|Inleidende opmerkingen?|Vooraf)\s*:?$")
_CLOSING = re.compile(r"(?:Hoogachtend|Met vriendelijke groet(?:en)?|Met de meeste hoogachting)\b.{0,40}$")
_CLOSING_REACH = 25


class Part(Enum):
    """What a section is."""

    HEAD = "head"
    QUESTION = "vraag"
    ANSWER = "antwoord"
    MEDEDELING = "mededeling"
    TOELICHTING = "toelichting"
    INTRODUCTION = "introduction"
    UNREADABLE = "unreadable"


@dataclass(slots=True)
class Section:
    """A heading with the lines under it; `numbers` is empty for a bare "Antwoord" and for the other parts.

    Under a heading that names no vraag that can be read, the first line is the heading itself.
    """

    part: Part
    numbers: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)


def split_sections(lines: Sequence[str]) -> list[Section]:
    """Return the sections of a document in order; the first is its head, up to the first heading.

    Letter formulas at the end ("Hoogachtend," and the signature) are left out.
    """
    lines = _without_closing(lines)
    headed = any((heading := parse_heading(line)) and heading.kind is Kind.QUESTION for line in lines)
    sections = [Section(Part.HEAD)]
    for line in lines:
        opened = _open(line)
        if opened:
            sections.append(opened)
        else:
            sections[-1].lines.append(line)
    return sections if headed else list(_split_lists(sections))


def headless_answers(sections: Sequence[Section]) -> list[Section]:
    """Return the sections with answers that lack their heading cut from the question they stand under.

    Only where other vragen are answered under headings: prose behind an empty line, after the last paragraph that
    asks, under a question that no heading answers, is the minister's and must not pass for the member's words.
    """
    answered = {number for section in sections if section.part is Part.ANSWER for number in section.numbers}
    found: list[Section] = []
    for at, section in enumerate(sections):
        found.append(section)
        followed = at + 1 < len(sections) and sections[at + 1].part is Part.ANSWER
        if section.part is not Part.QUESTION or not answered or answered & set(section.numbers) or followed:
            continue
        asks = [index for index, line in enumerate(section.lines) if line.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹, ").endswith("?")]
        cut = asks[-1] + 1 if asks else len(section.lines)
        if cut < len(section.lines) and not section.lines[cut] and any(section.lines[cut:]):
            found.append(Section(Part.ANSWER, section.numbers, section.lines[cut:]))
            section.lines = section.lines[:cut]
    return found


def unnumbered(lines: Sequence[str]) -> list[str] | None:
    """Return the questions of a document that prints no numbers, or None if it is not such a list.

    Ministries' files lose the automatic numbers of a list. Each paragraph must be a question by itself; then
    their order is the numbering. Anything else is no list of questions.
    """
    blocks: list[str] = [""]
    for line in lines:
        if line:
            blocks[-1] = f"{blocks[-1]} {line}".strip()
        elif blocks[-1]:
            blocks.append("")
    found = [block for block in blocks if block]
    return found if found and all("?" in block[-1:] or "?" in block for block in found) else None


def _open(line: str) -> Section | None:
    heading = parse_heading(line)
    if heading:
        part = Part.QUESTION if heading.kind is Kind.QUESTION else Part.ANSWER
        return Section(part, heading.numbers, [heading.rest] if heading.rest else [])
    if is_broken_heading(line):
        return Section(Part.UNREADABLE, (), [line])
    for part, pattern in _OTHERS:
        match = pattern.match(line)
        if match:
            rest = line[match.end() :].strip()
            return Section(part, (), [rest] if rest else [])
    return None


def _without_closing(lines: Sequence[str]) -> Sequence[str]:
    first = max(0, len(lines) - _CLOSING_REACH)
    for at in range(first, len(lines)):
        if _CLOSING.match(lines[at]) and not any(_asks_or_opens(line) for line in lines[at:]):
            return lines[:at]
    return lines


def _asks_or_opens(line: str) -> bool:
    """Whether a line is no part of a signature: the vragen of a short letter follow in its annex."""
    return line.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹, ").endswith("?") or bool(parse_heading(line))


def _split_lists(sections: Sequence[Section]) -> Iterator[Section]:
    """Find the numbered questions in the head and behind each answer.

    Behind an answer the last run that starts with the number due is the questions; an earlier one is a list in
    the answer itself. Only a following answer makes a run behind an answer questions.
    """
    due = 1
    for at, section in enumerate(sections):
        answered = at + 1 < len(sections) and sections[at + 1].part is Part.ANSWER
        if section.part is Part.HEAD or (section.part is Part.ANSWER and answered):
            starts = _run(section.lines, due, last=section.part is Part.ANSWER)
        else:
            starts = []
        if not starts:
            yield section
            continue
        yield Section(section.part, section.numbers, section.lines[: starts[0]])
        for start, end in zip(starts, [*starts[1:], len(section.lines)], strict=True):
            first = _LISTED.sub("", section.lines[start], count=1)
            yield Section(Part.QUESTION, (str(due),), [first, *section.lines[start + 1 : end]])
            due += 1


def _run(lines: Sequence[str], due: int, *, last: bool) -> list[int]:
    """Return the line indexes of the questions due, due + 1 and so on."""
    numbered = [(at, int(match[1])) for at, line in enumerate(lines) if (match := _LISTED.match(line))]
    begins = [at for at, number in numbered if number == due]
    if not begins:
        return []
    starts = [begins[-1] if last else begins[0]]
    for at, number in numbered:
        if at > starts[-1] and number == due + len(starts):
            starts.append(at)
    return starts


_OTHERS = (
    (Part.MEDEDELING, _MEDEDELING),
    (Part.TOELICHTING, _TOELICHTING),
    (Part.INTRODUCTION, _INTRODUCTION),
)
