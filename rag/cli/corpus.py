"""The documents that `check` and `stats` read: a documents file, an index, or one's own."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli import say
from rag.cli.options import add_index_option
from rag.records import Kamervraag

if TYPE_CHECKING:
    from rag.remote import Place


def add_corpus_options(parser: argparse.ArgumentParser) -> None:
    """Add --documents and --index, of which one may be given."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--documents", type=Path, metavar="PATH", help="documents file (JSONL), or a folder of them")
    add_index_option(group, "your own, else the sample")


def corpus_from(arguments: argparse.Namespace) -> Iterator[Kamervraag]:
    """Return the documents that the options name; without any, those of the user's own index, else the sample.

    Raises:
        DocumentsError: The documents cannot be read.
        IndexFolderError: The index cannot be read.
    """
    from embeddings.folder import live_build
    from rag.documents import read_documents
    from rag.home import default_index
    from rag.sample import sample_path

    if arguments.documents is not None:
        return read_documents(arguments.documents)
    if arguments.index is not None:
        return _stored(arguments.index)
    if live_build(default_index()) is None:
        say("There is no index yet; these are the invented Kamervragen of the sample.")
        return read_documents(sample_path())
    return _stored(default_index())


def _stored(index: "Place") -> Iterator[Kamervraag]:
    from embeddings.folder import open_build
    from rag.remote import Address
    from rag.remote.index import open_store
    from rag.store import FILE, PassageStore

    if isinstance(index, Address):
        yield from open_store(index).documents()
        return
    folder, _ = open_build(index)
    store = PassageStore(folder / FILE)
    try:
        yield from store.documents()
    finally:
        store.close()
