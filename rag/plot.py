"""Figures as one picture: years, ministries, parties, answer time. The one owner of matplotlib."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import KamerwijzerError
from rag.statistics import LATE_AFTER, UNKNOWN, Figures, Group

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LARGEST = 12
_LABEL = 34
_LAST_WEEK = 20
_COLOUR, _LATE_COLOUR = "#154273", "#a90061"  # told apart by the colour-blind, and dark enough on white


def plot_figures(figures: Figures, path: Path) -> None:
    """Draw the figures into a PNG or SVG file, as its name says; equal figures give an equal SVG.

    Raises:
        KamerwijzerError: matplotlib is not installed.
        OSError: The file cannot be written.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise KamerwijzerError(
            "A plot needs matplotlib, which is not installed; install it with `pip install 'kamerwijzer[plot]'`."
        ) from error
    with matplotlib.rc_context({"svg.hashsalt": "kamerwijzer", "svg.fonttype": "none"}):
        sheet = Figure(figsize=(13, 9), layout="constrained")
        years, days, ministries, parties = sheet.subplots(2, 2).flat
        total = figures.total
        sheet.suptitle(f"{total.documents:,} Kamervragen, {total.vragen:,} vragen, {total.answered:,} with an antwoord")
        _plot_years(years, figures.years)
        _plot_days(days, total)
        _plot_largest(ministries, figures.ministries, "Documents per ministry")
        _plot_largest(parties, figures.parties, "Documents per party")
        sheet.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)


def _plot_years(axes: "Axes", groups: Sequence[Group]) -> None:
    known = [group for group in groups if group.name != UNKNOWN]
    axes.bar([group.name for group in known], [group.documents for group in known], color=_COLOUR)
    axes.set_title("Documents per year of asking")
    axes.tick_params(axis="x", rotation=90 if len(known) > 10 else 0)


def _plot_days(axes: "Axes", total: Group) -> None:
    """Draw a bar a week; what took longer than twenty weeks stands in the last."""
    weeks = [min(max(days - 1, 0) // 7, _LAST_WEEK - 1) for days in total.days]
    counts = [weeks.count(week) for week in range(_LAST_WEEK)]
    colours = [_LATE_COLOUR if 7 * (week + 1) > LATE_AFTER else _COLOUR for week in range(_LAST_WEEK)]
    axes.bar(range(1, _LAST_WEEK + 1), counts, color=colours)
    late, median = total.late_share, total.median_days
    known = "" if late is None else f": median {median:g} days, {late:.0%} after {LATE_AFTER}"
    axes.set_title(f"Answer time{known}")
    axes.locator_params(integer=True)  # half a week and half a document are no ticks
    axes.set_xlabel(f"weeks (the last bar: {_LAST_WEEK} or more)")


def _plot_largest(axes: "Axes", groups: Sequence[Group], title: str) -> None:
    largest = [group for group in groups if group.name != UNKNOWN][:_LARGEST]
    names = [group.name if len(group.name) <= _LABEL else group.name[: _LABEL - 1] + "…" for group in largest]
    axes.barh(range(len(largest)), [group.documents for group in largest], color=_COLOUR)
    axes.set_yticks(range(len(largest)), names)
    axes.invert_yaxis()
    axes.locator_params("x", integer=True)
    axes.set_title(title)
