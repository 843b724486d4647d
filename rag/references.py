"""References in Dutch answers: to another vraag, to an earlier answer, to a Kamerstuk, to other Kamervragen.

"Zie het antwoord op vraag 3", "Aanhangsel Handelingen II 2021–2022, nr. 2423", "Kamerstuk 21 501-20, nr. 1518" and
"kenmerk 2022Z04736" become targets that can be looked up or linked to. A vraag of another document ("vraag 3 van
de leden X") is never taken for one of this document.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rag.records import Kamervraag

Kind = Literal["vraag", "answer", "kamerstuk", "document"]

OFFICIAL_PAGE = "https://zoek.officielebekendmakingen.nl/{}.html"
FIRST_SESSION = 1994
"""The official site holds Kamerstukken and answers from the session 1994–1995 on; older ones are no references."""

LONGEST_RANGE = 200
"""The most vragen that "2 t/m 40" may span; a longer range names its ends alone."""

_UNITS = (
    "%|procent|promille|miljoen|miljard|euro|uur|minuten|dagen|weken|maanden|jaar|jaren|keer|maal|personen|"
    "(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\\b"
)
_NUMBER = rf"\d{{1,3}}(?![\d%]|\.\d|,\d+\s*(?:%|procent)|\s*(?:{_UNITS}))(?:[a-z](?!\w))?"
_RANGE = r"\s*(?:t\s?/\s?m|tot\s+en\s+met|[-–—])\s*"
_BETWEEN = r"\s*(?:[,;&/+]\s*(?:en\b)?|en|of\b)\s*"
_PIECE = re.compile(rf"{_NUMBER}(?:{_RANGE}{_NUMBER})?", re.IGNORECASE)
# "opvraag 3" is "op vraag 3" as text out of a PDF glues it.
_VRAAG = re.compile(
    r"\b(?:(?:op|bij|van|onder)?vraag|vragen|antwoord(?:en)?(?:\s+(?:onder|bij))?)\s*(?:(?:nrs?|nummers?)\b\.?\s*)?"
    rf"(?P<numbers>{_NUMBER}(?:(?:{_RANGE}|{_BETWEEN}){_NUMBER})*)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\s*(?:(?:van|uit)\s+(?!(?:de\s+|het\s+)?(?:deze|dit|onderhavige)\b)|gesteld\s+door\b"
    r"|(?:in|bij)\s+(?:de|het|mijn|uw|onze)?\s*(?:eerdere?|vorige?|schriftelijk|feitelijke)\b)",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(r"\s*(?:[,(]|in\b|uit\b)[\s(]*(?:met\s+)?", re.IGNORECASE)
_BEFOREHAND = re.compile(
    r"(?:\s*herdruk[^.,;]{0,40})?[\s,()]*(?:(?:het|de)\s+)?(?:antwoord(?:en)?\s+(?:op|bij)\s+)?(?:de\s+)?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.?!][»”\")]*\s+[A-ZÀ-Ý]|\n")
_REACH = 250
"""How many characters after "vraag 3 van de leden X" the number of their Kamervragen may stand."""

_SESSION = r"(?P<from>(?:19|20)\d\d)\s?[-–—‑/]\s?(?P<to>(?:19|20)?\d\d)(?!\d)"
_YEAR = r"(?:verga-?\s?derjaar[\s,]*)?"
_NR = r"(?:nrs?|nummers?|no)\b[.,]?\s*"
_NUMBERS = r"(?P<numbers>\d{1,5}(?!\d)(?:(?:\s*,\s*|\s+en\s+)\d{1,5}(?!\d|\s\d{3}\b))*)"
_CHAMBER = r"(?:\b(?:Tweede\s+Kamer|Eerste\s+Kamer|TK|EK|II|I)\b)?"
_AANHANGSEL = r"(?:\bAanhangsel(?:\s+(?:van\s+de|der|bij\s+de))?\s*Handeling(?:en)?|\bAvdH\b)"
_ANSWERS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_AANHANGSEL}|\bAanhangsel\b\)?)[\s,:]*(?P<chamber>{_CHAMBER})[\s,]*{_YEAR}{_SESSION}[\s,;]*(?:{_NR})?{_NUMBERS}",
        rf"(?P<chamber>{_CHAMBER})[\s,]*{_YEAR}{_SESSION}[\s,]*{_AANHANGSEL}[\s,]*(?:{_NR})?{_NUMBERS}",
        rf"{_AANHANGSEL}[\s,:]*(?P<chamber>{_CHAMBER})[\s,]*{_NR}{_NUMBERS}[\s,]*{_YEAR}{_SESSION}",
    )
]
_DOSSIER = (
    r"(?P<dossier>\d{2}[\s.]?\d{3})(?!\d)(?:\s?[-–]?\s?(?P<part>[IVX]{1,6}[AB]?|\d{2}|[A-HJ-UWYZ])(?![A-Za-z0-9]))?"
    rf"(?:\s*(?:en|,|;)\s*\d{{2}}\s?\d{{3}}(?!\d))*(?:[\s,]*(?i:{_NR})|\s?[-–]\s?(?=\d{{3}})){_NUMBERS}"
)
_KAMERSTUK = re.compile(
    r"\b(?i:kamerstuk(?:-?ken)?(?:nummers?)?|TK|Tweede\s+Kamer)(?![a-z])[\s,:]*(?:I{1,2}\b)?"
    rf"[\s,]*(?i:{_YEAR})(?:{_SESSION})?[\s,:]*{_DOSSIER}"
)
_NEXT_KAMERSTUK = re.compile(rf"\s*(?:,|;|en)\s*{_DOSSIER}")
_LITERAL = re.compile(
    r"\b(?P<answer>ah-[te]k-\d{8}[-–]\d{1,5})(?!\d)"
    r"|\b(?P<kamerstuk>kst-\d{5}(?:-(?:[IVX]{1,6}[AB]?|\d{2}|[A-Z]))?-\d{1,5})(?!\d|-\d)"
    r"|(?<![0-9A-Za-z])(?:kenmerk\s+)?(?P<document>(?:19|20)\d\dZ\d{5})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a text that refers to something.

    Attributes:
        kind: "vraag" (of the same document), "answer" (a published antwoord), "kamerstuk", or "document" (another
            set of Kamervragen).
        target: "3"; "ah-tk-20212022-2423"; "kst-21501-20-1518"; "2022Z04736".
        start: Where it begins in the text; `end`: where it ends. The numbers of a range ("2 t/m 4") share one span,
            other spans do not overlap.
        vragen: The numbers of the vragen meant there, where the text names them; never for the kind "vraag".
    """

    kind: Kind
    target: str
    start: int
    end: int
    vragen: tuple[str, ...] = ()

    @property
    def url(self) -> str | None:
        """The official page; None for a vraag, which is in the same document."""
        if self.kind == "vraag":
            return None
        return OFFICIAL_PAGE.format(f"kv-tk-{self.target}" if self.kind == "document" else self.target)


