"""The best passages in the order that their tokens give (`embeddings.late`), beside the mixed scores."""

import math

import numpy as np

from embeddings.encoder import QuestionTokens
from rag.index import Index, Words

_COMPARED = 20
"""How many of the best are compared with the question token by token; the others stay behind them."""

_SHARE = 1 / 3
"""Share of the match in the score, the rest is that of the mix (docs/retrieval.md has what other shares give)."""

_MATCH = 30.0
"""Standard deviations of the mixed score that a match of 1 is worth."""

_SHORT = 15
"""Words up to which the match has its full weight; of longer questions each token says less, and there are more."""

_FUNCTION_WORD = 0.2
"""What a word like "de" weighs beside the rarest."""

Scored = list[tuple[int, float]]
"""Keys of passages with scores, best first."""


def reranked(best: Scored, opened: Index, tokens: QuestionTokens, question: str) -> tuple[Scored, float]:
    """Return the passages by mixed score and match, and the best match; unchanged and 0 where there are no tokens.

    Scores stay on the scale of the mix: those compared spread as widely as before, down from the same highest.

    Args:
        best: By the mixed score.
        opened: The index that they are in.
        tokens: Of the question.
        question: As it was searched.
    """
    if not tokens.words or not best:
        return best, 0.0
    weights = word_weights(tokens, opened.words, question)
    matches = opened.late(tokens, weights, [key for key, _ in best[:_COMPARED]])
    if not matches:
        return best, 0.0
    top, least = max(matches.values()), min(matches.values())
    worth = _MATCH * _SHORT / max(_SHORT, len(question.split()))
    first = [(key, (1 - _SHARE) * score + _SHARE * worth * matches.get(key, least)) for key, score in best[:_COMPARED]]
    first = sorted(_spread_like(best[:_COMPARED], first), key=lambda item: -item[1])
    rest = [(key, min(score, first[-1][1])) for key, score in best[_COMPARED:]]
    return first + rest, top


def _spread_like(before: Scored, after: Scored) -> Scored:
    """Return the later scores, moved and stretched to the highest and the standard deviation of the earlier."""
    old, new = (np.array([score for _, score in scored]) for scored in (before, after))
    stretch = old.std() / new.std() if new.std() else 1.0
    return [(key, float(old.max() + stretch * (score - new.max()))) for key, score in after]


def word_weights(tokens: QuestionTokens, words: Words, question: str) -> dict[str, float]:
    """Return what the words of a question weigh: the rare more, what is no content word little.

    Args:
        tokens: Of the question.
        words: Of the corpus that is searched.
        question: The question.
    """
    rarities = words.rarities(question)
    rarest = math.log(1 + max(2, words.count))
    return {word: rarities.get(word, _FUNCTION_WORD * rarest) for word in tokens.words}
