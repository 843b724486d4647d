"""BM25 as sparse vectors: what a program needs of a corpus's words when the passages' words are kept in a database.

A passage becomes a vector of saturated counts, a question one of rarities, and their inner product is the score that
`embeddings.postings` gives. The rarities stay on this side, so a changed corpus changes no passage's vector; only the
mean length is in both, and is frozen with the vectors. Mean and deviation of the score over all passages, which cannot
be asked of a database, are taken over a sample: all of a small corpus.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.lexical import LexicalIndex, Rarities, terms_of, words
from embeddings.postings import K1, B, hash_of, rarity

Sparse = dict[int, float]
"""Weights by dimension, 1 to 2**32 - 2; two of a million terms share one with a chance of 1 in 4,000."""

SAMPLE = 4096
"""Passages that the level of a score is taken over, at the most."""

_DIMENSIONS = 2**32 - 2
_MOST = 255


@dataclass(frozen=True)
class Vocabulary(Rarities):
    """The words of a corpus, without the passages.

    Attributes:
        terms: uint64, shape (terms,), hashes, ascending.
        frequencies: int32, shape (terms,): how many passages hold the term.
        lengths: shape (2,): how many passages there are, and how many terms they had on average when it was frozen.
        columns: int64, shape (columns,): the dimensions that occur in the sample, ascending.
        starts: int64, shape (columns + 1,): where each column begins in the two arrays below.
        rows: int32: rows of the sample.
        weights: float32: and their weights.
    """

    terms: NDArray[np.uint64]
    frequencies: NDArray[np.int32]
    lengths: NDArray[np.float64]
    columns: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, lexical: LexicalIndex, sample: Sequence[str], mean_length: float) -> "Vocabulary":
        """Return the words of an index.

        Args:
            lexical: The index.
            sample: Texts of at most `SAMPLE` passages, spread evenly.
            mean_length: Terms of a passage, on average.
        """
        vectors = [passage_vector(text, mean_length) for text in sample]
        rows = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(vector) for vector in vectors])
        held = np.array([dimension for vector in vectors for dimension in vector], np.int64)
        weights = np.array([weight for vector in vectors for weight in vector.values()], np.float32)
        order = np.argsort(held, kind="stable")
        columns, firsts = np.unique(held[order], return_index=True)
        starts = np.append(firsts, len(held)).astype(np.int64)
        postings, lengths = lexical.postings, np.array([lexical.count, mean_length])
        return cls(postings.terms, postings.frequencies, lengths, columns, starts, rows[order], weights[order])

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Vocabulary":
        """Return what `arrays` gave, put together again."""
        return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all there is to it, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def count(self) -> int:
        """How many passages are indexed."""
        return int(self.lengths[0])

    def frequency(self, term: str) -> int:
        """Return how many passages hold a term."""
        wanted = np.uint64(hash_of(term))
        place = int(np.searchsorted(self.terms, wanted))
        found = place < len(self.terms) and self.terms[place] == wanted
        return int(self.frequencies[place]) if found else 0

    def question_vector(self, question: str) -> Sparse:
        """Return the rarities of a question's terms that occur in the corpus."""
        vector: Sparse = {}
        counted = Counter(term for word in words(question) for term in terms_of(word))
        for term, times in counted.items():
            frequency = self.frequency(term)
            if frequency:
                dimension = _dimension(term)
                vector[dimension] = vector.get(dimension, 0.0) + times * rarity(frequency, self.count)
        return vector

    def level(self, question: Sparse) -> tuple[float, float]:
        """Return mean and standard deviation of a question's score over the sample."""
        scores = np.zeros(min(self.count, SAMPLE), np.float32)
        for dimension, weight in question.items():
            place = int(np.searchsorted(self.columns, dimension))
            if place < len(self.columns) and self.columns[place] == dimension:
                run = slice(self.starts[place], self.starts[place + 1])
                scores[self.rows[run]] += np.float32(weight) * self.weights[run]
        return float(scores.mean()), float(scores.std())


def sampled(count: int) -> range:
    """Return the rows of a sample of so many passages."""
    kept = min(count, SAMPLE)
    return range(0, count, max(1, count // kept) if kept else 1)[:kept]


def passage_vector(text: str, mean_length: float) -> Sparse:
    """Return the saturated counts of a passage's terms.

    Args:
        text: What is indexed of it.
        mean_length: Terms of a passage, on average.
    """
    counted: Counter[int] = Counter()
    for word in words(text):
        counted.update(_dimensions_of(word))
    spread = K1 * (1 - B + B * counted.total() / max(mean_length, 1e-9))
    often = ((dimension, min(count, _MOST)) for dimension, count in counted.items())
    return {dimension: count / (count + spread) for dimension, count in often}


def inner(question: Sparse, passage: Mapping[int, float]) -> float:
    """Return the inner product of two sparse vectors."""
    return sum(weight * passage.get(dimension, 0.0) for dimension, weight in question.items())


@lru_cache(maxsize=1 << 16)
def _dimensions_of(word: str) -> tuple[int, ...]:
    return tuple(_dimension(term) for term in terms_of(word))


def _dimension(term: str) -> int:
    return hash_of(term) % _DIMENSIONS + 1
