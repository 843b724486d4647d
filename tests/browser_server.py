"""Start the real program as a user does, on a free port, and stop it."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SECONDS_TO_START = 300


@contextmanager
def served(index: Path, *options: str, **environment: str) -> Iterator[str]:
    """Run `python app.py` over an index and give its address; it is stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "app.py", "--index", str(index), "--port", str(port), *options]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **environment}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
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
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(20)
        listener.join(5)
        assert process.stderr is not None
        process.stderr.close()


def ended(*options: str) -> tuple[int, str]:
    """Run `python app.py` with options that make it stop by itself; its exit code and what it complained."""
    done = subprocess.run([sys.executable, "app.py", *options], cwd=ROOT, capture_output=True, text=True, timeout=90)
    return done.returncode, done.stderr
