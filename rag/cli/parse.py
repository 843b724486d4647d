"""kamerwijzer parse: source documents (files or folders) into a documents file on stdout."""

import argparse
import sys
from pathlib import Path

from rag.cli import complain, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a source document or a folder of them")


def run(arguments: argparse.Namespace) -> int:
    """Parse, print the documents, and say at the end what could not be parsed."""
    from rag.document_form import dump_document
    from rag.parsing import ParseFailure, parse_paths

    failures: list[ParseFailure] = []
    documents = vragen = 0
    for document in parse_paths(arguments.files, failures):
        sys.stdout.write(dump_document(document) + "\n")
        documents += 1
        vragen += len(document.vragen)
    for failure in failures:
        complain(failure.reason)
    lost = {failure.document for failure in failures if not failure.partial}
    partial = {failure.document for failure in failures if failure.partial} - lost
    counts = f"{documents} documents, {vragen} vragen; {len(lost)} files could not be parsed"
    say(f"{counts}, {len(partial)} only in part." if partial else f"{counts}.")
    return 1 if failures else 0
