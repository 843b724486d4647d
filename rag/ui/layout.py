"""The page: which parts stand where, and which event goes to which method of the desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.answer import Assistant
from rag.ui.api import Api
from rag.ui.desk import Desk, View
from rag.ui.export import FORMS, export
from rag.ui.filterbar import NAMES, FilterBar, chips_html, restrictions_of
from rag.ui.render import footer_html, header_html
from rag.ui.texts import known_language, text
from rag.ui.turns import turns_from_json, turns_to_json

FOLDER = Path(__file__).parent
MOST_AT_ONCE, MOST_WAITING = 2, 64

_STATE_KEY = "kamerwijzer"  # what the browser keeps is no secret; a fixed key lets it outlive a restart
_THREAD_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-cite], [data-ask], [data-keep]');
  if (!button) return;
  if (button.dataset.cite) trigger('cite', { ...button.dataset });
  else if (button.dataset.keep) trigger('keep', { ...button.dataset });
  else trigger('ask', { ...button.dataset });
});
watch('value', () => window.kamerwijzer?.turned(element));
"""
_SOURCES_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-cite], [data-read]');
  if (!button) return;
  if (button.dataset.cite) trigger('cite', { ...button.dataset });
  else trigger('read', { ...button.dataset });
});
"""
_HEADER_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-language]');
  if (button) trigger('language', { ...button.dataset });
});
"""
_SPOKEN_JS = "(language) => window.kamerwijzer?.opened(language)"
_KEPT_JS = "(file) => window.kamerwijzer?.kept(file)"
_FOLLOWED_JS = "() => window.kamerwijzer?.followed()"
_SOURCED_JS = "() => setTimeout(() => window.kamerwijzer?.sourced(document.getElementById('kw-sources')), 60)"


