"""The guard before Gradio's routes: an ASGI middleware that bounds, counts and marks every request.

https://asgi.readthedocs.io/en/stable/specs/www.html says what scopes and messages hold.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from rag.ui.doors import QUESTION, VIEW, Allowance, Limits, is_door, kind_of
from rag.ui.headers import ALWAYS, content_policy, with_nonce

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

BUSY = "Het is druk. Probeer het zo weer. (Busy: please try again in a moment.)"
CLOSING = "De server stopt en is zo terug. (The server is restarting and will be back in a moment.)"
OFTEN = "U vraagt erg veel achter elkaar. Probeer het zo weer. (Too many requests: please try again in a moment.)"
LARGE = "Dit verzoek is te groot. (This request is too large.)"
SLOW = "Dit verzoek kwam te traag binnen. (This request came in too slowly.)"
ELSEWHERE = "Vragen van een andere website worden niet aangenomen. (Requests from another website are refused.)"
MISNAMED = (
    "Deze aanroep mist een parameter of heeft er een te veel; zie /gradio_api/info. "
    "(This call lacks a parameter or has one too many; see /gradio_api/info.)"
)
FAULT = "Er ging iets mis met dit verzoek. (Something went wrong with this request.)"
NOTHING = "Hier is niets. (Not found.)"

_NAMED = "/gradio_api/call/v2/"
_LASTING = ("/gradio_api/heartbeat/", "/gradio_api/mcp")
"""Answers that go on as long as the client stays; nobody waits for their end."""

Seen = Callable[[str, str, int, float], None]
"""Told of each request: method, path, status, seconds."""


class Watch:
    """What is known of the requests under way, across all of them."""

    def __init__(self, limits: Limits, *, mcp: bool = False, alone: bool = False) -> None:
        """Begin with none.

        Args:
            limits: What the server takes on.
            mcp: Whether agents are served.
            alone: Whether the server listens to this machine alone; its own user is then not held to a rate.
        """
        self.limits, self.mcp, self.alone = limits, mcp, alone
        self.allowance = Allowance(limits)
        self.closing = False
        self.under_way = 0
        self.seen: Seen | None = None
        self.health: Callable[[], dict[str, Any]] = dict
        self.metrics: Callable[[], bytes] | None = None
        self.scripts: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def count(self, change: int) -> None:
        """Note that a request came (1) or ended (-1)."""
        with self._lock:
            self.under_way += change


class Guard:
    """The middleware over an ASGI application."""

    def __init__(self, app: Asgi, watch: Watch) -> None:
        self._app, self._watch = app, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), [0]

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = int(message["status"])
                message["headers"] = [*message.get("headers", ()), *_encoded(ALWAYS)]
            await send(message)

        lasting = scope["path"].startswith(_LASTING)
        self._watch.count(0 if lasting else 1)
        try:
            await self._served(scope, receive, marked)
        finally:
            self._watch.count(0 if lasting else -1)
            if self._watch.seen:
                self._watch.seen(scope["method"], scope["path"], status[0], time.perf_counter() - start)

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch, path = self._watch, scope["path"]
        if scope["method"] in ("GET", "HEAD") and path == "/health":
            await _answer(send, 503 if watch.closing else 200, {**watch.health(), "under_way": watch.under_way})
            return
        if scope["method"] == "GET" and path == "/metrics" and watch.metrics:
            await _send(send, 200, watch.metrics(), {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
            return
        refusal = self._refusal(scope)
        if refusal:
            await _answer(send, *refusal)
            return
        bounded = _Body(receive, watch.limits)
        answer = _Page(send, watch.scripts) if path == "/" else _Plain(send)
        try:
            await self._app(scope, bounded, answer)
        except _RefusedError as error:
            if not answer.started:
                await _answer(send, error.status, {"detail": error.sentence})
        except Exception as error:
            if answer.started:
                raise
            # Gradio reads a call before any handler of its own; the traceback would hold the words of the request.
            sys.stderr.write(f"{type(error).__name__} in {scope['method']} {path[:60]!r}\n")
            wrong = path.startswith(_NAMED) and isinstance(error, (KeyError, TypeError, ValueError))
            await _answer(send, 422 if wrong else 500, {"detail": MISNAMED if wrong else FAULT})

    def _refusal(self, scope: Scope) -> tuple[int, dict[str, str], int] | None:
        watch, method, path = self._watch, scope["method"], scope["path"]
        headers = dict(scope["headers"])
        if not is_door(method, path, mcp=watch.mcp):
            return 404, {"detail": NOTHING}, 0
        kind = kind_of(method, path)
        if watch.closing and kind != VIEW:
            return 503, {"detail": CLOSING}, 5
        visit = method == "GET" and headers.get(b"sec-fetch-mode") == b"navigate"
        if headers.get(b"sec-fetch-site") == b"cross-site" and not visit:
            return 403, {"detail": ELSEWHERE}, 0
        client = scope["client"][0] if scope.get("client") else ""
        wait = 0.0 if watch.alone and client in ("127.0.0.1", "::1") else watch.allowance.take(client, kind)
        if wait:
            return 429, {"detail": OFTEN}, int(wait) + 1
        if watch.under_way > watch.limits.open and kind in (QUESTION, VIEW):
            return 503, {"detail": BUSY}, 5
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 12 or int(length) > watch.limits.body:
            return 413, {"detail": LARGE}, 0
        return None


class _RefusedError(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class _Body:
    """Receives the body of a request, within size and time."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self._receive, self._limits = receive, limits
        self._size, self._whole = 0, False
        self._end = time.monotonic() + limits.body_seconds

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._end - time.monotonic()))
        except TimeoutError as error:
            raise _RefusedError(408, SLOW) from error
        self._size += len(message.get("body", b""))
        if self._size > self._limits.body:
            raise _RefusedError(413, LARGE)
        self._whole = message["type"] != "http.request" or not message.get("more_body")
        return message


class _Plain:
    """Sends an answer as it is, but for a full queue: that is said in our words."""

    def __init__(self, send: Send) -> None:
        self._send, self.started, self._full = send, False, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._full = message["status"] == 503
            if self._full:
                await _answer(self._send, 503, {"detail": BUSY}, 5)
        if not self._full:
            await self._send(message)


class _Page:
    """Sends a page with a policy, and a nonce on its scripts."""

    def __init__(self, send: Send, scripts: tuple[str, ...]) -> None:
        self._send, self._scripts, self.started = send, scripts, False
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started, self._start = True, message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        page, nonce = with_nonce(self._body)
        length = len(page) if self._body else None  # of a HEAD there is only the length without the nonce
        kept = [pair for pair in self._start["headers"] if pair[0].lower() != b"content-length"]
        extra = {"Content-Security-Policy": content_policy(nonce, self._scripts), "Cache-Control": "no-store"}
        self._start["headers"] = [
            *kept,
            *_encoded(extra if length is None else {**extra, "Content-Length": str(length)}),
        ]
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": page})


async def _answer(send: Send, status: int, content: dict[str, Any], wait: int = 0) -> None:
    headers = {"Content-Type": "application/json", **({"Retry-After": str(wait)} if wait else {})}
    await _send(send, status, json.dumps(content, ensure_ascii=False).encode(), headers)


async def _send(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    pairs = _encoded({**headers, "Content-Length": str(len(body)), "Cache-Control": "no-store"})
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
