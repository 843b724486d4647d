"""Take page furniture out of text from PDF or DOCX: headers, footers, page numbers, hyphens, line ends.

Footnotes at the foot of a page (or, as ministries write them, at the end of the document) are moved out of the
running text and returned beside it; their marks in the text become superscript digits (`footnotes`).
"""

import re
import unicodedata
from dataclasses import dataclass

from rag.parsing.footnotes import mark_lines, take_end_notes, take_page_notes
from rag.parsing.glue import LINE_END, RUN_TOGETHER, mend

_PAGE_END = re.compile(r"(.*)Tweede Kamer, vergaderjaar \d{4}\s?[–-]\s?\d{4}, (?:Aanhangsel|Vragen)\s*(\d*)")
_IMPRINT = re.compile(r"\d{0,4} ?(?:ISSN \d{4} ?- ?\d{3}[\dX])? ?(?:[’']s-Gravenhage \d{4})?")
_PAGE_OF = re.compile(r"(?:pagina|blad|bladzijde) \d+ (?:van|/) \d+", re.IGNORECASE)
_HEADERS = re.compile(
    r"Tweede Kamer der Staten-Generaal\s*2?"
    r"|(?:Vergaderjaar \d{4}\s?[–-]\s?\d{4}\s*)?"
    r"(?:Aanhangsel van de Handelingen|Vragen gesteld door de leden der Kamer)?"
    r"|Vragen gesteld door de leden der Kamer, met de daarop door(?: de)?(?: regering gegeven antwoorden)?"
    r"|(?:de )?regering gegeven antwoorden"
    r"|(?:ah|kv)-(?:tk-|ek-)?[0-9][0-9A-Za-z-]*"
    r"|_{5,}"
)
_FILE_NAME = re.compile(r"\S+\.(?:pdf|docx?|odt)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}")
_SPACES = re.compile(r"[^\S\n]+")
_SPACING_ACCENT = re.compile(r"([A-Za-z]) ?([´`¨¸])")
_COMBINING = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "¸": "\u0327"}
_BULLET = re.compile(r"(?:[–—•▪·o*-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])(?:\s+\S|$)")
_BULLET_ALONE = re.compile(r"(?:[–—•▪·-]|\(?(?:\d{1,2}|[a-z])[.)])$")
_NARROW, _WIDE = 60, 90  # characters in a full line of a page
_TAIL = 16  # characters that decide how two lines join
_ACRONYM = re.compile(r"(?:[\dA-Z]{2,}|[)\]]|[’']s)-$")
_SENTENCE_END = re.compile(r"[.?!:;»”…]['’\"»)]*[⁰¹²³⁴⁵⁶⁷⁸⁹,]*$")


@dataclass(frozen=True, slots=True)
class CleanText:
    """Running text without page furniture.

    Attributes:
        lines: The lines; "" is an empty line, of which never two stand together.
        notes: Footnote mark to note text, the marks being superscript digits in the lines.
    """

    lines: tuple[str, ...]
    notes: dict[str, str]


def normalise(text: str) -> str:
    """Return text with plain line ends and spaces and accents joined to their letters; no NUL, no soft hyphen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\xad", "").replace("\ufeff", "")
    text = re.sub(r"[\u2028\u2029\x0b\x85]", "\n", text)
    return _SPACES.sub(" ", _SPACING_ACCENT.sub(_compose, text.replace("\f", "\n\f\n"))).replace(" \n", "\n")


def clean(text: str) -> CleanText:
    """Return the running text of a document: pages joined, furniture out, footnotes aside, marks superscript."""
    notes: dict[str, str] = {}
    lines: list[str] = []
    for page in _pages(normalise(text).split("\n")):
        body = take_page_notes(page, notes)
        lines += body
    paged = bool(notes)
    lines = take_end_notes(lines, notes)
    lines = mend(mark_lines(lines, notes, paged=paged))
    return CleanText(tuple(_single_blanks(lines)), notes)


def paragraphs(lines: list[str]) -> str:
    """Join lines into paragraphs, separated by newlines; words hyphenated at a line end are made whole.

    A paragraph ends at an empty line, before a bullet, and where a sentence ends well before the usual width
    of the lines.
    """
    width = max((len(line) for line in lines), default=0)
    short = 0.85 * min(max(width, _NARROW), _WIDE)
    done: list[list[str]] = []  # the pieces of each paragraph: joined at the end, in linear time
    gap = True
    last = tail = ""
    for line in lines:
        if not line:
            gap = True
            continue
        ended = bool(_SENTENCE_END.search(last[-16:])) and not _BULLET_ALONE.match(last)
        broken = gap and (ended or not line[0].islower() or _BULLET.match(line))
        if not done or broken or (_BULLET.match(line) and (ended or last.endswith(","))) or _ends(last, ended, short):
            done.append([line])
            tail = line[-_TAIL:]
        else:
            kept, piece = _seam(tail, line)
            if not kept:
                done[-1][-1] = done[-1][-1][:-1]
            done[-1].append(piece)
            tail = f"{tail if kept else tail[:-1]}{piece}"[-_TAIL:]
        gap, last = False, line
    return "\n".join("".join(pieces) for pieces in done).replace(LINE_END, " ").strip()


def join_line(text: str, line: str) -> str:
    """Append a line to a text; a word broken by a hyphen is made whole, "CO2-" and "aan- en" keep theirs."""
    kept, piece = _seam(text[-_TAIL:], line)
    return f"{text if kept else text[:-1]}{piece}".strip()


def _seam(tail: str, line: str) -> tuple[bool, str]:
    """Return whether the last sign before the end of a line stays, and what follows it."""
    if not tail.endswith("-") or tail.endswith((" -", "--")) or re.match(r"(?:en|of|als|tot|dan)\b", line):
        return True, f" {line}"
    return not line[0].islower() or bool(_ACRONYM.search(tail[-12:])), line


def _ends(last: str, ended: bool, short: float) -> bool:
    return ended and (len(last) < short or len(last) > RUN_TOGETHER)


def _compose(match: re.Match[str]) -> str:
    joined = unicodedata.normalize("NFC", match[1] + _COMBINING[match[2]])
    return joined if len(joined) == 1 else match[0]


def _pages(raw: list[str]) -> list[list[str]]:
    """Split into pages and leave out what is printed on each of them."""
    pages: list[list[str]] = [[]]
    after_furniture = after_end = False
    for at, line in enumerate(part.strip(" \n\t") for part in raw):
        if not line or line == "\f":
            after_end = after_end or line == "\f"
            if line == "\f":
                pages.append([])
            elif not after_furniture:
                pages[-1].append("")
            continue
        end = _PAGE_END.fullmatch(line) if "vergaderjaar" in line else None
        if end or _PAGE_OF.fullmatch(line):
            if end and not _IMPRINT.fullmatch(end[1].strip()):  # glued to the last words of the page
                pages[-1].append(end[1].strip())
            pages.append([])
            after_furniture, after_end = True, bool(end) and not (end and end[2])
        elif _HEADERS.fullmatch(line) or _is_imprint(line) or (at == 0 and _FILE_NAME.fullmatch(line)):
            after_furniture, after_end = True, "Generaal" in line or "antwoorden" in line
        elif after_end and _NUMBER.fullmatch(line):
            after_end = False
        else:
            pages[-1].append(line)
            after_furniture = after_end = False
    return pages


def _is_imprint(line: str) -> bool:
    return not line[0].isdigit() and bool(_IMPRINT.fullmatch(line))


def _single_blanks(lines: list[str]) -> list[str]:
    return [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
