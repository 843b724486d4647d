"""Vectors by text, kept beside the builds: what a build need not embed again, and where a killed build goes on.

Each chunk of vectors is one file, on the disk as soon as it is made and named by its own checksum, so that a damaged
one is seen and only its texts are embedded again. Vectors are kept as the encoder gives them (before any mean is
subtracted) in half precision; a build reads all of its vectors from here, new or old, and so gives the same index
either way.
"""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.durable import TEMPORARY, checksum, write_file
from embeddings.encoder import Vectors

Halves = NDArray[np.float16]
_KEY_BYTES = 16
_NAME = 32
"""Letters of the checksum that name a file."""

_LARGE = 65_536
"""Rows of a chunk that is not merged any more."""

_MOST_SMALL = 8


def key_of(text: str) -> bytes:
    """Return the key under which the vector of a text is kept, 16 bytes."""
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()


class VectorCache:
    """The vectors of one encoder, by key."""

    def __init__(self, folder: Path, fingerprint: str, dimension: int) -> None:
        """Open the vectors of an encoder; those of other encoders are removed when `keep` is called.

        Args:
            folder: Where the vectors of all encoders are; made where it does not exist.
            fingerprint: Tells encoders apart: another one gives other vectors.
            dimension: Length of a vector.

        Raises:
            OSError: The folder cannot be read or written.
        """
        self._all = folder
        self._folder = folder / fingerprint
        self._folder.mkdir(parents=True, exist_ok=True)
        self._type = np.dtype([("key", f"V{_KEY_BYTES}"), ("vector", np.float16, (dimension,))])
        self._chunks: dict[str, NDArray[np.void]] = {}
        self._places: dict[bytes, tuple[str, int]] = {}
        for path in sorted(self._folder.iterdir()):
            if path.suffix == TEMPORARY or checksum(path)[:_NAME] != path.stem:
                path.unlink()
            else:
                self._open(path)

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def add(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep vectors, shape (len(keys), dimension); when this returns, they survive a power cut.

        Raises:
            OSError: They cannot be written.
        """
        chunk = np.empty(len(keys), self._type)
        chunk["key"] = np.frombuffer(b"".join(keys), f"V{_KEY_BYTES}")
        chunk["vector"] = vectors
        self._write(chunk)

    def take(self, keys: Sequence[bytes]) -> Halves:
        """Return the vectors of keys that are all kept, shape (len(keys), dimension), as they were added."""
        taken = np.empty((len(keys), self._type["vector"].shape[0]), np.float16)
        for name, pairs in self._grouped(keys).items():
            taken[[place for place, _ in pairs]] = self._chunks[name]["vector"][[row for _, row in pairs]]
        return taken

    def keep(self, keys: Iterable[bytes]) -> None:
        """Forget all other keys and encoders as far as that frees much, and merge small chunks.

        Raises:
            OSError: The folder cannot be written.
        """
        used = self._grouped(list(dict.fromkeys(keys)))
        small = [name for name, chunk in self._chunks.items() if len(chunk) < _LARGE]
        merged = set(small if len(small) > _MOST_SMALL else ())
        merged |= {name for name, chunk in self._chunks.items() if len(used.get(name, ())) < len(chunk) / 2}
        rows = [self._chunks[name][[row for _, row in used[name]]] for name in merged if name in used]
        together = np.concatenate(rows) if rows else np.empty(0, self._type)
        written = {self._write(together[start : start + _LARGE]) for start in range(0, len(together), _LARGE)}
        for name in merged - written:
            del self._chunks[name]
            (self._folder / f"{name}.npy").unlink()
        self._places = {key: place for key, place in self._places.items() if place[0] in self._chunks}
        for other in self._all.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def _grouped(self, keys: Sequence[bytes]) -> dict[str, list[tuple[int, int]]]:
        """Return for each chunk which of the keys it holds: place among the keys, and row in the chunk."""
        groups: dict[str, list[tuple[int, int]]] = {name: [] for name in self._chunks}
        for place, key in enumerate(keys):
            name, row = self._places[key]
            groups[name].append((place, row))
        return {name: pairs for name, pairs in groups.items() if pairs}

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
        keys = chunk["key"].tobytes()
        for row in range(len(chunk)):
            self._places[keys[row * _KEY_BYTES : (row + 1) * _KEY_BYTES]] = (path.stem, row)
