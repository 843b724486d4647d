"""Source documents to Kamervraag records: `parse_paths`, `parse_file`, `parse_bytes`.

A file's form is told by its content, never by its name. Each form is one row of `FORMS`; the first whose `sniff`
agrees reads the file, and text is the last. A document that cannot be understood is a ParseError naming document
and vraag, never a silent loss.

In reading order:

    sources       files, folders, archives and data sets to single documents, each with what lies next to it
      archive       zip archives, unpacked within bounds
      wetsuite      WetSuite's data set, entry by entry
      metadata      sidecars, official records and OData rows
    docx, pdf     to text (word_lists: Word's automatic numbers; typed_notes: notes typed by hand)
    published     text to a Kamervraag:
      furniture     page heads, feet, hyphens and line ends out (footnotes: notes to their marks; glue: lost spaces)
      sections      cut at the headings (numbers: "Vraag 4, 5 en 6")
      head          who, what and when (people, dates; letter: a ministry's covering letter)
    official_xml  XML to a Kamervraag (official_html: the page, brought to the names of the XML)
      markup        elements to paragraphs and notes
      assembly      marked-up vragen and antwoorden to one Kamervraag
    openkamer     the page of openkamer.org (topics: a run of topics cut apart)
    refusal       files that hold no text
    pairing       vragen and antwoorden by number; used by published and assembly
    join          the parts of one Kamervraag, in any order
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ParseError
from rag.parsing.docx import is_docx, parse_docx
from rag.parsing.join import Part, join_parts
from rag.parsing.metadata import fill
from rag.parsing.official_html import is_html, parse_html
from rag.parsing.official_xml import is_official_xml, is_other_xml, parse_official_xml, refuse_xml
from rag.parsing.openkamer import is_openkamer, parse_openkamer
from rag.parsing.pairing import PartialParseError, whole
from rag.parsing.pdf import is_pdf, parse_pdf
from rag.parsing.published import parse_text
from rag.parsing.refusal import is_unreadable, refuse_unreadable
from rag.parsing.sources import Source, sources_in, sources_of
from rag.records import Kamervraag

MAX_TEXT = 8_000_000
"""The largest text that is read, in bytes; the largest Kamervragen are below one megabyte."""

MAX_LINES = 100_000
"""The most lines that a text may have; the longest Kamervragen have below ten thousand."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of source document.

    Attributes:
        name: For messages.
        sniff: Whether bytes are of this form; must be cheap.
        parse: Bytes and the document's name to its one Kamervraag, perhaps in part (questions only, answers only,
            mededelingen only); raises ParseError.
    """

    name: str
    sniff: Callable[[bytes], bool]
    parse: Callable[[bytes, str], list[Kamervraag]]


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A document that could not be understood, and why; `partial` where all but the place named was kept."""

    document: str
    reason: str
    partial: bool = False


def decode(data: bytes) -> str:
    """Return text: UTF-8 with or without BOM, else Windows-1252; NUL removed."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def _sniff_openkamer(data: bytes) -> bool:
    return len(data) <= MAX_TEXT and is_openkamer(decode(data))


def _parse_openkamer(data: bytes, name: str) -> list[Kamervraag]:
    return parse_openkamer(decode(data), name)


def _parse_text(data: bytes, name: str) -> list[Kamervraag]:
    if len(data) > MAX_TEXT:
        raise ParseError(
            f"{name}: is {len(data):,} bytes of text, more than {MAX_TEXT:,}; it cannot be one publication."
        )
    if data.count(b"\n") > MAX_LINES:
        raise ParseError(f"{name}: has more than {MAX_LINES:,} lines; it cannot be one publication.")
    return parse_text(decode(data), name)


def _any(data: bytes) -> bool:
    return bool(data.strip())


FORMS: tuple[Form, ...] = (
    Form("PDF", is_pdf, parse_pdf),
    Form("DOCX", is_docx, parse_docx),
    Form("HTML page", is_html, parse_html),
    Form("official XML", is_official_xml, parse_official_xml),
    Form("other XML", is_other_xml, refuse_xml),
    Form("no text", is_unreadable, refuse_unreadable),
    Form("openkamer page", _sniff_openkamer, _parse_openkamer),
    Form("text", _any, _parse_text),
)
"""Every form this program reads, in the order they are tried. A new form is a new row, before "text"."""


def parse_bytes(data: bytes, name: str) -> list[Kamervraag]:
    """Return the Kamervragen of one document, perhaps in part; or those of an archive or data set.

    Args:
        data: The document.
        name: Its name, for messages, and for its id where the document prints none.

    Raises:
        ParseError: The document, or one of those in it, cannot be understood.
    """
    return [document for source in sources_of(data, name) for document in _parse(source)]


def parse_file(path: Path) -> list[Kamervraag]:
    """Return the Kamervragen of one file, perhaps in part, completed by what lies next to it.

    Raises:
        ParseError: The file, or a document in it, cannot be read or understood.
    """
    return [document for source in sources_in(path) for document in _parse(source)]


def parse_paths(paths: Iterable[Path], failures: list[ParseFailure] | None = None) -> Iterator[Kamervraag]:
    """Yield the Kamervragen of files and folders (with their subfolders, in name order), parts joined.

    Question document, answer and mededeling of one Kamervraag may come in any order and place, archives and data
    sets among them.

    Args:
        paths: Files and folders.
        failures: Collects what cannot be understood; without it the first such document raises. Of a document
            that contradicts itself in places the rest is yielded, and each place is a failure.

    Raises:
        ParseError: A document cannot be understood wholly and `failures` is None.
    """
    for item in join_parts(_parts(paths, failures)):
        if isinstance(item, Kamervraag):
            yield item
        elif failures is None:
            raise item
        else:
            failures.append(ParseFailure(str(item).partition(", vraag")[0], str(item)))


def _parts(paths: Iterable[Path], failures: list[ParseFailure] | None) -> Iterator[Part]:
    for source in (source for path in paths for source in sources_in(path)):
        name = _name(source)
        try:
            documents = _parse(source)
        except ParseError as error:
            if failures is None:
                raise
            kept = error.document if isinstance(error, PartialParseError) else None
            reasons = error.misfits if isinstance(error, PartialParseError) else (str(error),)
            failures += [ParseFailure(name, reason, kept is not None) for reason in reasons]
            documents = [kept] if kept else []
        for document in documents:
            yield Part(name, document)


def _parse(source: Source | ParseError) -> list[Kamervraag]:
    if isinstance(source, ParseError):
        raise source
    number = source.metadata.vraagnummer if source.metadata else None
    # A document may print no number and be known by what lies next to it alone.
    name = f"{source.name} ({number})" if number and number not in source.name else source.name
    misfits = [source.misfit] if source.misfit else []
    try:
        (document,) = _parse_one(source.data, name)
    except PartialParseError as error:
        document, misfits = error.document, [*error.misfits, *misfits]
    except ParseError as error:
        raise ParseError("\n".join([str(error), *misfits])) from error
    return [whole(fill(document, source.metadata) if source.metadata else document, misfits)]


def _parse_one(data: bytes, name: str) -> list[Kamervraag]:
    for form in FORMS:
        if form.sniff(data):
            return form.parse(data, name)
    raise ParseError(f"{name}: is empty; remove it or fetch it again.")


def _name(source: Source | ParseError) -> str:
    return source.name if isinstance(source, Source) else str(source).partition(": ")[0]
