"""Builds here and on Ray with 1 and 2 workers: seconds, texts a second, memory; same corpus and encoder.

python benchmarks/scale_ray.py --documents FILE --sizes 200 1000 [--model NAME]

Prints a table in Markdown. A size is so many passages at least, from the first documents of the file, copied where they
are too few. Each build is a process of its own, as a user starts it, on an empty index.
"""

import argparse
import dataclasses
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from embeddings.encoder import DEFAULT_ENCODER
from rag.document_form import dump_document
from rag.documents import read_documents
from rag.sample import sample_path

ROOT = Path(__file__).parents[1]
WAYS = {"here, 1 thread": None, "Ray, 1 worker": 1, "Ray, 2 workers": 2}


@dataclass(frozen=True, slots=True)
class Run:
    """One build.

    Attributes:
        seconds: Of the whole process.
        embedding: Seconds from the first progress to the last.
        texts: What was embedded.
        memory: The most that the process and all below it held at once, MB (proportional set size).
    """

    seconds: float
    embedding: float
    texts: int
    memory: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=Path, default=sample_path())
    parser.add_argument("--sizes", type=int, nargs="+", default=[200])
    parser.add_argument("--model", default=DEFAULT_ENCODER)
    arguments = parser.parse_args()
    print("| passages | way | whole build, s | embedding, s | texts/s while embedding | memory, MB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes:
            documents = part(arguments.documents, size, Path(folder) / f"{size}.jsonl")
            for name, workers in WAYS.items():
                run = build(documents, Path(folder) / f"{size}-{workers}", arguments.model, workers)
                rate = run.texts / max(run.embedding, 1e-9)
                print(
                    f"| {size} | {name} | {run.seconds:.1f} | {run.embedding:.1f} | {rate:.1f} | {run.memory:.0f} |",
                    flush=True,
                )


def part(documents: Path, size: int, path: Path) -> Path:
    """Write the first documents that hold so many passages; copies under other ids and titles where they are few."""
    passages, found = 0, list(read_documents(documents))
    with path.open("w", encoding="utf-8") as stream:
        for copy, document in ((copy, document) for copy in itertools.count() for document in found):
            if passages >= size:
                break
            name, title = (
                (f"{document.id}-{copy}", f"{document.title} ({copy})") if copy else (document.id, document.title)
            )
            stream.write(dump_document(dataclasses.replace(document, id=name, title=title)) + "\n")
            passages += len(document.vragen) + len(document.mededelingen)
    return path


def build(documents: Path, index: Path, model: str, workers: int | None) -> Run:
    """Build in a process of its own; `workers` None for without Ray, in one thread as each worker has."""
    command = [sys.executable, "-m", "rag", "build", "--json", "--model", model]
    command += ["--documents", str(documents), "--index", str(index)]
    command += ["--engine", "ray", "--workers", str(workers)] if workers else []
    start, told = time.monotonic(), list[tuple[float, int]]()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        memory = Memory(process.pid)
        for line in process.stdout or ():
            told.append((time.monotonic(), json.loads(line).get("done", 0)))
    if process.returncode:
        sys.exit("The build failed.")
    (first, _), (last, texts) = told[0], told[-2]
    return Run(time.monotonic() - start, last - first, texts, memory.most())


class Memory:
    """Watches what a process and all below it hold."""

    def __init__(self, pid: int) -> None:
        """Begin."""
        self._most, self._root = 0, psutil.Process(pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def most(self) -> float:
        """Return the most, in MB, once the process has ended."""
        self._thread.join()
        return self._most / 1e6

    def _watch(self) -> None:
        while self._root.is_running():
            held = 0
            try:
                for process in [self._root, *self._root.children(recursive=True)]:
                    held += process.memory_full_info().pss
            except psutil.Error:
                if not psutil.pid_exists(self._root.pid) or self._root.status() == psutil.STATUS_ZOMBIE:
                    return
            self._most = max(self._most, held)
            time.sleep(0.5)


if __name__ == "__main__":
    main()
