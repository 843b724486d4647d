"""Documents into an index: passages, windows, vectors, lexical index, store, manifest; then one switch."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder, Vectors
from embeddings.folder import new_build, publish
from embeddings.lexical import LexicalIndex
from rag.documents import dump_document
from rag.errors import DocumentsError
from rag.offtopic import PROTOTYPES, VECTORS_FILE
from rag.passages import embedded_text, passages_of, windows_of
from rag.records import Kamervraag, Passage
from rag.store import FILE, write_store

_CHUNK = 256


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `seconds` is wall time, `build` the id of the build that is now live."""

    documents: int
    passages: int
    windows: int
    seconds: float
    build: str


def build_index(
    documents: Iterable[Kamervraag], index: Path, encoder: Encoder, *, progress: bool = False
) -> BuildReport:
    """Build an index over documents and make it the live one.

    Args:
        documents: At least one Kamervraag.
        index: The index folder; made where it does not exist.
        encoder: Its name is kept in the manifest.
        progress: Whether a bar is drawn on standard error.

    Raises:
        DocumentsError: There are no documents.
        IndexFolderError: The folder cannot be written.
    """
    start = time.monotonic()
    digest = hashlib.sha256()
    passages: list[Passage] = []
    count = 0
    for document in documents:
        digest.update(dump_document(document).encode() + b"\n")
        passages.extend(passages_of(document))
        count += 1
    if not passages:
        raise DocumentsError("There are no documents to build an index from; give at least one Kamervraag.")
    folder = new_build(index)
    windows, owners = _windows(passages, encoder)
    vectors = _encode(windows, encoder, progress)
    questions = [passage.question for passage in passages if passage.question]
    queries = encoder.encode_queries(questions[:2000])
    np.save(folder / VECTORS_FILE, encoder.encode_queries(PROTOTYPES))
    DenseIndex.build(vectors, np.array(owners, np.int64), queries, encoder).save(folder)
    LexicalIndex.build([embedded_text(passage) for passage in passages]).save(folder)
    write_store(folder / FILE, passages)
    facts = {
        "encoder": encoder.name,
        "dimension": encoder.dimension,
        "documents": count,
        "passages": len(passages),
        "windows": len(windows),
        "documents_sha256": digest.hexdigest(),
    }
    build = publish(index, folder, facts)
    return BuildReport(count, len(passages), len(windows), round(time.monotonic() - start, 2), build)


def _windows(passages: list[Passage], encoder: Encoder) -> tuple[list[str], list[int]]:
    windows: list[str] = []
    owners: list[int] = []
    for row, passage in enumerate(passages):
        cut = windows_of(passage, encoder.max_tokens, encoder.count_tokens)
        windows.extend(cut)
        owners.extend([row] * len(cut))
    return windows, owners


def _encode(windows: list[str], encoder: Encoder, progress: bool) -> Vectors:
    vectors = np.empty((len(windows), encoder.dimension), np.float32)
    order = sorted(range(len(windows)), key=lambda row: -len(windows[row]))
    with tqdm(total=len(windows), unit="passage", desc="Embedding", disable=not progress) as bar:
        for start in range(0, len(order), _CHUNK):
            rows = order[start : start + _CHUNK]
            vectors[rows] = encoder.encode_passages([windows[row] for row in rows])
            bar.update(len(rows))
    return vectors
