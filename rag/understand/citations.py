"""Find the document, vraag or formal citation that a query names.

Forms: a vraagnummer ("2022Z04736", "kv-tk-2022Z04736", "2022Z04736/4"), the identifier of a published answer
("ah-tk-20212022-2957") and the citation of the Leidraad voor juridische auteurs ("Aanhangsel Handelingen II 2021/22,
nr. 2957") with its everyday variants; a vraag ("vraag 4 en 5", "antwoord 3") may stand before or after any of them.
Numbers are read whole or not at all: "2.957" is 2957, and "04" is 4.
"""

import re
from dataclasses import dataclass

from rag.references import numbers_between
from rag.understand.folding import fold

_DASH = "[-‐‑‒–—−]"
_DOCUMENT = re.compile(
    rf"(?<![a-z0-9])(?:kv{_DASH}(?:tk{_DASH})?)?((?:19|20|21)\d\d)[ -]?z[ -]?(\d{{5}})(?![a-z0-9])"
    r"(?:\s?/\s?(\d{1,3}[a-z]?|mededeling)\b)?"
)
_OLD_DOCUMENT = re.compile(
    r"\b(?:kamervra(?:ag|gen)|kenmerk|vraagnummer|kv-tk-?)\s*(?:nr\.?\s*)?((?:19|20)\d{8})\b(?:\s?/\s?(\d{1,3}[a-z]?)\b)?"
)
# Gaps are of a bounded length: several unbounded ones in a row take more than linear time on a run of commas.
_GAP = r"[\s,]{0,3}"
_SPACE = r"[\s,]{1,3}"
_DIGITS = r"(?P<number>\d{1,2}\.\d{3}|\d{3,5}|\d{1,2}(?! \d{3}\b))(?!\d|\.\d)"
_ANSWER = re.compile(
    rf"(?<![a-z0-9])ah{_DASH}tk{_DASH}(?P<first>(?:19|20|21)\d\d){_DASH}?(?P<last>(?:19|20|21)\d\d){_DASH}{_DIGITS}"
    r"(?:\s?/\s?(?P<vraag>\d{1,3}[a-z]?))?(?!\w)"
)
_HOUSE = rf"(?:\(?(?:(?:der|van de)\s)?(?:(?:ii|2e|tweede)(?: kamer)?|tk)\b\)?{_GAP})?"
_YEARS = rf"\(?(?P<first>(?:19|20|21)\d\d)\s?(?:{_DASH}|/)\s?(?P<last>(?:19|20|21)\d\d|\d\d)(?!\d)\)?"
_SIGN = r"(?:(?P<several>nummers|nrs)|nummer|nr|no|number)\b\.?\s?"
_OTHERS = r"(?(several)(?:(?:,| en|, en| and) \d{1,5}\b(?![.\d]\d))*)"
_NUMBER = rf"(?:{_SIGN})?{_DIGITS}(?![/‐‑-])\b{_OTHERS}"
_APPENDIX = (
    r"\b(?:aanhangsel|aanh\.?|appendix|ah)"
    rf"(?:{_SPACE}(?:(?:van(?: de)?|der|bij(?: de)?|to the|to)\s)?(?:handelingen|hand\.?|proceedings))?"
)
_SITTING = rf"{_GAP}(?:(?:van\s(?:het\s)?)?(?:vergaderjaar|jaargang|sitting)\s?)?"
_OF = r"(?:(?:van|uit|in|of|from)\s)?(?:(?:het|de|the)\s)?"
# "Vraag nr. 3 van Aanhangsel 2021/22" and "bijlage nr. 3" tell no number of an answer.
_NO_PART = "".join(
    rf"(?<!\b{word} )" for word in "vraag vragen antwoord antwoorden question questions answer answers bijlage".split()
)
_FORMAL = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_NO_PART}{_SIGN}{_DIGITS}{_OTHERS}{_SPACE}{_OF}{_APPENDIX}{_SPACE}{_HOUSE}{_SITTING}{_YEARS}"
        r"(?![\s,;:)]{0,4}(?:nummers?|nrs?|no|number)\b)",
        rf"{_APPENDIX}{_SPACE}{_HOUSE}{_SITTING}{_YEARS}[\s,;:]{{1,3}}{_NUMBER}",
        rf"\bhandelingen\s{_HOUSE}{_SITTING}{_YEARS}{_SPACE}\(?aanhangsel\)?{_GAP}{_NUMBER}",
        rf"\b{_HOUSE}{_SITTING}{_YEARS}{_SPACE}{_APPENDIX}{_GAP}{_NUMBER}",
        rf"{_APPENDIX}{_SPACE}{_HOUSE}{_NUMBER}{_SPACE}{_OF}{_SITTING}{_YEARS}",
    )
)
_WORDS = {
    word: str(number)
    for number, words in enumerate(
        "een|one|eerste|first twee|two|tweede|second drie|three|derde|third vier|four|vierde|fourth "
        "vijf|five|vijfde|fifth zes|six|zesde|sixth zeven|seven|zevende|seventh "
        "acht|eight|achtste|eighth negen|nine|negende|ninth "
        "tien|ten|tiende|tenth".split(),
        1,
    )
    for word in words.split("|")
}
LAST = "laatste"
"""The number of the last vraag of a Kamervraag, whatever it is."""

