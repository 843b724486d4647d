"""The dense side of an index: mean-centred window vectors in FAISS. The one owner of faiss.

The mean query vector is subtracted from queries and the mean passage vector from passages, and both are scaled to
length 1 again ("all-but-the-mean", after Mu & Viswanath 2018, arXiv:1702.01417): multilingual-e5 puts all texts in a
narrow cone, and without the common part the inner product separates better. Corpora of few passages borrow from
the encoder's shipped means.

Vectors are kept in half precision and searched one by one: exactly, but for the rounding (docs/speed.md has what it
costs). The file is memory-mapped, so that opening reads nothing.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.cache import Halves
from embeddings.encoder import Encoder, Vectors, normalise
from embeddings.errors import IndexFolderError

Rows = NDArray[np.int64]
OWNERS_FILE = "owners.npy"
"""The passage row of each window, shape (windows,)."""

_VECTORS, _MEANS = "vectors.faiss", "means.npy"
_FEW = 512
_SPARSE = 64
"""Where a filter leaves fewer than one window in so many, those are compared one by one, and no others visited."""

_BLOCK = 65_536
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
    def build(cls, windows: Vectors | Halves, owners: Rows, queries: Vectors, encoder: Encoder) -> "DenseIndex":
        """Index window vectors.

        Args:
            windows: shape (n, dimension), as `encode_passages` gives them, in any precision.
            owners: shape (n,), non-decreasing passage rows.
            queries: shape (m, dimension), the corpus's own vragen as `encode_queries` gives them; m may be 0.
            encoder: Whose default means help where there are few.
        """
        default = encoder.default_means
        if default is None:
            default = np.zeros((2, windows.shape[1]), np.float32)
        index = faiss.IndexScalarQuantizer(windows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        blocks = [windows[start : start + _BLOCK] for start in range(0, len(windows), _BLOCK)]
        total = sum((_floats(block, index).sum(axis=0, dtype=np.float64) for block in blocks), np.zeros(index.d))
        means = np.stack(
            [
                _mean(queries.sum(axis=0, dtype=np.float64), len(queries), default[0]),
                _mean(total, len(windows), default[1]),
            ]
        )
        for block in blocks:
            index.add(normalise(_floats(block, index) - means[1]))
        return cls(index, owners, means)

    @classmethod
    def open(cls, folder: Path) -> "DenseIndex":
        """Read the index that `save` wrote.

        Raises:
            IndexFolderError: A file is damaged.
        """
        try:
            return cls(
                faiss.read_index(str(folder / _VECTORS), faiss.IO_FLAG_MMAP_IFC),
                np.load(folder / OWNERS_FILE, allow_pickle=False),
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
        np.save(folder / OWNERS_FILE, self.owners)
        np.save(folder / _MEANS, self.means)

    def centre_query(self, query: Vectors) -> Vectors:
        """Return query vectors, shape (n, dimension), less the mean query and scaled to length 1."""
        return normalise(query - self.means[0])

    def centre_passage(self, passages: Vectors) -> Vectors:
        """Return passage vectors, shape (n, dimension), less the mean passage and scaled to length 1."""
        return normalise(passages - self.means[1])

    @cached_property
    def _starts(self) -> Rows:
        """The first window of each passage row, and one more for the end."""
        starts: Rows = np.searchsorted(self.owners, np.arange(int(self.owners[-1]) + 2))
        return starts

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> list[tuple[int, float]]:
        """Return the k best passages (row, inner product), best first; ties by row.

        Args:
            query: shape (dimension,), centred.
            k: How many passages at the most.
            allowed: Passage rows that may be returned; None for all. Exact under any restriction.
        """
        windows = None if allowed is None else self._windows_of(allowed)
        if windows is not None and len(windows) * _SPARSE < len(self.owners):
            best = self._scores_of(query, windows)
            return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
        total = len(self.owners) if windows is None else len(windows)
        wanted = min(total, 4 * k)
        while wanted:
            best = self._best_windows(query, wanted, windows)
            if len(best) >= k or wanted >= total:
                return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
            wanted = min(total, 4 * wanted)
        return []

    def scores(self, query: Vectors, rows: Rows) -> dict[int, float]:
        """Return the inner product of a centred query with the best window of each of the passage rows."""
        return self._scores_of(query, self._windows_of(rows))

    def _scores_of(self, query: Vectors, windows: Rows) -> dict[int, float]:
        if not len(windows):
            return {}
        scores = self.index.reconstruct_batch(windows) @ query
        owners, firsts = np.unique(self.owners[windows], return_index=True)
        return dict(zip(owners.tolist(), np.maximum.reduceat(scores, firsts).tolist(), strict=True))

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
        """Return the windows of passage rows, ascending."""
        rows = np.sort(rows)
        starts, counts = self._starts[rows], self._starts[rows + 1] - self._starts[rows]
        ends = np.cumsum(counts)
        windows: Rows = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
        return windows

    def _best_windows(self, query: Vectors, wanted: int, windows: Rows | None) -> dict[int, float]:
        parameters = None
        if windows is not None:
            marked = np.zeros(len(self.owners), bool)
            marked[windows] = True
            bits = np.packbits(marked, bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
        scores, found = self.index.search(query[None, :], wanted, params=parameters)
        best: dict[int, float] = {}
        for score, window in zip(scores[0], found[0], strict=True):
            if window >= 0:
                best.setdefault(int(self.owners[window]), float(score))
        return best


def _floats(vectors: Vectors | Halves, index: "faiss.IndexScalarQuantizer") -> Vectors:
    """Return vectors in single precision; FAISS is ten times as fast at that as numpy."""
    if vectors.dtype == np.float16:
        floats: Vectors = index.sa_decode(np.ascontiguousarray(vectors).view(np.uint8))
        return floats
    return vectors.astype(np.float32)


def _mean(total: NDArray[np.float64], count: int, default: Vectors) -> Vectors:
    """Return the mean of vectors that sum up to `total`, drawn to the default where they are few."""
    own = total / count if count else default.astype(np.float64)
    prior = default if default.any() else own
    mean: Vectors = ((count * own + _PRIOR * prior) / (count + _PRIOR)).astype(np.float32)
    return mean
