"""Dutch dates: "14 maart 2022", "1 mrt. 2022", "14-03-2022", "2022-03-14"."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "maart", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_WRITTEN = re.compile(r"(?<!\d)(\d{1,2})\s*(?:e\s+)?([a-z]{3,9})\.?\s*(\d{4})(?!\d)", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?!\d)")


def find_date(text: str) -> date | None:
    """Return the first date in a text, or None; a day that does not exist ("31 februari") is passed over."""
    for match in _WRITTEN.finditer(text):
        month = _month(match[2].lower())
        day = _date(int(match[3]), month, int(match[1])) if month else None
        if day:
            return day
    for match in _ISO.finditer(text):
        day = _date(int(match[1]), int(match[2]), int(match[3]))
        if day:
            return day
    for match in _NUMERIC.finditer(text):
        day = _date(int(match[3]), int(match[2]), int(match[1]))
        if day:
            return day
    return None


def vergaderjaar(day: date) -> str | None:
    """Return the parliamentary year as in an id ("20242025"), None in September, when the year turns."""
    if day.month == 9:
        return None
    first = day.year if day.month > 9 else day.year - 1
    return f"{first}{first + 1}"


def _month(word: str) -> int:
    word = "maart" if word in ("mrt", "mar") else word
    return next((at for at, name in enumerate(_MONTHS, 1) if word.startswith(name)), 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
