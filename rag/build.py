"""Documents into an index: passages, windows, vectors, lexical index, store, manifest; then one switch.

A text that was embedded before, in this build or an earlier one, finished or killed, is not embedded again
(`embeddings.cache`); all else is made anew, so that the index equals that of a first build.
"""

import dataclasses
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.cache import VectorCache, key_of
from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder
from embeddings.errors import IndexFolderError
from embeddings.folder import VECTORS, building, live_build, publish
from embeddings.lexical import LexicalIndex
from rag.documents import dump_document
from rag.errors import DocumentsError
from rag.offtopic import PROTOTYPES, VECTORS_FILE
from rag.passages import embedded_text, passages_of, windows_of
from rag.progress import Stage, Tell, tell_nobody
from rag.records import Kamervraag, Passage
from rag.store import FILE, PassageStore, write_store

_CHUNK = 256
"""Texts that are embedded and put on the disk at a time; what a killed build loses at the most."""

_QUERIES = 2000


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        documents: In the index.
        passages: In the index.
        windows: Pieces of passages that vectors stand for.
        embedded: Passages of which a text had to be embedded.
        reused: The other passages: all their vectors were there.
        removed: Passages of the live build that are no longer in the documents.
        seconds: From first to last.
        passages_per_second: `passages` by `seconds`.
        build: The id of the build, which is now live.
    """

    documents: int
    passages: int
    windows: int
    embedded: int
    reused: int
    removed: int
    seconds: float
    passages_per_second: float
    build: str


@dataclass(frozen=True, slots=True)
class _Corpus:
    """Documents read: their passages, their count, and the hash of their lines."""

    passages: list[Passage]
    documents: int
    digest: str


def build_index(
    documents: Iterable[Kamervraag], index: Path, encoder: Encoder, *, tell: Tell = tell_nobody
) -> BuildReport:
    """Build an index over documents and make it the live one.

    Args:
        documents: At least one Kamervraag.
        index: The index folder; made where it does not exist.
        encoder: Its name and fingerprint are kept in the manifest.
        tell: Told how far it is.

    Raises:
        DocumentsError: There are no documents.
        IndexFolderError: Another build is writing the folder, or it cannot be written.
    """
    start = time.monotonic()
    corpus = _read(documents)
    with building(index) as folder:
        windows, owners = _windows(corpus.passages, encoder)
        keys = [key_of(window) for window in windows]
        cache = VectorCache(index / VECTORS, encoder.fingerprint, encoder.dimension)
        new = _embed(windows, keys, cache, encoder, tell)
        embedded = len({owner for owner, key in zip(owners, keys, strict=True) if key in new})
        questions = [passage.question for passage in corpus.passages if passage.question]
        queries = encoder.encode_queries(questions[:_QUERIES])
        np.save(folder / VECTORS_FILE, encoder.encode_queries(PROTOTYPES))
        DenseIndex.build(cache.take(keys), np.array(owners, np.int64), queries, encoder).save(folder)
        LexicalIndex.build(embedded_text(passage) for passage in corpus.passages).save(folder)
        write_store(folder / FILE, corpus.passages)
        removed = len(_live_ids(index) - {passage.id for passage in corpus.passages})
        facts = {
            "encoder": encoder.name,
            "encoder_fingerprint": encoder.fingerprint,
            "dimension": encoder.dimension,
            "documents": corpus.documents,
            "passages": len(corpus.passages),
            "windows": len(windows),
            "documents_sha256": corpus.digest,
        }
        seconds = time.monotonic() - start
        report = BuildReport(
            documents=corpus.documents,
            passages=len(corpus.passages),
            windows=len(windows),
            embedded=embedded,
            reused=len(corpus.passages) - embedded,
            removed=removed,
            seconds=round(seconds, 2),
            passages_per_second=round(len(corpus.passages) / seconds, 2),
            build="",
        )
        build = publish(index, folder, facts, dataclasses.asdict(report))
        cache.keep(keys)
    return dataclasses.replace(report, build=build)


def _read(documents: Iterable[Kamervraag]) -> _Corpus:
    digest = hashlib.sha256()
    passages: list[Passage] = []
    count = 0
    for document in documents:
        digest.update(dump_document(document).encode() + b"\n")
        passages.extend(passages_of(document))
        count += 1
    if not passages:
        raise DocumentsError("There are no documents to build an index from; give at least one Kamervraag.")
    return _Corpus(passages, count, digest.hexdigest())


def _windows(passages: list[Passage], encoder: Encoder) -> tuple[list[str], list[int]]:
    windows: list[str] = []
    owners: list[int] = []
    for row, passage in enumerate(passages):
        cut = windows_of(passage, encoder.max_tokens, encoder.count_tokens)
        windows.extend(cut)
        owners.extend([row] * len(cut))
    return windows, owners


def _embed(windows: list[str], keys: list[bytes], cache: VectorCache, encoder: Encoder, tell: Tell) -> set[bytes]:
    """Embed what the cache does not hold, each text once, longest first; return the keys that were new."""
    missing = {key: window for key, window in zip(keys, windows, strict=True) if key not in cache}
    order = sorted(missing, key=lambda key: (-len(missing[key]), key))
    stage = Stage("embedding", len(order), tell)
    for start in range(0, len(order), _CHUNK):
        chunk = order[start : start + _CHUNK]
        cache.add(chunk, encoder.encode_passages([missing[key] for key in chunk]))
        stage.add(len(chunk))
    return set(order)


def _live_ids(index: Path) -> set[str]:
    """Return the ids of the passages of the live build; none where there is none, or it cannot be read."""
    folder = live_build(index)
    if folder is None:
        return set()
    try:
        store = PassageStore(folder / FILE)
    except IndexFolderError:
        return set()
    try:
        return store.ids()
    finally:
        store.close()
