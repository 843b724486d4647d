"""Late interaction: the best passages are compared with a question token by token, not as a whole.

ColBERT (Khattab & Zaharia 2020, arXiv:2004.12832) keeps a vector of each token. Here those of a passage's content
words, from the same run of the encoder that gives its vector, are centred like vectors (what all tokens have in common
is subtracted), pooled into `POOLED` by Ward's method (Clavié et al. 2024, arXiv:2409.14683), read together by a small
transformer that gives vectors in which what answers a question lies near it (`embeddings.head`), and kept as codes of a
product quantiser (Jégou et al. 2011, doi:10.1109/TPAMI.2010.57). Heads and quantiser ship with the encoder.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import QuestionTokens, Vectors, normalise
from embeddings.errors import IndexFolderError
from embeddings.head import TokenHead

Codes = NDArray[np.uint8]
POOLED = 24
"""Token vectors kept of a window."""

CODES_FILE = "tokens.npy"
_SIDES = "question", "passage"


TOKENS = "token_"
"""How the names of the arrays begin that ship with an encoder for this."""


@dataclass(frozen=True)
class TokenCodec:
    """Token vectors to codes and back.

    Attributes:
        asks: What the tokens of questions go through.
        says: What those of passages go through, once pooled.
        book: shape (parts, 256, size / parts): the values that a code may stand for in each part of a vector.
    """

    asks: TokenHead
    says: TokenHead
    book: Vectors

    @classmethod
    def shipped(cls, arrays: Mapping[str, Vectors]) -> "TokenCodec | None":
        """Return the codec that ships with an encoder; None where none does."""
        own = {name.removeprefix(TOKENS): array for name, array in arrays.items() if name.startswith(TOKENS)}
        if not own:
            return None
        asks, says = (TokenHead.shipped(own, side) for side in _SIDES)
        return cls(asks, says, own["book"])

    def arrays(self) -> Iterator[tuple[str, Vectors]]:
        """Yield all its numbers by the names under which they ship."""
        for side, head in zip(_SIDES, (self.asks, self.says), strict=True):
            yield from ((TOKENS + name, array) for name, array in head.arrays_of(side))
        yield f"{TOKENS}book", self.book

    @property
    def width(self) -> int:
        """How many numbers stand for the tokens of a text."""
        return POOLED * len(self.book)

    def encode(self, texts: Sequence[Vectors]) -> Codes:
        """Return the codes of texts, shape (texts, width).

        Args:
            texts: Of each the token vectors of its content words, shape (tokens, dimension), at least one.
        """
        pooled = np.stack([pooled_tokens(self.says.centred(tokens)) for tokens in texts])
        mapped = self.says.mapped(pooled)
        return self._quantised(mapped.reshape(-1, mapped.shape[-1])).reshape(len(texts), -1)

    def decode(self, codes: Codes) -> Vectors:
        """Return the mapped tokens that codes, shape (n, width), stand for: shape (n, POOLED, size)."""
        parts = self.book[np.arange(len(self.book)), codes.reshape(len(codes), POOLED, len(self.book))]
        return parts.reshape(len(codes), POOLED, -1)

    def scores(self, question: QuestionTokens, weights: Mapping[str, float], codes: Codes) -> Vectors:
        """Return how well texts answer a question: of each of its tokens the best match, weighed, shape (n,).

        Args:
            question: Its tokens.
            weights: Of each of its words; those left out count nothing, unless all are.
            codes: shape (n, width), of the texts.
        """
        shares = token_shares(question.words, weights)
        tokens = self.asks.mapped(self.asks.centred(question.vectors)[None])[0, shares > 0]
        matches = np.einsum("qd,npd->nqp", tokens, self.decode(codes), optimize=True).max(axis=2)
        found: Vectors = (matches @ shares[shares > 0]).astype(np.float32)
        return found

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


def token_shares(words: Sequence[str], weights: Mapping[str, float]) -> Vectors:
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
