"""Do the passages found support an answer? A probability from several signals, and the three outcomes.

No single score separates what is answered from what is merely near: the scores of both overlap. The decision
combines them by logistic regression, fitted by `benchmarks/fit_support.py` (docs/answers.md says on what).
"""

import math
from collections.abc import Mapping

from rag.offtopic import is_no_question
from rag.records import Signals

ANSWERED, NEAREST, DECLINED = "answered", "nearest", "declined"
ANSWER_FROM, NEAREST_FROM = 0.25, 0.05
"""The support from which a question is answered, and from which the nearest passages are shown."""

_SURE_FROM = 0.55
"""Below, an answer is shown with the remark that it may not be one (docs/answers.md has how often that is right)."""

_SETTLED_FROM = 0.75
"""A support without `foreign` from which that signal, which only lowers it, changed the outcome of no question of five
sets."""

_HEARD: Mapping[str, float] = {"last": 8.0, "kept": 10.0}
_HEARD_FROM = 3.2
"""Below, a follow-up is answered with the same remark: what it adds to its past is hardly found (docs/answers.md)."""

_OFF_TOPIC_FROM = 0.5
"""From here on a question is not answered (`Signals.off_topic`), unless an answer is sure: "nachttrein" is no sentence,
but a subject. It is declined, or shown what is near where that would be answered else: "dijk"."""

_VOCABULARY = 500
"""Passages after which a word that the corpus lacks says half of what it says in a corpus without end."""

_BRIEF = 12
"""The length (`Signals.length`) from which a question is not brief: fewer words find their like by chance."""

_START = "start"
"""The name of what the contributions of features are added to."""

_WITH_TOKENS: Mapping[str, float] = {
    _START: -9.6,
    "dense_z": 0.374,
    "unknown": -0.798,
    "absent": -2.445,
    "numbers_missing": -1.774,
    "foreign": -46.336,
    "sentence": 3.327,
    "off_topic": -0.929,
    "late": 15.536,
    "brief": -3.0,
}
"""Fitted but for `brief`, which was set afterwards with short questions in view (docs/answers.md)."""

_WITHOUT_TOKENS: Mapping[str, float] = {
    _START: -3.685,
    "dense_z": 0.614,
    "unknown": -1.866,
    "absent": -1.896,
    "numbers_missing": -2.504,
    "foreign": -54.882,
    "sentence": 5.05,
    "off_topic": -0.71,
    "brief": 0.0,
}
"""For encoders that give no tokens, whose `late` is 0. `brief` was not fitted for them."""


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
        "brief": max(0, _BRIEF - signals.length) / _BRIEF if signals.length else 0.0,
        **({"late": signals.late} if signals.late else {}),
    }


def support_of(signals: Signals) -> float:
    """Return the estimated probability that the passages answer the question, 0 to 1."""
    total = sum(contributions_of(signals).values())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def contributions_of(signals: Signals) -> dict[str, float]:
    """Return what makes up the log-odds of support: "start", then what each feature adds, largest magnitude first."""
    weights = _WITH_TOKENS if signals.late else _WITHOUT_TOKENS
    terms = {name: weights[name] * value + 0.0 for name, value in features_of(signals).items()}  # no -0.0
    return {_START: weights[_START], **dict(sorted(terms.items(), key=lambda term: -abs(term[1])))}


def is_settled(signals: Signals) -> bool:
    """Whether the outcome stands before it is known how far single words are foreign, which takes time to find out."""
    return not NEAREST_FROM <= support_of(signals) < _SETTLED_FROM


def is_sure(signals: Signals) -> bool:
    """Whether the passages answer the question with a probability that needs no remark."""
    return support_of(signals) >= _SURE_FROM


def is_heard(signals: Signals) -> bool:
    """Whether the passages speak of the last question of a conversation, and not of those before it alone.

    True where it follows nothing, or the encoder has no tokens.
    """
    return not signals.last or sum(_HEARD[name] * getattr(signals, name) for name in _HEARD) >= _HEARD_FROM


def outcome_of(question: str, signals: Signals) -> str:
    """Return "answered", "nearest" or "declined"."""
    support = support_of(signals)
    if is_no_question(question) or support < NEAREST_FROM:
        return DECLINED
    if signals.off_topic > _OFF_TOPIC_FROM and not is_sure(signals):
        return DECLINED if support < ANSWER_FROM else NEAREST
    return ANSWERED if support >= ANSWER_FROM else NEAREST
