"""Data quality: what is missing, doubled, out of order or suspicious in a set of Kamervragen, in one pass.

Nothing here says that a document is wrong: a finding is a place worth a look. The thresholds are constants, and the
report states them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rag.parsing.numbers import sort_key
from rag.records import Kamervraag, Vraag
from rag.references import links_within
from rag.repeats import LEAST_SHARED, SHORTEST_REPEAT, Repeats

SHORT_QUESTION = 15
LONG_QUESTION = 2_000
SHORT_ANSWER = 2
LONG_ANSWER = 5_000
"""Lengths in characters: outside them a text is reported. Of 4,300 real antwoorden the longest has 6,156."""

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "unanswered document": "no vraag of the document has an antwoord",
        "vraag without antwoord": "while others of the document have one",
        "antwoord without vraag": "an antwoord whose question is not there",
        "number missing": "the row of numbers has a gap, or does not begin at 1",
        "number doubled": "two vragen with the same number, case and zeros in front aside",
        "number out of order": "a lower number after a higher one",
        "short text": f"a question under {SHORT_QUESTION} characters, an antwoord under {SHORT_ANSWER}",
        "long text": f"a question over {LONG_QUESTION} characters, an antwoord over {LONG_ANSWER}",
        "unresolved reference": "to a vraag that the document does not have",
        "missing title": "",
        "missing asked": "the day of asking",
        "missing answered": "the day of answering, of an answered document",
        "missing askers": "who asked",
        "missing party": "of an asker",
        "missing answerers": "who answered, of an answered document",
        "missing topics": "",
        "missing url": "no link to an official publication",
        "date order": "answered before asked, a mededeling before asked, or asked in a year that is not the id's",
        "same question": f"a question of {SHORTEST_REPEAT} characters or more that another document has too",
        "same antwoord": f"an antwoord of {SHORTEST_REPEAT} characters or more that another document has too",
        "similar title": f"shares {LEAST_SHARED:.0%} of its words with the title of another document",
        "page furniture": "page heads, feet or broken characters inside a text",
        "glued words": "a space that was lost",
    }
)
"""Every check with what it reports, in the order of the report."""

_FURNITURE = re.compile(
    r"ISSN\s?0921|Tweede Kamer, vergaderjaar \d{4}[–-]\d{4}, Aanhangsel \d|[’']s-Gravenhage 20\d\d\b"
    r"|\bPagina \d+ van \d+|\f|\ufffd|\(cid:\d+\)"
)
_GLUED = re.compile(
    r"\b(?:van|de|het|der|den|door|over|met|voor|naar|uit|tot|bij|lid|leden|en|minister|staatssecretaris|motie)"
    r"[A-Z][a-z]{2,}"
    r"|\b(?:van|op|aan|bij|met|voor|door|over|naar|dat|om)(?:de|het|deze|uw|mijn)\b"
    r"|\b(?:op|bij)vraag \d"
    r"|(?<![\w./@:?=&-])[a-zë]{3,}(?:\.[A-Z][a-z]{2,}|[,;?!»][A-Za-z]{2,})(?![\w./@:?=&-])"
    r"|\([^()\n]{0,40}[A-Z][^()\n]{0,40}\)[a-z]{2,}"
)
_EXCERPT = 70


@dataclass(frozen=True, slots=True)
class Finding:
    """One place worth a look: the check, the document, the vraag where it is about one, and what was seen."""

    check: str
    document: str
    number: str | None = None
    detail: str = ""

    @property
    def place(self) -> str:
        """The document and vraag in words: "2022Z04736, vraag 4"."""
        return f"{self.document}, vraag {self.number}" if self.number else self.document


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What `check_documents` saw: counts, and the findings by check (every check is a key)."""

    documents: int
    vragen: int
    answered: int
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


def check_documents(documents: Iterable[Kamervraag]) -> QualityReport:
    """Return what is worth a look in the documents; they are read once and not kept."""
    findings: dict[str, list[Finding]] = {name: [] for name in CHECKS}
    repeats = Repeats()
    seen = vragen = answered = 0
    for document in documents:
        seen += 1
        vragen += len(document.vragen)
        answered += sum(vraag.answer is not None for vraag in document.vragen)
        repeats.add(document)
        for check in _DOCUMENT_CHECKS:
            for finding in check(document):
                findings[finding.check].append(finding)
    for name, repeat in repeats.found():
        findings[name].append(Finding(name, repeat.document, repeat.number, f"also {repeat.earlier}"))
    return QualityReport(seen, vragen, answered, {name: tuple(found) for name, found in findings.items()})


