"""A chat-completions server on loopback that does what a test scripts: well, badly, slowly, or not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STREAM = "text/event-stream; charset=utf-8"


@dataclass
class Script:
    """What the server answers.

    Attributes:
        status: HTTP status.
        kind: Content type.
        chunks: Called once a request; what it yields is sent piece by piece.
        requests: What came in: headers and body.
    """

    status: int = 200
    kind: str = STREAM
    chunks: Callable[[], Iterator[bytes]] = lambda: iter(())
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """Serve and give the base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append((dict(self.headers), {**body, "path": self.path}))
            self.send_response(script.status)
            self.send_header("Content-Type", script.kind)
            if script.status in (301, 302, 307):
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            try:
                for chunk in script.chunks():
                    self.wfile.write(chunk)
                    self.wfile.flush()
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def event(text: str, finish: str | None = None) -> bytes:
    """Return one server-sent event with a piece of text."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def streamed(text: str, *, ended: bool = True, pause: float = 0.0) -> Callable[[], Iterator[bytes]]:
    """Return chunks that stream a text, ten characters an event."""

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(text), 10):
            yield event(text[start : start + 10])
            time.sleep(pause)
        if ended:
            yield event("", "stop") + b"data: [DONE]\n\n"

    return chunks


def endless() -> Iterator[bytes]:
    """Yield text for ever."""
    while True:
        yield event("De brug wordt vervangen. ") * 20


def dripping() -> Iterator[bytes]:
    """Yield a comment now and then, and never a word."""
    while True:
        yield b": wacht\n\n"
        time.sleep(0.05)


def silent() -> Iterator[bytes]:
    """Send nothing for a second."""
    time.sleep(1.0)
    yield b""
