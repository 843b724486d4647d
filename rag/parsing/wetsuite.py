"""WetSuite's public data set of Kamervragen (`kamervragen.json.bz2`), entry by entry as official XML.

The set maps the id of a publication to its metadata and to `vraagdata`: under each number ("1", or "2 3" for a
combined one) the vraag and the antwoord, each as plain text and as the XML element it was taken from. The element
is what is read; the plain text has lost its footnotes and lists. An entry thus becomes a small official document,
and its metadata go with it. The file is read in a stream: unpacked it is half a gigabyte.

How the set wraps its entries is not documented, so every usual way is read: an object by id, a list, either of
these under "data", and entries line by line.
"""

import bz2
import io
import json
import re
from collections.abc import Iterator
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from rag.errors import ParseError
from rag.parsing.metadata import Metadata, from_fields
from rag.parsing.numbers import sort_key

MAX_ENTRY = 32_000_000
"""The most characters that one entry may have."""
_PACKED = re.compile(rb"BZh[1-9]1AY&SY")
_HEAD = 1 << 16
_CHUNK = 1 << 20
_WRAPPERS = ("data", "description", "description_short")
_DATA = re.compile(rb'"vraagdata"\s*:')
_ELEMENT = re.compile(r"\s*<(vraag|antwoord)[\s>]")
_OPENING = re.compile(r"^(\s*<(?:vraag|antwoord))\b[^>]*>")
_FIELDS = ("identifier", "issued", "available", "category", "indiener", "ontvanger", "type", "vraagnummer", "title")
_ENTRY = re.compile(r'\{\s*"(?:vraagdata"|(?!data"|description)[^"]*"\s*:\s*(?:[^\s{\[]|\[\s*[^\s{]))')
"""How an entry begins: with "vraagdata", or with a field whose value is no object and no list of objects."""
_EMPTY = re.compile(r"[\[{]\s*[\]}]")
_DECODER = json.JSONDecoder()


def is_data_set(data: bytes) -> bool:
    """Whether bytes are this data set, packed or not: an entry's `vraagdata` stands near the beginning."""
    if _PACKED.match(data):
        return True  # nothing else comes packed like this; what is wrong with it is told when it is read
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] in (b"{", b"[") and bool(_DATA.search(head))


def read_entries(data: IO[bytes], name: str) -> Iterator[tuple[str, bytes, Metadata]]:
    """Yield each entry of the data set: its id, an official XML document, its metadata.

    Args:
        data: The data set from its beginning, packed with bzip2 or not.
        name: Its name, for messages.

    Raises:
        ParseError: It is damaged, or an entry is none.
    """
    try:
        packed = _PACKED.match(data.read(_HEAD))
        data.seek(0)
        text = io.TextIOWrapper(bz2.open(data) if packed else data, encoding="utf-8-sig")
        try:
            for key, entry in _Entries(text, name):
                yield _document(key, entry, name)
        finally:
            text.detach()  # the file is the caller's
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ParseError(f"{name}: is a damaged data set ({error}); fetch it again.") from error


def _document(key: str, entry: object, name: str) -> tuple[str, bytes, Metadata]:
    if not isinstance(entry, dict):
        raise ParseError(f"{name}, {key or 'an entry'}: is no object with metadata and vraagdata; fetch the set again.")
    identifier = entry.get("identifier")
    identifier = identifier if isinstance(identifier, str) and identifier else key
    fields = {field: list(_texts(entry.get(field))) for field in _FIELDS}
    fields["identifier"] = [identifier]
    metadata = from_fields(fields)
    head = f"<metadata><meta name={quoteattr('DC.identifier')} content={quoteattr(identifier)}/></metadata>"
    body = "".join(_blocks(entry.get("vraagdata"), f"{name}, {identifier}"))
    document = f"<officiele-publicatie>{head}<kamervragen>{body}</kamervragen></officiele-publicatie>"
    return identifier, document.encode("utf-8", errors="replace"), metadata