def _completeness(document: Kamervraag) -> Iterator[Finding]:
    answered = any(vraag.answer for vraag in document.vragen)
    if document.vragen and not answered:
        yield Finding("unanswered document", document.id)
    for vraag in document.vragen:
        if answered and not vraag.answer:
            yield Finding("vraag without antwoord", document.id, vraag.number, _excerpt(vraag.question))
        if not vraag.question:
            yield Finding("antwoord without vraag", document.id, vraag.number, _excerpt(vraag.answer))


def _numbering(document: Kamervraag) -> Iterator[Finding]:
    keys = [sort_key(vraag.number.casefold()) for vraag in document.vragen]
    present = {number for number, _ in keys}
    absent = sorted(set(range(1, max(present, default=0) + 1)) - present)
    if absent:
        more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
        yield Finding("number missing", document.id, None, ", ".join(map(str, absent[:5])) + more)
    highest = (0, "")
    for index, (vraag, key) in enumerate(zip(document.vragen, keys, strict=True)):
        if key in keys[:index]:
            yield Finding("number doubled", document.id, vraag.number)
        elif key < highest:
            before = document.vragen[index - 1].number
            yield Finding("number out of order", document.id, vraag.number, f"stands after vraag {before}")
        highest = max(highest, key)


def _lengths(document: Kamervraag) -> Iterator[Finding]:
    for vraag in document.vragen:
        for what, text, low, high in (
            ("question", vraag.question, SHORT_QUESTION, LONG_QUESTION),
            ("antwoord", vraag.answer, SHORT_ANSWER, LONG_ANSWER),
        ):
            if text and not low <= len(text) <= high:
                name = "short text" if len(text) < low else "long text"
                detail = f"{what} of {len(text):,} characters: {_excerpt(text)}"
                yield Finding(name, document.id, vraag.number, detail)


def _references(document: Kamervraag) -> Iterator[Finding]:
    numbers = {vraag.number for vraag in document.vragen}
    for vraag, links in zip(document.vragen, links_within(document), strict=True):
        for number in links.unresolved:
            yield Finding("unresolved reference", document.id, vraag.number, f"names vraag {number}")
        for number in vraag.answered_with:
            if number not in numbers:
                yield Finding("unresolved reference", document.id, vraag.number, f"answered with vraag {number}")


def _metadata(document: Kamervraag) -> Iterator[Finding]:
    answered = any(vraag.answer for vraag in document.vragen)
    present = {
        "title": document.title,
        "asked": document.asked,
        "answered": document.answered or not answered,
        "askers": document.askers,
        "answerers": document.answerers or not answered,
        "topics": document.topics,
        "url": document.answer_url or document.question_url,
    }
    for name, value in present.items():
        if not value:
            yield Finding(f"missing {name}", document.id)
    for person in document.askers:
        if not person.party:
            yield Finding("missing party", document.id, None, person.name)


def _dates(document: Kamervraag) -> Iterator[Finding]:
    asked = document.asked
    if asked is None:
        return
    if document.answered is not None and document.answered < asked:
        yield Finding("date order", document.id, None, f"answered {document.answered}, asked {asked}")
    for mededeling in document.mededelingen:
        if mededeling.date is not None and mededeling.date < asked:
            yield Finding("date order", document.id, None, f"mededeling of {mededeling.date}, asked {asked}")
    year = re.match(r"((?:19|20)\d\d)Z", document.id)
    if year and int(year[1]) != asked.year:
        yield Finding("date order", document.id, None, f"asked {asked}")


def _remains(document: Kamervraag) -> Iterator[Finding]:
    for vraag in document.vragen:
        for name, pattern in (("page furniture", _FURNITURE), ("glued words", _GLUED)):
            found = [match for text in _texts(vraag) for match in pattern.finditer(text)]
            if found:
                more = f" and {len(found) - 1} more" if len(found) > 1 else ""
                yield Finding(name, document.id, vraag.number, _around(found[0]) + more)


_DOCUMENT_CHECKS: tuple[Callable[[Kamervraag], Iterator[Finding]], ...] = (
    _completeness,
    _numbering,
    _lengths,
    _references,
    _metadata,
    _dates,
    _remains,
)


def _texts(vraag: Vraag) -> tuple[str, ...]:
    return (vraag.question or "", vraag.answer or "", *vraag.footnotes.values())


def _excerpt(text: str | None) -> str:
    text = " ".join((text or "").split())
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


def _around(match: re.Match[str]) -> str:
    start, end = max(match.start() - 15, 0), match.end() + 15
    return f"«{' '.join(match.string[start:end].split())}»"
