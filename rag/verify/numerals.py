"""Number words, months and weekdays of Dutch and English."""

from decimal import Decimal

_UNITS = "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien".split()
_TEENS = "zeventien achttien negentien".split()
_TENS = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()
_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def _cardinals() -> dict[str, int]:
    """Return the words for 2 to 99 and for hundreds and thousands; "een" and "one" are articles and pronouns."""
    dutch = dict(zip([*_UNITS, *_TEENS], range(20), strict=True))
    english = dict(zip(_ENGLISH, range(20), strict=True))
    for place, ten in enumerate(_TENS, 2):
        dutch[ten] = 10 * place
        for value, unit in enumerate(_UNITS[1:10], 1):
            # "tweeëntwintig", "drieëndertig": a diaeresis behind an e.
            dutch[f"{unit}{'ën' if unit.endswith('e') else 'en'}{ten}"] = 10 * place + value
    for place, ten in enumerate(_ENGLISH_TENS, 2):
        english[ten] = 10 * place
        for value, unit in enumerate(_ENGLISH[1:10], 1):
            english[f"{ten}-{unit}"] = 10 * place + value
    dutch |= {f"{unit}honderd": 100 * value for value, unit in enumerate(_UNITS[2:10], 2)}
    dutch |= {f"{unit}duizend": 1000 * value for value, unit in enumerate(_UNITS[2:13], 2)}
    dutch |= {"honderd": 100, "duizend": 1000}
    english |= {"hundred": 100, "thousand": 1000}
    return {word: value for word, value in (dutch | english).items() if word not in ("een", "one")}


CARDINALS = _cardinals()
"""Word to number, 0 and 2 upwards."""

ORDINALS: dict[str, int] = {
    **{
        word: value
        for value, word in enumerate(
            "tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde".split(), 2
        )
    },
    **{
        word: value
        for value, word in enumerate(
            "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 2
        )
    },
}
"""Word to rank, 2 upwards; "eerste" says too little ("voor het eerst")."""

SCALES: dict[str, Decimal] = {
    **dict.fromkeys(("mln", "miljoen", "million", "mn"), Decimal(10**6)),
    **dict.fromkeys(("mld", "mrd", "miljard", "billion", "bn"), Decimal(10**9)),
    **dict.fromkeys(("biljoen", "trillion"), Decimal(10**12)),
    **dict.fromkeys(("duizend", "thousand"), Decimal(1000)),
    **dict.fromkeys(("honderd", "hundred"), Decimal(100)),
}
"""Word to factor."""

_MONTH_NAMES = (
    "januari january jan",
    "februari february feb",
    "maart march mrt",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "augustus august aug",
    "september sept sep",
    "oktober october okt oct",
    "november nov",
    "december dec",
)
MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
"""Name, lower case, to 1–12."""

_DUTCH_DAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
_ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
WEEKDAYS = dict(zip(_ENGLISH_DAYS, _DUTCH_DAYS, strict=True)) | {day: day for day in _DUTCH_DAYS}
"""Name, lower case, to the Dutch one."""
