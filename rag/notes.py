"""The footnotes that quoted sentences refer to: the parser leaves their marks in the text as superscript digits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.records import Passage, Sentence

_MARK = re.compile(r"(?<!\dm)(?<!\d[kcd]m)(?<! m)(?<! [kcd]m)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
"""Superscript digits that are no unit (30 m²)."""

_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote of a passage; `text` is "" where the source does not give it."""

    passage: Passage
    mark: str
    text: str


def notes_of(sentences: Sequence[Sentence], passage: Passage) -> list[Note]:
    """Return the footnotes of a passage whose marks stand in sentences quoted from it, in reading order."""
    quoted = [sentence.text for sentence in sentences if passage.id in sentence.citations]
    marks = dict.fromkeys(mark.translate(_PLAIN) for words in quoted for mark in _MARK.findall(words))
    return [Note(passage, mark, passage.footnotes[mark]) for mark in marks if mark in passage.footnotes]
