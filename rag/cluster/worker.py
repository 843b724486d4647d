"""What each worker of a cluster does: pieces of documents files into passages, chunks of texts into vectors.

What is already in the work folder is not made again, so that a piece that was handed out twice costs nothing.
"""

import hashlib
import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from embeddings.encoder import open_encoder
from rag.cluster.shards import PASSAGES, TEXTS, VECTORS, read_texts, write_passages, write_vectors
from rag.corpus import prepare
from rag.document_form import dump_document, parse_document
from rag.documents import digest_of
from rag.earlier import recipe_of
from rag.errors import ClusterError, DocumentsError


class Worker:
    """One worker, with the encoder loaded."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        """Get ready.

        Args:
            order: `work` (the folder), `folder` (where the user is), and `model`, `fingerprint`, `recipe` of the build.

        Raises:
            ClusterError: This machine would give another result, or does not see the work folder.
            EncoderError: The encoder cannot be loaded.
        """
        host = platform.node()
        if Path(order["folder"]).is_dir():
            os.chdir(order["folder"])  # what the user named relative to it
        self._work = Path(order["work"])
        if not self._work.is_dir():
            raise ClusterError(
                f"The worker on {host} does not see the folder {self._work}; give with --work one that all machines "
                "of the cluster share under the same name."
            )
        self._encoder = open_encoder(order["model"], half="bfloat16" in order["fingerprint"])
        if self._encoder.fingerprint != order["fingerprint"]:
            raise ClusterError(
                f"The worker on {host} has another encoder {order['model']!r} (fingerprint "
                f"{self._encoder.fingerprint!r}, here {order['fingerprint']!r}); install the same version of "
                "kamerwijzer and its models on every machine."
            )
        if recipe_of(self._encoder) != order["recipe"]:
            raise ClusterError(
                f"The worker on {host} has another version of kamerwijzer; install the same one on every machine."
            )

    def do(self, job: Mapping[str, Any]) -> str:
        """Make a shard where it is not there, and return its name.

        Raises:
            DocumentsError: A line is malformed.
            ClusterError: What it needs cannot be read.
        """
        if "texts" in job:
            return self._embedded(job["texts"])
        return self._prepared(Path(job["path"]), job["start"], job["end"])

    def _prepared(self, path: Path, start: int, end: int) -> str:
        try:
            lines = list(lines_of(path, start, end))
        except OSError as error:
            raise ClusterError(
                f"The worker on {platform.node()} cannot read {path} ({error.strerror}); put the documents where all "
                "machines of the cluster see them under the same name."
            ) from error
        name = hashlib.blake2b(b"\n".join(lines), digest_size=16).hexdigest()
        shard = self._work / PASSAGES / f"{name}.parquet"
        if not shard.exists():
            try:
                texts = [line.decode("utf-8-sig").strip() for line in lines]
            except UnicodeDecodeError as error:
                raise DocumentsError(f"{path}: not UTF-8 ({error.reason}); save the file as UTF-8.") from error
            documents = [parse_document(text, str(path)) for text in texts if text]
            digests = [digest_of(dump_document(document)) for document in documents]
            write_passages(shard, (prepare(*pair, self._encoder) for pair in zip(documents, digests, strict=True)))
        return name

    def _embedded(self, name: str) -> str:
        shard = self._work / VECTORS / f"{name}.parquet"
        if not shard.exists():
            chunk = read_texts(self._work / TEXTS / f"{name}.parquet")
            write_vectors(shard, list(chunk), self._encoder.encode_rows(list(chunk.values())))
        return name


def lines_of(path: Path, start: int, end: int) -> Iterator[bytes]:
    """Yield the lines of a file that begin in [start, end), as they are.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        if start:
            stream.seek(start - 1)
            stream.readline()
        while stream.tell() < end and (line := stream.readline()):
            yield line
