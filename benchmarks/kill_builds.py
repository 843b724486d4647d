"""Kill a build at random moments (SIGKILL) and count what is lost: the live index, or work that was done.

    python benchmarks/kill_builds.py --times 50

Each round starts a build of another corpus over the live one and kills it; a slowed-down encoder spreads the moments
over all stages. After each round the live build is read in full (every checksum) and searched.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from embeddings.encoder import HashEncoder
from embeddings.errors import IndexFolderError
from embeddings.folder import open_build
from rag.build import build_index
from rag.documents import read_documents
from rag.records import Kamervraag
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.store import FILE, PassageStore

BUILD = """
import sys, time
from pathlib import Path
import rag.build
from embeddings.encoder import HashEncoder
from rag.documents import read_documents
class Slow(HashEncoder):
    def encode_passages(self, texts):
        time.sleep(0.02)
        return super().encode_passages(texts)
rag.build._CHUNK = 8
documents = list(read_documents(Path(sys.argv[1])))[int(sys.argv[3]):]
print("start", flush=True)
rag.build.build_index(documents, Path(sys.argv[2]), Slow())
print("done", flush=True)
"""


def kill_once(index: Path, skip: int, delay: float) -> bool:
    """Start a build, kill it after a delay, and return whether it was killed before it was done."""
    command = [sys.executable, "-c", BUILD, str(sample_path()), str(index), str(skip)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101
        process.stdout.readline()
        time.sleep(delay)
        process.kill()
        return "done" not in process.stdout.read()


def broken(index: Path) -> str:
    """Return what is wrong with the live index; empty where nothing is."""
    try:
        open_build(index, thorough=True)
        hits = Retriever.open(index).search("wanneer is de dijk bij Oudekolk klaar", k=3)
    except (IndexFolderError, OSError) as error:
        return str(error)
    return "" if hits else "no hits"


def content(index: Path) -> tuple[dict[str, object], list[Kamervraag]]:
    """Return the checksums of the live build's files, and in place of the store's (it is a database) its documents."""
    folder, manifest = open_build(index, thorough=True)
    sums = {name: found for name, found in manifest["files"].items() if name != FILE}
    return sums, list(PassageStore(folder / FILE).documents())


def main() -> int:
    """Kill, check, and print one line a round and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)  # noqa: S311
    documents = list(read_documents(sample_path()))
    failures = killed = builds = 0
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        start = time.monotonic()
        build_index(documents, index, HashEncoder())
        longest = time.monotonic() - start + 0.5
        while killed < arguments.times:
            builds += 1
            killed += kill_once(index, builds % 5, moments.uniform(0, longest))
            wrong = broken(index)
            failures += bool(wrong)
            vectors = len(list((index / "vectors").glob("*/*.npy")))
            print(f"{killed} killed: {wrong or 'whole'}; {vectors} files of vectors", flush=True)
        build_index(documents, index, HashEncoder())
        build_index(documents, Path(folder) / "once", HashEncoder())
        equal = content(index) == content(Path(folder) / "once")
    print(f"{killed} of {builds} builds killed before they were done; {failures} lost or broken indexes;")
    print(f"the next build is {'equal to' if equal else 'NOT as'} one made at once.")
    return int(bool(failures) or not equal)


if __name__ == "__main__":
    sys.exit(main())
