"""The dense side of an index: mean-centred window vectors in FAISS. The one owner of faiss.

The mean query vector is subtracted from queries and the mean passage vector from passages, and both are scaled to
length 1 again ("all-but-the-mean", after Mu & Viswanath 2018, arXiv:1702.01417): multilingual-e5 puts all texts in a
narrow cone, and without the common part the inner product separates better. Corpora of few passages borrow from
the encoder's shipped means.

Vectors are kept in half precision and searched one by one: exactly, but for the rounding (docs/speed.md has what it
costs). Beyond a million windows, or where a build asks for it, they are sorted into cells, and a question looks into
the nearest only (IVF; Jégou et al. 2011, doi:10.1109/TPAMI.2010.57): so many that the recall is what `_RECALL` says,
measured with the corpus's own vragen. Under a filter all cells are looked into. The file is memory-mapped, so that
opening reads nothing.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.cache import Halves
from embeddings.encoder import Encoder, Vectors, normalise
from embeddings.errors import IndexFolderError
from embeddings.means import Centring

Rows = NDArray[np.int64]
EXACT = "SQfp16"
"""The kind of index in which a question is compared with every window."""

OWNERS_FILE = "owners.npy"
"""The passage row of each window, shape (windows,)."""

_VECTORS, _CELLS, _MEANS = "vectors.faiss", "cells.faiss", "means.npy"
_EXACT = 1_000_000
"""Windows up to which a question is compared with each, unless a build says otherwise."""

_RECALL, _TOP, _TRIALS = 0.995, 10, 200
"""Share of the best ten that the cells looked into must hold, over so many of the corpus's own vragen."""

_PER_CELL = 64
"""Windows of a cell that its centre is drawn from."""

_FEW = 512
_SPARSE = 64
"""Where a filter leaves fewer than one window in so many, those are compared one by one, and no others visited."""

_BLOCK = 65_536
_PRIOR = 200.0
"""Passages that the shipped means weigh: a corpus of 200 passages trusts its own means half."""


