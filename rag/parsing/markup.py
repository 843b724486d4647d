"""Marked-up text of official publications to plain paragraphs, with footnotes taken out of the sentences.

Reads the element names of the official XML (FRBR repository, schema op-xsd; old style: root `vraagdoc`); the HTML
page is brought to the same names first. A note stands in the middle of its sentence in the source: here it becomes
a superscript mark and an entry in `notes`. Lists keep their labels, a row of a table becomes one line.
"""

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import ParseError
from rag.parsing.footnotes import superscript

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 32_000_000
"""The largest XML or HTML document that is read; the largest official Kamervragen are below one megabyte."""
MAX_DEPTH = 120
"""The deepest nesting of elements that is read; official publications stay below 20."""

_INLINE = frozenset(
    "nadruk extref intref ref naam achternaam voornaam datum kamervraagonderwerp organisatie functie politiek "
    "inf noot.nr nr nummer voorvoegsels redactie vet cur ondlijn a abbr b cite code del em font i ins "
    "label mark q s small span strong strike sub time u tt".split()
)
_SKIPPED = frozenset("metadata meta frontm script style head nav form button noscript li.nr".split())
_TABLE_ROW = ("row", "tr")
_NOTES = ("noot", "voetnoot")
_REFERENCES = ("nootref", "voetref")
_NUMBERS = ("nr", "nummer", "noot.nr", "li.nr", "vraagnummer")
_DROPPED = str.maketrans("", "", "\0\xad\ufeff\u200b")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs separated by newlines, and the numbers of the footnote marks in them."""

    text: str = ""
    marks: tuple[str, ...] = ()


def joined(texts: list[Text]) -> Text:
    """Return texts as one, the paragraphs of each behind those of the one before."""
    return Text(
        "\n".join(part.text for part in texts if part.text),
        tuple(dict.fromkeys(mark for part in texts for mark in part.marks)),
    )


def load_xml(data: bytes, name: str) -> "_Element":
    """Return the root of an XML document, read with entities, DTDs and the network off.

    Args:
        data: The document; a BOM does no harm, and a wrong encoding is read as Windows-1252.
        name: The document, for messages.

    Raises:
        ParseError: It is too large, not well-formed, or has no content.
    """
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise ParseError(f"{name}: is {len(data):,} bytes, more than {MAX_BYTES:,}; it cannot be one publication.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        return etree.fromstring(_encoded(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(error).partition("\n")[0][:200]
        raise ParseError(f"{name}: is no well-formed XML ({reason}); fetch it again.") from error


def local_name(element: "_Element") -> str:
    """Return the name of an element without namespace; "" for comments, entities and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def inner_text(element: "_Element") -> str:
    """Return all text inside an element, as it stands."""
    return "".join(str(piece) for piece in element.itertext())


