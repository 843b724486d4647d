"""Retrieval and answers side by side in one run; writes the tables of benchmarks/RESULTS.md (`make bench-quality`).

    python benchmarks/quality.py [--data ../shared/data] [--sample N]

Sets: user questions and colloquial ones (`benchmarks/data/questions_b.jsonl`; the encoder has seen neither) over pairs
of vraag and antwoord, and exact vragen over antwoorden alone. Each system
gives its ten best for the same texts; an encoder embeds each text once and the vectors are kept in `--cache`, so a
second run is quick. Every row is in the file as soon as it is measured; a system that fails is a row that says why.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate, nDCG
from systems import (
    CachedEncoder,
    Corpus,
    K,
    PeerError,
    Run,
    english_encoder,
    folded,
    ours,
    plain_bm25,
    plain_dense,
    run_peer,
    run_search,
)

from embeddings.encoder import BASE_ENCODER, DEFAULT_ENCODER, open_encoder
from embeddings.lexical import stems
from rag.answer import Assistant
from rag.documents import read_documents
from rag.evaluate import Case, evaluate, read_cases
from rag.passages import passages_of
from rag.retrieve import Retriever

HERE = Path(__file__).parent
MEASURES = (nDCG @ K, R @ 1, R @ 5, R @ K, RR @ K)
SEEN = "The default encoder was fitted on pairs of about half of this set; docs/encoder.md has the unseen half."
_BEGIN, _END = "<!-- quality -->", "<!-- /quality -->"
Answer = Callable[[], Run]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions with a corpus; `note` is printed below its table."""

    title: str
    cases: Sequence[Case]
    corpus: Corpus
    note: str = ""


class Report:
    """The tables so far, written into a Markdown file between two marks after every line."""

    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self._path = path
        self._lines = list(head)

    def add(self, *lines: str) -> None:
        """Add lines, print them, and write the file."""
        print(*lines, sep="\n", flush=True)
        self._lines += lines
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else f"# Results\n\n{_BEGIN}\n{_END}\n"
        if _BEGIN not in text:
            text = f"{text.rstrip()}\n\n{_BEGIN}\n{_END}\n"
        before, rest = text.split(_BEGIN, 1)
        after = rest.split(_END, 1)[1]
        body = "\n".join(self._lines).strip()
        self._path.write_text(f"{before}{_BEGIN}\n{body}\n{_END}{after}", encoding="utf-8")


def row(name: str, answer: Answer, cases: Sequence[Case]) -> str:
    """Return a line of the table, with the median milliseconds a query; of a system that fails, why."""
    try:
        run = answer()
    except PeerError as error:
        return f"| {name} | failed: {str(error).replace('|', '/')} |" + " |" * len(MEASURES)
    scored = [
        ScoredDoc(str(number), id_, float(-place))
        for number, found in enumerate(run.found)
        for place, id_ in enumerate(found)
    ]
    qrels = [Qrel(str(number), gold, 1) for number, case in enumerate(cases) for gold in case.gold]
    scores = calc_aggregate(MEASURES, qrels, scored)
    figures = " | ".join(f"{scores[measure]:.3f}" for measure in MEASURES)
    return f"| {name} | {figures} | {1000 * float(np.median(run.seconds)):.0f} |"


