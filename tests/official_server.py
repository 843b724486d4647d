"""A local server that answers as the documented services do: OData v4, SRU 2.0 and the official repository.

It understands just the queries that are documented and answers 400 (OData) or a
diagnostic (SRU) to others, so that a wrong query fails a test. Faults are queued per path.
"""

import json
import re
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from official_corpus import FRBR, Corpus, Row
from official_sru import diagnostic, search_response

ODATA = "/OData/v4/2.0"
_CLAUSE = re.compile(r"(\w+) (eq|ge|lt) (.+)|(\w+) in \((.+)\)")
_RESOURCE = re.compile(rf"{ODATA}/(Document|DocumentPublicatie|DocumentPublicatieMetadata)\(([0-9a-f-]+)\)/Resource")
_NESTED = re.compile(rf"{ODATA}/Zaak\(([0-9a-f-]+)\)/Document")
_OPTIONS = {"$filter", "$select", "$expand", "$orderby", "$skip"}


@dataclass(frozen=True)
class Fault:
    """One wrong answer: a status with headers, a half body, a pause, a byte at a time, another body, a redirect."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    half: bool = False
    pause: float = 0.0
    drip: float = 0.0
    body: bytes | None = None


HTML_404 = Fault(body=b"<!DOCTYPE html><html><body>De pagina is niet gevonden (fout 404)</body></html>")


@dataclass(frozen=True)
class Seen:
    """A request that came in and what went out."""

    path: str
    query: str
    headers: dict[str, str]
    status: int
    sent: int
    at: float


class OfficialServer(ThreadingHTTPServer):
    """The services on one loopback port; use it as a context manager."""

    daemon_threads = True

    def __init__(self, corpus: Corpus, page_size: int = 250) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.corpus = corpus
        self.page_size = page_size
        self.faults: dict[str, list[Fault]] = {}
        self.next_link_host = ""
        self.nested_page = 250
        self.validators = True
        self.pause = 0.0
        self.seen: list[Seen] = []
        self.lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def base(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed or gave up is expected."""

    def bodies_sent(self) -> int:
        """How many document bodies went out with status 200."""
        with self.lock:
            return sum(seen.status == 200 and ("/Resource" in seen.path or FRBR in seen.path) for seen in self.seen)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, else each answer waits 40 ms for a delayed acknowledgement
    server: OfficialServer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        time.sleep(self.server.pause)
        with self.server.lock:
            queued = next((faults for path, faults in self.server.faults.items() if path in self.path and faults), None)
            fault = queued.pop(0) if queued else None
        if fault and (fault.status != 200 or fault.body is not None):
            self._send(fault.status, fault.body or b"", dict(fault.headers))
            return
        status, body, headers = self._answer(parts.path, query)
        if fault and fault.pause:
            time.sleep(fault.pause)
        self._send(status, body, headers, fault or Fault())

    def _answer(self, path: str, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        corpus = self.server.corpus
        if path == "/sru":
            if int(query.get("startRecord", "1")) >= 10_000:
                return 504, b"", {}
            try:
                body = search_response(corpus.records, query, self.server.base)
            except ValueError as error:
                body = diagnostic(str(error))
            return 200, body.encode(), {"Content-Type": "text/xml"}
        resource = _RESOURCE.fullmatch(path)
        key = resource[2] if resource else path
        if resource or path.startswith(FRBR):
            return self._document(corpus.bodies.get(key), official=not resource)
        if nested := _NESTED.fullmatch(path):
            rows = next(zaak["Document"] for zaak in corpus.zaken if zaak["Id"] == nested[1])
            return 200, json.dumps({"value": rows[int(query["$skip"]) :]}).encode(), {}
        if path in (f"{ODATA}/Zaak", f"{ODATA}/Document"):
            try:
                return 200, json.dumps(self._page(path, query)).encode(), {"Content-Type": "application/json"}
            except (ValueError, KeyError) as error:
                return 400, str(error).encode(), {}
        return 404, b"", {}

    def _document(self, body: bytes | None, official: bool) -> tuple[int, bytes, dict[str, str]]:
        if body is None:
            return (200, HTML_404.body or b"", {}) if official else (404, b"", {})
        if not self.server.validators:
            return 200, body, {}
        etag = f'"{hash(body)}"'
        headers = {"ETag": etag, "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
        return (304, b"", headers) if self.headers.get("If-None-Match") == etag else (200, body, headers)

    def _page(self, path: str, query: dict[str, str]) -> Row:
        if unknown := set(query) - _OPTIONS:
            raise ValueError(f"unknown option {unknown}")
        zaken = self.server.corpus.zaken
        rows = (
            zaken if path.endswith("/Zaak") else [_with_zaak(row, zaak) for zaak in zaken for row in zaak["Document"]]
        )
        rows = [row for row in rows if _matches(row, query["$filter"])]
        rows = sorted(rows, key=lambda row: str(row[query["$orderby"]]))
        skip, size = int(query.get("$skip", 0)), self.server.page_size
        page: Row = {"@odata.context": "", "value": [_visible(row, query) for row in rows[skip : skip + size]]}
        for row in page["value"]:
            if len(row.get("Document", ())) > self.server.nested_page:
                row["Document"] = row["Document"][: self.server.nested_page]
                row["Document@odata.nextLink"] = f"Zaak({row['Id']})/Document?$skip={self.server.nested_page}"
        if skip + size < len(rows):
            bare = re.sub(r"&?\$skip=\d+", "", urlsplit(self.path).query)
            host = self.server.next_link_host or self.server.base
            page["@odata.nextLink"] = f"{host}{path}?{bare}&$skip={skip + size}"
        return page

    def _send(self, status: int, body: bytes, headers: dict[str, str], fault: Fault = Fault()) -> None:
        parts = urlsplit(self.path)
        seen = Seen(parts.path, parts.query, dict(self.headers), status, len(body), time.monotonic())
        with self.server.lock:
            self.server.seen.append(seen)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for place in range(len(body)) if fault.drip else ():
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()
            time.sleep(fault.drip)
        if not fault.drip:
            self.wfile.write(body[: len(body) // 2] if fault.half else body)
        self.close_connection = self.close_connection or fault.half


def _with_zaak(row: Row, zaak: Row) -> Row:
    return row | {"Zaak": [{"Nummer": zaak["Nummer"], "Soort": zaak["Soort"]}]}


def _visible(row: Row, query: dict[str, str]) -> Row:
    expand, select = query.get("$expand", ""), query.get("$select", "").split(",")
    nested = {name for name in ("ZaakActor", "Document", "Zaak") if re.search(rf"(^|,){name}($|[(,])", expand)}
    plain = {name for name, value in row.items() if not isinstance(value, list)}
    return {name: row[name] for name in row if name in nested or (name in plain if select == [""] else name in select)}


def _matches(row: Row, condition: str) -> bool:
    return all(_holds(row, clause) for clause in condition.split(" and "))


def _holds(row: Row, clause: str) -> bool:
    match = _CLAUSE.fullmatch(clause)
    if not match:
        raise ValueError(f"cannot read {clause!r}")
    if match[4]:
        return row[match[4]] in [value.strip("'") for value in match[5].split(",")]
    value, wanted = row.get(match[1]), match[3]
    if wanted in ("true", "false"):
        return value is (wanted == "true")
    if wanted.startswith("'"):
        return bool(value == wanted.strip("'"))
    if value is None:
        return False
    moment, bound = datetime.fromisoformat(value), datetime.fromisoformat(wanted)
    return moment >= bound if match[2] == "ge" else moment < bound
