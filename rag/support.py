"""Do the passages found support an answer? A probability from several signals, and the three outcomes.

No single score separates what is answered from what is merely near: the scores of both overlap. The decision
combines them by logistic regression (docs/answers.md says on what it was fitted).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict

from rag.records import Signals

ANSWERED, NEAREST, DECLINED = "answered", "nearest", "declined"
_ANSWER_FROM, _NEAREST_FROM = 0.5, 0.05
_INTERCEPT = -9.0
_WEIGHTS: Mapping[str, float] = {
    "dense": 10.0,
    "dense_z": 0.6,
    "coverage": 1.5,
    "covered": 3.0,
    "sentence": 3.0,
}
_NO_QUESTION = re.compile(
    r"^\W*(?:hoi|hallo|hey|hi|hello|goede\w+|dag|bedankt|dank\w*|thanks?|doei)\b[\w\s,!?]{0,30}$"
    r"|\b(?:negeer|vergeet|ignore|disregard)\b.{0,40}\b(?:instructies?|instructions?|opdrachten|regels|prompt)\b"
    r"|\b(?:systeemprompt|system prompt|jailbreak)\b",
    re.IGNORECASE,
)


def support_of(signals: Signals) -> float:
    """Return the estimated probability that the passages answer the question, 0 to 1."""
    seen = asdict(signals)
    total = _INTERCEPT + sum(weight * seen[name] for name, weight in _WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def outcome_of(question: str, support: float) -> str:
    """Return "answered", "nearest" or "declined"."""
    if is_no_question(question) or support < _NEAREST_FROM:
        return DECLINED
    return ANSWERED if support >= _ANSWER_FROM else NEAREST


def is_no_question(question: str) -> bool:
    """Whether the text is a greeting, or an instruction to the program, and no question to Parliament."""
    return bool(_NO_QUESTION.search(question)) or not re.search(r"[^\W\d_]{2,}", question)
