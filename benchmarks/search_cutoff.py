"""From which score on a passage belongs into the list of the search tab: what each cut-off keeps and leaves out.

    python benchmarks/search_cutoff.py INDEX QUESTIONS...

INDEX is built from the documents that the questions are about. Kept: questions whose gold vraag scores at least that
much; empty: off-topic questions for which then nothing is listed but the nearest, marked as such.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from rag.retrieve import Retriever  # noqa: E402
from rag.ui.listing import MOST_FOUND  # noqa: E402

CUTS = np.arange(2.0, 4.3, 0.25)


def scores(retriever: Retriever, questions: Sequence[dict[str, object]]) -> tuple[list[float], list[float]]:
    """Return the best score of a gold vraag of each answerable question, and the best of each off-topic one."""
    gold, off = [], []
    for question in questions:
        if question["type"] not in ("answerable", "off_topic"):
            continue
        hits = retriever.find(str(question["q"]), MOST_FOUND).hits
        wanted = question.get("gold")
        if question["type"] == "off_topic":
            off.append(max((hit.score for hit in hits), default=0.0))
        elif isinstance(wanted, list):
            gold.append(max((hit.score for hit in hits if {hit.id, *hit.also} & set(wanted)), default=0.0))
    return gold, off


def main() -> int:
    """Print a table for each file of questions."""
    retriever = Retriever.open(Path(sys.argv[1]))
    for name in sys.argv[2:]:
        lines = Path(name).read_text(encoding="utf-8").splitlines()
        gold, off = scores(retriever, [json.loads(line) for line in lines])
        print(f"{name}: {len(gold)} answerable, {len(off)} off topic\n\n| from | kept | empty |\n|---|---|---|")
        for cut in CUTS:
            print(f"| {cut:.2f} | {np.mean(np.array(gold) >= cut):.3f} | {np.mean(np.array(off) < cut):.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
