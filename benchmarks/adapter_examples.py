"""What the adapter of the encoder learns from: antwoorden with their questions, and the steps they are seen in."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag.documents import read_documents
from rag.evaluate import read_cases
from rag.passages import passages_of


@dataclass
class Entry:
    """An antwoord with all that may be asked of it, and what it does not answer though it comes near."""

    answer: str
    vraag: str | None = None
    questions: list[str] = field(default_factory=list)
    near_misses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Examples:
    """What is learnt from: antwoorden with their questions, and questions that none answers."""

    entries: list[Entry]
    near_misses: list[str]

    def at(self, rows: Sequence[int]) -> list[Entry]:
        """Return some entries."""
        return [self.entries[row] for row in rows]


Sources = Sequence[tuple[Path, Path]]
"""Files of questions, each with the documents it is about."""


def read_examples(pairs: Sequence[Path], questions: Sources, vragen: Sources) -> Examples:
    """Read everything; an antwoord of fewer than 40 characters, or one that nothing is asked of, is left out."""
    entries: dict[str, Entry] = {}
    near_misses: list[str] = []
    for path in [*pairs, *(documents for _, documents in (*questions, *vragen))]:
        for document in read_documents(path):
            for passage in passages_of(document):
                if passage.answer and len(passage.answer) > 40:
                    entries.setdefault(passage.id, Entry(passage.answer, passage.question or None))
    for case in (case for path, _ in questions for case in read_cases(path)):
        entry = entries.get(case.gold[0]) if case.gold else None
        if case.type == "answerable" and entry:
            entry.questions.append(case.question)
        elif case.type == "near_miss":
            (entry.near_misses if entry else near_misses).append(case.question)
    for case in (case for path, _ in vragen for case in read_cases(path)):
        if case.gold[0] in entries:
            entries[case.gold[0]].vraag = case.question
    return Examples([entry for entry in entries.values() if entry.vraag or entry.questions], near_misses)


@dataclass(frozen=True)
class Step:
    """Rows of the entries in a step, whether each shows its vraag, and rows of near misses."""

    rows: list[int]
    shown: list[bool]
    near_misses: list[int]


def steps_of(examples: Examples, near: np.ndarray, batch: int, draw: random.Random) -> Iterator[Step]:
    """Yield every entry once; every other step holds a random one with those nearest to it."""
    left = list(range(len(examples.entries)))
    draw.shuffle(left)
    misses = list(range(len(examples.near_misses)))
    draw.shuffle(misses)
    share = -(-len(misses) * batch // len(left))
    for count in range(len(left) // batch):
        rows = left[:batch]
        if count % 2:
            free = np.array(left)
            rows = free[np.argsort(-(near[free] @ near[left[0]]), kind="stable")[:batch]].tolist()
        taken = set(rows)
        left = [row for row in left if row not in taken]
        shown = [bool(entry.vraag and entry.questions and draw.random() < 0.5) for entry in examples.at(rows)]
        yield Step(rows, shown, misses[count * share : (count + 1) * share])
