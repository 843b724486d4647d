"""kamerwijzer fetch: download published Kamervragen from the official services into a folder."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli import complain, say
from rag.cli.options import add_json_option, day, print_json, print_line

if TYPE_CHECKING:
    from rag.fetch import FetchRequest, Progress

_BAR = 24  # characters


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where raw documents are kept, for `parse`")
    what = parser.add_argument_group("what (exactly one of)").add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="start", type=day, metavar="YYYY-MM-DD", help="first day; with --to")
    what.add_argument("--numbers", nargs="+", metavar="NUMBER", help="vraagnummers such as 2022Z04736")
    what.add_argument("--update", action="store_true", help="what changed since the last run")
    parser.add_argument("--to", dest="end", type=day, metavar="YYYY-MM-DD", help="last day (default: today)")
    parser.add_argument("--by", choices=("asked", "answered"), default="asked", help="what the period is of")
    parser.add_argument("--odata-url", help="the Tweede Kamer service, if not the official one")
    parser.add_argument("--repository-url", help="the official repository, if not the official one")
    parser.add_argument("--sru-url", help="the search service, if not the official one")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch, and print what is new, changed, unchanged and failed; exit 1 if anything failed."""
    from dataclasses import asdict

    from rag.fetch import fetch

    if arguments.end is not None and arguments.start is None:
        complain("--to is the end of a period; give its first day with --from.")
        return 2
    services = {
        name: value
        for name, value in (
            ("odata_url", arguments.odata_url),
            ("repository_url", arguments.repository_url),
            ("sru_url", arguments.sru_url),
        )
        if value
    }
    report = fetch(_request(arguments), arguments.folder, progress=show, **services)
    for name, reason in report.notes.items():
        say(f"{name}: {reason}")
    for name, reason in report.failed.items():
        complain(f"{name}: {reason}")
    if arguments.json:
        print_json(asdict(report))
    else:
        print_line(
            f"{len(report.new)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged, "
            f"{len(report.removed)} removed, {len(report.failed)} failed; the documents are in {arguments.folder}."
        )
    return 1 if report.failed else 0


def _request(arguments: argparse.Namespace) -> "FetchRequest":
    from rag.fetch import DateKind, FetchRequest, Period

    period = None
    if arguments.start is not None:
        period = Period(arguments.start, arguments.end or date.today(), DateKind(arguments.by))
    return FetchRequest(period=period, numbers=tuple(arguments.numbers or ()), update=arguments.update)


def show(progress: "Progress") -> None:
    """Tell every wait, and draw a bar with the time left where stderr is a terminal."""
    if progress.waiting >= 1:
        line_end = "\n" if sys.stderr.isatty() else ""  # behind the bar
        say(f"{line_end}Waiting {_time(progress.waiting)}: {progress.message}")
    elif progress.total and sys.stderr.isatty():
        sys.stderr.write(f"\r{_bar(progress)}" + ("\n" if progress.done == progress.total else ""))


def _bar(progress: "Progress") -> str:
    total = progress.total or 1
    full = _BAR * progress.done // total
    left = f", {_time(progress.seconds_left)} left" if progress.seconds_left else ""
    counts = f"{progress.done}/{progress.total} Kamervragen, {progress.documents} documents{left}"
    return f"[{'#' * full}{'.' * (_BAR - full)}] {counts:<60}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
