"""Renew an index while it is in use: fetch, parse, build, switch over; or build again from documents.

Both are the work of a `Job`: they say how far they are, and stop where they are told to. Until the very end the
live index is untouched; what was fetched is kept and never asked for again.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import cast

import numpy as np
from filelock import FileLock, Timeout

from embeddings.encoder import Encoder, Vectors
from rag.build import build_index
from rag.document_form import dump_document
from rag.documents import read_documents
from rag.errors import BusyError, NothingFoundError
from rag.fetch import FetchReport, FetchRequest, Manners, Progress, fetch
from rag.jobs import Job
from rag.pace import Pace, read_pace, write_pace
from rag.parsing import ParseFailure, parse_paths
from rag.progress import Progress as BuildProgress
from rag.records import Kamervraag

FETCHING, PARSING, EMBEDDING, INDEXING, SWITCHING = "fetching", "parsing", "embedding", "indexing", "switching"

_SLICE = 32


class Fault(StrEnum):
    """What was the matter with a document."""

    NOT_FETCHED = "not_fetched"
    NOT_READ = "not_read"
    READ_IN_PART = "read_in_part"


@dataclass(frozen=True, slots=True)
class Missed:
    """A document that is not in the new build, or not whole.

    Attributes:
        document: Its id or the name of its file.
        fault: What was the matter.
        reason: The program's own words.
    """

    document: str
    fault: Fault
    reason: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal did.

    Attributes:
        documents: Kamervragen in the new build.
        passages: Vragen in it.
        build: Its id.
        embedded: Vragen that were embedded; the others were taken over.
        missed: What could not be fetched, or not be read whole.
    """

    documents: int
    passages: int
    build: str
    embedded: int = 0
    missed: tuple[Missed, ...] = ()


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

    @property
    def pace(self) -> Path:
        """The file with the pace of the last renewal."""
        return self.fetched / "pace.json"

    def made_here(self, build: str) -> bool:
        """Whether a build was made from what was fetched."""
        try:
            return (self.fetched / "build").read_text(encoding="utf-8").strip() == build
        except OSError:
            return False

    def mark(self, build: str) -> None:
        """Remember that a build was made from what was fetched."""
        (self.fetched / "build").write_text(build + "\n", encoding="utf-8")


def fetch_and_build(request: FetchRequest, place: Place, job: Job[Renewed]) -> Renewed:
    """Fetch, parse all that was ever fetched, build, and switch over.

    Raises:
        BusyError: Another process renews the same index.
        CancelledError: It was stopped.
        FetchError: The service cannot be used.
        NothingFoundError: The period has no Kamervragen.
        IndexFolderError: The index cannot be written.
    """
    with _alone(place):
        return _fetch_and_build(request, place, job)


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Hold what was fetched for this process; the system takes the lock back from a process that dies."""
    place.fetched.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(place.fetched / "LOCK", timeout=0):
            yield
    except Timeout as error:
        raise BusyError(f"Another process is renewing the index {place.index}; wait until it is done.") from error


def _fetch_and_build(request: FetchRequest, place: Place, job: Job[Renewed]) -> Renewed:
    report = _fetched(request, place, job)
    failures: list[ParseFailure] = []
    documents = list(parse_paths(_told(place.raw, job), failures))
    if not documents:
        raise NothingFoundError("No Kamervragen were found in this period; choose a longer one.")
    _write(place.documents, documents)
    renewed = _built(documents, place, job, _missed(report, failures))
    place.mark(renewed.build)
    return renewed


def _missed(report: FetchReport, failures: Sequence[ParseFailure]) -> tuple[Missed, ...]:
    fetched = [Missed(document, Fault.NOT_FETCHED, reason) for document, reason in report.failed.items()]
    read = [
        Missed(failure.document, Fault.READ_IN_PART if failure.partial else Fault.NOT_READ, failure.reason)
        for failure in failures
    ]
    return (*fetched, *read)


def _fetched(request: FetchRequest, place: Place, job: Job[Renewed]) -> FetchReport:
    """Fetch, and remember the pace where all was new."""
    job.tell(FETCHING)
    pace, start, seen = read_pace(place.pace), time.monotonic(), Progress()

    def hear(progress: Progress) -> None:
        nonlocal seen
        seen = progress
        _tell_fetching(progress, pace, job)

    manners = Manners(sleep=job.sleep, **place.manners)  # type: ignore[arg-type]
    report = fetch(request, place.raw, manners=manners, progress=hear, **place.services)
    if not (report.changed or report.unchanged):
        write_pace(place.pace, pace.fetched(seen.done, time.monotonic() - start))
    return report


def rebuild(documents: Path, place: Place, job: Job[Renewed]) -> Renewed:
    """Build again from a documents file or folder, and switch over.

    Raises:
        CancelledError: It was stopped.
        DocumentsError: They cannot be read.
        IndexFolderError: The index cannot be written.
    """
    job.tell(PARSING)
    renewed = _built(list(read_documents(documents)), place, job)
    if documents == place.documents:
        place.mark(renewed.build)
    return renewed


def _built(documents: list[Kamervraag], place: Place, job: Job[Renewed], missed: tuple[Missed, ...] = ()) -> Renewed:
    told = _Told(place.encoder, job)
    report = build_index(documents, place.index, cast(Encoder, told), tell=told.hear)
    if place.fetched.is_dir():
        write_pace(place.pace, read_pace(place.pace).built(asdict(report)))
    job.tell(SWITCHING)
    place.switch()
    return Renewed(report.documents, report.passages, report.build, report.embedded, missed)


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

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        def tell(start: int) -> None:
            self._job.tell(EMBEDDING, self._heard.done + start, self._heard.total, self._heard.seconds_left)

        return self._sliced(texts, self._encoder.encode_rows, tell)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed the corpus's own vragen, which are no passages and count as none."""
        return self._sliced(texts, self._encoder.encode_queries, lambda start: self._job.tell(INDEXING))

    def _sliced(
        self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors], tell: Callable[[int], None]
    ) -> Vectors:
        parts = []
        for start in range(0, len(texts), _SLICE):
            tell(start)
            parts.append(encode(texts[start : start + _SLICE]))
        return np.concatenate(parts) if parts else encode(texts)


def _tell_fetching(progress: Progress, pace: Pace, job: Job[Renewed]) -> None:
    """Say how far the fetch is, and how long all of it will take: the time to embed comes on top."""
    left = progress.seconds_left
    if left is not None and progress.total:
        left += pace.to_embed(progress.total)
    job.tell(FETCHING, progress.done, progress.total, left)


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
