"""Do the passages found support an answer? A probability from several signals, and the three outcomes.

No single score separates what is answered from what is merely near: the scores of both overlap. The decision
combines them by logistic regression, fitted by `benchmarks/fit_support.py` (docs/answers.md says on what).
"""

import math
from collections.abc import Mapping

from rag.offtopic import is_no_question
from rag.records import Signals

ANSWERED, NEAREST, DECLINED = "answered", "nearest", "declined"
_ANSWER_FROM, _NEAREST_FROM = 0.35, 0.04
_INTERCEPT = -17.816
_WEIGHTS: Mapping[str, float] = {
    "dense": 6.465,
    "dense_z": 0.735,
    "coverage": 1.681,
    "absent": -2.105,
    "numbers_missing": -3.497,
    "words": 7.015,
    "english": 1.508,
    "off_topic": -3.088,
}


def features_of(signals: Signals) -> dict[str, float]:
    """Return the numbers that are weighed: signals as they are, the number of words (4 to 8) as ln(1 + n)."""
    return {
        "dense": signals.dense,
        "dense_z": signals.dense_z,
        "coverage": signals.coverage,
        "absent": signals.absent,
        "numbers_missing": float(min(2, signals.numbers_missing)),
        "words": math.log1p(min(8, max(4, signals.words))),
        "english": float(signals.english),
        "off_topic": signals.off_topic,
    }


def support_of(signals: Signals) -> float:
    """Return the estimated probability that the passages answer the question, 0 to 1."""
    total = _INTERCEPT + sum(_WEIGHTS[name] * value for name, value in features_of(signals).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def outcome_of(question: str, support: float) -> str:
    """Return "answered", "nearest" or "declined"."""
    if is_no_question(question) or support < _NEAREST_FROM:
        return DECLINED
    return ANSWERED if support >= _ANSWER_FROM else NEAREST