class Bench:
    """One run: its encoders, and where things are."""

    def __init__(self, options: argparse.Namespace, folder: Path, report: Report) -> None:
        cache: Path = options.cache
        self.encoders = {name: CachedEncoder(open_encoder(name), cache) for name in options.encoders}
        self.base = self.encoders[options.encoders[-1]]
        self.folder, self.report = folder, report
        self.python: Path = options.peers
        self._retrievers: dict[tuple[str, str], Retriever] = {}
        self._runs: dict[tuple[str, str, str], Run | PeerError] = {}
        self.english: CachedEncoder | None = None
        try:
            chosen = open_encoder(options.english) if options.english else english_encoder(cache)
            self.english = CachedEncoder(chosen, cache)
        except PeerError as error:
            self.no_english = str(error)

    def table(self, set_: QuestionSet) -> None:
        """Measure every system on one set."""
        head = "| system | nDCG@10 | R@1 | R@5 | R@10 | RR@10 | ms |"
        self.report.add(f"### {set_.title}", "", head, "|---|---|---|---|---|---|---|")
        for name, answer in self._systems(set_):
            self.report.add(row(name, answer, set_.cases))
            self.flush()
        self.report.add("", *([set_.note, ""] if set_.note else []))

    def _systems(self, set_: QuestionSet) -> list[tuple[str, Answer]]:
        corpus, questions = set_.corpus, [case.question for case in set_.cases]
        gold = {case.question: set(case.gold) for case in set_.cases}
        base = self.base
        for encoder in self.encoders.values():
            encoder.encode_queries(questions)
            for question in questions:
                encoder.encode_question(question)

        def mine(encoder: CachedEncoder) -> Answer:
            return lambda: run_search(folded(self._mine(corpus, encoder), gold), questions)

        def peer(system: str, encoder: CachedEncoder) -> Answer:
            return lambda: self._peers(system, encoder, corpus).only(questions)

        def english() -> Run:
            if self.english is None:
                raise PeerError(self.no_english)
            return self._peers("langchain", self.english, corpus).only(questions)

        return [
            *((f"Kamerwijzer, {name}", mine(encoder)) for name, encoder in self.encoders.items()),
            (
                f"sentence-transformers + FAISS, {base.name}",
                lambda: run_search(plain_dense(corpus, base), questions),
            ),
            ("bm25s, words", lambda: run_search(plain_bm25(corpus, lambda text: text.lower().split()), questions)),
            ("bm25s, Dutch stems and stop words", lambda: run_search(plain_bm25(corpus, stems), questions)),
            (f"LangChain EnsembleRetriever, {base.name}", peer("langchain", base)),
            ("LangChain EnsembleRetriever, all-MiniLM-L6-v2 (English)", english),
            (f"txtai hybrid, {base.name}", peer("txtai", base)),
        ]

    def _mine(self, corpus: Corpus, encoder: CachedEncoder) -> Retriever:
        """Return ours over a corpus, built once."""
        key = (corpus.title, encoder.name)
        if key not in self._retrievers:
            self._retrievers[key] = ours(corpus, encoder, self.folder / "-".join(key))
        return self._retrievers[key]

    def _peers(self, system: str, encoder: CachedEncoder, corpus: Corpus) -> Run:
        """Return what a peer finds for all questions asked over a corpus, run once; a failure stays one."""
        key = (system, encoder.name, corpus.title)
        if key not in self._runs:
            try:
                self._runs[key] = run_peer(system, corpus, encoder, self.folder / "job", self.python)
            except PeerError as error:
                self._runs[key] = error
        run = self._runs[key]
        if isinstance(run, PeerError):
            raise run
        return run

    def answers(self, corpus: Corpus, cases: Sequence[Case]) -> None:
        """Measure answers and refusals with the first encoder."""
        encoder = next(iter(self.encoders.values()))
        report = evaluate(Assistant(self._mine(corpus, encoder)), cases)
        head = "| questions | n | fact recall | refused | answered with the remark that it is unsure |"
        self.report.add("### Answers and refusals, Kamerwijzer", "", head, "|---|---|---|---|---|")
        for name, score in {**report["by_type"], **report["by_language"]}.items():
            low, high = score["ci95"]["refused"]
            fact = score.get("fact_recall", "–")
            self.report.add(
                f"| {name} | {score['n']} | {fact} | {score['refused']} ({low}–{high}) | {score['unsure']} |"
            )
        self.report.add("")
        self.flush()

    def flush(self) -> None:
        """Keep the vectors made so far."""
        for encoder in (*self.encoders.values(), *([self.english] if self.english else [])):
            encoder.flush()