class MarkupReader:
    """Reads the elements of one document.

    Attributes:
        notes: Mark (a number) to note text, of the notes met so far. Numbers are the printed ones; a note that
            prints none, or one that another note has, gets the next free number.
    """

    def __init__(self, root: "_Element", name: str) -> None:
        self.notes: dict[str, str] = {}
        self._name = name
        self._by_id: dict[str, _Element] = {}
        self._known: dict[str, str] = {}
        self._free = 1
        for note in root.iter(*_NOTES):
            identifier, number = note.get("id"), _printed_number(note)
            if identifier:
                self._by_id.setdefault(identifier, note)
            if number:
                self._free = max(self._free, int(number) + 1)
                self._by_id.setdefault(number, note)

    def read(self, element: "_Element") -> Text:
        """Return the text inside an element.

        Raises:
            ParseError: Its elements are nested deeper than any publication's.
        """
        writer = _Writer()
        self._inside(element, writer, 0)
        return writer.text()

    def read_child(self, element: "_Element") -> Text:
        """Return the text of an element as a child of its parent: a list item keeps its label.

        Raises:
            ParseError: Its elements are nested deeper than any publication's.
        """
        writer = _Writer()
        self._child(element, writer, 0)
        return writer.text()

    def _inside(self, element: "_Element", out: "_Writer", depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ParseError(f"{self._name}: nests elements deeper than {MAX_DEPTH}; fetch it again.")
        out.add(element.text)
        for child in element:
            self._child(child, out, depth + 1)
            out.add(child.tail)

    def _child(self, child: "_Element", out: "_Writer", depth: int) -> None:
        name = local_name(child)
        if not name:
            text = child.text or ""
            if text.startswith("&"):  # a named letter of the old DTD ("&eacute;"), left as it stands by the reader
                out.add(html.unescape(text))
        elif name in _NOTES:
            out.mark(self._note(child, depth))
        elif name in _REFERENCES:
            out.mark(self._reference(child, depth))
        elif name == "sup":
            out.raised(inner_text(child))
        elif name in _INLINE:
            self._inside(child, out, depth)
        elif name in _TABLE_ROW:
            out.row([self._cell(cell, depth) for cell in child if local_name(cell)])
        elif name == "li":
            out.end()
            out.label = f"{out.label} {_label(child)}".strip()
            self._inside(child, out, depth)
            out.end()
            out.label = ""
        elif name not in _SKIPPED:
            out.end()
            self._inside(child, out, depth)
            out.end()

    def _cell(self, cell: "_Element", depth: int) -> Text:
        writer = _Writer()
        self._inside(cell, writer, depth + 1)
        text = writer.text()
        return Text(" ".join(text.text.split("\n")), text.marks)

    def _reference(self, element: "_Element", depth: int) -> str:
        target = next((value for key in ("refid", "idref", "nr") if (value := element.get(key))), "")
        target = target or inner_text(element).strip(" )")
        note = self._by_id.get(target)
        if note is not None:
            return self._note(note, depth, target)
        number = re.sub(r"\D", "", target)[:3]
        if number:
            self.notes.setdefault(number, "")
        return number

    def _note(self, note: "_Element", depth: int, identifier: str = "") -> str:
        identifier = note.get("id") or identifier
        if identifier and identifier in self._known:
            return self._known[identifier]
        writer = _Writer()
        for child in note:
            if local_name(child) not in _NUMBERS:
                self._child(child, writer, depth + 1)
                writer.add(child.tail)
        text = " ".join([*(note.text or "").translate(_DROPPED).split(), *writer.text().text.split("\n")]).strip()
        number = _printed_number(note)
        if not number or self.notes.get(number, text) not in (text, ""):
            number = str(self._free)
            self._free += 1
        self.notes[number] = text or self.notes.get(number, "")
        if identifier:
            self._known[identifier] = number
        return number


@dataclass(slots=True)
class _Writer:
    """Collects paragraphs."""

    label: str = ""
    _lines: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _marks: dict[str, None] = field(default_factory=dict)
    _marked: bool = False

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self._marked and (text[0].isalnum() or text[0] in "(«"):
            text = f" {text}"
        self._marked = False
        self._pieces.append(text)

    def mark(self, number: str) -> None:
        if not number:
            return
        self._marks[number] = None
        while self._pieces and not self._pieces[-1].strip():
            self._pieces.pop()
        before = self._pieces[-1].rstrip() if self._pieces else self._lines[-1] if self._lines else ""
        sign = superscript(number)
        text = f"{before},{sign}" if before[-1:] in _SUPERSCRIPTS and before else before + sign
        if self._pieces:
            self._pieces[-1] = self._pieces[-1].rstrip()
            self._pieces.append(text[len(before) :])  # apart, so that many marks in a row take linear time
            self._marked = True
        elif self._lines:
            self._lines[-1] = text
        else:
            self._pieces.append(text)

    def raised(self, text: str) -> None:
        """Add a superscript that is no footnote: "m2", but "10^6", where the digits would run together."""
        before = self._pieces[-1][-1:] if self._pieces else ""
        self.add(f"^{text}" if before.isdigit() and text[:1].isdigit() else text)

    def row(self, cells: list[Text]) -> None:
        self.end()
        self._marks |= {mark: None for cell in cells for mark in cell.marks}
        if any(cell.text for cell in cells):
            self._lines.append(" | ".join(cell.text for cell in cells))

    def end(self) -> None:
        """End a paragraph."""
        line = " ".join("".join(self._pieces).translate(_DROPPED).split())
        self._pieces.clear()
        self._marked = False
        if line:
            self._lines.append(f"{self.label} {line}" if self.label else line)
            self.label = ""

    def text(self) -> Text:
        self.end()
        return Text("\n".join(self._lines), tuple(self._marks))


def _encoded(data: bytes) -> bytes:
    """Return bytes in an encoding that XML can be read in: as declared, else (ill-declared) Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = re.match(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']", data)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        return re.sub(r"^<\?xml[^>]{0,200}\?>", "", text).encode()
    return data


def _printed_number(note: "_Element") -> str:
    """Return the number that a note prints: in `noot.nr`, an attribute, or its id ("n12"); "" if it has none."""
    for child in note:
        if local_name(child) in _NUMBERS:
            digits = re.search(r"\d{1,3}", inner_text(child))
            return str(int(digits[0])) if digits else ""
    plain = re.fullmatch(r"n?(\d{1,3})", note.get("nr") or note.get("id") or "")
    return str(int(plain[1])) if plain else ""


def _label(item: "_Element") -> str:
    """Return the label of a list item: what it prints, else a dash."""
    printed = next((child for child in item if local_name(child) == "li.nr"), None)
    return " ".join(inner_text(printed).split()) if printed is not None else "–"
