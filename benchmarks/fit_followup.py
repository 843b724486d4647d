"""Fit the weights of `rag.followup` on written conversations, and say how well they do on sets left out.

    python benchmarks/fit_followup.py INDEX QUESTIONS.jsonl [INDEX QUESTIONS.jsonl …] [--short QUESTIONS.txt]

Of the questions those with turns count; where "change" or "new_subject" is set, or the kind is "new", the last has a
subject of its own.
`--short` is a file of short questions, one a line, each of which is asked behind two others, in every index. Prints
for each set the share read rightly and recall@5 of the last turn: as the program reads it, and by weights fitted on
the other sets, of which the start is raised as in the program. Writes nothing.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from rag.conversation import Search, read_question, searches_of
from rag.followup import features_of, follows
from rag.found import Found
from rag.retrieve import Retriever

_RAISED = 0.6
_ANOTHER = 17
"""How far in the file the second question stands behind which a short one is asked."""


@dataclass(frozen=True)
class Case:
    """A question behind another: set, whether it follows, whether it is read so, features, recall@5 either way."""

    group: str
    follows: bool
    read: bool
    features: dict[str, float]
    alone: float
    together: float


Turns = tuple[list[str], bool, list[str]]
"""Of a conversation the questions, whether the last follows, and its passages."""


def turns_in(questions: Path) -> Iterator[Turns]:
    """Yield the conversations of a file."""
    for line in questions.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["type"] == "follow_up":
            new = case.get("change") or case.get("new_subject") or case.get("kind") == "new"
            yield case["turns"], not new, case["gold"]


def short_turns(questions: Path) -> Iterator[Turns]:
    """Yield each short question behind the one before it in the file, and behind another."""
    lines = [line for line in questions.read_text(encoding="utf-8").splitlines() if line]
    for place, question in enumerate(lines):
        for other in (place - 1, (place + _ANOTHER) % len(lines)):
            yield [lines[other], question], False, []


def cases_of(name: str, retriever: Retriever, turns: Iterator[Turns]) -> list[Case]:
    """Search each last turn as the program does."""
    cases, search = [], Search(retriever)
    for (*earlier, former, question), is_follow_up, gold in turns:
        before, alone = read_question(former, earlier, retriever), search(question, wide=True)
        if not alone.hits:
            continue
        _, searches = searches_of(question, before, alone, search)
        recalls = [recall(side, gold) for side in (alone, searches.together)]
        group = f"{name}, {'follow-ups' if is_follow_up else 'new subjects'}"
        read, features = follows(question, searches, retriever), features_of(question, searches, retriever)
        cases.append(Case(group, is_follow_up, read, features, *recalls))
    return cases


def recall(found: Found, gold: list[str]) -> float:
    """Return recall@5; not a number where no passages are known."""
    shown = {name for hit in found.hits[:5] for name in (hit.id, *hit.also)}
    return len(shown & set(gold)) / len(gold) if gold else float("nan")


def fitted(cases: list[Case]) -> LogisticRegression:
    """Return the regression over features as they are, follow-ups and new subjects weighing the same."""
    features = np.array([list(case.features.values()) for case in cases])
    model = LogisticRegression(C=30, max_iter=5000, class_weight="balanced")
    return model.fit(features, [case.follows for case in cases])


def reads(model: LogisticRegression, case: Case) -> bool:
    """Whether a case is read as a follow-up by fitted weights."""
    return float(model.decision_function([list(case.features.values())])[0]) > -_RAISED


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--short", type=Path)
    arguments = parser.parse_args()
    cases: list[Case] = []
    for index, questions in zip(arguments.sets[::2], arguments.sets[1::2], strict=True):
        cases += cases_of(questions.stem, Retriever.open(index), turns_in(questions))
    for index in dict.fromkeys(arguments.sets[::2]) if arguments.short else []:
        cases += cases_of(f"short in {index.name}", Retriever.open(index), short_turns(arguments.short))
    for group in dict.fromkeys(case.group for case in cases):
        own = [case for case in cases if case.group == group]
        others = fitted([case for case in cases if case.group.split(",")[0] != group.split(",")[0]])
        print(
            f"{group:36} {len(own):4}",
            *[score(own, way) for way in ([c.read for c in own], [reads(others, c) for c in own])],
        )
    model = fitted(cases)
    for name, weight in zip(cases[0].features, model.coef_[0], strict=True):
        print(f'    "{name}": {weight:.2f},')
    print(f"start {float(model.intercept_[0]) + _RAISED:.2f}")


def score(cases: list[Case], read: list[bool]) -> str:
    """Return the share read rightly and recall@5 of the way that was read."""
    right = np.mean([way == case.follows for case, way in zip(cases, read, strict=True)])
    recalled = np.mean([case.together if way else case.alone for case, way in zip(cases, read, strict=True)])
    return f"{right:.3f} {recalled:.3f} |"


if __name__ == "__main__":
    main()
