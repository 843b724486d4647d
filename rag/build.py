"""Documents into an index: passages, windows, vectors, lexical index, store, manifest; then one switch.

What a document gives by itself is taken over from the live build where the document did not change (`rag.earlier`),
and no text is embedded twice, in this build or an earlier one, finished or killed (`embeddings.cache`). What depends
on the whole corpus is made anew, so that the index equals that of a first build.
"""

import dataclasses
import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.cache import VectorCache, key_of
from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder, Vectors
from embeddings.folder import VECTORS, building, keep, publish
from embeddings.lexical import LexicalIndex
from embeddings.shipped import shipped_version
from rag.documents import Line, digest_of, dump_document
from rag.earlier import KEYS_FILE, Earlier, earlier_build, key_list, recipe_of
from rag.errors import DocumentsError
from rag.offtopic import DIRECTION_FILE, direction, examples
from rag.passages import embedded_text, passages_of, windows_of
from rag.progress import Stage, Tell, tell_nobody
from rag.records import Kamervraag, Passage
from rag.store import FILE, Stored, write_store

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


@dataclass(slots=True)
class _Corpus:
    """Documents read: what is taken over, and what is new.

    Attributes:
        stored: Of each document with passages.
        taken: The earlier row of each row; -1 for a new one.
        windows: Keys of all windows in order.
        owners: The row of each window.
        texts: Of new passages: what the lexical index holds.
        fresh: Text by key, of the windows of new passages.
        documents: How many there are, those without passages included.
        digest: Hash over all their lines.
    """

    stored: list[Stored] = field(default_factory=list)
    taken: list[NDArray[np.int64]] = field(default_factory=list)
    windows: list[bytes] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fresh: dict[bytes, str] = field(default_factory=dict)
    documents: int = 0
    rows: int = 0
    digest: str = ""


def build_index(
    documents: Iterable[Kamervraag | Line], index: Path, encoder: Encoder, *, tell: Tell = tell_nobody
) -> BuildReport:
    """Build an index over documents and make it the live one.

    Args:
        documents: At least one Kamervraag; as `Line`, it is only parsed if the live build does not hold it.
        index: The index folder; made where it does not exist.
        encoder: Its name and fingerprint are kept in the manifest.
        tell: Told how far it is.

    Raises:
        DocumentsError: There are no documents, or an id occurs twice.
        IndexFolderError: Another build is writing the folder, or it cannot be written.
    """
    start = time.monotonic()
    documents = list(documents)
    if not documents:
        raise DocumentsError("There are no documents to build an index from; give at least one Kamervraag.")
    with building(index) as folder:
        cache = VectorCache(index / VECTORS, encoder.fingerprint, encoder.dimension)
        earlier = earlier_build(index, encoder, cache)
        corpus = _read(documents, earlier, encoder)
        new = _embed(corpus.fresh, cache, encoder, tell)
        unchanged = corpus.digest == earlier.digest
        used = [] if unchanged else _write(folder, corpus, earlier, cache, encoder)
        embedded = len({owner for owner, key in zip(corpus.owners, corpus.windows, strict=True) if key in new})
        taken = np.concatenate(corpus.taken)
        removed = earlier.ids_but(taken[taken >= 0]) - {item.id for entry in corpus.stored for item in entry.passages}
        seconds = time.monotonic() - start
        report = BuildReport(
            documents=corpus.documents,
            passages=corpus.rows,
            windows=len(corpus.windows),
            embedded=embedded,
            reused=corpus.rows - embedded,
            removed=len(removed),
            seconds=round(seconds, 2),
            passages_per_second=round(corpus.rows / seconds, 2),
            build="",
        )
        if unchanged:
            return dataclasses.replace(report, build=keep(index, dataclasses.asdict(report)))
        build = publish(index, folder, _facts(corpus, encoder), dataclasses.asdict(report))
        cache.keep(used)
    return dataclasses.replace(report, build=build)


def _facts(corpus: _Corpus, encoder: Encoder) -> dict[str, object]:
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


