"""A polite HTTP client over httpx: paced, retrying, bounded; owner of the httpx import.

It says who it is, leaves a pause between requests, honours Retry-After, tries again after time-outs, 429, 5xx and
bodies that break off, reads no more than it was told, and never leaves the host family it was made for.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self

import httpx

from rag.fetch.errors import ContentError, FetchError, TransportError
from rag.fetch.records import Manners

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of 200 with its body, or of 304 (`unchanged`) without one."""

    body: bytes = b""
    unchanged: bool = False
    etag: str | None = None
    last_modified: str | None = None


class PoliteClient:
    """GET requests to one service.

    Args:
        base_url: Address of the service; other hosts than its family (same last two labels) are refused.
        interval: Least seconds between two requests.
        manners: Time-outs, bounds and retries.
        on_wait: Told the seconds and the reason before every wait that a server's answer caused.
    """

    def __init__(
        self,
        base_url: str,
        interval: float,
        manners: Manners,
        on_wait: Callable[[float, str], None] = lambda seconds, reason: None,
    ) -> None:
        self._base = httpx.URL(base_url)
        if self._base.scheme not in ("http", "https") or not self._base.host:
            raise FetchError(f"{base_url!r} is not the address of a service; expected https://host/path.")
        self._interval = interval
        self._manners = manners
        self._on_wait = on_wait
        self._next_at = 0.0
        self.requests = 0
        headers = {"User-Agent": user_agent(), "Accept-Encoding": "gzip"}
        self._http = httpx.Client(headers=headers, timeout=manners.timeout, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def at_service(self, url: str, at: str = "") -> str:
        """Return an address that the service handed out, moved to the configured scheme and port.

        Args:
            url: Absolute, or relative to `at`.
            at: Where it was handed out; the service's root by default.

        Raises:
            FetchError: It names another host than the service's own; it is never followed.
        """
        try:
            target = self._base.join(at).join(url)
        except httpx.InvalidURL as error:
            raise FetchError(f"{self._base.host} handed out the address {url!r}, which is none ({error}).") from error
        if target.host != self._base.host or target.scheme not in ("http", "https"):
            raise FetchError(
                f"{self._base.host} refers to another host, {target.host!r}; it is not followed. "
                "Check the service's address, or try again later."
            )
        return str(target.copy_with(scheme=self._base.scheme, port=self._base.port))

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Reply:
        """Fetch an address, conditionally if validators of an earlier answer are given.

        Raises:
            TransportError: No usable answer after all attempts.
            ContentError: The server refuses (4xx), redirects elsewhere, or sends more than the bound.
            FetchError: The server asks to wait longer than the manners allow.
        """
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        reason = ""
        for attempt in range(self._manners.attempts):
            try:
                return self._once(httpx.URL(url), headers)
            except (httpx.TransportError, httpx.DecodingError) as error:
                reason, wait = f"{type(error).__name__}: {error}".rstrip(": "), None
            except _BusyError as error:
                reason, wait = str(error), error.wait
            if attempt + 1 < self._manners.attempts:
                self._wait(2.0**attempt if wait is None else wait, f"{httpx.URL(url).host}: {reason}")
        raise TransportError(f"{url} gave no usable answer in {self._manners.attempts} attempts (last: {reason}).")

    def _once(self, url: httpx.URL, headers: dict[str, str]) -> Reply:
        for _ in range(_MAX_REDIRECTS + 1):
            self._pace()
            self.requests += 1
            with self._http.stream("GET", url, headers=headers) as response:
                if response.status_code in _REDIRECTS:
                    url = self._redirected(url, response.headers.get("Location", ""))
                    continue
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return Reply(unchanged=True)
                if response.status_code in _TRY_AGAIN:
                    raise _BusyError(f"status {response.status_code}", _retry_after(response.headers))
                if response.status_code != httpx.codes.OK:
                    raise ContentError(f"{url} answered with status {response.status_code}.")
                body = self._read(response, url)
                return Reply(body, False, response.headers.get("ETag"), response.headers.get("Last-Modified"))
        raise ContentError(f"{url} redirects more than {_MAX_REDIRECTS} times.")

    def _read(self, response: httpx.Response, url: httpx.URL) -> bytes:
        # httpx itself raises RemoteProtocolError when fewer bytes come than Content-Length announces.
        body, until = bytearray(), time.monotonic() + self._manners.deadline
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._manners.max_bytes:
                raise ContentError(f"{url} sends more than {self._manners.max_bytes:,} bytes; it was not kept.")
            if time.monotonic() > until:
                raise httpx.ReadTimeout(f"not complete after {self._manners.deadline:g} seconds")
        return bytes(body)

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            target = url.join(location)
        except httpx.InvalidURL as error:
            raise ContentError(f"{url} redirects to {location!r}, which is no address.") from error
        # Unknown ids at officielebekendmakingen.nl go to /Errors/404.htm or a page named fout404, with status 200.
        if "errors/404" in target.path.lower() or "fout404" in target.path.lower():
            raise ContentError(f"{url} is not known there (it redirects to {target.path}).")
        downgraded = url.scheme == "https" and target.scheme != "https"
        if not location or downgraded or target.scheme not in ("http", "https") or not self._in_family(target.host):
            raise ContentError(f"{url} redirects to {location!r}, outside the service; it was not followed.")
        return target

    def _in_family(self, host: str) -> bool:
        own = self._base.host
        if host == own:
            return True
        labels = own.split(".")
        named = len(labels) > 1 and not labels[-1].isdigit() and ":" not in own
        return named and (host == ".".join(labels[-2:]) or host.endswith("." + ".".join(labels[-2:])))

    def _pace(self) -> None:
        pause = self._next_at - time.monotonic()
        if pause > 0:
            self._manners.sleep(pause)
        self._next_at = time.monotonic() + self._interval

    def _wait(self, seconds: float, reason: str) -> None:
        if seconds > self._manners.longest_wait:
            raise FetchError(
                f"{reason}; the server asks to wait {seconds:.0f} seconds, more than the "
                f"{self._manners.longest_wait:.0f} allowed. What was fetched is kept: run the same command later."
            )
        self._on_wait(seconds, reason)
        self._manners.sleep(seconds)


class _BusyError(Exception):
    """The server asks to come back later; `wait` in seconds when it says when."""

    def __init__(self, reason: str, wait: float | None) -> None:
        super().__init__(reason)
        self.wait = wait


def user_agent() -> str:
    """The product and its version, as the services ask programs to say."""
    try:
        return f"kamerwijzer/{version('kamerwijzer')}"
    except PackageNotFoundError:
        return "kamerwijzer"


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds asked for by Retry-After, a number or a date (RFC 9110, 10.2.3); None if absent or unreadable."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
