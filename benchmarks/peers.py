"""Search systems of others over the same texts and vectors, each in a process of its own (`quality.py`, `speed.py`).

    python benchmarks/peers.py plain|langchain|txtai JOB

A job is a folder with `texts.jsonl` and `queries.jsonl` (one JSON string a line), `texts.npy` and `queries.npy` (their
vectors), and `settings.json` (`{"k": …}`). For each query, a line of `found.jsonl` is written: the rows of the texts
found, best first, and the seconds it took. `cost.json` says what building took: seconds, memory, disk.

Where a file of vectors is left out, the default encoder makes them as sentence-transformers does by itself (float32,
batches of 32), and the seconds hold that too. It is all of Kamerwijzer that is imported, and only then: the peers run
with their own analyzers and defaults.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Find = Callable[[str], Sequence[int]]
Save = Callable[[Path], object]
Vectors = NDArray[np.float32]


class Job:
    """What is to be searched, for what."""

    def __init__(self, folder: Path) -> None:
        self.texts, self.queries = (_lines(folder / f"{name}.jsonl") for name in ("texts", "queries"))
        self.k = int(json.loads((folder / "settings.json").read_text(encoding="utf-8"))["k"])
        self._kept: dict[str, Vectors] = {path.stem: np.load(path, allow_pickle=False) for path in folder.glob("*.npy")}
        self._of_query = dict(zip(self.queries, self._kept.get("queries", ()), strict=False))

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - a SentenceTransformer, imported only here
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from embeddings.encoder import DEFAULT_ENCODER
        from embeddings.sentence_encoder import SentenceEncoder

        return SentenceEncoder.open(DEFAULT_ENCODER, half=False)._model

    def load(self) -> None:
        """Load the encoder, where it is wanted."""
        if len(self._kept) < 2:
            self.query("warm")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of some texts in their order, or of all."""
        if "texts" in self._kept and texts is self.texts:
            return self._kept["texts"].astype(np.float32)
        if "texts" in self._kept:
            return np.stack([self._kept["texts"][self._row[text]] for text in texts]).astype(np.float32)
        made: Vectors = self._model.encode(
            list(texts), prompt="passage: ", batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return made

    def query(self, text: str) -> Vectors:
        """Return the vector of a query, shape (dimension,)."""
        if text in self._of_query:
            known: Vectors = self._of_query[text]
            return known
        made: Vectors = self._model.encode([text], prompt="query: ", normalize_embeddings=True)[0]
        return made

    @cached_property
    def _row(self) -> dict[str, int]:
        return {text: row for row, text in enumerate(self.texts)}


def _lines(path: Path) -> list[str]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def plain(job: Job) -> tuple[Find, Save]:
    """Sentence-transformers and an exact FAISS index, as their first pages show them; no words, no texts."""
    import faiss

    vectors = job.passages(job.texts)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)

    def find(query: str) -> Sequence[int]:
        rows: list[int] = index.search(job.query(query)[None], job.k)[1][0].tolist()
        return rows

    return find, lambda folder: faiss.write_index(index, str(folder / "index.faiss"))


def langchain(job: Job) -> tuple[Find, Save]:
    """LangChain's EnsembleRetriever over its BM25Retriever (rank_bm25) and FAISS, 0.5 each, as LearningLion sets it."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    class Known(Embeddings):  # type: ignore[misc, unused-ignore]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(value) for value in vector] for vector in job.passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            return [float(value) for value in job.query(text)]

    rows = [{"row": row} for row in range(len(job.texts))]
    words = BM25Retriever.from_texts(job.texts, metadatas=rows)
    words.k = job.k
    pairs = zip(job.texts, (vector.tolist() for vector in job.passages(job.texts)), strict=True)
    store = FAISS.from_embeddings(pairs, Known(), metadatas=rows)
    dense = store.as_retriever(search_kwargs={"k": job.k})
    both = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5], id_key="row")

    def find(query: str) -> Sequence[int]:
        return [document.metadata["row"] for document in both.invoke(query)]

    return find, lambda folder: store.save_local(str(folder))


def txtai(job: Job) -> tuple[Find, Save]:
    """Search with txtai's hybrid index: its BM25 and FAISS, mixed as it does by default."""
    from txtai import Embeddings

    def vectors(wanted: Sequence[str]) -> Any:  # noqa: ANN401 - a plain array; the library has no types
        return np.stack([job.query(text) for text in wanted]) if built else job.passages(wanted)

    built = False
    index = Embeddings(method="external", transform=vectors, hybrid=True)
    index.index([(row, text, None) for row, text in enumerate(job.texts)])
    built = True
    return lambda query: [row for row, _ in index.search(query, job.k)], lambda folder: index.save(str(folder))


SYSTEMS: dict[str, Callable[[Job], tuple[Find, Save]]] = {"plain": plain, "langchain": langchain, "txtai": txtai}


def main(arguments: Sequence[str]) -> int:
    """Run one system over one job."""
    if len(arguments) != 2 or arguments[0] not in SYSTEMS:
        print(f"usage: peers.py {'|'.join(SYSTEMS)} JOB", file=sys.stderr)
        return 2
    folder = Path(arguments[1])
    job = Job(folder)
    job.load()
    before, start = peak_mb(), time.perf_counter()
    find, save = SYSTEMS[arguments[0]](job)
    cost = {"seconds": time.perf_counter() - start, "peak_mb": peak_mb(), "before_mb": before}
    with (folder / "found.jsonl").open("w", encoding="utf-8") as out:
        for query in job.queries:
            start = time.perf_counter()
            rows = [int(row) for row in find(query)][: job.k]
            out.write(json.dumps({"rows": rows, "seconds": time.perf_counter() - start}) + "\n")
    saved = folder / "saved"
    saved.mkdir(exist_ok=True)
    save(saved)
    cost["disk"] = sum(path.stat().st_size for path in saved.rglob("*") if path.is_file())
    (folder / "cost.json").write_text(json.dumps(cost), encoding="utf-8")
    return 0


def peak_mb() -> float:
    """Return the most memory that was resident in this process so far, MB (`getrusage` counts the parent's, too)."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
