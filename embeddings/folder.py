"""The index folder: complete builds under `builds/<id>/`, and one small file `CURRENT` that names the live one.

A build is written beside the live one, its files are flushed to disk, its manifest (with size and checksum of every
file) is written last, and `CURRENT` is replaced in one step: a build that dies leaves the live index untouched.
One build at a time: `building` holds a lock that the system takes back from a process that dies.

Opening does not read gigabytes: a large file that has the size and the time of writing noted when its checksum was
last right is taken as right. A copied or touched file is read in full once.
"""

import errno
import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from embeddings.durable import TEMPORARY, checksum, sync_file, sync_folder, write_text
from embeddings.errors import IndexFolderError

FORMAT = 6
VECTORS = "vectors"
"""Folder in the index folder where `embeddings.cache` keeps vectors."""

_BUILDS, _CURRENT, _LOCK, _MANIFEST, _SEEN = "builds", "CURRENT", "LOCK", "manifest.json", "seen.json"
_KEPT = 2
"""Builds that stay: the live one and the one before."""

_SMALL = 1_000_000
"""Bytes of a file whose checksum is taken at every opening."""


@contextmanager
def building(index: Path) -> Iterator[Path]:
    """Hold the index folder for one build; what a killed build left half-written is cleared.

    Yields:
        An empty folder to write the build into; what is left of it afterwards is removed.

    Raises:
        IndexFolderError: Another build is at work, the folder cannot be written, or the disk is full.
    """
    try:
        folder = index / _BUILDS / f"unfinished-{uuid.uuid4().hex[:12]}"
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(index / _LOCK, timeout=0):
            _clear(index)
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise IndexFolderError(
            f"Another build is writing the index in {index}; wait until it is done, or choose another with --index."
        ) from error
    except OSError as error:
        raise _cannot_write(index, error) from error


def publish(index: Path, folder: Path, facts: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """Seal a build, make it the live one and remove old builds; return its id.

    The id follows from content and facts: an equal build that is already there, and whole, is made live instead.

    Args:
        index: The index folder.
        folder: What `building` gave, now filled.
        facts: What the manifest says besides format, id and files. JSON values.
        report: What the build did; the manifest keeps it, the id does not depend on it.

    Raises:
        OSError: It cannot be written.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in paths:
        sync_file(path)
    with ThreadPoolExecutor() as threads:
        sums = list(threads.map(checksum, paths))
    names = [path.relative_to(folder).as_posix() for path in paths]
    files = {name: [path.stat().st_size, found] for name, path, found in zip(names, paths, sums, strict=True)}
    content = {"format": FORMAT, **facts, "files": files}
    build = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
    while (index / _BUILDS / build).exists() and _damaged(index / _BUILDS / build, files, thorough=True):
        build = hashlib.sha256(build.encode()).hexdigest()[:12]
    target = index / _BUILDS / build
    home = target if target.exists() else folder
    manifest = {**content, "report": {**report, "build": build}, "build": build}
    write_text(home / _MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    _remember(home, files)
    for inner in {path.parent for path in paths}:
        sync_folder(inner)
    if home is folder:
        folder.rename(target)
    sync_folder(index / _BUILDS)
    write_text(index / _CURRENT, build + "\n")
    _remove_old(index, build)
    return build


def keep(index: Path, report: Mapping[str, Any]) -> str:
    """Leave the live build as it is, but for the report in its manifest; return its id.

    Raises:
        OSError: It cannot be written.
    """
    folder, manifest = open_build(index)
    build = str(manifest["build"])
    content = {**manifest, "report": {**report, "build": build}}
    write_text(folder / _MANIFEST, json.dumps(content, indent=1, ensure_ascii=False))
    return build


def live_build(index: Path) -> Path | None:
    """Return the folder of the live build, or None where there is no index at all."""
    try:
        return index / _BUILDS / (index / _CURRENT).read_text().strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexFolderError(f"{index / _CURRENT} cannot be read; rebuild the index.") from error


def open_build(index: Path, *, thorough: bool = False) -> tuple[Path, dict[str, Any]]:
    """Return the live build's folder and manifest, after checking format and every file.

    Args:
        index: The index folder.
        thorough: Whether every file is read in full; else large ones only where size or time of writing is new.

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
        damaged = _damaged(folder, manifest["files"], thorough=thorough)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexFolderError(f"The index in {index} is incomplete or damaged ({folder.name}); rebuild it.") from error
    if damaged:
        raise IndexFolderError(f"The index in {index} is damaged: {', '.join(damaged)} changed on disk; rebuild it.")
    return folder, manifest


def _damaged(folder: Path, files: Mapping[str, Any], *, thorough: bool) -> list[str]:
    """Return the files that are missing or not what the manifest says; note the others as seen."""
    seen = {} if thorough else _seen(folder)
    damaged = [name for name, (size, wanted) in files.items() if not _is_sound(folder / name, size, wanted, seen)]
    if not damaged and seen != _stamps(folder, files):
        _remember(folder, files)
    return damaged


def _is_sound(path: Path, size: int, wanted: str, seen: Mapping[str, int]) -> bool:
    if not path.is_file() or path.stat().st_size != size:
        return False
    if size > _SMALL and seen.get(path.name) == path.stat().st_mtime_ns:
        return True
    return checksum(path) == wanted


def _seen(folder: Path) -> dict[str, int]:
    try:
        seen: dict[str, int] = json.loads((folder / _SEEN).read_text())
    except (OSError, ValueError):
        return {}
    return seen


def _stamps(folder: Path, files: Mapping[str, Any]) -> dict[str, int]:
    return {Path(name).name: (folder / name).stat().st_mtime_ns for name, (size, _) in files.items() if size > _SMALL}


def _remember(folder: Path, files: Mapping[str, Any]) -> None:
    """Note when the large files were written, all of them being right; a folder that cannot be written goes without."""
    try:
        write_text(folder / _SEEN, json.dumps(_stamps(folder, files)))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise


def _clear(index: Path) -> None:
    for path in (index / _BUILDS).glob("unfinished-*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in index.glob(f"*{TEMPORARY}"):
        path.unlink()


def _remove_old(index: Path, live: str) -> None:
    finished = [path for path in (index / _BUILDS).iterdir() if not path.name.startswith("unfinished-")]
    finished.sort(key=lambda path: (path.name == live, path.stat().st_mtime), reverse=True)
    for path in finished[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _cannot_write(index: Path, error: OSError) -> IndexFolderError:
    reason = error.strerror or error
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return IndexFolderError(f"The index folder {index} cannot be written ({reason}); choose another with --index.")
    return IndexFolderError(
        f"The index in {index} could not be written ({reason}). The live one is as it was, and what was embedded is "
        "kept: if the disk is full, make room and run the same build again."
    )
