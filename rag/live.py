"""The build of an index folder, opened; and the build that is live, taken over by a running program without a restart.

`Opened` is the local end of the seam in `rag.index`: vectors in FAISS, words in our postings, passages in SQLite.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder, QuestionTokens, Vectors
from embeddings.errors import IndexFolderError, IndexingError
from embeddings.folder import live_build, open_build
from embeddings.late import TokenIndex
from embeddings.lexical import LexicalIndex, best_rows
from rag.filters import Filters
from rag.index import Index, Sides, Source, encoder_for
from rag.offtopic import DIRECTION_FILE
from rag.store import FILE, PassageStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """One build, opened; its files stay readable after it was replaced and removed. Keys of passages are rows.

    Attributes:
        build: Its id.
        manifest: What made it.
        encoder: What made it, and encodes the questions.
        store: Its passages.
        dense: Its vectors.
        tokens: Its token codes.
        lexical: Its words.
        background: What questions are compared with, shape (n, dimension).
        off_topic: What `rag.offtopic.direction` gave, shape (dimension + 1,).
    """

    build: str
    manifest: Mapping[str, Any]
    encoder: Encoder
    store: PassageStore
    dense: DenseIndex
    tokens: TokenIndex
    lexical: LexicalIndex
    background: Vectors
    off_topic: Vectors

    @property
    def means(self) -> DenseIndex:
        """Its means."""
        return self.dense

    @property
    def words(self) -> LexicalIndex:
        """Its words."""
        return self.lexical

    def sides(self, question: str, vector: Vectors, count: int, filters: Filters) -> Sides:
        """Return the best passages of either side; `rag.index.Index` has arguments and errors."""
        allowed = self.store.rows(filters)
        if allowed is not None and not len(allowed):
            return Sides({}, (0.0, 1.0))
        lexical = self.lexical.scores(question)
        dense = dict(self.dense.search(vector, count, allowed))
        missing = np.array([row for row in best_rows(lexical, count, allowed).tolist() if row not in dense], np.int64)
        dense.update(self.dense.scores(vector, missing))
        scores = {row: (score, float(lexical[row])) for row, score in sorted(dense.items())}
        return Sides(scores, (float(lexical.mean()), float(lexical.std())))

    def late(self, question: QuestionTokens, weights: Mapping[str, float], keys: Sequence[int]) -> dict[int, float]:
        """Return how well passages match a question token by token; `rag.index.Index` has the arguments."""
        codec = self.encoder.codec
        if codec is None:
            return {}
        windows = self.dense.windows_of(np.array(keys, np.int64))
        return self.dense.best_of(windows, codec.scores(question, weights, self.tokens.codes[windows]))

    def nearness(self, vectors: Vectors, passage_id: str) -> list[float]:
        """Return the inner product of centred questions with a passage."""
        row = self.store.row(passage_id)
        if row is None:
            return [0.0] * len(vectors)
        rows = np.array([row], np.int64)
        return [self.dense.scores(vector, rows)[row] for vector in vectors]


@dataclass(frozen=True, slots=True)
class Folder:
    """An index folder as a source of builds.

    Attributes:
        path: The folder.
    """

    path: Path

    def live(self) -> str | None:
        """Return the name of the live build; None where there is none or it cannot be told."""
        try:
            folder = live_build(self.path)
        except IndexFolderError:
            return None
        return folder.name if folder else None

    def open(self, model: str | None = None, encoder: Encoder | None = None) -> Opened:
        """Open the live build; `rag.index.Source` has arguments and errors."""
        folder, manifest = open_build(self.path)
        encoder = encoder_for(manifest, self.path, model, encoder)
        store, dense, tokens = PassageStore(folder / FILE), DenseIndex.open(folder), TokenIndex.open(folder)
        off_topic = np.load(folder / DIRECTION_FILE, allow_pickle=False)
        background = dense.background(encoder.default_background)
        lexical = LexicalIndex.open(folder)
        return Opened(str(manifest["build"]), manifest, encoder, store, dense, tokens, lexical, background, off_topic)


class Live:
    """The live build of a source: looked up anew each time, opened when it is another one."""

    def __init__(self, source: Source, model: str | None = None, encoder: Encoder | None = None) -> None:
        """Open it; arguments and errors as for `Source.open`."""
        self._source, self._model = source, model
        self._lock = Lock()
        self._opened = source.open(model, encoder)
        self._seen = self._opened.build

    def now(self) -> Index:
        """Return the live build.

        One caller opens a new one, the others go on with the old one meanwhile. One that cannot be opened is logged,
        and the old one stays.
        """
        name = self._source.live() or self._seen
        if name != self._seen and self._lock.acquire(blocking=False):
            try:
                self._opened = self._reopened()
                self._seen = name
            except (IndexingError, OSError) as error:
                self._seen = name
                _log.warning("The new build %s is not used, the one before stays: %s", name, error)
            finally:
                self._lock.release()
        return self._opened

    def _reopened(self) -> Index:
        try:
            return self._source.open(self._model, self._opened.encoder)
        except IndexFolderError:  # another encoder, or replaced while it was opened
            return self._source.open(self._model)
