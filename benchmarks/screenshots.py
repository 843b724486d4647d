"""Every state of the page in a real Chromium, wide and narrow, into docs/screenshots.

    python benchmarks/screenshots.py [--folder DIR] [--only gone,renewal]

Over the fictional sample with the real encoder; a local server stands for the official one, and an address where
nobody listens for a language model that cannot be reached.
"""

import argparse
import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser_server import free_port, served  # noqa: E402
from official_corpus import make_corpus  # noqa: E402
from official_server import ODATA, OfficialServer  # noqa: E402

from embeddings.encoder import open_encoder  # noqa: E402
from rag.build import build_index  # noqa: E402
from rag.documents import read_documents  # noqa: E402
from rag.sample import sample_path  # noqa: E402

WIDTHS = {1440: 900, 390: 844}
DIKE = "Wat kost de dijkversterking langs de Veerne?"
COLOURS = 128
"""Of a picture; the page has few."""


def ask(page: Page, question: str) -> None:
    """Ask and wait for what comes of it."""
    page.get_by_label("Uw vraag").fill(question)
    page.get_by_label("Uw vraag").press("Enter")
    page.locator(".kw-turn[data-status]").last.wait_for()
    page.wait_for_timeout(800)


def empty(page: Page) -> None:
    """The page as it opens."""


def loading(page: Page) -> None:
    """A question is under way, and the server takes its time."""
    page.route("**/queue/join*", lambda route: None)
    page.get_by_label("Uw vraag").fill(DIKE)
    page.get_by_label("Uw vraag").press("Enter")
    page.wait_for_timeout(1500)


def chat(page: Page) -> None:
    """An answer, its source beside it."""
    ask(page, DIKE)


def nearest(page: Page) -> None:
    """No answer, but vragen nearby."""
    ask(page, "Hoeveel musea zijn er gesloten door geldgebrek?")


def nothing(page: Page) -> None:
    """No question to Parliament."""
    ask(page, "Geef me een recept voor appeltaart")


def model(page: Page) -> None:
    """A language model is set up and cannot be reached."""
    ask(page, DIKE)


def gone(page: Page) -> None:
    """The server does not answer."""
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.get_by_label("Uw vraag").fill(DIKE)
    page.get_by_label("Uw vraag").press("Enter")
    page.get_by_role("alert").filter(has_text="Geen verbinding").wait_for()
    page.wait_for_timeout(500)


def renewal(page: Page) -> None:
    """Real Kamervragen are being fetched."""
    page.get_by_role("tab", name="Corpus").click()
    page.get_by_role("button", name="Laatste kwartaal").click()
    page.get_by_role("button", name="Haal echte Kamervragen op").click()
    bar = page.get_by_role("progressbar")
    bar.wait_for()
    bar.scroll_into_view_if_needed()
    page.wait_for_timeout(2500)


STATES: dict[str, Callable[[Page], None]] = {
    state.__name__: state for state in (empty, loading, chat, nearest, nothing, model, gone, renewal)
}


def shoot(names: list[str], folder: Path) -> None:
    """Make the pictures of some states, each in a server of its own."""
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    corpus = make_corpus(40, start=date.today() - timedelta(days=40))
    with (
        tempfile.TemporaryDirectory() as temporary,
        OfficialServer(corpus) as official,
        sync_playwright() as playwright,
    ):
        official.pause = 1.0
        index = Path(temporary) / "index"
        build_index(read_documents(sample_path()), index, open_encoder())
        services = ("--odata-url", official.base + ODATA, "--repository-url", official.base, "--sru-url", official.base)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        for name, width in itertools.product(names, WIDTHS):
            nobody = {"KAMERWIJZER_LLM_URL": f"http://127.0.0.1:{free_port()}/v1", "KAMERWIJZER_LLM_MODEL": "klein"}
            with served(index, "--no-feedback", *services, **(nobody if name == "model" else {})) as address:
                page = browser.new_page(viewport={"width": width, "height": WIDTHS[width]}, locale="nl-NL")
                page.goto(address)
                page.wait_for_function("window.kamerwijzer?.stands")
                STATES[name](page)
                file = folder / f"{name}-{width}.png"
                page.screenshot(path=file)
                Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)
                page.close()


def main() -> None:
    """Make the pictures asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(STATES), metavar="STATE,STATE")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    shoot(arguments.only, arguments.folder)


if __name__ == "__main__":
    main()
