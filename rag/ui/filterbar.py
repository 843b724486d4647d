"""The filters of the page: their fields with a count for each choice, and chips for those in force."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.errors import FilterError
from rag.filters import Filters
from rag.index import Passages
from rag.records import FICTION_TOPIC
from rag.statistics import ministry_of
from rag.ui.restrictions import DAYS, FACETS, FIELDS, filters_of, restrictions_of
from rag.ui.tabs import html
from rag.ui.texts import text
from rag.ui.turns import SORT
from rag.understand import SORTS

_CHIPS_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-drop]');
  if (button) trigger('drop', { ...button.dataset });
});
"""


class FilterBar:
    """Fields and chips; made inside the Blocks under construction. `store` gives the passages that are live."""

    def __init__(self, store: Callable[[], Passages]) -> None:
        self._store = store
        self._whole: tuple[Passages | None, dict[str, dict[str, int]]] = (None, {})
        self.chips: Any = html("", "kw-chips", _CHIPS_JS)
        with gr.Accordion(text("filters"), open=False, elem_id="kw-filters") as self.accordion:
            with gr.Row(elem_classes="kw-fields"):
                self._fields: dict[str, Any] = {
                    name: gr.Dropdown(**self._looks(name, "nl"), value="", min_width=150, elem_id=f"kw-{name}")
                    for name in (*FACETS, "answered", SORT)
                }
            with gr.Row(elem_classes="kw-fields"):
                for name in (*DAYS, "document"):
                    looks = self._looks(name, "nl")
                    self._fields[name] = gr.Textbox(**looks, max_length=12, min_width=150, elem_id=f"kw-{name}")
            self.clear = gr.Button(text("clear_filters"), elem_id="kw-clear", size="sm")

    @property
    def fields(self) -> list[Any]:
        """The fields, in the order of `FIELDS`."""
        return [self._fields[name] for name in FIELDS]

    @property
    def worded(self) -> list[Any]:
        """The parts whose words follow the language."""
        return [self.accordion, self.clear, *self.fields]

    def in_words(self, language: str) -> list[Any]:
        """Return updates of the parts for a language."""
        fields = [gr.update(**self._looks(name, language)) for name in FIELDS]
        return [gr.update(label=text("filters", language)), text("clear_filters", language), *fields]

    def filled(self, restrictions: Mapping[str, str]) -> list[Any]:
        """Return updates that show restrictions in the fields, as far as the fields know them."""
        return [gr.update(value=self._known(name, restrictions.get(name, ""))) for name in FIELDS]

    def narrowed(self, values: Sequence[str | None], language: str) -> list[Any]:
        """Return updates of the fields in which each choice has the count that the other filters leave it."""
        restrictions = restrictions_of(values)
        restrictions.pop(SORT, None)
        try:
            filters = filters_of(restrictions)
            return [
                gr.update(choices=self._choices(name, language, replace(filters, **{name: None})))
                if name in FACETS
                else gr.skip()
                for name in FIELDS
            ]
        except FilterError:  # a day half typed; the chip says so
            return [gr.skip()] * len(FIELDS)

    def _known(self, name: str, value: str) -> str:
        if name == "role":
            value = ministry_of(value) if value else ""
        return value if name not in FACETS or value in self._counts(name, Filters()) else ""

    def _looks(self, name: str, language: str) -> dict[str, Any]:
        label = text(f"filter_{name}", language)
        if name in (*DAYS, "document"):
            return {"label": label, "placeholder": text("day_form" if name in DAYS else "document_form", language)}
        return {"label": label, "choices": self._choices(name, language, Filters()), "filterable": name in FACETS}

    def _choices(self, name: str, language: str, others: Filters) -> list[tuple[str, str]]:
        if name == SORT:
            orders = [(text(f"sort_{order}", language), order) for order in SORTS]
            return [(text("sort_question", language), ""), *orders]
        everything = (text("all", language), "")
        if name == "answered":
            return [everything, (text("yes", language), "yes"), (text("no", language), "no")]
        return [everything, *((f"{value} ({count})", value) for value, count in self._counts(name, others).items())]

    def _counts(self, name: str, others: Filters) -> dict[str, int]:
        """Return the values of a field with their counts; those of the whole corpus are counted once a build."""
        store, kind = self._store(), "ministry" if name == "role" else name
        if self._whole[0] is not store:
            self._whole = (store, {})
        kept = self._whole[1] if others == Filters() else {}
        if kind not in kept:
            counts = store.counts(kind, others)
            kept[kind] = {value: count for value, count in counts.items() if value != FICTION_TOPIC}
        return kept[kind]
