"""The search and corpus tabs, thumbs and files in a real Chromium, against the real program.

The index is made with the hashing encoder: what is tested here is the page, not the ranking.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from browser_axe import findings
from browser_server import served
from docx import Document
from official_corpus import make_corpus
from official_server import ODATA, OfficialServer
from playwright.sync_api import Browser, Page, expect

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.documents import read_documents
from rag.sample import sample_path

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # the machine may be shared
DIKE = "Welk bedrag is voor deze dijkversterking begroot?"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the index and the feedback file."""
    folder = tmp_path_factory.mktemp("tabs")
    build_index(read_documents(sample_path()), folder / "index", HashEncoder())
    return folder


@pytest.fixture(scope="module")
def official() -> Iterator[OfficialServer]:
    today = date.today()
    with OfficialServer(make_corpus(12, start=date.fromordinal(today.toordinal() - 20))) as running:
        yield running


@pytest.fixture(scope="module")
def address(kept: Path, official: OfficialServer) -> Iterator[str]:
    services = ("--odata-url", official.base + ODATA, "--repository-url", official.base, "--sru-url", official.base)
    with served(kept / "index", "--feedback", str(kept / "feedback.jsonl"), *services) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    opened = context.new_page()
    opened.set_default_timeout(40_000)
    opened.goto(address)
    opened.locator(".kw-example").first.wait_for()
    yield opened
    context.close()


def open_search(page: Page) -> None:
    page.get_by_role("tab", name="Zoeken").click()
    expect(page.locator(".kw-count")).to_have_text("209 vragen")


def test_a_list_with_facets_pages_and_order(page: Page) -> None:
    open_search(page)
    expect(page.locator(".kw-result")).to_have_count(10)
    page.get_by_role("button", name="Volgende").click()
    expect(page.locator(".kw-pages")).to_contain_text("2 van 21")
    page.get_by_role("button", name="Alleen KUVE: 55 vragen").click()
    expect(page.locator(".kw-count")).to_have_text("55 vragen")
    expect(page.locator(".kw-count")).to_be_focused()
    page.get_by_label("Volgorde").select_option("oldest")
    expect(page.locator(".kw-result time").first).to_have_text("18 februari 2097")
    page.get_by_role("button", name="Verwijder filter Partij: KUVE").click()
    expect(page.locator(".kw-count")).to_have_text("209 vragen")


def test_words_are_marked_and_the_address_brings_it_back(page: Page) -> None:
    open_search(page)
    page.get_by_label("Zoekwoorden").fill("dijkversterking")
    for _ in range(2):  # the same search once more is answered, too
        page.get_by_label("Zoekwoorden").press("Enter")
        expect(page.locator(".kw-search[data-now='find=dijkversterking']:not([aria-busy])")).to_be_visible()
    expect(page.locator(".kw-result mark").first).to_contain_text("ijkversterking")
    expect(page).to_have_url(re.compile(r"\?tab=search&find=dijkversterking"))
    count = page.locator(".kw-count").inner_text()
    page.reload()
    expect(page.locator(".kw-count")).to_have_text(count)
    expect(page.get_by_label("Zoekwoorden")).to_have_value("dijkversterking")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Search words")).to_have_value("dijkversterking")


def test_what_was_read_in_the_words_is_taken_away(page: Page) -> None:
    open_search(page)
    box = page.get_by_label("Zoekwoorden")
    box.fill("vragen van KUVE over dijken in 2098")
    box.press("Enter")
    page.get_by_role("button", name="Verwijder filter Partij: KUVE").click()
    expect(page.locator(".kw-understood")).to_contain_text("Niet meegewogen: Partij")
    expect(page.get_by_role("button", name="Verwijder filter Partij: KUVE")).to_have_count(0)
    expect(page).to_have_url(re.compile("unread=party"))
    page.get_by_label("Volgorde").select_option("oldest")  # another order leaves it unread
    expect(page.locator(".kw-search[data-now*='sort=oldest']:not([aria-busy])")).to_be_visible()
    expect(page.locator(".kw-understood")).to_contain_text("Niet meegewogen: Partij")
    box.fill("vragen van KUVE over vogels")  # other words are read anew
    box.press("Enter")
    expect(page.get_by_role("button", name="Verwijder filter Partij: KUVE")).to_be_visible()
    expect(page.locator(".kw-understood")).to_have_count(0)