def corpus_for(path: Path, cases: Sequence[Case], sample: int | None, also: Sequence[Case] = ()) -> Corpus:
    """Return all documents of a file; for a sample those with gold passages and five others for each question.

    The cases are the questions asked over it; those in `also` only have their gold passages kept.
    """
    documents = list(read_documents(path))
    if sample is not None:
        gold = {id_ for case in (*cases, *also) for id_ in case.gold}
        wanted = {d.id for d in documents if any(p.id in gold for p in passages_of(d))}
        others = [document.id for document in documents if document.id not in wanted]
        wanted |= set(others[: 5 * sample])
        documents = [document for document in documents if document.id in wanted]
    return Corpus(path.stem, documents, list(dict.fromkeys(case.question for case in cases)))


def spread(cases: Sequence[Case], most: int | None) -> list[Case]:
    """Return at most so many cases, evenly from the whole."""
    if most is None or len(cases) <= most:
        return list(cases)
    return [cases[place * len(cases) // most] for place in range(most)]


def question_sets(data: Path, more: Path, sample: int | None) -> tuple[list[QuestionSet], list[Case]]:
    """Return the sets that there are, and the written questions of all types over the first one's corpus."""
    written = read_cases(data / "questions" / "dev_questions.jsonl")
    groups = {"User questions": written}
    if more.exists():
        groups["Colloquial questions"] = read_cases(more)
    parts = [
        (f"{title}, {language}", spread(cases, sample))
        for title, group in groups.items()
        for language in ("nl", "en")
        if (cases := [case for case in group if case.type == "answerable" and case.language == language])
    ]
    some = spread(written, sample)
    asked = [case for _, cases in parts for case in cases]
    pairs = corpus_for(data / "pairs" / "dev_pairs.jsonl", asked, sample, some)
    sets = [QuestionSet(f"{title} ({len(cases)}; {len(pairs.ids):,} passages)", cases, pairs) for title, cases in parts]
    exact = spread(read_cases(data / "pairs" / "dev_question_to_answer.jsonl"), sample)
    alone = corpus_for(data / "pairs" / "answers.jsonl", exact, sample)
    sets.append(
        QuestionSet(f"Exact vraag → antwoord ({len(exact)}; {len(alone.ids):,} antwoorden)", exact, alone, SEEN)
    )
    return sets, some


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument(
        "--questions", type=Path, default=HERE / "data" / "questions_b.jsonl", help="further ones over the same pairs"
    )
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="where vectors are kept")
    parser.add_argument("--results", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--sample", type=int, metavar="N", help="N questions a set over a small corpus, to try it out")
    parser.add_argument("--encoders", nargs="+", default=[DEFAULT_ENCODER, BASE_ENCODER], metavar="NAME")
    parser.add_argument("--english", metavar="NAME", help="encoder for the English row (default: the package's MiniLM)")
    parser.add_argument("--peers", type=Path, default=sys.executable, metavar="PYTHON", help="that has the peers")
    return parser.parse_args()


def main() -> int:
    """Run and write."""
    options = parse()
    if not options.data.exists():
        print(f"{options.data} is absent: the benchmark needs its documents and questions; give --data.")
        return 1
    machine = f"{date.today()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    sets, written = question_sets(options.data, options.questions, options.sample)
    head = ["## Quality (`make bench-quality`)", "", f"{machine}, two cores. ms: median a query, without the encoder."]
    report = Report(options.results, head)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder), report)
        some = [case.question for case in sets[0].cases[:20]]
        times = ", ".join(f"{name} {encoder.milliseconds(some):.0f}" for name, encoder in bench.encoders.items())
        report.add(f"Embedding a question takes (ms): {times}. Every system gives its {K} best.", "")
        for set_ in sets[:-1]:
            bench.table(set_)
        bench.answers(sets[0].corpus, written)
        bench.table(sets[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