def _read(documents: Sequence[Kamervraag | Line], earlier: Earlier, encoder: Encoder) -> _Corpus:
    corpus, seen, digest = _Corpus(), set[str](), hashlib.sha256()
    for item in documents:
        number = earlier.numbers.get(item.digest) if isinstance(item, Line) else None
        document = item.parse() if isinstance(item, Line) and number is None else item
        line = document.text if isinstance(document, Line) else dump_document(document)
        number = earlier.numbers.get(digest_of(line))
        name = document.id if isinstance(document, Kamervraag) else earlier.ids[number or 0]
        if name in seen:
            raise DocumentsError(f"The id {name!r} occurs twice; give each Kamervraag its own and remove the other.")
        seen.add(name)
        digest.update(line.encode() + b"\n")
        corpus.documents += 1
        if number is not None:
            _take_over(corpus, number, digest_of(line), earlier)
        elif isinstance(document, Kamervraag):
            _add(corpus, list(passages_of(document)), digest_of(line), encoder)
    if not corpus.rows:
        raise DocumentsError("The documents hold no vragen to build an index from; give at least one.")
    corpus.digest = digest.hexdigest()
    return corpus


def _take_over(corpus: _Corpus, number: int, digest: bytes, earlier: Earlier) -> None:
    first, end = int(earlier.rows[number]), int(earlier.rows[number + 1])
    starts = earlier.starts[first : end + 1]
    corpus.stored.append(Stored(digest, taken=number))
    corpus.taken.append(np.arange(first, end))
    corpus.windows += key_list(earlier.keys[starts[0] : starts[-1]])
    corpus.owners += np.repeat(np.arange(corpus.rows, corpus.rows + end - first), np.diff(starts)).tolist()
    corpus.rows += end - first


def _add(corpus: _Corpus, passages: list[Passage], digest: bytes, encoder: Encoder) -> None:
    if not passages:
        return
    corpus.stored.append(Stored(digest, passages))
    corpus.taken.append(np.full(len(passages), -1))
    for passage in passages:
        windows = windows_of(passage, encoder.max_tokens, encoder.count_tokens)
        keys = [key_of(window) for window in windows]
        corpus.windows += keys
        corpus.owners += [corpus.rows] * len(keys)
        corpus.fresh.update(zip(keys, windows, strict=True))
        corpus.texts.append(embedded_text(passage))
        corpus.rows += 1


def _embed(fresh: dict[bytes, str], cache: VectorCache, encoder: Encoder, tell: Tell) -> set[bytes]:
    """Embed what the cache does not hold, each text once, longest first; return the keys that were new."""
    missing = {key: window for key, window in fresh.items() if key not in cache}
    order = sorted(missing, key=lambda key: (-len(missing[key]), key))
    stage = Stage("embedding", len(order), tell)
    for start in range(0, len(order), _CHUNK):
        chunk = order[start : start + _CHUNK]
        cache.add(chunk, encoder.encode_passages([missing[key] for key in chunk]))
        stage.add(len(chunk))
    return set(order)


def _write(folder: Path, corpus: _Corpus, earlier: Earlier, cache: VectorCache, encoder: Encoder) -> list[bytes]:
    """Write all files of the build; return the keys of the vectors that it stands on."""
    before = None if earlier.store is None else earlier.store.path
    write_store(folder / FILE, corpus.stored, before)
    questions = _questions(corpus, earlier)
    queries, asked = _queries(questions, cache, encoder)
    off, on = examples()
    vectors, shown = _queries([*off, *on], cache, encoder)
    np.save(folder / KEYS_FILE, np.frombuffer(b"".join(corpus.windows), "V16"))
    owners = np.array(corpus.owners, np.int64)
    dense = DenseIndex.build(cache.take(corpus.windows), owners, queries, encoder)
    dense.save(folder)
    vectors = dense.centre_query(vectors)
    np.save(folder / DIRECTION_FILE, direction(vectors[: len(off)], vectors[len(off) :]))
    taken, fresh = np.concatenate(corpus.taken), LexicalIndex.build(corpus.texts)
    (fresh.over(earlier.lexical, taken) if bool((taken >= 0).any()) else fresh).save(folder)
    return [*corpus.windows, *asked, *shown]


def _questions(corpus: _Corpus, earlier: Earlier) -> list[str]:
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


def _queries(texts: Sequence[str], cache: VectorCache, encoder: Encoder) -> tuple[Vectors, list[bytes]]:
    """Return vectors of questions, shape (len(texts), dimension), and their keys; embed those that are new."""
    keys = [key_of(f"query\0{text}") for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in cache}
    if missing:
        cache.add(list(missing), encoder.encode_queries(list(missing.values())))
    return cache.take(keys).astype(np.float32), keys
