"""Parquet files in the work folder, written in one step and read with their checksums: passages, texts, vectors.

passages/   document, digest, common, own (as `rag.store` keeps them), windows: one row a passage
texts/      key, text: what is to be embedded
vectors/    key, vector (float32): what was
"""

import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embeddings.durable import sync_file
from embeddings.encoder import Vectors
from rag.corpus import Chunk, Prepared
from rag.errors import ClusterError
from rag.store import common_to_json, own_to_json, passage_of

PASSAGES, TEXTS, VECTORS = "passages", "texts", "vectors"


def write_passages(path: Path, documents: Iterable[Prepared]) -> None:
    """Write documents with their passages and windows.

    Raises:
        OSError: They cannot be written.
    """
    rows = [
        {
            "document": document.id,
            "digest": document.digest,
            "common": json.dumps(common_to_json(passage), ensure_ascii=False),
            "own": json.dumps(own_to_json(passage), ensure_ascii=False),
            "windows": list(windows),
        }
        for document in documents
        for passage, windows in zip(document.passages, document.windows, strict=True)
    ]
    kinds = {name: pa.string() for name in ("document", "common", "own")}
    fields = {**kinds, "digest": pa.binary(), "windows": pa.list_(pa.string())}
    _write(path, pa.Table.from_pylist(rows, pa.schema(list(fields.items()))))


def read_passages(path: Path) -> Iterator[Prepared]:
    """Yield the documents of a shard in order.

    Raises:
        ClusterError: It is damaged; it is removed, so that it is made again.
    """
    for (document, digest), rows in groupby(_read(path).to_pylist(), lambda row: (row["document"], row["digest"])):
        held = list(rows)
        passages = [passage_of(row["common"], row["own"]) for row in held]
        yield Prepared(document, digest, passages, [row["windows"] for row in held])


def write_texts(path: Path, chunk: Chunk) -> None:
    """Write texts by key.

    Raises:
        OSError: They cannot be written.
    """
    _write(path, pa.table({"key": pa.array(list(chunk), pa.binary()), "text": pa.array(list(chunk.values()))}))


def read_texts(path: Path) -> dict[bytes, str]:
    """Return texts by key.

    Raises:
        ClusterError: It is damaged; it is removed, so that it is made again.
    """
    table = _read(path)
    return dict(zip(table["key"].to_pylist(), table["text"].to_pylist(), strict=True))


def write_vectors(path: Path, keys: Sequence[bytes], vectors: Vectors) -> None:
    """Write vectors, shape (len(keys), dimension).

    Raises:
        OSError: They cannot be written.
    """
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel(), pa.float32()), vectors.shape[1])
    _write(path, pa.table({"key": pa.array(keys, pa.binary()), "vector": column}))


def read_vectors(path: Path) -> tuple[list[bytes], Vectors]:
    """Return the keys and vectors, shape (keys, dimension).

    Raises:
        ClusterError: It is damaged; it is removed, so that it is made again.
    """
    table = _read(path)
    column = table["vector"].combine_chunks()
    vectors = np.asarray(column.flatten(), np.float32).reshape(len(table), -1)
    return table["key"].to_pylist(), vectors


def _write(path: Path, table: Any) -> None:  # noqa: ANN401 - pyarrow has no types
    """Write a file that is whole once it has its name; two workers at one shard do no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}-{uuid.uuid4().hex[:8]}.part")
    try:
        pq.write_table(table, part, compression="zstd", write_page_checksum=True)
        sync_file(part)
        os.replace(part, path)  # noqa: PTH105 - in one step on every system
    finally:
        part.unlink(missing_ok=True)


def _read(path: Path) -> Any:  # noqa: ANN401
    try:
        return pq.ParquetFile(path, page_checksum_verification=True).read()
    except (pa.ArrowException, OSError) as error:
        path.unlink(missing_ok=True)
        raise ClusterError(
            f"The shard {path} was damaged and is removed ({type(error).__name__}); run the same build again, it is "
            "made anew and all others are kept."
        ) from error