_LASTS = (LAST, "last")
_ORDINALS = "|".join(word for word in _WORDS if re.search(r"(?:[ds]e|te|th|first|second|third)$", word))
_UNITS = (
    "procent|percent|euro|miljoen|miljard|uur|uren|dag|dagen|week|weken|maand|maanden|jaar|jaren|keer|maal|"
    "days?|weeks?|months?|years?|times|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
    "december|january|february|march|may|june|july|august|october"
)
_NO_AMOUNT = rf"(?!\.\d{{3}}|(?:,\d{{1,3}})?\s?(?:%|(?:{_UNITS})\b))"
_CARDINALS = "twee|drie|vier|vijf|zes|zeven|acht|negen|tien|two|three|four|five|six|seven|eight|nine|ten"
_LIST = rf"\s?(?:,\s?(?:en|and)\b|,|{_DASH}|en\b|and\b|of\b|or\b|&|t/m|tot en met\b|to\b)\s?"
_MORE = rf"(?:{_LIST}(?:(?:vraag|question)\s)?(?:\d{{1,3}}[a-z]?|{_CARDINALS})\b{_NO_AMOUNT})*"
_ANY_ORDINAL = rf"(?:(?:{_ORDINALS})|\d{{1,3}}(?:e|de|ste|th|st|nd|rd))\b"
_ORDINAL = rf"(?:({_ORDINALS})|(\d{{1,3}})(?:e|de|ste|th|st|nd|rd))\b"
_THINGS = r"(?:vra(?:ag|gen)|questions?|antwoord(?:en)?|answers?)"
_ANSWER_TO = r"(?:het |de |the )?(?:(?:antwoord(?:en)?|beantwoording|answer)\s(?:(?:op|van|bij|to)\s)?)?(?:de |the )?"
_VRAAG = (
    re.compile(
        rf"{_ANSWER_TO}\b(?:(?:deel)?(?:vraag|vr\.?|v\.?|question|q)|antwoord(?:en)?|answers?)"
        r"\s?(?:nrs?\.?|nummers?|no\.?|number)?\s?"
        rf"(\d{{1,3}}[a-z]?)(?!-(?!\d{{1,3}}\b(?!-)))\b{_NO_AMOUNT}{_MORE}"
    ),
    # "Vraag een" may be the first; "een vraag" and "antwoord: een ..." have an article.
    re.compile(rf"{_ANSWER_TO}\b(?:vraag|question)\s({'|'.join(_WORDS)})\b{_NO_AMOUNT}{_MORE}"),
    re.compile(rf"{_ANSWER_TO}\b(?:antwoord(?:en)?|answers?)\s({_CARDINALS})\b{_NO_AMOUNT}{_MORE}"),
    re.compile(rf"{_ANSWER_TO}\b{_ORDINAL}(?:{_LIST}(?:de |het |the )?{_ANY_ORDINAL}){{1,20}}\s+{_THINGS}\b"),
    re.compile(rf"{_ANSWER_TO}\b{_ORDINAL}\s+(?:vraag|question|antwoord|answer)\b"),
    re.compile(rf"{_ANSWER_TO}\b(?:{'|'.join(_LASTS)})\s+(?:vraag|question|antwoord|answer)\b"),
    re.compile(r"(?:de |the )?\b(mededeling)\b"),
    re.compile(r"#\s?(\d{1,3}[a-z]?)\b"),
)
_SEVERAL = re.compile(
    r"\b(?:vragen|questions)\s(?:(?:nrs?\.?|nummers?)\s?)?"
    rf"(?:(\d{{1,3}}[a-z]?)|({_CARDINALS}|een|one)(?={_LIST}(?:{_CARDINALS}|\d)))\b{_NO_AMOUNT}{_MORE}"
)
_ALONE = re.compile(
    rf"\b(?:deel)?(?:vra(?:ag|gen)|questions?)\s?(?:nrs?\.?\s?|nummers?\s)?\d{{1,3}}[a-z]?\b{_NO_AMOUNT}"
)
_LINK = re.compile(
    r"^[\s,;:()]*(?:(?:van|uit|in|bij|op|of|from|de|het|the|kamervraag|kamervragen|document|kenmerk|met)\b[\s,;:()]*)*$"
)
_LONGEST_LINK = 100
_LEAD = re.compile(r"(?:\b(?:kamervra(?:ag|gen)|kamerstuk|document|(?:met )?kenmerk|vraagnummer)\s*(?:nr\.?\s*)?)$")
_LEADING_ZEROS = re.compile(r"^0+(?=\d)")
_NAMED = re.compile(
    rf"(?P<to>{_DASH}|t/m|tot en met|\bto\b)?\s?"
    r"(?:(?<!\d)(?P<digits>\d{1,3})(?P<behind>[a-z]{0,3})|"
    rf"\b(?P<word>{'|'.join(_WORDS)}|mededeling|{'|'.join(_LASTS)}))\b"
)
_ORDERED = re.compile(rf"{_THINGS}$")


