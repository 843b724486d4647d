"""The search tab: a list for people who want one, with facets, figures, pages and files."""

from datetime import date
from html import escape

import gradio as gr

from embeddings.errors import IndexingError
from rag.errors import FilterError, KamerwijzerError
from rag.ui.listing import MOST_SAVED, find_listing, wanted_of
from rag.ui.listing_files import csv_text, jsonl_text
from rag.ui.search import failure_html, listing_html, opening_html
from rag.ui.sources import Panel
from rag.ui.tabs import EACH, QUIET, Shared, Tab, fresh, html
from rag.ui.texts import known_language, text

_SEARCH_JS = "window.kamerwijzerTabs.search(element, trigger, watch);  // may trigger 'find', 'read', 'save'"
_READER_JS = "window.kamerwijzerTabs.reader(element, watch, trigger)  // may trigger 'read'"
_SAVED_JS = "(file) => window.kamerwijzer?.kept(file)"


class SearchTab:
    """The parts of the tab and what their events do."""

    def __init__(self, shared: Shared) -> None:
        """Place the parts in the Blocks under construction, and bind them."""
        self._assistant = shared.assistant
        self.listing = html(opening_html("nl"), "kw-search", _SEARCH_JS)
        self.reader = html("", "kw-reader", _READER_JS)
        self.file = gr.JSON(visible=False)
        self.listing.find(self._find, shared.language, self.listing, queue=False, **EACH)
        self.listing.read(self._read, shared.language, self.reader, queue=False, **EACH)
        self.reader.read(self._read, shared.language, self.reader, queue=False, **EACH)
        saved = self.listing.save(self._save, shared.language, self.file, queue=False, **QUIET)
        saved.then(None, self.file, js=_SAVED_JS, **QUIET)

    def in_words(self, language: str, kept: object) -> list[str]:
        """Return the opening in a language; the page asks again for what it showed."""
        return [opening_html(language)]

    def _find(self, spoken: object, event: gr.EventData) -> str:
        language, wanted = known_language(spoken), wanted_of(str(event.find))
        echo = f'<i hidden data-asked="{escape(str(event.asked))}"></i>'  # tells the page which wish this answers
        retriever = self._assistant.retriever.pinned()
        try:
            listing = find_listing(wanted, retriever)
            return fresh(listing_html(listing, retriever.store, language, date.today()) + echo)
        except (KamerwijzerError, IndexingError) as error:
            return fresh(failure_html(wanted, _reason(error, language), language) + echo)

    def _read(self, spoken: object, event: gr.EventData) -> str:
        language, passage_id = known_language(spoken), str(event.read)
        read = Panel(self._assistant.retriever.store, language, date.today()).document(passage_id, None, -1)
        # The chat may show the same document: places to jump to have names of their own here.
        return fresh(
            f'<dialog class="kw-dialog" aria-label="{text("reader", language)}">'
            f'<button type="button" class="kw-button kw-close" data-close>{text("close", language)}</button>'
            f"{read.replace('kw-vraag-', 'kw-lees-')}</dialog>"
        )

    def _save(self, spoken: object, event: gr.EventData) -> dict[str, str] | None:
        wanted, form = wanted_of(str(event.find)), str(event.save)
        try:
            listing = find_listing(wanted, self._assistant.retriever.pinned(), MOST_SAVED)
        except (KamerwijzerError, IndexingError):
            return None
        if form == "csv":
            return {"name": "kamervragen.csv", "text": csv_text(listing.shown)}
        return {"name": "kamervragen.jsonl", "text": jsonl_text(listing.shown, listing.also)}


def search_tab(shared: Shared) -> Tab:
    """Place the tab."""
    tab = SearchTab(shared)
    return Tab([tab.listing], tab.in_words)


def _reason(error: Exception, language: str) -> str:
    return text("unknown_filter" if isinstance(error, FilterError) else "bad_query", language)
