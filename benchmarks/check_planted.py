"""Plant unsupported sentences and count how many the checker catches, and how many supported ones it wrongly marks.

    python benchmarks/check_planted.py SAMPLE_INDEX [INDEX …] [--each 25] [--show]

Each index gives as many planted sentences of every kind: a number, a negation or a name changed, and a sentence of
another passage. The same seed gives the same sentences. Supported are sentences taken word for word and paraphrases
over the sample, written by hand (benchmarks/data); these are planted in, too. The checker was made with
paraphrases.jsonl at hand; paraphrases_unseen.jsonl was written afterwards, and its kinds carry "unseen".
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.live import Folder, Opened
from rag.records import MEDEDELING, Passage
from rag.sentences import split_sentences
from rag.signals import is_english
from rag.verify import Checker

DATA = Path(__file__).with_name("data")
PARAPHRASES = {"": DATA / "paraphrases.jsonl", " unseen": DATA / "paraphrases_unseen.jsonl"}
_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: (?:(?:voor|van|de|en) )*[A-Z][\w-]+)*")
_VERB = re.compile(r"\b(?:is|zijn|wordt|worden|heeft|hebben|kan|kunnen|zal|zullen|moet|moeten|mag|mogen|was|waren)\b")
_NOT_A_NAME = re.compile(r"(?:Kamer|Kamervragen|Minister|Staatssecretaris|Tweede Kamer)$")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and what it cites.

    Attributes:
        kind: "number", "swapped", "negation", "name", "other", "nearest"; or "literal", "paraphrase", "translation".
        text: The sentence.
        cited: The passages.
        before: The sentence as it was, for the reader.
    """

    kind: str
    text: str
    cited: tuple[Passage, ...]
    before: str = ""


class Planter:
    """Makes unsupported sentences of supported ones."""

    def __init__(self, passages: Sequence[Passage], seed: int) -> None:
        self.passages = passages
        self.random = random.Random(seed)  # noqa: S311 - reproducible sentences, no secrets
        self.names = sorted({name for passage in passages for name in names_of(passage.answer or "")})

    def number(self, text: str, passage: Passage) -> str | None:
        """Change one figure into another of the same form that the passage does not have."""
        figures = [match for match in _FIGURE.finditer(text) if not _inside_day(match, text)]
        if not figures:
            return None
        match = self.random.choice(figures)
        for _ in range(20):
            changed = re.sub(r"\d", lambda _: str(self.random.randint(1, 9)), match[0])
            if changed not in _whole(passage):
                return text[: match.start()] + changed + text[match.end() :]
        return None

    def swapped(self, text: str, passage: Passage) -> str | None:
        """Change one figure into another of the same passage."""
        figures = list(_FIGURE.finditer(text))
        ours = {match[0] for match in figures}
        others = sorted({match[0] for match in _FIGURE.finditer(passage.answer or "")} - ours)
        if not figures or not others:
            return None
        match = self.random.choice(figures)
        return text[: match.start()] + self.random.choice(others) + text[match.end() :]

    def negation(self, text: str, passage: Passage) -> str | None:
        """Leave a negation out, or put one in."""
        if match := re.search(r"\b(?:niet (?!alleen)|[Gg]een )", text):
            word = "een " if match[0].strip().lower() == "geen" else ""
            return text[: match.start()] + word + text[match.end() :]
        verb = _VERB.search(text)
        if not verb:
            return None
        return f"{text[: verb.end()]} niet{text[verb.end() :]}"

    def name(self, text: str, passage: Passage) -> str | None:
        """Change a name into one of another passage."""
        names = names_of(text)
        others = [name for name in self.names if not set(name.split()) & set(re.findall(r"[\w-]+", _whole(passage)))]
        if not names or not others:
            return None
        return text.replace(self.random.choice(names), self.random.choice(others), 1)


def names_of(text: str) -> list[str]:
    """Return the capitalised words inside the sentences of a text."""
    return [name for name in _NAME.findall(text) if not _NOT_A_NAME.match(name)]


def _inside_day(match: "re.Match[str]", text: str) -> bool:
    return bool(re.match(r"-\d", text[match.end() :]))


def _whole(passage: Passage) -> str:
    people = " ".join(f"{person.name} {person.role}" for person in (*passage.askers, *passage.answerers))
    return f"{passage.title} {passage.question} {passage.answer} {people} {passage.asked} {passage.answered}"