@dataclass(frozen=True, slots=True)
class VraagLinks:
    """What a vraag refers to within its document, and what refers to it; numbers in document order.

    Attributes:
        number: The vraag.
        refers_to: Other vragen that its question or answer names.
        referred_by: Other vragen that name it.
        unresolved: Numbers it names that the document does not have, as the text gives them.
    """

    number: str
    refers_to: tuple[str, ...] = ()
    referred_by: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()


def find_references(text: str) -> list[Reference]:
    """Return the references in a text, in reading order.

    >>> [reference.target for reference in find_references("Zie de antwoorden op de vragen 2 en 3.")]
    ['2', '3']
    """
    papers = sorted({*_answers(text), *_kamerstukken(text), *_literals(text)}, key=lambda item: (item.start, -item.end))
    starts = [paper.start for paper in papers]
    vragen: list[Reference] = []
    for match in _VRAAG.finditer(text):
        numbers = list(_vragen(match))
        place = bisect_left(starts, match.start())
        around = range(max(place - 1, 0), min(place + 1, len(papers)))
        if any(papers[index].start < match.end() and match.start() < papers[index].end for index in around):
            continue  # "Vragen nr. 12" inside the name of a paper
        if (index := _paper_meant(text, match, papers, around)) is not None:
            named = (*papers[index].vragen, *(number.target for number in numbers))
            papers[index] = replace(papers[index], vragen=tuple(dict.fromkeys(named)))
        elif not _ELSEWHERE.match(text, match.end()):
            vragen += numbers
    return sorted(papers + vragen, key=lambda item: (item.start, item.end))


