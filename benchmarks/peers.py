"""Search systems of others over the same texts and vectors, each in a process of its own (`benchmarks/quality.py`).

    python benchmarks/peers.py langchain|txtai JOB

A job is a folder with `texts.jsonl` and `queries.jsonl` (one JSON string a line), `texts.npy` and `queries.npy` (their
vectors), and `settings.json` (`{"k": …}`). For each query, a line of `found.jsonl` is written: the rows of the texts
found, best first, and the seconds it took. Vectors are looked up, not made, so the seconds are without the encoder.
Nothing of Kamerwijzer is imported: the peers run with their own analyzers and defaults.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Find = Callable[[str], Sequence[int]]
Vectors = NDArray[np.float32]


class Job:
    """What is to be searched, for what."""

    def __init__(self, folder: Path) -> None:
        self.texts, self.queries = (_lines(folder / f"{name}.jsonl") for name in ("texts", "queries"))
        self.text_vectors: Vectors = np.load(folder / "texts.npy", allow_pickle=False)
        query_vectors: Vectors = np.load(folder / "queries.npy", allow_pickle=False)
        self.query_vectors = dict(zip(self.queries, query_vectors, strict=True))
        self.k = int(json.loads((folder / "settings.json").read_text(encoding="utf-8"))["k"])


def _lines(path: Path) -> list[str]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def langchain(job: Job) -> Find:
    """LangChain's EnsembleRetriever over its BM25Retriever (rank_bm25) and FAISS, 0.5 each, as LearningLion sets it."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    class Known(Embeddings):  # type: ignore[misc, unused-ignore]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise NotImplementedError("The texts come with their vectors.")

        def embed_query(self, text: str) -> list[float]:
            return [float(value) for value in job.query_vectors[text]]

    rows = [{"row": row} for row in range(len(job.texts))]
    words = BM25Retriever.from_texts(job.texts, metadatas=rows)
    words.k = job.k
    pairs = [(text, vector.tolist()) for text, vector in zip(job.texts, job.text_vectors, strict=True)]
    dense = FAISS.from_embeddings(pairs, Known(), metadatas=rows).as_retriever(search_kwargs={"k": job.k})
    both = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5], id_key="row")
    return lambda query: [document.metadata["row"] for document in both.invoke(query)]


def txtai(job: Job) -> Find:
    """Search with txtai's hybrid index: its BM25 and FAISS, mixed as it does by default."""
    from txtai import Embeddings

    texts = dict(zip(job.texts, job.text_vectors, strict=True))

    def vectors(wanted: Sequence[str]) -> Any:  # noqa: ANN401 - a plain array; the library has no types
        return np.stack([job.query_vectors[text] if text in job.query_vectors else texts[text] for text in wanted])

    index = Embeddings(method="external", transform=vectors, hybrid=True)
    index.index([(row, text, None) for row, text in enumerate(job.texts)])
    return lambda query: [row for row, _ in index.search(query, job.k)]


SYSTEMS: dict[str, Callable[[Job], Find]] = {"langchain": langchain, "txtai": txtai}


def main(arguments: Sequence[str]) -> int:
    """Run one system over one job."""
    if len(arguments) != 2 or arguments[0] not in SYSTEMS:
        print(f"usage: peers.py {'|'.join(SYSTEMS)} JOB", file=sys.stderr)
        return 2
    folder = Path(arguments[1])
    job = Job(folder)
    find = SYSTEMS[arguments[0]](job)
    with (folder / "found.jsonl").open("w", encoding="utf-8") as out:
        for query in job.queries:
            start = time.perf_counter()
            rows = [int(row) for row in find(query)][: job.k]
            out.write(json.dumps({"rows": rows, "seconds": time.perf_counter() - start}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
