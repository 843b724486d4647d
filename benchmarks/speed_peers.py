"""Jobs for `benchmarks/peers.py`: other systems over the passages of one of our indexes, or building from texts."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.cache import VectorCache
from embeddings.dense import OWNERS_FILE
from embeddings.folder import VECTORS, open_build
from rag.earlier import KEYS_FILE
from rag.passages import embedded_text
from rag.store import FILE, PassageStore

K = 10
_SECONDS = 900
_BLOCK = 1000
NAMES = {
    "plain": "sentence-transformers + FAISS (vectors only)",
    "langchain": "LangChain EnsembleRetriever (BM25 + FAISS)",
    "txtai": "txtai hybrid",
}


def job_of(index: Path, folder: Path, passages: int) -> None:
    """Write texts and vectors of the first passages of an index as a job, without queries."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    home, manifest = open_build(index)
    cache = VectorCache(index / VECTORS, str(manifest["encoder_fingerprint"]), int(manifest["dimension"]))
    owners = np.load(home / OWNERS_FILE, allow_pickle=False)
    firsts = np.searchsorted(owners, np.arange(passages))
    np.save(folder / "texts.npy", cache.take(np.load(home / KEYS_FILE, allow_pickle=False)[firsts]))
    store = PassageStore(home / FILE)
    with (folder / "texts.jsonl").open("w", encoding="utf-8") as out:
        for start in range(0, passages, _BLOCK):
            for passage in store.passages(range(start, min(start + _BLOCK, passages))):
                out.write(json.dumps(embedded_text(passage)) + "\n")
    store.close()


def run(system: str, folder: Path, queries: Sequence[str]) -> dict[str, Any]:
    """Return what a system took for a job: building, memory, disk, and p50, p95, p99 of the queries in milliseconds.

    Returns:
        With "failed" and the reason, where it did not come to an end.
    """
    (folder / "queries.jsonl").write_text("".join(json.dumps(query) + "\n" for query in queries), encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps({"k": K}), encoding="utf-8")
    shutil.rmtree(folder / "saved", ignore_errors=True)
    command = [sys.executable, str(Path(__file__).with_name("peers.py")), system, str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return {"failed": f"took more than {_SECONDS} seconds"}
    except subprocess.CalledProcessError as error:
        return {"failed": (error.stderr.strip().splitlines() or ["no message"])[-1][:200]}
    times = [1000 * json.loads(line)["seconds"] for line in (folder / "found.jsonl").read_text().splitlines()]
    shares = {f"p{share}": round(float(np.percentile(times, share)), 1) for share in (50, 95, 99)} if times else {}
    cost: dict[str, Any] = json.loads((folder / "cost.json").read_text(encoding="utf-8"))
    return {"queries": len(times), **cost, **shares}


def write_texts(folder: Path, texts: Sequence[str]) -> None:
    """Write a job whose vectors the system must make itself."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")


def emptied(folder: Path) -> Path:
    """Remove a folder and return its path."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
