"""Counts for Prometheus, on request: how many requests of each kind, how they ended, how long they took. No texts."""

import importlib.util
from collections.abc import Callable
from typing import Any

from rag.errors import KamerwijzerError
from rag.ui.doors import kind_of
from rag.ui.guard import Watch

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)


def measure(watch: Watch, facts: Callable[[], dict[str, Any]]) -> None:
    """Make a server count its requests and give the counts at `/metrics`.

    Args:
        watch: What the guard knows.
        facts: `passages` and `build` of the live index.

    Raises:
        KamerwijzerError: The package prometheus-client is not installed.
    """
    if importlib.util.find_spec("prometheus_client") is None:
        raise KamerwijzerError(
            '--metrics needs the package "prometheus-client"; install it with: pip install ".[metrics]".'
        )
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

    registry = CollectorRegistry()
    requests = Counter("kamerwijzer_requests", "Requests, by kind and status", ["kind", "status"], registry=registry)
    seconds = Histogram(
        "kamerwijzer_request_seconds", "Time of a request", ["kind"], buckets=_SECONDS, registry=registry
    )
    Gauge("kamerwijzer_under_way", "Requests under way", registry=registry).set_function(lambda: watch.under_way)
    passages = Gauge("kamerwijzer_passages", "Passages in the live index", registry=registry)
    build = Info("kamerwijzer_build", "The live build of the index", registry=registry)

    def seen(method: str, path: str, status: int, took: float) -> None:
        kind = _kind(method, path)
        requests.labels(kind, str(status)).inc()
        seconds.labels(kind).observe(took)

    def metrics() -> bytes:
        known = facts()
        passages.set(known["passages"])
        build.info({"build": str(known["build"])})
        return bytes(generate_latest(registry))

    watch.seen, watch.metrics = seen, metrics


def _kind(method: str, path: str) -> str:
    """Return the kind of a request; of a question, the answer's stream too, which is what a user waits for."""
    return "answer" if path.endswith("/queue/data") or (method == "GET" and "/call/" in path) else kind_of(method, path)
