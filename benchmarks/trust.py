"""What the server withstands, as figures: many users at once, the faults, an hour's mixed use. Writes docs/trust.md.

    python benchmarks/trust.py                          # all parts; the soak takes --minutes (30)
    python benchmarks/trust.py --parts load             # users at once, on 100,000 passages
    python benchmarks/trust.py --parts soak --minutes 5

The passages are the sample's sentences recombined (`big_corpus`), their vectors made up; questions are embedded by the
real encoder, and the server is the real program, asked over HTTP as any program would. Everybody has an address of
their own (X-Forwarded-For, which the server believes of a proxy on the same machine).
"""

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx
import numpy as np
from trust_soak import soak

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "trust.md"
PASSAGES = 100_000
THINKING = (5.0, 15.0)
"""Seconds between an answer and the next question of one user, drawn evenly."""

BUILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}, {root!r} + "/benchmarks"]
from big_corpus import SyntheticEncoder, big_corpus
from embeddings.encoder import DEFAULT_ENCODER, open_encoder
from rag.build import build_index
from rag.sample import sample_path
passages, index = int(sys.argv[1]), Path(sys.argv[2])
build_index(big_corpus(sample_path(), passages), index, SyntheticEncoder(open_encoder(DEFAULT_ENCODER)))
"""

REBUILD = """
import json, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {root!r} + "/benchmarks"]
from big_corpus import big_corpus
from embeddings.encoder import HashEncoder
from embeddings.folder import open_build
from rag.build import build_index
from rag.sample import sample_path
passages, index = int(sys.argv[1]), Path(sys.argv[2])
made, encoder = open_build(index)[1], HashEncoder()  # under the name of the real one, which would take long to load
encoder.name, encoder.fingerprint, encoder.dimension = made["encoder"], made["encoder_fingerprint"], made["dimension"]
build_index(big_corpus(sample_path(), passages), index, encoder)
"""


@dataclass
class Load:
    """What users got.

    Attributes:
        seconds: Of each answer.
        refused: How many were told to come back.
        refusal_seconds: How long that took.
        failed: What else came, by kind.
    """

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    refusal_seconds: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    def row(self, name: str) -> str:
        """Return the line of the table."""
        p50, p95 = (f"{np.percentile(self.seconds, share):.2f}" if self.seconds else "–" for share in (50, 95))
        slowest = f"{max(self.seconds):.2f}" if self.seconds else "–"
        refusal = f"{self.refused} (in {max(self.refusal_seconds):.2f})" if self.refused else "0"
        return f"| {name} | {len(self.seconds)} | {p50} | {p95} | {slowest} | {refusal} | {dict(self.failed) or 0} |"


def build(passages: int, index: Path) -> None:
    """Build an index of recombined sentences, unless it is there."""
    if not (index / "CURRENT").exists():
        subprocess.run([sys.executable, "-c", BUILD.format(root=str(ROOT)), str(passages), str(index)], check=True)


@contextmanager
def server(index: Path) -> Iterator[tuple[str, int]]:
    """Run the program over an index; give its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "app.py", "--index", str(index), "--port", str(port), "--no-feedback"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"}, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1200):
            if process.poll() is not None:
                raise RuntimeError(f"app.py ended at once; remove {index} if another version made it.")
            try:
                httpx.get(f"{address}/health", timeout=60)
                break
            except httpx.TransportError:
                time.sleep(0.25)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(20)


def questions() -> list[str]:
    """Return the questions that come with the sample."""
    lines = (ROOT / "rag" / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["q"] for line in lines]


async def ask(client: httpx.AsyncClient, question: str, user: int, load: Load) -> None:
    """Ask one question and note what became of it."""
    start = time.perf_counter()
    headers = {"X-Forwarded-For": f"10.{user >> 16}.{user >> 8 & 255}.{user & 255}"}
    try:
        joined = await client.post("/gradio_api/call/v2/ask", json={"query": question}, headers=headers)
        if joined.status_code in (429, 503):
            load.refused += 1
            load.refusal_seconds.append(time.perf_counter() - start)
            return
        answer = await client.get(f"/gradio_api/call/ask/{joined.json()['event_id']}", headers=headers)
    except httpx.HTTPError as error:
        load.failed[type(error).__name__] += 1
        return
    if "event: complete" in answer.text:
        load.seconds.append(time.perf_counter() - start)
    else:
        load.failed["error"] += 1


async def at_the_same_moment(address: str, users: int, rounds: int) -> Load:
    """Let everybody ask at once, and again when all have their answer."""
    load, asked = Load(), questions()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        for turn in range(rounds):
            pick = [asked[(turn * users + user) % len(asked)] for user in range(users)]
            await asyncio.gather(*(ask(client, question, user, load) for user, question in enumerate(pick)))
    return load


