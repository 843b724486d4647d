"""Official XML of Kamervragen: questions (`kv-tk`) and answers (`ah-tk`), new style and old.

New style (about 2010 and later): root `officiele-publicatie`, content in `kamervragen`, numbers in `nr`. Old
style: root `vraagdoc`, questions in `body/vragen`, answers in `body/reactie`, numbers in `nummer` or in the text,
notes apart from the `nootref` that names them. Both are a walk over the same few elements in document order.
"""

import re
from datetime import date
from typing import TYPE_CHECKING

from rag.errors import ParseError
from rag.parsing.assembly import Block, Publication, assemble
from rag.parsing.markup import MarkupReader, Text, inner_text, joined, load_xml, local_name
from rag.parsing.numbers import Kind
from rag.records import Kamervraag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_ROOT = re.compile(rb"<(?:officiele-publicatie|vraagdoc|kamerwrk|kamervragen)[\s>/]")
_ANY_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|!|[a-zA-Z][\w.:-]*[\s>/])")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_HEAD = 2000
_CONTAINERS = frozenset("body vragen reactie kamervragen stuk".split())
_LABELS = ("nr", "nummer", "vraagnummer")
_HEADS = ("kamervraagomschrijving", "omschr")
_IGNORED = frozenset(
    "metadata meta kop frontm kamervraagkop noot voetnoot titel ondertekening witreg versie ordernr vergjaar".split()
)
_VRAAGNUMMER = re.compile(r"\d{4}Z\d{4,5}")
_NOTE_ORIGIN = re.compile(r"ID-(\d{4}Z\d{4,5})-")
_PUBLICATION = re.compile(r"(?:ah|kv)-(?:(?:tk|ek)-)?[0-9][0-9A-Za-z]*(?:-[0-9A-Za-z]+)*")


def is_official_xml(data: bytes) -> bool:
    """Whether bytes are official XML: a known root element stands within the first 2,000 bytes."""
    head = _opening(data)
    return bool(_ROOT.search(head)) and not _HTML.search(head)


def is_other_xml(data: bytes) -> bool:
    """Whether bytes are XML, of whatever kind, that is no HTML."""
    head = _opening(data)
    return bool(_ANY_XML.match(head)) and not _HTML.search(head) and b"<" in head[1:]


def refuse_xml(data: bytes, name: str) -> list[Kamervraag]:
    """Refuse XML that is no official publication.

    Raises:
        ParseError: Always.
    """
    raise ParseError(f"{name}: is XML, but no official publication (root officiele-publicatie or vraagdoc).")


def parse_official_xml(data: bytes, name: str) -> list[Kamervraag]:
    """Return the one Kamervraag of an official publication, perhaps in part.

    Args:
        data: The XML as published.
        name: The document, for messages, and for its id where it prints none.

    Raises:
        ParseError: It is no well-formed XML, no Kamervraag, or an answer cannot be paired.
    """
    return [parse_root(load_xml(data, name), name)]


def parse_root(root: "_Element", name: str) -> Kamervraag:
    """Return the Kamervraag of an official publication whose XML is read already.

    Raises:
        ParseError: It is no Kamervraag, or an answer cannot be paired.
    """
    reader = MarkupReader(root, name)
    source = Publication(name)
    _read_metadata(root, source)
    elements = list(_content(root, 0))
    if not any(local_name(element) in ("vraag", "antwoord", "kamervraagopmerking", *_HEADS) for element in elements):
        raise ParseError(f"{name}: is an official publication, but no Kamervraag; leave it out.")
    for element in elements:
        _read_element(element, reader, source)
    source.notes = reader.notes
    _read_origin(root, source)
    return assemble(source)


def read_block(element: "_Element", reader: MarkupReader) -> Block:
    """Return a `vraag` or `antwoord` element as a block."""
    kind = Kind.QUESTION if local_name(element) == "vraag" else Kind.ANSWER
    label = next((child for child in element if local_name(child) in _LABELS), None)
    units: list[list[Text]] = []
    if element.text and element.text.strip():
        units.append([Text(" ".join(element.text.split()))])
    for child in element:
        text = Text() if child is label else reader.read_child(child)
        # A list or table belongs to the paragraph that introduces it.
        if text.text and (local_name(child) in ("al", "al-groep") or not units):
            units.append([text])
        elif text.text:
            units[-1].append(text)
        if child.tail and child.tail.strip():
            units.append([Text(" ".join(child.tail.split()))])
    printed = " ".join(inner_text(label).split()) if label is not None else ""
    return Block(kind, printed, tuple(joined(unit) for unit in units))


