"""The records of a fetch; a leaf module, standard library and `rag.records` only.

A source lists `Dossier`s (one vraagnummer each) of `Listing`s (one published document each); a listing names the
`Publication` to download. `FetchRequest` goes in, `Progress` comes along the way, `FetchReport` comes out.
"""

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.fetch.errors import FetchError
from rag.records import Person


class Door(StrEnum):
    """The service that documents are fetched from."""

    TWEEDE_KAMER = "tweedekamer"
    REPOSITORY = "repository"


class DateKind(StrEnum):
    """The date that a period is about: when the vragen were asked, or when they were answered."""

    ASKED = "asked"
    ANSWERED = "answered"


class DocumentKind(StrEnum):
    """What a published document is to its Kamervraag."""

    QUESTION = "question"
    ANSWER = "answer"
    MEDEDELING = "mededeling"


@dataclass(frozen=True, slots=True)
class Period:
    """A period of days, both ends included.

    Raises:
        FetchError: `end` lies before `start`.
    """

    start: datetime.date
    end: datetime.date
    by: DateKind = DateKind.ASKED

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise FetchError(f"The period ends ({self.end}) before it starts ({self.start}); swap the two dates.")

    def holds(self, day: datetime.date | None) -> bool:
        """Whether the day lies in the period; an unknown day is taken to do so, as the service listed it."""
        return day is None or self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch: exactly one of a period, vraagnummers, or what changed since the last run.

    Raises:
        FetchError: None or more than one of them is given.
    """

    period: Period | None = None
    numbers: tuple[str, ...] = ()
    update: bool = False
    door: Door = Door.TWEEDE_KAMER

    def __post_init__(self) -> None:
        given = [self.period is not None, bool(self.numbers), self.update].count(True)
        if given != 1:
            raise FetchError(f"A fetch needs one of a period, vraagnummers or update; found {given} of them.")


@dataclass(frozen=True, slots=True)
class Manners:
    """How to behave towards the services; the defaults are what an unattended run should use.

    Attributes:
        repository_interval: Least seconds between two requests to the official repository and its search.
        odata_interval: The same for the Tweede Kamer service, which is made for programs.
        timeout: Seconds without a byte before a request is given up and tried again.
        deadline: Seconds that one answer may take in all, so that a dripping server cannot hold the run.
        attempts: How often one request is tried in all.
        longest_wait: Seconds; a server that asks for more by Retry-After ends the run instead.
        max_bytes: Largest answer that is read.
        give_up_after: Documents in a row without any usable answer after which the service counts as down.
        sleep: Waits that many seconds; tests inject their own.
    """

    repository_interval: float = 3.0
    odata_interval: float = 0.1
    timeout: float = 30.0
    deadline: float = 300.0
    attempts: int = 5
    longest_wait: float = 900.0
    max_bytes: int = 50 * 1024 * 1024
    give_up_after: int = 5
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands.

    Attributes:
        done: Kamervragen dealt with.
        total: Kamervragen in all, or None while they are being listed.
        documents: Documents looked at so far.
        seconds_left: An estimate from the pace so far, None before the first Kamervraag is done.
        waiting: Seconds that the client is about to wait because a server asked for it or failed; else 0.
        message: Why it waits, else "".
    """

    done: int = 0
    total: int | None = None
    documents: int = 0
    seconds_left: float | None = None
    waiting: float = 0.0
    message: str = ""


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run did, by document id; the ids of `failed` and `notes` come with the reason.

    Attributes:
        removed: Documents that the service no longer lists under their vraagnummer, or that a typeset version
            replaced; their files are gone from the folder.
        notes: What was left out on purpose: documents of another kind, topics that could not be had.
        bodies: Document bodies received; 0 in a re-run where nothing changed.
        requests: Requests sent, listings included.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    bodies: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Publication:
    """One downloadable form of a document.

    `listed` is what the listing says of its version (time of change, length); a download that was made under the
    same words needs no request. Empty when the listing says nothing: then the server is asked conditionally.
    """

    url: str
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A published document as its service lists it.

    Attributes:
        id: The official number ("ah-tk-20242025-1244"), else the Tweede Kamer's ("2025D41392"); the file's name.
        document: The Tweede Kamer's document number, where known.
        metadata: The official metadata record of it (topics), where listed.
    """

    id: str
    kind: DocumentKind
    publication: Publication
    title: str = ""
    date: datetime.date | None = None
    document: str | None = None
    metadata: Publication | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One vraagnummer with what its service knows about it.

    `skipped` holds (document number, kind) of documents that are no part of a Kamervraag.
    """

    vraagnummer: str
    listings: tuple[Listing, ...]
    title: str = ""
    asked: datetime.date | None = None
    answered: datetime.date | None = None
    askers: tuple[Person, ...] = ()
    addressees: tuple[Person, ...] = ()
    answer_id: str | None = None
    question_url: str | None = None
    answer_url: str | None = None
    skipped: tuple[tuple[str, str], ...] = ()
