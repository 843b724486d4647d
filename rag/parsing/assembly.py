"""Marked-up vragen and antwoorden to one Kamervraag: what official XML, its HTML page and data sets of it share.

Decisions that the sources leave open:

- A combined question ("Vraag 3, 4, 5") prints one paragraph for each where their counts agree; else each of its
  vragen gets the whole text.
- Where an answer names a letter ("Antwoord 2m") right behind a question that prints none ("Vraag 2"), the vraag
  is 2m.
- Questions without any number are numbered in their order, and an answer without number belongs to the question
  right before it; the one answer of a document, printed after all its questions, answers all of them.
- A remark is a mededeling, dated when it was received; a "Toelichting" of the asker keeps that word in front.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath

from rag.errors import ParseError
from rag.parsing.footnotes import annotated
from rag.parsing.head import PUBLISHED, VRAAGNUMMER, Head, read_head
from rag.parsing.markup import Text, joined
from rag.parsing.numbers import Kind, parse_heading, parse_numbers
from rag.parsing.pairing import Antwoord, pair, unmarked_notes, whole
from rag.parsing.published import PUBLICATION_URL
from rag.records import Kamervraag, Mededeling, Person, Vraag

_WORDS = re.compile(
    r"(?:vragen|vraag|antwoorden|antwoord|beantwoording)?(?:\s*op)?(?:\s*de)?(?:\s*(?:vragen|vraag))?\s*"
)
_FIRST_NUMBER = re.compile(r"\(?(\d{1,3}[a-z]?)(?:[.)]+|(?=\s|$))\s*")
_TOELICHTING = re.compile(r"Toelichting\b\s*:?\s*")
_MEDEDELING = re.compile(r"Mededeling\s*:?\s*(?:\n|$)|Mededeling\s*:\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """One marked-up vraag or antwoord.

    Attributes:
        kind: Which of the two.
        label: Its printed number or heading ("Vraag 1, 2", "3"), "" if it has none.
        units: Its text, in the pieces that the questions of a combined heading may be.
    """

    kind: Kind
    label: str
    units: tuple[Text, ...]


@dataclass(slots=True)
class Publication:
    """What a source says of one published document, before it is paired.

    Attributes:
        name: The document, for messages, and for its id where it prints none.
        statements: The sentences of its head ("Vragen van het lid …", "Antwoord van Minister …").
        blocks: Its vragen and antwoorden, in document order.
        remarks: Text beside them.
        notes: Footnotes, mark to text.
        vraagnummer: For example "2022Z04736", if printed.
        publication: For example "ah-tk-20212022-2957", if known.
        asked: Dates, title, people and topics in so far as they are marked up by themselves.
    """

    name: str
    statements: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    vraagnummer: str | None = None
    publication: str | None = None
    title: str = ""
    asked: date | None = None
    received: date | None = None
    askers: tuple[Person, ...] = ()
    answerers: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()


def assemble(source: Publication) -> Kamervraag:
    """Return the Kamervraag of a document, perhaps in part.

    Raises:
        ParseError: It has neither vragen nor a mededeling, has no id, or an answer cannot be paired; as a
            PartialParseError where the rest of the document can.
    """
    head = _head(source)
    numbered = _numbered(source)
    misfits: list[str] = []
    questions = _questions(source.name, numbered, misfits)
    answers = [(numbers, joined(list(block.units))) for block, numbers in numbered if block.kind is Kind.ANSWER]
    texts = {number: text.text for number, text in questions.items()}
    vragen = pair(source.name, texts, [Antwoord(numbers, text.text) for numbers, text in answers], misfits)
    mededelingen = tuple(item for remark in source.remarks if (item := _mededeling(remark, head)).text)
    if not vragen and not mededelingen:
        raise ParseError("\n".join(misfits) or f"{source.name}: holds no vragen and no mededeling; leave it out.")
    marks: dict[str, tuple[str, ...]] = {number: text.marks for number, text in questions.items()}
    for numbers, text in answers:
        for number in numbers:
            marks[number] = (*marks.get(number, ()), *text.marks)
    vragen = tuple(_finished(vraag, marks.get(vraag.number, ()), source) for vraag in vragen)
    mededelingen = tuple(replace(item, text=annotated(item.text, source.notes)) for item in mededelingen)
    misfits += unmarked_notes(source.name, vragen, mededelingen, source.notes)
    return whole(_document(source, head, vragen, mededelingen), misfits)


def read_label(label: str, name: str) -> tuple[str, ...]:
    """Return the numbers of a label such as "Vraag 1, 2", "Antwoord op vraag 3 en 4", "5."; () for none.

    Args:
        label: As printed.
        name: The document, for messages.

    Raises:
        ParseError: It has digits that are no list of numbers.
    """
    label = " ".join(label.split())
    heading = parse_heading(label)
    if heading:
        return heading.numbers
    words = _WORDS.match(label.lower())
    rest = label[words.end() :] if words else label
    numbers = parse_numbers(rest)
    if not numbers and re.search(r"\d", rest):
        raise ParseError(f'{name}: the heading "{label[:60]}" names no vragen that can be read; correct its numbers.')
    return numbers


def _head(source: Publication) -> Head:
    lines = [line for statement in source.statements for line in (statement, "")]
    head = read_head(lines, "")
    head.title = source.title or head.title
    head.asked = head.asked or source.asked
    head.received = head.received or source.received
    head.askers = head.askers or source.askers
    head.answerers = head.answerers or source.answerers
    return head


def _numbered(source: Publication) -> list[tuple[Block, tuple[str, ...]]]:
    """Return each block with the numbers it is about."""
    found: list[tuple[Block, tuple[str, ...]]] = []
    labelled = any(block.label for block in source.blocks if block.kind is Kind.QUESTION)
    answers = sum(block.kind is Kind.ANSWER for block in source.blocks)
    for original in source.blocks:
        block, numbers = _own_numbers(original, source.name)
        if not numbers and block.kind is Kind.QUESTION:
            asked = [item for item, _ in found if item.kind is Kind.QUESTION]
            if labelled and asked:
                raise ParseError(f"{source.name}: a vraag without number stands among numbered ones; number it.")
            numbers = (str(len(asked) + 1),)
        elif not numbers:
            numbers = _asked_before(found, answers, source.name)
        last = found[-1] if found else None
        if block.kind is Kind.ANSWER and last and _lettered(last, numbers):
            found[-1] = (last[0], numbers)
        found.append((block, numbers))
    return found


def _own_numbers(block: Block, name: str) -> tuple[Block, tuple[str, ...]]:
    """Return the numbers of a block's label or, where it has none, of its first paragraph, which then loses them."""
    numbers = read_label(block.label, name)
    if numbers or not block.units:
        return block, numbers
    first = block.units[0]
    line, _, rest = first.text.partition("\n")
    heading = parse_heading(line)
    if heading and heading.numbers and not heading.rest:
        return replace(block, units=(replace(first, text=rest), *block.units[1:])), heading.numbers
    printed = _FIRST_NUMBER.match(line)
    if printed and (printed.end() == len(line) or printed[0].strip() != printed[1]):
        text = "\n".join(part for part in (line[printed.end() :], rest) if part)
        return replace(block, units=(replace(first, text=text), *block.units[1:])), (printed[1],)
    return block, ()


