"""What people also ask a chat, and Parliament never answers: recipes, jokes, code, feelings, orders to the program.

`off.txt` has examples of those, `on.txt` questions about policy as users type them; both were written for this purpose.
A build learns from them the direction in which the two differ, for its own encoder (ridge regression on the centred
vectors); where a question lies on it is one of the signals of `rag.support`.
"""

import re
from functools import lru_cache
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors

DIRECTION_FILE = "off_topic.npy"
"""Where a build keeps what `direction` gave."""

_PENALTY = 1.0
_WORD = re.compile(r"[^\W\d_]{2,}|\d{4}Z\d{3,}")
_RULES = r"(?:instructies?|instructions?|opdrachten|regels|rules|prompt|above|previous)\b"
_NOT_THEY = r"\b(?!\s+(?:het|de)\s+(?:kabinet|minister|regering|overheid|staatssecretaris))"
"""Behind a verb at the beginning: "Vergeet het kabinet de regels?" asks and orders nothing."""

_NO_QUESTION = re.compile(
    r"^\W*(?:hoi|hallo|hey|hi|hello|goede(?:morgen|middag|navond|nacht|ndag|dag)|bedankt"
    r"|dank ?(?:je|u|jullie)\w*|thanks?|thank you|doei)\b[\w\s,!?]{0,30}$"
    r"|^\W*dag(?:\s+(?:allemaal|iedereen|daar|mensen))?\W*$"
    rf"|(?:^\W*|[.!?,;]\s+|\b(?:en|and|please|nu|now|so)\s+)"
    rf"(?:negeer|vergeet|ignore|disregard|forget|override|bypass){_NOT_THEY}.{{0,40}}\b{_RULES}"
    rf"|\b(?:negeer|vergeet|ignore|disregard|forget){_NOT_THEY}.{{0,25}}"
    rf"\b(?:je|jouw|uw|your|alle|all|any|bovenstaande|vorige|eerdere|previous|earlier|above|these|deze)\b.{{0,25}}{_RULES}"
    r"|\b(?:systeemprompt|system ?prompt|jailbreak|developer mode|DAN mode)\b"
    r"|^\s*(?:system|assistant)\s*:"
    r"|^\s*(?:select\s.{1,80}\sfrom\s|drop\s+table\s|insert\s+into\s|<script\b|<\?php|def \w+\(|import \w+$)",
    re.IGNORECASE,
)


def is_no_question(question: str) -> bool:
    """Whether the text is a greeting, an order to the program or no words at all: nothing to search for."""
    return bool(_NO_QUESTION.search(question)) or not _WORD.search(question)


@lru_cache(maxsize=1)
def examples() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the examples: off topic, and on."""
    folder = Path(__file__).parent
    off, on = (tuple((folder / name).read_text(encoding="utf-8").splitlines()) for name in ("off.txt", "on.txt"))
    return off, on


def direction(off: Vectors, on: Vectors) -> Vectors:
    """Return weights and intercept, shape (dimension + 1,), that give about 1 off topic and -1 on topic.

    Ridge regression in which both sides weigh the same (Hoerl and Kennard 1970).

    Args:
        off: Query vectors of the off-topic examples, shape (n, dimension), centred.
        on: Those of the others, shape (m, dimension).
    """
    rows = np.concatenate([off, on]).astype(np.float64)
    rows = np.column_stack([rows, np.ones(len(rows))])
    signs = np.concatenate([np.ones(len(off)), -np.ones(len(on))])
    weights = np.where(signs > 0, len(rows) / (2 * len(off)), len(rows) / (2 * len(on)))
    weighted = (rows * weights[:, None]).T
    solved: Vectors = np.linalg.solve(weighted @ rows + _PENALTY * np.eye(rows.shape[1]), weighted @ signs)
    return solved.astype(np.float32)


def off_topic_of(vector: Vectors, weights: Vectors) -> float:
    """Return where a centred question, shape (dimension,), lies: about 1 off topic, about -1 on topic."""
    return float(vector @ weights[:-1] + weights[-1])
