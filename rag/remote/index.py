"""The seam of `rag.index` over Milvus: both sides of a search are made there, their mix here."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from embeddings.encoder import Encoder, QuestionTokens, Vectors
from embeddings.errors import IndexFolderError
from embeddings.milvus import Match, Milvus
from embeddings.vocabulary import Sparse, Vocabulary, inner
from rag.filters import Filters
from rag.index import Sides, encoder_for
from rag.remote.address import Address
from rag.remote.facts import Frame, read_arrays, read_frame, read_manifest
from rag.remote.layout import FORMAT, Names, codes_of, expression, passage_key
from rag.remote.store import RemoteStore

_SPARE = 32
"""Windows asked for beyond the passages wanted: a passage may have several."""

_MOST = 16_384
"""Rows that Milvus gives at a time."""

_THREADS = ThreadPoolExecutor(16, thread_name_prefix="milvus")
"""Where the second side of a search waits; both are asked at once."""


@dataclass(frozen=True, slots=True)
class RemoteIndex:
    """A build in Milvus, opened: rows are asked for, all else is in memory. Keys of passages are hashes of their ids.

    Attributes:
        build: Its id.
        manifest: What made it.
        encoder: What made it, and encodes the questions.
        store: Its passages.
        means: Its means.
        words: Its words.
        background: What questions are compared with, shape (n, dimension).
        off_topic: What `rag.offtopic.direction` gave, shape (dimension + 1,).
        milvus: The connection.
        names: The collections.
    """

    build: str
    manifest: Mapping[str, Any]
    encoder: Encoder
    store: RemoteStore
    means: Frame
    words: Vocabulary
    background: Vectors
    off_topic: Vectors
    milvus: Milvus = field(repr=False)
    names: Names

    def sides(self, question: str, vector: Vectors, count: int, filters: Filters) -> Sides:
        """Return the best passages of either side; `rag.index.Index` has arguments and errors."""
        where = expression(filters, self.store.values)
        words = self.words.question_vector(question)
        asked = _THREADS.submit(self._by_words, words, count, where)
        dense = self._by_vector(vector, count, where)
        lexical = {match.key: match for match in asked.result()}
        rows = dict(dense)
        rows.update(self._missing(vector, [match for key, match in lexical.items() if key not in dense]))
        kept = self._words_of(key for key in rows if key not in lexical)
        scores = {
            key: (rows[key][0], lexical[key].score if key in lexical else inner(words, kept[key]))
            for key in sorted(rows, key=lambda key: rows[key][1])
        }
        return Sides(scores, self.words.level(words))

    def late(self, question: QuestionTokens, weights: Mapping[str, float], keys: Sequence[int]) -> dict[int, float]:
        """Return how well passages match a question token by token; `rag.index.Index` has the arguments."""
        codec = self.encoder.codec
        if codec is None:
            return {}
        firsts = self.milvus.get(self.names.windows, keys, ["id", "windows", "tokens"])
        others = {
            passage_key(str(row["id"]), place): key
            for key, row in firsts.items()
            for place in range(1, int(row["windows"]))
        }
        rows = [(key, row["tokens"]) for key, row in firsts.items()]
        if others:
            found = self.milvus.get(self.names.windows, list(others), ["tokens"])
            rows += [(others[key], row["tokens"]) for key, row in found.items()]
        scores = codec.scores(question, weights, np.stack([codes_of(text) for _, text in rows]))
        best: dict[int, float] = {}
        for (key, _), score in zip(rows, scores.tolist(), strict=True):
            best[key] = max(score, best.get(key, score))
        return best

    def nearness(self, vectors: Vectors, passage_id: str) -> list[float]:
        """Return the inner product of centred questions with a passage."""
        first = passage_key(passage_id)
        found = self.milvus.get(self.names.windows, [first], ["windows", "vector"])
        if not found:
            return [0.0] * len(vectors)
        rows = [found[first], *self._others(passage_id, int(found[first]["windows"]))]
        return [float(score) for score in (vectors @ np.array([row["vector"] for row in rows], np.float32).T).max(1)]

    def _by_vector(self, vector: Vectors, count: int, where: str) -> dict[int, tuple[float, str]]:
        """Return the best passages by key: score of the best window, and id."""
        limit = count + _SPARE
        while True:
            found = self.milvus.search(
                self.names.windows, "vector", vector, limit, where=where, columns=["passage", "id"]
            )
            best: dict[int, tuple[float, str]] = {}
            for match in found:
                best.setdefault(int(match.fields["passage"]), (match.score, str(match.fields["id"])))
            if len(best) >= count or len(found) < limit or limit == _MOST:
                return dict(list(best.items())[:count])
            limit = min(4 * limit, _MOST)

    def _by_words(self, words: Sparse, count: int, where: str) -> Sequence[Match]:
        columns = ["id", "windows", "vector"]
        return self.milvus.search(self.names.windows, "words", words, count, where=where, columns=columns)

    def _missing(self, vector: Vectors, matches: Sequence[Match]) -> dict[int, tuple[float, str]]:
        """Return of passages that only their words found what `_by_vector` would have."""
        if not matches:
            return {}
        scores = np.array([match.fields["vector"] for match in matches], np.float32) @ vector
        best = {}
        for match, score in zip(matches, scores.tolist(), strict=True):
            name, count = str(match.fields["id"]), int(match.fields["windows"])
            others = [float(np.array(row["vector"], np.float32) @ vector) for row in self._others(name, count)]
            best[match.key] = (max([score, *others]), name)
        return best

    def _others(self, passage_id: str, windows: int) -> list[Any]:
        """Return the windows of a passage but the first; most have none."""
        keys = [passage_key(passage_id, place) for place in range(1, windows)]
        return list(self.milvus.get(self.names.windows, keys, ["vector"]).values()) if keys else []

    def _words_of(self, keys: Iterable[int]) -> dict[int, Sparse]:
        found = self.milvus.get(self.names.windows, keys, ["words"])
        return {key: row["words"] for key, row in found.items()}


class MilvusSource:
    """An address as a source of builds; the connection is kept."""

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            IndexFolderError: It cannot be connected with.
        """
        self._address = address
        self._milvus = address.connect()

    def live(self) -> str | None:
        """Return the id of the live build; None where there is none, or the database does not answer."""
        try:
            found = self._milvus.aliased(self._address.name)
        except IndexFolderError:
            return None
        return Names(found).build if found else None

    def open(self, model: str | None = None, encoder: Encoder | None = None) -> RemoteIndex:
        """Open the live build; `rag.index.Source` has arguments and errors."""
        names, manifest = live_manifest(self._milvus, self._address)
        encoder = encoder_for(manifest, self._address, model, encoder)
        frame = read_frame(self._milvus, names.facts)
        if frame is None:
            raise IndexFolderError(f"The index in {self._address} is incomplete; run the same build again.")
        arrays = read_arrays(self._milvus, names.facts, manifest)
        words = Vocabulary.from_arrays(arrays)
        return RemoteIndex(
            build=names.build,
            manifest=manifest,
            encoder=encoder,
            store=_store(self._milvus, names, manifest),
            means=frame,
            words=words,
            background=arrays["background"].astype(np.float32),
            off_topic=arrays["off_topic"],
            milvus=self._milvus,
            names=names,
        )


