"""The HTML page of an official publication (zoek.officielebekendmakingen.nl), and other pages that hold its text.

The page is made from the XML: `div.vraag`, `div.antwoord`, `div.kamervraagopmerking`, notes in `div.noot` named by
links. It is brought back to the element names of the XML and read as that is. A page without these is read as
text, if it has the headings of a Kamervraag.
"""

import re
from typing import TYPE_CHECKING

from rag.errors import ParseError
from rag.parsing.markup import MAX_BYTES, MAX_DEPTH, local_name
from rag.parsing.official_xml import parse_root
from rag.parsing.published import parse_text
from rag.records import Kamervraag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_HEAD = 2000
_OPENING = 40  # characters that tell a statement from other text
_SPACES = re.compile(r"\s+")
_PARTS = ("vraag", "antwoord", "kamervraagopmerking")
_NAMES = {"p": "al", "ul": "lijst", "ol": "lijst", "dl": "lijst", "dt": "al", "dd": "al"}
_META = {
    "overheidop.vraagnummer": "OVERHEIDop.vraagnummer",
    "overheidop.datumindiening": "OVERHEIDop.datumIndiening",
    "overheidop.datumontvangst": "OVERHEIDop.datumOntvangst",
    "overheid.category": "OVERHEID.category",
    "dc.identifier": "DC.identifier",
    "dcterms.identifier": "DC.identifier",
}
_STATEMENT = re.compile(r"(?:Mondelinge vragen|Vragen|Antwoorden|Antwoord|Mededeling) van ")
_HEADING = re.compile(r"(?m)^[^\S\n]*(?:Vraag|Antwoord) \d{1,3}[^\S\n]*$")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what a page may hold and XML may not
_NO_SIGN = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]))(?![\da-fA-F]);?")
_BLOCKS = frozenset(
    "p div section article main li ul ol dl dt dd table tr h1 h2 h3 h4 h5 h6 header footer pre blockquote br".split()
)
_NO_TEXT = frozenset("script style noscript template nav head".split())
_TITLES = ("h1", "h2", "h3", "h4", "p")


def is_html(data: bytes) -> bool:
    """Whether bytes are an HTML page: the root or the doctype stands within the first 2,000 bytes."""
    return bool(_HTML.search(data[:_HEAD]))


def parse_html(data: bytes, name: str) -> list[Kamervraag]:
    """Return the one Kamervraag of a page, perhaps in part.

    Args:
        data: The page.
        name: The document, for messages, and for its id where it prints none.

    Raises:
        ParseError: The page holds no Kamervraag (an unknown id may give an error page with status 200), is larger
            or deeper than any publication, or an answer cannot be paired.
    """
    page = _load(data, name)
    if not any(_is_part(element) for element in page.iter("div", "section")):
        text = "".join(_text(page, 0, name))
        if _HEADING.search(text):
            return parse_text(text, name)
        raise ParseError(f"{name}: is an HTML page, but no Kamervraag (an unknown id gives such a page); leave it out.")
    return [parse_root(_as_xml(page), name)]


