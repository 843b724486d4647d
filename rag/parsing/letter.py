"""Read the covering letter of a ministry: subject, dates, signature. Its address block and formulas are furniture.

What the letter itself tells Parliament, beyond announcing the answers, is kept as prose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.parsing.dates import find_date
from rag.parsing.people import parse_answerers
from rag.records import Person

_LETTER = re.compile(
    r"(?:> ?)?Retouradres|Geachte |In (?:het )?antwoord op uw brief|Aan de [Vv]oorzitter van de|Onderwerp\b"
)
_SUBJECT = re.compile(r"[Vv]ragen (?:van )?(?:het van )?(?:het |de )?(?:lid|leden) ")
_DATED = re.compile(r"Datum\b:?\s*(.*)")
_YOUR_LETTER = re.compile(r"uw brief(?:en)? van ([^,;]{6,30})|(?:ingezonden|gesteld|ingediend) op (\d[^,;)]{6,30})")
_OFFICE = re.compile(r"[Dd]e ((?:[Mm]inister|[Ss]taatssecretaris)\b[^.:;]{0,120}?),?$")
_NAME = re.compile(r"(?:(?:drs|mr|ir|dr|prof|ing)\.? ?|[A-Z][a-z]?\. ?)+(?:[^\W\d_]|['’´ -]){2,50}$")
_KENMERK = re.compile(r"\b(?:Ons|Onze) kenmerk:?\s+((?=[\w./-]*\d{4})[0-9A-Z][\w./-]{3,40})")
_SHARED = re.compile(r"(?:, )?[Mm]ede namens (.{10,200})")
_FORMULA = re.compile(
    r"uw brief|uw Kamer toekomen|bied ik u|zend ik|deel ik u|ontvangt u|stuur ik|treft u|Wilt u slechts|[Rr]etouradres|"
    r"Postbus|kenmerk|aangeboden|hierbij de antwoorden|^Geachte|^Antwoorden? van|^Beantwoording",
    re.IGNORECASE,
)
_SENTENCE = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """What a covering letter says: `subject` starts at "het lid …" or "de leden …", `prose` is the rest of weight."""

    subject: str = ""
    dated: date | None = None
    asked: date | None = None
    answerers: tuple[Person, ...] = ()
    prose: tuple[str, ...] = ()


def is_letter(lines: Sequence[str]) -> bool:
    """Whether the lines before the first heading are a letter."""
    return any(_LETTER.match(line) for line in lines)


def read_letter(statements: Sequence[str]) -> Letter:
    """Return what a covering letter says.

    Args:
        statements: Its statements, each of one or more joined lines.
    """
    whole = "\n".join(statements)
    subject = next((match for text in statements if (match := _SUBJECT.search(text))), None)
    dated = next((match[1] for text in statements if (match := _DATED.match(text))), "")
    yours = _YOUR_LETTER.search(whole)
    return Letter(
        subject=subject.string[subject.start() :].partition(" ")[2] if subject else "",
        dated=find_date(dated),
        asked=find_date(yours[1] or yours[2]) if yours else None,
        answerers=_signatures(whole.split("\n")),
        prose=tuple(text for text in statements if _weighs(text)),
    )


def own_number(text: str) -> str | None:
    """Return the number that a ministry gave to its letter ("Ons kenmerk 5401166"), None if it prints none."""
    printed = _KENMERK.search(text)
    return printed[1].rstrip(".-/") if printed else None


def _weighs(text: str) -> bool:
    return len(text) >= _SENTENCE and text.endswith((".", "!", "?")) and not _FORMULA.search(text) and " " in text


def _signatures(statements: Sequence[str]) -> tuple[Person, ...]:
    """Return those who sign: the office on one line, the name on the next; and those in whose name they sign too."""
    found: list[Person] = []
    for at, text in enumerate(statements):
        office, shared = _OFFICE.match(text), _SHARED.match(text)
        following = statements[at + 1] if at + 1 < len(statements) else ""
        if office and _NAME.fullmatch(following):
            role = office[1].strip()
            found.append(Person(following.strip(), role=role[:1].lower() + role[1:]))
        elif shared:
            found += parse_answerers(f"mede namens {shared[1]}")
    return tuple(dict.fromkeys(sorted(found, key=lambda person: "mede namens" in (person.role or ""))))
