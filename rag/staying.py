"""The hits of a follow-up in the order in which they answer it.

A follow-up is searched behind the question that opened its subject, so its hits are about that subject; which of them
speaks of what is asked now, its own words tell. And who asks on has most often read a Kamervraag and asks on about it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rag.fold import fold
from rag.records import Hit
from rag.rerank import spread_like

_OWN = 1.0
"""What the score of the last question alone weighs beside that of both together."""

_SAME = 2.0
"""Standard deviations that a vraag of a Kamervraag that was read is put higher (docs/answers.md has other values)."""

_UNFOUND = 0.3
"""How much below the last one found a passage counts that a search did not find."""

_NEAR, _MOST = 1.2, 2
"""How much lower (standard deviations) than the best a hit may score and be what was read, and of how many
Kamervragen: of two positions the later one leads the answer, whichever scores best."""


def kamervragen_read(before: Sequence[Hit]) -> tuple[str, ...]:
    """Return the documents of which the question before has most likely been answered, the likeliest first.

    Args:
        before: What it found, best first.
    """
    near = [hit.passage.document for hit in before if hit.score >= before[0].score - _NEAR]
    return tuple(dict.fromkeys(near))[:_MOST]


def in_order(together: Sequence[Hit], alone: Sequence[Hit], read: Collection[str]) -> tuple[Hit, ...]:
    """Return the hits of a follow-up, best first; scores stay on the scale of those found together.

    Args:
        together: What the question that opened the subject and the last one find together, best first, at least one.
        alone: What the last one finds by itself, among all passages and among those of the Kamervragen that were read.
        read: The documents of these.
    """
    both, own = _scores(together), _scores(alone)
    least, least_own = (min(found.values(), default=0.0) - _UNFOUND for found in (both, own))
    hits = {hit.id: hit for hit in (*alone, *together)}
    scores = {
        name: both.get(name, least) + _OWN * own.get(name, least_own) + _SAME * (hit.passage.document in read)
        for name, hit in hits.items()
    }
    order = sorted(scores.items(), key=lambda item: -item[1])[: len(together)]
    ranked = spread_like([(hit.id, hit.score) for hit in together], order)
    return tuple(fold([replace(hits[name], score=round(score, 6)) for name, score in ranked]))


def _scores(hits: Sequence[Hit]) -> Mapping[str, float]:
    """Return the score of each passage, those folded into another included."""
    scores: dict[str, float] = {}
    for hit in hits:
        for name in (hit.id, *hit.also):
            scores[name] = max(hit.score, scores.get(name, hit.score))
    return scores
