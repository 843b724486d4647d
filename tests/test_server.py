"""The real server as a stranger meets it: no file, no upload, limits, passwords, a proxy before it, an end in time."""

import http.client
import json
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from browser_server import Program, running
from model_server import Script, serving, silent, streamed
from nginx_site import nginx

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.documents import read_documents
from rag.sample import sample_path
from rag.ui.guard import BUSY, MISNAMED

QUESTION = "Krijg ik mijn geld terug als de nachttrein uitvalt?"
SECRET = "root:x:0:0"  # noqa: S105 - how /etc/passwd begins
ANYWHERE = "0.0.0.0"  # noqa: S104 - a server for others, whose visitors are held to a rate
FILES = ("/etc/passwd", "/proc/self/environ", "/proc/self/cmdline", str(Path(__file__).parents[1] / "app.py"))
TRAVERSALS = (
    "../" * 12,
    "..%2f" * 12,
    "%2e%2e/" * 12,
    "%252e%252e%252f" * 12,
    "....//" * 12,
    "..%5c" * 12,
    "..;/" * 12,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server") / "index"
    build_index(read_documents(sample_path()), folder, HashEncoder())
    return folder


@pytest.fixture(scope="module")
def program(index: Path) -> Iterator[Program]:
    with running(index, "--no-feedback") as started:
        yield started


def raw(address: str, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send a path as it is written, which a client library would tidy up."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=20)
    connection.putrequest(method, path, skip_host=False, skip_accept_encoding=True)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def ask(address: str, question: str = QUESTION, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Ask over HTTP; return the status and what came."""
    with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
        joined = client.post("gradio_api/call/v2/ask", json={"query": question})
        if joined.status_code != 200:
            return joined.status_code, joined.text
        answer = client.get(f"gradio_api/call/ask/{joined.json()['event_id']}")
        return answer.status_code, answer.text


def test_no_file_of_the_server_can_be_read(program: Program) -> None:
    routes = ("gradio_api/file=", "gradio_api/file/", "file=", "file/", "static/", "assets/", "svelte/", "theme.css/")
    paths = {f"/{route}{file}" for route in routes for file in FILES}
    paths |= {f"/{route}{quote(file, safe='')}" for route in routes for file in FILES}
    paths |= {f"/{route}{climb}{file[1:]}" for route in routes for climb in TRAVERSALS for file in FILES}
    paths |= {f"/static/js/{climb}{file[1:]}" for climb in TRAVERSALS for file in FILES}
    paths |= {
        f"/gradio_api/{name}{file}" for name in ("proxy=file://", "stream/", "custom_component/") for file in FILES
    }
    assert len(paths) > 300
    for path in sorted(paths):
        status, content = raw(program.address, "GET", path)
        assert status in (400, 403, 404), path
        assert SECRET.encode() not in content
        assert b"kamerwijzer:" not in content
        assert b"PATH=" not in content


def test_nothing_can_be_uploaded(program: Program) -> None:
    files = {"files": ("a.txt", b"text")}
    assert httpx.post(f"{program.address}gradio_api/upload", files=files).status_code == 404


def test_a_path_given_as_a_file_is_not_opened(program: Program) -> None:
    config = httpx.get(f"{program.address}config").json()
    file = {"path": "/etc/passwd", "url": None, "orig_name": "a", "meta": {"_type": "gradio.FileData"}}
    for dependency in config["dependencies"]:
        data: list[Any] = [file] * len(dependency["inputs"])
        body = {"data": data, "fn_index": dependency["id"], "session_hash": "s", "event_data": {**file, "keep": "x"}}
        answer = httpx.post(f"{program.address}gradio_api/run/predict", json=body, timeout=60)
        assert SECRET not in answer.text
        assert "Traceback" not in answer.text


def test_health_says_what_is_served_and_metrics_are_off(program: Program) -> None:
    health = httpx.get(f"{program.address}health").json()
    assert health == {"status": "ok", "build": health["build"], "passages": 203 + 6, "under_way": 1}
    assert httpx.get(f"{program.address}metrics").status_code == 404


def test_questions_are_not_in_the_log(program: Program) -> None:
    before = len(program.said)
    assert ask(program.address, "Wat is het geheim van Xylofonia?")[0] == 200
    assert ask(program.address, "Wat " * 2000)[0] == 200
    assert ask(program.address, "")[0] == 200
    assert program.said[before:] == []


def called(program: Program, version: str, body: object) -> str:
    joined = httpx.post(f"{program.address}gradio_api/call/{version}ask", json=body, timeout=60)
    if joined.status_code != 200:
        return f"{joined.status_code} {joined.text}"
    return httpx.get(f"{program.address}gradio_api/call/ask/{joined.json()['event_id']}", timeout=60).text


def test_what_a_program_leaves_out_has_its_default(program: Program) -> None:
    assert called(program, "", {"data": [QUESTION]}) == called(program, "v2/", {"query": QUESTION})
    assert "event: complete" in called(program, "", {"data": [QUESTION]})
    assert "parameter query is missing" in called(program, "", {"data": []})


def test_a_wrong_call_is_one_sentence_and_its_words_are_not_in_the_log(program: Program) -> None:
    before = len(program.said)
    assert called(program, "v2/", {"query": "een geheim", "what": 1}) == f"422 {json.dumps({'detail': MISNAMED})}"
    assert called(program, "v2/", {}) == f"422 {json.dumps({'detail': MISNAMED})}"
    config = httpx.get(f"{program.address}config", timeout=60).json()
    long = next(
        event for event in config["dependencies"] if len(event["inputs"]) > 1 and event["api_visibility"] == "private"
    )
    body = {"data": ["een geheim"], "fn_index": long["id"], "session_hash": "wrong"}
    assert httpx.post(f"{program.address}gradio_api/queue/join", json=body, timeout=60).status_code == 200
    heard = httpx.get(f"{program.address}gradio_api/queue/data", params={"session_hash": "wrong"}, timeout=60).text
    assert f"takes {len(long['inputs'])} values, not 1" in heard
    assert not [line for line in program.said[before:] if "geheim" in line or "Traceback" in line]


def test_everything_has_the_headers(program: Program) -> None:
    for path in ("", "config", "theme.css", "health", "gradio_api/upload", "nothing"):
        headers = httpx.get(f"{program.address}{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"


def test_metrics_count_and_hold_no_text(index: Path) -> None:
    with running(index, "--no-feedback", "--metrics") as program:
        assert ask(program.address, "Hoe duur is de nachttrein naar Xylofonia?")[0] == 200
        metrics = httpx.get(f"{program.address}metrics").text
    assert 'kamerwijzer_requests_total{kind="question",status="200"} 1.0' in metrics
    assert 'kamerwijzer_request_seconds_count{kind="answer"} 1.0' in metrics
    assert "kamerwijzer_passages 209.0" in metrics
    assert "Xylofonia" not in metrics
    assert "nachttrein" not in metrics


def test_two_hundred_at_once_are_answered_or_told_to_come_back(index: Path) -> None:
    with running(index, "--no-feedback") as program, ThreadPoolExecutor(200) as users:
        start = time.monotonic()
        answers = list(users.map(lambda _: ask(program.address), range(200)))
        took = time.monotonic() - start
        assert ask(program.address)[0] == 200
    statuses = Counter(status for status, _ in answers)
    assert set(statuses) <= {200, 503}
    assert statuses[200] >= 64
    assert all(json.loads(said)["detail"] == BUSY for status, said in answers if status == 503)
    assert all("event: complete" in said for status, said in answers if status == 200)
    assert took < 60


LAUNCH = """
import sys, gradio
from types import SimpleNamespace
from rag.answer import Assistant
from rag.retrieve import Retriever
from rag.ui.office import Settings
from rag.ui.server import Serving, launch
def launched(blocks, **given):
    print(*(given[name] for name in ("state_session_capacity", "enable_monitoring", "pwa", "run_history", "share")))
    blocks.server = SimpleNamespace(config=SimpleNamespace())
    return None, "http://127.0.0.1/", None
gradio.Blocks.launch = launched
launch(Assistant(Retriever.open(sys.argv[1])), Settings(), Serving("127.0.0.1", 7860))
"""


def test_open_pages_that_are_remembered_are_few(index: Path) -> None:
    command = [sys.executable, "-c", LAUNCH, str(index)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
    assert done.stdout == "300 False False False False\n"  # Gradio's own 10,000 pages take three gigabytes


def test_a_connection_stays_open_longer_than_that_of_a_proxy(program: Program) -> None:
    parts = urlsplit(program.address)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=20)
    sockets = []
    for pause in (6, 0):  # uvicorn by itself closes after 5 seconds, and a question sent at that moment is lost
        connection.request("GET", "/health")
        connection.getresponse().read()
        sockets.append(connection.sock)
        time.sleep(pause)
    connection.close()
    assert sockets[0] is sockets[1]


def test_a_rate_holds_each_visitor_apart(index: Path) -> None:
    with running(index, "--no-feedback", "--rate", "3") as program:
        visitor = {"X-Forwarded-For": "192.0.2.7"}
        assert [ask(program.address, headers=visitor)[0] for _ in range(4)] == [200, 200, 200, 429]
        assert ask(program.address, headers={"X-Forwarded-For": "192.0.2.8"})[0] == 200
        assert ask(program.address)[0] == 200


def test_a_password_is_asked_and_guessing_is_slow(index: Path, tmp_path: Path) -> None:
    logins = tmp_path / "logins"
    logins.write_text("# wie er in mag\nredactie:pen en papier\n", encoding="utf-8")
    with running(index, "--no-feedback", "--password-file", str(logins)) as program:
        assert ask(program.address)[0] == 401
        for path in ("config", "gradio_api/info", "gradio_api/queue/data?session_hash=s"):
            assert httpx.get(program.address + path).status_code == 401
        assert "nachttrein" not in httpx.get(program.address).text
        with httpx.Client(base_url=program.address, timeout=60) as client:
            wrong = {"username": "redactie", "password": "potlood"}
            assert client.post("login", data=wrong).status_code == 400
            assert client.post("login", data={**wrong, "password": "pen en papier"}).status_code == 200
            joined = client.post("gradio_api/call/v2/ask", json={"query": QUESTION})
            assert "event: complete" in client.get(f"gradio_api/call/ask/{joined.json()['event_id']}").text
            guesser = {"X-Forwarded-For": "192.0.2.9"}
            tried = [client.post("login", data=wrong, headers=guesser).status_code for _ in range(8)]
        assert tried == [400] * 6 + [429] * 2
        assert httpx.get(f"{program.address}health").status_code == 200


@pytest.mark.parametrize("lines", ["", "# niemand\n", "redactie\n", ":geheim\n", "redactie:\n", None])
def test_a_password_file_that_is_none_is_one_sentence(index: Path, tmp_path: Path, lines: str | None) -> None:
    from rag.errors import KamerwijzerError
    from rag.ui.server import read_logins

    del index
    path = tmp_path / "logins"
    if lines is not None:
        path.write_text(lines, encoding="utf-8")
    with pytest.raises(KamerwijzerError, match="logins"):
        read_logins(path)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx; install it with: sudo apt-get install nginx-light")
def test_behind_nginx_under_a_path_of_its_own(index: Path, tmp_path: Path) -> None:
    document = (Path(__file__).parents[1] / "docs" / "trust.md").read_text(encoding="utf-8")
    block = document.split("```nginx\n")[1].split("```")[0]  # what the manual says is what is tested
    with running(index, "--no-feedback", "--rate", "2", "--root-path", "/kamerwijzer", "--host", ANYWHERE) as program:
        location = block.replace("http://127.0.0.1:7860/", program.address)
        with nginx(tmp_path, f"server {{ listen 127.0.0.1:PORT; {location} }}") as proxy:
            address = f"{proxy}/kamerwijzer/"
            page = httpx.get(address, headers={"Host": "kamers.example"})
            assert page.status_code == 200
            assert '"root":"http://kamers.example/kamerwijzer"' in page.text
            assert httpx.get(f"{address}health").json()["status"] == "ok"
            # A forwarded address that the visitor makes up is not believed: nginx writes the real one.
            made_up = [ask(address, headers={"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(3)]
    assert made_up == [200, 200, 429]


def _interrupted(program: Program, model: Script) -> tuple[float, int, list[tuple[int, str]]]:
    """Ask, send SIGTERM once the model is at work; return how long the end took, exit code, and what was answered."""
    answers: list[tuple[int, str]] = []

    def question() -> None:
        try:
            answers.append(ask(program.address))
        except httpx.TransportError as error:
            answers.append((0, str(error)))

    asking = threading.Thread(target=question)
    asking.start()
    deadline = time.monotonic() + 60
    while not model.requests and time.monotonic() < deadline:
        time.sleep(0.02)
    assert model.requests
    start = time.monotonic()
    program.process.terminate()
    code = program.process.wait(20)
    took = time.monotonic() - start
    asking.join(20)
    return took, code, answers


def test_the_answer_under_way_is_finished_before_the_end(index: Path) -> None:
    text = "Reizigers krijgen bij uitval de volledige prijs van het kaartje terug. [1]"
    slow = Script(chunks=streamed(text, pause=0.25))
    with serving(slow) as url:
        model = {"KAMERWIJZER_LLM_URL": url, "KAMERWIJZER_LLM_MODEL": "scripted"}
        with running(index, "--no-feedback", environment=model) as program:
            took, code, answers = _interrupted(program, slow)
    assert took < 5
    assert code == 0
    assert [status for status, _ in answers] == [200]
    assert "event: complete" in answers[0][1]


def test_an_answer_that_does_not_come_does_not_hold_up_the_end(index: Path) -> None:
    def stuck() -> Iterator[bytes]:
        for _ in range(10):
            yield from silent()

    script = Script(chunks=stuck)
    with serving(script) as url:
        model = {"KAMERWIJZER_LLM_URL": url, "KAMERWIJZER_LLM_MODEL": "scripted"}
        with running(index, "--no-feedback", environment=model) as program:
            took, code, _ = _interrupted(program, script)
    assert took < 5
    assert code == 0