def _blocks(vraagdata: object, where: str) -> Iterator[str]:
    if not isinstance(vraagdata, dict):
        raise ParseError(f"{where}: has no vraagdata; look the document up in the official publication.")
    for numbers in sorted(vraagdata, key=lambda key: (not key.strip(), sort_key(key.strip()))):
        pair = vraagdata[numbers]
        for name in ("vraag", "antwoord"):
            value = pair.get(name) if isinstance(pair, dict) else None
            if value:
                yield _element(name, numbers, list(_texts(value)))


def _element(name: str, numbers: str, texts: list[str]) -> str:
    """Return the element as it was in the publication; where only its text was kept, the text under its number."""
    printed = next((text for text in texts if _ELEMENT.match(text)), None)
    if printed:
        return _OPENING.sub(rf"<{name}>", printed)
    paragraphs = "".join(f"<al>{escape(part)}</al>" for part in "\n".join(texts[:1]).split("\n\n") if part.strip())
    label = f"<nr>{name.title()} {', '.join(numbers.split())}</nr>" if numbers.strip() else ""
    return f"<{name}>{label}{paragraphs}</{name}>"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


class _Entries:
    """Reads JSON objects and lists value by value, so that only one entry is in memory.

    The entries may stand at the top or, as in WetSuite's later sets, under "data"; several objects may follow one
    another, as in JSON lines.
    """

    def __init__(self, stream: IO[str], name: str) -> None:
        self._stream = stream
        self._name = name
        self._buffer = ""
        self._at = 0
        self._ended = False

    def __iter__(self) -> Iterator[tuple[str, object]]:
        sign = self._peek()
        while sign:
            if sign == "{" and self._is_entry():
                yield "", self._value()
            else:
                yield from self._inside(0)
            sign = self._peek(end=True)

    def _is_entry(self) -> bool:
        """Whether the object that starts here is an entry, and no set of them."""
        if len(self._buffer) - self._at < _HEAD:
            self._read(_CHUNK)
        return bool(_ENTRY.match(self._buffer, self._at))

    def _is_set(self, key: str) -> bool:
        """Whether the value of a key is a set of entries: by the key's name, or by how it begins."""
        sign = self._peek()
        return sign in "{[" and (
            key in _WRAPPERS or (not self._is_entry() and not _EMPTY.match(self._buffer, self._at))
        )

    def _inside(self, depth: int) -> Iterator[tuple[str, object]]:
        """Yield the entries of the object or list that starts here."""
        opening = self._next("{[")
        closing = "}" if opening == "{" else "]"
        while (sign := self._peek()) != closing:
            if sign == ",":
                self._at += 1
                continue
            key = ""
            if opening == "{":
                key = str(self._value())
                self._next(":")
            if key in _WRAPPERS and depth == 0 and self._peek() not in "{[":
                self._value()
            elif depth == 0 and opening == "{" and self._is_set(key):
                yield from self._inside(1)
            else:
                yield key, self._value()
        self._at += 1

    def _peek(self, *, end: bool = False) -> str:
        """Return the next sign, without taking it; "" at the end, where that may be."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._read(_CHUNK):
                if end:
                    return ""
                raise ParseError(f"{self._name}: ends in the middle; fetch it again.")

    def _next(self, expected: str) -> str:
        sign = self._peek()
        if sign not in expected:
            raise ParseError(f"{self._name}: is no data set of Kamervragen ({sign!r} where {expected!r} was expected).")
        self._at += 1
        return sign

    def _value(self) -> object:
        self._peek()
        more = _CHUNK
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except ValueError as error:
                if len(self._buffer) - self._at > MAX_ENTRY or not self._read(more):
                    raise ParseError(f"{self._name}: is no valid JSON ({error}); fetch it again.") from error
                more = min(2 * more, MAX_ENTRY)  # twice as much each time, so that a long entry takes linear time
            except RecursionError as error:
                raise ParseError(f"{self._name}: nests too deep for a data set; fetch it again.") from error
            else:
                self._at = end
                return value

    def _read(self, size: int) -> bool:
        piece = "" if self._ended else self._stream.read(size)
        self._ended = not piece
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)
