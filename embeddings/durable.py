"""Files that survive a power cut: written beside, flushed to the disk, then put in their place in one step."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".new"
"""Suffix of a file that is still being written; one that a dead process left may be removed."""


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file durably and in one step: a reader sees the old one or the new one, whole.

    Args:
        path: Where it goes.
        write: Given an open binary file, writes the content.

    Raises:
        OSError: It cannot be written.
    """
    beside = path.with_name(path.name + TEMPORARY)
    with beside.open("wb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write a text file durably and in one step.

    Raises:
        OSError: It cannot be written.
    """
    write_file(path, lambda stream: stream.write(text.encode()))


def sync_file(path: Path) -> None:
    """Flush a file that is already written to the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can (Windows cannot)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
