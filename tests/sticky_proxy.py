"""A small proxy that does what docs/deploy/nginx.conf asks of nginx: a visitor stays with a process while it lives."""

import http.client
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_OURS = re.compile(r"kw_process=(\w+)")
_OWN = {"connection", "transfer-encoding", "keep-alive", "host"}


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, processes: Sequence[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.processes = [urlsplit(address).netloc for address in processes]

    def in_turn(self, visitor: str) -> list[str]:
        """Return the process of a visitor, then those that take its place."""
        first = sum(visitor.encode()) % len(self.processes)
        return [*self.processes[first:], *self.processes[:first]]


class _Handler(BaseHTTPRequestHandler):
    server: _Proxy

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def log_message(self, *_: object) -> None:
        pass

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = _OURS.search(self.headers.get("Cookie") or "")
        fresh = secrets.token_hex(8) if self.path == "/" and not kept else ""
        for process in self.server.in_turn(kept[1] if kept else fresh or self.client_address[0]):
            connection = http.client.HTTPConnection(process, timeout=120)
            try:
                connection.request(self.command, self.path, body, self._headers())
                answer = connection.getresponse()
            except ConnectionError:
                connection.close()
                continue
            with answer:
                self._give(answer, fresh)
            return
        self.send_error(502)

    def _headers(self) -> dict[str, str]:
        """Return the visitor's headers and the proxy's own; the connection ends with the answer."""
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        host = self.headers["Host"]
        own = {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Host": host}
        return {**kept, **own, "Host": host, "Connection": "close"}

    def _give(self, answer: http.client.HTTPResponse, cookie: str) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        if cookie:
            self.send_header("Set-Cookie", f"kw_process={cookie}; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while piece := answer.read1():
                self.wfile.write(piece)
                self.wfile.flush()
        except (ConnectionError, http.client.HTTPException):
            self.close_connection = True


@contextmanager
def sticky_proxy(processes: Sequence[str]) -> Iterator[str]:
    """Run the proxy before the addresses of processes and give its own."""
    server = _Proxy(processes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
