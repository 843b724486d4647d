"""kamerwijzer evaluate: score retrieval, answers and refusals on written questions."""

import argparse
import sys
from pathlib import Path
from typing import Any

from rag.cli import say
from rag.cli.options import add_index_options, add_json_option, print_json, print_line


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="JSONL of questions, gold passages and facts")
    parser.add_argument("--retrieval-only", action="store_true", help="leave out what needs an answer")
    add_index_options(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate and print the scores."""
    from rag.answer import Assistant
    from rag.evaluate import evaluate, read_cases
    from rag.home import ready_index
    from rag.retrieve import Retriever

    cases = read_cases(arguments.file)
    index = ready_index(arguments.index, documents=arguments.documents, model=arguments.model, say=say)
    assistant = Assistant(Retriever.open(index, arguments.model))
    report = evaluate(assistant, cases, retrieval_only=arguments.retrieval_only, progress=_show)
    if arguments.json:
        print_json(report)
        return 0
    for name, score in {**report["by_type"], **report["by_language"]}.items():
        print_line(f"{name:12}" + "".join(f"  {key} {value:g}" for key, value in score.items() if key != "ci95"))
        intervals: dict[str, Any] = score["ci95"]
        for key, (low, high) in intervals.items():
            print_line(f"{'':12}    {key}: 95 % between {low:g} and {high:g}")
    return 0


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total}" + ("\n" if done == total else ""))
