"""Milvus beside a folder: what sending, searching and renewing take, and whether both find the same.

    python benchmarks/scale_milvus.py INDEX QUESTIONS [--more DOCUMENTS] [--server milvus://host:port] [--rounds N]

INDEX is an index folder, QUESTIONS a JSON list of texts. Without `--server`, Milvus Lite is served from a folder that
is thrown away. `--more` adds the first ten documents of a file, first to the folder (a copy), then to Milvus. Prints
one JSON object; milliseconds of a search include embedding the question, which is given by itself, too.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from big_corpus import SyntheticEncoder  # noqa: E402

from embeddings.encoder import Encoder, open_encoder  # noqa: E402
from embeddings.folder import open_build  # noqa: E402
from rag.build import build_index  # noqa: E402
from rag.documents import read_documents  # noqa: E402
from rag.filters import Filters  # noqa: E402
from rag.remote import Address, place_of, push  # noqa: E402
from rag.retrieve import Retriever  # noqa: E402

_NAME = "measured"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("index", type=Path, metavar="INDEX")
    parser.add_argument("questions", type=Path, metavar="QUESTIONS")
    parser.add_argument("--more", type=Path, metavar="DOCUMENTS")
    parser.add_argument("--server", metavar="ADDRESS")
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    questions = json.loads(arguments.questions.read_text(encoding="utf-8")) * arguments.rounds
    with tempfile.TemporaryDirectory() as folder, served(arguments.server, Path(folder)) as (server, process):
        address = place_of(f"{server}/{_NAME}")
        if not isinstance(address, Address):
            raise SystemExit(f"{server} is no address")
        index = Path(folder) / "index"
        shutil.copytree(arguments.index, index, copy_function=os.link)
        print(json.dumps(measured(index, address, process, questions, arguments.more), indent=1))


def measured(
    index: Path, address: Address, process: int | None, questions: Sequence[str], more: Path | None
) -> dict[str, Any]:
    """Return all figures; `process` is the server, where it is ours."""
    _, manifest = open_build(index)
    real = open_encoder(str(manifest["encoder"]))
    synthetic = "synthetic" in str(manifest["encoder_fingerprint"])
    encoder: Encoder = SyntheticEncoder(real) if synthetic else real
    figures: dict[str, Any] = {"passages": manifest["passages"]}
    sent = push(index, address, encoder)
    figures["sending"] = {"seconds": sent.seconds, "passages_per_second": round(manifest["passages"] / sent.seconds)}
    figures["memory_mb"] = {"program_before": memory(), "server": process and memory(process)}
    local, remote = Retriever.open(index, encoder=real), timed(lambda: Retriever.open(address, encoder=real))
    figures["opening_seconds"] = remote[0]
    figures["memory_mb"] |= {"program_open": memory()}
    figures["agreement"] = agreement(local, remote[1], questions[:150])
    figures["embedding_ms"] = spread([timed(lambda q=q: real.encode_queries([q]))[0] for q in questions])  # type: ignore[misc]
    filtered = {"any": Filters(), "answered": Filters(answered=True)}
    if party := next(iter(local.store.values("party")), None):
        filtered["party"] = Filters(party=party)
    for name, filters in filtered.items():
        for kind, retriever in (("folder", local), ("milvus", remote[1])):
            times = [timed(lambda q=q, r=retriever: r.find(q, 10, filters))[0] for q in questions]  # type: ignore[misc] # noqa: B023
            figures[f"search_ms_{name}_{kind}"] = spread(times)
    for kind, retriever in (("folder", local), ("milvus", remote[1])):
        counting = timed(lambda r=retriever: r.store.counts("asker", Filters(party=party)))  # type: ignore[misc]
        figures[f"counting_a_filter_ms_{kind}"] = round(1000 * counting[0])
    figures["memory_mb"] |= {"program_after": memory(), "server_after": process and memory(process)}
    if more is not None:
        figures["ten_more"] = ten_more(index, address, encoder, more)
    return figures


def ten_more(index: Path, address: Address, encoder: Encoder, more: Path) -> dict[str, Any]:
    """Return what ten further documents take, in the folder and in Milvus, where the build before is at hand."""
    documents = [*Retriever.open(index, encoder=encoder).store.documents()]
    build_index(documents, index, encoder)  # by this version of the program, so that the next takes it over
    milvus = address.connect()
    push(index, address, encoder)
    milvus.point(address.name, f"{milvus.aliased(address.name)}_facts")  # the build before is free to be changed
    local = timed(lambda: build_index([*documents, *islice(read_documents(more), 10)], index, encoder))
    sent = push(index, address, encoder)
    return {"build_seconds": round(local[0], 1), "sent": sent.sent, "kept": sent.kept, "sending_seconds": sent.seconds}


def agreement(local: Retriever, remote: Retriever, questions: Sequence[str]) -> dict[str, float]:
    """Return the share of the ten best that both find, and of questions for which all ten are in the same order."""
    shared, same = [], []
    for question in questions:
        ours, theirs = ([hit.id for hit in each.search(question, 10)] for each in (local, remote))
        shared.append(len(set(ours) & set(theirs)) / max(1, len(ours)))
        same.append(ours == theirs)
    return {"shared": round(float(np.mean(shared)), 4), "same_order": round(float(np.mean(same)), 4)}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that something took, and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return median and 95th percentile, in milliseconds."""
    return {f"p{part}": round(1000 * float(np.percentile(seconds, part)), 1) for part in (50, 95)}


def memory(process: int | None = None) -> int:
    """Return the resident memory of a process in MB; of this one where none is given."""
    path = Path(f"/proc/{process or os.getpid()}/status")
    found = [line for line in path.read_text().splitlines() if line.startswith("VmRSS")]
    return round(int(found[0].split()[1]) / 1024)


@contextmanager
def served(server: str | None, folder: Path) -> Iterator[tuple[str, int | None]]:
    """Yield the address of a server, and its process where it is Milvus Lite, started here."""
    if server is not None:
        yield server, None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--data-dir", str(folder / "milvus"), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([sys.executable, "-m", "milvus_lite", "server", *options], stdout=subprocess.PIPE)
    try:
        if process.stdout is None or not process.stdout.readline():
            raise SystemExit("Milvus Lite did not start")
        yield f"milvus://127.0.0.1:{port}", process.pid
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
