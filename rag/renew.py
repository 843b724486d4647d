"""Renew an index while it is in use: fetch, parse, build, switch over; or build again from documents.

Both are the work of a `Job`: they say how far they are, and stop where they are told to. Until the very end the
live index is untouched; what was fetched is kept and never asked for again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

import numpy as np

from embeddings.encoder import Encoder, Vectors
from rag.build import build_index
from rag.documents import dump_document, read_documents
from rag.errors import DocumentsError
from rag.fetch import FetchRequest, Manners, Period, Progress, fetch
from rag.jobs import Job
from rag.parsing import ParseFailure, parse_paths
from rag.progress import Progress as BuildProgress
from rag.records import Kamervraag

FETCHING, PARSING, EMBEDDING, SWITCHING = "fetching", "parsing", "embedding", "switching"

_A_DAY = 6.6
"""Kamervragen a day: 2,400 a year, as the Tweede Kamer's own list had them from 2009 to 2024."""

_FETCH_SECONDS = 1.5
"""Seconds to fetch one: two or three documents with their records, at the pace of `Manners`."""

_VRAGEN = 8.0
_EMBEDDED_A_SECOND = 8.0
_SLICE = 32


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal did: documents and passages in the new build, its id, and what could not be fetched or read."""

    documents: int
    passages: int
    build: str
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work is done.

    Attributes:
        index: The index folder.
        encoder: Loaded already; of the new build.
        switch: Called at the end; makes the running program use the new build.
        services: Addresses other than the official ones, as `rag.fetch.fetch` names them.
        manners: How to behave towards them; its `sleep` is replaced by one that can be cut short.
    """

    index: Path
    encoder: Encoder
    switch: Callable[[], object]
    services: Mapping[str, str] = field(default_factory=dict)
    manners: Mapping[str, float] = field(default_factory=dict)

    @property
    def fetched(self) -> Path:
        """Beside the index: the folder `raw` of documents as published, what they became, and where that is live."""
        return self.index.with_name(f"{self.index.name}-fetched")

    @property
    def raw(self) -> Path:
        """The folder that `rag.fetch` keeps."""
        return self.fetched / "raw"

    @property
    def documents(self) -> Path:
        """The documents file made of all that was fetched."""
        return self.fetched / "documents.jsonl"

    def made_here(self, build: str) -> bool:
        """Whether a build was made from what was fetched."""
        try:
            return (self.fetched / "build").read_text(encoding="utf-8").strip() == build
        except OSError:
            return False

    def mark(self, build: str) -> None:
        """Remember that a build was made from what was fetched."""
        (self.fetched / "build").write_text(build + "\n", encoding="utf-8")


def estimate(period: Period, embedded_a_second: float | None = None) -> tuple[int, float]:
    """Return about how many Kamervragen a period has, and about how many seconds a renewal with them takes."""
    days = (period.end - period.start + timedelta(days=1)).days
    count = max(1, round(days * _A_DAY))
    embedding = _VRAGEN / (embedded_a_second or _EMBEDDED_A_SECOND)
    return count, count * (_FETCH_SECONDS + embedding)


def fetch_and_build(request: FetchRequest, place: Place, job: Job[Renewed]) -> Renewed:
    """Fetch, parse all that was ever fetched, build, and switch over.

    Raises:
        CancelledError: It was stopped.
        FetchError: The service cannot be used.
        DocumentsError: Nothing was found in the period.
        IndexFolderError: The index cannot be written.
    """
    job.tell(FETCHING)
    report = fetch(
        request,
        place.raw,
        manners=Manners(sleep=job.sleep, **place.manners),  # type: ignore[arg-type]
        progress=lambda progress: _tell_fetching(progress, job),
        **place.services,
    )
    failures: list[ParseFailure] = []
    documents = list(parse_paths(_told(place.raw, job), failures))
    if not documents:
        raise DocumentsError("No Kamervragen were found in this period; choose a longer one.")
    _write(place.documents, documents)
    failed = {**report.failed, **{failure.document: failure.reason for failure in failures}}
    renewed = _built(documents, place, job, failed)
    place.mark(renewed.build)
    return renewed


def rebuild(documents: Path, place: Place, job: Job[Renewed]) -> Renewed:
    """Build again from a documents file or folder, and switch over.

    Raises:
        CancelledError: It was stopped.
        DocumentsError: They cannot be read.
        IndexFolderError: The index cannot be written.
    """
    job.tell(PARSING)
    renewed = _built(list(read_documents(documents)), place, job, {})
    if documents == place.documents:
        place.mark(renewed.build)
    return renewed


def _built(documents: list[Kamervraag], place: Place, job: Job[Renewed], failed: Mapping[str, str]) -> Renewed:
    told = _Told(place.encoder, job)
    report = build_index(documents, place.index, cast(Encoder, told), tell=told.hear)
    job.tell(SWITCHING)
    place.switch()
    return Renewed(report.documents, report.passages, report.build, failed)


class _Told:
    """An encoder that says how far it is within what a build gives it at a time, and can be stopped there."""

    def __init__(self, encoder: Encoder, job: Job[Renewed]) -> None:
        self._encoder, self._job = encoder, job
        self._heard = BuildProgress(EMBEDDING, 0, 0)

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def hear(self, progress: BuildProgress) -> None:
        """Pass on how far the build says it is."""
        self._heard = progress
        self._job.tell(progress.stage, progress.done, progress.total, progress.seconds_left)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        parts = []
        for start in range(0, len(texts), _SLICE):
            done = self._heard.done + start
            self._job.tell(EMBEDDING, done, self._heard.total, self._heard.seconds_left)
            parts.append(self._encoder.encode_passages(texts[start : start + _SLICE]))
        return np.concatenate(parts) if parts else self._encoder.encode_passages(texts)


def _tell_fetching(progress: Progress, job: Job[Renewed]) -> None:
    job.tell(FETCHING, progress.done, progress.total, progress.seconds_left)


def _told(folder: Path, job: Job[Renewed]) -> Iterator[Path]:
    """Yield the folders of raw documents, saying how far it is."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir())
    for done, path in enumerate(folders):
        job.tell(PARSING, done, len(folders))
        yield path


def _write(path: Path, documents: Iterable[Kamervraag]) -> None:
    new = path.with_suffix(".new")
    new.write_text("".join(dump_document(document) + "\n" for document in documents), encoding="utf-8")
    new.replace(path)
