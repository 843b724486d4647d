"""An inverted index in five arrays: which rows hold a term, and how often; BM25 is computed when it is asked for.

Nothing in the arrays depends on the size of the corpus but their length, so rows can be taken over from an earlier
index unchanged. Terms are kept as 64-bit hashes in ascending order: they are found by bisection in a memory-mapped
array, and opening reads nothing (at a million terms, two collide with a chance of 1 in 40 million).
"""

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
_ARRAYS = ("terms", "starts", "rows", "counts", "lengths")
FILES = tuple(f"lexical/{name}.npy" for name in _ARRAYS)
_K1, _B = 1.2, 0.75
_MOST = 255


@dataclass(frozen=True)
class Postings:
    """Postings of `lengths.size` rows.

    Attributes:
        terms: uint64, shape (terms,), hashes, ascending.
        starts: int64, shape (terms + 1,): the postings of term i are `starts[i]` to `starts[i + 1]`.
        rows: int32, shape (postings,).
        counts: uint8, shape (postings,): how often the term stands in the row, at most 255.
        lengths: int32, shape (rows,): how many terms a row has.
    """

    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.int32]

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> "Postings":
        """Index rows of terms, in order."""
        from scipy.sparse import csr_array

        numbers: dict[str, int] = {}
        ids, counts, ends, lengths = array("i"), bytearray(), array("q", [0]), array("i")
        for text in texts:
            counted = Counter(text)
            ids.extend(numbers.setdefault(term, len(numbers)) for term in counted)
            counts.extend(min(count, _MOST) for count in counted.values())
            ends.append(len(ids))
            lengths.append(len(text))
        hashes = np.fromiter((_hash(term) for term in numbers), np.uint64, len(numbers))
        order = np.argsort(hashes)
        places = np.empty(len(order), np.int32)
        places[order] = np.arange(len(order), dtype=np.int32)
        by_row = csr_array(
            (np.frombuffer(counts, np.uint8), places[np.frombuffer(ids, np.int32)], np.frombuffer(ends, np.int64)),
            shape=(len(lengths), len(numbers)),
        )
        by_term = by_row.tocsc()
        return cls(
            hashes[order],
            by_term.indptr.astype(np.int64),
            by_term.indices.astype(np.int32),
            by_term.data,
            np.frombuffer(lengths, np.int32),
        )

    def over(self, earlier: "Postings", taken: NDArray[np.int64]) -> "Postings":
        """Return the postings of rows of which some are taken over from an earlier index.

        Args:
            earlier: The index they are taken from.
            taken: shape (rows,), for each row the earlier one it equals, or -1 for the next of this index.
        """
        from scipy.sparse import csc_array, vstack

        old, new = np.flatnonzero(taken >= 0), np.flatnonzero(taken < 0)
        terms = np.union1d(earlier.terms, self.terms)
        places = np.full(len(earlier.lengths), -1, np.int32)
        places[taken[old]] = np.arange(len(old), dtype=np.int32)
        parts = [earlier._kept(places), self]
        together = vstack(
            [
                csc_array((part.counts, part.rows, part._starts_among(terms)), shape=(count, len(terms)))
                for part, count in zip(parts, (len(old), len(new)), strict=True)
            ],
            format="csc",
        )
        together.indices = np.concatenate([old, new]).astype(together.indptr.dtype)[together.indices]
        together.has_sorted_indices = _rises(taken[old]) and _rises(np.concatenate([old, new]))
        together.sort_indices()
        used = np.diff(together.indptr) > 0
        lengths = np.empty(len(taken), np.int32)
        lengths[old], lengths[new] = earlier.lengths[taken[old]], self.lengths
        starts = np.concatenate([together.indptr[:-1][used], together.indptr[-1:]]).astype(np.int64)
        return Postings(terms[used], starts, together.indices.astype(np.int32), together.data, lengths)

    def _kept(self, places: NDArray[np.int32]) -> "Postings":
        """Return the same postings with rows numbered anew; those of rows with the place -1 are left out."""
        if len(places) == 0 or np.array_equal(places, np.arange(len(places))):
            return self
        rows = places[self.rows]
        kept = rows >= 0
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return Postings(self.terms, starts, rows[kept], self.counts[kept], self.lengths)

    def _starts_among(self, terms: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return `starts` for more terms, of which those of this index are some."""
        sizes = np.zeros(len(terms), np.int64)
        sizes[np.searchsorted(terms, self.terms)] = np.diff(self.starts)
        return np.concatenate([[0], np.cumsum(sizes)])

    @classmethod
    def open(cls, folder: Path) -> "Postings":
        """Map what `save` wrote; it is read as it is used.

        Raises:
            OSError: A file cannot be read.
            ValueError: A file is damaged.
        """
        return cls(*(np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in FILES))

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder.

        Raises:
            OSError: They cannot be written.
        """
        for name in FILES:
            (folder / name).parent.mkdir(exist_ok=True)
            np.save(folder / name, getattr(self, Path(name).stem))

    def frequency(self, term: str) -> int:
        """Return how many rows hold a term."""
        place = self._place(term)
        return 0 if place is None else int(self.starts[place + 1] - self.starts[place])

    def scores(self, terms: Mapping[str, int]) -> Scores:
        """Return the BM25 score (Lucene's variant, k1 1.2, b 0.75) of every row, shape (rows,).

        Args:
            terms: How often each stands in the query.
        """
        scores = np.zeros(len(self.lengths), np.float32)
        for term, times in terms.items():
            place = self._place(term)
            if place is None:
                continue
            start, end = int(self.starts[place]), int(self.starts[place + 1])
            rows = self.rows[start:end]
            counts = self.counts[start:end].astype(np.float32)
            weight = np.float32(times * rarity(end - start, len(self.lengths)))
            scores[rows] += weight * counts / (counts + self._saturation[rows])
        return scores

    @cached_property
    def _saturation(self) -> Scores:
        mean = max(float(self.lengths.mean()), 1e-9)
        saturation: Scores = (_K1 * (1 - _B + _B * self.lengths / mean)).astype(np.float32)
        return saturation

    def _place(self, term: str) -> int | None:
        wanted = np.uint64(_hash(term))
        place = int(np.searchsorted(self.terms, wanted))
        return place if place < len(self.terms) and self.terms[place] == wanted else None


def _rises(numbers: NDArray[np.int64]) -> bool:
    return bool(np.all(np.diff(numbers) > 0))


def rarity(frequency: int, rows: int) -> float:
    """Return the inverse document frequency (ln) of a term that `frequency` of `rows` rows hold."""
    return float(np.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)))


def _hash(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
