"""Split Dutch ministerial text into sentences, word for word: every sentence is a literal piece of the text.

`sentencex` (Wikimedia) does the splitting; a table of Dutch abbreviations mends what it cuts too early, and a
line break always ends a sentence.
"""

import re

from sentencex import segment

_ABBREVIATIONS = (
    "jl a.s blz bijv bv ca c.a d.d d.w.z dhr e.a e.d e.o enz etc evt excl incl i.c i.p.v i.v.m jhr k.k lid m.b.t m.b.v "
    "m.i.v mevr mln mld mr mw n.a.v nl no nr nrs o.a o.b.v o.g.v par p.m prof resp ing drs ir dr stb stcrt t.a.v t.b.v "
    "t.g.v t.o.v trb vgl zgn z.s.m art ltd st p fig hfst jrg"
).split()
_ABBREVIATED = re.compile(rf"(?:^|[\s(«]){'(?:' + '|'.join(map(re.escape, _ABBREVIATIONS)) + ')'}\.$", re.IGNORECASE)
_SENTENCE_FINAL = re.compile(r"(?:^|[\s(])(?:jl|a\.s|enz|etc|e\.d|mln|mld|e\.a|c\.a)\.$", re.IGNORECASE)
_MARKED_END = re.compile(r"(?<=[.?!»”\")][¹²³⁴⁵⁶⁷⁸⁹⁰])(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]*)\s+(?=[A-ZÀ-Ý«“‘€\d])")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text in order; each is a literal substring, without outer white space."""
    sentences: list[str] = []
    for line in text.splitlines():
        for part in _MARKED_END.split(line):
            sentences.extend(_join_early_cuts([piece for piece in segment("nl", part) if piece.strip()], part))
    return sentences


def _join_early_cuts(pieces: list[str], text: str) -> list[str]:
    """Join pieces that were cut behind an abbreviation, or before a small letter or a closing mark."""
    joined: list[tuple[int, int]] = []
    place = 0
    for piece in pieces:
        piece = piece.strip()
        start = text.index(piece, place)
        place = start + len(piece)
        if joined and _cut_too_early(text[joined[-1][0] : joined[-1][1]], piece):
            joined[-1] = (joined[-1][0], place)
        else:
            joined.append((start, place))
    return [text[start:end] for start, end in joined]


def _cut_too_early(before: str, after: str) -> bool:
    if after[0].islower() or after[0] in ")»,;":
        return True
    if _SENTENCE_FINAL.search(before) and after[0].isupper():
        return False
    return bool(_ABBREVIATED.search(before))