class Page:
    """The Gradio page over one assistant; `build` makes the Blocks."""

    def __init__(self, assistant: Assistant) -> None:
        self.desk = Desk(assistant)
        self.api = Api(assistant)

    def build(self) -> gr.Blocks:
        """Return the Blocks, events bound and queue limited."""
        first = self.desk.show((), "nl")
        blocks: gr.Blocks
        with gr.Blocks(title="Kamerwijzer", analytics_enabled=False, fill_width=True) as blocks:
            self.conversation = gr.BrowserState([], storage_key="kamerwijzer-gesprek", secret=_STATE_KEY)
            self.language = gr.BrowserState("nl", storage_key="kamerwijzer-taal", secret=_STATE_KEY)
            self.header = _html(header_html("nl", fictional=self.desk.fictional), "kw-header", _HEADER_JS)
            with gr.Row(elem_id="kw-desk"):
                with gr.Column(elem_id="kw-left"):
                    self.thread = _html(first.thread, "kw-thread", _THREAD_JS)
                    with gr.Row(elem_id="kw-box"):
                        self.question = gr.Textbox(
                            label=text("question"),
                            show_label=False,
                            placeholder=text("placeholder"),
                            lines=1,
                            max_lines=6,
                            container=False,
                            elem_id="kw-question",
                            max_length=4000,
                        )
                        self.send = gr.Button(text("send"), variant="primary", elem_id="kw-send", min_width=80)
                    self.filters = FilterBar(self.desk.store)
                    self.new = gr.Button(text("new"), elem_id="kw-new", size="sm")
                with gr.Column(elem_id="kw-right"):
                    self.sources = _html(first.sources, "kw-sources", _SOURCES_JS)
            self.file = gr.JSON(visible=False)
            self.footer = _html(footer_html("nl"), "kw-footer")
            self._bind(blocks)
            self.api.register()
        blocks.queue(max_size=MOST_WAITING, default_concurrency_limit=MOST_AT_ONCE)
        return blocks

    def _bind(self, blocks: gr.Blocks) -> None:
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        shown = [self.conversation, self.thread, self.sources]
        kept = [self.conversation, self.language]
        fields = self.filters.fields
        asked, answered = [self.question, *kept, *fields], [self.question, *shown]
        written = gr.on([self.question.submit, self.send.click], self._ask, asked, answered, **quiet)
        picked = self.thread.ask(self._ask_example, [*kept, *fields], answered, **quiet)
        for part in (self.thread, self.sources):
            part.cite(self._cite, kept, self.sources, queue=False, **quiet).then(None, js=_SOURCED_JS, **quiet)
        self.sources.read(self._read, kept, self.sources, queue=False, **quiet).then(None, js=_SOURCED_JS, **quiet)
        self.thread.keep(self._keep, kept, self.file, queue=False, **quiet).then(None, self.file, js=_KEPT_JS, **quiet)
        self.new.click(lambda language: self._shown(self.desk.show((), language)), self.language, shown, **quiet)
        chips = [self.language, *fields]
        gr.on([field.change for field in fields], self._chips, chips, self.filters.chips, queue=False, **quiet)
        self.filters.chips.drop(self._drop, fields, fields, queue=False, **quiet)
        words = [self.language, self.header, self.question, self.send, self.new, self.footer]
        words += [self.filters.accordion, *fields, *shown]
        spoken = self.header.language(self._speak, self.conversation, words, **quiet)
        opened = blocks.load(self._open, kept, words, **quiet)
        for event in (spoken, opened):
            event.then(None, self.language, js=_SPOKEN_JS, **quiet)
        linked = opened.then(self._follow, self.language, [*fields, *shown], **quiet)
        linked.then(None, js=_FOLLOWED_JS, **quiet)
        for asking in (written, picked, linked):
            asking.failure(self._broken, kept, shown, **quiet)

    def _ask(self, question: str, kept: object, spoken: object, *values: str | None) -> Iterator[tuple[Any, ...]]:
        turns, language = turns_from_json(kept), known_language(spoken)
        if not question.strip():
            yield (gr.skip(),) * 4
            return
        waiting = self.desk.show(turns, language, pending=question)
        yield "", gr.skip(), waiting.thread, gr.skip()
        yield gr.skip(), *self._shown(self.desk.ask(question, turns, language, restrictions_of(values)))

    def _follow(self, spoken: object, request: gr.Request) -> tuple[Any, ...]:
        """Ask what a shared link asks, with its filters, in a conversation of its own."""
        asked = dict(request.query_params)
        question = str(asked.get("q", "")).strip()
        if not question:
            return (gr.skip(),) * (len(self.filters.fields) + 3)
        restrictions = {name: str(asked[name]) for name in NAMES if asked.get(name)}
        view = self.desk.ask(question, (), known_language(spoken), restrictions, str(asked.get("build", "")))
        return *self.filters.filled(restrictions), *self._shown(view)

    def _chips(self, spoken: object, *values: str | None) -> str:
        return chips_html(restrictions_of(values), known_language(spoken))

    def _drop(self, event: gr.EventData, *values: str | None) -> list[Any]:
        return self.filters.filled(self.filters.without(values, str(event.drop)))

    def _keep(self, kept: object, spoken: object, event: gr.EventData) -> dict[str, str] | None:
        turns, form = turns_from_json(kept), str(event.keep)
        if form not in FORMS:
            return None
        passages = self.desk.passages(name for turn in turns for name in turn.cited)
        return {"name": f"kamerwijzer.{FORMS[form]}", "text": export(form, turns, passages, known_language(spoken))}

    def _ask_example(
        self, event: gr.EventData, kept: object, spoken: object, *values: str | None
    ) -> Iterator[tuple[Any, ...]]:
        yield from self._ask(str(event.ask), kept, spoken, *values)

    def _broken(self, kept: object, spoken: object) -> tuple[Any, ...]:
        return self._shown(self.desk.broken(turns_from_json(kept), known_language(spoken)))

    def _cite(self, kept: object, spoken: object, event: gr.EventData) -> str:
        return self.desk.cite(turns_from_json(kept), _place(event.turn), str(event.cite), known_language(spoken))

    def _read(self, kept: object, spoken: object, event: gr.EventData) -> str:
        return self.desk.read(turns_from_json(kept), _place(event.turn), str(event.read), known_language(spoken))

    def _speak(self, kept: object, event: gr.EventData) -> tuple[Any, ...]:
        return self._in_words(kept, known_language(event.language))

    def _open(self, kept: object, spoken: object, request: gr.Request) -> tuple[Any, ...]:
        return self._in_words(kept, known_language(request.query_params.get("lang") or spoken))

    def _in_words(self, kept: object, language: str) -> tuple[Any, ...]:
        """Return the language and every part of the page in it."""
        view = self.desk.show(turns_from_json(kept), language)
        return (
            language,
            header_html(language, fictional=self.desk.fictional),
            gr.update(label=text("question", language), placeholder=text("placeholder", language)),
            text("send", language),
            text("new", language),
            footer_html(language),
            *self.filters.in_words(language),
            *self._shown(view),
        )

    @staticmethod
    def _shown(view: View) -> tuple[Any, ...]:
        return turns_to_json(view.turns), view.thread, view.sources


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
    """Return the head of the page: style and script. As `css=`, Gradio would rewrite the selectors."""
    style, script = ((FOLDER / name).read_text(encoding="utf-8") for name in ("style.css", "page.js"))
    return f"<style>{style}</style><script>{script}</script>"


def _html(value: str, name: str, script: str | None = None) -> Any:  # noqa: ANN401 - custom events are made at run time
    return gr.HTML(value, elem_id=name, elem_classes="kw", js_on_load=script, apply_default_css=False)


def _place(value: object) -> int:
    """Return the place of a turn that a click names; -1 where it names none."""
    return int(value) if isinstance(value, str | int) and str(value).isdecimal() else -1
