"""Score an assistant on written questions: retrieval, facts in the answer, refusals; per type and language.

Measures are those of `ir_measures` (nDCG@10, R@k, RR@10; Järvelin & Kekäläinen 2002 for nDCG). A gold passage that
was folded into a hit (`also`) counts as found at that hit's place.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np

from rag.answer import Assistant
from rag.conversation import read_question
from rag.errors import DocumentsError
from rag.records import Answer, Hit
from rag.signals import language_of

TYPES = ("answerable", "off_topic", "near_miss", "follow_up")
_MEASURES = {
    "ndcg@10": ir_measures.nDCG @ 10,
    "recall@1": ir_measures.R @ 1,
    "recall@5": ir_measures.R @ 5,
    "recall@10": ir_measures.R @ 10,
    "mrr@10": ir_measures.RR @ 10,
}
_RESAMPLES, _SEED = 1000, 20991231
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A written question.

    Attributes:
        question: The (last) question.
        earlier: The turns before it.
        type: One of `TYPES`.
        language: "nl" or "en".
        gold: Ids of the passages that answer it; empty where none does.
        facts: Literal pieces of text that a right answer contains.
    """

    question: str
    type: str = "answerable"
    language: str = "nl"
    earlier: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the assistant made of a case: the hits, and the answer unless only retrieval was asked for."""

    case: Case
    hits: tuple[Hit, ...]
    answer: Answer | None


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a JSONL file.

    A case is an object with "q", its question, or "turns", of which the last is the question, or both: then "turns"
    are the turns before it, whether or not the question stands behind them. Without "lang" the words of the question
    tell its language.

    Raises:
        DocumentsError: The file is missing, empty or malformed; the message has the line number.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentsError(f"{path} cannot be read as UTF-8 text; name a JSONL file of questions.") from error
    cases = [_case(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise DocumentsError(f'{path} holds no questions; expected lines such as {{"q": "…", "gold": ["…/1"]}}.')
    return cases


def run_cases(
    assistant: Assistant, cases: Sequence[Case], *, retrieval_only: bool = False, progress: Progress | None = None
) -> list[Outcome]:
    """Ask every case and keep what came back."""
    outcomes = []
    for number, case in enumerate(cases, 1):
        if retrieval_only:
            reading = read_question(case.question, case.earlier, assistant.retriever)
            outcomes.append(Outcome(case, reading.found.hits, None))
        else:
            answer = assistant.ask(case.question, turns=case.earlier)
            outcomes.append(Outcome(case, answer.found, answer))
        if progress is not None:
            progress(number, len(cases))
    return outcomes


def evaluate(
    assistant: Assistant, cases: Sequence[Case], *, retrieval_only: bool = False, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the report that `kamerwijzer evaluate --json` prints; rates are from 0 to 1."""
    start = time.monotonic()
    outcomes = run_cases(assistant, cases, retrieval_only=retrieval_only, progress=progress)
    by_type = {kind: _score([o for o in outcomes if o.case.type == kind], kind) for kind in TYPES}
    languages = sorted({case.language for case in cases})
    answerable = [outcome for outcome in outcomes if outcome.case.type == "answerable"]
    return {
        "n": len(cases),
        "by_type": {kind: score for kind, score in by_type.items() if score["n"]},
        "by_language": {
            language: _score([o for o in answerable if o.case.language == language], "answerable")
            for language in languages
            if any(o.case.language == language for o in answerable)
        },
        "build": assistant.retriever.build,
        "seconds": round(time.monotonic() - start, 2),
    }


def _score(outcomes: list[Outcome], kind: str) -> dict[str, Any]:
    columns: dict[str, list[float]] = {}
    if kind in ("answerable", "follow_up"):
        columns |= _retrieval(outcomes)
    answered = [outcome for outcome in outcomes if outcome.answer is not None]
    if answered:
        with_facts = [outcome for outcome in answered if outcome.case.facts]
        if with_facts and kind in ("answerable", "follow_up"):
            columns["fact_recall"] = [facts_found(outcome) for outcome in with_facts]
        columns["refused"] = [float(outcome.answer.refused) for outcome in answered if outcome.answer]
        columns["unsure"] = [float(outcome.answer.unsure) for outcome in answered if outcome.answer]
    score: dict[str, Any] = {"n": len(outcomes)}
    score |= {name: round(float(np.mean(column)), 4) for name, column in columns.items() if column}
    score["ci95"] = {name: _interval(column) for name, column in columns.items() if column}
    return score


def _retrieval(outcomes: list[Outcome]) -> dict[str, list[float]]:
    qrels, run = [], []
    for number, outcome in enumerate(outcomes):
        qrels += [ir_measures.Qrel(str(number), gold, 1) for gold in outcome.case.gold]
        ranked = list(_ranked(outcome))
        run += [ir_measures.ScoredDoc(str(number), name, float(-place)) for place, name in enumerate(ranked)]
    columns: dict[str, list[float]] = {}
    for name, measure in _MEASURES.items():
        found = {metric.query_id: metric.value for metric in ir_measures.iter_calc([measure], qrels, run)}
        columns[name] = [
            float(found.get(str(number), 0.0)) for number, outcome in enumerate(outcomes) if outcome.case.gold
        ]
    return columns


def _ranked(outcome: Outcome) -> Iterable[str]:
    """Yield passage ids best first; a hit stands under the gold id it is or has folded in."""
    seen: set[str] = set()
    for hit in outcome.hits[:10]:
        names = [gold for gold in outcome.case.gold if gold == hit.id or gold in hit.also] or [hit.id]
        for name in names:
            if name not in seen:
                seen.add(name)
                yield name


def facts_found(outcome: Outcome) -> float:
    """Return the share of the facts that stand in the sentences shown: not in a citation, nor in the vraag above it."""
    text = _folded(" ".join(sentence.text for sentence in outcome.answer.sentences) if outcome.answer else "")
    return sum(_folded(fact) in text for fact in outcome.case.facts) / len(outcome.case.facts)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _interval(column: list[float]) -> list[float]:
    """Return the 95 % interval of the mean by bootstrap (percentiles, 1,000 resamples, fixed seed)."""
    values = np.array(column)
    rows = np.random.default_rng(_SEED).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.percentile(values[rows].mean(axis=1), [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def _case(line: str, where: str) -> Case:
    """Return the case on a line.

    Raises:
        DocumentsError: The line is no question; the message has the place.
    """
    try:
        raw = json.loads(line)
        turns = [str(turn) for turn in raw.get("turns") or []]
        question = str(raw["q"] if raw.get("q") else turns[-1])
        case = Case(
            question=question,
            type=str(raw.get("type", "answerable")),
            language=str(raw.get("lang") or raw.get("language") or language_of(question)),
            earlier=tuple(turns[:-1] if turns[-1:] == [question] else turns),
            gold=tuple(map(str, raw.get("gold") or [])),
            facts=tuple(map(str, raw.get("facts") or [])),
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise DocumentsError(f'{where}: not a question; expected {{"q": "…", "gold": ["…/1"], …}}.') from error
    if case.type not in TYPES:
        raise DocumentsError(f"{where}: the type {case.type!r} is unknown; expected one of {', '.join(TYPES)}.")
    return case
