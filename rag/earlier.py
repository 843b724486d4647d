"""What the live build has of documents that did not change, so that a new build takes it over as it is.

A document is known by the hash of its line. All that follows from it alone (passages, windows, terms) is taken over;
all that follows from the corpus (means, rarities) is made anew.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import embeddings.late
import embeddings.lexical
import embeddings.packing
import embeddings.postings
import rag.document_form
import rag.documents
import rag.offtopic
import rag.passages
import rag.sentences
from embeddings.cache import Keys, VectorCache
from embeddings.dense import OWNERS_FILE
from embeddings.encoder import Encoder
from embeddings.errors import IndexFolderError
from embeddings.folder import live_build, open_build
from embeddings.lexical import LexicalIndex
from rag.store import FILE, PassageStore

KEYS_FILE = "windows.npy"
"""What `embeddings.cache` knows each window by, shape (windows,)."""

_MAKERS = (
    *(rag.document_form, rag.documents, rag.offtopic, rag.passages, rag.sentences),
    *(embeddings.late, embeddings.lexical, embeddings.packing, embeddings.postings),
)


def recipe_of(encoder: Encoder) -> str:
    """Return a hash of what makes a build besides its documents: code, examples, and what the encoder reads."""
    digest = hashlib.sha256(f"{encoder.fingerprint} {encoder.max_tokens}".encode())
    digest.update(repr(rag.offtopic.examples()).encode())
    for module in _MAKERS:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Earlier:
    """The documents of a build.

    Attributes:
        numbers: Place of each document in the build, by its hash.
        ids: Of each document.
        rows: shape (documents + 1,): the first row of each document, and one more for the end.
        keys: shape (windows,): what `embeddings.cache` knows each window by.
        starts: shape (rows + 1,): the first window of each row, and one more for the end.
        lexical: Its words.
        store: Its passages; None for no build.
        digest: Hash over all its documents.
        kind: How its vectors are indexed.
    """

    numbers: dict[bytes, int] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    keys: Keys = field(default_factory=lambda: np.zeros(0, "V16"))
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    lexical: LexicalIndex = field(default_factory=lambda: LexicalIndex.build(()))
    store: PassageStore | None = None
    digest: str = ""
    kind: str = ""

    def ids_but(self, taken: NDArray[np.int64]) -> set[str]:
        """Return the ids of the passages in other rows than those."""
        if self.store is None:
            return set()
        left = np.ones(int(self.rows[-1]), bool)
        left[taken] = False
        return self.store.ids(np.flatnonzero(left))


def known_documents(index: Path) -> frozenset[bytes]:
    """Return the hashes of the documents of the live build; none where there is none that can be opened."""
    try:
        if live_build(index) is None:
            return frozenset()
        store = PassageStore(open_build(index)[0] / FILE)
    except IndexFolderError:
        return frozenset()
    try:
        return frozenset(digest for _, digest, _ in store.outline())
    finally:
        store.close()


def earlier_build(index: Path, encoder: Encoder, cache: VectorCache) -> Earlier:
    """Return the live build as far as it may be taken over: nothing where it was made otherwise, or is damaged."""
    try:
        if live_build(index) is None:
            return Earlier()
        folder, manifest = open_build(index)
        if manifest.get("recipe") != recipe_of(encoder):
            return Earlier()
        store = PassageStore(folder / FILE)
    except IndexFolderError:
        return Earlier()
    keys = np.load(folder / KEYS_FILE, allow_pickle=False)
    if not cache.has(keys).all():
        return Earlier()
    outline = store.outline()
    rows = np.concatenate([[0], np.cumsum([count for _, _, count in outline])]).astype(np.int64)
    owners = np.load(folder / OWNERS_FILE, allow_pickle=False)
    return Earlier(
        numbers={digest: number for number, (_, digest, _) in enumerate(outline)},
        ids=tuple(name for name, _, _ in outline),
        rows=rows,
        keys=keys,
        starts=np.searchsorted(owners, np.arange(int(rows[-1]) + 1)),
        lexical=LexicalIndex.open(folder),
        store=store,
        digest=str(manifest["documents_sha256"]),
        kind=str(manifest.get("vectors", {}).get("index")),
    )
