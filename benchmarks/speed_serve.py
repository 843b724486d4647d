"""Measure one index in a process of its own: opening, latency, memory, users at once. Prints one JSON object.

python benchmarks/speed_serve.py INDEX QUESTIONS
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

START = time.perf_counter()
sys.path.insert(0, str(Path(__file__).parents[1]))


def resident() -> float:
    """Return the resident memory of this process, MB; `file` pages that the system may take back included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def percentiles(search: Callable[[str], object], questions: list[str]) -> dict[str, float]:
    """Return p50, p95 and p99 of one search after another, milliseconds."""
    times = []
    for question in questions:
        start = time.perf_counter()
        search(question)
        times.append(1000 * (time.perf_counter() - start))
    return {f"p{share}": round(float(np.percentile(times, share)), 1) for share in (50, 95, 99)}


def at_once(search: Callable[[str], object], questions: list[str], users: int) -> dict[str, float]:
    """Return what `users` threads get: searches a second, and the p95 that each waits, milliseconds."""
    waits = []

    def ask(question: str) -> None:
        start = time.perf_counter()
        search(question)
        waits.append(1000 * (time.perf_counter() - start))

    start = time.perf_counter()
    with ThreadPoolExecutor(users) as threads:
        list(threads.map(ask, questions))
    return {
        "per_second": round(len(questions) / (time.perf_counter() - start), 1),
        "p95": round(float(np.percentile(waits, 95)), 1),
    }


def main() -> None:
    """Open, ask, print."""
    index, questions = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    from embeddings.encoder import open_encoder
    from embeddings.folder import open_build
    from rag.retrieve import Retriever

    importlib.import_module("embeddings.sentence_encoder")
    imported = time.perf_counter()
    encoder = open_encoder(str(open_build(index)[1]["encoder"]))
    encoder.encode_queries(["warm"])
    loaded, before = time.perf_counter(), resident()
    from big_corpus import SyntheticEncoder

    made_up = "synthetic" in str(open_build(index)[1]["encoder_fingerprint"])
    retriever = Retriever.open(index, encoder=SyntheticEncoder(encoder) if made_up else encoder)
    opened = time.perf_counter()
    retriever.search(questions[0])
    first = time.perf_counter()

    def filtered(question: str) -> object:
        return retriever.search(question, party="Partij 3")

    report = {
        "queries": len(questions),
        "import_s": round(imported - START, 2),
        "encoder_s": round(loaded - imported, 2),
        "open_s": round(opened - loaded, 3),
        "first_search_s": round(first - opened, 3),
        **percentiles(retriever.search, questions),
        "filtered": percentiles(filtered, questions[:60]),
        "encode": percentiles(lambda question: encoder.encode_queries([question]), questions[:60]),
        "users": {users: at_once(retriever.search, questions[:64], users) for users in (1, 8, 32)},
        "encoder_mb": round(before),
        "resident_mb": round(resident()),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
