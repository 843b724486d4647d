"""Fit the weights of `rag.support` on written questions, and say how well they do on questions left out.

    python benchmarks/fit_support.py INDEX QUESTIONS.jsonl [INDEX QUESTIONS.jsonl …]

Prints the weights (on raw signals), the threshold of the stated operating point (3 % of answerable questions
refused), and the shares refused under ten-fold cross-validation. Writes nothing.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rag.answer import Assistant
from rag.evaluate import TYPES, read_cases
from rag.offtopic import is_no_question
from rag.retrieve import Retriever
from rag.support import features_of

REFUSED = 0.03


def collect(index: Path, questions: Path) -> list[tuple[str, str, dict[str, float]]]:
    """Return type, question and features of every question that is one."""
    assistant = Assistant(Retriever.open(index))
    rows = []
    for case in read_cases(questions):
        if not is_no_question(case.question):
            answer = assistant.ask(case.question, turns=case.earlier)
            rows.append((case.type, case.question, features_of(answer.signals)))
    return rows


def main(arguments: list[str]) -> None:
    """Fit and print."""
    rows = [
        row
        for index, questions in zip(arguments[::2], arguments[1::2], strict=True)
        for row in collect(Path(index), Path(questions))
    ]
    names = list(rows[0][2])
    features = np.array([[features[name] for name in names] for _, _, features in rows])
    kinds = np.array([kind for kind, _, _ in rows])
    supported = np.isin(kinds, ("answerable", "follow_up"))
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced"))
    left_out = np.mean(
        [
            cross_val_predict(
                model,
                features,
                supported,
                cv=StratifiedKFold(10, shuffle=True, random_state=seed),
                method="predict_proba",
            )[:, 1]
            for seed in range(5)
        ],
        axis=0,
    )
    model.fit(features, supported)
    scale, weights = model[0], model[1].coef_[0] / model[0].scale_
    intercept = float(model[1].intercept_[0] - (weights * scale.mean_).sum())
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.3f},')
    print(f"intercept {intercept:.3f}")
    fitted = model.predict_proba(features)[:, 1]
    for label, chances in (("left out", left_out), ("fitted", fitted)):
        threshold = float(np.quantile(chances[supported], REFUSED))
        shares = {kind: round(float((chances[kinds == kind] < threshold).mean()), 3) for kind in TYPES}
        print(label, f"threshold {threshold:.3f}", shares)
    for (kind, question, features_), chance in sorted(zip(rows, left_out, strict=True), key=lambda pair: pair[1]):
        wrong = (chance < 0.4) == (kind in ("answerable", "follow_up"))
        if wrong:
            print(f"{chance:.2f} {kind:11} {question}", {name: round(value, 2) for name, value in features_.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
