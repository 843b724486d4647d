"""How the rows of a term are kept small: as gaps, a byte each, that numpy unpacks.

The gap of a row is its distance from the row before (of the first: from -1), so at least 1. In a number of one byte, or
of two where the rows of a term lie far apart, `top` (the highest number) means top - 1 rows more to go, and 1 to
top - 1 is the end of the gap. Each 0 behind it is one more occurrence of the term in that row: most rows have one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Counts = NDArray[np.uint8]
Bytes = NDArray[np.uint8]
_FAR = 300
"""Rows between two of a term, on average, from which two bytes a gap are fewer than several of one."""


@dataclass(frozen=True)
class Packed:
    """Postings of some terms.

    Attributes:
        frequencies: int32, shape (terms,): how many rows hold each term.
        sizes: shape (terms,): how many bytes each has.
        wide: shape (terms,): whether its gaps take two bytes.
        gaps: shape (bytes,).
    """

    frequencies: NDArray[np.int32]
    sizes: Rows
    wide: NDArray[np.bool_]
    gaps: Bytes


def packed(total: int, frequencies: NDArray[Any], rows: NDArray[Any], counts: NDArray[Any]) -> Packed:
    """Return postings of terms, packed.

    Args:
        total: How many rows the index has.
        frequencies: shape (terms,), at least 1: how many rows hold each.
        rows: shape (sum of frequencies,), ascending within a term.
        counts: As `rows`: how often the term stands there, at least 1.
    """
    wide = frequencies * np.int64(_FAR) < total
    sizes, parts = np.empty(len(frequencies), np.int64), []
    for kind, chosen in ((np.uint8, ~wide), (np.uint16, wide)):
        mine = np.repeat(chosen, frequencies)
        numbers, lengths = _pack(frequencies[chosen], rows[mine], counts[mine], kind)
        sizes[chosen] = lengths * numbers.itemsize
        parts.append(numbers.view(np.uint8))
    gaps, belongs = np.empty(int(sizes.sum()), np.uint8), np.repeat(wide, sizes)
    gaps[~belongs], gaps[belongs] = parts
    return Packed(frequencies.astype(np.int32), sizes, wide, gaps)


def unpacked(gaps: Bytes, sizes: Rows, frequencies: NDArray[np.int32], wide: NDArray[np.bool_]) -> tuple[Rows, Counts]:
    """Return rows and counts of terms, as they were added.

    Args:
        gaps: The bytes of the terms.
        sizes: shape (terms,): how many of them each has.
        frequencies: shape (terms,).
        wide: shape (terms,).
    """
    total = int(frequencies.sum())
    rows, counts = np.empty(total, np.int64), np.empty(total, np.uint8)
    for kind, chosen in ((np.uint8, ~wide), (np.uint16, wide)):
        mine = np.repeat(chosen, frequencies)
        numbers = gaps[np.repeat(chosen, sizes)].view(kind)
        rows[mine], counts[mine] = _unpack(numbers, sizes[chosen] // numbers.itemsize, frequencies[chosen])
    return rows, counts


def unpacked_one(gaps: Bytes, *, wide: bool) -> tuple[Rows, NDArray[Any]]:
    """Return rows and counts of one term of these bytes."""
    numbers = gaps.view(np.uint16 if wide else np.uint8)
    return _unpack(numbers, np.array([len(numbers)]), np.ones(1, np.int64))


def _pack(
    frequencies: NDArray[Any], rows: NDArray[Any], counts: NDArray[Any], kind: type[Any]
) -> tuple[NDArray[Any], Rows]:
    """Return the numbers of all terms, and how many each has."""
    if not len(frequencies):
        return np.zeros(0, kind), np.zeros(0, np.int64)
    top = np.iinfo(kind).max
    firsts = np.cumsum(frequencies, dtype=np.int64) - frequencies
    gaps = np.empty(len(rows), np.int32)
    np.subtract(rows[1:], rows[:-1], out=gaps[1:], casting="unsafe")
    gaps[firsts] = rows[firsts] + 1
    far = np.flatnonzero(gaps >= top)
    skips = (gaps[far] - 1) // (top - 1)
    gaps[far] -= skips * (top - 1)
    lengths = counts.astype(np.int64)
    lengths[far] += skips
    ends = np.cumsum(lengths)
    places = ends - counts
    numbers = np.zeros(int(ends[-1]), kind)
    numbers[places] = gaps
    numbers[np.repeat(places[far] - np.cumsum(skips), skips) + np.arange(int(skips.sum()))] = top
    return numbers, np.add.reduceat(lengths, firsts)


def _unpack(numbers: NDArray[Any], sizes: Rows, frequencies: NDArray[Any]) -> tuple[Rows, NDArray[Any]]:
    top = np.iinfo(numbers.dtype).max
    reach = np.cumsum(np.minimum(numbers, top - 1), dtype=np.int64)
    places = np.flatnonzero((numbers > 0) & (numbers < top))
    firsts = np.cumsum(sizes) - sizes
    before = np.where(firsts > 0, reach[firsts - 1], 0)
    rows = reach[places] - (np.repeat(before + 1, frequencies) if len(sizes) > 1 else 1)
    repeats = np.cumsum(numbers == 0, dtype=np.int32)
    counts = np.diff(repeats[places], append=repeats[-1:]) + 1
    return rows, counts
