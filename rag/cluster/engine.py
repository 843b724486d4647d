"""A build on Ray, seen from here: cuts the documents files into pieces, hands them out, and reads the shards."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from embeddings.encoder import Encoder
from rag.build import BuildReport, build_index
from rag.cluster.connection import Driver
from rag.cluster.shards import PASSAGES, TEXTS, VECTORS, read_passages, read_vectors, write_texts
from rag.corpus import Chunk, Documents, Embedded, Prepared
from rag.documents import Line, documents_files, read_documents, write_documents
from rag.earlier import Earlier, recipe_of
from rag.errors import ClusterError
from rag.progress import Tell, tell_nobody

WORK = "work"
"""Folder in the index folder for the shards of a build that is not finished."""

_PIECE = 1 << 20
"""Bytes of a documents file that are prepared at a time."""


def build_on_ray(
    documents: Documents,
    index: Path,
    encoder: Encoder,
    *,
    address: str | None = None,
    workers: int | None = None,
    gpu: bool = False,
    work: Path | None = None,
    ann: bool | None = None,
    tell: Tell = tell_nobody,
) -> BuildReport:
    """Build an index as `rag.build.build_index` does, prepared and embedded by a Ray cluster.

    Args:
        documents: A documents file or folder that all machines see under the same name, or Kamervragen.
        index: The index folder.
        encoder: As the workers open it by its name.
        address: Of the cluster, HOST:PORT or "auto"; None for the variable RAY_ADDRESS, else one on this machine.
        workers: How many at the most; None for one a processor (or a GPU) of the cluster.
        gpu: Whether each worker has a GPU, instead of one processor.
        work: Folder for the shards, which all machines see; it stays. None for one in the index folder, which goes.
        ann: As for `build_index`.
        tell: As for `build_index`.

    Raises:
        ClusterError: The cluster cannot be used or was lost; finished shards are kept.
        DocumentsError: As for `build_index`.
        IndexFolderError: As for `build_index`.
    """
    with OnRay(work or index / WORK, address=address, workers=workers, gpu=gpu) as engine:
        report = build_index(documents, index, encoder, ann=ann, tell=tell, engine=engine)
    if work is None:
        shutil.rmtree(index / WORK, ignore_errors=True)
    return report


class OnRay:
    """A Ray cluster as the engine of a build; the connection is made with the first work, and closed on leaving."""

    def __init__(
        self, work: Path, *, address: str | None = None, workers: int | None = None, gpu: bool = False
    ) -> None:
        """Say where the work is done; arguments as for `build_on_ray`.

        Raises:
            ClusterError: The address is of a kind that a build cannot use.
        """
        self._address = address or os.environ.get("RAY_ADDRESS") or "local"
        if "://" in self._address:
            raise ClusterError(
                f"The address {self._address!r} is of a kind that a build cannot use; start the build on a machine of "
                "the cluster and give HOST:PORT, or auto."
            )
        self._work, self._workers, self._gpu = work.absolute(), workers, gpu
        self._driver: Driver | None = None

    def __enter__(self) -> "OnRay":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection; a cluster of our own ends with it."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def prepared(self, documents: Documents, earlier: Earlier, encoder: Encoder) -> Iterator[Prepared]:
        """Yield all documents in order, as the workers prepared them; `earlier` is not needed."""
        del earlier
        if not isinstance(documents, Path):
            documents = self._written(documents)
        files = documents_files(documents.absolute())
        pieces = [
            {"path": str(file), "start": start, "end": start + _PIECE}
            for file in files
            for start in range(0, file.stat().st_size, _PIECE)
        ]
        shards: dict[str, str] = {}
        for result in self._results(pieces, encoder):
            if result["kind"] == "documents":
                for _ in read_documents(documents):  # says file and line, in the words of every other build
                    pass
            if result["trouble"]:
                raise ClusterError(result["trouble"])
            shards[result["job"]] = result["shard"]
        if not pieces:
            list(read_documents(documents))
        for piece in pieces:
            yield from read_passages(self._shard(encoder, PASSAGES, shards[json.dumps(piece)]))

    def vectors(self, chunks: Sequence[Chunk], encoder: Encoder) -> Iterator[Embedded]:
        """Yield each chunk with its vectors, first those that were already made."""
        named = {hashlib.blake2b(b"".join(chunk), digest_size=16).hexdigest(): chunk for chunk in chunks}
        jobs = []
        for name, chunk in named.items():
            if self._shard(encoder, VECTORS, name).exists():
                yield Embedded(*read_vectors(self._shard(encoder, VECTORS, name)), anew=False)
            else:
                write_texts(self._shard(encoder, TEXTS, name), chunk)
                jobs.append({"texts": name})
        for result in self._results(jobs, encoder):
            if result["trouble"]:
                raise ClusterError(result["trouble"])
            yield Embedded(*read_vectors(self._shard(encoder, VECTORS, result["shard"])))

    def _written(self, documents: Any) -> Path:  # noqa: ANN401 - the other half of Documents
        self._work.mkdir(parents=True, exist_ok=True)
        path = self._work / "documents.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            write_documents((item.parse() if isinstance(item, Line) else item for item in documents), stream)
        return path

    def _folder(self, encoder: Encoder) -> Path:
        return self._work / recipe_of(encoder)

    def _shard(self, encoder: Encoder, kind: str, name: str) -> Path:
        return self._folder(encoder) / kind / f"{name}.parquet"

    def _results(self, jobs: list[dict[str, Any]], encoder: Encoder) -> Iterator[dict[str, str]]:
        if not jobs:
            return
        if self._driver is None:
            folder = self._folder(encoder)
            folder.mkdir(parents=True, exist_ok=True)
            order = {
                "address": self._address, "workers": self._workers, "gpu": self._gpu,
                "work": str(folder), "folder": str(Path.cwd()), "model": encoder.name,
                "fingerprint": encoder.fingerprint, "recipe": recipe_of(encoder),
            }  # fmt: skip
            self._driver = Driver(order, self._work / "ray.log")
        yield from self._driver.results(jobs)
