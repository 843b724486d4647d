"""Options that several commands share, and the values they give."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.errors import IndexFolderError
from rag.filters import Filters, end_of
from rag.visible import visible

if TYPE_CHECKING:
    from rag.remote.address import Place


def add_index_options(parser: argparse.ArgumentParser) -> None:
    """Add --documents, --index and --model."""
    parser.add_argument("--documents", type=Path, metavar="PATH", help="documents file (JSONL), or a folder of them")
    add_index_option(parser)
    parser.add_argument("--model", metavar="NAME", help="encoder: a sentence-transformers name or folder")


def add_index_option(parser: "argparse._ActionsContainer", default: str = "your own") -> None:
    """Add --index."""
    parser.add_argument(
        "--index",
        type=index_place,
        metavar="DIR",
        help=f"index folder, or milvus://host:port/name (default: {default})",
    )


def index_place(text: str) -> "Place":
    """Read where an index is."""
    from rag.remote.address import place_of

    try:
        return place_of(text)
    except IndexFolderError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_sort_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add --sort."""
    parser.add_argument("--sort", choices=("relevance", "newest", "oldest"), help=f"order of {what}")


def add_unread_option(parser: argparse.ArgumentParser) -> None:
    """Add --unread."""
    parser.add_argument(
        "--unread",
        action="append",
        default=[],
        type=_read_field,
        metavar="FIELD",
        help="what is not to be read in the question (party, asked_from, document, sort ...); repeat for more",
    )


def _read_field(text: str) -> str:
    from rag.understand import READ_FIELDS

    if text not in READ_FIELDS:
        raise argparse.ArgumentTypeError(f"there is no field {text!r}; choose from {', '.join(READ_FIELDS)}")
    return text


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """Add one option for each field of `Filters`."""
    group = parser.add_argument_group("filters (all given ones must hold)")
    for name, what in (
        ("asker", "member who asks"),
        ("party", "party of an asker"),
        ("answerer", "minister who answers"),
        ("role", "function or ministry of the answerer"),
        ("topic", "topic"),
        ("document", "vraagnummer"),
    ):
        group.add_argument(f"--{name}", help=what)
    for side in ("asked", "answered"):
        group.add_argument(f"--{side}-from", type=first_day, metavar="YYYY[-MM[-DD]]")
        group.add_argument(f"--{side}-to", type=last_day, metavar="YYYY[-MM[-DD]]")
    group.add_argument("--answered", action=argparse.BooleanOptionalAction, default=None, help="with an answer, or not")


def filters_from(arguments: argparse.Namespace) -> Filters:
    """Return the filters that the options give.

    Raises:
        FilterError: A period ends before it begins.
    """
    return Filters(**{name: getattr(arguments, name) for name in Filters.__dataclass_fields__}).checked()


def positive(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def print_json(value: Any, *, indent: int | None = 1) -> None:  # noqa: ANN401
    """Print a value as JSON on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def print_line(text: str = "") -> None:
    """Print a line on stdout, without what a terminal would obey."""
    sys.stdout.write(visible(text) + "\n")


def first_day(text: str) -> date:
    """Read a day such as 2022-06-02, or the first one of a month or year."""
    return _end(text, last=False)


def last_day(text: str) -> date:
    """Read a day such as 2022-06-02, or the last one of a month or year."""
    return _end(text, last=True)


def _end(text: str, *, last: bool) -> date:
    try:
        return end_of(text, last=last)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day (2022-06-02), month (2022-06) or year") from error


def day(text: str) -> date:
    """Read a date such as 2022-06-02."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2022-06-02") from error
