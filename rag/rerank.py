"""The best passages in a better order: by their tokens (`embeddings.late`) and their words, beside the mixed scores."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np

from embeddings.encoder import QuestionTokens
from embeddings.lexical import word_at
from rag.formal import MATCH, is_formal, taken_up
from rag.index import Index
from rag.passages import embedded_text
from rag.records import Passage

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

Key = TypeVar("Key")
Scored = list[tuple[int, float]]
"""Keys of passages with scores, best first."""


def reranked(
    best: Scored,
    opened: Index,
    tokens: QuestionTokens,
    question: str,
    passages: Mapping[int, Passage],
    silent: Collection[int] = (),
) -> tuple[Scored, float]:
    """Return the passages in a better order, and the best match (0 where there are no tokens).

    By mixed score and match; for a formal vraag also by the words that they take up (`rag.formal`). Scores stay on the
    scale of the mix: those compared spread as widely as before, down from the same highest.

    Args:
        best: By the mixed score.
        opened: The index that they are in.
        tokens: Of the question.
        question: As it was searched.
        passages: By key, at least those of the best.
        silent: Keys of those that say nothing (`rag.acquainted`), whose match is none.
    """
    if not best:
        return best, 0.0
    compared = best[:_COMPARED]
    keys = [key for key, _ in compared]
    rarities = opened.words.rarities(question)
    matches = opened.late(tokens, word_weights(tokens, rarities, opened.words.count), keys) if tokens.words else {}
    heard = [match for key, match in matches.items() if key not in silent] or matches.values()
    top, least = max(heard, default=0.0), min(matches.values(), default=0.0)
    match = {key: matches.get(key, least) * _SHORT / max(_SHORT, len(question.split())) for key in keys}
    if is_formal(question):
        taken = [taken_up(rarities, embedded_text(passages[key])) for key in keys]
        first = [(key, score + MATCH * match[key] + own) for (key, score), own in zip(compared, taken, strict=True)]
    elif matches:
        first = [(key, (1 - _SHARE) * score + _SHARE * _MATCH * match[key]) for key, score in compared]
    else:
        return best, 0.0
    first = sorted(spread_like(compared, first), key=lambda item: -item[1])
    rest = [(key, min(score, first[-1][1])) for key, score in best[_COMPARED:]]
    return first + rest, top


def match_of_part(part: str, key: int, opened: Index, tokens: QuestionTokens, question: str) -> float:
    """Return how well the words of a part of a question match a passage, as tokens of the whole; 0 without tokens.

    Args:
        part: The words.
        key: Of the passage.
        opened: The index that it is in.
        tokens: Of the whole question.
        question: The whole question.
    """
    own = set(word_at(part))
    weights = word_weights(tokens, opened.words.rarities(question), opened.words.count)
    kept = {word: weight for word, weight in weights.items() if word in own}
    return opened.late(tokens, kept, [key]).get(key, 0.0) if kept else 0.0


def spread_like(before: Sequence[tuple[Key, float]], after: Sequence[tuple[Key, float]]) -> list[tuple[Key, float]]:
    """Return the later scores, moved and stretched to the highest and the standard deviation of the earlier."""
    old, new = (np.array([score for _, score in scored]) for scored in (before, after))
    stretch = old.std() / new.std() if new.std() else 1.0
    return [(key, float(old.max() + stretch * (score - new.max()))) for key, score in after]


def word_weights(tokens: QuestionTokens, rarities: Mapping[str, float], count: int) -> dict[str, float]:
    """Return what the words of a question weigh: the rare more, what is no content word little.

    Args:
        tokens: Of the question.
        rarities: Of its content words (`Words.rarities`).
        count: How many passages the corpus has.
    """
    rarest = math.log(1 + max(2, count))
    return {word: rarities.get(word, _FUNCTION_WORD * rarest) for word in tokens.words}
