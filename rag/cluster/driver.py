"""The process that talks to Ray, as a program: orders on standard input, results on standard output, JSON lines.

It is a process of its own because Ray ends the process that loses its cluster, and waits long for one that is not
there: the other side (`rag.cluster.connection`) sees either and says it in one sentence. It ends with its input.
"""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any, TextIO

import ray
import ray.data

_MOST_BLOCKS = 4096
_PULSE = 2.0
"""Seconds between two looks at the cluster."""
_BEATS = 5
"""Looks that may fail one after another."""


class Hand:
    """A worker as Ray knows it: what goes wrong is a result, in the words of who saw it.

    Ray passes the class itself, so that a machine without the package can say so.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        """Get ready; what hinders that is told with the first job."""
        import platform

        self._trouble: dict[str, str] | None = None
        try:
            from embeddings.errors import IndexingError
            from rag.cluster.worker import Worker
            from rag.errors import DocumentsError, KamerwijzerError
        except ImportError as error:
            said = f"The worker on {platform.node()} cannot import {error.name or error}; install the same"
            self._trouble = {"trouble": f"{said} kamerwijzer[ray] on every machine of the cluster."}
            return
        self._documents_error, self._errors = DocumentsError, (KamerwijzerError, IndexingError, OSError)
        try:
            self._worker = Worker(order)
        except self._errors as error:
            self._trouble = {"trouble": str(error)}

    def __call__(self, row: dict[str, str]) -> dict[str, str]:
        """Do a job: a row with `job`, JSON; returned with `shard`, or `trouble` and its `kind`."""
        done = {"job": row["job"], "shard": "", "trouble": "", "kind": ""}
        if self._trouble is not None:
            return done | self._trouble
        try:
            return done | {"shard": self._worker.do(json.loads(row["job"]))}
        except self._documents_error as error:
            return done | {"trouble": str(error), "kind": "documents"}
        except self._errors as error:
            return done | {"trouble": str(error)}


def main() -> None:
    """Connect, then do each order until the input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Ray prints goes to the log
    orders: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    order = orders.get()
    try:
        resources = _connect(order)
    except Exception as error:  # noqa: BLE001 - Ray raises many kinds; all of them are said on the other side
        _say(out, {"unable": " ".join(str(error).split())})
        return
    _say(out, {"resources": resources})
    threading.Thread(target=_watch, args=(out,), daemon=True).start()
    while True:
        batch = orders.get()
        try:
            for result in _done(order, batch["jobs"], resources):
                _say(out, result)
        except Exception as error:  # noqa: BLE001
            _say(out, {"failed": " ".join(str(error).split())[-300:]})
            return
        _say(out, {"end": True})


def _connect(order: dict[str, Any]) -> dict[str, float]:
    own: dict[str, Any] = {}
    if order["address"] == "local":
        own = {"num_cpus": order["workers"] or os.cpu_count(), "object_store_memory": 200_000_000}
        own |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    ray.init(order["address"], log_to_driver=False, logging_level="ERROR", **own)
    return {str(key): float(value) for key, value in ray.cluster_resources().items()}


def _done(order: dict[str, Any], jobs: list[dict[str, Any]], resources: dict[str, float]) -> Iterator[dict[str, str]]:
    """Yield the result of each job as it comes; a job whose worker dies goes to another."""
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    kind = "GPU" if order["gpu"] else "CPU"
    size = min(order["workers"] or max(1, int(resources.get(kind, 1))), len(jobs))
    rows = [{"job": json.dumps(job)} for job in jobs]
    work = ray.data.from_items(rows, override_num_blocks=min(len(rows), _MOST_BLOCKS)).map(
        Hand,
        fn_constructor_args=(order,),
        compute=ray.data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=2),
        num_cpus=0 if order["gpu"] else 1,
        num_gpus=1 if order["gpu"] else 0,
    )
    yield from work.iter_rows()


def _listen(orders: "SimpleQueue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))
    os._exit(0)  # who gave the orders is gone


def _watch(out: TextIO) -> None:
    """End when the cluster does not answer any more; Ray itself would wait a minute and then end without a word."""
    host, _, port = ray.get_runtime_context().gcs_address.rpartition(":")
    missed = 0
    while missed < _BEATS:
        time.sleep(_PULSE)
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PULSE).close()
            missed = 0
        except OSError:
            missed += 1
    _say(out, {"lost": True})
    os._exit(1)


def _say(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
