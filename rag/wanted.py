"""What sentences are to answer, and how well one of them does by its words and its place.

A follow-up is searched behind its past, but to that the user has read an answer: its sentences are chosen by the last
question alone, from more passages, of which the best may well be the one that was read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings.encoder import Vectors, normalise
from embeddings.lexical import covered
from rag.records import Hit

_PASSAGES, _PASSAGES_AFTER = 3, 5
"""Passages whose sentences are looked at, and those of a follow-up."""

_BEHIND, _BEHIND_AFTER = 0.5, 0.25
"""What a sentence loses for each standard deviation that its passage lies below the best, and in a follow-up."""

_LAST = 0.8
"""Share of the last question's own vector in the meaning that sentences are compared with (docs/answers.md)."""

_KINDS = (
    (r"\b(?:hoeveel|hoe hoog|wat kost|kosten|bedrag|how (?:much|many)|percentage|hoe vaak|hoe groot)\b", r"\d|€"),
    (
        r"\b(?:wanneer|sinds wanneer|hoe laat|welk jaar|vanaf|when|since|datum)\b",
        r"\b\d{4}\b|\b\d{1,2} (?:jan|feb|maa|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)|jaar|maand|zomer|kwartaal|week",
    ),
    (r"\b(?:waarom|hoe komt|why|reden)\b", r"\b(?:omdat|doordat|vanwege|reden|oorzaak|daarom|want|aangezien)\b"),
    (r"\b(?:wie|welke organisatie|who)\b", r"[a-z,] [A-Z]"),
    (
        r"\b(?:hoe ?lang|how long)\b",
        r"\b(?:jaar|jaren|maand(?:en)?|weken|week|dag(?:en)?|uur|uren|minuten|termijn|periode|duur\w*)\b",
    ),
)


@dataclass(frozen=True, slots=True)
class Last:
    """The last of several questions that are searched together.

    Attributes:
        text: It alone.
        vector: The same, centred, shape (dimension,).
    """

    text: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Wanted:
    """What sentences are to answer.

    Attributes:
        text: The question, as the search read it.
        vector: The same, centred, shape (dimension,).
        last: The last question, where `text` holds those before it as well.
    """

    text: str
    vector: Vectors
    last: Last | None = None

    @property
    def passages(self) -> int:
        """How many of the best passages are looked at."""
        return _PASSAGES_AFTER if self.last else _PASSAGES

    @property
    def meaning(self) -> Vectors:
        """What sentences are compared with, shape (dimension,)."""
        return normalise((1 - _LAST) * self.vector + _LAST * self.last.vector) if self.last else self.vector

    @property
    def question(self) -> str:
        """The question whose words and kind of answer count."""
        return self.last.text if self.last else self.text

    def plain_score(
        self, sentence: str, rank: int, place: int, hits: Sequence[Hit], rarities: Mapping[str, float]
    ) -> float:
        """Return how well a sentence answers, but for its meaning.

        Args:
            sentence: The sentence.
            rank: Place of its passage among the hits, from 0.
            place: Its place in the antwoord, from 0.
            hits: Best first.
            rarities: Of the content words of `question` (`Words.rarities`).
        """
        kind = any(
            re.search(asked, self.question, re.IGNORECASE) and re.search(sign, sentence) for asked, sign in _KINDS
        )
        opening = 0.15 if place == 0 else 0.0
        behind = max(0.0, hits[0].score - hits[rank].score)
        lost = (_BEHIND_AFTER if self.last else _BEHIND) * behind + 0.1 * rank
        return covered(rarities, sentence) + 0.35 * kind + opening - lost