def links_within(document: Kamervraag) -> tuple[VraagLinks, ...]:
    """Return for each vraag of a document which other vragen it refers to and which refer to it.

    "vraag 3" names 3a and 3b where the document has no 3, and "vraag 3a" names 3 where it has no 3a. The document
    naming itself by number ("vraag 3 (2022Z04736)") counts as within.
    """
    order = {vraag.number: place for place, vraag in enumerate(document.vragen)}
    outgoing: dict[str, list[str]] = {}
    unresolved: dict[str, tuple[str, ...]] = {}
    for vraag in document.vragen:
        named = _named(f"{vraag.question or ''}\n{vraag.answer or ''}", document)
        found = {number: resolve(number, order) for number in named}
        met = {target for targets in found.values() for target in targets} - {vraag.number}
        outgoing[vraag.number] = sorted(met, key=order.__getitem__)
        unresolved[vraag.number] = tuple(number for number, targets in found.items() if not targets)
    return tuple(
        VraagLinks(
            number,
            tuple(targets),
            tuple(other for other in order if other != number and number in outgoing[other]),
            unresolved[number],
        )
        for number, targets in outgoing.items()
    )


def _named(text: str, document: Kamervraag) -> list[str]:
    """Return the numbers of this document's vragen that a text names, each once."""
    own = {document.id, document.answer_id}
    named: list[str] = []
    for reference in find_references(text):
        if reference.kind == "vraag":
            named.append(reference.target)
        elif reference.target in own:
            named += reference.vragen
    return list(dict.fromkeys(named))


def refers_within(text: str) -> bool:
    """Whether a text refers to a vraag of its own document."""
    return any(reference.kind == "vraag" for reference in find_references(text))


def vragen_meant(text: str, numbers: Collection[str]) -> list[str]:
    """Return the vragen of its own document that a text refers to, each once, of those with these numbers."""
    named = [reference.target for reference in find_references(text) if reference.kind == "vraag"]
    return list(dict.fromkeys(number for target in named for number in resolve(target, numbers)))


def resolve(number: str, numbers: Iterable[str]) -> list[str]:
    """Return the vragen that a number means: itself, else the parts of it (2 is 2a and 2b), else what it is a part of.

    Args:
        number: As a text has it.
        numbers: Those of the document, as it prints them.
    """
    number = number.casefold()
    known = {printed.casefold(): printed for printed in numbers}
    if number in known:
        return [known[number]]
    stem = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    if stem != number:
        return [known[stem]] if stem in known else []
    return [name for key, name in known.items() if key.startswith(number) and key[len(number) :].isalpha()]


def _vragen(match: re.Match[str]) -> Iterator[Reference]:
    """Yield one reference a number; the first spans its word too ("vraag 3")."""
    start = match.start()
    for piece in _PIECE.finditer(match[0], match.start("numbers") - match.start()):
        begin, end = match.start() + piece.start(), match.start() + piece.end()
        for number in _written_out(piece[0]):
            yield Reference("vraag", number, min(start, begin), end)
        start = len(match.string)


def _written_out(piece: str) -> tuple[str, ...]:
    """Return the numbers of a piece: "2 t/m 4" is 2, 3 and 4; of "1a-1c" the ends alone are named."""
    ends = [end.casefold().lstrip("0") or "0" for end in re.findall(r"\d+(?:[a-z](?!\w))?", piece, re.IGNORECASE)]
    return tuple(numbers_between(*ends) if len(ends) == 2 else dict.fromkeys(ends))


