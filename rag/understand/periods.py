"""Find periods in a query: "in 2022", "sinds maart", "tussen 2020 en 2022", "vorig jaar", "since March 2022".

Only what the words mean is read here; whether a period says when a vraag was asked, when it was answered, or belongs
to the subject is decided in `rag.understand.frames`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        "januari|january|jan februari|february|feb maart|march|mrt april|apr mei|may juni|june|jun juli|july|jul "
        "augustus|august|aug september|sept|sep oktober|october|okt|oct november|nov december|dec".split(),
        1,
    )
    for name in names.split("|")
}
_SEASONS = {"voorjaar": 3, "lente": 3, "spring": 3, "zomer": 6, "summer": 6, "najaar": 9, "herfst": 9, "autumn": 9}
_YEAR_OR_SO = 300
"""Days; a longer period is a whole year."""

_COUNTS = {
    word: number
    for number, words in enumerate(
        "een|one|a twee|two drie|three vier|four vijf|five zes|six zeven|seven acht|eight negen|nine tien|ten".split(),
        1,
    )
    for word in words.split("|")
}
_ORDINALS = {
    word: number
    for number, words in enumerate(
        "eerste|1e|1ste|first|1st tweede|2e|2de|second|2nd derde|3e|3de|third|3rd vierde|4e|4de|fourth|4th".split(), 1
    )
    for word in words.split("|")
}
_HALVES = tuple(word for word, number in _ORDINALS.items() if number <= 2)
_PARTS = {"begin": 1, "beginning": 1, "early": 1, "medio": 5, "eind": 10, "einde": 10, "end": 10, "late": 10}
"""Words for a part of a year, with the month in which it begins."""

_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:19|20|21)\d\d(?!\d)"
_ISO = rf"{_YEAR}-\d\d?-\d\d?(?!\d)"
_OF = r"\s+(?:(?:van|of|in)\s+)?(?:het jaar\s+)?"
_UNIT = r"(?:jaar|jaren|years?|maand|maanden|months?|week|weken|weeks?|dag|dagen|days?)"
_PART = rf"(?:(?:het|the)\s+)?(?:{'|'.join(_PARTS)}){_OF}{_YEAR}"
_DAYS: tuple[tuple[str, str], ...] = (
    ("iso", _ISO),
    ("numeric", rf"\d\d?[-/.]\d\d?[-/.]{_YEAR}"),
    ("day_first", rf"\d\d?(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?"),
    ("month_first", rf"{_MONTH}\s+\d\d?(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?"),
)
_WEEK_OF = r"(?:(?:de|the)\s+)?week\s+(?:van|of)\s+"
_ATOMS: tuple[tuple[str, str], ...] = (
    *_DAYS,
    ("week_of", rf"{_WEEK_OF}(?:{'|'.join(pattern for _, pattern in _DAYS)})"),
    ("month", rf"(?:(?:de )?maand\s+)?{_MONTH}(?:{_OF}{_YEAR})?"),
    ("quarter", rf"(?:(?:het|the)\s+)?(?:{'|'.join(_ORDINALS)})\s+(?:kwartaal|quarter){_OF}{_YEAR}|q[1-4]{_OF}{_YEAR}"),
    ("half", rf"(?:(?:de|het|the)\s+)?(?:{'|'.join(_HALVES)})\s+(?:helft|half ?jaar|half){_OF}{_YEAR}"),
    ("part", _PART),
    ("season", rf"(?:(?:het|de|the)\s+)?(?:{'|'.join(_SEASONS)}){_OF}{_YEAR}"),
    ("week", rf"week\s+\d\d?{_OF}{_YEAR}"),
    ("year", rf"(?:(?:het|the)\s+)?(?:(?:jaar|year)\s+)?{_YEAR}"),
)
_RELATIVE = (
    rf"(?:(?P<since>sinds|vanaf|since)\s+)?(?:(?:in|de|het|the|over|gedurende|tijdens|during)\s+)*"
    rf"(?P<which>vorige?|voorgaande?|deze|dit|afgelopen|voorbije|laatste|last|past|previous|this)\s+"
    rf"(?:(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})\s+)?(?P<half>half\s*)?(?P<unit>{_UNIT})\b"
    rf"|\b(?P<day>vandaag|gisteren|today|yesterday)\b"
)
_ATOM = "(?:" + "|".join(pattern for _, pattern in _ATOMS) + ")"
_BETWEEN = r"tussen|between"
_NO_AMOUNT = (
    r"(?!\s*(?:€|%|(?:euro|procent|percent|graden|meter|kilometer|km|kilo|kg|ton|liter|uur|woningen|huizen|mensen"
    r"|personen|miljoen|miljard)\b))"
)
_NAMED_PART = re.compile(r"\bq[1-4]\b|kwartaal|quarter|helft|half")
_PERIOD = re.compile(
    rf"\b(?:(?P<between>{_BETWEEN})\s+(?P<a>{_ATOM})\s+(?:en|and)\s+(?P<b>{_ATOM}){_NO_AMOUNT}"
    rf"|(?:van|vanaf|from|in|uit|over|(?:(?:in|over|uit|van) )?(?:de )?periode(?: van)?)\s+(?P<c>{_ATOM})"
    rf"\s*(?P<until>-|–|t/m|tot en met|tot|to|until|through)\s*(?P<d>{_ATOM})"
    rf"|(?:(?:aan|at)\s+)?(?P<f>{_PART})"
    rf"|(?P<op>sinds|vanaf|vanuit|since|from|na|after|voor|before|tot en met|t/m|through|tot|until|till|in|uit"
    rf"|van|of|op|on|gedurende|tijdens|during|begin|eind|medio)\s+(?P<e>{_ATOM})"
    rf"|{_RELATIVE})"
)
_DATED = rf"(?:{'|'.join(pattern for kind, pattern in _ATOMS if kind != 'year')})(?<={_YEAR})"
_BARE = re.compile(
    rf"(?<![\w€$.,/-])(?P<c>{_ISO}|{_DATED}|{_YEAR})(?:\s*(?P<until>-|–|t/m|tot en met)\s*(?P<d>{_YEAR}))?"
    rf"(?![\w%/-]|[.,]\d){_NO_AMOUNT}"
)
_Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included, None where open.

    Attributes:
        start: The first character it was read from; `end` is the one behind the last.
        bare: No preposition announces it, and it is no named part of a year ("Q1 2099").
        open_ended: It reaches to the day of asking ("sinds 2020", "afgelopen maand") or is the date of a paper ("uit
            mei 2022").
        range: It lies between two months or years ("tussen 2097 en 2098").
    """

    start: int
    end: int
    first: date | None
    last: date | None
    bare: bool = False
    open_ended: bool = False
    range: bool = False


