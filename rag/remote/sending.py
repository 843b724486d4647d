"""A build of an index folder into Milvus: what changed is sent, then one alias is switched.

Two builds are kept, as in a folder: the live one and the one before. A new build takes the collections of the one
before, or what a killed build left, and changes them to what they should be, document by document; so from the third
build on only what changed since is sent. The live collections are never touched. A document's row is deleted before
its windows are and written after them, so that a build that died goes on where it was.
"""

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.cache import VectorCache
from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder, Vectors
from embeddings.errors import IndexFolderError
from embeddings.folder import VECTORS, open_build
from embeddings.late import Codes
from embeddings.lexical import LexicalIndex
from embeddings.milvus import Milvus
from embeddings.vocabulary import Vocabulary, sampled
from rag.earlier import KEYS_FILE
from rag.filters import Filters
from rag.offtopic import DIRECTION_FILE
from rag.passages import embedded_text
from rag.progress import Stage, Tell, tell_nobody
from rag.records import Passage
from rag.remote.address import Address
from rag.remote.facts import Arrays, Frame, read_frame, read_manifest, unfinish, write_facts, write_frame
from rag.remote.layout import Names, columns, document_key, document_row, window_rows
from rag.store import FILE, PassageStore

_DOCUMENTS = 64
"""Documents that are deleted or written together."""

