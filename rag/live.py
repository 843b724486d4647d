"""The parts of a build, opened; and the build that is live, taken over by a running program without a restart."""

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder, Vectors, open_encoder
from embeddings.errors import IndexFolderError, IndexingError
from embeddings.folder import live_build, open_build
from embeddings.lexical import LexicalIndex
from rag.offtopic import DIRECTION_FILE
from rag.store import FILE, PassageStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """One build, opened; its files stay readable after it was replaced and removed.

    Attributes:
        build: Its id.
        encoder: What made it, and encodes the questions.
        store: Its passages.
        dense: Its vectors.
        lexical: Its words.
        background: What questions are compared with, shape (n, dimension).
        off_topic: What `rag.offtopic.direction` gave, shape (dimension + 1,).
    """

    build: str
    encoder: Encoder
    store: PassageStore
    dense: DenseIndex
    lexical: LexicalIndex
    background: Vectors
    off_topic: Vectors


def open_live(index: Path, model: str | None = None, encoder: Encoder | None = None) -> Opened:
    """Open the live build of an index folder with the encoder that made it.

    Args:
        index: The index folder.
        model: The encoder expected; None for the one in the manifest.
        encoder: The encoder itself, where it is already loaded.

    Raises:
        IndexFolderError: The index is missing, damaged, or was made with another encoder.
        EncoderError: The encoder cannot be loaded.
    """
    folder, manifest = open_build(index)
    made_with = str(manifest["encoder"])
    model = encoder.name if encoder is not None else model
    if model is not None and model != made_with:
        raise IndexFolderError(
            f"The index in {index} was made with the encoder {made_with!r}, not {model!r}; "
            "leave --model out, or rebuild with it."
        )
    encoder = encoder or open_encoder(made_with)
    if _weights(encoder.fingerprint) != _weights(str(manifest["encoder_fingerprint"])):
        raise IndexFolderError(
            f"The index in {index} was made with other weights of the encoder {made_with!r} than this program has "
            "(an earlier version, most likely); rebuild it with `kamerwijzer build`."
        )
    store, dense = PassageStore(folder / FILE), DenseIndex.open(folder)
    off_topic = np.load(folder / DIRECTION_FILE, allow_pickle=False)
    background = dense.background(encoder.default_background)
    return Opened(str(manifest["build"]), encoder, store, dense, LexicalIndex.open(folder), background, off_topic)


class Live:
    """The live build of an index folder: looked up anew each time, opened when it is another one."""

    def __init__(self, index: Path, model: str | None = None, encoder: Encoder | None = None) -> None:
        """Open it; arguments and errors as for `open_live`."""
        self._index, self._model = index, model
        self._lock = Lock()
        self._opened = open_live(index, model, encoder)
        self._seen = self._opened.build

    def now(self) -> Opened:
        """Return the live build.

        One caller opens a new one, the others go on with the old one meanwhile. One that cannot be opened is logged,
        and the old one stays.
        """
        name = self._name()
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

    def _name(self) -> str:
        try:
            folder = live_build(self._index)
        except IndexFolderError:
            folder = None
        return folder.name if folder else self._seen

    def _reopened(self) -> Opened:
        try:
            return open_live(self._index, self._model, self._opened.encoder)
        except IndexFolderError:  # another encoder, or replaced while it was opened
            return open_live(self._index, self._model)


def _weights(fingerprint: str) -> str:
    """Return the part of a fingerprint that is the same in any precision."""
    return fingerprint.partition("-")[0]