def test_figures_narrow_the_list_and_have_tables(page: Page) -> None:
    open_search(page)
    disc = page.locator(".kw-disc").first
    label = disc.get_attribute("aria-label") or ""
    disc.click()
    found = re.fullmatch(r"(\w+), (.*): (\d+) vragen", label)
    assert found
    expect(page.get_by_role("button", name=f"Verwijder filter Partij: {found[1]}")).to_be_visible()
    expect(page.locator(".kw-count")).to_have_text(f"{found[3]} vragen")
    page.get_by_role("button", name="Ministerie", exact=True).click()
    expect(page.get_by_role("button", name="Ministerie", exact=True)).to_have_attribute("aria-pressed", "true")
    page.locator(".kw-numbers summary").first.click()
    expect(page.locator(".kw-numbers table").first.locator("tbody tr").first).to_contain_text(found[3])


def test_a_year_under_the_timeline_and_figures_that_stay_as_chosen(page: Page) -> None:
    page.goto(page.url + "?tab=search&find=dijk")
    figures = page.locator(".kw-figures")
    expect(figures.locator(".kw-disc").first).to_be_hidden()  # what was searched for stands first
    expect(page.locator(".kw-result").first).to_be_in_viewport()
    page.get_by_text("In beeld").click()
    year = page.get_by_role("button", name=re.compile("^Alleen gevraagd in")).first
    first = f"{year.inner_text()}-01-01"
    year.click()
    expect(page.locator("#kw-search input[name=asked_from]")).to_have_value(first)
    expect(figures.locator(".kw-disc").first).to_be_visible()


def test_what_is_typed_and_wished_while_the_list_is_on_its_way_is_not_lost(page: Page) -> None:
    page.get_by_role("tab", name="Zoeken").click()
    page.get_by_label("Zoekwoorden").click()
    page.keyboard.type("dijken")
    page.keyboard.press("Enter")
    page.get_by_label("Volgorde").select_option("oldest")
    expect(page.locator(".kw-search[data-now='find=dijken&sort=oldest']")).to_be_visible()
    expect(page).to_have_url(re.compile("find=dijken&sort=oldest$"))


def test_a_timeline_is_one_stop_of_the_keyboard(page: Page) -> None:
    open_search(page)
    page.locator(".kw-disc").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".kw-disc").nth(1)).to_be_focused()
    expect(page.locator('.kw-disc[tabindex="0"]')).to_have_count(1)


def test_the_whole_kamervraag_in_a_window_that_closes(page: Page) -> None:
    open_search(page)
    title = page.locator(".kw-result h3 button").first
    title.click()
    dialog = page.get_by_role("dialog", name="De hele Kamervraag")
    expect(dialog.locator("h3").first).to_have_text(title.inner_text())
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(title).to_be_focused()
    title.click()
    expect(dialog).to_be_visible()


def test_from_an_answer_to_the_list_and_back_to_the_question(page: Page) -> None:
    page.get_by_label("Uw vraag").fill(DIKE)
    page.get_by_label("Uw vraag").press("Enter")
    page.get_by_role("link", name="Zoek dit in de lijst").click()
    expect(page.get_by_label("Zoekwoorden")).to_have_value(DIKE)
    expect(page).to_have_url(re.compile(r"tab=search&find=Welk"))
    page.get_by_role("button", name=re.compile("^Alleen KUVE")).click()
    expect(page.get_by_role("button", name="Verwijder filter Partij: KUVE")).to_be_visible()
    page.get_by_role("link", name="Stel dit als vraag").click()
    second = page.locator(".kw-turn").nth(1)
    expect(second.locator("h2")).to_have_text(DIKE)
    expect(second).to_contain_text("Gefilterd Partij: KUVE")
    page.get_by_role("tab", name="Zoeken").click()
    expect(page.get_by_label("Zoekwoorden")).to_have_value(DIKE)


