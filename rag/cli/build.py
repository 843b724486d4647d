"""kamerwijzer build: rebuild the embeddings: documents into an index."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from rag.cli.options import add_index_options, add_json_option, print_json, print_line
from rag.progress import Bar, Progress


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_index_options(parser)
    add_json_option(parser)
    parser.add_argument(
        "--ann",
        action=argparse.BooleanOptionalAction,
        help="compare a question with the nearest cells of vectors only (default: beyond a million windows)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Build and print a summary."""
    from rag.build import build_index
    from rag.documents import read_changed
    from rag.earlier import known_documents
    from rag.home import default_index
    from rag.sample import sample_path

    documents: Path = arguments.documents or sample_path()
    index: Path = arguments.index or default_index()
    changed = list(read_changed(documents, known_documents(index)))  # broken ones are refused before all else
    from embeddings.encoder import DEFAULT_ENCODER, open_encoder

    encoder = open_encoder(arguments.model or DEFAULT_ENCODER)
    report = build_index(changed, index, encoder, ann=arguments.ann, tell=_print_progress if arguments.json else Bar())
    if arguments.json:
        print_json(asdict(report), indent=None)
        return 0
    print_line(
        f"{report.documents} documents, {report.passages} passages ({report.windows} windows) in "
        f"{report.seconds:.0f} s with {encoder.name}: {report.embedded} embedded, {report.reused} reused, "
        f"{report.removed} removed; build {report.build} in {index} is live."
    )
    return 0


def _print_progress(progress: Progress) -> None:
    print_json(asdict(progress), indent=None)
    sys.stdout.flush()
