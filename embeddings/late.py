"""Late interaction: the best passages are compared with a question token by token, not as a whole.

ColBERT (Khattab & Zaharia 2020, arXiv:2004.12832) keeps a vector of each token. Here those of a passage's content
words, from the same run of the encoder that gives its vector, are pooled into `POOLED` by Ward's method (Clavié et al.
2024, arXiv:2409.14683) and each is kept as the code of a product quantiser that ships with the encoder (Jégou et al.
2011, doi:10.1109/TPAMI.2010.57): first the mean of the tokens, then what each differs from half of it. Tokens are
centred like vectors: what all tokens have in common is subtracted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import QuestionTokens, Vectors, normalise
from embeddings.errors import IndexFolderError

Codes = NDArray[np.uint8]
POOLED = 16
"""Token vectors kept of a window."""

CODES_FILE = "tokens.npy"
_OF_MEAN = 0.5
"""Share of the mean that each token vector is told from."""


@dataclass(frozen=True)
class TokenCodec:
    """Token vectors to codes and back.

    Attributes:
        means: shape (2, dimension): subtracted from the tokens of questions, and of passages.
        book: shape (parts, 256, dimension / parts): the values that a code may stand for in each part of a vector.
    """

    means: Vectors
    book: Vectors

    @classmethod
    def shipped(cls, arrays: Mapping[str, Vectors]) -> "TokenCodec | None":
        """Return the codec that ships with an encoder; None where none does."""
        return cls(arrays["token_means"], arrays["token_book"]) if "token_book" in arrays else None

    @property
    def width(self) -> int:
        """How many numbers stand for the tokens of a text."""
        return (POOLED + 1) * len(self.book)

    def encode(self, texts: Sequence[Vectors]) -> Codes:
        """Return the codes of texts, shape (texts, width).

        Args:
            texts: Of each the token vectors of its content words, shape (tokens, dimension), at least one.
        """
        pooled = [pooled_tokens(normalise(tokens - self.means[1])) for tokens in texts]
        middles = self._quantised(normalise(np.stack([tokens.mean(axis=0) for tokens in pooled])))
        half = _OF_MEAN * self._vectors(middles)
        rests = self._quantised(np.concatenate([tokens - own for tokens, own in zip(pooled, half, strict=True)]))
        return np.concatenate([middles[:, None], rests.reshape(len(texts), POOLED, -1)], axis=1).reshape(len(texts), -1)

    def decode(self, codes: Codes) -> Vectors:
        """Return the token vectors that codes, shape (n, width), stand for: shape (n, POOLED, dimension)."""
        vectors = self._vectors(codes.reshape(len(codes), POOLED + 1, len(self.book)))
        decoded: Vectors = vectors[:, 1:] + _OF_MEAN * vectors[:, :1]
        return decoded

    def scores(self, question: QuestionTokens, weights: Mapping[str, float], codes: Codes) -> Vectors:
        """Return how well texts answer a question: of each of its tokens the best match, weighed, shape (n,).

        Args:
            question: Its tokens.
            weights: Of each of its words; those left out count nothing, unless all are.
            codes: shape (n, width), of the texts.
        """
        shares = _shares(question.words, weights)
        tokens = normalise(question.vectors - self.means[0])[shares > 0]
        matches = np.einsum("qd,npd->nqp", tokens, self.decode(codes), optimize=True).max(axis=2)
        found: Vectors = (matches @ shares[shares > 0]).astype(np.float32)
        return found

    def _vectors(self, codes: Codes) -> Vectors:
        parts = self.book[np.arange(len(self.book)), codes]
        return parts.reshape(*codes.shape[:-1], -1)

    def _quantised(self, vectors: Vectors) -> Codes:
        parts = vectors.reshape(len(vectors), len(self.book), -1).transpose(1, 0, 2)
        distances = self._norms[:, None, :] - 2 * parts @ self.book.transpose(0, 2, 1)
        nearest: Codes = distances.argmin(axis=2).T.astype(np.uint8)
        return nearest

    @cached_property
    def _norms(self) -> Vectors:
        norms: Vectors = np.square(self.book).sum(axis=2)
        return norms


def pooled_tokens(tokens: Vectors) -> Vectors:
    """Return `POOLED` unit vectors for any number of them, shape (POOLED, dimension): means of near ones.

    Of fewer, the last stands several times, which changes no best match.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(tokens) <= POOLED:
        return tokens[np.minimum(np.arange(POOLED), len(tokens) - 1)]
    groups = fcluster(linkage(tokens, "ward"), POOLED, "maxclust")
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=0))
    sums = normalise(np.add.reduceat(tokens[order], starts, axis=0))
    return sums[np.minimum(np.arange(POOLED), len(sums) - 1)]


def _shares(words: Sequence[str], weights: Mapping[str, float]) -> Vectors:
    """Return what share of a question each token has: that of its word, divided among its tokens."""
    counts = {word: words.count(word) for word in set(words)}
    shares = np.array([weights.get(word, 0.0) / counts[word] for word in words], np.float32)
    if not shares.any():
        shares = np.ones(len(words), np.float32)
    scaled: Vectors = shares / shares.sum()
    return scaled


@dataclass(frozen=True)
class TokenIndex:
    """The token codes of all windows, in their order.

    Attributes:
        codes: shape (windows, width); a width of 0 where the encoder has no codec.
    """

    codes: Codes

    @classmethod
    def open(cls, folder: Path) -> "TokenIndex":
        """Open the codes that `save` wrote; they stay on the disk and are read as they are used.

        Raises:
            IndexFolderError: The file is damaged.
        """
        try:
            return cls(np.load(folder / CODES_FILE, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError) as error:
            raise IndexFolderError(f"The tokens in {folder} cannot be read; rebuild the index.") from error

    def save(self, folder: Path) -> None:
        """Write the codes into a folder.

        Raises:
            OSError: They cannot be written.
        """
        np.save(folder / CODES_FILE, self.codes)
