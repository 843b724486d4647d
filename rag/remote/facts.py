"""What a program needs of an index in Milvus besides rows: manifest, means, background, words, totals.

The *frame* is written before the first row: it says by what the rows were made, and holds means and length that they
were centred and weighed with. The *manifest* is written last; a build without one is unfinished.
"""

import base64
import hashlib
import io
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.errors import IndexFolderError
from embeddings.means import Centring
from embeddings.milvus import Milvus
from rag.remote.layout import FORMAT, fact_row, key_of

_LETTERS, _TEXTS = 60_000, 32
"""Of base64 that are one value, and values that are one row."""

_FRAME, _MANIFEST = "frame", "manifest"
_DRIFT, _LONGER = 0.002, 0.005
"""How far the mean passage, and by what share the mean length, may move before rows made with the old are made anew.
A score moves by less than a fiftieth of its standard deviation."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Frame(Centring):
    """What rows were made with.

    Attributes:
        encoder: Fingerprint of the encoder.
        nearest: How vectors are indexed.
        means: shape (2, dimension): mean query and mean passage.
        length: Terms of a passage, on average.
    """

    encoder: str
    nearest: str
    means: Vectors
    length: float

    def holds_for(self, other: "Frame") -> bool:
        """Whether rows made with this one are as good as rows made with another."""
        return (
            (self.encoder, self.nearest, self.means.shape) == (other.encoder, other.nearest, other.means.shape)
            and float(np.linalg.norm(self.means[1] - other.means[1])) <= _DRIFT
            and abs(self.length - other.length) <= _LONGER * other.length
        )


def write_frame(milvus: Milvus, collection: str, frame: Frame) -> None:
    """Write the frame of an empty build."""
    facts = {"format": FORMAT, "encoder": frame.encoder, "nearest": frame.nearest, "length": frame.length}
    rows, _ = _packed(_FRAME, frame.means)
    milvus.upsert(collection, [fact_row(_FRAME, -1, [json.dumps(facts)]), *rows])


def read_frame(milvus: Milvus, collection: str) -> Frame | None:
    """Return the frame of a build; None where it has none, or one of another version."""
    found = milvus.get(collection, [key_of("fact", _FRAME, -1)], ["text"])
    if not found:
        return None
    facts = json.loads("".join(next(iter(found.values()))["text"]))
    if facts["format"] != FORMAT:
        return None
    row = milvus.get(collection, [key_of("fact", _FRAME, 0)], ["text"])
    means = _unpacked("".join(next(iter(row.values()))["text"]))
    return Frame(facts["encoder"], facts["nearest"], means, float(facts["length"]))


def write_facts(milvus: Milvus, collection: str, manifest: Mapping[str, Any], arrays: Arrays) -> None:
    """Write all else, the manifest last: with it the build is finished."""
    parts = {}
    for name, array in arrays.items():
        rows, digest = _packed(name, array)
        for row in rows:
            milvus.upsert(collection, [row])
        parts[name] = [len(rows), digest]
    milvus.flush(collection)
    text = base64.b64encode(zlib.compress(json.dumps({**manifest, "remote": FORMAT, "parts": parts}).encode())).decode()
    pieces = [text[start : start + _LETTERS] for start in range(0, len(text), _LETTERS)]
    milvus.upsert(collection, [fact_row(_MANIFEST, 0, pieces)])
    milvus.flush(collection)


def unfinish(milvus: Milvus, collection: str) -> None:
    """Take the manifest away, before rows are changed."""
    milvus.delete(collection, "key", [key_of("fact", _MANIFEST, 0)])


def read_manifest(milvus: Milvus, collection: str) -> dict[str, Any] | None:
    """Return the manifest; None for an unfinished build."""
    found = milvus.get(collection, [key_of("fact", _MANIFEST, 0)], ["text"])
    if not found:
        return None
    text = "".join(next(iter(found.values()))["text"])
    manifest: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text)))
    return manifest


def read_arrays(milvus: Milvus, collection: str, manifest: Mapping[str, Any]) -> Arrays:
    """Return what `write_facts` wrote.

    Raises:
        IndexFolderError: A part is missing or damaged.
    """
    arrays = {}
    for name, (count, digest) in manifest["parts"].items():
        texts: list[str] = []
        for part in range(count):
            key = key_of("fact", name, part)
            texts += milvus.get(collection, [key], ["text"]).get(key, {"text": ()})["text"]
        whole = "".join(texts)
        if hashlib.sha256(whole.encode()).hexdigest() != digest:
            raise IndexFolderError(f"The collection {collection} is damaged ({name}); rebuild it.")
        arrays[name] = _unpacked(whole)
    return arrays


def _packed(name: str, array: NDArray[Any]) -> tuple[list[dict[str, Any]], str]:
    """Return the rows of an array, and the checksum of their text."""
    content = io.BytesIO()
    np.save(content, array, allow_pickle=False)
    text = base64.b64encode(zlib.compress(content.getvalue(), 1)).decode()
    texts: Sequence[str] = [text[start : start + _LETTERS] for start in range(0, len(text), _LETTERS)]
    rows = [fact_row(name, place, texts[first : first + _TEXTS]) for place, first in _runs(len(texts))]
    return rows, hashlib.sha256(text.encode()).hexdigest()


def _runs(count: int) -> list[tuple[int, int]]:
    return list(enumerate(range(0, count, _TEXTS)))


def _unpacked(text: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(io.BytesIO(zlib.decompress(base64.b64decode(text))), allow_pickle=False)
    return array
