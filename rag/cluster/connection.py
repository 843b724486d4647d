"""The connection with a Ray cluster: the other end of the process that talks to Ray (`rag.cluster.driver`)."""

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from rag.errors import ClusterError

_log = logging.getLogger(__name__)

_CONNECT = 60.0
"""Seconds until a cluster must have answered."""
_START = 240
"""Seconds until one of our own must have started: five to ten, and many on a machine that is busy."""
_REACH = 10.0
"""Seconds until the machine of a cluster must have answered."""
_SILENT = 120.0
"""Seconds without any result after which a user is told that the build waits: an encoder is loaded in a tenth of it."""


class Driver:
    """The process that talks to Ray (`rag.cluster.driver`)."""

    def __init__(self, order: dict[str, Any], log: Path) -> None:
        """Start it and wait until the cluster answers.

        Raises:
            ClusterError: It does not, or it cannot be used.
        """
        self._address, self._log = order["address"], log
        _reach(self._address)
        with ExitStack() as stack:
            written = stack.enter_context(log.open("w"))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rag.cluster.driver"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written, text=True,
                env=_environment(self._address),
            )  # fmt: skip
        self._heard: SimpleQueue[str] = SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self._send(order)
            answer = self._next(_START if self._address == "local" else _CONNECT)
            if order["gpu"] and not answer["resources"].get("GPU"):
                raise ClusterError("The Ray cluster has no GPU; start a worker with one, or leave --gpu out.")
        except ClusterError:
            self.close()
            raise

    def results(self, jobs: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
        """Yield what the workers say of each job.

        Raises:
            ClusterError: The cluster was lost, or Ray gave up.
        """
        self._send({"jobs": jobs})
        self._await_the_first()
        while "end" not in (message := self._next(None)):
            yield message

    def _await_the_first(self) -> None:
        """Wait for the first result, and say so when it takes long: a cluster may be at other work for hours."""
        until = time.monotonic() + _SILENT
        while self._heard.empty():
            if time.monotonic() > until:
                _log.warning(
                    "The Ray cluster at %s has finished nothing of this build in %.0f s: its processors may all be "
                    "taken by other work (`ray status` tells). The build waits; stop it if you like, nothing is lost.",
                    self._address, _SILENT,
                )  # fmt: skip
                return
            time.sleep(0.1)

    def close(self) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(10)
        if self._process.stdout and not self._listener.is_alive():
            self._process.stdout.close()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe, as asked for
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it has ended; what it said last is still to be heard

    def _next(self, seconds: float | None) -> dict[str, Any]:
        try:
            line = self._heard.get(timeout=seconds)
        except Empty:
            raise ClusterError(
                f"The Ray cluster at {self._address} did not answer within {seconds:.0f} s; see that it runs, and that "
                "--address names the port of its head."
            ) from None
        message: dict[str, Any] = json.loads(line or '{"lost": true}')
        if "unable" in message:
            raise ClusterError(_unable(self._address, message["unable"]))
        if "lost" in message:
            raise ClusterError(
                f"The connection with the Ray cluster at {self._address} was lost (more in {self._log}). The live "
                "index is as it was, and what was finished is kept: run the same build again."
            )
        if "failed" in message:
            raise ClusterError(
                f"Ray could not finish the work ({message['failed']}). The live index is as it was, and what was "
                "finished is kept: run the same build again."
            )
        return message

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101
        for line in self._process.stdout:
            self._heard.put(line)
        self._heard.put("")


def _reach(address: str) -> None:
    """See that something listens at an address, before Ray waits for it at length.

    Raises:
        ClusterError: Nothing does.
    """
    host, _, port = address.rpartition(":")
    if not host:
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _REACH).close()
    except (OSError, ValueError, OverflowError) as error:
        raise ClusterError(
            f"No Ray cluster answers at {address} ({error}); start one with `ray start --head`, or leave --address out "
            "to use this machine alone."
        ) from error


def _unable(address: str, reason: str) -> str:
    if "ersion mismatch" in reason:
        return (
            f"The Ray cluster at {address} has another version of Ray or Python than this program ({reason[:300]}); "
            "install the same on every machine."
        )
    return (
        f"The Ray cluster at {address} cannot be used ({reason[:300]}); see that it runs, and if it asks for a token, "
        "set RAY_AUTH_MODE=token with RAY_AUTH_TOKEN or ~/.ray/auth_token as on its head."
    )


def _environment(address: str) -> dict[str, str]:
    """Return the environment: nothing is reported or shown, and workers of our own find this very package."""
    here = str(Path(__file__).parents[2])
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0"}
    quiet |= {"RAY_DATA_DISABLE_PROGRESS_BARS": "1", "RAY_raylet_start_wait_time_s": str(_START)}
    if address == "local":
        quiet["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # makes it stay on 127.0.0.1, on every system
    return {**os.environ, **quiet, "PYTHONPATH": os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])}