@dataclass(frozen=True)
class DenseIndex(Centring):
    """Window vectors (centred, unit length), the passage each window belongs to, and the means.

    Attributes:
        index: Of faiss: a scalar quantiser, or the same in cells.
        owners: shape (windows,), the passage row of each window.
        means: shape (2, dimension): subtracted from queries, subtracted from passages.
    """

    index: Any
    owners: Rows
    means: Vectors

    @classmethod
    def build(
        cls,
        windows: Vectors | Halves,
        owners: Rows,
        queries: Vectors,
        encoder: Encoder,
        kind: str = EXACT,
    ) -> "DenseIndex":
        """Index window vectors.

        Args:
            windows: shape (n, dimension), as `encode_passages` gives them, in any precision.
            owners: shape (n,), non-decreasing passage rows.
            queries: shape (m, dimension), the corpus's own vragen as `encode_queries` gives them; m may be 0.
            encoder: Whose default means help where there are few.
            kind: As `index_kind` gives it.
        """
        default = encoder.default_means
        if default is None:
            default = np.zeros((2, windows.shape[1]), np.float32)
        blocks = [windows[start : start + _BLOCK] for start in range(0, len(windows), _BLOCK)]
        total = sum((_floats(block).sum(axis=0, dtype=np.float64) for block in blocks), np.zeros(windows.shape[1]))
        means = np.stack(
            [
                _mean(queries.sum(axis=0, dtype=np.float64), len(queries), default[0]),
                _mean(total, len(windows), default[1]),
            ]
        )
        index: Any = faiss.index_factory(windows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        if isinstance(index, faiss.IndexIVF):
            index.by_residual, index.cp.max_points_per_centroid = False, _PER_CELL
            step = max(1, len(windows) // (_PER_CELL * index.nlist))
            index.train(normalise(_floats(windows[::step]) - means[1]))
        for block in blocks:
            index.add(normalise(_floats(block) - means[1]))
        dense = cls(index, owners, means)
        if dense._in_cells:
            index.make_direct_map()
            dense._probe(dense.centre_query(queries[:_TRIALS]))
        return dense

    @property
    def settings(self) -> dict[str, object]:
        """What the manifest says of it: its kind, and how many cells a question looks into."""
        return {"cells": self.index.nlist, "probes": self.index.nprobe} if self._in_cells else {}

    @property
    def _in_cells(self) -> bool:
        return isinstance(self.index, faiss.IndexIVF)

    def _probe(self, queries: Vectors) -> None:
        """Settle how many cells are looked into."""
        if not len(queries):
            queries = self.background(most=_TRIALS)
        self.index.nprobe = self.index.nlist
        _, exact = self.index.search(queries, _TOP)
        self.index.nprobe = 1
        while self.index.nprobe < self.index.nlist and recall(self.index.search(queries, _TOP)[1], exact) < _RECALL:
            self.index.nprobe = min(2 * self.index.nprobe, self.index.nlist)

    @classmethod
    def open(cls, folder: Path) -> "DenseIndex":
        """Read the index that `save` wrote.

        Raises:
            IndexFolderError: A file is damaged.
        """
        try:
            cells = (folder / _CELLS).exists()
            file, way = (_CELLS, faiss.IO_FLAG_MMAP) if cells else (_VECTORS, faiss.IO_FLAG_MMAP_IFC)
            return cls(
                faiss.read_index(str(folder / file), way),
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
            faiss.write_index(self.index, str(folder / (_CELLS if self._in_cells else _VECTORS)))
        except RuntimeError as error:
            raise OSError(str(error).rsplit(": ", 1)[-1]) from error
        np.save(folder / OWNERS_FILE, self.owners)
        np.save(folder / _MEANS, self.means)

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
        windows = None if allowed is None else self.windows_of(allowed)
        if windows is not None and len(windows) * _SPARSE < len(self.owners):
            best = self._scores_of(query, windows)
            return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
        total = len(self.owners) if windows is None else len(windows)
        wanted = min(total, 4 * k)
        while wanted:
            best = self._best_windows(query, wanted, windows, everywhere=wanted > 4 * k)
            if len(best) >= k or wanted >= total:
                return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
            wanted = min(total, 4 * wanted)
        return []

    def scores(self, query: Vectors, rows: Rows) -> dict[int, float]:
        """Return the inner product of a centred query with the best window of each of the passage rows."""
        return self._scores_of(query, self.windows_of(rows))

    def _scores_of(self, query: Vectors, windows: Rows) -> dict[int, float]:
        if not len(windows):
            return {}
        return self.best_of(windows, self.index.reconstruct_batch(windows) @ query)

    def best_of(self, windows: Rows, scores: Vectors) -> dict[int, float]:
        """Return the best score of each passage row that has any of the windows, ascending."""
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

    def windows_of(self, rows: Rows) -> Rows:
        """Return the windows of passage rows, ascending."""
        rows = np.sort(rows)
        starts, counts = self._starts[rows], self._starts[rows + 1] - self._starts[rows]
        ends = np.cumsum(counts)
        windows: Rows = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
        return windows

    def _best_windows(self, query: Vectors, wanted: int, windows: Rows | None, *, everywhere: bool) -> dict[int, float]:
        parameters = faiss.SearchParameters()
        if self._in_cells:
            cells = self.index.nlist if everywhere or windows is not None else self.index.nprobe
            parameters = faiss.SearchParametersIVF(nprobe=cells)  # type: ignore[call-arg]
        if windows is not None:
            marked = np.zeros(len(self.owners), bool)
            marked[windows] = True
            bits = np.packbits(marked, bitorder="little")
            parameters.sel = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        scores, found = self.index.search(query[None, :], wanted, params=parameters)
        best: dict[int, float] = {}
        for score, window in zip(scores[0], found[0], strict=True):
            if window >= 0:
                best.setdefault(int(self.owners[window]), float(score))
        return best


def index_kind(windows: int, ann: bool | None = None) -> str:
    """Return how so many windows are indexed, as `faiss.index_factory` names it.

    Args:
        windows: How many there are.
        ann: Whether a question looks into the nearest cells only; None for where there are more than a million.
    """
    wanted = windows > _EXACT if ann is None else ann
    cells = min(4 * math.isqrt(windows), windows // _PER_CELL)
    return f"IVF{cells},{EXACT}" if wanted and cells > 1 else EXACT


def recall(found: Rows, exact: Rows) -> float:
    """Return the share of the exact results that were found; both shape (queries, k), -1 for none."""
    shares = [
        len(set(ours) & set(theirs)) / len(theirs) for ours, theirs in zip(found.tolist(), exact.tolist(), strict=True)
    ]
    return sum(shares) / len(shares)


def _floats(vectors: Vectors | Halves) -> Vectors:
    """Return vectors in single precision; FAISS is ten times as fast at that as numpy."""
    if vectors.dtype == np.float16:
        halves = faiss.index_factory(vectors.shape[1], EXACT)
        floats: Vectors = halves.sa_decode(np.ascontiguousarray(vectors).view(np.uint8))
        return floats
    return vectors.astype(np.float32)


def _mean(total: NDArray[np.float64], count: int, default: Vectors) -> Vectors:
    """Return the mean of vectors that sum up to `total`, drawn to the default where they are few."""
    own = total / count if count else default.astype(np.float64)
    prior = default if default.any() else own
    mean: Vectors = ((count * own + _PRIOR * prior) / (count + _PRIOR)).astype(np.float32)
    return mean
