"""Find the document, vraag or formal citation that a query names.

Forms: a vraagnummer ("2022Z04736", "kv-tk-2022Z04736", "2022Z04736/4"), the identifier of a published answer
("ah-tk-20212022-2957") and the citation of the Leidraad voor juridische auteurs ("Aanhangsel Handelingen II 2021/22,
nr. 2957") with its everyday variants; a vraag may stand before or after any of them.
"""

import re
from dataclasses import dataclass

_DOCUMENT = re.compile(
    r"(?<![a-z0-9])(?:kv-(?:tk-)?)?((?:19|20|21)\d\d)[ -]?z[ -]?(\d{5})(?![a-z0-9])"
    r"(?:\s?/\s?(\d{1,3}[a-z]?|mededeling)\b)?"
)
_OLD_DOCUMENT = re.compile(
    r"\b(?:kamervra(?:ag|gen)|kenmerk|vraagnummer|kv-tk-?)\s*(?:nr\.?\s*)?((?:19|20)\d{8})\b(?:\s?/\s?(\d{1,3}[a-z]?)\b)?"
)
_ANSWER = re.compile(
    r"(?<![a-z0-9])ah[-‑–]tk[-‑–]((?:19|20|21)\d\d)[-‑–]?((?:19|20|21)\d\d)[-‑–](\d{1,5})(?:\s?/\s?(\d{1,3}[a-z]?))?(?!\w)"
)
_HOUSE = r"(?:\(?(?:(?:der|van de)\s+)?(?:(?:ii|2e|tweede)(?: kamer)?|tk)\b\)?[\s,]*)?"
_YEARS = r"\(?((?:19|20|21)\d\d)\s*[-‑–—/]\s*((?:(?:19|20|21)\d\d)|\d\d)\)?"
_NUMBER = r"(?:(?:nummers?|nrs?|no|number)\b\.?\s*)?(\d{1,2}\.\d{3}|\d{1,5})(?![\d/-]|\.\d)\b"
_APPENDIX = (
    r"\b(?:aanhangsel|aanh\.?|appendix|ah)"
    r"(?:[\s,]+(?:(?:van de|der|bij de|to the|to)\s+)?(?:handelingen|hand\.?|proceedings))?"
)
_SITTING = r"[\s,]*(?:(?:vergaderjaar|jaargang|sitting)\s*)?"
_FORMAL = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_APPENDIX}[\s,]+{_HOUSE}{_SITTING}{_YEARS}[\s,;:]+{_NUMBER}",
        rf"\bhandelingen\s+{_HOUSE}{_SITTING}{_YEARS}[\s,]+aanhangsel[\s,]*{_NUMBER}",
        rf"\b(?:{_HOUSE}[\s,]*{_SITTING}){_YEARS}[\s,]+{_APPENDIX}[\s,]*{_NUMBER}",
    )
)
_FORMAL_NUMBER_FIRST = re.compile(rf"{_APPENDIX}[\s,]+{_HOUSE}{_NUMBER}[\s,]+(?:van\s+(?:het\s+)?)?{_SITTING}{_YEARS}")
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
_ANSWER_TO = r"(?:het |de |the )?(?:(?:antwoord(?:en)?|beantwoording|answer)\s+(?:op|van|bij|to)\s+)?(?:de |the )?"
_VRAAG = (
    re.compile(
        rf"{_ANSWER_TO}\b(?:deel)?(?:vraag|vr\.?|v\.?|question|q)\s*(?:nr\.?|nummer|no\.?|number)?\s*(\d{{1,3}}[a-z]?)(?![\d-])\b"
    ),
    re.compile(rf"{_ANSWER_TO}\b(?:vraag|question)\s+({'|'.join(_WORDS)})\b"),
    re.compile(
        rf"{_ANSWER_TO}\b({'|'.join(_WORDS)}|\d{{1,3}}(?=e\b|de\b|ste\b|th\b|st\b|nd\b|rd\b))\w*\s+(?:vraag|question)\b"
    ),
    re.compile(r"(?:de |the )?\b(mededeling)\b"),
    re.compile(r"#\s?(\d{1,3}[a-z]?)\b"),
)
_SEVERAL = re.compile(
    r"\b(?:vragen|questions)\s+(\d{1,3}[a-z]?)\b(?:\s*(?:, en|[,–-]|en|and|t/m|tot en met|to)\s*\d{1,3}[a-z]?\b)*"
)
_LINK = re.compile(
    r"^[\s,;:()]*(?:(?:van|uit|in|bij|of|from|de|het|the|kamervraag|kamervragen|document|kenmerk|met)\b[\s,;:()]*)*$"
)
_LEAD = re.compile(r"(?:\b(?:kamervra(?:ag|gen)|kamerstuk|document|(?:met )?kenmerk|vraagnummer)\s*(?:nr\.?\s*)?)$")


@dataclass(frozen=True, slots=True)
class Citation:
    """A document or answer that a query names; `start` and `end` bound the characters it was read from.

    `number_span` bounds the words that name the vraag, or is None.
    """

    start: int
    end: int
    document: str | None = None
    answer_id: str | None = None
    number: str | None = None
    number_span: tuple[int, int] | None = None


def find_citation(text: str) -> Citation | None:
    """Return the first document or answer named in a text, or None.

    Args:
        text: The query, folded to small letters without accents.
    """
    found = _document(text) or _answer(text)
    if found is None:
        return None
    lead = _LEAD.search(text, 0, found.start)
    start = lead.start() if lead else found.start
    if found.number is not None:
        return Citation(start, found.end, found.document, found.answer_id, found.number)
    if several := _SEVERAL.search(text):  # of several vragen the first; the others follow it in the document
        return Citation(start, found.end, found.document, found.answer_id, several[1], several.span())
    number, span = _vraag(text, start, found.end)
    return Citation(start, found.end, found.document, found.answer_id, number, span)


def _document(text: str) -> Citation | None:
    if match := _DOCUMENT.search(text):
        return Citation(*match.span(), document=f"{match[1]}Z{match[2]}", number=match[3])
    if match := _OLD_DOCUMENT.search(text):
        return Citation(*match.span(), document=match[1], number=match[2])
    return None


def _answer(text: str) -> Citation | None:
    if match := _ANSWER.search(text):
        return Citation(*match.span(), answer_id=f"ah-tk-{match[1]}{match[2]}-{int(match[3])}", number=match[4])
    candidates = [(match, (1, 2, 3)) for pattern in _FORMAL if (match := pattern.search(text))]
    if match := _FORMAL_NUMBER_FIRST.search(text):
        candidates.append((match, (2, 3, 1)))
    for match, (first, second, number) in candidates:
        start, end = int(match[first]), match[second]
        # "1999/00" ends in the year 2000; a sitting lasts from one year into the next.
        if int(end) % 100 == (start + 1) % 100 and (len(end) == 2 or int(end) == start + 1):
            return Citation(*match.span(), answer_id=f"ah-tk-{start}{start + 1}-{int(match[number].replace('.', ''))}")
    return None


def _vraag(text: str, start: int, end: int) -> tuple[str | None, tuple[int, int] | None]:
    for pattern in _VRAAG:
        for match in pattern.finditer(text):
            if match.end() <= start or match.start() >= end:
                between = text[match.end() : start] if match.end() <= start else text[end : match.start()]
                if _LINK.match(between):
                    return _WORDS.get(match[1], match[1]), match.span()
    return None, None
