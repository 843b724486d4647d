"""Split Dutch ministerial text into sentences, word for word: every sentence is a literal piece of the text.

`sentencex` (Wikimedia) does the splitting; a table of Dutch abbreviations mends what it cuts too early, and a
line break always ends a sentence.
"""

import re

from sentencex import segment

YES_OR_NO = "(?:ja|nee|neen|klopt|zeker|inderdaad)"
"""How an antwoord opens that says yes or no; a pattern, in small letters."""

_ABBREVIATIONS = (
    "jl a.s blz bijv bv ca c.a d.d d.w.z dhr e.a e.d e.o enz etc evt excl incl i.c i.p.v i.v.m jhr k.k m.b.t m.b.v "
    "m.i.v mevr mln mld mr mw n.a.v nl no nr nrs o.a o.b.v o.g.v par p.m prof resp ing drs ir dr stb stcrt t.a.v t.b.v "
    "t.g.v t.o.v trb vgl zgn z.s.m art ltd st p fig hfst jrg"
).split()
_ABBREVIATED = re.compile(rf"(?:^|[\s(«]){'(?:' + '|'.join(map(re.escape, _ABBREVIATIONS)) + ')'}\.$", re.IGNORECASE)
_MONTH = re.compile(r"(?:^|[\s(«])(?:jan|febr?|mrt|apr|jun|jul|aug|sept?|okt|nov|dec)\.$", re.IGNORECASE)
"""A shortened month; only a number behind it belongs to it."""

_INITIALS = re.compile(
    r"(?:\b(?:[Pp]rof|[Dd]rs?|[Mm]r|[Ii]r|[Ii]ng|[Dd]hr|[Mm]evr|[Mm]w)\.|\b(?:[Hh]eer|[Mm]evrouw|[Mm]inister"
    r"|[Ss]taatssecretaris|[Kk]amerlid))\s+(?:[A-Z]\.\s?)+$"
)
"""Initials behind a title; without one, "onder A." may well end a sentence."""

_OPENING = (
    "De Het Een Dit Deze Die Dat Daar Daarom Hier In Ik Er Op Voor Met Ook Wij Zij Hij Na Om Bij Door Als Uit".split()
)
_AFTER_FINAL = re.compile(
    rf"(?:\b(?:jl|enz|etc|mln|mld)|a\.s|e\.d|e\.a|c\.a)\.\s+(?=(?:{'|'.join(_OPENING)})\w*\s)", re.IGNORECASE
)
_MARKED_END = re.compile(r"([.?!»”\")]+)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?=\s|$)")
_LIST_MARK = re.compile(r"[(]?(?:\d{1,2}|[a-z])[.)]|[•–-]")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text in order; each is a literal substring, without outer white space."""
    return [sentence for line in text.splitlines() for sentence in _split_line(line)]


def _split_line(line: str) -> list[str]:
    # A footnote mark behind the full stop hides the border; for the splitter the two change places.
    swapped = _MARKED_END.sub(lambda match: match[2] + match[1], line)
    borders: list[tuple[int, int]] = []
    place = 0
    for piece in _pieces(swapped):
        start = swapped.index(piece, place)
        place = start + len(piece)
        if borders and _cut_too_early(swapped[borders[-1][0] : borders[-1][1]], piece):
            borders[-1] = (borders[-1][0], place)
        else:
            borders.append((start, place))
    return [line[start:end] for start, end in borders]


def _pieces(line: str) -> list[str]:
    """Return the pieces that sentencex gives, cut once more behind "jl." and its like before a new beginning."""
    pieces: list[str] = []
    for piece in segment("nl", line):
        start = 0
        for match in _AFTER_FINAL.finditer(piece):
            if piece[match.end()].isupper():
                pieces.append(piece[start : match.end()].strip())
                start = match.end()
        pieces.append(piece[start:].strip())
    return [piece for piece in pieces if piece]


def _cut_too_early(before: str, after: str) -> bool:
    if _LIST_MARK.fullmatch(before) or after[0].islower() or after[0] in ")»,;":
        return True
    if _AFTER_FINAL.search(f"{before} {after[:12]} ") and after[0].isupper():
        return False
    if after[0].isdigit() and _MONTH.search(before):
        return True
    if after[0].isupper() and _INITIALS.search(before):
        return True
    return bool(_ABBREVIATED.search(before))
