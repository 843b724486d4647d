"""Milvus Lite, served on loopback by its own program, in a process that can be killed and started again."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from embeddings.errors import UnreachableError
from rag.remote import Address

_PATIENCE = 180.0


class MilvusServer:
    """A server over a folder, on a port that stays the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def address(self, name: str = "kamervragen") -> Address:
        return Address(f"http://127.0.0.1:{self.port}", name)

    def start(self) -> "MilvusServer":
        options = ["--data-dir", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "milvus_lite", "server", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:  # after a failure, the transport waits a moment before it tries again
            try:
                self.address().connect().close()
            except UnreachableError:
                time.sleep(0.2)
            else:
                return self
        raise TimeoutError("Milvus Lite did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
