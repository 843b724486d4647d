"""Read the quantities of a text (numbers, amounts, percentages, days, times) in a form that compares across spellings.

"€ 2,3 mln." and "2,3 miljoen euro" are the same amount, "3 mei 2021" and "3-5-2021" the same day, "tien" and "10" the
same number. Dutch and English spellings are read; which comma is the decimal one follows from the language.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.verify.numerals import CARDINALS, MONTHS, ORDINALS, SCALES, WEEKDAYS

NUMBER, PERCENT, MONEY, DAY, TIME, ORDINAL, WEEKDAY, CODE = (
    "number",
    "percent",
    "money",
    "day",
    "time",
    "ordinal",
    "weekday",
    "code",
)

Value = Decimal | tuple[int, int, int] | str


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a text.

    Attributes:
        kind: NUMBER, PERCENT, MONEY, DAY, TIME, ORDINAL, WEEKDAY or CODE ("A12", "2097Z00112", "CO2").
        value: The number itself; (year, month, day) for a DAY, 0 for what is not said; text for the rest.
        start: Place of its first character.
        end: Place behind its last.
        scale: The factor that a word gave: a million in "2,3 mln."
    """

    kind: str
    value: Value
    start: int
    end: int
    scale: Decimal = Decimal(1)


def _words(table: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))


_MONTH = rf"(?P<month>{_words(MONTHS)})\.?"
_FIGURE = r"\d+(?:[.,]\d+)*"
_SCALE = rf"(?:[\s-]?(?P<scale>{_words(SCALES)})\b\.?)"
_DAYS = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d-])(?P<day>\d{1,2})[-/](?P<number>\d{1,2})[-/](?P<year>\d{4})(?!\d)"),
    re.compile(
        rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:e|st|nd|rd|th)? (?:of )?{_MONTH}(?:,? (?P<year>\d{{4}}))?(?!\w)", re.I
    ),
    re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>\d{{4}}))?(?!\w)", re.I),
    re.compile(rf"\b{_MONTH} (?:van )?(?P<year>\d{{4}})(?!\w)", re.I),
)
_FULL_MONTHS = [name for name in MONTHS if len(name) > 4 or name in ("mei", "may", "juni", "juli", "june", "july")]
_BARE_MONTH = re.compile(rf"\b(?P<month>{_words(_FULL_MONTHS)})\b", re.I)
_TIME = re.compile(r"(?<![\d.,:])(?P<hour>\d{1,2})(?:[:](?P<minute>\d{2})|[.](?P<dutch>\d{2})(?= ?uur))(?![\d:])")
_CODE = re.compile(r"(?<!\w)(?=\w*\d)(?=\w*[^\W\d_])(?!\d+(?:e|de|ste|st|nd|rd|th)\b)\w+(?:-\w+)*|(?<!\w)[A-Z]{2,}-\d+")
_AMOUNT = re.compile(
    rf"(?P<sign>[€$£]|\b(?:EUR|euro)\b)?\s?(?<![\w.,])(?P<figure>{_FIGURE}|\b(?:{_words(CARDINALS)})\b)(?:,-)?{_SCALE}?"
    r"(?P<unit>\s?%|\s?‰|\s(?:procent(?:punt(?:en)?)?|per ?cent(?:age points?)?|euro'?s?|eur)\b)?",
    re.I,
)
_ORDINAL = re.compile(rf"\b(?:(?P<figure>\d+)(?:e|de|ste|st|nd|rd|th)|(?P<word>{_words(ORDINALS)}))\b(?! Kamer)", re.I)
_WEEKDAY = re.compile(rf"\b(?P<name>{_words(WEEKDAYS)})(?:s|en)?\b", re.I)
_SHARED_UNIT = re.compile(r"\s?(?:tot(?: en met)?|en|à|of|t/m|-|–|to|and|or)\s?(?:de )?")
_RANGE = re.compile(r"\s?(?:tot|naar|à|-|–|to)\s?")


