"""Retrieval and answers side by side in one run; writes the tables of benchmarks/RESULTS.md (`make bench`).

    python benchmarks/quality.py [--data ../shared/data]

Two sets: colloquial user questions over pairs of vraag and antwoord, and exact vragen over antwoorden alone. On the
second the default encoder has seen the pairs in training (docs/encoder.md has the figures for unseen ones), so there
the encoder without adapter is what compares.
"""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import bm25s
import faiss
import numpy as np
from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate, nDCG

from embeddings.encoder import BASE_ENCODER, DEFAULT_ENCODER, Encoder, open_encoder
from embeddings.lexical import stems
from rag.answer import Assistant
from rag.build import build_index
from rag.documents import read_documents
from rag.evaluate import Case, evaluate, read_cases
from rag.passages import embedded_text, passages_of
from rag.retrieve import Retriever

MEASURES = (nDCG @ 10, R @ 1, R @ 5, R @ 10, RR @ 10)
Search = Callable[[str], Sequence[str]]


class Corpus:
    """Passage ids and texts of a documents file."""

    def __init__(self, path: Path) -> None:
        passages = [passage for document in read_documents(path) for passage in passages_of(document)]
        self.path = path
        self.ids = [passage.id for passage in passages]
        self.texts = [embedded_text(passage) for passage in passages]


def ours(corpus: Corpus, encoder: Encoder, folder: Path) -> Retriever:
    """Build an index and open it."""
    build_index(read_documents(corpus.path), folder, encoder)
    return Retriever.open(folder)


def plain_dense(corpus: Corpus, encoder: Encoder) -> Search:
    """Sentence-transformers and FAISS as their first pages show them: no centring, no windows."""
    index = faiss.IndexFlatIP(encoder.dimension)
    index.add(encoder.encode_passages(corpus.texts))

    def search(query: str) -> list[str]:
        _, rows = index.search(encoder.encode_queries([query]), 10)
        return [corpus.ids[row] for row in rows[0]]

    return search


def plain_bm25(corpus: Corpus, split: Callable[[str], list[str]]) -> Search:
    """Return bm25s over the terms that `split` gives."""
    bm25 = bm25s.BM25(method="lucene")
    bm25.index([split(text) or ["∅"] for text in corpus.texts], show_progress=False)

    def search(query: str) -> list[str]:
        known = [term for term in split(query) if term in bm25.vocab_dict]
        scores = bm25.get_scores(known) if known else np.zeros(len(corpus.ids))
        return [corpus.ids[row] for row in np.argsort(-scores, kind="stable")[:10]]

    return search


def folded(retriever: Retriever, gold: dict[str, set[str]]) -> Search:
    """Search ours; a hit stands under the gold id that is folded into it."""

    def search(query: str) -> list[str]:
        names = []
        for hit in retriever.search(query, 10):
            found = [name for name in (hit.id, *hit.also) if name in gold[query]]
            names.append(found[0] if found else hit.id)
        return list(dict.fromkeys(names))

    return search


def row(name: str, search: Search, cases: Sequence[Case]) -> str:
    """Return a line of the table, with the median milliseconds a query."""
    run, times = [], []
    for number, case in enumerate(cases):
        start = time.perf_counter()
        found = search(case.question)
        times.append(time.perf_counter() - start)
        run += [ScoredDoc(str(number), name_, float(-place)) for place, name_ in enumerate(found)]
    qrels = [Qrel(str(number), gold, 1) for number, case in enumerate(cases) for gold in case.gold]
    scores = calc_aggregate(MEASURES, qrels, run)
    figures = " | ".join(f"{scores[measure]:.3f}" for measure in MEASURES)
    line = f"| {name} | {figures} | {1000 * float(np.median(times)):.0f} |"
    print(line, flush=True)
    return line


def table(title: str, corpus: Corpus, cases: Sequence[Case], indexes: dict[str, Retriever]) -> list[str]:
    """Return the lines of one table."""
    print(title, flush=True)
    gold = {case.question: set(case.gold) for case in cases}
    lines = [
        f"### {title}",
        "",
        "| system | nDCG@10 | R@1 | R@5 | R@10 | RR@10 | ms |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [row(f"Kamerwijzer, {name}", folded(retriever, gold), cases) for name, retriever in indexes.items()]
    plain = plain_dense(corpus, indexes[BASE_ENCODER].encoder)
    lines.append(row(f"sentence-transformers + FAISS, {BASE_ENCODER}", plain, cases))
    lines.append(row("bm25s, words", plain_bm25(corpus, lambda text: text.lower().split()), cases))
    lines.append(row("bm25s, Dutch stems and stop words", plain_bm25(corpus, stems), cases))
    return [*lines, ""]


def answers(assistant: Assistant, cases: Sequence[Case]) -> list[str]:
    """Return the table of answers and refusals."""
    report = evaluate(assistant, cases)
    lines = [
        "### Answers and refusals, Kamerwijzer",
        "",
        "| questions | n | fact recall | refused |",
        "|---|---|---|---|",
    ]
    for name, score in {**report["by_type"], **report["by_language"]}.items():
        low, high = score["ci95"]["refused"]
        lines.append(f"| {name} | {score['n']} | {score.get('fact_recall', '–')} | {score['refused']} ({low}–{high}) |")
    return [*lines, ""]


def main() -> int:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    data: Path = parser.parse_args().data
    if not data.exists():
        print(f"{data} is absent: the benchmark needs its documents and questions; give --data.")
        return 1
    written = read_cases(data / "questions" / "dev_questions.jsonl")
    answerable = [case for case in written if case.type == "answerable"]
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        encoders = {name: open_encoder(name) for name in (DEFAULT_ENCODER, BASE_ENCODER)}
        pairs = Corpus(data / "pairs" / "dev_pairs.jsonl")
        indexes = {name: ours(pairs, encoder, Path(folder) / f"pairs-{name}") for name, encoder in encoders.items()}
        for language in ("nl", "en"):
            cases = [case for case in answerable if case.language == language]
            lines += table(
                f"User questions, {language} ({len(cases)}; {len(pairs.ids)} passages)", pairs, cases, indexes
            )
        lines += answers(Assistant(indexes[DEFAULT_ENCODER]), written)
        exact = read_cases(data / "pairs" / "dev_question_to_answer.jsonl")
        alone = Corpus(data / "pairs" / "answers.jsonl")
        base = {BASE_ENCODER: ours(alone, encoders[BASE_ENCODER], Path(folder) / "answers")}
        lines += table(f"Exact vraag → antwoord ({len(exact)}; {len(alone.ids)} passages)", alone, exact, base)
    _write(lines)
    return 0


def _write(lines: list[str]) -> None:
    path = Path(__file__).with_name("RESULTS.md")
    machine = f"{date.today()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}, shared"
    head = [
        "# Results",
        "",
        "## Quality (`make bench`)",
        "",
        f"{machine} machine of two cores. ms: median a query.",
        "",
    ]
    path.write_text("\n".join([*head, *lines]), encoding="utf-8")
    print(json.dumps({"written": str(path)}))


if __name__ == "__main__":
    sys.exit(main())
