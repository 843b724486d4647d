"""Fit the weights of `rag.support` on written questions, and say how well they do on a set of questions left out.

    python benchmarks/fit_support.py INDEX QUESTIONS.jsonl [INDEX QUESTIONS.jsonl …] [--refused 0.05]

Prints the weights (on raw signals), the threshold of the operating point (the share of answerable questions that may
be refused), and the shares refused of each set when the weights are fitted on the other sets. Writes nothing.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from rag.answer import Assistant
from rag.evaluate import TYPES, read_cases
from rag.offtopic import is_no_question
from rag.retrieve import Retriever
from rag.support import features_of


@dataclass(frozen=True)
class Asked:
    """A set of questions as the signals saw them: kinds, shape (n,), and features, shape (n, m), with their names."""

    name: str
    kinds: np.ndarray
    questions: list[str]
    features: np.ndarray
    names: list[str]

    @property
    def supported(self) -> np.ndarray:
        """Which questions have an answer in the corpus."""
        return np.isin(self.kinds, ("answerable", "follow_up"))


def ask(index: Path, questions: Path) -> Asked:
    """Ask every question that is one."""
    assistant = Assistant(Retriever.open(index))
    cases = [case for case in read_cases(questions) if not is_no_question(case.question)]
    rows = [features_of(assistant.ask(case.question, turns=case.earlier).signals) for case in cases]
    names = list(dict.fromkeys(name for row in rows for name in row))
    features = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    return Asked(questions.stem, np.array([case.type for case in cases]), [c.question for c in cases], features, names)


def fitted(sets: list[Asked]) -> Pipeline:
    """Return the model fitted on the sets together, each set weighing the same."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000))
    weights = np.concatenate([np.full(len(one.kinds), 1 / len(one.kinds)) for one in sets])
    features, supported = np.concatenate([one.features for one in sets]), np.concatenate([s.supported for s in sets])
    model.fit(features, supported, logisticregression__sample_weight=weights * len(features) / len(sets))
    return model


def report(label: str, model: Pipeline, one: Asked, refused: float, threshold: float | None = None) -> float:
    """Print the shares of each kind refused at the threshold (found on this very set where none is given)."""
    chances = model.predict_proba(one.features)[:, 1]
    own = float(np.quantile(chances[one.supported], refused))
    cut = own if threshold is None else threshold
    shares = {kind: round(float((chances[one.kinds == kind] < cut).mean()), 3) for kind in TYPES if kind in one.kinds}
    judged = one.supported | (one.kinds == "near_miss")
    area = roc_auc_score(one.supported[judged], chances[judged])
    print(f"{label:34} {one.name:18} at {cut:.3f} {shares} area against near misses {area:.3f}")
    return own


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--refused", type=float, default=0.05)
    parser.add_argument("--show", action="store_true", help="print the questions judged wrongly by weights not theirs")
    arguments = parser.parse_args()
    sets = [ask(*pair) for pair in zip(arguments.sets[::2], arguments.sets[1::2], strict=True)]
    for one in sets if len(sets) > 1 else []:
        model = fitted([other for other in sets if other is not one])
        cut = report("fitted on the others, own cut", model, one, arguments.refused)
        if arguments.show:
            chances = model.predict_proba(one.features)[:, 1]
            for place in np.flatnonzero((chances < cut) == one.supported):
                print(f"    {chances[place]:.2f} {one.kinds[place]:10} {one.questions[place]}", one.features[place])
    model = fitted(sets)
    chances = np.concatenate([model.predict_proba(one.features[one.supported])[:, 1] for one in sets])
    threshold = float(np.quantile(chances, arguments.refused))
    for one in sets:
        report("fitted on all, one cut", model, one, arguments.refused, threshold)
    scale, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scale.scale_
    for name, weight in zip(sets[0].names, weights, strict=True):
        print(f'    "{name}": {weight:.3f},')
    print(f"intercept {float(logistic.intercept_[0] - (weights * scale.mean_).sum()):.3f}, threshold {threshold:.3f}")


if __name__ == "__main__":
    main()
