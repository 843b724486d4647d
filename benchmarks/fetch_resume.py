"""Fetch 2,000 documents from the local server, killed ten times at random points; is the set exactly right?

    python benchmarks/fetch_resume.py [documents] [kills]

Prints one JSON object and exits 1 if a document is missing, extra or damaged, or if a re-run transfers a body.
"""

import json
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fetching import CHILD, YEAR, whole  # noqa: E402
from official_corpus import make_corpus  # noqa: E402
from official_server import ODATA, OfficialServer  # noqa: E402

from rag.fetch import FetchReport, FetchRequest, Manners, fetch  # noqa: E402


def run(server: OfficialServer, folder: Path) -> FetchReport:
    """Fetch all of the server's year to the end."""
    return fetch(
        FetchRequest(YEAR),
        folder,
        odata_url=server.base + ODATA,
        repository_url=server.base,
        sru_url=f"{server.base}/sru",
        manners=Manners(odata_interval=0.0),
    )


def kill_somewhere(server: OfficialServer, folder: Path, within: int) -> int:
    """Start a fetch, kill it after a random number of bodies up to `within`; return its exit code."""
    goal = server.bodies_sent() + 1 + secrets.randbelow(within)
    child = subprocess.Popen([sys.executable, "-c", CHILD, server.base, str(folder)], cwd=ROOT)
    while server.bodies_sent() < goal and child.poll() is None:
        time.sleep(0.002 + secrets.randbelow(20) / 10_000)
    child.kill()
    return child.wait()


def whole_documents(folder: Path) -> set[str]:
    """The ids of the documents on disk whose checksum holds."""
    return {path.stem for path in folder.glob("*/*.json") if whole(path)}


def main() -> int:
    """Run the benchmark and print its result."""
    documents, kills = (int(value) for value in (sys.argv[1:] + ["2000", "10"][len(sys.argv) - 1 :]))
    corpus = make_corpus(-(-documents * 3 // 7))
    with tempfile.TemporaryDirectory() as temporary, OfficialServer(corpus) as server:
        folder, started = Path(temporary) / "raw", time.monotonic()
        # Two bodies a document; the kills together stop short of the whole, so that each hits a running fetch.
        codes = [kill_somewhere(server, folder, 2 * len(corpus.ids) // (kills + 1)) for _ in range(kills)]
        before = whole_documents(folder)
        last = run(server, folder)
        seconds = time.monotonic() - started
        sent = server.bodies_sent()
        again = run(server, folder)
        files = {path.name for path in folder.glob("*/*")}
        expected = {f"{name}.{kind}" for name in corpus.ids for kind in ("json", "xml", "metadata.xml")}
        result = {
            "documents": len(corpus.ids),
            "killed": sum(code < 0 for code in codes),
            "whole_before_last_run": len(before),
            "new_in_last_run": len(last.new),
            "missing": len(corpus.ids - whole_documents(folder)),
            "extra_files": len(files - expected),
            "failed": len(last.failed),
            "bodies_sent": sent,
            "bodies_needed": 2 * len(corpus.ids),
            "bodies_in_rerun": server.bodies_sent() - sent,
            "unchanged_in_rerun": len(again.unchanged),
            "seconds": round(seconds, 1),
        }
    print(json.dumps(result, indent=1))
    wrong = result["missing"] or result["extra_files"] or result["failed"] or result["bodies_in_rerun"]
    return 1 if wrong or result["killed"] != kills else 0


if __name__ == "__main__":
    sys.exit(main())
