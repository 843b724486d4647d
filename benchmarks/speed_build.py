"""Build one index in a process of its own and print, as one JSON object, what it took (`benchmarks/speed.py`).

    python benchmarks/speed_build.py first|more|real|recall INDEX DOCUMENTS

`first` builds from `DOCUMENTS/base.jsonl` with made-up vectors, unless that is the live build already; `more` adds
`DOCUMENTS/more.jsonl` to a copy of it (hard links), those embedded for real; `real` builds from a documents file with
the real encoder; `recall` compares what is found with exact float32.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from big_corpus import SyntheticEncoder  # noqa: E402
from peers import peak_mb  # noqa: E402

from embeddings.cache import VectorCache  # noqa: E402
from embeddings.dense import DenseIndex  # noqa: E402
from embeddings.encoder import Encoder, Vectors, normalise, open_encoder  # noqa: E402
from embeddings.folder import VECTORS, open_build  # noqa: E402
from rag.build import build_index  # noqa: E402
from rag.documents import read_changed, read_documents  # noqa: E402
from rag.earlier import KEYS_FILE, known_documents  # noqa: E402
from rag.records import Kamervraag, Vraag  # noqa: E402


class EmbedsForReal(SyntheticEncoder):
    """The same encoder by name, whose passages are embedded."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return real vectors, shape (len(texts), dimension)."""
        return self._encoder.encode_passages(texts)

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        """Return real vectors and token codes, shape (len(texts), width)."""
        return self._encoder.encode_rows(texts)


def first(index: Path, documents: Path) -> dict[str, Any]:
    """Build, or take the figures of the time when it was built whole, where they are known."""
    kept = index.with_name(f"{index.name}.json")
    encoder = SyntheticEncoder(open_encoder())
    start = time.perf_counter()
    report = build_index(read_changed(documents / "base.jsonl", known_documents(index)), index, encoder)
    seconds = time.perf_counter() - start
    whole = report.reused < report.passages / 2
    if whole or not kept.exists():
        facts = {"seconds": round(seconds, 1), "peak_mb": round(peak_mb())} if whole else {}
        room_taken = room(index, documents / "base.jsonl")
        kept.write_text(json.dumps({**facts, "passages": report.passages, "bytes": room_taken}), encoding="utf-8")
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return figures


def room(index: Path, documents: Path) -> dict[str, float]:
    """Return bytes a passage: of the texts (titles once a document), and of every part of the index."""
    text = passages = 0
    for document in read_documents(documents):
        text += len(document.title.encode())
        for vraag in document.vragen:
            text += len(f"{vraag.question or ''}{vraag.answer or ''}".encode())
            passages += 1
    home, _ = open_build(index)
    sizes = {path.relative_to(home).as_posix(): path.stat().st_size for path in home.rglob("*") if path.is_file()}
    parts = {
        "vectors": sum(size for name, size in sizes.items() if name.endswith(".faiss")),
        "words": sum(size for name, size in sizes.items() if name.startswith("lexical")),
        "store, without the texts": sizes["passages.sqlite"] - text,
        "kept vectors": sum(path.stat().st_size for path in (index / VECTORS).rglob("*.npy")),
    }
    parts["others"] = sum(sizes.values()) - sum(parts.values()) + parts["kept vectors"] - text
    return {name: round(size / passages, 1) for name, size in {"text": text, **parts}.items()}


def more(index: Path, documents: Path) -> dict[str, Any]:
    """Add ten documents to a copy, and remove the copy."""
    copy = index.with_name(f"{index.name}-more")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(index, copy, copy_function=os.link)
    encoder = EmbedsForReal(open_encoder())
    encoder.encode_passages(["warm"])
    start, used = time.perf_counter(), time.process_time()
    report = build_index(read_changed(documents, known_documents(copy)), copy, encoder)
    seconds = time.perf_counter() - start
    shutil.rmtree(copy)
    return {
        "seconds": round(seconds, 1),
        "processor_s": round(time.process_time() - used, 1),
        "embedded": report.embedded,
        "peak_mb": round(peak_mb()),
    }


def real(index: Path, documents: Path) -> dict[str, Any]:
    """Build with the real encoder, in an index that has what does not depend on the documents."""
    encoder: Encoder = open_encoder()
    build_index([Kamervraag("warm", (Vraag("1", "Is dit een begin?"),))], index, encoder)
    before, start = peak_mb(), time.perf_counter()
    report = build_index(read_documents(documents), index, encoder)
    seconds = time.perf_counter() - start
    disk = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    return {
        "seconds": round(seconds, 1),
        "peak_mb": round(peak_mb()),
        "before_mb": round(before),
        "passages": report.passages,
        "disk": disk,
    }


def recall(index: Path, documents: Path, queries: int = 100) -> dict[str, Any]:
    """Return recall@10 against exact float32, over all and under filters of two shares; the documents are not read."""
    home, manifest = open_build(index)
    dense = DenseIndex.open(home)
    cache = VectorCache(index / VECTORS, str(manifest["encoder_fingerprint"]), int(manifest["dimension"]))
    exact = faiss.IndexFlatIP(int(manifest["dimension"]))
    keys = np.load(home / KEYS_FILE, allow_pickle=False)
    for start in range(0, len(keys), 1 << 16):
        exact.add(normalise(cache.take(keys[start : start + (1 << 16)]).astype(np.float32) - dense.means[1]))
    noise = np.random.default_rng(3)
    near = exact.reconstruct_batch(noise.integers(0, len(keys), queries))
    asked = normalise(near + noise.standard_normal(near.shape, np.float32) * 0.04)
    found: dict[str, float] = {}
    for name, share in (("all", 1.0), ("10 %", 0.1), ("0.5 %", 0.005)):
        rows = np.flatnonzero(noise.random(len(keys)) < share) if share < 1 else None
        allowed = None if rows is None else np.unique(dense.owners[rows])
        selector = None if allowed is None else faiss.IDSelectorBatch(np.flatnonzero(np.isin(dense.owners, allowed)))
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        windows = exact.search(asked, 40, params=parameters)[1]
        hits = []
        for query, near_ones in zip(asked, windows, strict=True):
            best = list(dict.fromkeys(dense.owners[near_ones[near_ones >= 0]].tolist()))[:10]
            hits.append(len({row for row, _ in dense.search(query, 10, allowed)} & set(best)) / len(best))
        found[name] = round(float(np.mean(hits)), 4)
    return found


WAYS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    function.__name__: function for function in (first, more, real, recall)
}

if __name__ == "__main__":
    print(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
