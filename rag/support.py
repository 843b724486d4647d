"""Do the passages found support an answer? A probability from several signals, and the three outcomes.

No single score separates what is answered from what is merely near: the scores of both overlap. The decision
combines them by logistic regression, fitted by `benchmarks/fit_support.py` (docs/answers.md says on what).
"""

import math
from collections.abc import Mapping

from rag.offtopic import is_no_question
from rag.records import Signals

ANSWERED, NEAREST, DECLINED = "answered", "nearest", "declined"
ANSWER_FROM, NEAREST_FROM = 0.26, 0.05
"""The support from which a question is answered, and from which the nearest passages are shown."""

_SURE_FROM = 0.6
"""Below, an answer is shown with the remark that it may not be one (docs/answers.md has how often that is right)."""

_OFF_TOPIC_FROM = 0.5
"""From here on a question is declined whatever was found (`Signals.off_topic`)."""

_VOCABULARY = 500
"""Passages after which a word that the corpus lacks says half of what it says in a corpus without end."""

INTERCEPT = -3.685
"""What the contributions are added to."""

_WEIGHTS: Mapping[str, float] = {
    "dense_z": 0.614,
    "unknown": -1.866,
    "absent": -1.896,
    "numbers_missing": -2.504,
    "foreign": -54.882,
    "sentence": 5.05,
    "off_topic": -0.71,
}


def features_of(signals: Signals) -> dict[str, float]:
    """Return the numbers that are weighed: signals, those of words the less the smaller the corpus."""
    trust = signals.passages / (signals.passages + _VOCABULARY)
    return {
        "dense_z": signals.dense_z,
        "unknown": 0.0 if signals.english else trust * (1 - signals.coverage),
        "absent": trust * signals.absent,
        "numbers_missing": float(min(2, signals.numbers_missing)),
        "foreign": signals.foreign,
        "sentence": signals.sentence,
        "off_topic": signals.off_topic,
    }


def support_of(signals: Signals) -> float:
    """Return the estimated probability that the passages answer the question, 0 to 1."""
    total = INTERCEPT + sum(_WEIGHTS[name] * value for name, value in features_of(signals).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def contributions_of(signals: Signals) -> dict[str, float]:
    """Return what each feature adds to the log-odds of support, largest magnitude first.

    Together with `INTERCEPT` they sum to what `support_of` makes a probability of.
    """
    terms = {name: _WEIGHTS[name] * value + 0.0 for name, value in features_of(signals).items()}  # no -0.0
    return dict(sorted(terms.items(), key=lambda term: -abs(term[1])))


def is_sure(signals: Signals) -> bool:
    """Whether the passages answer the question with a probability that needs no remark."""
    return support_of(signals) >= _SURE_FROM


def outcome_of(question: str, signals: Signals) -> str:
    """Return "answered", "nearest" or "declined"."""
    support = support_of(signals)
    if is_no_question(question) or signals.off_topic > _OFF_TOPIC_FROM or support < NEAREST_FROM:
        return DECLINED
    return ANSWERED if support >= ANSWER_FROM else NEAREST