def quantities(text: str, *, english: bool = False) -> list[Quantity]:
    """Return the quantities of a text in order.

    Args:
        text: Any text.
        english: Whether "1,234.5" is the spelling, instead of "1.234,5".
    """
    taken = [False] * len(text)
    found: list[Quantity] = []
    for quantity in _candidates(text, english):
        if not any(taken[quantity.start : quantity.end]):
            taken[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
            found.append(quantity)
    return _units_shared(sorted(found, key=lambda quantity: quantity.start), text)


def _candidates(text: str, english: bool) -> Iterator[Quantity]:
    """Yield what may be a quantity, the most telling forms first: what they take is not read again."""
    for pattern in _DAYS:
        yield from (_day(match) for match in pattern.finditer(text) if _is_day(match))
    for match in _TIME.finditer(text):
        yield Quantity(TIME, f"{int(match['hour'])}:{match['minute'] or match['dutch']}", *match.span())
    for match in _CODE.finditer(text):
        yield Quantity(CODE, match[0].casefold(), *match.span())
    for match in _ORDINAL.finditer(text):
        rank = int(match["figure"]) if match["figure"] else ORDINALS[match["word"].lower()]
        yield Quantity(ORDINAL, Decimal(rank), *match.span())
    for match in _AMOUNT.finditer(text):
        if not _is_verb(match, text):
            yield _amount(match, english)
    for match in _BARE_MONTH.finditer(text):
        # "May" and "March" are also other words: at the start of a sentence, and without a capital.
        if not english or (match[0][0].isupper() and text[: match.start()].rstrip()[-1:] not in ("", ".", "?")):
            yield Quantity(DAY, (0, MONTHS[match["month"].lower()], 0), *match.span())
    for match in _WEEKDAY.finditer(text):
        yield Quantity(WEEKDAY, WEEKDAYS[match["name"].lower()], *match.span())


def _is_day(match: "re.Match[str]") -> bool:
    month = match.groupdict().get("number")
    day = match.groupdict().get("day")
    return (month is None or 1 <= int(month) <= 12) and (day is None or 1 <= int(day) <= 31)


def _day(match: "re.Match[str]") -> Quantity:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else MONTHS[parts["month"].lower()]
    return Quantity(DAY, (int(parts.get("year") or 0), month, int(parts.get("day") or 0)), *match.span())


def _is_verb(match: "re.Match[str]", text: str) -> bool:
    """Whether "acht" is the verb ("Dat acht ik"): a number is followed by a noun."""
    if match["figure"].lower() != "acht" or match["sign"]:
        return False
    following = re.match(r"\s*(\w+)", text[match.end() :])
    return not following or following[1] in _BEHIND_THE_VERB


_BEHIND_THE_VERB = frozenset("ik wij het de een dit dat deze die u zij hij ook niet geen daarom mijn in op dan".split())


def _amount(match: "re.Match[str]", english: bool) -> Quantity:
    scale = SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)
    value = figure_value(match["figure"], english=english) * scale
    unit = (match["unit"] or "").strip().lower()
    kind = NUMBER
    if match["sign"] or unit.startswith("eur"):
        kind = MONEY
    elif unit:
        kind = PERCENT
    return Quantity(kind, value.normalize(), match.start() + _blank(match[0]), match.end(), scale)


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def figure_value(figure: str, *, english: bool = False) -> Decimal:
    """Return the number that "1.234,5" (Dutch), "1,234.5" (English) or "tien" stands for."""
    if figure[0].isalpha():
        return Decimal(CARDINALS[figure.lower()])
    decimal, thousands = (".", ",") if english else (",", ".")
    if re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?", figure):
        figure = figure.replace(thousands, "")
    figure = figure.replace(decimal, ".") if decimal in figure else figure.replace(thousands, ".")
    head, _, tail = figure.partition(".")
    return Decimal(f"{head}.{tail.replace('.', '')}" if tail else head)


def _units_shared(found: list[Quantity], text: str) -> list[Quantity]:
    """Give "28" the unit of "28 tot 33%", and "286" unit and scale of "van 286 naar 341 miljoen euro"."""
    shared = list(found)
    for place in range(len(found) - 2, -1, -1):
        one, other = shared[place], shared[place + 1]
        between = text[one.end : other.start]
        joined = (_SHARED_UNIT if other.kind == PERCENT else _RANGE).fullmatch(between)
        plain = one.kind == NUMBER and one.scale == 1 and isinstance(one.value, Decimal)
        if plain and joined and (other.kind in (PERCENT, MONEY) or other.scale != 1):
            value = Decimal(str(one.value)) * other.scale
            shared[place] = Quantity(other.kind, value.normalize(), one.start, one.end, other.scale)
    return shared


def same(claimed: Quantity, given: Quantity) -> bool:
    """Whether what is given says the quantity claimed, or says it more exactly.

    A year is found in a day of that year, a month in its days, a plain number in an amount; not the other way round.
    """
    if claimed.kind == DAY and given.kind == DAY:
        return _same_day(claimed.value, given.value)
    if claimed.kind == NUMBER and given.kind == DAY:
        return isinstance(given.value, tuple) and claimed.value == Decimal(given.value[0])
    if claimed.kind == NUMBER and given.kind in (MONEY, PERCENT):
        return claimed.value == given.value
    return claimed.kind == given.kind and claimed.value == given.value


def _same_day(claimed: Value, given: Value) -> bool:
    if not isinstance(claimed, tuple) or not isinstance(given, tuple):
        return False
    return claimed[1] == given[1] and all(
        one == other or not one or (place == 0 and not other)
        for place, (one, other) in enumerate(zip(claimed, given, strict=True))
    )