def _opening(data: bytes) -> bytes:
    return data[:_HEAD].removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")  # UTF-16 too


def _content(element: "_Element", depth: int) -> "Iterator[_Element]":
    for child in element:
        name = local_name(child)
        if name in _CONTAINERS and depth < 10:
            yield from _content(child, depth + 1)
        elif name:
            yield child


def _read_element(element: "_Element", reader: MarkupReader, source: Publication) -> None:
    name = local_name(element)
    if name in ("vraag", "antwoord"):
        source.blocks.append(read_block(element, reader))
    elif name in _HEADS:
        _read_head(element, reader, source)
    elif name in ("kamervraagnummer", "vraagnummer"):
        _read_number(inner_text(element).strip(), element, source)
    elif name not in _IGNORED:
        text = reader.read(element).text
        if name.startswith("toelicht") and not text.startswith("Toelichting"):
            text = f"Toelichting: {text}" if text else ""
        if text and source.remarks and name == "al":
            source.remarks[-1] += f"\n{text}"  # paragraphs of one remark stand beside each other in the old style
        elif text:
            source.remarks.append(text)


def _read_head(element: "_Element", reader: MarkupReader, source: Publication) -> None:
    text = " ".join(reader.read(element).text.split("\n"))
    source.statements.append(text)
    subject = next((child for child in element.iter() if local_name(child) == "kamervraagonderwerp"), None)
    if subject is not None:
        title = reader.read(subject).text.strip(" .")
        source.title = source.title or title[:1].upper() + title[1:]
    day = next((_iso(child.get("isodatum")) for child in element.iter() if local_name(child) == "datum"), None)
    if text.startswith(("Antwoord", "Mededeling")) or element.get("type") in ("antwoord", "mededeling"):
        source.received = source.received or day
    else:
        source.asked = source.asked or day


def _read_number(text: str, element: "_Element", source: Publication) -> None:
    """Read the number in the head: the vraagnummer of a question document, the Aanhangsel number of an answer."""
    number = _VRAAGNUMMER.search(text)
    if number:
        source.vraagnummer = source.vraagnummer or number[0]
        return
    lines = {child.get("inhoud"): child.text or "" for child in element.getroottree().iter("tekstregel")}
    years = re.search(r"(\d{4})\s?[-–]\s?(\d{4})", lines.get("vergaderjaar", ""))
    if source.publication is None and years and re.fullmatch(r"\d{1,5}", text):
        chamber = "ek" if lines.get("kamernummer", "").strip() == "1" else "tk"
        source.publication = f"ah-{chamber}-{years[1]}{years[2]}-{text}"


def _read_metadata(root: "_Element", source: Publication) -> None:
    """Read the `meta` fields: a pointer to the metadata record, or in later files the record itself."""
    topics: dict[str, None] = {}
    for meta in root.iter("meta"):
        field, value = meta.get("name") or "", (meta.get("content") or "").strip()
        if field == "OVERHEIDop.externMetadataRecord":
            published = _PUBLICATION.search(value)
            source.publication = published[0] if published else None
        elif field in ("DC.identifier", "DCTERMS.identifier") and _PUBLICATION.fullmatch(value):
            source.publication = value
        elif field.lower() == "overheidop.vraagnummer" and _VRAAGNUMMER.fullmatch(value):
            source.vraagnummer = source.vraagnummer or value
        elif field.lower() == "overheidop.datumindiening":
            source.asked = _iso(value)
        elif field.lower() == "overheidop.datumontvangst":
            source.received = _iso(value)
        elif field == "OVERHEID.category" and value:
            topics[value] = None
    source.topics = tuple(topics)
    if source.publication and source.publication.startswith("kv-"):
        number = _VRAAGNUMMER.search(source.publication)
        source.vraagnummer = source.vraagnummer or (number[0] if number else None)


def _read_origin(root: "_Element", source: Publication) -> None:
    """Take the vraagnummer, where nothing else prints it, from the notes: their ids name the question document."""
    if source.vraagnummer is None:
        origins = {match[1] for note in root.iter("noot") if (match := _NOTE_ORIGIN.match(note.get("id") or ""))}
        source.vraagnummer = origins.pop() if len(origins) == 1 else None


def _iso(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
