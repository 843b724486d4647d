"""The real program in a real Chromium: type a question, read the answer, click a citation, see the marked source."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from browser_axe import findings
from browser_server import served
from playwright.sync_api import Browser, Page, Route, expect

from embeddings.encoder import DEFAULT_ENCODER, open_encoder
from rag.build import build_index
from rag.documents import read_documents
from rag.records import Kamervraag, Vraag
from rag.sample import sample_path

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # the machine may be shared
expect.set_options(timeout=PATIENCE)
DIKE = "Wat kost de dijkversterking langs de Veerne?"
PLANTED = Kamervraag(
    "2022Z06666",
    (
        Vraag(
            "1",
            "Wat kost <script>window.planted = 1</script> de brug bij Lent?",
            'De brug bij Lent kost € 12 miljoen <img src=x onerror="window.planted = 2">.',
        ),
    ),
    title="Brug <script>window.planted = 3</script> {{constructor}} ${window.planted = 4}",
    answer_url="javascript:window.planted=5",
    topics=("fictief",),
)


@pytest.fixture(scope="module")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of a part of the sample and the planted document, made with the real encoder."""
    wanted = ("2097Z00034", "2099Z00450", "2098Z00240", "2097Z00258")
    documents = [document for document in read_documents(sample_path()) if document.id in wanted]
    folder = tmp_path_factory.mktemp("sample") / "index"
    build_index([*documents, PLANTED], folder, open_encoder(DEFAULT_ENCODER))
    return folder


@pytest.fixture(scope="module")
def address(sample_index: Path) -> Iterator[str]:
    with served(sample_index) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    opened.goto(address)
    opened.locator(".kw-example").first.wait_for()
    yield opened
    context.close()


def ask(page: Page, question: str) -> None:
    before = page.locator(".kw-turn").count()
    box = page.get_by_label("Uw vraag")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(before + 1)


def test_question_answer_citation_source(page: Page) -> None:
    expect(page).to_have_title("Kamerwijzer")
    expect(page.locator(".kw-banner")).to_contain_text("verzonnen Kamervragen")
    ask(page, "Wat zijn de kosten van de Veernedijk nu?")
    expect(page.locator(".kw-answer")).to_contain_text("€ 341 mln.")
    chip = page.get_by_role("button", name=re.compile(r"Bron \d: Kamervraag 2099Z00450, vraag 4"))
    chip.click()
    source = page.locator("details.kw-source[open]")
    expect(source).to_have_count(1)
    expect(source).to_contain_text("Kamervraag 2099Z00450, vraag 4")
    expect(source.locator("mark").first).to_contain_text("€ 341 mln.")
    expect(source.locator("mark").first).to_be_in_viewport()
    for fact in ("Gevraagd door", "(KUVE)", "Beantwoord door", "minister van Waterwegen en Dijken", "14 oktober 2099"):
        expect(source).to_contain_text(fact)


def test_whole_kamervraag_with_next_and_back(page: Page) -> None:
    ask(page, "Wat staat er in vraag 4 van 2097Z00034?")
    page.get_by_role("button", name="Lees de hele Kamervraag").first.click()
    document = page.locator(".kw-document")
    expect(document.locator(".kw-vraag")).to_have_count(8)
    here = document.locator(".kw-vraag[aria-current]")
    expect(here).to_have_attribute("id", "kw-vraag-4")
    expect(here.locator("mark").first).to_be_in_viewport()
    here.get_by_role("button", name="Volgende").click()
    expect(document.locator("#kw-vraag-5")).to_be_focused()
    expect(document.locator(".kw-related").first).to_contain_text("erwijst")
    page.get_by_role("button", name="Terug naar de bronnen").click()
    expect(page.locator("details.kw-source[open]")).to_contain_text("Kamervraag 2097Z00034, vraag 4")


def test_refusals_are_plain_and_no_alert(page: Page) -> None:
    ask(page, "Wie won het songfestival van 1975?")
    refusal = page.locator(".kw-refusal")
    expect(refusal).to_be_visible()
    expect(refusal).not_to_contain_text("€")
    expect(page.locator("[role=alert]")).to_have_count(0)
    expect(page.locator(".kw-chip")).to_have_count(0)


