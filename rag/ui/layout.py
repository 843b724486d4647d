"""The frame of the page: head, tabs, foot, and what they share. Each tab stands in a module of its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from rag.answer import Assistant
from rag.ui.api import Api, House
from rag.ui.chat import chat_tab
from rag.ui.corpus_tab import corpus_tab
from rag.ui.judge import judge_part
from rag.ui.office import Office, Settings
from rag.ui.render import footer_html, header_html
from rag.ui.search_tab import search_tab
from rag.ui.tabs import QUIET, Shared, Tab, html, tab_of
from rag.ui.texts import known_language, text

FOLDER = Path(__file__).parent
MOST_AT_ONCE, MOST_WAITING = 2, 64

TABS: Mapping[str, Callable[[Shared], Tab]] = {"chat": chat_tab, "search": search_tab, "corpus": corpus_tab}
"""The tabs by the name that the address gives them (`?tab=chat`), the first one open; labels are `tab_<name>`."""

_STATE_KEY = "kamerwijzer"  # what the browser keeps is no secret; a fixed key lets it outlive a restart
_HEADER_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-language]');
  if (button) trigger('language', { ...button.dataset });
});
"""
_SPOKEN_JS = "(language) => window.kamerwijzer?.opened(language)"


class Page:
    """The Gradio page over one assistant; `build` makes the Blocks."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self.assistant = assistant
        self.office = Office(assistant, settings)
        self.api = Api(assistant)

    def build(self) -> gr.Blocks:
        """Return the Blocks, events bound and queue limited."""
        blocks: gr.Blocks
        with House(title="Kamerwijzer", analytics_enabled=False, fill_width=True) as blocks:
            shared = Shared(
                self.assistant,
                language=gr.BrowserState("nl", storage_key="kamerwijzer-taal", secret=_STATE_KEY),
                conversation=gr.BrowserState([], storage_key="kamerwijzer-gesprek", secret=_STATE_KEY),
                office=self.office,
            )
            header = html(self._header("nl"), "kw-header", _HEADER_JS)
            self._place_tabs(shared)
            footer = html(footer_html("nl"), "kw-footer")
            self._bind(blocks, shared, [header, footer])
            self.api.register()
        blocks.queue(max_size=MOST_WAITING, default_concurrency_limit=MOST_AT_ONCE)
        return blocks

    def _place_tabs(self, shared: Shared) -> None:
        self.tabs: dict[str, Tab] = {}
        self.labels: list[Any] = []
        with gr.Tabs(elem_id="kw-tabs", selected=next(iter(TABS))) as self.bar:
            for name, place in TABS.items():
                with gr.Tab(text(f"tab_{name}"), id=name, elem_id=f"kw-tab-{name}") as label:
                    self.tabs[name] = place(shared)
                label.select(None, js=f"() => window.kamerwijzer?.tabbed('{name}')", **QUIET)
                self.labels.append(label)
        self.parts = [*self.tabs.values(), judge_part(shared)]

    def _bind(self, blocks: gr.Blocks, shared: Shared, frame: list[Any]) -> None:
        worded = [component for part in self.parts for component in part.components]
        words = [shared.language, *frame, *self.labels, *worded]
        kept = [shared.conversation, shared.language]
        spoken = frame[0].language(self._speak, shared.conversation, words, queue=False, **QUIET)
        opened = blocks.load(self._open, kept, [self.bar, *words], **QUIET)
        for event in (spoken, opened):
            event.then(None, shared.language, js=_SPOKEN_JS, **QUIET)
        for part in self.parts:
            part.opened(opened)

    def _speak(self, kept: object, event: gr.EventData) -> tuple[Any, ...]:
        return self._in_words(kept, known_language(event.language))

    def _open(self, kept: object, spoken: object, request: gr.Request) -> tuple[Any, ...]:
        wanted = tab_of(request)
        chosen = gr.update(selected=wanted) if wanted in self.tabs else gr.skip()
        return chosen, *self._in_words(kept, known_language(request.query_params.get("lang") or spoken))

    def _in_words(self, kept: object, language: str) -> tuple[Any, ...]:
        """Return the language and every part of the page in it."""
        return (
            language,
            self._header(language),
            footer_html(language),
            *(gr.update(label=text(f"tab_{name}", language)) for name in self.tabs),
            *(update for part in self.parts for update in part.in_words(language, kept)),
        )

    def _header(self, language: str) -> str:
        return header_html(language, fictional=self.assistant.retriever.store.fictional())


def theme() -> gr.themes.Base:
    """Return the theme: system fonts, so that nothing is fetched from elsewhere; colours are in style.css."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif")
    return gr.themes.Base(
        primary_hue="slate",
        neutral_hue="stone",
        font=sans,
        font_mono=("ui-monospace", "Consolas", "monospace"),
        radius_size="sm",
    )


def head_html() -> str:
    """Return the head of the page: styles and scripts. As `css=`, Gradio would rewrite the selectors."""
    return f"<style>{_files('css', 'style', 'tabs')}</style><script>{scripts()}</script>"


def scripts() -> str:
    """Return the script in the head of the page."""
    return _files("js", "page", "connection", "tabs")


def _files(ending: str, *names: str) -> str:
    return "".join((FOLDER / f"{name}.{ending}").read_text(encoding="utf-8") for name in names)
