"""The tab to ask in: the conversation, the box, the filters, and the sources beside the answer."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from rag.ui.desk import Desk, View
from rag.ui.export import FORMS, file_of
from rag.ui.filterbar import FilterBar
from rag.ui.offers import past_html
from rag.ui.restrictions import FIELDS, chips_html, gone_with, restrictions_of, without
from rag.ui.tabs import AFTER, EACH, QUIET, Shared, Tab, html, tab_of
from rag.ui.texts import known_language, text
from rag.ui.turns import FOLLOWING, Turn, past_from_json, turns_from_json, turns_to_json, with_past

_STATE_KEY = "kamerwijzer"
_THREAD_JS = """
window.kamerwijzer.ask = (ask, given) => trigger('ask', { ask, given, turn: '', drop: '' });  // for other tabs
window.kamerwijzer.within = (within) => trigger('within', { within });
window.kamerwijzer.nudge = () => trigger('nudge', {});
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-cite], [data-ask], [data-keep], [data-stop], [data-edit]');
  if (!button) return;
  const data = { turn: '', drop: '', given: '', ...button.dataset };
  if (data.edit) window.kamerwijzer.edit(button, (question) => trigger('ask', { ...data, ask: question }));
  else for (const name of ['cite', 'keep', 'stop', 'ask']) if (name in data) { trigger(name, data); break; }
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
_PAST_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-recall], [data-forget]');
  if (!button) return;
  if (button.dataset.forget) trigger('forget', {});
  else trigger('recall', { ...button.dataset });
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
        self.past = gr.BrowserState([], storage_key="kamerwijzer-eerder", secret=_STATE_KEY)
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
                self.filters = FilterBar(lambda: self.desk.store)
                self.new = gr.Button(text("new"), elem_id="kw-new", size="sm")
                self.earlier = html("", "kw-earlier", _PAST_JS)
            with gr.Column(elem_id="kw-right"):
                self.sources = html(first.sources or "", "kw-sources", _SOURCES_JS)
        self.file = gr.JSON(visible=False)
        self.asking = gr.Textbox(visible=False)  # the question under way: in the browser, for when it fails or stops
        self.kept = [shared.conversation, shared.language]
        self.shown = [shared.conversation, self.thread, self.sources]
        self.worded = [self.question, self.send, self.new, *self.filters.worded, *self.shown]
        self._bind()

    def in_words(self, language: str, kept: object) -> list[Any]:
        """Return every part of the tab in a language."""
        return [
            gr.update(label=text("question", language), placeholder=text("placeholder", language)),
            text("send", language),
            text("new", language),
            *self.filters.in_words(language),
            *_shown(self.desk.show(turns_from_json(kept), language)),
        ]

    def opened(self, event: Any) -> None:  # noqa: ANN401
        """Ask what a shared link asks, once the page stands, and offer the earlier conversations."""
        inputs = [*self.kept, self.past]
        linked = event.then(self._follow, inputs, [*self.filters.fields, *self.shown, self.past], **QUIET)
        linked.then(None, js=_FOLLOWED_JS, **QUIET)
        linked.failure(self._broken, [self.asking, *self.kept], self.shown, **QUIET)
        linked.then(self._earlier, [self.past, self.shared.language], self.earlier, queue=False, **QUIET)

    def _bind(self) -> None:
        fields, kept = self.filters.fields, self.kept
        asked = [*kept, *fields]
        answered = [self.question, self.asking, *self.shown, *fields]
        written = gr.on([self.question.submit, self.send.click], self._ask, [self.question, *asked], answered, **AFTER)
        picked = self.thread.ask(self._ask_again, asked, answered, **QUIET)
        self.thread.nudge(lambda: None, **EACH)  # in the queue: makes Gradio listen for what is waiting there
        for asking in (written, picked):
            asking.failure(self._broken, [self.asking, *kept], self.shown, **QUIET)
        stopped = [self.question, self.thread]
        self.thread.stop(self._stop, [self.asking, *kept], stopped, cancels=[written, picked], queue=False, **QUIET)
        for part in (self.thread, self.sources):
            part.cite(self._cite, kept, self.sources, queue=False, **EACH).then(None, js=_SOURCED_JS, **QUIET)
        self.sources.read(self._read, kept, self.sources, queue=False, **EACH).then(None, js=_SOURCED_JS, **QUIET)
        self.thread.keep(self._keep, kept, self.file, queue=False, **QUIET).then(None, self.file, js=_KEPT_JS, **QUIET)
        self._bind_past()
        within = [*fields, self.filters.chips]  # the chips too: fields that were never shown tell of no change
        self.thread.within(self._within, self.shared.language, within, queue=False, **QUIET)
        changed = [self.shared.language, *fields]
        gr.on([field.change for field in fields], self._chips, changed, self.filters.chips, queue=False, **QUIET)
        # Not on `change`: a new list of choices counts as one, and would call for the next.
        gr.on([field.input for field in fields], self._narrowed, changed, fields, queue=False, **QUIET)
        dropped = self.filters.chips.drop(self._drop, fields, fields, queue=False, **QUIET)
        cleared = self.filters.clear.click(lambda: self.filters.filled({}), None, fields, queue=False, **QUIET)
        for event in (dropped, cleared):
            event.then(self._narrowed, changed, fields, queue=False, **QUIET)

    def _bind_past(self) -> None:
        language = self.shared.language
        inputs, outputs = [*self.kept, self.past], [*self.shown, self.past, self.earlier]
        self.new.click(self._new, inputs, outputs, queue=False, **QUIET)
        self.earlier.recall(self._recall, inputs, outputs, queue=False, **QUIET)
        self.earlier.forget(lambda: ([], ""), None, [self.past, self.earlier], queue=False, **QUIET)
        language.change(self._earlier, [self.past, language], self.earlier, queue=False, **QUIET)

    def _ask(self, question: str, kept: object, spoken: object, *values: str | None) -> Iterator[tuple[Any, ...]]:
        """Answer what was typed, with the filters of the bar."""
        if not question.strip():
            yield self._skipped()
            return
        yield from self._answered(question, turns_from_json(kept), known_language(spoken), restrictions_of(values))

    def _ask_again(
        self, event: gr.EventData, kept: object, spoken: object, *values: str | None
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question that was offered; or one of the conversation again, edited or without what restricts it.

        What came after a question that is asked again is dropped. The search tab gives filters of its own.
        """
        turns, language, place = turns_from_json(kept), known_language(spoken), _place(event.turn)
        question, drop = str(event.ask).strip(), str(event.drop)
        if place >= len(turns) or (place < 0 and not question):
            yield self._skipped()
        elif place < 0:
            told = dict(parse_qsl(str(event.given)))
            given = {name: value for name, value in told.items() if name in FIELDS}
            unread = _fields(told.get("unread", ""))
            yield from self._answered(question, turns, language, given or restrictions_of(values), unread)
        else:
            turn = turns[place]
            gone = [name for name in turn.read if name in gone_with(drop)] or ([drop] if drop == FOLLOWING else [])
            unread = list(dict.fromkeys([*turn.unread, *gone]))
            restrictions = without(turn.restrictions, drop)
            yield from self._answered(question or turn.query, turns[:place], language, restrictions, unread)

    def _answered(
        self,
        question: str,
        turns: Sequence[Turn],
        language: str,
        restrictions: dict[str, str],
        unread: Sequence[str] = (),
    ) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, the answer as it is written, and the filters that it was found with."""
        nothing, filled = [gr.skip()] * len(FIELDS), self.filters.filled(restrictions)
        box = ""  # emptied once: the next question may be typed meanwhile
        for view in self.desk.stream(question, turns, language, restrictions, unread=unread):
            under_way = view.sources is None
            yield box, question if under_way else "", *_shown(view), *(nothing if under_way else filled)
            box = gr.skip()

    def _skipped(self) -> tuple[Any, ...]:
        return (gr.skip(),) * (5 + len(FIELDS))

    def _stop(self, asking: str, kept: object, spoken: object) -> tuple[Any, ...]:
        """Give the question back to the box; what was answered before stays."""
        return asking, self.desk.show(turns_from_json(kept), known_language(spoken)).thread

    def _follow(self, kept: object, spoken: object, past: object, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Ask what a shared link asks, with its filters, in a conversation of its own; the one open is kept."""
        asked = dict(request.query_params)
        question = str(asked.get("q", "")).strip()
        if not question or tab_of(request) not in ("", "chat"):
            yield (gr.skip(),) * (len(FIELDS) + 4)
            return
        restrictions = {name: str(asked[name]) for name in FIELDS if asked.get(name)}
        unread = _fields(str(asked.get("unread", "")))
        filled, kept_past = self.filters.filled(restrictions), with_past(turns_from_json(kept), past_from_json(past))
        language, build = known_language(spoken), str(asked.get("build", ""))
        for view in self.desk.stream(question, (), language, restrictions, build, unread):
            yield *filled, *_shown(view), gr.skip() if view.sources is None else kept_past

    def _new(self, kept: object, spoken: object, past: object) -> tuple[Any, ...]:
        """Begin a new conversation; the browser keeps the old one."""
        kept_past = with_past(turns_from_json(kept), past_from_json(past))
        view = self.desk.show((), known_language(spoken))
        return *_shown(view), kept_past, self._earlier(kept_past, spoken)

    def _recall(self, event: gr.EventData, kept: object, spoken: object, past: object) -> tuple[Any, ...]:
        """Take up an earlier conversation again; the one that was open takes its place among the earlier ones."""
        earlier, place = past_from_json(past), _place(event.recall)
        if not 0 <= place < len(earlier):
            return (gr.skip(),) * 5
        chosen = earlier.pop(place)
        kept_past = with_past(turns_from_json(kept), earlier)
        return *_shown(self.desk.show(chosen, known_language(spoken))), kept_past, self._earlier(kept_past, spoken)

    def _earlier(self, past: object, spoken: object) -> str:
        return past_html(past_from_json(past), known_language(spoken))

    def _chips(self, spoken: object, *values: str | None) -> str:
        return chips_html(restrictions_of(values), known_language(spoken))

    def _narrowed(self, spoken: object, *values: str | None) -> list[Any]:
        return self.filters.narrowed(values, known_language(spoken))

    def _drop(self, event: gr.EventData, *values: str | None) -> list[Any]:
        return self.filters.filled(without(restrictions_of(values), str(event.drop)))

    def _within(self, spoken: object, event: gr.EventData) -> list[Any]:
        """Restrict what is asked next to one Kamervraag."""
        only = {"document": str(event.within)}
        return [*self.filters.filled(only), chips_html(only, known_language(spoken))]

    def _keep(self, kept: object, spoken: object, event: gr.EventData) -> dict[str, str] | None:
        turns, form = turns_from_json(kept), str(event.keep)
        if form not in FORMS:
            return None
        passages = self.desk.passages(name for turn in turns for name in turn.cited)
        return file_of(form, turns, passages, known_language(spoken))

    def _broken(self, asking: str, kept: object, spoken: object) -> tuple[Any, ...]:
        return _shown(self.desk.broken(asking, turns_from_json(kept), known_language(spoken)))

    def _cite(self, kept: object, spoken: object, event: gr.EventData) -> str:
        return self.desk.cite(turns_from_json(kept), _place(event.turn), str(event.cite), known_language(spoken))

    def _read(self, kept: object, spoken: object, event: gr.EventData) -> str:
        return self.desk.read(turns_from_json(kept), _place(event.turn), str(event.read), known_language(spoken))


def _shown(view: View) -> tuple[Any, ...]:
    if view.sources is None:
        return gr.skip(), view.thread, gr.skip()
    return turns_to_json(view.turns), view.thread, view.sources


def _fields(text: str) -> list[str]:
    """Return the fields that a link leaves unread."""
    return [name for name in text.split(",") if name]


def _place(value: object) -> int:
    """Return the place of a turn that a click names; -1 where it names none."""
    return int(value) if isinstance(value, str | int) and str(value).isdecimal() else -1
