"""Words as sparse vectors give the scores of the lexical index; where a sample stands for all, about its level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import embeddings.vocabulary
from embeddings.lexical import LexicalIndex
from embeddings.vocabulary import SAMPLE, Vocabulary, inner, passage_vector, sampled

TEXTS = [
    "De nachttrein rijdt niet, de nachttreinen staan stil.",
    "De minister van Waterwegen en Dijken versterkt de dijk bij Oudekolk.",
    "Dijkversterking kost 4,5 miljoen euro per kilometer dijk.",
    "Nee.",
    "",
]
words = st.lists(
    st.sampled_from("dijk dijken nachttrein dijkversterking minister miljoen kolk trein".split()), max_size=9
)


def vocabulary(texts: list[str]) -> tuple[LexicalIndex, Vocabulary]:
    lexical = LexicalIndex.build(texts)
    mean = float(lexical.postings.lengths.mean())
    return lexical, Vocabulary.of(lexical, [texts[row] for row in sampled(len(texts))], mean)


@given(st.lists(words.map(" ".join), min_size=1, max_size=12), words.map(" ".join))
def test_the_inner_product_is_the_score(texts: list[str], question: str) -> None:
    lexical, known = vocabulary([*texts, *TEXTS])
    asked = known.question_vector(question)
    mean = float(known.lengths[1])
    scores = [inner(asked, passage_vector(text, mean)) for text in [*texts, *TEXTS]]
    expected = lexical.scores(question)
    assert scores == pytest.approx(expected.tolist(), abs=1e-4)
    assert known.level(asked) == pytest.approx((float(expected.mean()), float(expected.std())), abs=1e-4)


@pytest.mark.parametrize("question", ["Wat kost de dijk?", "nachttrein zeppelin", "de het een", ""])
def test_rarity_and_coverage_are_those_of_the_index(question: str) -> None:
    lexical, built = vocabulary(TEXTS)
    known = Vocabulary.from_arrays(built.arrays())
    assert known.count == lexical.count == len(TEXTS)
    assert known.rarities(question) == lexical.rarities(question)
    assert known.coverage(question) == lexical.coverage(question)
    assert known.coverage(question, TEXTS[2]) == lexical.coverage(question, TEXTS[2])
    assert known.frequency("dijk") == lexical.frequency("dijk") == 2


@pytest.mark.parametrize(
    ("count", "kept", "last"), [(0, 0, None), (1, 1, 0), (SAMPLE, SAMPLE, SAMPLE - 1), (3 * SAMPLE + 1, SAMPLE, 12285)]
)
def test_a_sample_is_spread_over_all(count: int, kept: int, last: int | None) -> None:
    rows = sampled(count)
    assert (len(rows), rows[-1] if rows else None) == (kept, last)


def test_a_sample_tells_the_level_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings.vocabulary, "SAMPLE", 500)
    chance = np.random.default_rng(1)
    texts = [" ".join(chance.choice(["dijk", "trein", "kolk", "sluis", "brug"], 6)) for _ in range(5000)]
    lexical, known = vocabulary(texts)
    scores = lexical.scores("dijk en brug")
    mean, deviation = known.level(known.question_vector("dijk en brug"))
    assert mean == pytest.approx(float(scores.mean()), rel=0.05)
    assert deviation == pytest.approx(float(scores.std()), rel=0.05)
