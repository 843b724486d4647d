"""The office: what the administrator of this server may do, who that is, and the one job that may be running."""

import hmac
import ipaddress
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from embeddings.folder import live_build
from rag.answer import Assistant
from rag.fetch import FetchRequest
from rag.jobs import RUNNING, Job, Status
from rag.pace import Pace, read_pace
from rag.renew import Place, Renewed, fetch_and_build, rebuild
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.ui.feedback import Feedback

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_WRONG_PASSWORD_SECONDS = 1.0


class Caller(Protocol):
    """What is looked at of a request; a `gr.Request` is one."""

    @property
    def client(self) -> Any:  # noqa: ANN401
        """Who calls; `client.host` is the address, and there may be none."""

    @property
    def headers(self) -> Any:  # noqa: ANN401
        """The headers, by name in lower case."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server was started.

    Attributes:
        index: The index folder; None where the page has none to renew.
        documents: The documents that the index was built from, where they were named.
        local: Whether the server listens on this machine alone.
        password: Of the administrator; "" for none.
        feedback: Where judgements of answers go; None where they are not asked for.
        services: Addresses to fetch from, other than the official ones.
    """

    index: Path | None = None
    documents: Path | None = None
    local: bool = False
    password: str = ""
    feedback: Feedback | None = None
    services: Mapping[str, str] = field(default_factory=dict)


class Office:
    """Answers who may renew the index, starts and stops that, and makes the page use the new build."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        """Remember both; nothing runs yet."""
        self.assistant = assistant
        self.settings = settings
        self._job: Job[Renewed] | None = None
        self._lock = threading.Lock()

    def asks_password(self) -> bool:
        """Whether the administrator is known by a password."""
        return bool(self.settings.index and self.settings.password)

    def admits(self, caller: Caller, password: str = "") -> bool:
        """Whether a caller is the administrator.

        With a password set, by that alone. Without one, only who calls from this machine a server that listens to
        this machine alone: directly, and by a name of this machine, so that no page elsewhere can do it in passing.
        """
        if self.settings.index is None:
            return False
        if self.settings.password:
            if hmac.compare_digest(password.encode(), self.settings.password.encode()):
                return True
            if password:
                time.sleep(_WRONG_PASSWORD_SECONDS)
            return False
        return self.settings.local and _from_here(caller)

    @property
    def status(self) -> Status[Renewed] | None:
        """Where the last job stands; None where none was started."""
        return self._job.status if self._job else None

    @property
    def stopping(self) -> bool:
        """Whether the running job was asked to stop."""
        return self._job is not None and self._job.stopping

    def wait(self, seconds: float) -> Status[Renewed] | None:
        """Wait until the last job has ended, or for so many seconds, and return where it stands."""
        return self._job.wait(seconds) if self._job else None

    def source(self) -> Path | None:
        """Return the documents that a rebuild takes; None where they are not known."""
        if self.settings.index is None:
            return None
        if self.place.made_here(self.assistant.retriever.build):
            return self.place.documents
        if self.assistant.retriever.store.fictional():
            return sample_path()
        return self.settings.documents

    def may_fetch(self) -> bool:
        """Whether what is fetched may take the place of the index: it is the sample, or was fetched before."""
        store, build = self.assistant.retriever.store, self.assistant.retriever.build
        return self.settings.index is not None and (store.fictional() or self.place.made_here(build))

    def may_update(self) -> bool:
        """Whether there is an earlier fetch whose index this is."""
        return self.settings.index is not None and self.place.made_here(self.assistant.retriever.build)

    @property
    def place(self) -> Place:
        """Where a job works.

        Raises:
            ValueError: There is no index to renew.
        """
        if self.settings.index is None:
            raise ValueError("there is no index folder to renew")
        return Place(self.settings.index, self.assistant.retriever.encoder, self.switch, self.settings.services)

    def fetch(self, request: FetchRequest) -> None:
        """Start to fetch, build and switch over, unless a job is running."""
        place = self.place
        self._start(lambda job: fetch_and_build(request, place, job))

    def rebuild(self) -> None:
        """Start to build again from the documents of the index, unless a job is running or they are not known."""
        documents, place = self.source(), self.place
        if documents is not None:
            self._start(lambda job: rebuild(documents, place, job))

    def cancel(self) -> None:
        """Ask the running job to stop."""
        if self._job:
            self._job.cancel()

    def switch(self) -> None:
        """Make the running page use the live build.

        Raises:
            IndexFolderError: It cannot be opened; the page goes on with the one before.
        """
        if self.settings.index is not None:
            self.assistant.retriever = Retriever.open(self.settings.index, encoder=self.assistant.retriever.encoder)

    def facts(self) -> dict[str, Any]:
        """Return the manifest of the live build, and `made`: when it was written, in seconds since 1970."""
        if self.settings.index is None:
            return dict(self.assistant.retriever.opened.manifest)
        folder = live_build(self.settings.index)
        if folder is None:
            return {}
        try:
            path = folder / "manifest.json"
            return {**json.loads(path.read_text(encoding="utf-8")), "made": path.stat().st_mtime}
        except (OSError, ValueError):
            return {}

    def pace(self) -> Pace:
        """Return how fast a renewal is here: by the one before, else by how the live build was made."""
        if self.settings.index is None or self.place.pace.exists():
            return read_pace(self.place.pace) if self.settings.index else Pace()
        report = self.facts().get("report")
        return Pace(embedding=Pace().built(report).embedding) if isinstance(report, dict) else Pace()

    def _start(self, work: Callable[[Job[Renewed]], Renewed]) -> None:
        with self._lock:
            if self._job is None or self._job.status.state != RUNNING:
                self._job = Job(work)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _from_here(caller: Caller) -> bool:
    """Whether a request comes straight from this machine, and is addressed to it."""
    if caller.client is None or not is_loopback(str(caller.client.host)):
        return False
    headers = caller.headers
    if any(headers.get(name) for name in _FORWARDED):
        return False
    return is_loopback(urlsplit(f"//{headers.get('host', '')}").hostname or "")
