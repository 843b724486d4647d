"""Figures in HTML alone: bars, a timeline, answer times; each with its numbers as text or a table beside it.

No script draws them, so they are there at once, a screen reader reads them, and what can be pressed is a button.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.statistics import LATE_AFTER
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.ui.words import said
from rag.wording import day_in_words

Link = Callable[[Mapping[str, str]], str]
"""Filters to be set in, the attributes of the button that sets them out; "" where it cannot be pressed."""

_STEPS = (1, 3, 6, 12, 24, 60, 120)
_MOST_COLUMNS = 18
_MOST_LANES = 7
_WEEKS = ((0, 7), (8, 14), (15, 21), (22, 28), (29, 35), (36, 42), (43, 56), (57, 84), (85, 100_000))


@dataclass(frozen=True, slots=True)
class Column:
    """A span of months of the timeline: first and last day, both included."""

    start: date
    end: date

    def in_words(self, language: str) -> str:
        """Return "2022", "maart 2022", or "april 2022 – juni 2022"."""
        if (self.start.month, self.end.month) == (1, 12):
            years = dict.fromkeys((self.start.year, self.end.year))
            return "–".join(map(str, years))
        first, last = (day_in_words(day, language).split(" ", 1)[1] for day in (self.start, self.end))
        return first if first == last else f"{first} – {last}"


def bars_html(counts: Mapping[str, int], link: Callable[[str], str], label: Callable[[str], str]) -> str:
    """Return a list of bars, longest first as the counts come, the number beside each.

    Args:
        counts: By value.
        link: Attributes of a value's button.
        label: What a screen reader says of a value's button.
    """
    most = max(counts.values(), default=1)
    items = "".join(
        f'<li><button type="button" class="kw-bar" {link(value)} aria-label="{escape(label(value))}">'
        f'<span class="kw-bar-name">{escape(value)}</span><span class="kw-bar-count">{count}</span>'
        f'<span class="kw-bar-fill" style="--share:{count / most:.3f}"></span></button></li>'
        for value, count in counts.items()
    )
    return f'<ul class="kw-bars">{items}</ul>'


def columns_of(months: Sequence[str]) -> list[Column]:
    """Return spans of equal length, at most 18, that hold all months ("2022-03"); the oldest are left out beyond."""
    if not months:
        return []
    numbers = [int(month[:4]) * 12 + int(month[5:7]) - 1 for month in months]
    last = max(numbers)
    step = next((step for step in _STEPS if last // step - min(numbers) // step < _MOST_COLUMNS), _STEPS[-1])
    first = max(min(numbers) // step, last // step - _MOST_COLUMNS + 1)
    return [
        Column(_first_day(place * step), _last_day(place * step + step - 1)) for place in range(first, last // step + 1)
    ]


def timeline_html(months: Sequence[tuple[str, str, int]], lanes: str, link: Link, language: str) -> str:
    """Return a grid of discs, a row a party or ministry, a column a span of time, sized by the number of vragen.

    Args:
        months: Value, month and count, as `PassageStore.months` gives them.
        lanes: "party" or "ministry".
        link: Attributes of the button that narrows to filters.
        language: "nl" or "en".
    """
    columns = columns_of([month for _, month, _ in months])
    if not columns:
        return ""
    cells: Counter[tuple[str, int]] = Counter()
    totals: Counter[str] = Counter()
    for value, month, count in months:
        place = _place(month, columns)
        if place is not None:
            cells[value, place] += count
            totals[value] += count
    rows = [value for value, _ in totals.most_common(_MOST_LANES)]
    return _grid(rows, columns, cells, lanes, link, language) + _table(rows, columns, cells, lanes, language)


def answer_times_html(days: Sequence[int], language: str) -> str:
    """Return how many Kamervragen were answered within so many weeks, the term of three weeks marked.

    Args:
        days: Of each Kamervraag, ascending.
        language: "nl" or "en".
    """
    if not days:
        return ""
    counts = [sum(low <= day <= high for day in days) for low, high in _WEEKS]
    names = [_weeks_in_words(low, high, language) for low, high in _WEEKS]
    most = max(counts)
    summary = text(
        "times_summary",
        language,
        median=round(statistics.median(days)),
        late=round(100 * sum(day > LATE_AFTER for day in days) / len(days)),
    )
    bars = "".join(
        f'<span class="kw-week{" kw-late" if low > LATE_AFTER else ""}">'
        f'<span class="kw-week-count">{count or ""}</span>'
        f'<span class="kw-week-bar" style="--share:{count / most:.3f}"></span><span>{escape(name)}</span></span>'
        for (low, _), name, count in zip(_WEEKS, names, counts, strict=True)
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{count}</td></tr>'
        for name, count in zip(names, counts, strict=True)
    )
    heads = "".join(f'<th scope="col">{said(key, language)}</th>' for key in ("times_weeks", "times_count"))
    return (
        f'<p class="kw-figure-words">{escape(summary)}</p><div class="kw-weeks" aria-hidden="true">{bars}</div>'
        f'<p class="kw-axis" aria-hidden="true">{said("times_axis", language)}</p>'
        f"{table_html(f'<tr>{heads}</tr>', rows, text('times', language), language)}"
    )


def table_html(head: str, rows: str, caption: str, language: str) -> str:
    """Return the numbers of a figure as a table that can be opened under it."""
    return (
        f'<details class="kw-numbers"><summary>{said("as_table", language)}</summary>'
        f'<div class="kw-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f'<caption class="kw-sr">{escape(caption)}</caption><thead>{head}</thead><tbody>{rows}</tbody>'
        "</table></div></details>"
    )


def _grid(
    rows: Sequence[str],
    columns: Sequence[Column],
    cells: Mapping[tuple[str, int], int],
    lanes: str,
    link: Link,
    language: str,
) -> str:
    most = max(cells.values())
    name = "party" if lanes == "party" else "role"
    lines = []
    for row in rows:
        discs = []
        for place, column in enumerate(columns):
            count = cells.get((row, place), 0)
            if not count:
                discs.append("<span></span>")
                continue
            filters = {name: row, "asked_from": column.start.isoformat(), "asked_to": column.end.isoformat()}
            label = text("disc", language, name=row, span=column.in_words(language), count=count)
            discs.append(
                f'<span><button type="button" class="kw-disc" {link(filters)} title="{escape(label)}" '
                f'aria-label="{escape(label)}"><span style="--size:{(count / most) ** 0.5:.3f}"></span></button></span>'
            )
        lines.append(f'<div class="kw-lane"><span class="kw-lane-name">{escape(row)}</span>{"".join(discs)}</div>')
    axis = "".join(f"<span>{_tick(columns, place, link, language)}</span>" for place in range(len(columns)))
    return (
        f'<div class="kw-time" data-rove style="--columns:{len(columns)}" role="group" '
        f'aria-label="{said("timeline", language)}">{"".join(lines)}'
        f'<div class="kw-lane kw-ticks"><span></span>{axis}</div></div>'
    )


def _table(
    rows: Sequence[str],
    columns: Sequence[Column],
    cells: Mapping[tuple[str, int], int],
    lanes: str,
    language: str,
) -> str:
    used = [place for place in range(len(columns)) if any((row, place) in cells for row in rows)]
    heads = "".join(f'<th scope="col">{escape(columns[place].in_words(language))}</th>' for place in used)
    head = f'<tr><th scope="col">{said(f"lanes_{lanes}", language)}</th>{heads}</tr>'
    lines = "".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(f"<td>{cells.get((row, place), 0)}</td>" for place in used)
        + "</tr>"
        for row in rows
    )
    return table_html(head, lines, text("timeline", language), language)


def _tick(columns: Sequence[Column], place: int, link: Link, language: str) -> str:
    """Return the year under the first column of it, to narrow to."""
    year = columns[place].start.year
    if place and columns[place - 1].start.year == year:
        return ""
    to = link({"asked_from": f"{year}-01-01", "asked_to": f"{year}-12-31"})
    return f'<button type="button" {to} aria-label="{said("only_year", language, year=year)}">{year}</button>'


def _place(month: str, columns: Sequence[Column]) -> int | None:
    day = date(int(month[:4]), int(month[5:7]), 1)
    return next((place for place, column in enumerate(columns) if column.start <= day <= column.end), None)


def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _last_day(number: int) -> date:
    return date.fromordinal(_first_day(number + 1).toordinal() - 1)


def _weeks_in_words(low: int, high: int, language: str) -> str:
    first, last = low // 7 + 1, high // 7
    if high >= 100_000:
        return text("weeks_more", language, count=low // 7)
    return str(last) if first >= last else f"{first}–{last}"


def span_in_words(first: date | None, last: date | None, language: str) -> str:
    """Return "18 februari 2097 – 12 november 2099", or "" where no day is known."""
    if first is None or last is None:
        return ""
    return f"{day_in_words(first, language)} – {day_in_words(last, language)}"