def live_manifest(milvus: Milvus, address: Address) -> tuple[Names, dict[str, Any]]:
    """Return the collections of the live build of an address, and its manifest.

    Raises:
        IndexFolderError: There is none, it is unfinished, or was made by another version of this program.
    """
    found = milvus.aliased(address.name)
    if found is None:
        kind = "a collection" if address.name in milvus.collections() else "no index"
        raise IndexFolderError(
            f"There is {kind} of that name in {address}; make an index with "
            f"`kamerwijzer build --documents FILE --index {address}`."
        )
    names = Names(found)
    missing = set(names.all) - set(milvus.collections())
    for name in names.all if not missing else ():
        milvus.load(name)  # now, not at the first question
    manifest = None if missing else read_manifest(milvus, names.facts)
    if manifest is None:
        raise IndexFolderError(f"The index in {address} is unfinished; run the same build again.")
    if manifest.get("remote") != FORMAT:
        raise IndexFolderError(
            f"The index in {address} has format {manifest.get('remote')!r}, this program reads {FORMAT}; rebuild it."
        )
    return names, manifest


def live_build_of(address: Address) -> dict[str, Any]:
    """Return the manifest of the live build of an address; empty where there is none.

    Raises:
        IndexFolderError: It cannot be connected with.
    """
    milvus = address.connect()
    try:
        return live_manifest(milvus, address)[1] if milvus.aliased(address.name) else {}
    finally:
        milvus.close()


def open_store(address: Address) -> RemoteStore:
    """Return the passages of the live build of an address, for which no encoder is needed.

    Raises:
        IndexFolderError: It cannot be connected with, or there is no build.
    """
    milvus = address.connect()
    return _store(milvus, *live_manifest(milvus, address))


def _store(milvus: Milvus, names: Names, manifest: Mapping[str, Any]) -> RemoteStore:
    return RemoteStore(milvus, names, manifest["totals"], int(manifest["passages"]))
