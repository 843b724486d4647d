"""Read the head of a published document: who asked whom what and when, who answered, and its ids."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from rag.parsing.dates import find_date, vergaderjaar
from rag.parsing.furniture import join_line
from rag.parsing.glue import LINE_END
from rag.parsing.letter import is_letter, read_letter
from rag.parsing.people import parse_answerers, parse_askers
from rag.records import Person

VRAAGNUMMER = re.compile(r"(?<![\w])(\d{4})\s?Z\s?(\d{5})(?!\d)")
PUBLISHED = re.compile(r"\bah-(?:tk-|ek-)?[0-9][0-9A-Za-z]*(?:-[0-9A-Za-z]+)*")
_KV = re.compile(r"\bkv-(?:tk-)?(\d{4}Z\d{4,5})\b")
_STATEMENT = re.compile(
    r"(?:Mondelinge vragen|Vragen) van |Antwoord(?:en)? van |Mededeling van |Zie ook |\(?[Ii]ngezonden |AH \d|"
    r"\d{4}\s?Z\s?\d{5}\W*$|(?:Uw|Ons|Onze) kenmerk|Kenmerk"
)
_LETTER_STATEMENT = re.compile(
    r"Datum\b|Onderwerp\b|Directoraat|Contactpersoon|Projectnaam|Geachte |In (?:het )?antwoord op|[Mm]ede namens |"
    r"[Dd]e (?:[Mm]inister|[Ss]taatssecretaris)\b"
)
_AH = re.compile(r"AH (\d{1,5})\W*$")
_SENT = re.compile(r"\(?ingezonden\s*:?\s*([^()]{4,40})\)?\.?", re.IGNORECASE)
_RECEIVED = re.compile(r"\(?(?:ontvangen|ontvangst)\s*:?\s*([^()]{4,40})", re.IGNORECASE)
_ASKED_BY = re.compile(r"(?:Mondelinge vragen|Vragen) van (?=(?:het|de) |lid |leden )")
_SUBJECT = re.compile(
    r"\b([Vv]ragen van (?:het lid|de leden) .{3,300}?)"
    r"(?:\s*\((?:ingezonden|\d{4}Z)|\s(?:kunnen|kan|worden|zijn|is)\s|\.(?:\s|$))"
)
_TOLD = re.compile(
    r"\b(?:heeft|hebben) ((?:het lid|de leden) .{3,300}?) (?:schriftelijke )?(?:[Kk]amer)?vragen (?:gesteld|ingediend)"
    r"((?: aan .{3,300}?)? (?:over|inzake|betreffende|naar aanleiding van) .{3,300}?)(?:\.(?:\s|$)|\s\(|$)"
)
_TITLE_START = re.compile(r"\s(?:over|inzake|betreffende|naar aanleiding van)\s")
_TITLE_GLUED = re.compile(r"(?<=[a-zë])over\s(?=[a-z«])|\sover(?=(?:de|het|een)\s)")
_SEE_ALSO = re.compile(
    r"Zie ook ?Aanhangsels? ?Handelingen(?: II)?(?:, ?vergaderjaar ?\d{4} ?[–-] ?\d{4})?"
    r"(?:, ?nrs?\. ?\d[\d, en]{0,60})?\.?"
)
_WORD = re.compile(r"[^\W\d_]{2}")
_LIMIT = 20_000
"""Longest statement, in characters; a longer one is running text."""
_LABEL = 200
"""Longest statement that is an id with its label."""


@dataclass(slots=True)
class Head:
    """What the head of a document says; None or empty where it is silent."""

    identifier: str | None = None
    publication: str | None = None
    title: str = ""
    asked: date | None = None
    received: date | None = None
    askers: tuple[Person, ...] = ()
    answerers: tuple[Person, ...] = ()
    is_mededeling: bool = False
    mondeling: bool = False
    rest: list[str] = field(default_factory=list)


def read_head(lines: Sequence[str], whole: str) -> Head:
    """Return what the head of a document says.

    Args:
        lines: The lines before its first heading.
        whole: The whole raw text, for the ids in its footers.
    """
    head = Head()
    letter = is_letter(lines)
    for statement in _statements(lines, _LETTER_STATEMENT if letter else None):
        if not _read_statement(statement, head):
            head.rest.append(statement)
    if letter:
        _read_letter(head)
    printed = _KV.search(whole)
    published = PUBLISHED.search(whole)
    head.publication = published[0] if published else head.publication
    if printed:
        head.identifier = printed[1]
    return head


def read_subject(text: str, head: Head) -> None:
    """Take from a mededeling whose vragen it is about, where the head of the document does not say so."""
    subject, told = _SUBJECT.search(text), _TOLD.search(text)
    if subject and not head.askers:
        _read_question(subject[1], head)
    elif told and not head.askers:
        _read_question(f"Vragen van {told[1]}{told[2]}", head)


def _read_letter(head: Head) -> None:
    own = {f"{match[1]}Z{match[2]}" for text in head.rest for match in VRAAGNUMMER.finditer(text)}
    letter = read_letter(head.rest)
    if head.identifier is None and len(own) == 1:
        head.identifier = own.pop()
    if letter.subject and not head.askers:
        _read_question(f"Vragen {letter.subject}", head)
    head.asked = head.asked or letter.asked
    head.received = head.received or letter.dated
    # Who signs is named in the letter; the heading above the answers gives the office alone.
    head.answerers = letter.answerers or head.answerers
    head.rest = list(letter.prose)


def _statements(lines: Sequence[str], also: re.Pattern[str] | None) -> list[str]:
    """Join the lines of each statement; an empty line or a known opening starts the next."""
    found = [""]
    for line in (line.replace(LINE_END, " ") for line in lines):
        opens = _STATEMENT.match(line) or (also and (also.match(line) or found[-1].endswith(".")))
        if not line or opens or len(found[-1]) + len(line) > _LIMIT:
            found.append("")
        if line:
            found[-1] = join_line(found[-1], line) if found[-1] else line
    return [statement for statement in found if statement]


def _read_statement(statement: str, head: Head) -> bool:
    if len(statement) > _LIMIT:
        return False
    sent = _SENT.search(statement)
    if sent:
        head.asked = head.asked or find_date(sent[1])
    if _ASKED_BY.match(statement):
        _read_question(statement[: sent.start()] if sent else statement, head)
        _keep_rest(statement[sent.end() :] if sent else "", head)
        return True
    if statement.startswith(("Antwoord van ", "Antwoorden van ", "Mededeling van ")):
        _read_answer(statement, head)
        return True
    if statement.startswith("Zie ook "):
        _keep_rest(statement, head)
        return True
    number = VRAAGNUMMER.search(statement)
    if number and _STATEMENT.match(statement):
        head.identifier = head.identifier or f"{number[1]}Z{number[2]}"
        return len(statement) < _LABEL
    aanhangsel = _AH.match(statement)
    if aanhangsel:
        head.publication = aanhangsel[1]
        return True
    return bool(sent and sent.end() - sent.start() >= len(statement) - 2)


def _keep_rest(text: str, head: Head) -> None:
    """Keep what stands behind a statement on its lines, but for references to earlier notes."""
    rest = _SEE_ALSO.sub("", text).strip(" .,:;)(")
    if _WORD.search(rest):
        head.rest.append(rest)


def _read_question(statement: str, head: Head) -> None:
    head.mondeling = statement.startswith("Mondelinge")
    phrase = re.sub(r"^(?:Mondelinge )?[Vv]ragen (?:van )?", "", statement)
    askers, _, addressed = phrase.partition(" aan ")
    start = _TITLE_START.search(addressed or phrase) or _TITLE_GLUED.search(addressed)
    if start:
        title = (addressed or phrase)[start.end() :].strip(" .:")
        head.title = title[:1].upper() + title[1:]
        if not addressed:
            askers = phrase[: start.start()]
    head.askers = parse_askers(askers)


def _read_answer(statement: str, head: Head) -> None:
    head.is_mededeling = statement.startswith("Mededeling")
    received = _RECEIVED.search(statement)
    head.received = find_date(statement[received.start() :]) if received else None
    _keep_rest(statement[received.end() :] if received else "", head)
    who = statement[: received.start()] if received else statement
    head.answerers = parse_answerers(who.partition(" van ")[2].rstrip(" ("))
    if head.publication and head.publication.isdigit():
        year = vergaderjaar(head.received) if head.received else None
        head.publication = f"ah-tk-{year}-{head.publication}" if year else None
