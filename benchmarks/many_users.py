"""Questions a second of one process and of two behind nginx, and how much of a question is its embedding.

    python benchmarks/many_users.py --index DIR [--users 16] [--seconds 20]

Users ask without a pause, each with a cookie of their own, so that nginx spreads them as it does visitors; clients,
nginx and processes share the machine. Then questions are asked one by one without a server, and what the encoder takes
of each is taken apart (OMP_NUM_THREADS=1 for figures that can be compared). Prints a table in Markdown.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import httpx
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser_server import served  # noqa: E402
from nginx_site import nginx_site  # noqa: E402
from trust import Load, ask, questions  # noqa: E402

from embeddings.encoder import DEFAULT_ENCODER, Encoder, QuestionTokens, Vectors, open_encoder  # noqa: E402
from rag.answer import Assistant  # noqa: E402
from rag.retrieve import Retriever  # noqa: E402

WARM_SECONDS = 4.0


async def ask_on_and_on(address: str, users: int, seconds: float) -> Load:
    """Let users ask without a pause; what is asked in the first seconds does not count."""
    warming, load, asked = Load(), Load(), questions()
    start = time.monotonic() + WARM_SECONDS

    async def user(number: int) -> None:
        headers, turn = {"Cookie": f"kw_process=user{number}"}, 0
        async with httpx.AsyncClient(base_url=address, timeout=120, headers=headers) as client:
            while (now := time.monotonic()) < start + seconds:
                question = asked[(number * 7 + turn) % len(asked)]
                await ask(client, question, number, warming if now < start else load)
                turn += 1

    await asyncio.gather(*(user(number) for number in range(users)))
    return load


def served_by(processes: int, arguments: argparse.Namespace) -> str:
    """Return the line of so many processes."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        addresses = [
            stack.enter_context(served(arguments.index, "--no-feedback")).rstrip("/") for _ in range(processes)
        ]
        site = stack.enter_context(nginx_site([addresses[0], addresses[-1]], Path(folder)))
        load = asyncio.run(ask_on_and_on(site, arguments.users, arguments.seconds))
    p50, p95 = np.percentile(load.seconds, (50, 95))
    lost = load.refused + load.failed.total()
    rate = len(load.seconds) / arguments.seconds
    return f"| {processes} | {rate:.1f} | {p50:.2f} | {p95:.2f} | {lost} |"


class Timed:
    """An encoder that keeps what it was given and how much processor time that took."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.seconds = encoder, 0.0
        self.queries: list[str] = []
        self.passages: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.encoder, name)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions as the encoder does."""
        self.queries += texts
        return self._timed(self.encoder.encode_queries, texts)

    def encode_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Encode a question as the encoder does, with its tokens."""
        self.queries.append(text)
        start = time.process_time()
        asked = self.encoder.encode_question(text)
        self.seconds += time.process_time() - start
        return asked

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode sentences as the encoder does."""
        self.passages += texts
        return self._timed(self.encoder.encode_passages, texts)

    def _timed(self, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
        start = time.process_time()
        vectors = encode(texts)
        self.seconds += time.process_time() - start
        return vectors

    def again(self) -> float:
        """Encode all that was kept at once; return the time that takes."""
        start = time.process_time()
        self.encoder.encode_queries(self.queries)
        self.encoder.encode_passages(self.passages)
        return time.process_time() - start


def share_of_encoder(index: Path, groups: int = 4) -> str:
    """Return what the encoder takes of a question and in memory, and what it would if eight users shared one.

    Times are the processor's, so that other work on the machine does not count.
    """
    before = _memory()
    timed = Timed(open_encoder(DEFAULT_ENCODER))
    timed.encode_queries(questions()[:8])
    memory = _memory() - before
    assistant = Assistant(Retriever.open(index, encoder=cast(Encoder, timed)))
    whole = encoding = together = 0.0
    for group in range(groups + 1):
        timed.seconds, timed.queries, timed.passages, start = 0.0, [], [], time.process_time()
        for question in questions()[8 * group : 8 * group + 8]:
            assistant.ask(question)
        if group:  # the first one loads what is loaded at first use
            whole += time.process_time() - start
            encoding += timed.seconds
            together += timed.again()
    each, alone, shared = (1000 * seconds / (8 * groups) for seconds in (whole, encoding, together))
    return (
        f"A question takes {each:.0f} ms of the processor, {alone:.0f} ms ({alone / each:.0%}) in the encoder; what "
        f"eight users need embedded takes {shared:.0f} ms each if embedded at once. Loading the encoder adds "
        f"{memory / 1e6:.0f} MB to a process."
    )


def _memory() -> int:
    """Return the memory of this program in bytes (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--users", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    print(f"{arguments.users} users without a pause; {os.cpu_count()} cores; load before: {os.getloadavg()[0]:.1f}\n")
    print(
        "| processes | questions/s | p50, s | p95, s | without answer |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for processes in (1, 2):
        print(served_by(processes, arguments), flush=True)
    print(f"\n{share_of_encoder(arguments.index)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