def _load(data: bytes, name: str) -> "_Element":
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise ParseError(f"{name}: is {len(data):,} bytes, more than {MAX_BYTES:,}; it cannot be one publication.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        page = etree.fromstring(_NO_SIGN.sub("", _NO_XML.sub("", text)).encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"{name}: is an HTML page that cannot be read ({error}); fetch it again.") from error
    if page is None or any("depth" in entry.message for entry in parser.error_log):
        raise ParseError(f"{name}: is an HTML page without content, or nested too deep; fetch it again.")
    return page


def _is_part(element: "_Element") -> bool:
    return any(part in _PARTS for part in _classes(element))


def _classes(element: "_Element") -> list[str]:
    return (element.get("class") or "").split()


def _as_xml(page: "_Element") -> "_Element":
    """Return the page as a document of the official XML, its elements moved and renamed."""
    from lxml import etree

    root = etree.Element("officiele-publicatie")
    metadata, content = etree.SubElement(root, "metadata"), etree.SubElement(root, "kamervragen")
    for meta in page.iter("meta"):
        name = _META.get((meta.get("name") or "").lower())
        if name:
            etree.SubElement(metadata, "meta", name=name, content=_NO_XML.sub("", meta.get("content") or ""))
    notes = [element for element in page.iter("div", "li", "p") if _is_note(element)]
    for element in list(_elements(page)):
        element.tail = None
        content.append(element)
    for note in notes:
        _rename_note(note)
        if not any(parent is content for parent in note.iterancestors()):
            note.tail = None
            content.append(note)
    for element in list(content):
        if local_name(element) in (*_PARTS, "div", "section", *_TITLES):
            _rename(element)
    return root


def _elements(page: "_Element") -> "Iterator[_Element]":
    """Yield the parts of the page in its order: statements of the head, vragen, antwoorden, remarks."""
    waiting = [page]
    while waiting:  # what is inside a part or a note belongs to that
        element = waiting.pop()
        if _is_part(element):
            if element.tag in ("div", "section"):
                yield element
        elif not _is_note(element):
            waiting.extend(reversed(element))
            if element.tag in _TITLES and _is_statement(element):
                element.set("class", "kamervraagomschrijving")
                yield element


def _is_statement(element: "_Element") -> bool:
    if any(_is_statement_class(name) for name in _classes(element)):
        return True
    return bool(_STATEMENT.match(_opening(element)))


def _opening(element: "_Element") -> str:
    """Return the first words of an element, spaces as one."""
    found = ""
    for piece in element.itertext():
        found = _SPACES.sub(" ", found + str(piece)[:_HEAD]).lstrip()
        if len(found) >= _OPENING:
            break
    return found


def _is_statement_class(name: str) -> bool:
    return name.startswith("kamervraagomschrijving")


def _is_note(element: "_Element") -> bool:
    return "noot" in _classes(element)


def _rename_note(note: "_Element") -> None:
    note.tag = "noot"
    identifier = (note.get("id") or "").removeprefix("supernote-note-")
    for child in list(note.iter()):
        if "note-close" in _classes(child) and child.getparent() is not None and local_name(child) != "a":
            _remove(child)
        elif "nootnum" in _classes(child) or "nootnr" in _classes(child):
            anchor = next((item.get("id") for item in child.iter() if item.get("id")), None)
            identifier = anchor or identifier
            number = _plain(child).strip()
            _remove(child)
            label = note.makeelement("noot.nr")
            label.text = number
            note.insert(0, label)
    note.set("id", identifier)


def _plain(element: "_Element") -> str:
    return _NO_XML.sub("", "".join(map(str, element.itertext())))


def _remove(element: "_Element") -> None:
    """Remove an element and keep the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _rename(top: "_Element") -> None:
    """Give the elements of one part the names of the XML."""
    kind = next((name for name in _classes(top) if name in _PARTS), "kamervraagomschrijving")
    top.tag = kind
    labelled = False
    counts: dict[_Element, int] = {}
    for element in list(_outside_notes(top)):
        name = local_name(element)
        if name == "a" and (element.get("href") or "").startswith("#") and _is_reference(element):
            element.tag = "nootref"
            element.set("refid", (element.get("href") or "")[1:])
        elif not labelled and kind in ("vraag", "antwoord") and _is_number(element, top):
            labelled = True
            element.tag = "nr"
        elif name == "li":
            _label_item(element, counts)
        elif name in _NAMES:
            element.set("data-numbered", "yes" if name == "ol" else "")
            element.tag = _NAMES[name]
    _unwrap_references(top)


def _outside_notes(top: "_Element") -> "Iterator[_Element]":
    """Yield the elements inside another in its order, without notes and what is in them."""
    waiting = list(reversed(top))
    while waiting:
        element = waiting.pop()
        if local_name(element) not in ("noot", "noot.nr"):
            yield element
            waiting.extend(reversed(element))


def _is_number(element: "_Element", top: "_Element") -> bool:
    if element.getparent() is not top:
        return False
    return local_name(element) in ("h2", "h3", "h4", "h5") or bool({"nummer", "nr"} & set(_classes(element)))


def _is_reference(element: "_Element") -> bool:
    parent = element.getparent()
    raised = parent is not None and local_name(parent) == "sup"
    return raised or any(name.startswith("noot") for name in _classes(element)) or element.find("sup") is not None


def _label_item(item: "_Element", counts: "dict[_Element, int]") -> None:
    """Give a list item its label as an element of its own: what the page prints, else its number in the list."""
    printed = next((child for child in item.iter("span") if {"ol", "li-nr", "nr"} & set(_classes(child))), None)
    parent = item.getparent()
    label = item.makeelement("li.nr")
    if printed is not None:
        label.text = _plain(printed)
        _remove(printed)
    elif parent is not None and parent.get("data-numbered"):  # the list itself was renamed before its items
        counts[parent] = counts.get(parent, 0) + 1
        label.text = f"{counts[parent]}."
    else:
        label.text = "–"
    item.insert(0, label)
    label.tail, item.text = item.text, None


def _unwrap_references(top: "_Element") -> None:
    """Take references out of the <sup> around them, so that they are marks and no raised text."""
    for reference in list(top.iter("nootref")):
        parent = reference.getparent()
        if parent is not None and local_name(parent) == "sup":
            parent.tag = "redactie"


def _text(element: "_Element", depth: int, name: str) -> "Iterator[str]":
    if depth > MAX_DEPTH:
        raise ParseError(f"{name}: nests elements deeper than {MAX_DEPTH}; fetch it again.")
    tag = local_name(element)
    if tag in _NO_TEXT:
        return
    if tag in _BLOCKS:
        yield "\n"
    yield element.text or ""
    for child in element:
        yield from _text(child, depth + 1, name)
        yield child.tail or ""
    if tag in _BLOCKS:
        yield "\n"
