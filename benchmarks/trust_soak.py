"""Mixed use of a running server for some time, with a rebuild every minute, and what that did to its memory."""

import itertools
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np

_WARM = 0.2
"""Share of the time that is not counted; five minutes at the most."""

_PAUSE = 0.5
"""Seconds between two requests of one client."""


def memory(process: int) -> tuple[float, float]:
    """Return the memory of a process, MB: its own (anonymous), and all that is resident (mapped files as well)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("RssAnon", "VmRSS"))}
    return int(sizes["RssAnon"]) / 1000, int(sizes["VmRSS"]) / 1000


class Visitors:
    """Clients that ask, search and open the page, over and over."""

    def __init__(self, address: str, questions: Sequence[str], stop: threading.Event) -> None:
        self._client = httpx.Client(base_url=address, timeout=120)
        self._questions, self._stop = itertools.cycle(questions), stop
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def run(self, kind: str) -> None:
        """Do one kind of thing until it is enough."""
        while not self._stop.is_set():
            try:
                getattr(self, kind)()
                self.done[kind] += 1
            except (httpx.HTTPError, AssertionError, KeyError) as error:
                self.failed[f"{kind}: {type(error).__name__} {error}"[:120]] += 1
            self._stop.wait(_PAUSE)

    def ask(self) -> None:
        """Ask a question."""
        self._call("ask", {"query": next(self._questions)})

    def search(self) -> None:
        """Search, with a filter and without."""
        self._call("search", {"query": next(self._questions), "k": 20})
        self._call("search", {"query": next(self._questions), "party": "Partij 3", "answered": "yes"})

    def reload(self) -> None:
        """Open the page as a browser does: page, configuration, and what it asks the server on opening."""
        page, config = self._client.get("/"), self._client.get("/config").json()
        assert page.status_code == 200, page.status_code  # noqa: S101
        session = uuid.uuid4().hex[:12]
        for event in config["dependencies"]:
            if any(target[1] == "load" for target in event["targets"]):
                body: dict[str, Any] = {"data": [None] * len(event["inputs"]), "fn_index": event["id"]}
                joined = self._client.post("/gradio_api/queue/join", json={**body, "session_hash": session})
                assert joined.status_code == 200, joined.text  # noqa: S101
        answer = self._client.get("/gradio_api/queue/data", params={"session_hash": session})
        assert '"success":true' in answer.text, answer.text[-200:]  # noqa: S101

    def _call(self, name: str, body: dict[str, Any]) -> None:
        joined = self._client.post(f"/gradio_api/call/v2/{name}", json=body)
        assert joined.status_code == 200, joined.text  # noqa: S101
        answer = self._client.get(f"/gradio_api/call/{name}/{joined.json()['event_id']}")
        assert "event: complete" in answer.text, answer.text[-200:]  # noqa: S101


def soak(
    address: str,
    process: int,
    minutes: float,
    rebuild: Callable[[int], None],
    questions: Sequence[str],
    stop: threading.Event,
) -> list[str]:
    """Use a server for so many minutes and return a report in lines.

    Args:
        address: Of the server.
        process: Its id.
        minutes: How long.
        rebuild: Builds a corpus of so many passages over the live index; called every minute.
        questions: Asked in turn.
        stop: Set when it is over.
    """
    visitors = Visitors(address, questions, stop)
    sizes: list[tuple[float, float, float]] = []
    builds = set()
    start = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        for kind in ("ask", "ask", "search", "reload"):
            threads.submit(visitors.run, kind)
        for turn in itertools.count():
            rebuild(2000 if turn % 2 else 1600)
            while time.monotonic() < start + 60 * (turn + 1):
                time.sleep(2)
                sizes.append((time.monotonic() - start, *memory(process)))
            builds.add(httpx.get(f"{address}/health", timeout=60).json()["build"])
            if time.monotonic() - start >= 60 * minutes:
                break
        stop.set()
    return _report(sizes, minutes, visitors, turn + 1, len(builds))


def _report(
    sizes: Sequence[tuple[float, float, float]], minutes: float, visitors: Visitors, rebuilds: int, builds: int
) -> list[str]:
    warm = 60 * min(5.0, _WARM * minutes)
    times = np.array(sizes)
    counted = times[times[:, 0] >= warm]
    tenth = max(1, len(counted) // 5)
    first, last = counted[:tenth], counted[-tenth:]
    rows = []
    for column, name in ((1, "own memory (anonymous)"), (2, "resident, mapped files included")):
        begin, end = float(np.median(first[:, column])), float(np.median(last[:, column]))
        most = float(counted[:, column].max())
        rows.append(f"| {name} | {begin:.0f} | {end:.0f} | {100 * (end / begin - 1):+.1f} % | {most:.0f} |")
    done = ", ".join(f"{count:,} times {kind}" for kind, count in sorted(visitors.done.items()))
    return [
        f"{minutes:g} minutes: {done}; {rebuilds} rebuilds ({builds} builds seen live); errors: "
        f"{dict(visitors.failed) or 'none'}.",
        "",
        f"| MB | first fifth after {warm / 60:g} minutes of warm-up, median | last fifth, median | growth | most |",
        "|---|---|---|---|---|",
        *rows,
    ]
