"""What the server lets in: the paths that there are, and how much each client may ask of it.

Gradio brings routes of its own for files, uploads, proxies and tools to build pages. None of them is needed here, so
only the paths named below exist; all else is not found, whatever Gradio would have made of it.
"""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_API = "/gradio_api"
_GET = {
    "/",
    "/config",
    "/theme.css",
    "/favicon.ico",
    "/robots.txt",
    "/logout",
    *(f"{_API}/{name}" for name in ("app_id", "info", "openapi.json", "startup-events", "user", "login_check")),
    f"{_API}/queue/data",
}
_GET_UNDER = ("/assets/", "/static/", f"{_API}/call/", f"{_API}/heartbeat/")
_POST = {"/login", f"{_API}/queue/join", f"{_API}/cancel", f"{_API}/reset"}
_POST_UNDER = (f"{_API}/run/", f"{_API}/call/", f"{_API}/api/")
_MCP = f"{_API}/mcp"

LOGIN, QUESTION, EVENT, VIEW = "login", "question", "event", "view"
"""Kinds of requests, dearest first: a password tried, a question queued, a small event of the page, all else."""

_COST = {LOGIN: 10.0, QUESTION: 1.0, EVENT: 0.1, VIEW: 0.0}
"""What a request of each kind takes from a client's allowance of questions."""

_MOST_CLIENTS = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the server takes on.

    Attributes:
        body: Bytes of a request; a whole conversation with the earlier ones travels in one.
        body_seconds: Time in which the body of a request must have come.
        open: Requests under way at a time.
        rate: Questions a minute for each client; 0 for no limit.
        burst: Questions that may come at once before the rate counts.
    """

    body: int = 5_000_000
    body_seconds: float = 20.0
    open: int = 400
    rate: float = 60.0
    burst: float = 60.0


def is_door(method: str, path: str, *, mcp: bool) -> bool:
    """Whether a path exists for a method ("HEAD" reads as "GET")."""
    if "\\" in path or "\0" in path or "//" in path or any(part == ".." for part in path.split("/")):
        return False
    if mcp and (path == _MCP or path.startswith(f"{_MCP}/")):
        return method in ("GET", "HEAD", "POST", "DELETE")
    bare = path.rstrip("/") or "/"
    if method in ("GET", "HEAD"):
        return bare in _GET or path.startswith(_GET_UNDER)
    return method == "POST" and (bare in _POST or path.startswith(_POST_UNDER))


def kind_of(method: str, path: str) -> str:
    """Return what kind of request it is."""
    if method != "POST":
        return VIEW
    if path.startswith("/login"):
        return LOGIN
    if path.startswith((f"{_API}/queue/join", f"{_API}/call/", _MCP)):
        return QUESTION
    return EVENT if path.startswith((f"{_API}/run/", f"{_API}/api/")) else VIEW


class Allowance:
    """What each client may still ask: a bucket of `burst` questions that fills with `rate` a minute."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        """Give every client a full bucket.

        Args:
            limits: Rate and burst.
            clock: Seconds; it never goes back, whatever the clock on the wall does.
        """
        self._rate, self._burst, self._clock = limits.rate / 60, limits.burst, clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, client: str, kind: str) -> float:
        """Take a request from a client's allowance; return the seconds to wait where it is used up, else 0."""
        cost = _COST[kind]
        if not cost or not self._rate:
            return 0.0
        name, now = network_of(client), self._clock()
        with self._lock:
            left, before = self._left.pop(name, (self._burst, now))
            left = min(self._burst, left + (now - before) * self._rate)
            taken = left >= cost
            self._left[name] = (left - cost if taken else left, now)
            if len(self._left) > _MOST_CLIENTS:  # the one longest unseen has a full bucket, or nearly
                del self._left[next(iter(self._left))]
        return 0.0 if taken else (cost - left) / self._rate


def network_of(client: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return client
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
