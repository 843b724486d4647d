"""The index folder: complete builds under `builds/<id>/`, and one small file `CURRENT` that names the live one.

A build is written beside the live one, its files are flushed to disk, its manifest (with the checksum of every
file) is written last, and `CURRENT` is replaced in one step: a build that dies leaves the live index untouched.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embeddings.errors import IndexFolderError

FORMAT = 2
_MANIFEST = "manifest.json"
_KEPT = 2


def new_build(index: Path) -> Path:
    """Create and return an empty folder for a build.

    Raises:
        IndexFolderError: The folder cannot be written.
    """
    try:
        folder = index / "builds" / f"unfinished-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
    except OSError as error:
        raise IndexFolderError(
            f"The index folder {index} cannot be written ({error.strerror}); choose another with --index."
        ) from error
    return folder


def publish(index: Path, folder: Path, facts: Mapping[str, Any]) -> str:
    """Seal a build, make it the live one and remove old builds; return its id.

    Args:
        index: The index folder.
        folder: What `new_build` returned, now filled.
        facts: What the manifest says besides format, id and files. JSON values.

    Raises:
        IndexFolderError: It cannot be written.
    """
    try:
        files = {str(path.relative_to(folder)): _seal(path) for path in sorted(folder.rglob("*")) if path.is_file()}
        content = json.dumps({"format": FORMAT, **facts, "files": files}, sort_keys=True, ensure_ascii=False)
        build = hashlib.sha256(content.encode()).hexdigest()[:12]
        _write(folder / _MANIFEST, json.dumps({**json.loads(content), "build": build}, indent=1, ensure_ascii=False))
        target = folder.with_name(build)
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
        _write(index / "CURRENT.new", build + "\n")
        (index / "CURRENT.new").replace(index / "CURRENT")
        _sync_folder(index)
        _remove_old(index, build)
    except OSError as error:
        raise IndexFolderError(f"The index folder {index} cannot be written ({error.strerror}).") from error
    return build


def live_build(index: Path) -> Path | None:
    """Return the folder of the live build, or None where there is no index at all."""
    try:
        return index / "builds" / (index / "CURRENT").read_text().strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexFolderError(f"{index / 'CURRENT'} cannot be read; rebuild the index.") from error


def open_build(index: Path) -> tuple[Path, dict[str, Any]]:
    """Return the live build's folder and manifest, after checking format and every file.

    Raises:
        IndexFolderError: There is no index, it has another format, or a file is missing or damaged.
    """
    folder = live_build(index)
    if folder is None:
        raise IndexFolderError(
            f"There is no index in {index}; make one with `kamerwijzer build --documents FILE --index {index}`."
        )
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise IndexFolderError(
                f"The index in {index} has format {manifest['format']!r}, this program reads {FORMAT}; rebuild it."
            )
        damaged = [name for name, checksum in manifest["files"].items() if _checksum(folder / name) != checksum]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexFolderError(f"The index in {index} is incomplete or damaged ({folder.name}); rebuild it.") from error
    if damaged:
        raise IndexFolderError(f"The index in {index} is damaged: {', '.join(damaged)} changed on disk; rebuild it.")
    return folder, manifest


def _seal(path: Path) -> str:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return _checksum(path)


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_old(index: Path, live: str) -> None:
    finished = [path for path in (index / "builds").iterdir() if not path.name.startswith("unfinished-")]
    finished.sort(key=lambda path: (path.name == live, path.stat().st_mtime), reverse=True)
    for path in finished[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
