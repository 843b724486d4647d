"""The tab to ask in: the conversation, the box, the filters, and the sources beside the answer."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.ui.desk import Desk, View
from rag.ui.export import FORMS, file_of
from rag.ui.filterbar import NAMES, FilterBar, chips_html, restrictions_of
from rag.ui.tabs import QUIET, Shared, Tab, html, tab_of
from rag.ui.texts import known_language, text
from rag.ui.turns import turns_from_json, turns_to_json

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
_KEPT_JS = "(file) => window.kamerwijzer?.kept(file)"
_FOLLOWED_JS = "() => window.kamerwijzer?.followed()"
_SOURCED_JS = "() => setTimeout(() => window.kamerwijzer?.sourced(document.getElementById('kw-sources')), 60)"


def chat_tab(shared: Shared) -> Tab:
    """Place the tab within the Blocks under construction and bind its events."""
    chat = _Chat(shared)
    return Tab(chat.worded, chat.in_words, chat.opened)


class _Chat:
    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.desk = Desk(shared.assistant)
        first = self.desk.show((), "nl")
        with gr.Row(elem_id="kw-desk"):
            with gr.Column(elem_id="kw-left"):
                self.thread = html(first.thread, "kw-thread", _THREAD_JS)
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
                self.sources = html(first.sources, "kw-sources", _SOURCES_JS)
        self.file = gr.JSON(visible=False)
        self.kept = [shared.conversation, shared.language]
        self.shown = [shared.conversation, self.thread, self.sources]
        self.worded = [self.question, self.send, self.new, self.filters.accordion, *self.filters.fields, *self.shown]
        self._bind()

    def in_words(self, language: str, kept: object) -> list[Any]:
        """Return every part of the tab in a language."""
        return [
            gr.update(label=text("question", language), placeholder=text("placeholder", language)),
            text("send", language),
            text("new", language),
            *self.filters.in_words(language),
            *self._shown(self.desk.show(turns_from_json(kept), language)),
        ]

    def opened(self, event: Any) -> None:  # noqa: ANN401
        """Ask what a shared link asks, once the page stands."""
        linked = event.then(self._follow, self.shared.language, [*self.filters.fields, *self.shown], **QUIET)
        linked.then(None, js=_FOLLOWED_JS, **QUIET)
        linked.failure(self._broken, self.kept, self.shown, **QUIET)

    def _bind(self) -> None:
        fields, kept = self.filters.fields, self.kept
        asked, answered = [self.question, *kept, *fields], [self.question, *self.shown]
        written = gr.on([self.question.submit, self.send.click], self._ask, asked, answered, **QUIET)
        picked = self.thread.ask(self._ask_example, [*kept, *fields], answered, **QUIET)
        for part in (self.thread, self.sources):
            part.cite(self._cite, kept, self.sources, queue=False, **QUIET).then(None, js=_SOURCED_JS, **QUIET)
        self.sources.read(self._read, kept, self.sources, queue=False, **QUIET).then(None, js=_SOURCED_JS, **QUIET)
        self.thread.keep(self._keep, kept, self.file, queue=False, **QUIET).then(None, self.file, js=_KEPT_JS, **QUIET)
        language = self.shared.language
        self.new.click(lambda spoken: self._shown(self.desk.show((), spoken)), language, self.shown, **QUIET)
        chips = [language, *fields]
        gr.on([field.change for field in fields], self._chips, chips, self.filters.chips, queue=False, **QUIET)
        self.filters.chips.drop(self._drop, fields, fields, queue=False, **QUIET)
        for asking in (written, picked):
            asking.failure(self._broken, kept, self.shown, **QUIET)

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
        if not question or tab_of(request) not in ("", "chat"):
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
        return file_of(form, turns, passages, known_language(spoken))

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

    @staticmethod
    def _shown(view: View) -> tuple[Any, ...]:
        return turns_to_json(view.turns), view.thread, view.sources


def _place(value: object) -> int:
    """Return the place of a turn that a click names; -1 where it names none."""
    return int(value) if isinstance(value, str | int) and str(value).isdecimal() else -1
