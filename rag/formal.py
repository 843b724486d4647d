"""A vraag as members write it, to the cabinet and at length, and what tells its antwoord from its neighbours.

It names its subject in full, and the best passages all speak of that; an antwoord takes up its words. A question in
a user's few words is answered in others, so this holds for formal vragen alone (docs/retrieval.md has figures).
"""

import math
import re
from collections.abc import Mapping

from embeddings.lexical import covered, words
from rag.signals import is_english

_ADDRESSED = re.compile(r"\b(?:u|uw)\b", re.IGNORECASE)
_USER = re.compile(r"\b(?:ik|mij|me|mijn)\b", re.IGNORECASE)
"""Members ask for the Kamer; "kunt u mij vertellen …" is said to the program."""

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_LONG = 20
"""Words of a sentence from which a question is one of these, whether it addresses the cabinet or not."""

MATCH = 9.0
"""Standard deviations of the mixed score that a match of 1 is worth."""

_COVERAGE, _LENGTH = 4.0, -0.2
"""What all words of the vraag in a text are worth, and its length (ln of content words): long texts hold any word."""


def is_formal(question: str) -> bool:
    """Whether a question is a vraag to the cabinet: Dutch, not of the user's own, and it says "u" or is long."""
    longest = max(len(sentence.split()) for sentence in _SENTENCE_END.split(question))
    formal = bool(_ADDRESSED.search(question)) or longest >= _LONG
    return formal and not _USER.search(question) and not is_english(question)


def taken_up(rarities: Mapping[str, float], text: str) -> float:
    """Return how far a text takes up the words of a vraag, in standard deviations of the mixed score.

    Args:
        rarities: The content words of the vraag, each with its rarity (`Words.rarities`).
        text: Of a passage.
    """
    return _COVERAGE * covered(rarities, text) + _LENGTH * math.log(1 + len(words(text)))
