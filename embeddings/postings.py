"""An inverted index in few arrays: which rows hold a term, and how often; BM25 is computed when it is asked for.

Nothing in the arrays depends on the size of the corpus but their length, so rows can be taken over from an earlier
index. Terms are kept as 64-bit hashes in ascending order: they are found by bisection in a memory-mapped array, and
opening reads nothing (at a million terms, two collide with a chance of 1 in 40 million). How the rows of a term are
kept, about a byte each, is the matter of `embeddings.packing`.
"""

import hashlib
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.packing import Packed, packed, unpacked, unpacked_one

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]
_ARRAYS = ("terms", "frequencies", "starts", "wide", "gaps", "lengths")
FILES = tuple(f"lexical/{name}.npy" for name in _ARRAYS)
K1, B = 1.2, 0.75
"""How soon BM25 has seen a term often enough, and how much it minds the length of a row."""

_MOST = 255
_COUNTED, _MERGED = 1 << 23, 1 << 18
"""Postings that are counted, or merged, together: what bounds the memory of a build, and fits the caches."""


@dataclass(frozen=True)
class Postings:
    """Postings of `lengths.size` rows.

    Attributes:
        terms: uint64, shape (terms,), hashes, ascending.
        frequencies: int32, shape (terms,): how many rows hold the term.
        starts: int64, shape (terms + 1,): the packed postings of term i are the bytes `starts[i]` to `starts[i + 1]`.
        wide: bool, shape (terms,): whether they are packed in numbers of two bytes.
        gaps: uint8, shape (bytes,), as `embeddings.packing` describes; a count is at most 255.
        lengths: int32, shape (rows,): how many terms a row has.
    """

    terms: NDArray[np.uint64]
    frequencies: NDArray[np.int32]
    starts: Rows
    wide: NDArray[np.bool_]
    gaps: NDArray[np.uint8]
    lengths: NDArray[np.int32]

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]], terms_of: Callable[[str], Sequence[str]]) -> "Postings":
        """Index rows of words, in order.

        Args:
            texts: The words of each row.
            terms_of: The terms of a word; asked once a word.
        """
        from scipy.sparse import csc_array, csr_array

        numbers: dict[str, int] = {}
        ids, ends = array("i"), array("q", [0])
        for text in texts:
            ids.extend(numbers.setdefault(word, len(numbers)) for word in text)
            ends.append(len(ids))
        words, rows = np.frombuffer(ids, np.int32), np.frombuffer(ends, np.int64)
        hashes = [[hash_of(term) for term in terms_of(word)] for word in numbers]
        sizes = np.fromiter(map(len, hashes), np.int64, len(hashes))
        terms, columns = np.unique(np.array(list(chain.from_iterable(hashes)), np.uint64), return_inverse=True)
        shape = (len(numbers), len(terms))
        of_word = (np.ones(len(columns), np.int32), (np.repeat(np.arange(len(sizes)), sizes), columns))
        by_word = csc_array(of_word, shape=shape)
        by_row = csr_array((np.ones(len(words), np.int32), words, rows), shape=(len(rows) - 1, len(numbers)))
        most = np.bincount(words, minlength=len(numbers)) @ by_word
        parts = []
        for first, end in _blocks(most, _COUNTED):
            block = (by_row @ by_word[:, first:end].tocsr()).tocsc()
            counts = np.minimum(block.data, _MOST)
            parts.append(packed(len(rows) - 1, np.diff(block.indptr), block.indices, counts))
        reach = np.concatenate([[0], np.cumsum(sizes[words])])
        return cls._of(terms, parts, np.diff(reach[rows]).astype(np.int32))

    @classmethod
    def _of(cls, terms: NDArray[np.uint64], parts: Sequence[Packed], lengths: NDArray[np.int32]) -> "Postings":
        """Join postings of terms, given in order."""

        def joined(name: str, kind: type[Any]) -> NDArray[Any]:
            return np.concatenate([np.zeros(0, kind), *(getattr(part, name) for part in parts)])

        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(joined("sizes", np.int64))])
        frequencies = joined("frequencies", np.int32)
        return cls(terms, frequencies, starts, joined("wide", np.bool_), joined("gaps", np.uint8), lengths)

    def over(self, earlier: "Postings", taken: Rows) -> "Postings":
        """Return the postings of rows of which some are taken over from an earlier index.

        Args:
            earlier: The index they are taken from.
            taken: shape (rows,), for each row the earlier one it equals, or -1 for the next of this index.
        """
        old, new = np.flatnonzero(taken >= 0), np.flatnonzero(taken < 0)
        places = np.full(len(earlier.lengths), -1, np.int64)
        places[taken[old]] = old
        terms = np.union1d(earlier.terms, self.terms)
        used = np.zeros(len(terms), bool)

        def part(block: tuple[int, int]) -> Packed:
            run = terms[slice(*block)]
            kept, keys, counts = earlier._keys(run, places, len(taken))
            more, theirs, times = self._keys(run, new, len(taken))
            if not np.all(keys[1:] > keys[:-1]):
                order = np.argsort(keys)
                keys, counts = keys[order], counts[order]
            between = np.searchsorted(keys, theirs)
            keys, counts = np.insert(keys, between, theirs), np.insert(counts, between, times)
            frequencies = kept + more
            rows = keys - np.repeat(np.arange(len(run)) * len(taken), frequencies)
            used[slice(*block)] = frequencies > 0
            return packed(len(taken), frequencies[frequencies > 0], rows, counts)

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            parts = list(threads.map(part, _blocks(earlier._sizes(terms) + self._sizes(terms), _MERGED)))
        lengths = np.empty(len(taken), np.int32)
        lengths[old], lengths[new] = earlier.lengths[taken[old]], self.lengths
        return self._of(terms[used], parts, lengths)

    def _sizes(self, terms: NDArray[np.uint64]) -> Rows:
        """Return the frequency of each of more terms, of which those of this index are some."""
        sizes = np.zeros(len(terms), np.int64)
        sizes[np.searchsorted(terms, self.terms)] = self.frequencies
        return sizes

    def _keys(self, terms: NDArray[np.uint64], places: Rows, total: int) -> tuple[Rows, Rows, NDArray[np.uint8]]:
        """Return how many postings each of a run of terms has, `its place in the run * total + new row`, and counts.

        Args:
            terms: Ascending; all of this index between the first and the last are among them.
            places: The new row of each row, -1 where it is left out.
            total: How many rows there are anew.
        """
        first = int(np.searchsorted(self.terms, terms[0]))
        end = int(np.searchsorted(self.terms, terms[-1], side="right"))
        frequencies, starts = self.frequencies[first:end], self.starts[first : end + 1]
        rows, counts = unpacked(self.gaps[starts[0] : starts[-1]], np.diff(starts), frequencies, self.wide[first:end])
        ours = np.searchsorted(terms, self.terms[first:end])
        rows = places[rows]
        kept, keys = rows >= 0, rows + np.repeat(ours * total, frequencies)
        sizes = np.zeros(len(terms), np.int64)
        sizes[ours] = frequencies
        if not kept.all():
            sizes = np.bincount(np.repeat(ours, frequencies)[kept], minlength=len(terms))
            keys, counts = keys[kept], counts[kept]
        return sizes, keys, counts

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
        return 0 if place is None else int(self.frequencies[place])

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
            gaps = self.gaps[self.starts[place] : self.starts[place + 1]]
            frequency = int(self.frequencies[place])
            rows, counts = unpacked_one(gaps, wide=bool(self.wide[place]))
            weight = np.float32(times * rarity(frequency, len(self.lengths)))
            often = counts.astype(np.float32)
            scores[rows] += weight * often / (often + self._saturation[rows])
        return scores

    @cached_property
    def _saturation(self) -> Scores:
        mean = max(float(self.lengths.mean()), 1e-9)
        saturation: Scores = (K1 * (1 - B + B * self.lengths / mean)).astype(np.float32)
        return saturation

    def _place(self, term: str) -> int | None:
        wanted = np.uint64(hash_of(term))
        place = int(np.searchsorted(self.terms, wanted))
        return place if place < len(self.terms) and self.terms[place] == wanted else None


def _blocks(sizes: Rows, most: int) -> Iterator[tuple[int, int]]:
    """Yield runs of terms, first and end, of at most so many postings each, or of one term."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = ends[first - 1] if first else 0
        end = max(first + 1, int(np.searchsorted(ends, before + most, side="right")))
        yield first, end
        first = end


def rarity(frequency: int, rows: int) -> float:
    """Return the inverse document frequency (ln) of a term that `frequency` of `rows` rows hold."""
    return float(np.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)))


def hash_of(term: str) -> int:
    """Return the 64-bit hash under which a term is known."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
