"""Five tasks of a new user in a real Chromium, with clicks, keystrokes and seconds; and what loading and asking take.

    python app.py --index SAMPLE_INDEX --port 7861 &
    python benchmarks/user_tasks.py http://127.0.0.1:7861/            # the five tasks, over the fictional sample
    python benchmarks/user_tasks.py --serve BIG_INDEX --port 7862 &   # an index of `speed.py`, with made-up vectors
    python benchmarks/user_tasks.py http://127.0.0.1:7862/ --speed    # cold load, page weight, first answer, filters

The tasks were written down before they were tried. Seconds are those of the page: nobody reads or thinks in between.
"""

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

PATIENCE = 120_000
DIKE = "Wat kost de dijkversterking langs de Veerne?"
QUESTIONS = (
    "Hoeveel geld gaat er naar de verduurzaming van huurwoningen?",
    "Wat doet het kabinet tegen de wachtlijsten in de jeugdzorg?",
    "Hoeveel asielzoekers wachten op een beslissing?",
    "Komt er een verbod op vuurwerk?",
    "Wanneer wordt de stikstofuitstoot van boeren minder?",
    "Hoeveel agenten komen er bij?",
)


@dataclass
class Hand:
    """A user's hand on one page: does, waits for what it leads to, and counts."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def click(self, target: Locator) -> None:
        """Press something."""
        target.click()
        self.clicks += 1

    def type(self, words: str, *, enter: bool = False) -> None:
        """Type where the cursor is."""
        self.page.keyboard.type(words)
        self.keys += len(words)
        if enter:
            self.page.keyboard.press("Enter")
            self.keys += 1


def cite_a_figure(hand: Hand) -> str:
    """Find what the dike costs and copy a citation of the very vraag."""
    hand.type(DIKE, enter=True)
    hand.page.locator(".kw-answer").get_by_text("€ 286 mln.").wait_for()
    hand.click(hand.page.get_by_role("button", name="Kopieer verwijzing").first)
    hand.page.get_by_text("Gekopieerd ✓").wait_for()
    return str(hand.page.evaluate("navigator.clipboard.readText()"))


def see_a_change_of_position(hand: Hand) -> str:
    """See whether the minister says something else by now, and read that."""
    hand.type(DIKE, enter=True)
    hand.click(hand.page.locator("#kw-thread .kw-newer button"))
    newer = hand.page.locator(".kw-document .kw-vraag[aria-current]")
    newer.get_by_text("€ 341 mln.").first.wait_for()
    return "€ 341 mln., " + hand.page.locator(".kw-document time").last.inner_text()


def list_a_party(hand: Hand) -> str:
    """List what one party asked on a subject in a year."""
    hand.click(hand.page.get_by_role("tab", name="Zoeken"))
    hand.page.locator(".kw-result").first.wait_for()
    hand.click(hand.page.get_by_label("Zoekwoorden"))
    hand.type("vragen van KUVE over dijken in 2099", enter=True)
    hand.page.locator(".kw-understood").wait_for()
    return f"{hand.page.locator('.kw-count').inner_text()}; {hand.page.locator('.kw-understood').inner_text()}"


def list_a_party_by_pressing(hand: Hand) -> str:
    """Do the same with a word, and the rest by pressing."""
    hand.click(hand.page.get_by_role("tab", name="Zoeken"))
    hand.click(hand.page.get_by_label("Zoekwoorden"))
    hand.type("dijken", enter=True)
    hand.page.locator(".kw-search[data-now='find=dijken']").wait_for()
    hand.click(hand.page.get_by_role("button", name="Alleen KUVE"))
    hand.page.get_by_role("button", name="Verwijder filter Partij: KUVE").wait_for()
    hand.click(hand.page.get_by_text("In beeld"))
    hand.click(hand.page.get_by_role("button", name="Alleen gevraagd in 2099"))
    hand.page.get_by_role("button", name="Verwijder filter Gevraagd vanaf: 2099-01-01").wait_for()
    return hand.page.locator(".kw-count").inner_text()


def share(hand: Hand) -> str:
    """Send the answer with its question to a colleague, who opens it."""
    hand.type(DIKE, enter=True)
    hand.click(hand.page.get_by_role("button", name="Kopieer link"))
    hand.page.get_by_text("Gekopieerd ✓").wait_for()
    link = hand.page.evaluate("navigator.clipboard.readText()")
    other = hand.page.context.new_page()
    other.goto(link)
    other.locator(".kw-answer").get_by_text("€ 286 mln.").wait_for(timeout=PATIENCE)
    other.close()
    return "the colleague sees the same answer"


def export(hand: Hand) -> str:
    """Keep the conversation as a Word document."""
    hand.type(DIKE, enter=True)
    with hand.page.expect_download() as saving:
        hand.click(hand.page.get_by_role("button", name="Word", exact=True))
    return f"{saving.value.suggested_filename}, {Path(saving.value.path()).stat().st_size / 1000:.0f} kB"


TASKS: dict[str, Callable[[Hand], str]] = {
    "find a figure and cite it": cite_a_figure,
    "see whether a minister changed position": see_a_change_of_position,
    "list what one party asked on a subject in a year, in words": list_a_party,
    "the same, by pressing": list_a_party_by_pressing,
    "share it": share,
    "export it": export,
}


def tried(browser: Browser, address: str) -> None:
    """Do each task on a page of its own and print a row of the table."""
    print("| task | clicks | keystrokes | seconds | what came of it |\n|---|---|---|---|---|")
    for name, task in TASKS.items():
        context, page = _opened(browser, address)
        hand, start = Hand(page), time.monotonic()
        came = task(hand)
        print(f"| {name} | {hand.clicks} | {hand.keys} | {time.monotonic() - start:.1f} | {came} |", flush=True)
        context.close()


def measured(browser: Browser, address: str, rounds: int = 5) -> None:
    """Print how long loading, a first answer and a filter take, and what the page weighs."""
    loads, weights = [], []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        start = time.monotonic()
        page.goto(address)
        page.locator(".kw-example, .kw-empty h2").first.wait_for()
        page.get_by_label("Uw vraag").wait_for()
        page.wait_for_function("document.activeElement?.matches('#kw-question textarea')")
        loads.append(time.monotonic() - start)
        weights.append(page.evaluate(_WEIGHT))
        context.close()
    context, page = _opened(browser, address)
    answers = [_asked(page, question) for question in (QUESTIONS[0], *QUESTIONS)][1:]  # the first one warms
    page.get_by_role("button", name="Filters").click()
    filters = []
    for label in ("Partij", "Ministerie", "Onderwerp"):
        page.get_by_label(label, exact=True).click()
        start = time.monotonic()
        page.get_by_role("option").nth(1).click()
        page.locator("#kw-chips").get_by_role("button", name=f"Verwijder filter {label}").wait_for()
        filters.append(time.monotonic() - start)
    context.close()
    for name, values in (("cold load", loads), ("first answer after Enter", answers), ("choosing a filter", filters)):
        print(f"{name}: median {statistics.median(values):.2f} s, most {max(values):.2f} s, of {len(values)}")
    print("weight:", weights[0])


_WEIGHT = """() => {
  const all = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
  const sum = (key) => Math.round(all.reduce((total, one) => total + (one[key] || 0), 0) / 1000);
  return `${all.length} requests, ${sum('transferSize')} kB sent, ${sum('decodedBodySize')} kB unpacked`;
}"""


def _opened(browser: Browser, address: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="nl-NL")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_function("document.activeElement?.matches('#kw-question textarea')")
    return context, page


def _asked(page: Page, question: str) -> float:
    """Return the seconds from Enter until an answer, or an honest none, can be read."""
    before = page.locator(".kw-turn").count()
    page.get_by_label("Uw vraag").fill(question)
    start = time.monotonic()
    page.keyboard.press("Enter")
    page.locator(".kw-turn:not(.kw-pending)").nth(before).wait_for()
    return time.monotonic() - start


def serve(index: Path, port: int) -> None:
    """Serve an index with made-up vectors until stopped."""
    from big_corpus import SyntheticEncoder

    from embeddings.encoder import open_encoder
    from rag.answer import Assistant
    from rag.retrieve import Retriever
    from rag.ui.office import Settings
    from rag.ui.server import Serving, launch

    assistant = Assistant(Retriever.open(index, encoder=SyntheticEncoder(open_encoder())))
    print(launch(assistant, Settings(), Serving("127.0.0.1", port)).address, flush=True)
    Event().wait()


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", help="of a running app.py")
    parser.add_argument("--speed", action="store_true", help="measure loading and asking instead of doing the tasks")
    parser.add_argument("--serve", type=Path, metavar="INDEX")
    parser.add_argument("--port", type=int, default=7862)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.port)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        (measured if arguments.speed else tried)(browser, arguments.address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
