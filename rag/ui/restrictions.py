"""What a search is restricted to, as texts: from the page's fields, a link or a program; and as chips to take away."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from rag.errors import FilterError
from rag.filters import Filters, end_of
from rag.ui.failures import DayError
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.ui.turns import FOLLOWING, SORT
from rag.understand import READ_FIELDS, SORTS

FACETS = ("party", "asker", "role", "answerer", "topic")
DAYS = ("asked_from", "asked_to", "answered_from", "answered_to")
NAMES = (*FACETS, "answered", *DAYS, "document")
"""The filters offered, by field of `Filters`, in the order of their fields on the page."""

FIELDS = (*NAMES, SORT)
"""The fields of the page: the filters, and the order."""

ALL = "all"
"""Instead of a name: every restriction, whether set or read in the question."""


def filters_of(restrictions: Mapping[str, str]) -> Filters:
    """Return the filters that named texts give; empty ones are left out.

    A day may be a year or a month: "2022" is its first day in a "from", its last in a "to".

    Raises:
        FilterError: A name is no filter, a value none of its values, or a period ends before it begins.
    """
    values: dict[str, str | date | bool] = {}
    for name, value in restrictions.items():
        if not value:
            continue
        if name not in Filters.__dataclass_fields__:
            known = ", ".join(Filters.__dataclass_fields__)
            raise FilterError(f"There is no filter {name!r}; choose from {known}.")
        if name == "answered":
            values[name] = _yes(value)
        elif name.endswith(("_from", "_to")):
            values[name] = _day(name, value)
        else:
            values[name] = value
    return Filters(**values).checked()  # type: ignore[arg-type]


def _yes(value: str) -> bool:
    if value not in ("yes", "no"):
        raise FilterError(f"The filter answered is 'yes' or 'no', not {value!r}.")
    return value == "yes"


def _day(name: str, value: str) -> date:
    try:
        return end_of(value, last=name.endswith("_to"))
    except ValueError as error:  # calendar.IllegalMonthError is one
        raise DayError(name, value) from error


def restrictions_of(values: Sequence[str | None]) -> dict[str, str]:
    """Return the restrictions in force from the values of the fields, in the order of `FIELDS`."""
    return {name: value.strip() for name, value in zip(FIELDS, values, strict=True) if value and value.strip()}


def without(restrictions: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the restrictions but for one, or for `ALL`; a period goes as a whole."""
    gone = gone_with(name)
    return {} if name == ALL else {key: value for key, value in restrictions.items() if key not in gone}


def gone_with(name: str) -> set[str]:
    """Return the fields that go when one is taken away: both ends of a period, a document with its vraag, or all."""
    if name in DAYS:
        side = name.rpartition("_")[0]
        return {f"{side}_from", f"{side}_to"}
    if name in ("document", "answer_id"):
        return {name, "number"}  # a vraag is one of that document
    return set(READ_FIELDS) if name == ALL else {name}


def chips_html(restrictions: Mapping[str, str], language: str) -> str:
    """Return a chip for each restriction in force, which removes it when pressed."""
    spans = _spans(restrictions, language)
    chips = "".join(_chip(shown, f'data-drop="{escape(name)}"', language) for name, shown in spans)
    return f'<div class="kw-filters">{chips}</div>' if chips else ""


def turn_chips_html(
    restrictions: Mapping[str, str], read: Mapping[str, str], unread: Sequence[str], place: int, language: str
) -> str:
    """Return what restricted an answer: the filters set and those read in the question; each can be taken away.

    Args:
        restrictions: Set by the user.
        read: Read in the question.
        unread: Taken away before; `FOLLOWING` where the question was asked by itself.
        place: Of the turn; pressing a chip asks it again.
        language: "nl" or "en".
    """
    rows = [
        read_chips_html(
            label, spans, lambda name: f'data-ask="" data-turn="{place}" data-drop="{escape(name)}"', language
        )
        for label, spans in (("filtered", restrictions), ("read", read))
    ]
    return "".join(rows) + unread_html(unread, language)


def read_chips_html(label: str, restrictions: Mapping[str, str], data: Callable[[str], str], language: str) -> str:
    """Return a line of chips that take restrictions away; "" where there are none.

    Args:
        label: The text in front, by its key.
        restrictions: By name, as text.
        data: Gives the attributes by which the page knows what to do without the restriction of a name.
        language: "nl" or "en".
    """
    chips = "".join(_chip(shown, data(name), language) for name, shown in _spans(restrictions, language))
    return f'<p class="kw-filters"><span>{escape(text(label, language))}</span> {chips}</p>' if chips else ""


def unread_html(unread: Collection[str], language: str, way_back: str = "") -> str:
    """Return what was taken away, with a button that undoes it where there is one; "" where nothing was."""
    left_out = [
        text("unread_turns" if name == FOLLOWING else f"filter_{name}", language)
        for name in unread
        if name in (*READ_FIELDS, FOLLOWING)
    ]
    if not left_out:
        return ""
    return f'<p class="kw-understood">{escape(text("unread", language))}: {escape(", ".join(left_out))}{way_back}</p>'


def restriction_in_words(name: str, value: str, language: str) -> str:
    """Return "Partij: GL"."""
    if name not in READ_FIELDS:
        return f"{name}: {value}"
    if name == "answered":
        value = {"yes": text("yes", language), "True": text("yes", language)}.get(value, text("no", language))
    elif name == SORT and value in SORTS:
        value = text(f"sort_{value}", language)
    return f"{text(f'filter_{name}', language)}: {value}"


def _spans(restrictions: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Return field and words of each chip; the two ends of a period are one."""
    shown: dict[str, str] = {}
    for name, value in restrictions.items():
        side, _, end = name.rpartition("_")
        ends = (restrictions.get(f"{side}_from", ""), restrictions.get(f"{side}_to", ""))
        if name not in DAYS or not all(ends):
            shown[name] = restriction_in_words(name, value, language)
        elif end == "from":
            shown[name] = text("period", language, side=text(side, language), first=ends[0], last=ends[1])
    return list(shown.items())


def _chip(shown: str, data: str, language: str) -> str:
    label = escape(text("drop", language, filter=shown))
    return (
        f'<button type="button" class="kw-filter" {data} aria-label="{label}">{escape(shown)}'
        '<span aria-hidden="true"> ×</span></button>'
    )
