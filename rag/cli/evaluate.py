"""kamerwijzer evaluate: score retrieval, answers and refusals on written questions."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.cli import say
from rag.cli.options import add_index_options, add_json_option, print_json, print_line

if TYPE_CHECKING:
    from embeddings.encoder import Encoder


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSONL of questions, gold passages and facts")
    what.add_argument("--self", action="store_true", help="ask each vraag of the antwoorden alone; needs no FILE")
    parser.add_argument("--retrieval-only", action="store_true", help="leave out what needs an answer")
    add_index_options(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate and print the scores."""
    report = _self_report(arguments) if arguments.self else _report(arguments)
    if arguments.json:
        print_json(report)
        return 0
    for name, score in {**report["by_type"], **report["by_language"]}.items():
        print_line(f"{name:12}" + "".join(f"  {key} {value:g}" for key, value in score.items() if key != "ci95"))
        intervals: dict[str, Any] = score["ci95"]
        for key, (low, high) in intervals.items():
            print_line(f"{'':12}    {key}: 95 % between {low:g} and {high:g}")
    return 0


def _report(arguments: argparse.Namespace) -> dict[str, Any]:
    from rag.answer import Assistant
    from rag.evaluate import evaluate, read_cases
    from rag.home import ready_index
    from rag.retrieve import Retriever

    cases = read_cases(arguments.file)
    index = ready_index(arguments.index, documents=arguments.documents, model=arguments.model, say=say)
    assistant = Assistant(Retriever.open(index, arguments.model))
    return evaluate(assistant, cases, retrieval_only=arguments.retrieval_only, progress=_show)


def _self_report(arguments: argparse.Namespace) -> dict[str, Any]:
    from rag.cli.corpus import corpus_from
    from rag.selfscore import evaluate_self

    return evaluate_self(corpus_from(arguments), _encoder(arguments), progress=_show)


def _encoder(arguments: argparse.Namespace) -> "Encoder":
    """Return the encoder of --model, else the one that made the index that is read, else the default.

    Raises:
        IndexFolderError: The index cannot be read.
        EncoderError: The encoder cannot be loaded.
    """
    from embeddings.encoder import DEFAULT_ENCODER, open_encoder

    return open_encoder(arguments.model or made_with(arguments) or DEFAULT_ENCODER)


def made_with(arguments: argparse.Namespace) -> str | None:
    """Return the name of the encoder of --index, without --documents of the user's own index; None without an index.

    Raises:
        IndexFolderError: The index cannot be read.
    """
    from embeddings.folder import live_build, open_build
    from rag.home import default_index
    from rag.remote import Address
    from rag.remote.index import live_build_of

    index = arguments.index
    if isinstance(index, Address):
        name = live_build_of(index).get("encoder")
        return None if name is None else str(name)
    if index is None:
        index = default_index()
        if arguments.documents is not None or live_build(index) is None:
            return None
    return str(open_build(index)[1]["encoder"])


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total}" + ("\n" if done == total else ""))
