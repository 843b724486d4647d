"""The dense side of an index: mean-centred window vectors in FAISS. The one owner of faiss.

The mean query vector is subtracted from queries and the mean passage vector from passages, and both are scaled to
length 1 again ("all-but-the-mean", after Mu & Viswanath 2018, arXiv:1702.01417): multilingual-e5 puts all texts in a
narrow cone, and without the common part the inner product separates better. Corpora of few passages borrow from
the encoder's shipped means.
"""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors, normalise
from embeddings.errors import IndexFolderError

Rows = NDArray[np.int64]
_VECTORS, _OWNERS, _MEANS = "vectors.faiss", "owners.npy", "means.npy"
FILES = (_VECTORS, _OWNERS, _MEANS)
_FEW = 512
_PRIOR = 200.0
"""Passages that the shipped means weigh: a corpus of 200 passages trusts its own means half."""


@dataclass(frozen=True)
class DenseIndex:
    """Window vectors (centred, unit length), the passage each window belongs to, and the means.

    Attributes:
        owners: shape (windows,), the passage row of each window.
        means: shape (2, dimension): subtracted from queries, subtracted from passages.
    """

    index: "faiss.Index"
    owners: Rows
    means: Vectors

    @classmethod
    def build(cls, windows: Vectors, owners: Rows, queries: Vectors, encoder: Encoder) -> "DenseIndex":
        """Index window vectors.

        Args:
            windows: shape (n, dimension), as `encode_passages` gives them.
            owners: shape (n,), non-decreasing passage rows.
            queries: shape (m, dimension), the corpus's own vragen as `encode_queries` gives them; m may be 0.
            encoder: Whose default means help where there are few.
        """
        default = encoder.default_means
        if default is None:
            default = np.zeros((2, windows.shape[1]), np.float32)
        means = np.stack([_mean(queries, default[0]), _mean(windows, default[1])])
        index = faiss.IndexFlatIP(windows.shape[1])
        index.add(normalise(windows - means[1]))
        return cls(index, owners, means)

    @classmethod
    def open(cls, folder: Path) -> "DenseIndex":
        """Read the index that `save` wrote.

        Raises:
            IndexFolderError: A file is damaged.
        """
        try:
            return cls(
                faiss.read_index(str(folder / _VECTORS)),
                np.load(folder / _OWNERS, allow_pickle=False),
                np.load(folder / _MEANS, allow_pickle=False),
            )
        except (RuntimeError, OSError, ValueError) as error:
            raise IndexFolderError(f"The vectors in {folder} cannot be read; rebuild the index.") from error

    def save(self, folder: Path) -> None:
        """Write the index into a folder.

        Raises:
            OSError: It cannot be written.
        """
        try:
            faiss.write_index(self.index, str(folder / _VECTORS))
        except RuntimeError as error:
            raise OSError(str(error).rsplit(": ", 1)[-1]) from error
        np.save(folder / _OWNERS, self.owners)
        np.save(folder / _MEANS, self.means)

    def centre_query(self, query: Vectors) -> Vectors:
        """Return query vectors, shape (n, dimension), less the mean query and scaled to length 1."""
        return normalise(query - self.means[0])

    def centre_passage(self, passages: Vectors) -> Vectors:
        """Return passage vectors, shape (n, dimension), less the mean passage and scaled to length 1."""
        return normalise(passages - self.means[1])

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> list[tuple[int, float]]:
        """Return the k best passages (row, inner product), best first; ties by row.

        Args:
            query: shape (dimension,), centred.
            k: How many passages at the most.
            allowed: Passage rows that may be returned; None for all. Exact under any restriction.
        """
        windows = None if allowed is None else self._windows_of(allowed)
        wanted = min(len(self.owners) if windows is None else len(windows), 4 * k)
        while wanted:
            best = self._best_windows(query, wanted, windows)
            total = len(self.owners) if windows is None else len(windows)
            if len(best) >= k or wanted >= total:
                return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
            wanted = min(total, 4 * wanted)
        return []

    def scores(self, query: Vectors, rows: Rows) -> dict[int, float]:
        """Return the inner product of a centred query with the best window of each of the passage rows."""
        found: dict[int, float] = {}
        for window in self._windows_of(rows):
            score = float(self.index.reconstruct(int(window)) @ query)
            owner = int(self.owners[window])
            found[owner] = max(score, found.get(owner, -1.0))
        return found

    def background(self, default: Vectors | None = None, most: int = 1024) -> Vectors:
        """Return what a question is compared with: windows spread evenly over the corpus, centred.

        Args:
            default: Passage vectors that ship with the encoder, shape (m, dimension), not centred; they join where
                the corpus has fewer than 512 windows.
            most: How many windows at the most.

        Returns:
            shape (n, dimension).
        """
        step = max(1, len(self.owners) // most)
        vectors: Vectors = self.index.reconstruct_batch(np.arange(0, len(self.owners), step)[:most])
        if default is not None and len(vectors) < _FEW:
            vectors = np.concatenate([vectors, self.centre_passage(default)])
        return vectors

    def _windows_of(self, rows: Rows) -> Rows:
        windows: Rows = np.flatnonzero(np.isin(self.owners, rows)).astype(np.int64)
        return windows

    def _best_windows(self, query: Vectors, wanted: int, windows: Rows | None) -> dict[int, float]:
        parameters = None
        if windows is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(windows))  # type: ignore[call-arg]
        scores, found = self.index.search(query[None, :], wanted, params=parameters)
        best: dict[int, float] = {}
        for score, window in zip(scores[0], found[0], strict=True):
            if window >= 0:
                best.setdefault(int(self.owners[window]), float(score))
        return best


def _mean(vectors: Vectors, default: Vectors) -> Vectors:
    count = len(vectors)
    if not default.any():
        default = vectors.mean(axis=0) if count else default
    own = vectors.mean(axis=0) if count else default
    mean: Vectors = ((count * own + _PRIOR * default) / (count + _PRIOR)).astype(np.float32)
    return mean
