"""Source documents to Kamervraag records: `parse_paths`, `parse_file`, `parse_bytes`.

A file's form is told by its content, never by its name. Each form is one row of `FORMS`; the first whose `sniff`
agrees reads the file, and text is the last. A document that cannot be understood is a ParseError naming document
and vraag, never a silent loss.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ParseError
from rag.parsing.join import Part, join
from rag.parsing.official_xml import is_official_xml, is_other_xml, parse_official_xml, refuse_xml
from rag.parsing.openkamer import is_openkamer, parse_openkamer
from rag.parsing.published import parse_text
from rag.records import Kamervraag


@dataclass(frozen=True, slots=True)
class Form:
    """A form of source document.

    Attributes:
        name: For messages.
        sniff: Whether bytes are of this form; must be cheap.
        parse: Bytes and the document's name to Kamervragen, each perhaps in part (questions only, answers only,
            mededelingen only); raises ParseError.
    """

    name: str
    sniff: Callable[[bytes], bool]
    parse: Callable[[bytes, str], list[Kamervraag]]


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A document that could not be understood, and why."""

    document: str
    reason: str


def decode(data: bytes) -> str:
    """Return text: UTF-8 with or without BOM, else Windows-1252; NUL removed."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def _sniff_openkamer(data: bytes) -> bool:
    return is_openkamer(decode(data))


def _parse_openkamer(data: bytes, name: str) -> list[Kamervraag]:
    return parse_openkamer(decode(data), name)


def _parse_text(data: bytes, name: str) -> list[Kamervraag]:
    return parse_text(decode(data), name)


def _any(data: bytes) -> bool:
    return bool(data.strip())


FORMS: tuple[Form, ...] = (
    Form("official XML", is_official_xml, parse_official_xml),
    Form("other XML", is_other_xml, refuse_xml),
    Form("openkamer page", _sniff_openkamer, _parse_openkamer),
    Form("text", _any, _parse_text),
)
"""Every form this program reads, in the order they are tried. A new form is a new row, before "text"."""


def parse_bytes(data: bytes, name: str) -> list[Kamervraag]:
    """Return the Kamervragen of one document, perhaps in part.

    Args:
        data: The document.
        name: Its name, for messages, and for its id where the document prints none.

    Raises:
        ParseError: The document cannot be understood.
    """
    for form in FORMS:
        if form.sniff(data):
            return form.parse(data, name)
    raise ParseError(f"{name}: is empty; remove it or fetch it again.")


def parse_file(path: Path) -> list[Kamervraag]:
    """Return the Kamervragen of one file, perhaps in part.

    Raises:
        ParseError: The file cannot be read or understood.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ParseError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
    return parse_bytes(data, str(path))


def parse_paths(paths: Iterable[Path], failures: list[ParseFailure] | None = None) -> Iterator[Kamervraag]:
    """Yield the Kamervragen of files and folders (with their subfolders, in name order), parts joined.

    Question document, answer and mededeling of one Kamervraag may come in any order and place.

    Args:
        paths: Files and folders.
        failures: Collects what cannot be understood; without it the first such document raises.

    Raises:
        ParseError: A document cannot be understood and `failures` is None.
    """
    parts: list[Part] = []
    for path in _files(paths):
        try:
            parts += [Part(str(path), document) for document in parse_file(path)]
        except ParseError as error:
            if failures is None:
                raise
            failures.append(ParseFailure(str(path), str(error)))
    documents, errors = join(parts)
    for misfit in errors:
        if failures is None:
            raise misfit
        failures.append(ParseFailure(str(misfit).partition(", vraag")[0], str(misfit)))
    yield from documents


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        else:
            yield path