async def reading_in_between(address: str, users: int, seconds: float) -> Load:
    """Let everybody ask, read for a while, and ask again."""
    load, asked, draw = Load(), questions(), np.random.default_rng(1)
    limits = httpx.Limits(max_connections=None)
    end = time.monotonic() + seconds

    async def user(number: int) -> None:
        await asyncio.sleep(draw.uniform(0, THINKING[1]))
        turn = 0
        while time.monotonic() < end:
            await ask(client, asked[(number * 7 + turn) % len(asked)], number, load)
            await asyncio.sleep(draw.uniform(*THINKING))
            turn += 1

    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        await asyncio.gather(*(user(number) for number in range(users)))
    return load


def load_part(folder: Path) -> list[str]:
    """Return the table of users at once."""
    index = folder / f"index-{PASSAGES}"
    build(PASSAGES, index)
    before = os.getloadavg()[0]
    with server(index) as (address, _):
        asyncio.run(at_the_same_moment(address, 2, 3))  # what loads at first use
        runs = {
            "1, one question after another": asyncio.run(at_the_same_moment(address, 1, 20)),
            "50, who read 5 to 15 s in between": asyncio.run(reading_in_between(address, 50, 60)),
            "50 at the same moment, three times": asyncio.run(at_the_same_moment(address, 50, 3)),
            "200, who read 5 to 15 s in between": asyncio.run(reading_in_between(address, 200, 60)),
            "200 at the same moment, twice": asyncio.run(at_the_same_moment(address, 200, 2)),
        }
        alive = httpx.get(f"{address}/health").json()["status"]
    return [
        f"{PASSAGES:,} passages, asked over HTTP; clients and server on the same {os.cpu_count()} cores; load of the "
        f"machine before: {before:.1f}. Seconds from question to whole answer.",
        "",
        "| users | answers | p50 | p95 | slowest | refused (slowest refusal, s) | errors |",
        "|---|---|---|---|---|---|---|",
        *(load.row(name) for name, load in runs.items()),
        "",
        f"Afterwards the server's state was: {alive}.",
    ]


def faults_part(folder: Path) -> list[str]:
    """Return what became of the tests that stand for faults, planted markup and poison."""
    suites = ("test_faults", "test_server", "test_guard", "test_browser_planted", "test_poison", "test_visible")
    rows = []
    for suite in suites:
        report = folder / f"{suite}.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"tests/{suite}.py", f"--junitxml={report}"]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        suite_node = ET.parse(report).getroot()[0]  # noqa: S314 - written by pytest just now
        total, *bad = (int(suite_node.get(name, "0")) for name in ("tests", "failures", "errors", "skipped"))
        rows.append(f"| `tests/{suite}.py` | {total} | {bad[0] + bad[1]} | {bad[2]} |")
    return ["| tests | cases | failed | skipped |", "|---|---|---|---|", *rows]


def soak_part(folder: Path, minutes: float) -> list[str]:
    """Return what mixed use for a while did to the memory."""
    index = folder / "index-soak"
    build(2000, index)
    with server(index) as (address, process):
        stop = threading.Event()
        return soak(address, process, minutes, lambda passages: build_over(passages, index), questions(), stop)


def build_over(passages: int, index: Path) -> None:
    """Build another corpus over the live index, in a process of its own."""
    subprocess.run([sys.executable, "-c", REBUILD.format(root=str(ROOT)), str(passages), str(index)], check=True)


def write(part: str, lines: Sequence[str]) -> None:
    """Put the lines of a part in its place in the document, with the day and the machine."""
    text = DOCUMENT.read_text(encoding="utf-8")
    head, rest = text.split(f"<!-- {part} -->\n", 1)
    tail = rest.split(f"<!-- end of {part} -->", 1)[1]
    made = f"Measured on {date.today().isoformat()}, {platform.machine()}, {os.cpu_count()} cores."
    body = "\n".join([made, "", *lines, ""])
    DOCUMENT.write_text(f"{head}<!-- {part} -->\n{body}<!-- end of {part} -->{tail}", encoding="utf-8")


def main() -> int:
    """Measure the parts asked for, print them, and put them in the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=("load", "faults", "soak"), default=["load", "faults", "soak"])
    parser.add_argument("--minutes", type=float, default=30.0, help="of the soak")
    parser.add_argument("--folder", type=Path, help="where indexes are kept between runs (default: thrown away)")
    parser.add_argument("--dry", action="store_true", help="print only; leave docs/trust.md as it is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for part in arguments.parts:
            lines = {
                "load": lambda: load_part(folder),
                "faults": lambda: faults_part(folder),
                "soak": lambda: soak_part(folder, arguments.minutes),
            }[part]()
            print("\n".join(["", f"## {part}", "", *lines]), flush=True)
            if not arguments.dry:
                write(part, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
