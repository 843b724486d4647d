"""What is on disk is the state: raw documents with a sidecar each, and nothing to get out of step with them.

    folder/2024Z01234/ah-tk-20242025-1244.xml            the document as published
    folder/2024Z01234/ah-tk-20242025-1244.metadata.xml   its official metadata record, where there is one
    folder/2024Z01234/ah-tk-20242025-1244.json           the sidecar: what the listing knows, and the checksum
    folder/last-run.json                                 from when `update` looks for changes

Every file is written beside its place and renamed into it, the sidecar last. A run that was killed thus leaves
either no sidecar, or one whose checksum does not fit its document; both mean "fetch again".
"""

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rag.document_form import person_from_json, person_to_json
from rag.errors import DocumentsError
from rag.fetch.errors import ContentError, FetchError
from rag.fetch.records import Door
from rag.records import Person

_FORMAT = 1
_NAME = re.compile(r"[0-9A-Za-z]+([-_.][0-9A-Za-z]+)*")
_LAST_RUN = "last-run.json"


@dataclass(frozen=True, slots=True)
class Download:
    """Where a file came from and what proves it whole.

    `listed` is the listing's word for its version; `etag` and `last_modified` make the next request conditional.
    """

    file: str
    url: str
    sha256: str
    listed: str = ""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The JSON next to a raw document: what its service knows about it and its Kamervraag."""

    id: str
    vraagnummer: str
    kind: str
    door: str
    download: Download
    title: str = ""
    document_title: str = ""
    document: str | None = None
    date: datetime.date | None = None
    asked: datetime.date | None = None
    answered: datetime.date | None = None
    askers: tuple[Person, ...] = ()
    addressees: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    answer_id: str | None = None
    question_url: str | None = None
    answer_url: str | None = None
    metadata: Download | None = None


@dataclass(frozen=True, slots=True)
class LastRun:
    """From when `update` looks for changes, and the vraagnummers in which something failed since."""

    since: datetime.datetime
    retry: tuple[str, ...] = ()


class Store:
    """The folder of a fetch.

    Args:
        folder: Made if it does not exist.

    Raises:
        FetchError: It cannot be made or is a file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FetchError(f"{folder} cannot be made ({error.strerror}); name another folder.") from error

    def sidecars(self, vraagnummer: str) -> dict[str, Sidecar]:
        """Return the readable sidecars of a vraagnummer by document id; unreadable ones count as absent."""
        found = {}
        for path in sorted(self._place(vraagnummer).glob("*.json")):
            sidecar = _read_sidecar(path)
            if sidecar and sidecar.id == path.name.removesuffix(".json") and sidecar.vraagnummer == vraagnummer:
                found[sidecar.id] = sidecar
        return found

    def read(self, vraagnummer: str, download: Download | None) -> bytes | None:
        """Return the bytes of a download if they are still what was fetched, else None."""
        if download is None or not _NAME.fullmatch(download.file):
            return None
        try:
            body = (self._place(vraagnummer) / download.file).read_bytes()
        except OSError:
            return None
        return body if checksum(body) == download.sha256 else None

    def write(self, vraagnummer: str, file: str, body: bytes) -> None:
        """Write a file of a vraagnummer, whole or not at all.

        Raises:
            ContentError: The names are not fit for a path.
            FetchError: The disk refuses.
        """
        _write(self._place(vraagnummer) / _safe(file), body)

    def commit(self, sidecar: Sidecar) -> None:
        """Write the sidecar, which makes its document count, then remove what an earlier one named instead.

        Raises:
            FetchError: The disk refuses.
        """
        place = self._place(sidecar.vraagnummer)
        raw = json.dumps(_to_json(sidecar), ensure_ascii=False, indent=1) + "\n"
        _write(place / f"{_safe(sidecar.id)}.json", raw.encode())
        keep = {f"{sidecar.id}.json", sidecar.download.file, sidecar.metadata.file if sidecar.metadata else ""}
        for path in place.glob(f"{sidecar.id}.*"):
            if path.name not in keep and path.name.removeprefix(f"{sidecar.id}.").count(".") <= 1:
                _unlink(path)

    def remove(self, sidecar: Sidecar) -> None:
        """Remove a document: the sidecar first, so that a kill in between leaves nothing that counts.

        Raises:
            FetchError: The disk refuses.
        """
        place = self._place(sidecar.vraagnummer)
        _unlink(place / f"{sidecar.id}.json")
        for download in (sidecar.download, sidecar.metadata):
            if download and _NAME.fullmatch(download.file):
                _unlink(place / download.file)

    def last_run(self) -> LastRun | None:
        """Return when the last run was, or None if no run has ended here yet.

        Raises:
            FetchError: The file is damaged.
        """
        path = self._folder / _LAST_RUN
        try:
            raw = json.loads(path.read_bytes())
            return LastRun(datetime.datetime.fromisoformat(raw["since"]), tuple(map(str, raw["retry"])))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FetchError(f"{path} is damaged ({error}); remove it and fetch a period again.") from error

    def record_run(self, run: LastRun) -> None:
        """Write when the run was.

        Raises:
            FetchError: The disk refuses.
        """
        raw = {"format": _FORMAT, "since": run.since.isoformat(), "retry": list(run.retry)}
        _write(self._folder / _LAST_RUN, (json.dumps(raw, indent=1) + "\n").encode())

    def _place(self, vraagnummer: str) -> Path:
        return self._folder / _safe(vraagnummer)


