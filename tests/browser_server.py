"""Start the real program as a user does, on a free port, and stop it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SECONDS_TO_START = 300


@dataclass
class Program:
    """A running `python app.py`.

    Attributes:
        address: Of the page.
        process: The program.
        said: Lines of its standard error so far.
    """

    address: str
    process: subprocess.Popen[str]
    said: list[str]


@contextmanager
def served(index: Path, *options: str, **environment: str) -> Iterator[str]:
    """Run `python app.py` over an index and give its address; it is stopped at the end."""
    with running(index, *options, environment=environment) as program:
        yield program.address


@contextmanager
def running(index: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Run `python app.py` over an index and give the program; it is stopped at the end.

    Args:
        index: The index folder.
        options: More of the command line.
        environment: Variables on top of this program's own.
    """
    port = free_port()
    command = [sys.executable, "-X", "faulthandler", "app.py", "--index", str(index), "--port", str(port), *options]
    variables = {**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})}
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.PIPE, text=True)
    said: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if "http://" in line:
                ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        deadline = time.monotonic() + _SECONDS_TO_START
        while not ready.wait(0.1):
            assert process.poll() is None, f"app.py ended: {''.join(said)}"
            assert time.monotonic() < deadline, f"app.py did not start: {''.join(said)}"
        yield Program(f"http://127.0.0.1:{port}/", process, said)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # makes it say where each thread stands
            process.wait(20)
            listener.join(5)
            raise AssertionError(f"app.py did not end: {''.join(said)}") from None
        listener.join(5)
        assert process.stderr is not None
        process.stderr.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ended(*options: str) -> tuple[int, str]:
    """Run `python app.py` with options that make it stop by itself; its exit code and what it complained."""
    done = subprocess.run([sys.executable, "app.py", *options], cwd=ROOT, capture_output=True, text=True, timeout=90)
    return done.returncode, done.stderr
