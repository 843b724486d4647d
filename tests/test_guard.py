"""The guard, request by request: what exists, what is refused, and with which words."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from apart import run

from rag.ui.doors import EVENT, LOGIN, QUESTION, VIEW, Allowance, Limits, is_door, network_of
from rag.ui.guard import (
    BUSY,
    CLOSING,
    ELSEWHERE,
    FAULT,
    LARGE,
    MISNAMED,
    OFTEN,
    SLOW,
    Guard,
    Message,
    Receive,
    Scope,
    Send,
    Watch,
)
from rag.ui.headers import ALWAYS, with_nonce

JOIN = "/gradio_api/queue/join"


@dataclass
class Inner:
    """An application that reads the body and answers."""

    status: int = 200
    body: bytes = b"{}"
    calls: int = 0
    read: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        self.calls += 1
        while True:
            message = await receive()
            self.read += message.get("body", b"")
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


def asked(
    inner: Inner,
    watch: Watch,
    method: str = "POST",
    path: str = JOIN,
    headers: Mapping[str, str] | None = None,
    chunks: Sequence[bytes] = (b"",),
    client: str = "192.0.2.7",
    pause: float = 0.0,
) -> tuple[int, dict[str, str], bytes]:
    """Put one request to the guard; return status, headers and body."""
    sent: list[Message] = []
    left = list(chunks)

    async def receive() -> Message:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "client": (client, 5000)}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    run(Guard(inner, watch)(scope, receive, send))
    said = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert watch.under_way == 0
    return int(sent[0]["status"]), said, b"".join(message.get("body", b"") for message in sent[1:])


def refused(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, str]:
    return answer[0], json.loads(answer[2])["detail"]


OPEN = [
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/config"),
    ("GET", "/config/"),
    ("GET", "/theme.css"),
    ("GET", "/assets/index.js"),
    ("GET", "/static/js/a.js"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/call/ask/0123"),
    ("POST", "/gradio_api/call/ask"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", JOIN),
    ("POST", "/login"),
]
SHUT = [
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("HEAD", "/gradio_api/file=/etc/passwd"),
    ("GET", "/gradio_api/file/etc/passwd"),
    ("GET", "/gradio_api/proxy=https://example.org"),
    ("GET", "/gradio_api/token"),
    ("GET", "/gradio_api/deep_link"),
    ("GET", "/gradio_api/upload_progress"),
    ("GET", "/gradio_api/custom_component/a/client/b/c"),
    ("GET", "/gradio_api/vibe-code"),
    ("GET", "/gradio_api/dev/reload"),
    ("GET", "/gradio_api/stream/a/1/2/playlist.m3u8"),
    ("GET", "/gradio_api/runs"),
    ("GET", "/gradio_api/mcp/"),
    ("GET", "/monitoring"),
    ("GET", "/metrics"),
    ("GET", "/svelte/a.js"),
    ("GET", "/docs"),
    ("GET", "/static/../routes.py"),
    ("GET", "/static//etc/passwd"),
    ("GET", "/static/..\\routes.py"),
    ("GET", "/assets/a\0.js"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/gradio_api/stream/1"),
    ("POST", "/gradio_api/vibe-edit"),
    ("POST", "/"),
    ("PUT", JOIN),
    ("DELETE", "/gradio_api/mcp/"),
    ("TRACE", "/"),
]


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_paths_that_exist(method: str, path: str) -> None:
    assert is_door(method, path, mcp=False)
    inner = Inner()
    status, headers, _ = asked(inner, Watch(Limits()), method, path)
    assert (status, inner.calls) == (200, 1)
    assert {name.lower(): value for name, value in ALWAYS.items()}.items() <= headers.items()


@pytest.mark.parametrize(("method", "path"), SHUT)
def test_paths_that_do_not_reach_gradio(method: str, path: str) -> None:
    inner = Inner()
    status, headers, body = asked(inner, Watch(Limits()), method, path)
    assert (status, inner.calls) == (404, 0)
    assert headers["x-content-type-options"] == "nosniff"
    assert b"Traceback" not in body


def test_agents_have_a_door_only_where_they_are_served() -> None:
    assert is_door("POST", "/gradio_api/mcp/", mcp=True)
    assert not is_door("POST", "/gradio_api/mcp-other", mcp=True)


def test_a_request_from_another_website_is_refused_and_a_visit_is_not() -> None:
    watch, cross = Watch(Limits()), {"sec-fetch-site": "cross-site"}
    assert refused(asked(Inner(), watch, headers=cross)) == (403, ELSEWHERE)
    assert refused(asked(Inner(), watch, "GET", "/config", cross)) == (403, ELSEWHERE)
    assert asked(Inner(), watch, "GET", "/", {**cross, "sec-fetch-mode": "navigate"})[0] == 200
    assert asked(Inner(), watch, headers={"sec-fetch-site": "same-origin"})[0] == 200


@pytest.mark.parametrize("length", ["11", "999999999999999999999", "-1", "ten", "1_0"])
def test_a_body_announced_too_large_or_strangely_is_not_read(length: str) -> None:
    inner = Inner()
    answer = asked(inner, Watch(Limits(body=10)), headers={"content-length": length})
    assert refused(answer) == (413, LARGE)
    assert inner.calls == 0


def test_a_body_that_grows_too_large_is_cut_off() -> None:
    inner = Inner()
    assert refused(asked(inner, Watch(Limits(body=10)), chunks=[b"12345"] * 1000)) == (413, LARGE)
    assert inner.read == b"1234512345"
    assert asked(Inner(), Watch(Limits(body=10)), chunks=[b"12345", b"67890"])[0] == 200


def test_a_body_that_drips_is_given_up() -> None:
    answer = asked(Inner(), Watch(Limits(body_seconds=0.2)), chunks=[b"1"] * 100, pause=0.05)
    assert refused(answer) == (408, SLOW)


def test_too_many_questions_of_one_client_and_not_of_another() -> None:
    watch = Watch(Limits(rate=6, burst=2))
    assert [asked(Inner(), watch)[0] for _ in range(3)] == [200, 200, 429]
    status, headers, body = asked(Inner(), watch)
    assert (status, json.loads(body)["detail"]) == (429, OFTEN)
    assert 1 <= int(headers["retry-after"]) <= 11
    assert asked(Inner(), watch, "GET", "/")[0] == 200
    assert asked(Inner(), watch, client="192.0.2.8")[0] == 200


def test_the_user_of_this_very_machine_is_not_held_to_a_rate() -> None:
    watch = Watch(Limits(rate=1, burst=1), alone=True)
    assert {asked(Inner(), watch, client="127.0.0.1")[0] for _ in range(5)} == {200}
    assert [asked(Inner(), watch, client="192.0.2.7")[0] for _ in range(2)] == [200, 429]  # through a proxy here
    public = Watch(Limits(rate=1, burst=1))
    assert [asked(Inner(), public, client="127.0.0.1")[0] for _ in range(2)] == [200, 429]


def test_an_allowance_fills_again_and_passwords_cost_ten() -> None:
    now = [0.0]
    allowance = Allowance(Limits(rate=60, burst=20), lambda: now[0])
    assert [allowance.take("a", LOGIN) for _ in range(3)] == [0, 0, 10]
    assert allowance.take("a", VIEW) == 0
    now[0] = 10.0
    assert allowance.take("a", LOGIN) == 0
    assert allowance.take("a", EVENT) == pytest.approx(0.1)
    now[0] = 1000.0
    assert [allowance.take("a", QUESTION) for _ in range(21)] == [0] * 20 + [pytest.approx(1)]
    assert Allowance(Limits(rate=0)).take("a", LOGIN) == 0


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_who_counts_as_one_client(client: str, network: str) -> None:
    assert network_of(client) == network


def test_what_is_remembered_of_clients_is_bounded() -> None:
    allowance = Allowance(Limits())
    for number in range(60_000):
        allowance.take(f"c{number}", QUESTION)
    assert len(allowance._left) == 50_000


def test_a_full_queue_and_a_full_house_are_said_plainly() -> None:
    full = Inner(503, b'{"detail":"Queue is full. Max size is 64 and size is 64."}')
    status, headers, body = asked(full, Watch(Limits()))
    assert (status, json.loads(body)["detail"], headers["retry-after"]) == (503, BUSY, "5")
    house = Watch(Limits(open=0))
    assert refused(asked(Inner(), house)) == (503, BUSY)


def test_a_server_that_closes_takes_no_question_and_lets_answers_out() -> None:
    watch = Watch(Limits())
    watch.closing = True
    assert refused(asked(Inner(), watch)) == (503, CLOSING)
    assert asked(Inner(), watch, "GET", "/gradio_api/queue/data")[0] == 200
    assert asked(Inner(), watch, "GET", "/health")[0] == 503


def test_each_page_has_a_policy_with_a_nonce_of_its_own() -> None:
    inner = Inner(body=b"<script>a</script><script src=x>", headers=[(b"content-length", b"32")])
    watch = Watch(Limits())
    watch.scripts = ("alert(1)",)
    pages = [asked(inner, watch, "GET", "/") for _ in range(2)]
    nonces = set()
    for _, headers, body in pages:
        policy = headers["content-security-policy"]
        nonce = policy.split("'nonce-")[1].split("'")[0]
        nonces.add(nonce)
        assert body == f'<script nonce="{nonce}">a</script><script nonce="{nonce}" src=x>'.encode()
        assert headers["content-length"] == str(len(body))
        assert "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in policy
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe-inline" not in scripts
        assert "http" not in policy
    assert len(nonces) == 2
    assert with_nonce(b"\\u003cscript>")[0] == b"\\u003cscript>"


def test_requests_are_told_of_without_their_texts() -> None:
    watch = Watch(Limits())
    told: list[tuple[Any, ...]] = []
    watch.seen = lambda *seen: told.append(seen)
    asked(Inner(), watch, chunks=[b"geheim"])
    (method, path, status, seconds) = told[0]
    assert (method, path, status) == ("POST", JOIN, 200)
    assert 0 <= seconds < 5


class Broken(Inner):
    """Reads a call and cannot."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("een geheim")


def test_what_gradio_cannot_read_is_one_sentence_without_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    for path, expected in (("/gradio_api/call/v2/ask", (422, MISNAMED)), (JOIN, (500, FAULT))):
        assert refused(asked(Broken(), Watch(Limits()), path=path)) == expected
    said = capsys.readouterr().err
    assert "ValueError in POST" in said
    assert "geheim" not in said
