"""Vectors by text, kept beside the builds: what a build need not embed again, and where a killed build goes on.

Each chunk of vectors is one file, on the disk as soon as it is made and named by its own checksum, so that a damaged
one is seen and only its texts are embedded again. Vectors are kept as the encoder gives them (before any mean is
subtracted) in half precision; a build reads all of its vectors from here, new or old, and so gives the same index
either way.
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.durable import TEMPORARY, checksum, write_file
from embeddings.encoder import Vectors

Halves = NDArray[np.float16]
Keys = NDArray[np.void]
"""Keys of texts, 16 bytes each, shape (texts,)."""

_KEY_BYTES = 16
_NAME = 32
"""Letters of the checksum that name a file."""

_LARGE = 65_536
"""Rows of a chunk that is not merged any more."""

_MOST_SMALL = 8


def key_of(text: str) -> bytes:
    """Return the key under which the vector of a text is kept, 16 bytes."""
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()


def as_keys(keys: Iterable[bytes]) -> Keys:
    """Return keys as an array, shape (keys,)."""
    return np.frombuffer(b"".join(keys), f"V{_KEY_BYTES}")


def _heads(keys: Keys) -> NDArray[np.uint64]:
    """Return the first halves of keys as numbers: enough to tell a million texts apart but for 1 in 40 million."""
    heads: NDArray[np.uint64] = np.ascontiguousarray(keys).view(np.uint64)[::2]
    return heads


class VectorCache:
    """The vectors of one encoder, by key; keys are found by bisection, half a million in a moment."""

    def __init__(self, folder: Path, fingerprint: str, dimension: int, width: int | None = None) -> None:
        """Open the vectors of an encoder; those of other encoders are removed when `keep` is called.

        Args:
            folder: Where the vectors of all encoders are; made where it does not exist.
            fingerprint: Tells encoders apart: another one gives other vectors.
            dimension: Length of a vector.
            width: Length of a row: what is behind the vector are whole numbers below 256; None for vectors alone.

        Raises:
            OSError: The folder cannot be read or written.
        """
        self._all = folder
        self._folder = folder / fingerprint
        self._folder.mkdir(parents=True, exist_ok=True)
        self._dimension, self._width = dimension, width or dimension
        codes = ("codes", np.uint8, (self._width - dimension,))
        vector = ("vector", np.float16, (dimension,))
        self._type = np.dtype([("key", f"V{_KEY_BYTES}"), vector, *([codes] if width != dimension and width else [])])
        self._chunks: dict[str, NDArray[np.void]] = {}
        self._index: tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32]] | None = None
        paths = sorted(self._folder.iterdir())
        with ThreadPoolExecutor() as threads:
            sums = list(threads.map(checksum, paths))
        for path, found in zip(paths, sums, strict=True):
            if path.suffix == TEMPORARY or found[:_NAME] != path.stem:
                path.unlink()
            else:
                self._open(path)

    def has(self, keys: Keys) -> NDArray[np.bool_]:
        """Return which of the keys are kept, shape (len(keys),)."""
        heads, _, _ = self._indexed()
        wanted = _heads(keys)
        places = np.searchsorted(heads, wanted)
        return np.append(heads, 0)[places] == wanted if len(heads) else np.zeros(len(keys), bool)

    def add(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep rows, shape (len(keys), width); when this returns, they survive a power cut.

        Raises:
            OSError: They cannot be written.
        """
        chunk = np.empty(len(keys), self._type)
        chunk["key"] = as_keys(keys)
        chunk["vector"] = vectors[:, : self._dimension]
        if self._width > self._dimension:
            chunk["codes"] = vectors[:, self._dimension :]
        self._write(chunk)

    def take(self, keys: Keys) -> Halves:
        """Return the rows of keys that are all kept, shape (len(keys), width), as they were added."""
        taken = np.empty((len(keys), self._width), np.float16)
        for name, places, rows in self._grouped(keys):
            taken[places, : self._dimension] = self._chunks[name]["vector"][rows]
            if self._width > self._dimension:
                taken[places, self._dimension :] = self._chunks[name]["codes"][rows]
        return taken

    def keep(self, keys: Keys) -> None:
        """Forget all other keys and encoders as far as that frees much, and merge small chunks.

        Raises:
            OSError: The folder cannot be written.
        """
        used = {name: np.unique(rows) for name, _, rows in self._grouped(keys)}
        small = [name for name, chunk in self._chunks.items() if len(chunk) < _LARGE]
        merged = set(small if len(small) > _MOST_SMALL else ())
        merged |= {name for name, chunk in self._chunks.items() if len(used.get(name, ())) < len(chunk) / 2}
        rows = [self._chunks[name][used[name]] for name in sorted(merged) if name in used]
        together = np.concatenate(rows) if rows else np.empty(0, self._type)
        written = {self._write(together[start : start + _LARGE]) for start in range(0, len(together), _LARGE)}
        for name in merged - written:
            del self._chunks[name]
            (self._folder / f"{name}.npy").unlink()
        self._index = None
        for other in self._all.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def _grouped(self, keys: Keys) -> list[tuple[str, NDArray[np.int64], NDArray[np.int32]]]:
        """Return for each chunk which of the keys it holds: name, places among the keys, rows in the chunk."""
        if not len(keys):
            return []
        heads, chunks, rows = self._indexed()
        found = np.searchsorted(heads, _heads(keys))
        of = chunks[found]
        order = np.argsort(of, kind="stable")
        ends = np.cumsum(np.bincount(of, minlength=len(self._chunks)))[:-1]
        places = np.split(order, ends)
        return [(name, mine, rows[found[mine]]) for name, mine in zip(self._chunks, places, strict=True) if len(mine)]

    def _indexed(self) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32]]:
        """Return all keys that are kept, ascending, with the number of the chunk and the row of each."""
        if self._index is None:
            heads = [_heads(chunk["key"]) for chunk in self._chunks.values()]
            sizes = [len(chunk) for chunk in heads]
            together = np.concatenate([np.zeros(0, np.uint64), *heads])
            rows = np.concatenate([np.zeros(0, np.int32), *(np.arange(size, dtype=np.int32) for size in sizes)])
            order = np.argsort(together, kind="stable")
            chunks = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
            self._index = together[order], chunks[order], rows[order]
        return self._index

    def _write(self, chunk: NDArray[np.void]) -> str:
        content = BytesIO()
        np.save(content, chunk)
        path = self._folder / f"{hashlib.sha256(content.getbuffer()).hexdigest()[:_NAME]}.npy"
        write_file(path, lambda stream: stream.write(content.getbuffer()))
        self._open(path)
        return path.stem

    def _open(self, path: Path) -> None:
        chunk = np.load(path, mmap_mode="r", allow_pickle=False)
        if chunk.dtype != self._type:
            path.unlink()
            return
        self._chunks[path.stem] = chunk
        self._index = None