def checksum(body: bytes) -> str:
    """Return the SHA-256 of a body, in hex."""
    return hashlib.sha256(body).hexdigest()


def read_sidecar(path: Path) -> Sidecar:
    """Read the sidecar of a fetched document, for the parser that comes after.

    Raises:
        FetchError: It is missing, damaged or of another format.
    """
    sidecar = _read_sidecar(path)
    if sidecar is None:
        raise FetchError(f"{path} is no sidecar of a fetched document, or damaged; run the same fetch again.")
    return sidecar


def _safe(name: str) -> str:
    # Names come from a service: nothing but plain names may become a path.
    if not _NAME.fullmatch(name) or len(name) > 120:
        raise ContentError(f"The service names a document {name!r:.60}, which is not fit for a file name.")
    return name


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(f".{path.name}.part")  # one name per file: what a kill leaves, the next run overwrites
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(body)  # no fsync: a loss of power shows in the checksum and is fetched again
        part.replace(path)
    except OSError as error:
        raise FetchError(f"{path} cannot be written ({error.strerror}); free space or check the rights.") from error


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FetchError(f"{path} cannot be removed ({error.strerror}); check the rights.") from error


def _to_json(sidecar: Sidecar) -> dict[str, Any]:
    raw: dict[str, Any] = {"format": _FORMAT}
    for name in (item.name for item in fields(Sidecar)):
        value = getattr(sidecar, name)
        if isinstance(value, datetime.date):
            value = value.isoformat()
        elif isinstance(value, Download):
            value = {item.name: getattr(value, item.name) for item in fields(Download) if getattr(value, item.name)}
        elif isinstance(value, tuple):
            value = [person_to_json(item) if isinstance(item, Person) else item for item in value]
        if value:
            raw[name] = value
    return raw


def _read_sidecar(path: Path) -> Sidecar | None:
    try:
        raw = json.loads(path.read_bytes())
        return _from_json(raw, str(path)) if raw.pop("format") == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, DocumentsError):
        return None


def _from_json(raw: Mapping[str, Any], where: str) -> Sidecar:
    values: dict[str, Any] = dict(raw)
    for name in ("date", "asked", "answered"):
        if name in values:
            values[name] = datetime.date.fromisoformat(values[name])
    for name in ("askers", "addressees"):
        values[name] = tuple(person_from_json(item, where) for item in values.get(name, ()))
    values["topics"] = tuple(map(str, values.get("topics", ())))
    values["download"] = _download(values["download"])
    if "metadata" in values:
        values["metadata"] = _download(values["metadata"])
    values["door"] = Door(values["door"]).value
    return Sidecar(**values)


def _download(raw: Mapping[str, Any]) -> Download:
    if not all(isinstance(value, str) for value in raw.values()):
        raise ValueError("a download's fields are texts")
    return Download(**raw)
