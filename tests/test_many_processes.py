"""Two processes of the real program behind a proxy: visitors stay with one, a lost process costs nobody the page."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from browser_server import Program, running
from nginx_site import nginx_site
from playwright.sync_api import Browser, Page, expect
from sticky_proxy import sticky_proxy

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.documents import read_documents
from rag.sample import sample_path

QUESTION = "Krijg ik mijn geld terug als de nachttrein uitvalt?"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processes") / "index"
    build_index(read_documents(sample_path()), folder, HashEncoder())
    return folder


@pytest.fixture(params=["nginx", "small"])
def site(request: pytest.FixtureRequest, index: Path, tmp_path: Path) -> Iterator[tuple[str, list[Program]]]:
    """Give the address of the proxy and the two processes behind it."""
    if request.param == "nginx" and shutil.which("nginx") is None:
        pytest.skip("no nginx; install it with: sudo apt-get install nginx-light")
    with ExitStack() as stack:
        feedback = str(tmp_path / "feedback.jsonl")
        programs = [stack.enter_context(running(index, "--metrics", "--feedback", feedback)) for _ in range(2)]
        addresses = [program.address.rstrip("/") for program in programs]
        proxy = nginx_site(addresses, tmp_path) if request.param == "nginx" else sticky_proxy(addresses)
        yield stack.enter_context(proxy), programs


def visit(address: str) -> httpx.Client:
    """Open the page as a browser does, and keep its cookie."""
    client = httpx.Client(base_url=address, timeout=60)
    assert client.get("/").status_code == 200
    return client


def ask(joined_at: httpx.Client, read_at: httpx.Client) -> bool:
    """Join the queue with one request and read the answer with another; return whether it was there."""
    joined = joined_at.post("/gradio_api/call/v2/ask", json={"query": QUESTION})
    joined.raise_for_status()
    try:
        return "event: complete" in read_at.get(f"/gradio_api/call/ask/{joined.json()['event_id']}").text
    except httpx.RemoteProtocolError:  # a process that knows nothing of it breaks off
        return False


def questions_at(program: Program) -> float:
    """How many questions a process has counted."""
    counts = httpx.get(f"{program.address}metrics").text
    return sum(
        float(n) for n in re.findall(r'kamerwijzer_requests_total\{kind="question",status="200"\} (\S+)', counts)
    )


def test_visitors_are_spread_and_stay_and_survive_a_lost_process(site: tuple[str, list[Program]]) -> None:
    address, programs = site
    with ExitStack() as stack:
        visitors = [visit(address) for _ in range(12)]
        for client in visitors:
            stack.callback(client.close)
        _spread_and_lost(visitors, programs)


def _spread_and_lost(visitors: list[httpx.Client], programs: list[Program]) -> None:
    assert all(client.cookies.get("kw_process") for client in visitors)
    assert [ask(client, client) for client in visitors * 2] == [True] * 24
    counted = [questions_at(program) for program in programs]
    assert sum(counted) == 24
    assert min(counted) > 0
    programs[0].process.kill()
    programs[0].process.wait(10)
    assert [ask(client, client) for client in visitors] == [True] * 12
    assert questions_at(programs[1]) == counted[1] + 12


def test_an_answer_is_not_at_the_other_process(index: Path) -> None:
    with running(index, "--no-feedback") as one, running(index, "--no-feedback") as other:
        joined_at, read_at = visit(one.address), visit(other.address)
        assert not ask(joined_at, read_at)
        assert ask(joined_at, joined_at)
        joined_at.close()
        read_at.close()


@pytest.mark.browser
def test_an_open_page_goes_on_when_its_process_is_lost(browser: Browser, site: tuple[str, list[Program]]) -> None:
    address, programs = site
    context = browser.new_context(locale="nl-NL")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator(".kw-example").first.wait_for()
    _ask_in(page, QUESTION, 1)
    hit = next(program for program in programs if questions_at(program) > 0)
    hit.process.kill()
    hit.process.wait(10)
    page.wait_for_timeout(1000)
    _ask_in(page, "Wat kost een zwemdiploma A?", 2)
    expect(page.locator(".kw-turn h2").first).to_have_text(QUESTION)  # the conversation was in the browser
    context.close()


def _ask_in(page: Page, question: str, turns: int) -> None:
    box = page.get_by_label("Uw vraag")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(turns, timeout=PATIENCE)
