"""Read what a model writes, as it comes, into sentences with the numbers of the sources they cite."""

import re
from dataclasses import dataclass

from rag.sentences import split_sentences

_MARK = re.compile(r"\s*[\[【]\s*((?:(?:bron|source)?\s*\d+\s*[,;]?\s*(?:en|and)?\s*)+)[\]】]", re.IGNORECASE)
_MARK_BEHIND = re.compile(rf"([.!?]+[\"'»”)]*)((?:{_MARK.pattern.replace('(', '(?:', 1)})+)", re.IGNORECASE)
_UNFINISHED = re.compile(r"\s*[\[【][^\]】\n]{0,30}$")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_LIST_MARK = re.compile(r"^(?:[-*•–#>]+|\d{1,2}[.)])\s+")
_ENDS = re.compile(r"[.!?…][\"'»”)]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model wrote it.

    Attributes:
        text: Without marks and markup.
        numbers: The sources cited, in order, each once.
    """

    text: str
    numbers: tuple[int, ...]


class SentenceReader:
    """Takes pieces of text and gives back the sentences that are complete."""

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def feed(self, piece: str) -> list[Written]:
        """Return the sentences that a piece completes: those behind which another has begun."""
        self._text += piece
        if not re.search(r"[.!?\n]", self._text[-len(piece) - 2 :]):
            return []
        return self._new(_sentences(_UNFINISHED.sub("", self._text))[:-1])

    def close(self) -> list[Written]:
        """Return the rest; a last sentence that was cut off is left out."""
        sentences = _sentences(self._text)
        if sentences and not _ENDS.search(sentences[-1].text):
            sentences = sentences[:-1]
        return self._new(sentences)

    def _new(self, sentences: list[Written]) -> list[Written]:
        new = sentences[self._given :]
        self._given += len(new)
        return new


def _sentences(text: str) -> list[Written]:
    """Return the sentences of a text; marks behind a full stop belong to the sentence before it."""
    read = _THOUGHT.sub("", text).replace("*", "")
    read = _MARK_BEHIND.sub(r"\2\1", read)
    found = [_written(sentence) for sentence in split_sentences(read)]
    return [sentence for sentence in found if sentence.text]


def _written(sentence: str) -> Written:
    numbers = [int(number[:9]) for mark in _MARK.findall(sentence) for number in re.findall(r"\d+", mark)]
    text = _LIST_MARK.sub("", _MARK.sub("", sentence)).strip()
    return Written(re.sub(r"\s+([.,;:!?])", r"\1", text), tuple(dict.fromkeys(numbers)))
