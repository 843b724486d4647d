"""Notes that the writer of a Word document typed by hand, brought to the one form that the text parser reads.

The questions come with their notes typed ("… verward gedrag2)", at the end "2. vng.nl/…"), the answers have
Word's own. Here a typed mark stands apart from its word, and each typed note on a line "2) …".
"""

import re
from collections.abc import Sequence
from functools import partial

from rag.parsing.footnotes import in_brackets
from rag.parsing.numbers import parse_heading

_FIRST = re.compile(r"(?:\[1\]|1[.)])\s*\S")
_NOTE = r"(?:\[{0}\]|{0}[.)])\s*(?=\S)"
_MARK = r"(?:(?<=[^\W\d])|(?<=[?!.,;:»”’'\")\]])) ?(?:\[{0}\]|{0}\))(?!\w)"
_MAX_NOTES = 99


def settle_typed_notes(blocks: Sequence[str]) -> tuple[list[str], int]:
    """Return blocks of text with their typed notes in one form, and how many there are.

    Notes are the last run of "1 …", "2 …" behind the last heading whose numbers are marked in the text before, in
    brackets; any other list is left as it is, as is a note whose mark is missing.

    Args:
        blocks: The paragraphs of a document.
    """
    first = next((at for at in range(len(blocks) - 1, -1, -1) if _FIRST.match(blocks[at])), None)
    if first is None or any(parse_heading(line) for block in blocks[first:] for line in block.split("\n")):
        return list(blocks), 0
    notes = _numbered("\n".join(blocks[first:]))
    before = "\n\n".join(blocks[:first])
    marks = [match for match in re.finditer(_MARK.format(1), before) if not _is_reference(match)]
    if not notes or not marks:
        return list(blocks), 0
    for number in range(1, len(notes) + 1):
        before = re.sub(_MARK.format(number), partial(_set_apart, number), before)
    # Two marks side by side must not become one number: "[1] [2]" is read as "1, 2".
    before = re.sub(r"(?<=\d\]) +(?=\[\d)", ",", before)
    return [*before.split("\n\n"), *notes], len(notes)


def _is_reference(match: re.Match[str]) -> bool:
    """Whether the bracket of a mark closes one that was open: "(artikel 4)"."""
    return not match[0].endswith("]") and in_brackets(match.string, match.start())


def _set_apart(number: int, match: re.Match[str]) -> str:
    return match[0] if _is_reference(match) else f" [{number}]"


def _numbered(text: str) -> list[str]:
    """Return the notes of a text as "1) …", "2) …"; one in square brackets may begin inside a line."""
    starts: list[tuple[int, int]] = []
    for number in range(1, _MAX_NOTES):
        place = starts[-1][1] if starts else 0
        start = re.compile(rf"(?:^|\n){_NOTE.format(number)}|(?<=\S)\[{number}\] +(?=\S)").search(text, place)
        if start is None:
            break
        starts.append((start.start(), start.end()))
    ends = [*(start for start, _ in starts[1:]), len(text)]
    pieces = (" ".join(text[begin:end].split()) for (_, begin), end in zip(starts, ends, strict=True))
    return [f"{number}) {piece}" for number, piece in enumerate(pieces, 1)]
