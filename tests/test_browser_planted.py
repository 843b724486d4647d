"""Markup planted in every place that a stranger can write, in a real Chromium: none of it runs, none of it is loaded.

Each planted text calls `pwned(place)`, which the page hands to this test; or asks for a file at `planted.invalid`.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browser_server import served
from model_server import Script, serving, streamed
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.records import Kamervraag, Mededeling, Person, Vraag
from rag.visible import visible

pytestmark = pytest.mark.browser

PATIENCE = 60_000
COST = "De brug bij Lent kost € 12 miljoen."
UNSEEN = "\u202e\u2066\u200b\ufeff\U000e0041"


def planted(place: str) -> str:
    """Return a text with every kind of markup that runs somewhere, marked with the place it stands in."""
    call = f"pwned('{place}')"
    return (
        f'<script>{call}</script></script></style></textarea></title></template><img src=x onerror="{call}">'
        f'<svg onload="{call}"><a href="javascript:{call}">klik</a><iframe srcdoc="<script>parent.{call}</script>">'
        f"</iframe><img src=https://planted.invalid/{place}.png><link rel=stylesheet href=//planted.invalid/{place}>"
        f"<details open ontoggle={call}><body onload={call}><input autofocus onfocus={call}><style>*{{color:red}}"
        f'</style><base href="https://planted.invalid/"><meta http-equiv=refresh content="0;url=//planted.invalid">'
        f"\" onmouseover=\"{call}\" ' onfocus='{call}' `${{{call}}}` {{{{{call}}}}} [x](javascript:{call}){UNSEEN}"
    )


DOCUMENTS = [
    Kamervraag(
        "2022Z06666",
        (
            Vraag("1", f"Wat kost {planted('vraag')} de brug bij Lent?", f"{COST} {planted('antwoord')}"),
            Vraag(
                "2",
                "Zie Kamerstuk 32 813, nr. 5?",
                f"Zie het antwoord op vraag 1 en https://planted.invalid/x\" onclick=\"pwned('link') {planted('twee')}",
                footnotes={"1": planted("noot"), "2": "javascript:pwned('noot2')"},
            ),
        ),
        title=f"Brug {planted('titel')}",
        asked=date(2022, 3, 14),
        answered=date(2022, 6, 2),
        askers=(Person(f"Lid {planted('naam')}", f"P {planted('partij')}"),),
        answerers=(Person(f"Min {planted('minister')}", "X", f"minister van {planted('rol')}"),),
        topics=(f"bruggen {planted('onderwerp')}",),
        answer_url="javascript:pwned('url')",
        question_url="data:text/html,<script>pwned('url2')</script>",
        answer_id="ah-tk-20212022-2957",
        mededelingen=(Mededeling(f"Later. {planted('mededeling')}"),),
    ),
    Kamervraag(
        "2022Z07777", (Vraag("1", "Wat kost de boot?", "De boot kost niets."),), answer_url='https://a.nl/"><b>'
    ),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted") / "index"
    build_index(DOCUMENTS, folder, HashEncoder())
    return folder


class Visit:
    """A page that notes what ran, what was asked for elsewhere, and what the policy stopped."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.ran: list[str] = []
        self.elsewhere: list[str] = []
        self.stopped: list[str] = []
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
        self.context.expose_function("pwned", lambda place: self.ran.append(str(place)))
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", self._requested)
        self.page.on("console", self._said)
        self.page.on("dialog", self._asked_aloud)

    def _requested(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(url)

    def _asked_aloud(self, dialog: Dialog) -> None:
        self.ran.append(dialog.message)
        dialog.dismiss()

    def _said(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.stopped.append(message.text)

    def settled(self) -> Page:
        """Check what the page holds now: nothing ran, nothing may run, nothing unseen is shown."""
        self.page.wait_for_timeout(400)
        assert self.ran == []
        assert self.elsewhere == []
        assert self.stopped == []
        dangerous = self.page.evaluate(
            """() => [...document.body.querySelectorAll('*')].flatMap((part) => [...part.attributes]
              .filter((mark) => /^on/.test(mark.name) || /^\\s*(javascript|data:text)/i.test(mark.value))
              .map((mark) => part.tagName + ' ' + mark.name + '=' + mark.value))"""
        )
        assert dangerous == []
        assert self.page.locator("body iframe[srcdoc], body base, body meta, body link[href*=planted]").count() == 0
        words = self.page.locator("body").inner_text()
        assert visible(words) == words
        return self.page


@pytest.fixture
def visit(browser: Browser, index: Path) -> Iterator[Visit]:
    with served(index, "--no-feedback") as address:
        visiting = Visit(browser, address)
        yield visiting
        visiting.context.close()


def opened(page: Page) -> None:
    """Wait until the page stands and has asked the server what it asks on opening."""
    page.get_by_label("Uw vraag").wait_for()
    page.wait_for_load_state("networkidle")


def ask(page: Page, question: str) -> None:
    before = page.locator(".kw-turn").count()
    box = page.get_by_label("Uw vraag")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(before + 1, timeout=PATIENCE)


def test_nothing_planted_in_documents_questions_filters_or_links_runs(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    opened(page)
    visit.settled()
    ask(page, f"Wat kost de brug bij Lent? {planted('gevraagd')}")
    visit.settled()
    ask(page, "Wat kost de brug bij Lent, 2022Z06666 vraag 1?")
    page.locator(".kw-chip, .kw-near").first.click()
    visit.settled()
    page.locator("details[open] .kw-button[data-read]").first.click()
    page.locator(".kw-document").wait_for()
    for summary in page.locator(".kw-document summary").all():
        summary.click()
    visit.settled()
    page.get_by_role("button", name="Filters").click()
    visit.settled()
    page.get_by_role("tab", name="Zoeken").click()
    page.locator(".kw-count").wait_for()
    visit.settled()
    page.get_by_role("tab", name="Corpus").click()
    page.wait_for_timeout(1500)
    visit.settled()
    restrictions = {name: planted(f"link-{name}") for name in ("party", "asker", "role", "topic", "asked_from", "sort")}
    for tab in ("", "search", "corpus", planted("tab")):
        asked = {"q": planted("link-q"), "find": planted("link-find"), "tab": tab, **restrictions}
        asked |= {"build": planted("link-build"), "unread": planted("link-unread"), "lang": planted("link-lang")}
        page.goto(visit.address + "?" + urlencode(asked))
        page.wait_for_timeout(2500)
        visit.settled()


def test_nothing_that_a_language_model_writes_runs(browser: Browser, index: Path) -> None:
    said = f"{COST} [1]\n{planted('model')} [1]\n{COST[:-1]} {planted('model2')}. [1]\n"
    with serving(Script(chunks=streamed(said))) as url:
        model = {"KAMERWIJZER_LLM_URL": url, "KAMERWIJZER_LLM_MODEL": planted("naam-van-model")}
        with served(index, "--no-feedback", **model) as address:
            visit = Visit(browser, address)
            visit.page.goto(address)
            opened(visit.page)
            ask(visit.page, "Wat kost de brug bij Lent, 2022Z06666 vraag 1?")
            for summary in visit.page.locator(".kw-turn summary").all():
                summary.click()
            visit.settled()
            visit.context.close()


def test_what_a_browser_kept_is_not_believed(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    opened(page)
    ask(page, "Wat kost de brug bij Lent, 2022Z06666 vraag 1?")
    evil = planted("bewaard")
    page.evaluate(
        """(evil) => { for (const name of Object.keys(localStorage))
             localStorage[name] = localStorage[name].replaceAll('Wat kost', evil).replaceAll('answered', evil); }""",
        evil,
    )
    page.reload()
    page.locator("#kw-question").wait_for()
    visit.settled()


def test_the_policy_stops_what_would_have_run(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address)
    opened(page)
    page.evaluate(
        """() => { const part = document.createElement('div');
             part.innerHTML = '<img src=x onerror="pwned(1)"><a id=evil href="javascript:pwned(2)">x</a>';
             document.body.append(part); document.getElementById('evil').click();
             const script = document.createElement('script'); script.text = 'pwned(3)'; document.body.append(script);
             fetch('https://planted.invalid/').catch(() => 0); }"""
    )
    page.wait_for_timeout(800)
    assert visit.ran == []
    assert len(visit.stopped) >= 4