def test_on_a_slow_line_the_box_says_that_the_question_was_sent(page: Page) -> None:
    page.wait_for_function("window.kamerwijzer.stands")  # what opens the page is under way no more
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: held.append(route), times=1)
    page.get_by_label("Uw vraag").fill(DIKE)
    with page.expect_request("**/queue/join*"):
        page.get_by_label("Uw vraag").press("Enter")
    sending = page.locator("html.kw-sending #kw-box")
    expect(sending).to_be_visible()
    held[0].continue_()
    expect(page.locator(".kw-answer")).to_contain_text("€ 286 mln.")
    expect(sending).to_have_count(0)


def test_copy_citation_and_answer(page: Page) -> None:
    ask(page, DIKE)
    page.get_by_role("button", name="Kopieer verwijzing").first.click()
    expect(page.get_by_text("Gekopieerd ✓")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Kamervraag 2099Z00450, vraag 4"
    page.get_by_role("button", name="Kopieer met bronnen").click()
    page.wait_for_timeout(50)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(DIKE)
    assert "(Kamervraag 2097Z00034, vraag 4, 18 februari 2097)" in copied
    assert "Bronnen:\n1. Kamervraag 2099Z00450, vraag 4, " in copied
    assert "\n2. Kamervraag 2097Z00034, vraag 4, Dijkversterking" in copied


def test_example_question_and_new_conversation(page: Page) -> None:
    page.get_by_role("button", name=DIKE).click()
    expect(page.locator(".kw-turn h2")).to_have_text(DIKE)
    expect(page.locator(".kw-answer")).to_be_visible()
    page.get_by_role("button", name="Nieuw gesprek").click()
    expect(page.locator(".kw-empty .kw-example")).to_have_count(6)
    expect(page.locator(".kw-turn")).to_have_count(0)


def test_what_was_read_in_the_question_can_be_taken_away(page: Page) -> None:
    ask(page, "Wat vroeg BEVE over de kosten van de Veernedijk?")
    read = page.locator(".kw-turn .kw-filters")
    expect(read).to_contain_text("Gelezen in de vraag Partij: BEVE")
    read.get_by_role("button", name="Verwijder filter Partij: BEVE").click()
    expect(page.locator(".kw-turn")).to_contain_text("Niet meegewogen: Partij")
    expect(page.locator(".kw-turn")).to_have_count(1)


def test_follow_up_is_corrected_and_a_question_edited_and_sent_again(page: Page) -> None:
    ask(page, DIKE)
    ask(page, "En hoeveel woningen moeten daarvoor wijken?")
    second = page.locator(".kw-turn").nth(1)
    expect(second).to_contain_text("Begrepen als: Wat kost de dijkversterking langs de Veerne? – En hoeveel")
    second.get_by_role("button", name="Zonder het voorgaande").click()
    expect(second).to_contain_text("Niet meegewogen: eerdere vragen")
    expect(second).not_to_contain_text("Begrepen als")
    page.get_by_role("button", name="Bewerk vraag").first.click()
    page.keyboard.press("Escape")
    expect(page.locator(".kw-editing")).to_have_count(0)
    page.get_by_role("button", name="Bewerk vraag").first.click()
    page.get_by_label("Vraag bewerken").fill("Wat zijn de kosten van de Veernedijk nu?")
    page.keyboard.press("Enter")
    expect(page.locator(".kw-turn h2")).to_have_text(["Wat zijn de kosten van de Veernedijk nu?"])
    expect(page.locator(".kw-answer")).to_contain_text("€ 341 mln.")


def test_newer_position_and_a_question_to_ask_next(page: Page) -> None:
    ask(page, "kosten dijkversterking Veerne waterschap 10%")
    offered = page.locator(".kw-next .kw-example")
    expect(offered.first).to_be_visible()
    question = offered.first.inner_text()
    newer = page.locator("#kw-thread .kw-newer")
    expect(newer).to_contain_text("2099Z00450")
    newer.get_by_role("button").click()
    expect(page.locator(".kw-document")).to_contain_text("14 oktober 2099")
    offered.first.click()
    expect(page.locator(".kw-turn:not(.kw-pending) h2").nth(1)).to_have_text(question)


def test_earlier_conversations_are_taken_up_again_and_wiped(page: Page) -> None:
    ask(page, DIKE)
    page.get_by_role("button", name="Nieuw gesprek").click()
    expect(page.locator(".kw-past")).to_be_visible()
    page.reload()
    page.get_by_text("Eerdere gesprekken (1)").click()
    page.get_by_role("button", name=re.compile("^Wat kost de dijkversterking.* 1 vraag$")).click()
    expect(page.locator(".kw-turn h2")).to_have_text(DIKE)
    expect(page.locator(".kw-past")).to_have_count(0)
    page.get_by_role("button", name="Nieuw gesprek").click()
    page.get_by_text("Eerdere gesprekken (1)").click()
    page.get_by_role("button", name="Wis alle").click()
    expect(page.locator(".kw-past")).to_have_count(0)


def test_failure_says_what_to_do_and_is_tried_again(page: Page, address: str) -> None:
    page.goto(f"{address}?q=Wat+kost+de+dijk&asked_from=gisteren")
    failure = page.get_by_role("alert")
    expect(failure).to_contain_text("“gisteren” is geen datum")
    failure.get_by_role("button", name="Vraag opnieuw zonder filters").click()
    expect(page.locator(".kw-answer")).to_be_visible()


OPENS_LATE = """
const fetched = window.fetch;
window.calls = 0;
window.fetch = (...request) => String(request[0]).includes('queue/join') && window.calls++ === 0
  ? new Promise((done) => setTimeout(() => done(fetched(...request)), LATE))
  : fetched(...request);
"""


BUTTON_COMES_LATER = """
const button = document.getElementById('kw-send'), { parentNode, nextSibling } = button;
button.remove();
setTimeout(() => parentNode.insertBefore(button, nextSibling), 1000);
"""


@pytest.mark.parametrize(
    ("way", "late"), [("typed", 2_500), ("typed", 18_000), ("typed before the button", 2_500), ("example", 2_500)]
)
def test_what_is_asked_before_the_page_stands_is_not_lost(browser: Browser, address: str, way: str, late: int) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(OPENS_LATE.replace("LATE", str(late)))
    page.goto(address)
    if way == "example":
        page.locator(".kw-example").first.click()
    else:
        page.locator("#kw-question textarea").fill(DIKE)
        if way == "typed before the button":
            page.evaluate(f"() => {{ {BUTTON_COMES_LATER} }}")
        page.keyboard.press("Enter")
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(1)
    page.wait_for_function("window.kamerwijzer.stands")
    page.wait_for_timeout(3000)
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(1)
    assert page.locator("#kw-question textarea").input_value() == ""
    context.close()


CLOSES_LATE = """
const fetched = window.fetch;
window.fetch = async (...request) => {
  const answer = await fetched(...request);
  if (!request[0].url?.includes('queue/data')) return answer;
  const late = new TransformStream({ async transform(chunk, onward) {
    const closes = new TextDecoder().decode(chunk).includes('close_stream');
    if (closes) await new Promise((done) => setTimeout(done, 800));
    onward.enqueue(chunk);
  } });
  return new Response(answer.body.pipeThrough(late), answer);
};
"""


def test_what_is_asked_while_the_stream_of_answers_closes_is_answered(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(CLOSES_LATE)
    page.goto(address)
    page.locator(".kw-example").first.wait_for()
    page.locator("#kw-question textarea").fill(DIKE)
    page.keyboard.press("Enter")
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(1)
    page.locator("#kw-question textarea").fill(DIKE)
    page.keyboard.press("Enter")  # the stream of the answer before is closing
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(2)
    context.close()


def test_a_question_sent_while_another_is_answered_is_answered_after_it(page: Page) -> None:
    page.wait_for_function("window.kamerwijzer.stands")
    box = page.locator("#kw-question textarea")
    box.fill(DIKE)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # once too often
    page.locator(".kw-turn").first.wait_for()
    box.fill("Wat zijn de kosten van de Veernedijk nu?")
    page.keyboard.press("Enter")
    expect(page.locator(".kw-turn:not(.kw-pending)")).to_have_count(2)
    page.wait_for_timeout(1000)
    expect(page.locator(".kw-turn h2")).to_have_text([DIKE, "Wat zijn de kosten van de Veernedijk nu?"])


def test_the_language_chosen_before_the_page_stands_is_kept(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(OPENS_LATE.replace("LATE", "2500"))
    page.goto(address)
    page.wait_for_function("window.calls > 0")  # what opens the page is under way
    page.get_by_role("button", name="English").click()
    page.wait_for_timeout(3000)
    page.wait_for_function("document.documentElement.lang === 'en'")
    expect(page.locator(".kw-empty h2")).to_contain_text("Ask")
    context.close()


@pytest.mark.parametrize("late", [0, 1500, 30_000])
def test_server_gone_and_back(browser: Browser, address: str, late: int) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(OPENS_LATE.replace("LATE", str(late)))
    page.goto(address)
    page.locator(".kw-example").first.wait_for()
    page.wait_for_timeout(500)
    context.set_offline(True)
    box = page.get_by_label("Uw vraag")
    box.fill(DIKE)
    box.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Geen verbinding met Kamerwijzer")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("#kw-gone")).to_have_count(0)
    asked_or_kept = """(words) => document.querySelector('#kw-question textarea')?.value === words
        || [...document.querySelectorAll('.kw-turn h2')].some((head) => head.textContent === words)"""
    page.wait_for_function(asked_or_kept, arg=DIKE, timeout=PATIENCE)
    context.close()


def test_answer_is_said_in_the_live_region_and_boxes_stay_in_view(page: Page) -> None:
    ask(page, DIKE)
    expect(page.locator("#kw-live[role=status]")).to_contain_text("Antwoord gevonden, bronnen: ")
    expect(page.locator("#kw-live")).to_contain_text("€ 286 mln.")
    page.set_viewport_size({"width": 1440, "height": 500})
    expect(page.get_by_label("Uw vraag")).to_be_in_viewport()
    expect(page.locator(".kw-panel > h2")).to_be_in_viewport()


def test_conversation_is_kept_in_the_browser(page: Page) -> None:
    ask(page, DIKE)
    page.reload()
    expect(page.locator(".kw-turn h2")).to_have_text(DIKE)
    page.locator(".kw-chip").last.click()
    expect(page.locator("details.kw-source[open] mark").first).to_be_visible()


def test_filters_as_chips_and_a_link_that_restores_them(page: Page, address: str) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Partij").click()
    page.get_by_role("option", name=re.compile(r"^BEVE \(\d+\)")).click()
    chip = page.locator("#kw-chips").get_by_role("button", name="Verwijder filter Partij: BEVE")
    expect(chip).to_be_visible()
    page.get_by_label("Ministerie").click()  # counted anew: BEVE asked one ministry only
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    page.get_by_label("Volgorde").click()
    page.get_by_role("option", name="Nieuwste eerst").click()
    expect(page.locator("#kw-chips")).to_contain_text("Volgorde: Nieuwste eerst")
    ask(page, DIKE)
    expect(page.locator(".kw-turn .kw-filters")).to_contain_text("Gefilterd Partij: BEVE")
    page.get_by_role("button", name="Kopieer link").click()
    page.wait_for_timeout(50)
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(address)
    answer = page.locator(".kw-answer").inner_text()
    chip.click()
    expect(chip).to_have_count(0)

    page.evaluate("localStorage.clear()")
    page.goto(link)
    expect(page.locator(".kw-answer")).to_have_text(answer, use_inner_text=True)
    expect(chip).to_be_visible()
    expect(page).to_have_url(address)
    page.evaluate("localStorage.clear()")
    page.goto(link.replace("build=", "build=older"))
    expect(page.locator(".kw-turn")).to_contain_text("De index is vernieuwd")


@pytest.mark.parametrize(
    ("form", "name", "holds"),
    [
        ("Markdown", "kamerwijzer.md", "1. Kamervraag 2099Z00450, vraag 4"),
        ("BibTeX", "kamerwijzer.bib", "@misc{2097Z00034-4,"),
        ("CSL-JSON", "kamerwijzer.json", '"type": "document"'),
    ],
)
def test_conversation_is_saved_as_a_file(page: Page, form: str, name: str, holds: str) -> None:
    ask(page, DIKE)
    with page.expect_download() as saving:
        page.get_by_role("button", name=form).click()
    assert saving.value.suggested_filename == name
    assert holds in Path(saving.value.path()).read_text(encoding="utf-8")


def test_english(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator(".kw-empty h2")).to_contain_text("Ask")
    expect(page.get_by_label("Your question")).to_be_visible()
    page.wait_for_function("document.documentElement.lang === 'en'")
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_label("Uw vraag")).to_be_visible()


def test_keyboard_alone(page: Page) -> None:
    page.get_by_label("Uw vraag").focus()
    page.keyboard.type(DIKE)
    page.keyboard.press("Enter")
    expect(page.locator(".kw-answer")).to_be_visible()
    walk(page, "Shift+Tab", "#kw-thread .kw-chip")
    page.keyboard.press("Enter")
    expect(page.locator("details[open] summary")).to_be_focused()
    walk(page, "Tab", "details[open] .kw-button[data-read]")
    page.keyboard.press("Enter")
    expect(page.locator(".kw-vraag[aria-current]")).to_be_focused()
    walk(page, "Shift+Tab", ".kw-panel > [data-cite]")
    page.keyboard.press("Enter")
    expect(page.locator("details[open] summary")).to_be_focused()
    walk(page, "Shift+Tab", "#kw-question textarea")


def walk(page: Page, key: str, target: str) -> None:
    """Press a key until the focus is where it is wanted."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("(target) => document.activeElement.matches(target)", target):
            return
    pytest.fail(f"{target} cannot be reached with {key}")


@pytest.mark.parametrize("width", [320, 390])
def test_narrow_screens_do_not_scroll_sideways(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(address)
    page.locator(".kw-example").first.click()
    page.locator(".kw-chip").first.click()
    expect(page.locator("details[open] mark").first).to_be_in_viewport()
    page.get_by_role("button", name="Lees de hele Kamervraag").first.click()
    expect(page.locator(".kw-document")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_wcag_2_2_aa(
    browser: Browser, address: str, scheme: Literal["light", "dark"], language: str
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    page.wait_for_function(f"document.documentElement.lang === '{language}' && window.kamerwijzer?.stands")
    assert findings(page) == []
    page.locator("#kw-question textarea").fill(DIKE)
    page.keyboard.press("Enter")
    page.locator(".kw-chip").first.wait_for()
    page.get_by_role("button", name="Filters").click()
    assert findings(page) == []
    page.locator("details[open] .kw-button[data-read]").click()
    page.locator(".kw-document").wait_for()
    assert findings(page) == []
    context.close()


def test_nothing_is_fetched_from_elsewhere(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.locator(".kw-example").first.click()
    expect(page.locator(".kw-answer")).to_be_visible()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()


def test_scripts_planted_in_a_document_do_not_run(page: Page) -> None:
    ask(page, "Wat kost de brug bij Lent? <script>window.planted = 6</script>")
    page.locator(".kw-chip, .kw-near").first.click()
    page.locator("details[open] .kw-button[data-read]").click()
    expect(page.locator(".kw-document h3")).to_contain_text("<script>window.planted = 3</script> {{constructor}}")
    expect(page.locator(".kw-document .kw-antwoord")).to_contain_text("<img src=x onerror=")
    page.wait_for_timeout(200)
    assert page.evaluate("window.planted") is None
    assert page.locator("a[href^=javascript]").count() == 0
