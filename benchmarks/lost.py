"""How much of a document is in no vraag of what was parsed of it; read here without the parsers.

Compared are runs of eight letters, capitals and all other signs aside, so that joined lines, hyphens, spaces and
footnote marks make no difference. Where the source cannot be read by these simple means, nothing is compared.
"""

import io
import re
import zipfile
from xml.etree import ElementTree

from rag.records import Kamervraag

_RUN = 8
_ENOUGH = 400  # runs below which a share says little
_MISSING = 0.3  # of a line: where two lines join, the runs across the seam are new
_HEADING = re.compile(
    r"(?m)^(?:Vraag|Antwoord(?:en)?)(?: op)?(?: vraag| vragen)?"
    r"(?: (?:[\d ,-]|\b[a-z]\b|(?<=\d)[a-z]\b|(?<=\d)[a-z](?=t/m)|I\b|en|t/m)*)?:?[ \t]*\r?$"
)
_FURNITURE = re.compile(
    r"Tweede Kamer|ISSN \d|s-Gravenhage \d{4}|Aanhangsel van de Handelingen|Vragen gesteld door de leden|"
    r"regering gegeven antwoorden|Vergaderjaar \d{4}"
)
_READ = ("vraag", "antwoord", "kamervraagopmerking")
_MOST = 8_000_000


def share_lost(form: str, source: bytes, documents: list[Kamervraag], said: str = "") -> float | None:
    """Return the share of the source's text that is nowhere in the documents; None if it cannot be told.

    Args:
        form: Of the source.
        source: Its bytes.
        documents: What was parsed of it.
        said: What the parser complained of: that is no silent loss.
    """
    if len(source) > _MOST:
        return None
    texts = _source_texts(form, source)
    if texts is None:
        return None
    wanted = set().union(*map(_runs, texts))
    if len(wanted) < _ENOUGH:
        return None
    return len(wanted - _found(documents, said)) / len(wanted)


def lines_lost(text: str, documents: list[Kamervraag], said: str = "") -> tuple[int, list[str]]:
    """Return how many lines of a text stand behind its first heading, and those that are nowhere in the documents.

    Headings and what is printed on every page do not count, nor do lines shorter than a run.
    """
    heading = _HEADING.search(text)
    lines = _running(text[heading.end() if heading else 0 :])[0].splitlines()
    found = _found(documents, said)
    told = [(line, runs) for line in lines if (runs := _runs(line))]
    return len(told), [line for line, runs in told if len(runs - found) > _MISSING * len(runs)]


def _found(documents: list[Kamervraag], said: str) -> set[str]:
    found = _runs(said)
    for document in documents:
        found |= _runs(document.title or "")
        for vraag in document.vragen:
            for text in (vraag.question, vraag.answer, *vraag.footnotes.values()):
                found |= _runs(text or "")
        for mededeling in document.mededelingen:
            found |= _runs(mededeling.text)
    return found


def _runs(text: str) -> set[str]:
    letters = "".join(sign for sign in text.casefold() if sign.isalpha())
    return {letters[at : at + _RUN] for at in range(len(letters) - _RUN + 1)}


def _source_texts(form: str, source: bytes) -> list[str] | None:
    """Return the running texts of vragen and antwoorden, in so far as they can be found without a parser."""
    if form == "xml":
        return _in_xml(source)
    if form == "docx":
        return _in_word(source)
    if form == "text":
        return _in_text(source)
    if form == "html":
        text = source.decode("utf-8", "replace")
        return [re.sub(r"<[^>]*>", " ", block) for block in re.findall(r"(?s)<p>(.*?)</p>", text)]
    return None


def _in_text(source: bytes) -> list[str] | None:
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    heading = _HEADING.search(text)
    return _running(text[heading.end() :]) if heading else None


def _running(text: str) -> list[str]:
    """Return a text without the lines that are only a heading, or printed on every page."""
    lines = [line for line in text.splitlines() if not _FURNITURE.search(line[:200]) and not _HEADING.match(line)]
    return ["\n".join(lines)]


def _in_xml(source: bytes) -> list[str] | None:
    if b"<!DOCTYPE" in source:
        return None
    try:
        root = ElementTree.fromstring(source)  # noqa: S314 -- no DTD, bounded size
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
        return None
    return [
        piece
        for element in root.iter()
        if element.tag in _READ
        for block in element.iter("al")
        for piece in (block.text, *(child.tail for child in block))
        if piece
    ]


def _in_word(source: bytes) -> list[str] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            xml = archive.read("word/document.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        return None
    text = re.sub(r"<[^>]+>", "", re.sub(r"<w:br/>|</w:p>", "\n", xml))
    heading = _HEADING.search(text)
    return _running(text[heading.end() :]) if heading else None
