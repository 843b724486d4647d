"""kamerwijzer stats: figures: documents per year, ministry and party, and how long answers took."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli import say
from rag.cli.corpus import add_corpus_options, corpus_from
from rag.cli.options import add_json_option, print_json, print_line

if TYPE_CHECKING:
    from rag.statistics import Figures, Group

_FORMATS = (".png", ".svg")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_corpus_options(parser)
    parser.add_argument("--plot", type=_picture, metavar="FILE", help="draw the figures into a .png or .svg file too")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Count and print the figures; draw them where asked."""
    from rag.statistics import figures_of

    figures = figures_of(corpus_from(arguments))
    if arguments.plot is not None:
        from rag.plot import plot_figures

        plot_figures(figures, arguments.plot)
        say(f"Drawn in {arguments.plot}.")
    if arguments.json:
        print_json(_figures_to_json(figures))
    else:
        _print_tables(figures)
    return 0


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in _FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in neither {' nor '.join(_FORMATS)}")
    return path


def _figures_to_json(figures: "Figures") -> dict[str, Any]:
    from rag.statistics import LATE_AFTER

    return {
        **_group_to_json(figures.total),
        "mededelingen": figures.mededelingen,
        "question_words": figures.question_words,
        "answer_words": figures.answer_words,
        "reversed_dates": figures.reversed_dates,
        "late_after_days": LATE_AFTER,
        "by_year": {group.name: _group_to_json(group) for group in figures.years},
        "by_ministry": {group.name: _group_to_json(group) for group in figures.ministries},
        "by_party": {group.name: _group_to_json(group) for group in figures.parties},
    }


def _group_to_json(group: "Group") -> dict[str, Any]:
    return {
        "documents": group.documents,
        "vragen": group.vragen,
        "answered": group.answered,
        "timed": len(group.days),
        "median_days": group.median_days,
        "late_share": None if group.late_share is None else round(group.late_share, 4),
    }


def _print_tables(figures: "Figures") -> None:
    from rag.statistics import LATE_AFTER

    total = figures.total
    print_line(
        f"{total.documents:,} documents, {total.vragen:,} vragen, {total.answered:,} with an antwoord; "
        f"{figures.mededelingen:,} mededelingen."
    )
    print_line(f"{figures.question_words:,} words in questions, {figures.answer_words:,} in antwoorden.")
    if total.late_share is None:
        print_line("Answer time unknown: no document has both days.")
    else:
        print_line(
            f"Answer time of {len(total.days):,} documents: median {total.median_days:g} days, "
            f"{total.late_share:.0%} after more than {LATE_AFTER} days."
        )
    if figures.reversed_dates:
        print_line(f"{figures.reversed_dates:,} documents have their days reversed and count for no answer time.")
    for title, groups in (("year", figures.years), ("ministry", figures.ministries), ("party", figures.parties)):
        _print_table(title, groups)


def _print_table(title: str, groups: "Sequence[Group]") -> None:
    width = max(len(title), *(len(group.name) for group in groups)) if groups else len(title)
    print_line(f"\n{title:{width}}  documents   vragen  answered  median days  late")
    for group in groups:
        median = "" if group.median_days is None else f"{group.median_days:g}"
        late = "" if group.late_share is None else f"{group.late_share:.0%}"
        counts = f"{group.documents:9,}  {group.vragen:7,}  {group.answered:8,}"
        print_line(f"{group.name:{width}}  {counts}  {median:>11}  {late:>4}".rstrip())
