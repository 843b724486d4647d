"""Text whose lines were run together, as some PDF libraries do: what can be mended with certainty, is.

A space that was lost where a line ended is put back behind the end of a sentence, at a capital inside a word and
around an abbreviation in brackets; a word that kept the hyphen of a line end is made whole where the document has
the whole word too. "hetprobleem" stays: nothing there says where a line ended.
"""

import re
from collections.abc import Sequence, Set

RUN_TOGETHER = 130
"""Longer than any line of a page, in characters."""
LINE_END = "  "
"""Two spaces stand where a line ended with a sentence: a paragraph may have ended there, which `split_lines` asks."""

_BROKEN = re.compile(r"(?<![\w-])([^\W\d_]{2,40})-([a-zà-ÿ]{2,40})(?![\w-])")
_LOWER_WORD = re.compile(r"(?<![\w-])[a-zà-ÿ]{4,80}(?![\w-])")
_SENTENCE = re.compile(
    r"(?:(?<=[^\W\d_]{2})[.?!:;][»”’)]{0,2}|(?<=[^\W\d_])[»”)][.?!]|(?<=\d)[?!])[⁰¹²³⁴⁵⁶⁷⁸⁹,]{0,6}(?=[«‘]?[A-ZÀ-Þ][a-zà-ÿ])"
)
_ENDED = re.compile(r"[.?!][»”’)]{0,2}[⁰¹²³⁴⁵⁶⁷⁸⁹,]{0,6}$")
_TAIL = 16
_CAPITAL = re.compile(r"(?<![^\W_])([a-zà-ÿ]{2,40})(?=[A-ZÀ-Þ][a-zà-ÿ])")
_BRACKETS = re.compile(r"(?<=[a-zà-ÿ]{2})(?=\([A-Z]{2,10}\))|(?<=[A-Z]{2}\))(?=[a-zà-ÿ]{2})")
_SMALL = frozenset(
    "aan als bij dat de deze die dit door een en er het hun ik in is met na naar niet nog of om onder ook op over te "
    "tot tussen uit uw van via voor wat we zijn zo".split()
)
_ADDRESS = re.compile(r"[/@=]|www\.")
_REACH = 200  # how far an address is looked for around a place, in characters


def mend(lines: Sequence[str]) -> list[str]:
    """Return lines with what is certain mended; those of a document that was not run together as they are."""
    if max(map(len, lines), default=0) <= RUN_TOGETHER:
        return list(lines)
    words = {word for line in lines for word in _LOWER_WORD.findall(line.lower())}
    return [_mended(line, words) for line in lines]


def split_lines(lines: Sequence[str]) -> list[str]:
    """Return lines with an empty line wherever one ended with a sentence, also where they were run together."""
    found: list[str] = []
    for line in lines:
        for piece in line.split(LINE_END):
            found += [piece, ""] if _ENDED.search(piece[-_TAIL:]) else [piece]
    return found


def _mended(line: str, words: Set[str]) -> str:
    def whole(match: re.Match[str]) -> str:
        joined = match[1] + match[2]
        return joined if joined.lower() in words else match[0]

    def parted(match: re.Match[str]) -> str:
        known = match[1] in _SMALL or match[1] in words
        return f"{match[0]} " if known and not _in_address(match) else match[0]

    def ended(match: re.Match[str]) -> str:
        return match[0] if _in_address(match) else f"{match[0]}{LINE_END}"

    line = _SENTENCE.sub(ended, _BROKEN.sub(whole, line))
    return _BRACKETS.sub(" ", _CAPITAL.sub(parted, line))


def _in_address(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _REACH) : match.start()].rpartition(" ")[2]
    after = match.string[match.end() : match.end() + _REACH].partition(" ")[0]
    return bool(_ADDRESS.search(before + match[0] + after))