def _lettered(last: tuple[Block, tuple[str, ...]], numbers: tuple[str, ...]) -> bool:
    block, asked = last
    if block.kind is not Kind.QUESTION or len(asked) != 1 or len(numbers) != 1:
        return False
    return bool(re.fullmatch(re.escape(asked[0]) + "[a-z]", numbers[0]))


def _asked_before(found: Sequence[tuple[Block, tuple[str, ...]]], answers: int, name: str) -> tuple[str, ...]:
    """Return the numbers that an answer without number is about."""
    asked = [numbers for block, numbers in found if block.kind is Kind.QUESTION]
    if not asked:
        if answers == 1:
            return ("1",)
        raise ParseError(f"{name}: prints answers without numbers and no questions; number the answers.")
    if answers == 1:
        return tuple(dict.fromkeys(number for numbers in asked for number in numbers))
    if found[-1][0].kind is Kind.QUESTION and (len(found) < 2 or found[-2][0].kind is Kind.ANSWER):
        return found[-1][1]
    where = ", ".join(number for numbers in asked for number in numbers)
    raise ParseError(f"{name}, vraag {where}: an answer without number follows; number it in the document.")


def _questions(name: str, numbered: Sequence[tuple[Block, tuple[str, ...]]], misfits: list[str]) -> dict[str, Text]:
    found: dict[str, Text] = {}
    answered = {number for block, numbers in numbered if block.kind is Kind.ANSWER for number in numbers}
    for block, numbers in numbered:
        if block.kind is not Kind.QUESTION:
            continue
        whole = joined(list(block.units))
        units = [unit for unit in block.units if unit.text]
        own = units if len(units) == len(numbers) else [whole] * len(numbers)
        for number, text in zip(numbers, own, strict=True):
            if not text.text and number not in answered:
                misfits.append(f"{name}, vraag {number}: the question is empty; check whether text was lost.")
            elif number in found and found[number].text.split() != text.text.split():
                misfits.append(f"{name}, vraag {number}: the number is used for two questions; correct it.")
                found[number] = joined([found[number], text])
            else:
                found.setdefault(number, text)
    return found


def _finished(vraag: Vraag, marks: tuple[str, ...], source: Publication) -> Vraag:
    notes = {mark: source.notes.get(mark, "") for mark in marks}
    return replace(vraag, question=vraag.question or None, footnotes=notes)


def _mededeling(remark: str, head: Head) -> Mededeling:
    toelichting = _TOELICHTING.match(remark)
    if toelichting:
        rest = remark[toelichting.end() :].strip()
        return Mededeling(f"Toelichting: {rest}" if rest else "")
    opening = _MEDEDELING.match(remark)
    return Mededeling((remark[opening.end() :] if opening else remark).strip(), head.received)


def _document(
    source: Publication, head: Head, vragen: tuple[Vraag, ...], mededelingen: tuple[Mededeling, ...]
) -> Kamervraag:
    answered = any(vraag.answer for vraag in vragen)
    identifier, publication = _ids(source)
    asked_in = f"kv-tk-{identifier}" if VRAAGNUMMER.fullmatch(identifier) else None
    return Kamervraag(
        id=identifier,
        vragen=vragen,
        title=head.title,
        asked=head.asked,
        answered=head.received if answered else None,
        askers=head.askers,
        answerers=head.answerers if answered else (),
        topics=source.topics,
        question_url=PUBLICATION_URL.format(asked_in) if asked_in else None,
        answer_url=PUBLICATION_URL.format(publication) if answered and publication else None,
        answer_id=publication if answered else None,
        mededelingen=mededelingen,
    )


def _ids(source: Publication) -> tuple[str, str | None]:
    """Return the id of the document and that of its publication: never an invented one."""
    stem = PurePath(source.name).name
    named, published = VRAAGNUMMER.search(stem), PUBLISHED.search(stem.partition(".")[0])
    publication = source.publication or (published[0] if published else None)
    identifier = source.vraagnummer or (f"{named[1]}Z{named[2]}" if named else None) or publication
    if identifier is None:
        raise ParseError(f"{source.name}: prints no vraagnummer (such as 2022Z04736); put it in the file name.")
    return identifier, publication if publication and publication.startswith("ah-") else None
