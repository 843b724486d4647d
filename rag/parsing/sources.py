"""Files, folders, archives and data sets to single documents, each with what lies next to it.

What describes a document (its sidecar, its metadata record) or is not whole yet is no document by itself.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from rag.errors import ParseError
from rag.parsing.archive import Archive, documents_in, is_archive
from rag.parsing.metadata import Metadata, Neighbour, find_metadata, is_metadata
from rag.parsing.wetsuite import is_data_set, read_entries

MAX_NESTED = 3
"""How deep archives within archives are opened."""
MAX_DOCUMENT = 65_000_000
"""How much of a single document is read, in bytes: more than any parser takes, so that each refuses it by name."""
_PACKED_DOCUMENTS = ("word/document.xml", "content.xml", "mimetype")
_HEAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """One document, not yet understood.

    Attributes:
        name: Its path, with that of the archive or data set around it.
        data: Its bytes.
        metadata: What the files next to it say of it.
        misfit: Why these could not be read; "" if they could.
    """

    name: str
    data: bytes
    metadata: Metadata | None = None
    misfit: str = ""


def sources_in(path: Path) -> Iterator[Source | ParseError]:
    """Yield the documents of a file or of a folder with its subfolders, in name order.

    What cannot be read comes as a ParseError in its place, so that the rest is read on.
    """
    if not path.is_dir():
        yield from _file(path)
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and not (is_metadata(file.name) and not _holds_set(file)):
            yield from _file(file)


def sources_of(data: bytes, name: str, neighbour: Neighbour | None = None) -> Iterator[Source | ParseError]:
    """Yield the documents that bytes hold: one, or those of an archive or data set.

    Args:
        data: The bytes of a file.
        name: Its path, for messages.
        neighbour: Reads a file of the same folder by name; None if there is no folder.
    """
    yield from _unpacked(io.BytesIO(data), name, neighbour, 0)


def _file(path: Path) -> Iterator[Source | ParseError]:
    def neighbour(name: str) -> bytes | None:
        beside = path.parent / name
        return _read(beside) if beside.is_file() else None

    try:
        with path.open("rb") as stream:
            yield from _unpacked(stream, str(path), neighbour, 0)
    except OSError as error:
        yield ParseError(f"{path}: cannot be read ({error.strerror}); check the path.")


def _unpacked(stream: IO[bytes], name: str, neighbour: Neighbour | None, depth: int) -> Iterator[Source | ParseError]:
    """Yield the documents in a stream; a data set or archive is read piece by piece, a document bounded in size."""
    try:
        head = stream.read(_HEAD)
        stream.seek(0)
        if is_data_set(head):
            for identifier, document, metadata in read_entries(stream, name):
                yield Source(f"{name}/{identifier}.xml", document, metadata)
        elif is_archive(head) and not _is_packed_document(archive := Archive(stream, name)):
            yield from _members(archive, name, depth)
        else:
            stream.seek(0)
            yield _described(name, stream.read(MAX_DOCUMENT), neighbour)
    except ParseError as error:
        yield error


def _described(name: str, data: bytes, neighbour: Neighbour | None) -> Source:
    """Return a document with what lies next to it; a record that cannot be read does not take the document along."""
    try:
        return Source(name, data, find_metadata(PurePosixPath(name).name, neighbour) if neighbour else None)
    except ParseError as error:
        return Source(name, data, misfit=f"{name}: was read without what lies next to it: {error}")


def _members(archive: Archive, name: str, depth: int) -> Iterator[Source | ParseError]:
    if depth == MAX_NESTED:
        raise ParseError(f"{name}: is an archive within {MAX_NESTED} others; unpack it and parse the folder.")
    names = set(archive.names)
    for member in documents_in(archive):
        path = PurePosixPath(member)
        if is_metadata(path.name):
            continue

        def neighbour(file: str, folder: PurePosixPath = path.parent) -> bytes | None:
            beside = str(folder / file)
            return archive.read(beside) if beside in names else None

        try:
            data = archive.read(member)
        except ParseError as error:
            yield error
            continue
        yield from _unpacked(io.BytesIO(data), f"{name}/{member}", neighbour, depth + 1)


def _is_packed_document(archive: Archive) -> bool:
    return any(name in _PACKED_DOCUMENTS for name in archive.names)


def _holds_set(file: Path) -> bool:
    """Whether a JSON file is a data set and no sidecar."""
    try:
        with file.open("rb") as stream:
            return file.suffix == ".json" and is_data_set(stream.read(_HEAD))
    except OSError:
        return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ParseError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