def find_periods(text: str, today: date) -> list[Period]:
    """Return the periods named in a text, in order, without overlap.

    Args:
        text: The query, folded to small letters without accents.
        today: What "vorig jaar" and a month without a year are reckoned from.
    """
    found = list(_read(_PERIOD, text, today, bare=False))
    taken = [match.span() for match in _PERIOD.finditer(text)]
    for period in _read(_BARE, text, today, bare=True):
        if not any(start < period.end and period.start < end for start, end in taken):
            found.append(period)
    return sorted(found, key=lambda period: period.start)


def _read(pattern: re.Pattern[str], text: str, today: date, *, bare: bool) -> Iterator[Period]:
    for match in pattern.finditer(text):
        try:
            days = _days(match, today)
        except (ValueError, OverflowError):  # "31 februari", or a day before the calendar begins
            continue
        if days is not None and (days[0] is None or days[1] is None or days[0] <= days[1]):
            parts = match.groupdict()
            yield Period(
                *match.span(),
                *days,
                bare=bare and not _NAMED_PART.search(match[0]),
                open_ended=days[1] is None or _dates(parts, days),
                range=bool(parts.get("between")) and _whole_months(days),
            )


def _whole_months(days: _Days) -> bool:
    first, last = days
    return bool(first and last and first.day == 1 and (last + timedelta(1)).day == 1)


def _dates(parts: dict[str, str | None], days: _Days) -> bool:
    """Say whether a period can hardly be the subject's: "afgelopen maand", "uit mei 2022" (but a car is "uit 2010")."""
    if parts.get("op") in ("uit", "from") and days[0] and days[1]:
        return (days[1] - days[0]).days < _YEAR_OR_SO
    return bool(parts.get("which"))


def _days(match: re.Match[str], today: date) -> _Days | None:
    parts = match.groupdict()
    if parts.get("which") or parts.get("day"):
        days = _relative(parts, today)
        return (days[0], None) if days and parts["since"] else days
    if parts.get("between"):
        return _range(parts["a"], parts["b"], today, included=True)
    if parts.get("d"):
        return _range(parts["c"], parts["d"], today, included=parts["until"] not in ("tot", "to", "until"))
    return _single(parts.get("op") or "in", parts.get("e") or parts.get("f") or parts["c"], today)


def _range(first: str, last: str, today: date, *, included: bool) -> _Days:
    end = _atom(last, today)
    year = re.search(_YEAR, last)
    start = _atom(first, today, int(year[0]) if year else None)
    # "van 2020 tot 2022" takes 2022 in, as people do with years; "tot 1 juli" does not take the day in.
    whole = included or end[0] != end[1]
    return start[0], end[1] if whole else end[0] - timedelta(1)


