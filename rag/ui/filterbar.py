"""The filters of the page: their fields with a count for each choice, and chips for those in force."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import gradio as gr

from rag.store import PassageStore
from rag.ui.texts import text

FACETS = ("party", "asker", "role", "answerer", "topic")
DAYS = ("asked_from", "asked_to", "answered_from", "answered_to")
NAMES = (*FACETS, "answered", *DAYS)
"""The filters offered, by field of `Filters`, in the order of their fields on the page."""

_CHIPS_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-drop]');
  if (button) trigger('drop', { ...button.dataset });
});
"""
_HIDDEN_TOPICS = {"fictief"}


class FilterBar:
    """Fields and chips; made inside the Blocks under construction."""

    def __init__(self, store: PassageStore) -> None:
        self._counts = {name: _counts(store, name) for name in FACETS}
        self.chips: Any = gr.HTML("", elem_id="kw-chips", elem_classes="kw", js_on_load=_CHIPS_JS, padding=False)
        with gr.Accordion(text("filters"), open=False, elem_id="kw-filters") as self.accordion:
            with gr.Row(elem_classes="kw-fields"):
                self._fields = {name: self._facet(name) for name in FACETS}
                self._fields["answered"] = gr.Dropdown(**self._looks("answered", "nl"), value="", min_width=150)
            with gr.Row(elem_classes="kw-fields"):
                for name in DAYS:
                    looks = self._looks(name, "nl")
                    self._fields[name] = gr.Textbox(**looks, max_length=10, min_width=150, elem_id=f"kw-{name}")

    @property
    def fields(self) -> list[Any]:
        """The fields, in the order of `NAMES`."""
        return [self._fields[name] for name in NAMES]

    def in_words(self, language: str) -> list[Any]:
        """Return updates of the accordion and the fields for a language."""
        return [gr.update(label=text("filters", language)), *(gr.update(**self._looks(n, language)) for n in NAMES)]

    def filled(self, restrictions: Mapping[str, str]) -> list[Any]:
        """Return updates that show restrictions in the fields, as far as the fields know them."""
        return [gr.update(value=self._known(name, restrictions.get(name, ""))) for name in NAMES]

    def without(self, values: Sequence[str | None], name: str) -> dict[str, str]:
        """Return the restrictions in force but for one."""
        return {key: value for key, value in restrictions_of(values).items() if key != name}

    def _known(self, name: str, value: str) -> str:
        if name not in FACETS:
            return value
        return value if value in self._counts[name] else ""

    def _facet(self, name: str) -> Any:  # noqa: ANN401
        return gr.Dropdown(**self._looks(name, "nl"), value="", visible=bool(self._counts[name]), min_width=150)

    def _looks(self, name: str, language: str) -> dict[str, Any]:
        label = text(f"filter_{name}", language)
        if name in DAYS:
            return {"label": label, "placeholder": text("day_form", language)}
        everything = (text("all", language), "")
        if name == "answered":
            return {
                "label": label,
                "choices": [everything, (text("yes", language), "yes"), (text("no", language), "no")],
            }
        choices = [(f"{value} ({count})", value) for value, count in self._counts[name].items()]
        return {"label": label, "choices": [everything, *choices], "filterable": True}


def restrictions_of(values: Sequence[str | None]) -> dict[str, str]:
    """Return the filters in force from the values of the fields, in the order of `NAMES`."""
    return {name: value.strip() for name, value in zip(NAMES, values, strict=True) if value and value.strip()}


def chips_html(restrictions: Mapping[str, str], language: str) -> str:
    """Return a chip for each filter in force, which removes it when pressed."""
    chips = "".join(
        f'<button type="button" class="kw-filter" data-drop="{escape(name)}" '
        f'aria-label="{escape(text("drop", language, filter=restriction_in_words(name, value, language)))}">'
        f'{escape(restriction_in_words(name, value, language))}<span aria-hidden="true"> ×</span></button>'
        for name, value in restrictions.items()
    )
    return f'<div class="kw-filters">{chips}</div>' if chips else ""


def restriction_in_words(name: str, value: str, language: str) -> str:
    """Return "Partij: GL"."""
    shown = text(value, language) if name == "answered" and value in ("yes", "no") else value
    return f"{text(f'filter_{name}', language)}: {shown}" if name in NAMES else f"{name}: {shown}"


def _counts(store: PassageStore, name: str) -> dict[str, int]:
    return {value: count for value, count in store.values(name).items() if value not in _HIDDEN_TOPICS}
