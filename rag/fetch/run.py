"""A run: list the vraagnummers, then bring each one's documents on disk up to the listing."""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rag.fetch.client import PoliteClient
from rag.fetch.content import file_extension, read_topics
from rag.fetch.errors import ContentError, FetchError, TransportError
from rag.fetch.records import Door, Dossier, FetchReport, Listing, Manners, Period, Progress, Publication
from rag.fetch.state import Download, Sidecar, Store, checksum

_BATCH = 25


class Source(Protocol):
    """A service that lists Kamervragen; what it hands out is downloaded by the run."""

    def numbers(self, period: Period) -> Iterator[str]:
        """Yield the vraagnummers of a period; one may come more than once."""

    def changed_since(self, moment: datetime.datetime) -> Iterator[str]:
        """Yield the vraagnummers in which anything changed since the moment; one may come more than once."""

    def dossiers(self, numbers: Sequence[str]) -> Iterator[Dossier]:
        """Yield what the service knows of these vraagnummers; unknown ones are left out."""


@dataclass(frozen=True, slots=True)
class Service:
    """A source with the client that its documents are downloaded with."""

    door: Door
    source: Source
    client: PoliteClient


@dataclass
class Tally:
    """The report while it is being made; `failed_numbers` are the vraagnummers to look at again."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    failed_numbers: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    bodies: int = 0
    unanswered: int = 0

    def report(self, requests: int) -> FetchReport:
        """The finished report."""
        return FetchReport(
            new=tuple(self.new),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            failed=dict(self.failed),
            notes=dict(self.notes),
            bodies=self.bodies,
            requests=requests,
        )


class Run:
    """One run over a list of vraagnummers.

    Args:
        store: Where the documents go.
        services: The doors in order; what the first does not know is asked of the next.
        manners: When to give up.
        progress: Told after every Kamervraag and before every wait.
    """

    def __init__(
        self,
        store: Store,
        services: Sequence[Service],
        manners: Manners,
        progress: Callable[[Progress], None],
    ) -> None:
        self._store = store
        self._services = services
        self._manners = manners
        self._progress = progress
        self._state = Progress()
        self.tally = Tally()

    def waits(self, seconds: float, reason: str) -> None:
        """Pass on that a client is about to wait."""
        self._progress(replace(self._state, waiting=seconds, message=reason))

    def fetch(self, numbers: Sequence[str]) -> None:
        """Bring these vraagnummers up to date.

        Raises:
            FetchError: A listing fails, the service is down, or the disk refuses. What is on disk stays good.
        """
        started = time.monotonic()
        self._advance(0, len(numbers), started)
        for position in range(0, len(numbers), _BATCH):
            missing = list(numbers[position : position + _BATCH])
            for service in self._services:
                for dossier in service.source.dossiers(missing) if missing else ():
                    missing = [number for number in missing if number != dossier.vraagnummer]
                    self._dossier(service, dossier)
                    self._advance(self._state.done + 1, len(numbers), started)
            for number in missing:
                self._fail(number, number, "no service lists Kamervragen under this number")
            self._advance(min(position + _BATCH, len(numbers)), len(numbers), started)

    def _advance(self, done: int, total: int, started: float) -> None:
        elapsed = time.monotonic() - started
        left = elapsed / done * (total - done) if done else None
        tally = self.tally
        documents = len(tally.new) + len(tally.changed) + len(tally.unchanged) + len(tally.failed)
        self._state = Progress(done, total, documents, left)
        self._progress(self._state)

    def _fail(self, identifier: str, vraagnummer: str, reason: str) -> None:
        self.tally.failed[identifier] = reason
        self.tally.failed_numbers.append(vraagnummer)

    def _dossier(self, service: Service, dossier: Dossier) -> None:
        try:
            held = self._store.sidecars(dossier.vraagnummer)
        except ContentError as error:
            self._fail(dossier.vraagnummer, dossier.vraagnummer, str(error))
            return
        failed_before = len(self.tally.failed_numbers)
        for document, soort in dossier.skipped:
            self.tally.notes[document] = f"{soort!r} under {dossier.vraagnummer} is no part of the Kamervraag"
        for listing in dossier.listings:
            try:
                self._document(service, dossier, listing, held.get(listing.id))
                self.tally.unanswered = 0
            except TransportError as error:
                self._fail(listing.id, dossier.vraagnummer, str(error))
                self._count_unanswered(error)
            except ContentError as error:
                self._fail(listing.id, dossier.vraagnummer, str(error))
        if len(self.tally.failed_numbers) == failed_before:
            self._remove_unlisted(service, dossier, held)

    def _count_unanswered(self, error: TransportError) -> None:
        self.tally.unanswered += 1
        if self.tally.unanswered >= self._manners.give_up_after:
            raise FetchError(
                f"The service does not answer: {self.tally.unanswered} documents in a row failed ({error}). "
                "What was fetched is kept: run the same command later."
            ) from error

    def _remove_unlisted(self, service: Service, dossier: Dossier, held: dict[str, Sidecar]) -> None:
        """Withdrawn documents, and those that a typeset version under another id replaced, must not be quoted."""
        listed = {listing.id for listing in dossier.listings}
        for identifier, sidecar in held.items():
            if identifier not in listed and sidecar.door == service.door:
                self._store.remove(sidecar)
                self.tally.removed.append(identifier)

    def _document(self, service: Service, dossier: Dossier, listing: Listing, held: Sidecar | None) -> None:
        download, _ = self._bring(
            service.client, dossier.vraagnummer, listing.publication, held.download if held else None, listing.id
        )
        metadata, topics = self._metadata(service, dossier.vraagnummer, listing, held)
        sidecar = _sidecar(service.door, dossier, listing, download, metadata, topics)
        if sidecar != held:
            self._store.commit(sidecar)
        if held is None:
            self.tally.new.append(listing.id)
        elif _substance(sidecar) != _substance(held):
            self.tally.changed.append(listing.id)
        else:
            self.tally.unchanged.append(listing.id)

    def _metadata(
        self, service: Service, vraagnummer: str, listing: Listing, held: Sidecar | None
    ) -> tuple[Download | None, tuple[str, ...]]:
        """The official metadata record and its topics; a Kamervraag without them is still one."""
        if listing.metadata is None:
            return None, ()
        name = f"{listing.id}.metadata"
        earlier = held.metadata if held else None
        try:
            download, body = self._bring(service.client, vraagnummer, listing.metadata, earlier, name)
            return download, read_topics(body, name)
        except ContentError as error:
            kept = self._store.read(vraagnummer, earlier)
            if earlier is not None and kept is not None:
                return earlier, read_topics(kept, name)
            self.tally.notes[listing.id] = f"fetched without topics: {error}"
            return None, ()

    def _bring(
        self, client: PoliteClient, vraagnummer: str, publication: Publication, held: Download | None, name: str
    ) -> tuple[Download, bytes]:
        """Return the download that fits the publication and its bytes; ask the server only if the listing differs."""
        if held is not None and held.url != publication.url:
            held = None
        kept = self._store.read(vraagnummer, held)
        if held is None or kept is None:
            reply = client.get(publication.url)
        elif publication.listed and held.listed == publication.listed:
            return held, kept
        else:
            reply = client.get(publication.url, etag=held.etag, last_modified=held.last_modified)
            if reply.unchanged:
                return replace(held, listed=publication.listed), kept
        if reply.unchanged:
            raise ContentError(f"{publication.url} answered 304 to a request without conditions.")
        self.tally.bodies += 1
        file = f"{name}.xml" if name.endswith(".metadata") else f"{name}.{file_extension(reply.body, name)}"
        if name.endswith(".metadata"):
            read_topics(reply.body, name)  # before it is written: an error page must not replace a good record
        digest = checksum(reply.body)
        self._store.write(vraagnummer, file, reply.body)
        download = Download(file, publication.url, digest, publication.listed, reply.etag, reply.last_modified)
        return download, reply.body


def _sidecar(
    door: Door,
    dossier: Dossier,
    listing: Listing,
    download: Download,
    metadata: Download | None,
    topics: tuple[str, ...],
) -> Sidecar:
    return Sidecar(
        id=listing.id,
        vraagnummer=dossier.vraagnummer,
        kind=listing.kind.value,
        door=door.value,
        download=download,
        title=dossier.title,
        document_title=listing.title,
        document=listing.document,
        date=listing.date,
        asked=dossier.asked,
        answered=dossier.answered,
        askers=dossier.askers,
        addressees=dossier.addressees,
        topics=topics,
        answer_id=dossier.answer_id,
        question_url=dossier.question_url,
        answer_url=dossier.answer_url,
        metadata=metadata,
    )


def _substance(sidecar: Sidecar) -> Sidecar:
    """The sidecar without what only says how it was fetched: two that are equal here tell a reader the same."""
    text = Download("", "", sidecar.download.sha256)
    record = Download("", "", sidecar.metadata.sha256) if sidecar.metadata else None
    return replace(sidecar, download=text, metadata=record)
