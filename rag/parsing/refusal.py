"""Files that are no text and that no parser reads: refused by name, with what to do instead of garbage."""

from rag.errors import ParseError
from rag.records import Kamervraag

_KNOWN = {
    b"\xd0\xcf\x11\xe0": "is a Word document of before 2007 (.doc); save it as DOCX or PDF",
    b"{\\rtf": "is a rich text document (RTF); save it as DOCX or PDF",
    b"PK\x03\x04": "is a packed office document that is not read here (ODT, XLSX); get it as XML, PDF or DOCX",
    b"PK\x05\x06": "is an empty archive; leave it out",
    b"\x1f\x8b": "is packed (gzip); unpack it first",
    b"7z\xbc\xaf": "is an archive of 7-Zip; unpack it first",
    b"Rar!": "is an archive of WinRAR; unpack it first",
    b"\x89PNG": "is a picture (PNG); get the document as text",
    b"\xff\xd8\xff": "is a picture (JPEG); get the document as text",
    b"GIF8": "is a picture (GIF); get the document as text",
    b"II*\0": "is a picture (TIFF); get the document as text",
    b"MM\0*": "is a picture (TIFF); get the document as text",
}


def is_unreadable(data: bytes) -> bool:
    """Whether bytes are of a known form that holds no text to read."""
    return data.startswith(tuple(_KNOWN))


def refuse_unreadable(data: bytes, name: str) -> list[Kamervraag]:
    """Refuse such a file.

    Raises:
        ParseError: Always; says what it is and what to do.
    """
    reason = next(reason for start, reason in _KNOWN.items() if data.startswith(start))
    raise ParseError(f"{name}: {reason}.")
