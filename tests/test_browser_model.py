"""A language model writes in a real Chromium, against the real program: sentence by sentence, stopped, and gone."""

import threading
from collections.abc import Iterator

import pytest
from browser_server import served
from model_server import Script, event, serving
from playwright.sync_api import Browser, Page, expect

from embeddings.encoder import DEFAULT_ENCODER, open_encoder
from rag.build import build_index
from rag.documents import read_documents
from rag.generate.scripted import first_lines
from rag.sample import sample_path

pytestmark = pytest.mark.browser
expect.set_options(timeout=40_000)
DIKE = "Wat kost de dijkversterking langs de Veerne?"


class Held(Script):
    """A model that writes one sentence, and the others when it is let go."""

    def __init__(self) -> None:
        super().__init__(chunks=self._write)
        self.go = threading.Event()

    def _write(self) -> Iterator[bytes]:
        _, body = self.requests[-1]
        first, *others = first_lines(body["messages"][-1]["content"]).splitlines()
        yield event(f"{first}\nDat is ")  # a sentence is complete when the next has begun
        self.go.wait(60)
        yield event("niet in een bron te vinden. [1]\n" + "\n".join(others)) + event("", "stop") + b"data: [DONE]\n\n"


@pytest.fixture(scope="module")
def model() -> Held:
    return Held()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model: Held) -> Iterator[str]:
    index = tmp_path_factory.mktemp("model") / "index"
    documents = [document for document in read_documents(sample_path()) if document.id in ("2097Z00034", "2099Z00450")]
    build_index(documents, index, open_encoder(DEFAULT_ENCODER))
    with serving(model) as url, served(index, KAMERWIJZER_LLM_URL=url, KAMERWIJZER_LLM_MODEL="klein") as page:
        yield page


@pytest.fixture
def page(browser: Browser, address: str, model: Held) -> Iterator[Page]:
    model.go.clear()
    model.status = 200
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    opened = context.new_page()
    opened.set_default_timeout(40_000)
    opened.goto(address)
    opened.locator(".kw-example").first.wait_for()
    yield opened
    model.go.set()
    context.close()


def ask(page: Page) -> None:
    page.get_by_label("Uw vraag").fill(DIKE)
    page.get_by_label("Uw vraag").press("Enter")


def test_sentences_appear_as_they_are_written_and_checked(page: Page, model: Held) -> None:
    ask(page)
    expect(page.locator(".kw-pending .kw-said")).to_have_count(1)
    first = page.locator(".kw-pending .kw-said").inner_text()
    expect(page.locator(".kw-pending .kw-loading")).to_have_text("Het taalmodel schrijft; elke zin wordt nagekeken…")
    expect(page.locator("#kw-live")).to_have_text(first)
    page.locator(".kw-pending .kw-chip").first.click()  # a source can be read meanwhile
    expect(page.locator(".kw-document")).to_be_visible()
    model.go.set()
    turn = page.locator(".kw-turn:not(.kw-pending)")
    expect(turn.locator(".kw-said").first).to_have_text(first)
    assert turn.locator(".kw-said").count() > 1
    expect(turn).to_contain_text("Geschreven door het taalmodel klein")
    expect(turn.locator(".kw-left-out")).to_contain_text("niet in een bron te vinden")
    expect(page.locator("#kw-live")).not_to_contain_text(first)  # what was said aloud is not said again
    turn.locator(".kw-chip").first.click()
    expect(page.locator("details.kw-source[open]")).to_be_visible()


def test_stopped_half_way_the_question_comes_back(page: Page) -> None:
    ask(page)
    expect(page.locator(".kw-pending .kw-said")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".kw-turn")).to_have_count(0)
    expect(page.get_by_label("Uw vraag")).to_have_value(DIKE)


def test_a_model_that_fails_leaves_the_cabinet_s_own_sentences(page: Page, model: Held) -> None:
    model.status = 500
    ask(page)
    turn = page.locator(".kw-turn:not(.kw-pending)")
    expect(turn.locator(".kw-quote").first).to_be_visible()
    expect(turn.locator(".kw-note")).to_contain_text("het taalmodel gaf een foutmelding (HTTP 500)")


def test_a_shared_link_is_answered_as_it_is_written(page: Page, address: str, model: Held) -> None:
    page.goto(f"{address}?q={DIKE}")
    expect(page.locator(".kw-pending .kw-said")).to_have_count(1)
    model.go.set()
    expect(page.locator(".kw-turn:not(.kw-pending) h2")).to_have_text(DIKE)
