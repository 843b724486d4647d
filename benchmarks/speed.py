"""Speed, side by side in one run: building, searching, opening, at several sizes. Writes the speed part of RESULTS.md.

    python benchmarks/speed.py --sizes 10000 100000 500000 --folder /tmp/kamerwijzer-speed

Passages are real sentences recombined (`big_corpus`); but for the building test their vectors are made up, and only
questions are embedded. Corpora and indexes stay in the folder and are used again: only the first build is not measured
twice. Peers run in processes of their own (extra `bench`); one that cannot is a row that says so.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import speed_peers  # noqa: E402
from big_corpus import VRAGEN, big_corpus  # noqa: E402
from speed_report import Report, building_table, encoding_table, query_table, scale_tables  # noqa: E402

from embeddings.encoder import DEFAULT_ENCODER, Vectors  # noqa: E402
from rag.documents import read_documents, write_documents  # noqa: E402
from rag.passages import embedded_text, passages_of  # noqa: E402

MORE = 10
"""Documents that are added to each index."""

QUERIES = {"plain": 60, "langchain": 12, "txtai": 60}
_LARGEST = {"plain": 500_000, "langchain": 100_000, "txtai": 100_000}
"""Passages up to which a system is asked."""


def encoding(texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """Return passages a second of each way in turn, medians of the rounds, and the least cosine with the first."""
    from embeddings.sentence_encoder import SentenceEncoder

    half, full = (SentenceEncoder.open(DEFAULT_ENCODER, half=half) for half in (True, False))

    def plain() -> Vectors:
        vectors: Vectors = full._model.encode(list(texts), prompt="passage: ", batch_size=32, normalize_embeddings=True)
        return vectors

    ways: dict[str, Callable[[], Vectors]] = {
        "SentenceTransformer.encode(batch_size=32), float32": plain,
        "ours, float32": lambda: full.encode_passages(texts),
        "ours, bfloat16": lambda: half.encode_passages(texts),
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    vectors = {}
    for _ in range(rounds):
        for name, way in ways.items():
            start, used = time.perf_counter(), time.process_time()
            vectors[name] = way()
            seconds[name].append((time.perf_counter() - start, time.process_time() - used))
    reference = next(iter(vectors.values()))
    return {
        "passages": len(texts),
        "tokens": round(float(np.mean(half.count_tokens(texts)))),
        "rounds": rounds,
        "ways": {
            name: [
                *(len(texts) / np.median(pairs, axis=0)).tolist(),
                float((vectors[name] * reference).sum(axis=1).min()),
            ]
            for name, pairs in seconds.items()
        },
    }


def child(program: str, *arguments: object, module: bool = False) -> dict[str, Any]:
    """Return the JSON object that a program of this folder prints, run in a process of its own.

    Raises:
        RuntimeError: It failed.
    """
    name = ["-m", program] if module else [str(Path(__file__).with_name(program))]
    command = [sys.executable, *name, *map(str, arguments)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr)
    found: Any = json.loads(result.stdout.splitlines()[-1] if not module else result.stdout)
    return found if isinstance(found, dict) else {"found": found}


def building(data: Path, folder: Path, passages: int) -> dict[str, Any]:
    """Return what building takes with the real encoder: ours and each peer, from the same texts."""
    chosen, count = [], 0
    for document in read_documents(data):
        chosen.append(document)
        count += len(document.vragen)
        if count >= passages:
            break
    folder.mkdir(parents=True, exist_ok=True)
    documents = folder / "documents.jsonl"
    with documents.open("w", encoding="utf-8") as stream:
        write_documents(chosen, stream)
    speed_peers.write_texts(folder / "job", [embedded_text(item) for doc in chosen for item in passages_of(doc)])
    index = speed_peers.emptied(folder / "index")
    ours = child("speed_build.py", "real", index, documents)
    return {"passages": count, "ours": ours} | {
        system: speed_peers.run(system, folder / "job", []) for system in speed_peers.NAMES
    }


def at_size(folder: Path, data: Path, size: int, questions: Sequence[str]) -> dict[str, Any]:
    """Return all that is measured at one size."""
    corpus, index = folder / f"corpus-{size}", folder / f"index-{size}"
    if not (corpus / "more.jsonl").exists():
        corpus.mkdir(parents=True, exist_ok=True)
        documents = list(big_corpus(data, size + MORE * VRAGEN))
        for name, part in (("base", documents[:-MORE]), ("more", documents[-MORE:])):
            with (corpus / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
                write_documents(part, stream)
    asked = folder / "questions.json"
    asked.write_text(json.dumps(questions), encoding="utf-8")
    figures: dict[str, Any] = {"size": size, "first": child("speed_build.py", "first", index, corpus)}
    figures["more"] = child("speed_build.py", "more", index, corpus)
    figures["recall"] = child("speed_build.py", "recall", index, corpus)
    figures["serve"] = child("speed_serve.py", index, asked)
    figures["start_s"] = started(index, questions[0])
    peers = [system for system in speed_peers.NAMES if size <= _LARGEST[system]]
    speed_peers.job_of(index, folder / "job", size)
    figures["peers"] = {
        system: speed_peers.run(system, folder / "job", questions[: QUERIES[system]]) for system in peers
    }
    speed_peers.emptied(folder / "job")
    return figures


def started(index: Path, question: str) -> float:
    """Return the seconds of `kamerwijzer search` from the start of the process to its result, the second time."""
    for _ in range(2):
        start = time.perf_counter()
        child("rag", "search", question, "--index", index, "--json", module=True)
    return time.perf_counter() - start


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=shared / "pairs" / "dev_pairs.jsonl")
    parser.add_argument("--questions", type=Path, default=shared / "questions" / "dev_questions.jsonl")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 500_000])
    parser.add_argument("--encode", type=int, default=128, metavar="N", help="passages of the encoding test; 0: none")
    parser.add_argument("--embed", type=int, default=192, metavar="N", help="passages of the building test; 0: none")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/kamerwijzer-speed"))  # noqa: S108
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "RESULTS.md")
    parser.add_argument("--plot", type=Path, default=ROOT / "docs" / "speed.svg")
    options = parser.parse_args()
    if not options.data.exists():
        print(f"{options.data} is absent: the benchmark draws its sentences from it; give --data.")
        return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    machine = f"{date.today()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}, two cores"
    report = Report(options.results, f"{machine}; processes at work at the start: {os.getloadavg()[0]:.1f}.")
    if options.encode:
        passages = [passage for document in read_documents(options.data) for passage in passages_of(document)]
        texts = [embedded_text(passage) for passage in passages[:: max(1, len(passages) // options.encode)]]
        report.add(encoding_table(encoding(texts[: options.encode], rounds=2)))
    if options.embed:
        report.add(building_table(building(options.data, options.folder / "embed", options.embed)))
    questions = [json.loads(line)["q"] for line in options.questions.read_text(encoding="utf-8").splitlines()][:150]
    rows: list[dict[str, Any]] = []
    for size in options.sizes:
        rows.append(at_size(options.folder, options.data, size, questions))
        (options.folder / "speed.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
        print(json.dumps(rows[-1]), flush=True)
    if rows:
        report.add([*scale_tables(rows), *query_table(rows)])
        report.plot(rows, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
