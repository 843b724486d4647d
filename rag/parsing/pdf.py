"""PDF as the printer and the ministries send it, to the text that the text parser reads.

PDFium (library `pypdfium2`, BSD/Apache) reads it: of the libraries with a permissive licence it keeps footnote
marks at their word, as the layout has them, at 10 to 20 milliseconds a document; pypdf sets them apart from their
word, pdfplumber takes twenty times as long. It joins words hyphenated at a line end with a mark of its own, which
becomes the hyphen and line end again: the text parser knows which hyphens to keep.
"""

import ctypes
import re
from typing import TYPE_CHECKING

from rag.errors import ParseError
from rag.parsing.published import parse_text
from rag.records import Kamervraag

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage  # type: ignore[import-untyped, unused-ignore]

MAX_BYTES = 64_000_000
"""The largest PDF that is read; answers are below one megabyte, their scanned annexes below fifty."""
MAX_PAGES = 500
MAX_CHARACTERS = 1_000_000

_START = re.compile(rb"%PDF-\d")
_SPACE = 0x20
_OWN_SIGNS = {0xFFFE: "-\n", 0x02: "-\n", 0x81: "•"}  # PDFium's hyphen at a line end (two versions); a bullet
_APART = re.compile(r"(?<=\S)(\d{1,2})[ \n]+(?=[.,;:?!»)]+(?:\s|$))")


def is_pdf(data: bytes) -> bool:
    """Whether bytes are a PDF: its header stands in the first 1,024 bytes, as readers allow."""
    return bool(_START.search(data[:1024]))


def parse_pdf(data: bytes, name: str) -> list[Kamervraag]:
    """Return the one Kamervraag of a PDF, perhaps in part.

    Args:
        data: The PDF.
        name: The document, for messages, and for its id where it prints none.

    Raises:
        ParseError: It is damaged, locked, without text (a scan), or no Kamervraag that can be paired.
    """
    return parse_text(pdf_text(data, name), name)


def pdf_text(data: bytes, name: str) -> str:
    """Return the text of a PDF, a form feed between pages.

    Raises:
        ParseError: It is damaged, locked, too large, or without text (a scan).
    """
    import pypdfium2  # type: ignore[import-untyped, unused-ignore]

    if len(data) > MAX_BYTES:
        raise ParseError(f"{name}: is {len(data):,} bytes, more than {MAX_BYTES:,}; it cannot be one publication.")
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            text = "\n\f\n".join(_pages(document, name))
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise ParseError(f"{name}: is a PDF that cannot be read ({error}); fetch it again.") from error
    if not text.strip():
        raise ParseError(f"{name}: is a PDF without text, probably a scan; get it as text or XML.")
    return _APART.sub(r"\1", text)


def _pages(document: "PdfDocument", name: str) -> list[str]:
    if len(document) > MAX_PAGES:
        raise ParseError(f"{name}: has {len(document)} pages, more than {MAX_PAGES}; it cannot be one publication.")
    found: list[str] = []
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        if textpage.count_chars() + sum(map(len, found)) > MAX_CHARACTERS:
            raise ParseError(f"{name}: holds more than {MAX_CHARACTERS:,} characters; it cannot be one publication.")
        found.append(_page_text(textpage))
        textpage.close()
        page.close()
    return found


def _page_text(textpage: "PdfTextPage") -> str:
    """Return the text of a page, with the line ends that PDFium leaves out where lines stand close, as in notes."""
    from pypdfium2.raw import FPDFText_GetCharOrigin, FPDFText_GetUnicode  # type: ignore[import-untyped, unused-ignore]

    count = textpage.count_chars()
    characters = [FPDFText_GetUnicode(textpage, at) for at in range(count)]
    x, y = ctypes.c_double(), ctypes.c_double()

    def place(at: int) -> float:
        return x.value if FPDFText_GetCharOrigin(textpage, at, x, y) else 0.0

    pieces: list[str] = []
    for at, code in enumerate(characters):
        if code == _SPACE and 0 < at < count - 1 and _is_digit(characters[at + 1]) and place(at + 1) < place(at - 1):
            pieces.append("\n")
        else:
            pieces.append(_OWN_SIGNS.get(code) or (chr(code) if code else ""))
    text = "".join(pieces).replace("\r\n", "\n")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a pair come one by one


def _is_digit(code: int) -> bool:
    return ord("0") <= code <= ord("9")