def numbers_between(first: str, last: str) -> list[str]:
    """Return the numbers of a range, both ends included; the ends alone where it is none ("1a-1c") or far too long."""
    if first.isdecimal() and last.isdecimal() and 0 < int(last) - int(first) <= LONGEST_RANGE:
        return [str(number) for number in range(int(first), int(last) + 1)]
    return list(dict.fromkeys((first, last)))


def _paper_meant(text: str, match: re.Match[str], papers: list[Reference], around: Iterable[int]) -> int | None:
    """Return the index of the paper whose vragen are meant, or None; `around` are the ones before and after.

    Directly before ("kenmerk 2022Z04736, vraag 3"), directly after ("vraag 3 (2022Z04736)"), or, after words that
    point elsewhere ("vraag 3 van de leden X"), later in the sentence.
    """
    for index in around:
        paper = papers[index]
        if paper.end <= match.start():
            if _BEFOREHAND.fullmatch(text, paper.end, match.start()):
                return index
        elif paper.kind != "kamerstuk" and _AFTERWARDS.fullmatch(text, match.end(), paper.start):
            return index
        elif paper.start - match.end() <= _REACH and _ELSEWHERE.match(text, match.end()):
            return None if _SENTENCE_END.search(text, match.end(), paper.start) else index
    return None


def _answers(text: str) -> Iterator[Reference]:
    for pattern in _ANSWERS:
        for match in pattern.finditer(text):
            session = _session(match)
            if session is None or session < str(FIRST_SESSION):
                continue
            chamber = "ek" if match["chamber"].casefold() in ("i", "ek", "eerste kamer") else "tk"
            yield from _each_number(match, f"ah-{chamber}-{session}", "answer")


def _kamerstukken(text: str) -> Iterator[Reference]:
    for first in _KAMERSTUK.finditer(text):
        session = _session(first)
        if first["from"] and (session is None or session < str(FIRST_SESSION)):
            continue
        match: re.Match[str] | None = first
        while match is not None:
            dossier = "".join(character for character in match["dossier"] if character.isdigit())
            stem = "-".join(filter(None, ("kst", dossier, match["part"])))
            yield from _each_number(match, stem, "kamerstuk")
            match = _NEXT_KAMERSTUK.match(text, match.end())


def _literals(text: str) -> Iterator[Reference]:
    for match in _LITERAL.finditer(text):
        if match["document"]:
            yield Reference("document", match["document"].upper(), match.start(), match.end())
        elif match["answer"]:
            yield Reference("answer", match["answer"].lower().replace("–", "-"), match.start(), match.end())
        else:
            target = "kst" + match["kamerstuk"][3:].upper()
            yield Reference("kamerstuk", target, match.start(), match.end())


def _each_number(match: re.Match[str], stem: str, kind: Kind) -> Iterator[Reference]:
    """Yield one reference a number; several only after "nrs." ("nr. 237, 24 april" names one)."""
    many = re.search(r"(?i)nrs|nummers", match.string[match.start() : match.start("numbers")])
    offset = match.start("numbers")
    start = match.end() - len(match[0].lstrip(",; ")) if kind == "kamerstuk" else match.start()
    found = list(re.finditer(r"\d+", match["numbers"]))[: None if many else 1]
    for index, number in enumerate(found):
        whole = not many and match.end("numbers") < match.end()  # "nr. 3975, vergaderjaar 2019–2020"
        end = match.end() if whole else offset + number.end()
        yield Reference(kind, f"{stem}-{int(number[0])}", start if index == 0 else offset + number.start(), end)


def _session(match: re.Match[str]) -> str | None:
    """Return "20212022" for the session printed, or None where its years do not follow one another."""
    if not match["from"]:
        return None
    first = int(match["from"])
    return f"{first}{first + 1}" if (first + 1) % 100 == int(match["to"]) % 100 else None
