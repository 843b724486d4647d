"""Documents into an index: passages, windows, vectors, lexical index, store, manifest; then one switch.

What a document gives by itself is taken over from the live build where the document did not change (`rag.earlier`),
and no text is embedded twice, in this build or an earlier one, finished or killed (`embeddings.cache`). What depends
on the whole corpus is made anew, so that the index equals that of a first build.
"""

import dataclasses
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.cache import Keys, VectorCache, as_keys, key_of
from embeddings.dense import DenseIndex, index_kind
from embeddings.encoder import Encoder, Vectors
from embeddings.folder import VECTORS, building, keep, publish
from embeddings.late import TokenIndex
from embeddings.lexical import LexicalIndex
from embeddings.shipped import shipped_version
from rag.corpus import Chunk, Corpus, Documents, Engine, Here, read_corpus
from rag.earlier import KEYS_FILE, Earlier, earlier_build, recipe_of
from rag.errors import DocumentsError
from rag.offtopic import DIRECTION_FILE, direction, examples
from rag.progress import Stage, Tell, tell_nobody
from rag.store import FILE, write_store

_CHUNK = 256
"""Texts that are embedded and put on the disk at a time; what a killed build loses at the most."""

_QUERIES = 2000
"""Vragen of the corpus whose mean as questions is taken."""


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


def build_index(
    documents: Documents,
    index: Path,
    encoder: Encoder,
    *,
    ann: bool | None = None,
    tell: Tell = tell_nobody,
    engine: Engine | None = None,
) -> BuildReport:
    """Build an index over documents and make it the live one.

    Args:
        documents: At least one Kamervraag; as `Line`, it is only parsed if the live build does not hold it.
        index: The index folder; made where it does not exist.
        encoder: Its name and fingerprint are kept in the manifest.
        ann: Whether a question looks into the nearest cells of vectors only; None for where they are very many.
        tell: Told how far it is.
        engine: Who prepares and embeds the documents; None for this process.

    Raises:
        DocumentsError: There are no documents, or an id occurs twice.
        IndexFolderError: Another build is writing the folder, or it cannot be written.
    """
    start = time.monotonic()
    engine = engine or Here()
    if not isinstance(documents, Path):
        documents = list(documents)
        if not documents:
            raise DocumentsError("There are no documents to build an index from; give at least one Kamervraag.")
    with building(index) as folder:
        cache = VectorCache(index / VECTORS, encoder.fingerprint, encoder.dimension, encoder.width)
        earlier = earlier_build(index, encoder, cache)
        corpus = read_corpus(engine.prepared(documents, earlier, encoder), earlier)
        new = _embed(corpus.fresh, cache, encoder, engine, tell)
        kind = index_kind(len(corpus.windows), ann)
        unchanged = (corpus.digest, kind) == (earlier.digest, earlier.kind)
        written = None if unchanged else _write(folder, corpus, earlier, cache, encoder, kind)
        taken, windows, owners = np.concatenate(corpus.taken), corpus.windows, corpus.owners
        fresh = np.flatnonzero(taken[owners] < 0)
        embedded = len(np.unique(owners[fresh[np.isin(windows[fresh], as_keys(new))]]))
        removed = earlier.ids_but(taken[taken >= 0]) - {item.id for entry in corpus.stored for item in entry.passages}
        seconds = time.monotonic() - start
        report = BuildReport(
            documents=corpus.documents,
            passages=corpus.rows,
            windows=len(windows),
            embedded=embedded,
            reused=corpus.rows - embedded,
            removed=len(removed),
            seconds=round(seconds, 2),
            passages_per_second=round(corpus.rows / seconds, 2),
            build="",
        )
        if written is None:
            return dataclasses.replace(report, build=keep(index, dataclasses.asdict(report)))
        used, vectors = written
        facts = _facts(corpus, encoder) | {"vectors": {"index": kind, **vectors}}
        build = publish(index, folder, facts, dataclasses.asdict(report))
        cache.keep(used)
    return dataclasses.replace(report, build=build)


