"""kamerwijzer build: rebuild the embeddings: documents into an index."""

import argparse
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.options import add_index_options, add_json_option, positive, print_json, print_line
from rag.progress import Bar, Progress, Tell

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.build import BuildReport
    from rag.remote import Address, Pushed


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_index_options(parser)
    add_json_option(parser)
    parser.add_argument(
        "--ann",
        action=argparse.BooleanOptionalAction,
        help="compare a question with the nearest cells of vectors only (default: beyond a million windows)",
    )
    group = parser.add_argument_group("on a Ray cluster (extra: kamerwijzer[ray])")
    group.add_argument(
        "--engine", choices=("local", "ray"), default="local", help="who prepares and embeds (default: this process)"
    )
    group.add_argument(
        "--address", metavar="HOST:PORT", help="of a running cluster, or auto (default: one on this machine)"
    )
    group.add_argument("--workers", type=positive, metavar="N", help="at the most (default: one a processor or GPU)")
    group.add_argument("--gpu", action="store_true", help="a GPU for each worker instead of a processor")
    group.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="Parquet shards, where all machines see them; stays (default: in the index)",
    )
    parser.set_defaults(wrong=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Build and print a summary."""
    given = [name for name in ("address", "workers", "gpu", "work") if getattr(arguments, name)]
    if given and arguments.engine != "ray":
        arguments.wrong(f"--{given[0]} is for --engine ray")
    from rag.home import default_index, workshop
    from rag.remote import Address, Place
    from rag.sample import sample_path

    documents: Path = arguments.documents or sample_path()
    place: Place = arguments.index or default_index()
    index = workshop(place) if isinstance(place, Address) else place
    if isinstance(place, Address):
        place.connect().close()  # before hours of embedding
    bar = Bar()
    with closing(bar):
        tell = _print_progress if arguments.json else bar
        report = (_on_ray if arguments.engine == "ray" else _here)(documents, index, arguments, tell)
        pushed = _sent(index, place, arguments, tell) if isinstance(place, Address) else None
    from embeddings.encoder import DEFAULT_ENCODER

    if arguments.json:
        print_json({**asdict(report), **({"pushed": asdict(pushed)} if pushed else {})}, indent=None)
        return 0
    encoder = arguments.model or DEFAULT_ENCODER
    print_line(
        f"{report.documents} documents, {report.passages} passages ({report.windows} windows) in "
        f"{report.seconds:.0f} s with {encoder}: {report.embedded} embedded, {report.reused} reused, "
        f"{report.removed} removed; build {report.build} in {place} is live."
    )
    if pushed:
        print_line(
            f"{pushed.sent} documents sent, {pushed.deleted} deleted, {pushed.kept} were there: {pushed.collection}, "
            f"{pushed.seconds:.0f} s."
        )
    return 0


def _sent(index: Path, address: "Address", arguments: argparse.Namespace, tell: Tell) -> "Pushed":
    from rag.remote import push

    return push(index, address, _encoder(arguments), tell)


def _here(documents: Path, index: Path, arguments: argparse.Namespace, tell: Tell) -> "BuildReport":
    from rag.build import build_index
    from rag.documents import read_changed
    from rag.earlier import known_documents

    changed = list(read_changed(documents, known_documents(index)))  # broken ones are refused before all else
    return build_index(changed, index, _encoder(arguments), ann=arguments.ann, tell=tell)


def _on_ray(documents: Path, index: Path, arguments: argparse.Namespace, tell: Tell) -> "BuildReport":
    from rag.cluster import build_on_ray

    return build_on_ray(
        documents,
        index,
        _encoder(arguments),
        address=arguments.address,
        workers=arguments.workers,
        gpu=arguments.gpu,
        work=arguments.work,
        ann=arguments.ann,
        tell=tell,
    )


def _encoder(arguments: argparse.Namespace) -> "Encoder":
    from embeddings.encoder import DEFAULT_ENCODER, open_encoder

    return open_encoder(arguments.model or DEFAULT_ENCODER)


def _print_progress(progress: Progress) -> None:
    print_json(asdict(progress), indent=None)
    sys.stdout.flush()