def planted(opened: Opened, passages: Sequence[Passage], each: int, seed: int) -> Iterator[Case]:
    """Yield the planted sentences of a corpus, and as many literal ones."""
    planter = Planter(passages, seed)
    sentences = [
        (text, passage) for passage in passages for text in split_sentences(passage.answer or "") if len(text) > 25
    ]
    planter.random.shuffle(sentences)
    kinds = {"number": planter.number, "swapped": planter.swapped, "negation": planter.negation, "name": planter.name}
    for kind, plant in kinds.items():
        yield from _planted(kind, plant, sentences, each)
    whole = np.array([opened.encoder.encode_passages([text for text, _ in sentences[: 2 * each]])])[0]
    vectors = opened.dense.centre_passage(whole)
    rows = {opened.store.row(passage.id): passage for passage in passages}
    for place, (text, passage) in enumerate(sentences[: 2 * each]):
        if place < each:
            other = planter.random.choice(passages)
        else:
            near = [row for row, _ in opened.dense.search(vectors[place], 10)]
            other = next(rows[row] for row in near if row in rows and text not in (rows[row].answer or ""))
        if text not in (other.answer or ""):
            yield Case("other" if place < each else "nearest", text, (other,), passage.answer or "")
    for text, passage in sentences[: 4 * each]:
        yield Case("literal", text, (passage,))


def _planted(
    kind: str, plant: Callable[[str, Passage], str | None], sentences: Sequence[tuple[str, Passage]], each: int
) -> Iterator[Case]:
    made = 0
    for text, passage in sentences:
        changed = plant(text, passage)
        if changed and changed != text and made < each:
            made += 1
            yield Case(kind, changed, (passage,), text)


def paraphrased(passages: Sequence[Passage], seed: int) -> Iterator[Case]:
    """Yield the paraphrases, and each once more with a number, a negation or a name changed."""
    by_id = {passage.id: passage for passage in passages}
    planter = Planter(passages, seed)
    for suffix, path in PARAPHRASES.items():
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text, cited = row["text"], tuple(by_id[name] for name in row["cites"])
            english = is_english(text)
            yield Case(f"{'translation' if english else 'paraphrase'}{suffix}", text, cited)
            for kind, plant in (("number", planter.number), ("negation", planter.negation), ("name", planter.name)):
                changed = plant(text, cited[0])
                if changed and not (english and kind == "negation"):
                    yield Case(f"{kind} in a paraphrase{suffix}", changed, cited, text)


SUPPORTED = ("literal", *(kind + suffix for kind in ("paraphrase", "translation") for suffix in PARAPHRASES))


def main() -> None:
    """Print, for every kind, how many the checker marks as unsupported."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indexes", nargs="+", type=Path)
    parser.add_argument("--each", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what the checker gets wrong")
    arguments = parser.parse_args()
    marked: dict[str, list[bool]] = {}
    for number, index in enumerate(arguments.indexes):
        opened = Folder(Path(index)).open()
        passages = answered_passages(opened)
        cases = list(planted(opened, passages, arguments.each, arguments.seed))
        if number == 0:
            cases += paraphrased(passages, arguments.seed)
        checker = Checker(opened.encoder, opened.dense, opened.lexical)
        for case in cases:
            verdict = checker.check(case.text, case.cited)
            marked.setdefault(case.kind, []).append(not verdict.supported)
            if arguments.show and verdict.supported != (case.kind in SUPPORTED):
                print(f"{case.kind:24} {verdict}\n    {case.text}\n    [{case.before[:300]}]")
    totals: dict[str, list[bool]] = {"all planted": [], "all supported": []}
    for kind, found in marked.items():
        totals["all supported" if kind in SUPPORTED else "all planted"] += found
    for kind, found in (marked | totals).items():
        print(f"{kind:34} {sum(found):4} of {len(found):4} marked ({sum(found) / len(found):.1%})")


def answered_passages(opened: Opened) -> list[Passage]:
    """Return the passages with an antwoord, in the order of the index."""
    passages = opened.store.passages(list(range(opened.store.count)))
    return [passage for passage in passages if passage.answer and not passage.number.startswith(MEDEDELING)]


if __name__ == "__main__":
    main()
