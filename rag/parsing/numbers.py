"""Number lists in headings: "2 en 3", "4-7", "2 t/m 6", "1a", and the headings "Vraag 4, 5 en 6" they stand in."""

import re
from dataclasses import dataclass
from enum import Enum

MAX_RANGE = 200
"""The most vragen that one heading may span; a longer range is no heading but a phrase with numbers in it."""

_TOKEN = re.compile(
    r"(?P<number>\d{1,3})(?!\d)(?P<letter>[a-z](?![a-z]))?"
    r"|(?P<range>t\s?/\s?m|t\.?e?\.?m\.?(?![a-z])|tot\s?en\s?met|[-–—])"
    r"|(?P<alone>[a-z](?![a-z]))"
    r"|(?P<separator>en(?![a-z])|vraag|vragen|antwoord|[,;&/+])",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?P<kind>vragen|vraag|antwoorden|antwoord|beantwoording)\s*(?P<of>(?:op\s*)?(?:de\s*)?(?:vragen|vraag)?)\s*"
    r"(?P<numbers>\d[\d\s,;&/+–—a-z-]{0,80})?\s*(?P<end>[.:)]*)",
    re.IGNORECASE,
)
_BROKEN_HEADING = re.compile(
    r"(?:Vraag|Antwoord(?:en)?)(?: op)?(?: de)?(?: vraag| vragen)? ?"
    r"(?:\d{1,12}+(?:[a-z](?=t/m|(?![a-z])))?|[\s,;&/+–—-]|en|t/m|[IVXivx]{1,5}\b|[a-hj-uwyz]\b){0,40}+[.:)]*"
)
_INITIALS = ("V", "A", "B")


class Kind(Enum):
    """What a heading opens."""

    QUESTION = "vraag"
    ANSWER = "antwoord"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line: what it opens, the vragen it names (none for a bare "Antwoord"), text after its colon."""

    kind: Kind
    numbers: tuple[str, ...]
    rest: str = ""


def parse_numbers(text: str) -> tuple[str, ...]:
    """Return the vraag numbers that a list names, in its order, each once.

    Ranges are written out ("2 t/m 4" → 2, 3, 4; "1a-c" → 1a, 1b, 1c); a missing comma and glued words do no
    harm ("9 10 en 11", "1en2"). Anything that is no such list gives ().

    >>> parse_numbers("3, 4 t/m 6 en 8a")
    ('3', '4', '5', '6', '8a')
    """
    found: list[str] = []
    position, open_range = 0, False
    text = text.strip().rstrip(".:)")
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token = _TOKEN.match(text, position)
        if token is None:
            return ()
        position = token.end()
        if token["range"]:
            if open_range or not found:
                return ()
            open_range = True
        elif not token["separator"]:
            number = _number(token, found)
            expanded = _expand(found[-1], number) if open_range else (number,)
            if not number or not expanded:
                return ()
            found += [item for item in expanded if item not in found]
            open_range = False
    return () if open_range else tuple(found)


def parse_heading(line: str) -> Heading | None:
    """Return the heading that a line is, or None for any other line.

    A question's heading needs a number; an answer's may stand bare ("Antwoord:"). Text on the same line is
    taken only after a colon, so that a sentence such as "Antwoord 3 was duidelijk." is no heading.
    """
    if line[:1] not in _INITIALS:
        return None
    line = " ".join(line.split())
    match = _HEADING.match(line)
    if match is None:
        return None
    kind = Kind.QUESTION if match["kind"][0] == "V" else Kind.ANSWER
    rest = line[match.end() :].strip()
    numbers = parse_numbers(match["numbers"] or "")
    if match["numbers"] and not numbers:
        return None
    if not numbers and (kind is Kind.QUESTION or match["of"].strip() or match["kind"].lower() != "antwoord"):
        return None
    if rest and ":" not in match["end"]:
        return None
    return Heading(kind, numbers, rest)


def is_broken_heading(line: str) -> bool:
    """Whether a line can only be a heading, but names no vraag that can be read ("Vraag", "Antwoord 3-1")."""
    return line[:1] in _INITIALS and bool(_BROKEN_HEADING.fullmatch(line)) and parse_heading(line) is None


def sort_key(number: str) -> tuple[int, str]:
    """Return a key that sorts numbers as people do: 2 before 10, 2 before 2a."""
    digits = re.match(r"\d+", number)
    return (int(digits[0]), number[digits.end() :]) if digits else (0, number)


def _number(token: re.Match[str], found: list[str]) -> str:
    if token["alone"]:
        stem = re.match(r"\d+", found[-1]) if found else None
        return stem[0] + token["alone"].lower() if stem else ""
    return str(int(token["number"])) + (token["letter"] or "").lower()


def _expand(first: str, last: str) -> tuple[str, ...]:
    (low, low_letter), (high, high_letter) = sort_key(first), sort_key(last)
    if low == high and low_letter and low_letter < high_letter:
        return tuple(f"{low}{chr(code)}" for code in range(ord(low_letter) + 1, ord(high_letter) + 1))
    if low_letter or high_letter or not low < high <= low + MAX_RANGE:
        return ()
    return tuple(str(number) for number in range(low + 1, high + 1))
