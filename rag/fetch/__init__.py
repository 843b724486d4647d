"""Fetch published Kamervragen into a folder of raw documents, politely and resumably.

Reading order: `records` (what goes in and comes out), `client` (one request), `odata` and `sru`/`repository` (the
two doors), `content` (is this the document?), `state` (the folder), `run` (the work). Nothing is parsed here: a
later step reads the folder, each raw document with the sidecar JSON beside it.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from rag.fetch.client import PoliteClient
from rag.fetch.errors import ContentError, FetchError, TransportError
from rag.fetch.odata import ODATA_URL, TweedeKamer
from rag.fetch.records import DateKind, Door, FetchReport, FetchRequest, Manners, Period, Progress
from rag.fetch.repository import REPOSITORY_URL, SRU_URL, Repository
from rag.fetch.run import Run, Service
from rag.fetch.state import LastRun, Sidecar, Store, read_sidecar

__all__ = [
    "ODATA_URL",
    "REPOSITORY_URL",
    "SRU_URL",
    "ContentError",
    "DateKind",
    "Door",
    "FetchError",
    "FetchReport",
    "FetchRequest",
    "Manners",
    "Period",
    "Progress",
    "Sidecar",
    "TransportError",
    "fetch",
    "read_sidecar",
]

_NUMBER = re.compile(r"[0-9]{4}Z[0-9]{4,5}|(ah|kv)-[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_OVERLAP = datetime.timedelta(hours=1)  # clocks differ; looking twice at an unchanged document costs nothing


def fetch(
    request: FetchRequest,
    folder: Path,
    *,
    odata_url: str = ODATA_URL,
    repository_url: str = REPOSITORY_URL,
    sru_url: str = SRU_URL,
    manners: Manners | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> FetchReport:
    """Bring the documents of a request into the folder, or up to date there.

    A run that was stopped in any way is resumed by the same call: what is on disk and whole is not asked for
    again. Vraagnummers that the Tweede Kamer does not know are asked of the official repository.

    Args:
        request: A period, vraagnummers, or what changed since the last run.
        folder: Made if absent; its layout is described in `rag.fetch.state`.
        odata_url: The Tweede Kamer's OData service.
        repository_url: The repository of official publications.
        sru_url: Its search service, on the same host.
        manners: Pace, time-outs and bounds.
        progress: Told after every Kamervraag, and before every wait with its seconds and reason.

    Returns:
        What is new, changed, unchanged and removed, and what failed with the reason.

    Raises:
        FetchError: The request is impossible, a listing fails, the service is down, or the disk refuses. What was
            fetched until then is whole and kept.
    """
    manners = manners or Manners()
    store = Store(folder)
    started = datetime.datetime.now(datetime.UTC)
    last_run = store.last_run()
    with ExitStack() as stack:
        run: Run  # the clients tell it of their waits; they exist before it does, and wait only after
        clients = [
            stack.enter_context(PoliteClient(url, interval, manners, lambda wait, why: run.waits(wait, why)))
            for url, interval in (
                (odata_url, manners.odata_interval),
                (repository_url, manners.repository_interval),
            )
        ]
        repository = Service(Door.REPOSITORY, Repository(clients[1], sru_url, repository_url), clients[1])
        chamber = Service(Door.TWEEDE_KAMER, TweedeKamer(clients[0], odata_url), clients[0])
        services = [repository] if request.door is Door.REPOSITORY else [chamber, repository]
        run = Run(store, services, manners, progress or (lambda state: None))
        attempted = _numbers(request, services[0], last_run, folder)
        run.fetch(attempted)
        store.record_run(_next_run(request, last_run, started, attempted, run.tally.failed_numbers))
        return run.tally.report(sum(client.requests for client in clients))


def _numbers(request: FetchRequest, service: Service, last_run: LastRun | None, folder: Path) -> list[str]:
    """The vraagnummers to look at, each once, in order."""
    if request.numbers:
        return list(dict.fromkeys(_checked(number) for number in request.numbers))
    if request.period:
        return sorted(set(service.source.numbers(request.period)))
    if last_run is None:
        raise FetchError(f"{folder} holds no earlier run to update; fetch a period or vraagnummers first.")
    changed = service.source.changed_since(last_run.since - _OVERLAP)
    return sorted({*changed, *last_run.retry})


def _checked(number: str) -> str:
    cleaned = number.strip()
    cleaned = cleaned.upper() if cleaned[:1].isdigit() else cleaned
    if not _NUMBER.fullmatch(cleaned):
        raise FetchError(f'{number!r} is no vraagnummer; expected one such as "2022Z04736".')
    return cleaned


def _next_run(
    request: FetchRequest,
    last_run: LastRun | None,
    started: datetime.datetime,
    attempted: Sequence[str],
    failed: Sequence[str],
) -> LastRun:
    """Only `update` moves the moment on: a period says nothing of what changed elsewhere since the last run."""
    since = last_run.since if last_run and not request.update else started
    still = set(last_run.retry if last_run else ()) - set(attempted)
    return LastRun(since, tuple(sorted(still | set(failed))))