def _facts(corpus: Corpus, encoder: Encoder) -> dict[str, object]:
    return {
        "encoder": encoder.name,
        "encoder_fingerprint": encoder.fingerprint,
        "encoder_version": shipped_version(encoder.name),
        "recipe": recipe_of(encoder),
        "dimension": encoder.dimension,
        "documents": corpus.documents,
        "passages": corpus.rows,
        "windows": len(corpus.windows),
        "documents_sha256": corpus.digest,
    }


def _embed(fresh: Chunk, cache: VectorCache, encoder: Encoder, engine: Engine, tell: Tell) -> set[bytes]:
    """Embed what the cache does not hold, each text once, longest first; return the keys that were new."""
    kept = cache.has(as_keys(fresh)).tolist()
    missing = {key: window for (key, window), known in zip(fresh.items(), kept, strict=True) if not known}
    order = sorted(missing, key=lambda key: (-len(missing[key]), key))
    stage = Stage("embedding", len(order), tell)
    parts = [order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK)]
    new = set[bytes]()
    for part in engine.vectors([{key: missing[key] for key in keys} for keys in parts], encoder):
        cache.add(part.keys, part.vectors)
        stage.add(len(part.keys))
        new |= set(part.keys if part.anew else ())
    return new


def _write(
    folder: Path, corpus: Corpus, earlier: Earlier, cache: VectorCache, encoder: Encoder, kind: str
) -> tuple[Keys, dict[str, object]]:
    """Write all files of the build; return the keys of the vectors that it stands on, and how those are indexed."""
    before = None if earlier.store is None else earlier.store.path
    with ThreadPoolExecutor(1) as aside:
        stored = aside.submit(write_store, folder / FILE, corpus.stored, before)
        questions = _questions(corpus, earlier)
        queries, asked = _queries(questions, cache, encoder)
        off, on = examples()
        vectors, shown = _queries([*off, *on], cache, encoder)
        windows = corpus.windows
        np.save(folder / KEYS_FILE, windows)
        rows = cache.take(windows)
        dense = DenseIndex.build(rows[:, : encoder.dimension], corpus.owners, queries, encoder, kind)
        dense.save(folder)
        TokenIndex(rows[:, encoder.dimension :].astype(np.uint8)).save(folder)
        vectors = dense.centre_query(vectors)
        np.save(folder / DIRECTION_FILE, direction(vectors[: len(off)], vectors[len(off) :]))
        taken, fresh = np.concatenate(corpus.taken), LexicalIndex.build(corpus.texts)
        (fresh.over(earlier.lexical, taken) if bool((taken >= 0).any()) else fresh).save(folder)
        stored.result()
    return np.concatenate([windows, asked, shown]), dense.settings


def _questions(corpus: Corpus, earlier: Earlier) -> list[str]:
    """Return the first vragen of the corpus."""
    questions: list[str] = []
    for document in corpus.stored:
        passages = document.passages
        if document.taken is not None and earlier.store is not None:
            passages = earlier.store.passages(range(*earlier.rows[document.taken : document.taken + 2].tolist()))
        questions += [passage.question for passage in passages if passage.question]
        if len(questions) >= _QUERIES:
            break
    return questions[:_QUERIES]


def _queries(texts: Sequence[str], cache: VectorCache, encoder: Encoder) -> tuple[Vectors, Keys]:
    """Return vectors of questions, shape (len(texts), dimension), and their keys; embed those that are new."""
    wanted = [key_of(f"query\0{text}") for text in texts]
    keys = as_keys(wanted)
    kept = cache.has(keys).tolist()
    missing = {key: text for key, text, known in zip(wanted, texts, kept, strict=True) if not known}
    if missing:
        vectors = encoder.encode_queries(list(missing.values()))
        cache.add(list(missing), np.pad(vectors, ((0, 0), (0, encoder.width - encoder.dimension))))
    return cache.take(keys)[:, : encoder.dimension].astype(np.float32), keys
