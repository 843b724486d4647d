"""The corpus tab: what is in the index and how good, and for the administrator a way to renew it."""

from datetime import date

import gradio as gr

from rag.fetch import FetchRequest, Period
from rag.quality import check_documents
from rag.statistics import figures_of
from rag.ui.corpus import facts_html, opening_html, report_html
from rag.ui.office_html import Powers, office_html, period_of
from rag.ui.tabs import EACH, QUIET, Shared, Tab, fresh, html
from rag.ui.texts import known_language

_FACTS_JS = "window.kamerwijzerTabs.corpus(element, trigger, watch);  // may trigger 'show'"
_OFFICE_JS = "window.kamerwijzerTabs.office(element, trigger, watch);  // may trigger 'act'"


class CorpusTab:
    """The parts of the tab and what their events do."""

    def __init__(self, shared: Shared) -> None:
        """Place the parts in the Blocks under construction, and bind them."""
        self._assistant, self._office = shared.assistant, shared.office
        self._reports: dict[tuple[str, str], str] = {}
        self.facts = html(opening_html("nl"), "kw-corpus", _FACTS_JS)
        self.administration = html("", "kw-office", _OFFICE_JS)
        self.report = html("", "kw-report")
        opened = self.facts.show(self._facts, shared.language, self.facts, queue=False, **QUIET)
        opened.then(self._report, shared.language, self.report, **QUIET)
        self.administration.act(self._act, shared.language, self.administration, queue=False, **EACH)

    def in_words(self, language: str, kept: object) -> list[str]:
        """Return the opening in a language; the page then asks for the rest."""
        return [opening_html(language), "", ""]

    def _facts(self, spoken: object) -> str:
        return facts_html(
            self._assistant.retriever.pinned(), self._office.facts(), known_language(spoken), date.today()
        )

    def _report(self, spoken: object) -> str:
        """Return figures and data quality, which are counted once a build."""
        language, retriever = known_language(spoken), self._assistant.retriever.pinned()
        key = (retriever.build, language)
        if key not in self._reports:
            store = retriever.store
            self._reports = {
                key: report_html(figures_of(store.documents()), check_documents(store.documents()), language)
            }
        return self._reports[key]

    def _act(self, spoken: object, request: gr.Request, event: gr.EventData) -> str:
        """Do what the administrator asks, and show how things stand."""
        language, what = known_language(spoken), str(event.what)
        password = str(event.password or "")
        today = date.today()
        period = period_of(str(event.start or ""), str(event.end or ""), today)
        admitted = self._office.admits(request, password)
        if admitted:
            self._do(what, period)
        powers = Powers(
            admitted,
            asks_password=self._office.asks_password(),
            fetch=self._office.may_fetch(),
            update=self._office.may_update(),
            rebuild=self._office.source() is not None,
            fictional=self._assistant.retriever.store.fictional(),
            wrong=bool(password) and not admitted,
            stopping=self._office.stopping,
        )
        return fresh(office_html(powers, self._office.status, period, language, pace=self._office.pace()))

    def _do(self, what: str, period: Period) -> None:
        if what == "fetch" and self._office.may_fetch():
            self._office.fetch(FetchRequest(period))
        elif what == "update" and self._office.may_update():
            self._office.fetch(FetchRequest(update=True))
        elif what == "rebuild":
            self._office.rebuild()
        elif what == "cancel":
            self._office.cancel()


def corpus_tab(shared: Shared) -> Tab:
    """Place the tab."""
    tab = CorpusTab(shared)
    return Tab([tab.facts, tab.administration, tab.report], tab.in_words)