@dataclass(frozen=True, slots=True)
class Citation:
    """A document or answer that a query names; `start` and `end` bound the characters it was read from.

    `numbers` are the vragen that it names; `number_span` bounds the words that name them, or is None.
    """

    start: int
    end: int
    document: str | None = None
    answer_id: str | None = None
    numbers: tuple[str, ...] = ()
    number_span: tuple[int, int] | None = None


def find_citation(text: str) -> Citation | None:
    """Return the first document or answer named in a text, or None.

    Args:
        text: The query, folded to small letters without accents, with single spaces.
    """
    found = _document(text) or _answer(text)
    if found is None:
        return None
    lead = _LEAD.search(text, 0, found.start)
    start = lead.start() if lead else found.start
    numbers, span = found.numbers, None
    if not numbers:
        several = _SEVERAL.search(text)
        span = several.span() if several else _vraag(text, start, found.end)
        numbers = tuple(numbers_named(text[slice(*span)])) if span else ()
    return Citation(start, found.end, found.document, found.answer_id, numbers, span)


def names_vraag(query: str) -> bool:
    """Whether a query names a vraag by its number, of whatever Kamervraag: "en vraag 5?"."""
    return bool(_ALONE.search(fold(query)))


def numbers_named(words: str) -> list[str]:
    """Return the vragen that words name, in their order: "vragen 2, 4 t/m 6" are 2, 4, 5 and 6.

    Args:
        words: As `Citation.number_span` bounds them.
    """
    named: list[str] = []
    for match in _NAMED.finditer(words):
        found = match["digits"] or match["word"]
        number = LAST if found in _LASTS else _LEADING_ZEROS.sub("", _WORDS.get(found, found))
        if match["behind"] and not _ORDERED.search(words):  # "vraag 2e" is a part, "de 2e vraag" the second
            number += match["behind"]
        last = named[-1] if named else ""
        named += numbers_between(last, number) if match["to"] and last else [number]
    return list(dict.fromkeys(named))


def _document(text: str) -> Citation | None:
    if match := _DOCUMENT.search(text):
        return Citation(*match.span(), document=f"{match[1]}Z{match[2]}", numbers=_one(match[3]))
    if match := _OLD_DOCUMENT.search(text):
        return Citation(*match.span(), document=match[1], numbers=_one(match[2]))
    return None


def _answer(text: str) -> Citation | None:
    if match := _ANSWER.search(text):
        return Citation(*match.span(), answer_id=_answer_id(match, match["last"]), numbers=_one(match["vraag"]))
    for pattern in _FORMAL:
        if match := pattern.search(text):
            start, end = int(match["first"]), match["last"]
            # "1999/00" ends in the year 2000; a sitting lasts from one year into the next.
            if int(end) % 100 == (start + 1) % 100 and (len(end) == 2 or int(end) == start + 1):
                return Citation(*match.span(), answer_id=_answer_id(match, str(start + 1)))
    return None


def _answer_id(match: re.Match[str], last: str) -> str:
    """Return the identifier of the answer that a match cites; "2.957" is number 2957.

    Args:
        match: A match with the groups first and number.
        last: The year in which the sitting ends, in four digits.
    """
    return f"ah-tk-{match['first']}{last}-{int(match['number'].replace('.', ''))}"


def _one(number: str | None) -> tuple[str, ...]:
    return (_LEADING_ZEROS.sub("", number),) if number else ()


def _vraag(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return where the words stand that name a vraag, or a list of them, of the citation at `start` to `end`."""
    for pattern in _VRAAG:
        for match in pattern.finditer(text):
            left, right = (match.end(), start) if match.end() <= start else (end, match.start())
            if 0 <= right - left <= _LONGEST_LINK and _LINK.match(text[left:right]):
                return match.span()
    return None