def _single(word: str, atom: str, today: date) -> _Days:
    first, last = _atom(atom, today)
    year = (last - first).days > _YEAR_OR_SO
    rules: dict[str, Callable[[], _Days]] = {
        **dict.fromkeys(("sinds", "vanaf", "since", "from"), lambda: (first, None)),
        **dict.fromkeys(("na", "after"), lambda: (last + timedelta(1), None)),
        **dict.fromkeys(("voor", "before", "tot", "until", "till"), lambda: (None, first - timedelta(1))),
        **dict.fromkeys(("tot en met", "t/m", "through"), lambda: (None, last)),
        **dict.fromkeys(_PARTS, lambda: _part(word, first.year) if year else (first, last)),
    }
    if re.match(r"(?:(?:het|the) )?(?:eind|end|late)", atom):  # "tot eind 2098" takes the end in
        rules |= dict.fromkeys(("voor", "before", "tot", "until", "till"), lambda: (None, last))
    return rules.get(word, lambda: (first, last))()


def _relative(parts: dict[str, str | None], today: date) -> _Days | None:
    if parts["day"]:
        day = today if parts["day"] in ("vandaag", "today") else today - timedelta(1)
        return day, day
    which, unit, count = str(parts["which"]), str(parts["unit"])[0], parts["count"]
    number = _COUNTS.get(count, 0) or int(count) if count else 1
    if parts["half"] and unit in "jy":
        return _months_back(today, 6), today
    rolling = count is not None or which in ("afgelopen", "voorbije", "laatste", "past")
    if rolling:
        return {
            "j": lambda: _months_back(today, 12 * number),
            "y": lambda: _months_back(today, 12 * number),
            "m": lambda: _months_back(today, number),
            "w": lambda: today - timedelta(7 * number),
            "d": lambda: today - timedelta(number),
        }[unit](), today
    back = 0 if which in ("deze", "dit", "this") else 1
    if unit in "jy":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    if unit == "m":
        first = _months_back(today.replace(day=1), back)
        return first, _month_end(first.year, first.month)
    if unit == "w":
        return _week_of(today - timedelta(7 * back))
    return None


def _atom(text: str, today: date, year: int | None = None) -> tuple[date, date]:
    """Return first and last day of one day, week, month, quarter, half, season or year."""
    kind = next(kind for kind, pattern in _ATOMS if re.fullmatch(pattern, text))
    if kind == "week_of":
        return _week_of(_atom(re.sub(_WEEK_OF, "", text), today, year)[0])
    found = re.search(_YEAR, text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if kind in ("iso", "numeric"):
        day = date(*numbers) if kind == "iso" else date(*reversed(numbers))
        return day, day
    month = next((_MONTHS[word] for word in re.findall(r"[a-z]+", text) if word in _MONTHS), 0)
    if kind in ("day_first", "month_first"):
        day = _recent(int(found[0]) if found else year, month, numbers[0], today)
        return day, day
    if kind == "month":
        first = _recent(int(found[0]) if found else year, month, 1, today)
        return first, _month_end(first.year, first.month)
    return _part_of_year(kind, text, int(found[0]) if found else today.year)


def _part_of_year(kind: str, text: str, year: int) -> tuple[date, date]:
    words = re.findall(r"q\d|\d?[a-z]+", text)
    if kind == "part":
        return _part(next(word for word in words if word in _PARTS), year)
    if kind == "week":
        return _week_of(date.fromisocalendar(year, int(re.findall(r"\d+", text)[0]), 1))
    if kind == "quarter":
        part = int(text[1]) if text[0] == "q" else next(_ORDINALS[word] for word in words if word in _ORDINALS)
        return date(year, 3 * part - 2, 1), _month_end(year, 3 * part)
    if kind == "half":
        part = next(_ORDINALS[word] for word in words if word in _ORDINALS)
        return date(year, 6 * part - 5, 1), _month_end(year, 6 * part)
    if kind == "season":
        month = next(_SEASONS[word] for word in words if word in _SEASONS)
        return date(year, month, 1), _month_end(year, month + 2)
    return date(year, 1, 1), date(year, 12, 31)


def _part(word: str, year: int) -> tuple[date, date]:
    """Return three months for the begin and the end of a year, four for the middle."""
    month = _PARTS[word]
    return date(year, month, 1), _month_end(year, month + (3 if word == "medio" else 2))


def _recent(year: int | None, month: int, day: int, today: date) -> date:
    """Return the day in the given year, else the latest such day that is not in the future."""
    if year is not None:
        return date(year, month, day)
    found = date(today.year, month, day)
    return found if found <= today else date(today.year - 1, month, day)


def _week_of(day: date) -> tuple[date, date]:
    monday = day - timedelta(day.weekday())
    return monday, monday + timedelta(6)


def _month_end(year: int, month: int) -> date:
    return (date(year, month, 28) + timedelta(4)).replace(day=1) - timedelta(1)


def _months_back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return min(_month_end(year, month + 1), date(year, month + 1, 1) + timedelta(day.day - 1))
