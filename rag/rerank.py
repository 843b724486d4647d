"""The best passages in the order that their tokens give (`embeddings.late`), beside the mixed scores."""

import math

from embeddings.encoder import QuestionTokens
from rag.index import Index, Words

_COMPARED = 20
"""How many of the best are compared with the question token by token; the others stay behind them."""

_SHARE = 1 / 3
"""Share of the match in the score, the rest is that of the mix (docs/retrieval.md has what other shares give)."""

_MATCH = 30.0
"""Standard deviations of the mixed score that a match of 1 is worth."""

_FUNCTION_WORD = 0.2
"""What a word like "de" weighs beside the rarest."""

Scored = list[tuple[int, float]]
"""Keys of passages with scores, best first."""


def reranked(best: Scored, opened: Index, tokens: QuestionTokens, question: str) -> tuple[Scored, float]:
    """Return the passages by mixed score and match, and the best match; unchanged and 0 where there are no tokens.

    Scores stay on the scale of the mix: that of the best in both respects is the same as before.

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
    top, least, highest = max(matches.values()), min(matches.values()), best[0][1]
    first = [
        (key, (1 - _SHARE) * score + _SHARE * (highest - _MATCH * (top - matches.get(key, least))))
        for key, score in best[:_COMPARED]
    ]
    first.sort(key=lambda item: -item[1])
    rest = [(key, min(score, first[-1][1])) for key, score in best[_COMPARED:]]
    return first + rest, top


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