def test_a_question_about_one_result(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(40_000)
    page.goto(f"{address}?tab=search&find=dijkversterking")  # the first tab was never open
    offer = page.get_by_role("button", name=re.compile("^Stel een vraag over Kamervraag")).first
    document = (offer.get_attribute("aria-label") or "").split()[-1]
    offer.click()
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    expect(page.locator("#kw-chips")).to_contain_text(f"Kamervraag: {document}")
    page.keyboard.type("Hoeveel woningen moeten wijken?")
    page.keyboard.press("Enter")
    expect(page.locator(".kw-turn .kw-filters")).to_contain_text(f"Gefilterd Kamervraag: {document}")
    page.close()


def test_the_list_is_saved_as_csv_and_json_lines(page: Page) -> None:
    open_search(page)
    page.get_by_role("button", name="Alleen BEVE: 32 vragen").click()
    expect(page.locator(".kw-count")).to_have_text("32 vragen")
    saved = {}
    for form in ("CSV", "JSONL"):
        with page.expect_download() as saving:
            page.get_by_role("button", name=form).click()
        saved[saving.value.suggested_filename] = Path(saving.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(saved["kamervragen.csv"])))
    lines = [json.loads(line) for line in saved["kamervragen.jsonl"].splitlines()]
    assert len(rows) == len(lines) == 32
    assert [row["id"] for row in rows] == [line["id"] for line in lines]


def test_thumbs_are_kept_with_reasons_only_when_sent(page: Page, kept: Path) -> None:
    page.get_by_label("Uw vraag").fill(DIKE)
    page.get_by_label("Uw vraag").press("Enter")
    page.get_by_role("button", name="Geen goed antwoord").click()
    expect(page.get_by_text("Geen naam, geen adres")).to_be_visible()
    page.get_by_role("button", name="Toch niet").click()
    assert not (kept / "feedback.jsonl").exists()
    page.get_by_role("button", name="Geen goed antwoord").click()
    page.get_by_label("Het is verouderd").check()
    page.get_by_label("Toelichting").fill("Dit bedrag is van 2097.")
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator(".kw-turn .kw-judge")).to_have_text("Bedankt, uw oordeel is bewaard.")
    (line,) = (kept / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    judged = json.loads(line)
    assert (judged["query"], judged["good"], judged["reasons"]) == (DIKE, False, ["outdated"])
    assert judged["remark"] == "Dit bedrag is van 2097."


def test_the_conversation_as_a_word_document(page: Page) -> None:
    page.get_by_label("Uw vraag").fill(DIKE)
    page.get_by_label("Uw vraag").press("Enter")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Word", exact=True).click()
    assert saving.value.suggested_filename == "kamerwijzer.docx"
    assert DIKE in [paragraph.text for paragraph in Document(str(saving.value.path())).paragraphs]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_tabs(
    browser: Browser, address: str, scheme: Literal["light", "dark"], language: str
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.goto(f"{address}?tab=search&find=dijkversterking&party=KUVE&lang={language}")
    page.locator(".kw-result").first.wait_for()
    page.locator(".kw-figures > summary").click()
    page.locator(".kw-numbers summary").first.click()
    assert findings(page) == []
    page.locator(".kw-result h3 button").first.click()
    page.get_by_role("dialog").wait_for()
    assert findings(page) == []
    page.goto(f"{address}?tab=corpus&lang={language}")
    page.locator(".kw-findings").wait_for()
    page.locator("#kw-office .kw-send").wait_for()
    assert findings(page) == []
    context.close()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("tab", ["search", "corpus"])
def test_tabs_do_not_scroll_sideways(browser: Browser, address: str, tab: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.goto(f"{address}?tab={tab}")
    page.locator(".kw-result, .kw-findings").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_real_kamervragen_take_the_place_of_the_sample(page: Page, official: OfficialServer) -> None:
    """The last test of the file: the index is another one behind it."""
    page.get_by_role("tab", name="Corpus").click()
    expect(page.locator("#kw-corpus")).to_contain_text("209")
    office = page.locator("#kw-office")
    expect(office).to_contain_text("Naar schatting 198 Kamervragen; dat duurt ongeveer")
    page.get_by_role("button", name="Laatste kwartaal").click()
    expect(office).to_contain_text("Naar schatting 601 Kamervragen")
    official.pause = 0.2
    page.get_by_role("button", name="Haal echte Kamervragen op").click()
    expect(office.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(office).to_contain_text("Gestopt. De index is niet veranderd")
    official.pause = 0.0
    page.get_by_role("button", name="Haal echte Kamervragen op").click()
    expect(office).to_contain_text("Klaar: 12 Kamervragen met 12 vragen zijn in gebruik.", timeout=60_000)
    page.get_by_role("button", name="Laad de bladzijde opnieuw").click()
    expect(page.locator(".kw-banner")).to_have_count(0)
    expect(page.get_by_role("button", name="Werk bij")).to_be_visible()
    page.get_by_role("tab", name="Zoeken").click()
    expect(page.locator(".kw-count")).to_have_text("12 vragen")
