"""Zip archives of documents, read member by member with bounded sizes; the packing of DOCX too.

An archive comes from elsewhere: a small file may claim to unpack to terabytes, so what a member is allowed to
become is bounded, by itself and in proportion to what it is packed in, and counted while it is unpacked.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from rag.errors import ParseError

MAX_MEMBERS = 100_000
MAX_MEMBER_BYTES = 64_000_000
MAX_RATIO = 200
"""How many times its packed size a member may become; real XML reaches about 60."""
FREE_BYTES = 1_000_000
"""A member up to this size may have any ratio: a table of empty cells packs very well."""
_CHUNK = 1 << 20
_START = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
_BESIDE = (".css", ".js", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".woff", ".woff2", ".ttf", ".ico", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its path inside, and its bytes."""

    name: str
    data: bytes


class Archive:
    """A zip archive.

    Args:
        data: The archive, or an open file of it, so that a large one need not be in memory.
        name: Its name, for messages.

    Raises:
        ParseError: It is damaged or has more members than any real one.
    """

    def __init__(self, data: bytes | IO[bytes], name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ParseError(f"{name}: is a damaged archive ({error}); fetch it again.") from error
        if not all(item.filename for item in self._zip.infolist()):
            raise ParseError(f"{name}: is a damaged archive (a file in it has no name); fetch it again.")
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise ParseError(f"{name}: holds more than {MAX_MEMBERS:,} files; unpack it and parse the folder.")

    @property
    def names(self) -> list[str]:
        """The paths of the files in it, in name order, folders left out."""
        return sorted({item.filename for item in self._zip.infolist() if not item.is_dir()})

    def read(self, member: str) -> bytes:
        """Return the bytes of a member.

        Raises:
            ParseError: It is not there, damaged, locked, or larger than its bounds.
        """
        where = f"{self._name}/{member}"
        try:
            packed = self._zip.getinfo(member).compress_size
            limit = min(MAX_MEMBER_BYTES, max(FREE_BYTES, packed * MAX_RATIO))
            pieces: list[bytes] = []
            with self._zip.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    pieces.append(piece)
                    limit -= len(piece)
                    if limit < 0:
                        raise ParseError(f"{where}: unpacks to more than is safe; unpack it yourself if you trust it.")
        except KeyError as error:
            raise ParseError(f"{self._name}: has no {member}; fetch it again.") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
            raise ParseError(f"{where}: is damaged ({error}); fetch it again.") from error
        except RuntimeError as error:  # zipfile's word for a password, and for a packing it does not know
            raise ParseError(f"{where}: cannot be unpacked ({error}); unpack it yourself.") from error
        return b"".join(pieces)


def is_archive(data: bytes) -> bool:
    """Whether bytes are a zip archive of whatever kind (DOCX and ODT are too; ask for those first)."""
    return data.startswith((_START, _EMPTY))


def has_member(data: bytes, member: str) -> bool:
    """Whether bytes are a zip archive with a file of that path in it."""
    if not data.startswith(_START):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(item.filename == member for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return member.encode() in data  # damaged: the form that it names is to say so


def documents_in(archive: Archive) -> Iterator[str]:
    """Yield the paths of the members that may be documents: no images, styles, scripts or hidden files."""
    for name in archive.names:
        path = PurePosixPath(name)
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        if not hidden and path.suffix.lower() not in _BESIDE:
            yield name
