"""Footnotes in running text: notes out of the way, marks as superscript digits that stick to no word.

Text from PDF glues a mark to the word before it ("Toekomst»?1", "Kamer3 werkt") or sets it on a line of its own.
Telling marks from digits that belong to a word ("CO2", "A12", "2022") rests on three facts: marks rise through
a document, a published note says which numbers exist, and a mark follows punctuation or a whole word.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from rag.parsing.numbers import parse_heading

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_GLUED = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d[.,]?)(?P<mark>[1-9]\d?)(?=[.,;:?!»)]*(?:\s|$))"
    r"|(?<=[^\W\d_]|[.,;:?!»”’'\")\]…])[1-9]\d{0,2}(?:(?:, ?[1-9]\d{0,2}){1,3}|(?: [1-9]\d?){1,3}(?= *$))?"
    r"(?![^\WA-Z]|[%/°–:\[-]|[.,]\d)"
)
_CODE = re.compile(r"\b[A-Z]{2,6}\d\b")
_OWN_LINE = re.compile(r"(?P<marks>[1-9]\d{0,2}(?:(?:, ?| )[1-9]\d{0,2}){0,3})(?P<end>[.,;:?!»”’)]*)(?: *$| +(?=\S))")
_NOTE = r"{}(?: ?(?=[^\W\d_]|[«‹“‘\"'(<])|(?=(?:19|20)\d\d ))"
_END_NOTE = re.compile(r"(?:(?P<open>\[)(?P<b>\d{1,2})\]|(?P<p>\d{1,2})\)|(?P<s>[⁰¹²³⁴⁵⁶⁷⁸⁹]+))\s*(?=\S)")
_BRACKETED = re.compile(
    r" ?(?<![\w(])\[(?P<b>\d{1,2})\]|(?<=[\w?!.,»”’'\":;)]) (?P<p>\d{1,2})\)(?![\w])|(?<=\w)\[(?P<w>\d{1,2})\]"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:nrs?|art|artt|p|pp|blz|par|hfst|vol|ca|max|min|vgl|lid|tel|t|o|v|n)|\d)[.,:]$", re.IGNORECASE
)
_FORMULA = re.compile(
    r"(?:CO|NO|SO|NH|CH|H|O|N|PM|SF|CFC|EURO?|COVID|SARS-COV|A|B|C|D|E|F|G|I|K|L|M|P|Q|R|S|T|U|V|W|X|Y|Z)"
)
_MONTHS = "januari|februari|maart|april|mei|ju[nl]i|augustus|september|oktober|november|december"
_BEFORE_YEAR = re.compile(
    rf"(?:{_MONTHS}|[a-z]+jaar|zomer|herfst|"
    r"winter|van|in|uit|tot|sinds|en|vanaf|eind|begin|medio|over|voor|per|\d\d\d\d) ?[–-]?$"
)
_DAY = re.compile(rf" (?:{_MONTHS})\b")
_UNIT = re.compile(r"\d [ckd]?m$")
_EXPONENT = re.compile(r"[23] +(?=[a-z])")
_BROKEN = re.compile(r"(?:^|\s)[«‘“(]?[^\W\d_]{2,}-$")  # a word broken at the end of a line
_REST = re.compile(r"(?!(?:en|of|als|tot|dan)\b)[a-zà-ÿ]")
_ADDRESS = 500  # longest address, in characters
_BRACKET_REACH = 300  # how far an open bracket is looked for, in characters
_STOPS = ".?!:;"
_WORD = re.compile(r"[^\s]*$")
_OFTEN = 50  # how often a mark may come again
_REACH = 3  # how far marks may jump: paragraphs with marks do get lost at a source


def superscript(number: str) -> str:
    """Return digits as superscript, "12" → "¹²"."""
    return number.translate(_SUPERSCRIPT)


def marks_in(*texts: str | None) -> list[str]:
    """Return the footnote marks (superscript digits) in texts as plain numbers, in order, each once."""
    return list(dict.fromkeys(mark for text in texts if text for mark in _marks_of(text)))


def annotated(text: str, notes: Mapping[str, str]) -> str:
    """Return a text with the notes that it marks as lines behind it, where nothing else keeps them."""
    lines = [f"{superscript(mark)} {notes[mark]}" for mark in marks_in(text) if notes.get(mark)]
    return "\n".join([text, *lines])


@lru_cache(maxsize=4)  # a combined answer is asked for by each of its vragen
def _marks_of(text: str) -> tuple[str, ...]:
    return tuple(mark.translate(_PLAIN) for mark in dict.fromkeys(_MARK.findall(text)))


def take_page_notes(page: Sequence[str], notes: dict[str, str]) -> list[str]:
    """Return a page's lines without the notes at its foot, which are added to `notes`.

    A note starts with the number that is due next, directly followed by text; the block of notes is the last
    such place on the page and holds no heading.
    """
    due = max(map(int, notes), default=0) + 1
    for number in range(due, due + 2):
        start = re.compile(_NOTE.format(number))
        at = next((at for at in range(len(page) - 1, -1, -1) if start.match(page[at])), None)
        if at is not None and at > 0 and not any(parse_heading(line) for line in page[at:]):
            _read_notes(page[at:], number, notes)
            return list(page[:at])
    return list(page)


def take_end_notes(lines: list[str], notes: dict[str, str]) -> list[str]:
    """Return lines without the notes "1) …" or "[1] …" that end a ministry's document; these go to `notes`.

    They are notes only if the text before them carries the same marks; a numbered list in an answer does not.
    """
    starts = [(at, match) for at, line in enumerate(lines) if (match := _END_NOTE.match(line))]
    first = next((at for at, match in reversed(starts) if _end_number(match) == "1"), None)
    if first is None or any(parse_heading(line) for line in lines[first:]):
        return lines
    before = " ".join(lines[:first])
    marked = {
        match["b"] or match["p"] or match["w"]
        for match in _BRACKETED.finditer(before)
        if not (match["p"] and in_brackets(before, match.start()))
    } | set(marks_in(before))
    if "1" not in marked:
        return lines
    found: dict[str, list[str]] = {}
    for line in lines[first:]:
        match = _END_NOTE.match(line)
        if match and int(_end_number(match)) == len(found) + 1:
            current = found.setdefault(_end_number(match), [line[match.end() :].strip()])
        elif line:
            current.append(line)
    notes |= {number: " ".join(pieces).strip() for number, pieces in found.items()}
    return [_BRACKETED.sub(lambda match: _bracketed(match, notes), line) for line in lines[:first]]


def mark_lines(lines: Sequence[str], notes: Mapping[str, str], *, paged: bool) -> list[str]:
    """Return lines with their footnote marks as superscript digits.

    Args:
        lines: Running text.
        notes: The notes of the document.
        paged: Whether notes stood at the foot of pages. Only then a mark may stand on a line of its own and joins
            the line before; elsewhere such a number is that of a question.
    """
    marker = _Marker({int(mark) for mark in notes}, codes=_codes([*lines, *notes.values()]) if notes else ())
    done: list[str] = []
    for at, line in enumerate(lines):
        before = done[-1] if done else ""
        if _EXPONENT.match(line) and _UNIT.search(before[-8:]):  # "1.150 m" / "3 per seconde"
            done[-1] = f"{before}{marker.mark(line)}"
            continue
        own = _OWN_LINE.match(line) if paged and before else None
        found = re.findall(r"\d+", own["marks"]) if own else []
        open_sentence = own is not None and (not own["end"] or before[-1] not in _STOPS)
        alone = (
            own is not None and own.end() == len(line) and at + 1 < len(lines) and bool(parse_heading(lines[at + 1]))
        )
        if own and open_sentence and marker.accepts_line([int(mark) for mark in found], alone=alone):
            rest = marker.mark(line[own.end() :])
            done[-1] = f"{done[-1]}{','.join(map(superscript, found))}{own['end']} {rest}".rstrip()
        elif parse_heading(line):
            done.append(line)
        else:
            done.append(marker.mark(line, before[-20:]))
    return done


def _codes(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(code for text in texts for code in _CODE.findall(text))


def mark_text(text: str, last: int = 0) -> tuple[str, int]:
    """Return a text whose notes are unknown with its glued marks as superscript, and the highest mark so far."""
    marker = _Marker(set(), last)
    return marker.mark(text), marker.last


class _Marker:
    """Marks rise: it knows the last mark seen and the numbers of the notes, if the source prints any."""

    def __init__(self, known: set[int], last: int = 0, codes: Collection[str] = ()) -> None:
        self.known = known
        self.last = last
        self.codes = codes
        self._seen: Counter[int] = Counter()
        self._line_before = ""

    def accepts_line(self, marks: list[int], *, alone: bool) -> bool:
        """Whether numbers at the start of a line are marks; if so they are counted.

        A number alone right before a heading, just the next one due, is a mark even if its note got lost.
        """
        known = all(mark in self.known for mark in marks) and self.last < marks[0] <= self.last + _REACH
        fits = known or (alone and marks == [self.last + 1])
        if fits:
            self.last = marks[-1]
        return fits

    def mark(self, text: str, line_before: str = "") -> str:
        """Return a text with its glued marks as superscript digits; a year may follow the end of the line before."""
        self._line_before = line_before
        return _GLUED.sub(self._replace, text)

    def _after_year(self, match: re.Match[str]) -> str:
        mark = int(match["mark"])
        before = match.string[max(0, match.start() - 20) : match.start()] or self._line_before
        if mark not in self.known or not self.last < mark <= self.last + 2 or not _BEFORE_YEAR.search(before):
            return match[0]
        self.last = mark
        return match["year"] + superscript(match["mark"])

    def _replace(self, match: re.Match[str]) -> str:
        if match["year"]:
            return self._after_year(match)
        if _DAY.match(match.string, match.end()):
            return match[0]
        marks = [int(match[0])] if match[0].isdecimal() else [int(mark) for mark in re.findall(r"\d+", match[0])]
        before = match.string[max(0, match.start() - 40) : match.start()]
        if not self.last < marks[0] <= self.last + _REACH and not self._may_return(marks[0]):
            if not self._after_code(match[0], before):
                return match[0]
            self.last += 1
            return match[0][0] + superscript(match[0][1:])
        in_row = marks == list(range(marks[0], marks[0] + len(marks)))
        if re.search(r"\d \d", match[0]) and not (in_row and self.known.issuperset(marks)):
            return match[0]
        glued_on = match.string[match.end() : match.end() + 1].isalpha() and not self.known.issuperset(marks)
        if glued_on or not self._fits(marks, before) or self._inside_address(match):
            return match[0]
        self.last = max(self.last, marks[-1])
        return ",".join(superscript(str(mark)) for mark in marks)

    def _fits(self, marks: list[int], before: str) -> bool:
        word = _WORD.search(before)
        stem = (word[0] if word else "").strip("«‘“'\"(")
        rises = self.last < marks[0] <= self.last + _REACH and all(mark > self.last for mark in marks)
        known = all(mark in self.known for mark in marks)
        if not before[-1].isalpha():
            again = known and marks[0] <= self.last and before[-1] in "?!»”)."
            return (rises or again) and not _ABBREVIATION.search(before)
        if before[-1].islower():
            letters = len(stem) >= 3 and not any(character.isdigit() for character in stem)
            return rises and letters and (known or not self.known)
        return rises and known and marks[0] == self.last + 1 and not _FORMULA.fullmatch(stem.upper())

    def _may_return(self, mark: int) -> bool:
        """Whether a mark seen before may come again: its note is known, and it was not seen again and again."""
        self._seen[mark] += 1
        return mark in self.known and self._seen[mark] <= _OFTEN

    def _after_code(self, digits: str, before: str) -> bool:
        """Whether the digits end a code that the document has elsewhere and then the mark due: "NIS24" is NIS2⁴."""
        if not self.codes or not digits[1:].isdecimal() or int(digits[1:]) != self.last + 1:
            return False
        word = _WORD.search(before)
        return self.last + 1 in self.known and bool(word and word[0].lstrip("(«‘“'\"") + digits[0] in self.codes)

    @staticmethod
    def _inside_address(match: re.Match[str]) -> bool:
        word = _WORD.search(match.string[max(0, match.start() - 200) : match.start()])
        return bool(word and re.search(r"://|www\.|[=@_~]|\.(?:nl|com|eu|org|pdf)\b/?", word[0]))


def _read_notes(lines: Sequence[str], number: int, notes: dict[str, str]) -> None:
    pieces: list[str] = []
    tail = ""
    for at, line in enumerate(lines):
        follows = next((due for due in (number + 1, number + 2) if _starts(due, line)), 0) if at else number
        if follows:
            notes[str(number)] = "".join(pieces)
            number = follows
            tail = re.sub(rf"^{number} ?", "", line)
            pieces = [tail]
        elif line:
            open_address = _is_open_address(tail[tail.rfind(" ") + 1 :])
            glued = line if open_address else f" {line}"
            if _BROKEN.search(tail) and _REST.match(line) and not open_address:
                pieces[-1], glued = pieces[-1][:-1], line
            pieces.append(glued)
            tail = f"{tail}{glued}"[-_ADDRESS:]
    notes[str(number)] = "".join(pieces)


def _is_open_address(word: str) -> bool:
    """Whether a line ended within an address: behind a slash, or behind a hyphen that is its own."""
    return word.endswith("/") or (word.endswith("-") and ("/" in word or "www." in word))


def _starts(number: int, line: str) -> bool:
    return bool(re.match(_NOTE.format(number), line) or re.match(rf"{number} (?=\d)", line))


def _end_number(match: re.Match[str]) -> str:
    return match["b"] or match["p"] or match["s"].translate(_PLAIN)


def _bracketed(match: re.Match[str], notes: Mapping[str, str]) -> str:
    number = match["b"] or match["p"] or match["w"]
    if number not in notes or (match["p"] and in_brackets(match.string, match.start())):
        return match[0]
    return superscript(number)


def in_brackets(text: str, at: int) -> bool:
    """Whether a bracket opened shortly before a place is still open there: "(artikel 4)" marks no note 4."""
    depth = 0
    for sign in text[max(0, at - _BRACKET_REACH) : at]:
        depth = 0 if sign == "\n" else depth + 1 if sign == "(" else max(0, depth - 1) if sign == ")" else depth
    return depth > 0