_FACETS = ("asker", "party", "answerer", "role", "topic")


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was sent.

    Attributes:
        collection: That the alias names now.
        sent: Documents that were new or changed.
        deleted: Documents that are gone, or were there in another form.
        kept: Documents that were there already.
        seconds: From first to last.
    """

    collection: str
    sent: int
    deleted: int
    kept: int
    seconds: float


@dataclass(frozen=True)
class _Local:
    """The build to be sent: its parts, as they are on the disk."""

    manifest: dict[str, Any]
    store: PassageStore
    outline: list[tuple[str, bytes, int]]
    dense: DenseIndex
    lexical: LexicalIndex
    cache: VectorCache
    keys: NDArray[np.void]
    off_topic: Vectors
    encoder: Encoder

    @classmethod
    def open(cls, index: Path, encoder: Encoder) -> "_Local":
        folder, manifest = open_build(index)
        cache = VectorCache(index / VECTORS, encoder.fingerprint, encoder.dimension, encoder.width)
        keys = np.load(folder / KEYS_FILE, allow_pickle=False)
        if not cache.has(keys).all():
            raise IndexFolderError(f"The vectors of the index in {index} are not all there; rebuild it.")
        store, dense, lexical = PassageStore(folder / FILE), DenseIndex.open(folder), LexicalIndex.open(folder)
        off_topic = np.load(folder / DIRECTION_FILE, allow_pickle=False)
        return cls(manifest, store, store.outline(), dense, lexical, cache, keys, off_topic, encoder)

    @property
    def frame(self) -> Frame:
        """What rows of this build are made with, where none were before."""
        nearest = "HNSW" if str(self.manifest["vectors"]["index"]).startswith("IVF") else "FLAT"
        length = float(self.lexical.postings.lengths.mean())
        return Frame(self.encoder.fingerprint, nearest, self.dense.means, length)

    def facts(self, frame: Frame) -> Arrays:
        """Return the arrays that are kept beside the rows."""
        rows = sampled(self.store.count)
        words = Vocabulary.of(self.lexical, [embedded_text(item) for item in self.store.passages(rows)], frame.length)
        background = self.dense.background(self.encoder.default_background)
        return {**words.arrays(), "background": background, "off_topic": self.off_topic}


def push(index: Path, address: Address, encoder: Encoder, tell: Tell = tell_nobody) -> Pushed:
    """Make Milvus hold the live build of a folder, and make it the live one there.

    Args:
        index: The index folder.
        address: Where to.
        encoder: What made it.
        tell: Told how far it is, in documents.

    Raises:
        UnreachableError: The database does not answer, or not any more; the live index there is as it was.
        IndexFolderError: The folder or the database cannot be used.
    """
    start = time.monotonic()
    local, milvus = _Local.open(index, encoder), address.connect()
    names, live = Names.of(address.name, str(local.manifest["build"])), milvus.aliased(address.name)
    if live == names.windows and read_manifest(milvus, names.facts) is not None:
        return Pushed(names.windows, 0, 0, len(local.outline), round(time.monotonic() - start, 2))
    frame = _prepared(milvus, address, names, local)
    there = {row["key"]: row["digest"] for row in milvus.scan(names.documents, ["digest"], fresh=True)}
    wanted = {document_key(name): _digest(digest, local) for name, digest, _ in local.outline}
    stale = [key for key, digest in there.items() if wanted.get(key) != digest]
    _delete(milvus, names, stale)
    missing = [number for number, (key, digest) in enumerate(wanted.items()) if there.get(key) != digest]
    _send(milvus, names, local, frame, missing, tell)
    _finish(milvus, address, names, local, frame)
    return Pushed(
        names.windows, len(missing), len(stale), len(wanted) - len(missing), round(time.monotonic() - start, 2)
    )


def _prepared(milvus: Milvus, address: Address, names: Names, local: _Local) -> Frame:
    """Make the collections of the new build be there, with as much in them as will do; return what made their rows."""
    new, live = local.frame, milvus.aliased(address.name)
    for old in _versions(milvus, address, live):
        frame = read_frame(milvus, old.facts) if set(old.all) <= set(milvus.collections()) else None
        if frame is not None and frame.holds_for(new):
            unfinish(milvus, old.facts)
            for before, after in zip(old.all, names.all, strict=True):
                if before != after:
                    milvus.rename(before, after)
            return Frame(frame.encoder, frame.nearest, np.stack([new.means[0], frame.means[1]]), frame.length)
        _drop(milvus, old)
    for name, parts in zip(names.all, columns(local.encoder.dimension, new.nearest), strict=True):
        milvus.create(name, parts)
    write_frame(milvus, names.facts, new)
    return new


def _versions(milvus: Milvus, address: Address, live: str | None) -> list[Names]:
    """Return the builds of an index that are not live, also those of which a part is missing."""
    form = re.compile(rf"({re.escape(address.name)}_v[0-9a-f]+)(_documents|_facts)?")
    found = {match[1] for match in map(form.fullmatch, milvus.collections()) if match}
    return [Names(name) for name in sorted(found - {live})]


def _drop(milvus: Milvus, names: Names) -> None:
    there = set(milvus.collections())
    for name in names.all:
        if name in there:
            milvus.drop(name)


def _digest(digest: bytes, local: _Local) -> str:
    """Return what tells rows of a document from others: its line, and what cut and read it."""
    return hashlib.sha256(digest + str(local.manifest["recipe"]).encode()).hexdigest()[:32]


def _delete(milvus: Milvus, names: Names, documents: Sequence[int]) -> None:
    for start in range(0, len(documents), _DOCUMENTS):
        part = documents[start : start + _DOCUMENTS]
        milvus.delete(names.documents, "key", part)
        milvus.delete(names.windows, "document", part)


def _send(milvus: Milvus, names: Names, local: _Local, frame: Frame, numbers: Sequence[int], tell: Tell) -> None:
    """Send documents, by their place in the build."""
    stage = Stage("sending", len(numbers), tell)
    for start in range(0, len(numbers), _DOCUMENTS):
        part = numbers[start : start + _DOCUMENTS]
        windows: list[dict[str, Any]] = []
        documents = []
        for passages, digest, parts in _documents(local, frame, part):
            for item, (vectors, codes) in zip(passages, parts, strict=True):
                windows += window_rows(item, vectors, codes, frame.length)
            documents.append(document_row(passages, digest))
        milvus.upsert(names.windows, windows)
        milvus.upsert(names.documents, documents)
        stage.add(len(part))


def _documents(
    local: _Local, frame: Frame, numbers: Sequence[int]
) -> Iterator[tuple[list[Passage], str, list[tuple[Vectors, Codes]]]]:
    """Yield of documents the passages, the digest, and of each passage the vectors and the codes of their tokens."""
    firsts = np.concatenate([[0], np.cumsum([count for _, _, count in local.outline])])
    windows = np.searchsorted(local.dense.owners, np.arange(local.store.count + 1))
    for number in numbers:
        rows = range(int(firsts[number]), int(firsts[number + 1]))
        first, end = int(windows[rows.start]), int(windows[rows.stop])
        taken, dimension = local.cache.take(local.keys[first:end]), local.encoder.dimension
        centred = frame.centre_passage(taken[:, :dimension].astype(np.float32))
        halves = centred.astype(np.float16).astype(np.float32)  # as they are kept in a folder
        cuts = [int(windows[row]) - first for row in rows[1:]]
        parts = zip(np.split(halves, cuts), np.split(taken[:, dimension:].astype(np.uint8), cuts), strict=True)
        yield local.store.passages(rows), _digest(local.outline[number][1], local), list(parts)


def _finish(milvus: Milvus, address: Address, names: Names, local: _Local, frame: Frame) -> None:
    """Write the facts, see that all is there, switch, and remove what is neither live nor the one before."""
    for name in names.all:
        milvus.flush(name)
    found, wanted = milvus.count(names.windows), len(local.keys)
    if found != wanted:
        raise IndexFolderError(
            f"The collection {names.windows} holds {found} rows, not {wanted}; another build may be writing it. "
            f"The live index is as it was: drop that collection and run the same build again."
        )
    write_frame(milvus, names.facts, frame)
    totals = {kind: local.store.values(kind) for kind in _FACETS}
    totals["ministry"] = local.store.counts("ministry", Filters())
    write_facts(milvus, names.facts, {**local.manifest, "totals": totals, "made": time.time()}, local.facts(frame))
    before = milvus.aliased(address.name)
    milvus.point(address.name, names.windows)
    for old in _versions(milvus, address, names.windows):
        if old.windows != before:
            _drop(milvus, old)
