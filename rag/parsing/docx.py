"""DOCX as the ministries send it, to the text that the text parser reads.

Read with `zipfile` and `lxml`: the Word libraries hide what matters here, the footnotes and the numbers of
automatic lists. Each paragraph becomes a block of its own; headers and footers are parts of their own in the
file and stay out; a note becomes a superscript mark and a line at the end.
"""

import re
from typing import TYPE_CHECKING

from rag.errors import ParseError
from rag.parsing.archive import Archive, has_member
from rag.parsing.footnotes import superscript
from rag.parsing.markup import MAX_DEPTH, load_xml, local_name
from rag.parsing.published import parse_text
from rag.parsing.typed_notes import settle_typed_notes
from rag.parsing.word_lists import ListNumbers
from rag.records import Kamervraag

if TYPE_CHECKING:
    from lxml.etree import _Element

_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SIGNS = {"tab": " ", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": " "}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_PRIVATE = 0xF0000  # a private sign for each note until its number is known
_WORD_MARK = re.compile(f"[{chr(_PRIVATE)}-{chr(_PRIVATE + 0xFFFD)}]")
_OPEN_END = re.compile(r"(?s).{30}[^\W\d_]$")
_CONTINUES = re.compile(r"[a-zà-ÿ]{2,}[ ,]")
_LEFT_OUT = frozenset("del moveFrom instrText delText Fallback pPr rPr tblPr sectPr pict object".split())


def is_docx(data: bytes) -> bool:
    """Whether bytes are a Word document (DOCX)."""
    return has_member(data, _DOCUMENT)


def parse_docx(data: bytes, name: str) -> list[Kamervraag]:
    """Return the one Kamervraag of a Word document, perhaps in part.

    Args:
        data: The DOCX.
        name: The document, for messages, and for its id where it prints none.

    Raises:
        ParseError: It is damaged, or no Kamervraag that can be paired.
    """
    return parse_text(docx_text(data, name), name)


def docx_text(data: bytes, name: str) -> str:
    """Return the text of a Word document: paragraphs with an empty line between, notes behind the last.

    Raises:
        ParseError: It is damaged or larger than any real one.
    """
    reader = _Reader(Archive(data, name), name)
    blocks, typed = settle_typed_notes(_whole_sentences(reader.blocks()))
    # Where the writer typed the notes of the questions, those that Word counts are numbered on from them.
    text = _WORD_MARK.sub(lambda match: superscript(str(typed + _index(match))), "\n\n".join(blocks))
    notes = [f"{superscript(str(number))} {note}" for number, note in enumerate(reader.notes, typed + 1)]
    return "\n\n".join([text, "\n".join(notes)])


def _whole_sentences(blocks: list[str]) -> list[str]:
    """Join a sentence that was typed in two paragraphs ("deel ik u mede" / "dat de vragen …"), as letters do."""
    whole: list[str] = []
    for block in blocks:
        if whole and _CONTINUES.match(block) and _OPEN_END.search(whole[-1]):
            whole[-1] = f"{whole[-1]} {block}"
        else:
            whole.append(block)
    return whole


def _index(match: re.Match[str]) -> int:
    return ord(match[0]) - _PRIVATE + 1


class _Reader:
    def __init__(self, archive: Archive, name: str) -> None:
        self._name = name
        self._archive = archive
        self._parts = set(archive.names)
        body = self._load(_DOCUMENT).find(f"{_W}body")
        if body is None:
            raise ParseError(f"{name}: is a Word document without a text; fetch it again.")
        self._body = body
        self._lists = ListNumbers(self._optional("word/numbering.xml"), self._optional("word/styles.xml"))
        self._texts = {kind: self._notes_of(kind) for kind in _NOTES.values()}
        self.notes: list[str] = []

    def blocks(self) -> list[str]:
        return [block for block in self._blocks(self._body, 0) if block.strip()]

    def _load(self, part: str) -> "_Element":
        return load_xml(self._archive.read(part), f"{self._name}/{part}")

    def _optional(self, part: str) -> "_Element | None":
        return self._load(part) if part in self._parts else None

    def _notes_of(self, kind: str) -> dict[str, str]:
        root = self._optional(f"word/{kind}.xml")
        return {
            note.get(f"{_W}id") or "": " ".join(" ".join(self._blocks(note, 0)).split())
            for note in (root if root is not None else ())
            if note.get(f"{_W}type") in (None, "normal")
        }

    def _blocks(self, parent: "_Element", depth: int) -> list[str]:
        if depth > MAX_DEPTH:
            raise ParseError(f"{self._name}: nests parts deeper than {MAX_DEPTH}; save it anew.")
        found: list[str] = []
        for child in parent:
            name = local_name(child)
            if name == "p":
                found += self._paragraph(child, depth)
            elif name == "tbl":
                found += self._table(child, depth)
            elif name and name not in _LEFT_OUT:
                found += self._blocks(child, depth + 1)
        return found

    def _paragraph(self, element: "_Element", depth: int) -> list[str]:
        """Return a paragraph, behind the text boxes that are anchored in it."""
        boxes: list[str] = []
        pieces: list[str] = []
        self._inline(element, pieces, boxes, depth)
        text = "".join(pieces)
        label = self._lists.label(element) if text.strip() else ""
        lines = [" ".join(line.split()) for line in text.split("\n")]
        return [*boxes, f"{label} {chr(10).join(line for line in lines if line)}".strip()]

    def _inline(self, element: "_Element", pieces: list[str], boxes: list[str], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ParseError(f"{self._name}: nests parts deeper than {MAX_DEPTH}; save it anew.")
        for child in element:
            name = local_name(child)
            if name == "t":
                pieces.append(child.text or "")
            elif name in _NOTES:
                self._mark(self._texts[_NOTES[name]].get(child.get(f"{_W}id") or "", ""), pieces)
            elif name == "br":
                pieces.append("\n" if child.get(f"{_W}type") in (None, "textWrapping") else " ")
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "txbxContent":
                boxes += self._blocks(child, depth + 1)
            elif name and name not in _LEFT_OUT:
                self._inline(child, pieces, boxes, depth + 1)

    def _mark(self, note: str, pieces: list[str]) -> None:
        mark = chr(_PRIVATE + min(len(self.notes), 0xFFFD))
        self.notes.append(note)
        before = pieces.pop().rstrip() if pieces else ""
        pieces.append(f"{before},{mark}" if _WORD_MARK.match(before[-1:]) else before + mark)

    def _table(self, element: "_Element", depth: int) -> list[str]:
        """Return the rows of a table, one block each; a cell alone in its row is layout, its paragraphs stay apart."""
        rows: list[str] = []
        for row in (child for child in element if local_name(child) == "tr"):
            cells = [self._blocks(cell, depth + 2) for cell in row if local_name(cell) == "tc"]
            filled = [blocks for blocks in cells if any(block.strip() for block in blocks)]
            if len(filled) == 1:
                rows += filled[0]
            else:
                rows.append(" | ".join(" ".join(" ".join(blocks).split()) for blocks in filled))
        return rows
