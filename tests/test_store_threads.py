"""Many threads read one store: none waits for ever (before there was a lock, this hung in nearly every run)."""

import subprocess
import sys
from pathlib import Path

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.documents import read_documents
from rag.live import Folder
from rag.sample import sample_path

ROOT = Path(__file__).parents[1]
PROGRAM = """
import faulthandler, sys, threading
from pathlib import Path
from rag.filters import Filters
from rag.store import PassageStore

faulthandler.dump_traceback_later(100, exit=True)
store = PassageStore(Path(sys.argv[1]))

def count(kind):
    for _ in range(60):
        store.counts(kind, Filters())

threads = [threading.Thread(target=count, args=(kind,)) for kind in ("ministry", "party", "ministry", "topic")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
"""


def test_counting_ministries_while_others_read_never_hangs(tmp_path: Path) -> None:
    build_index(read_documents(sample_path()), tmp_path, HashEncoder())
    path = Folder(tmp_path).open().store.path
    command = [sys.executable, "-c", PROGRAM, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
