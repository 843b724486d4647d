"""How fast official XML is parsed, and how much memory ten thousand documents take when they are streamed.

    python benchmarks/parse_throughput.py [--count 10000] [--documents ../shared/data/documents]

Parses the real answers (in their wrapper), or the small ones of the tests where these are not at hand, again and
again under other numbers: first streamed, each document written out as a line and let go; then all of them through
a folder and the joining of parts, which has to hold them. Prints one JSON object: documents and megabytes a second,
and how many megabytes the resident memory grew by. Seconds are those of the process itself (it has one thread), so
that other work on the machine does not count.
"""

import argparse
import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from rag.document_form import dump_document  # noqa: E402
from rag.parsing import parse_bytes, parse_paths  # noqa: E402

REAL = ROOT.parent / "shared" / "data" / "documents"
FIXTURES = ROOT / "tests" / "fixtures" / "parse2"
WARM_UP = 50


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--documents", type=Path, default=REAL)
    arguments = options.parse_args()
    documents = list(_documents(arguments.documents))
    for name, data in islice(cycle(documents), WARM_UP):
        parse_bytes(data, name)
    before = _resident()
    size = vragen = lines = 0
    started = time.process_time()
    for number, (name, data) in enumerate(islice(cycle(documents), arguments.count)):
        for document in parse_bytes(data, f"{number:05d} {name}"):
            lines += len(dump_document(document))
            vragen += len(document.vragen)
        size += len(data)
    seconds = time.process_time() - started
    report = {
        "documents": arguments.count,
        "vragen": vragen,
        "kilobytes_a_document": round(size / arguments.count / 1e3, 1),
        "documents_per_second": round(arguments.count / seconds),
        "megabytes_per_second": round(size / seconds / 1e6, 1),
        "megabytes_grown_streamed": round(_resident() - before, 1),
        "megabytes_written": round(lines / 1e6, 1),
    }
    print(json.dumps(report | _joined(documents, arguments.count), indent=1))
    return 0


def _joined(documents: list[tuple[str, bytes]], count: int) -> dict[str, float]:
    """Parse a folder of as many documents, each a Kamervraag of its own, with joining."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, data) in enumerate(islice(cycle(documents), count)):
            own = re.sub(rb"ah-tk-(\d{8})-\d+", b"ah-tk-%s-%d" % (b"20302031", number + 1), data)
            own = re.sub(rb"\d{4}Z\d{5}", b"2031Z%05d" % number, own)
            Path(folder, f"2031Z{number:05d}.xml").write_bytes(own)
        before = _resident()
        started = time.process_time()
        parsed = sum(1 for _ in parse_paths([Path(folder)]))
        seconds = time.process_time() - started
    return {
        "joined_documents": parsed,
        "joined_documents_per_second": round(parsed / seconds),
        "megabytes_grown_joined": round(_resident() - before, 1),
    }


def _documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    real = sorted(folder.glob("xml/answers/*.xml"))
    for path in real:
        body = re.sub(rb"^.*?<fragments[^>]*>|</fragments>\s*$", b"", path.read_bytes(), flags=re.DOTALL)
        yield path.name, b"<officiele-publicatie><kamervragen>" + body + b"</kamervragen></officiele-publicatie>"
    for path in [] if real else sorted(FIXTURES.glob("*.xml")):
        yield path.name, path.read_bytes()


def _resident() -> float:
    """Return the most memory that this process has had, in megabytes (Linux counts in kilobytes, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    sys.exit(main())
