"""The parts of an index that must stay exact and fast when it grows: vectors, postings, best rows."""

from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.dense import EXACT, DenseIndex, index_kind
from embeddings.encoder import HashEncoder, Vectors, normalise
from embeddings.lexical import LexicalIndex, best_rows, terms
from embeddings.packing import packed, unpacked, unpacked_one
from embeddings.postings import Postings

NOISE = np.random.default_rng(7)
PASSAGES, WINDOWS, DIMENSION = 900, 1500, 48
OWNERS = np.sort(np.concatenate([np.arange(PASSAGES), NOISE.integers(0, PASSAGES, WINDOWS - PASSAGES)]))


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Vectors in a narrow cone, as those of multilingual-e5 are."""
    return normalise(NOISE.normal(size=(WINDOWS, DIMENSION)).astype(np.float32) + 2)


@pytest.fixture(scope="module")
def dense(vectors: Vectors) -> DenseIndex:
    return DenseIndex.build(vectors.astype(np.float16), OWNERS, vectors[:0], HashEncoder())


@pytest.mark.parametrize("share", [None, 0.5, 0.1, 0.01, 0.005, 0.0])
def test_vectors_are_searched_exactly_under_any_filter(
    dense: DenseIndex, vectors: Vectors, share: float | None
) -> None:
    allowed = None if share is None else np.sort(NOISE.permutation(PASSAGES)[: int(PASSAGES * share)])
    exact = normalise(vectors - vectors.mean(axis=0))
    recalls = []
    for query in normalise(NOISE.normal(size=(20, DIMENSION)).astype(np.float32)):
        scores = np.full(PASSAGES, -2.0)
        np.maximum.at(scores, OWNERS, exact @ query)
        pool = np.arange(PASSAGES) if allowed is None else allowed
        best = pool[np.argsort(-scores[pool], kind="stable")[:10]]
        found = dense.search(query, 10, allowed)
        assert len(found) == len(best)
        assert all(abs(score - scores[row]) < 2e-3 for row, score in found)
        assert found == sorted(found, key=lambda item: (-item[1], item[0]))
        asked = dense.scores(query, pool[:50])
        assert all(abs(asked[row] - scores[row]) < 2e-3 for row in pool[:50].tolist())
        recalls.append(len({row for row, _ in found} & set(best.tolist())) / max(1, len(best)))
    assert share == 0 or np.mean(recalls) >= 0.995


@pytest.mark.parametrize(
    ("windows", "ann", "kind"),
    [
        pytest.param(1_000_000, None, EXACT, id="a million are compared"),
        pytest.param(1_000_001, None, "IVF4000,SQfp16", id="more are not"),
        pytest.param(2_000_000, False, EXACT, id="unless that is asked"),
        pytest.param(10_000, True, "IVF156,SQfp16", id="fewer where that is asked"),
        pytest.param(100, True, EXACT, id="too few for cells"),
        pytest.param(0, True, EXACT, id="none"),
    ],
)
def test_cells_are_for_very_many_windows(windows: int, ann: bool | None, kind: str) -> None:
    assert index_kind(windows, ann) == kind


def test_cells_find_nearly_all_and_under_a_filter_all(tmp_path: Path) -> None:
    centres = NOISE.normal(size=(40, DIMENSION))
    spread = centres[NOISE.integers(0, 40, WINDOWS + 200)] + NOISE.normal(size=(WINDOWS + 200, DIMENSION)) / 3
    vectors, questions = np.split(normalise(spread.astype(np.float32)), [WINDOWS])
    kinds = (EXACT, index_kind(WINDOWS, ann=True))
    exact, built = (DenseIndex.build(vectors.astype(np.float16), OWNERS, questions, HashEncoder(), k) for k in kinds)
    built.save(tmp_path)
    cells = DenseIndex.open(tmp_path)
    assert cells.settings == built.settings == {"cells": 23, "probes": cells.settings["probes"]}
    assert cells.index.nprobe < 23
    for share, least in ((None, 0.99), (0.5, 1.0), (0.1, 1.0), (0.005, 1.0)):
        same = []
        for query in exact.centre_query(questions[:100]):
            allowed = None if share is None else np.sort(NOISE.permutation(PASSAGES)[: int(PASSAGES * share)])
            best, found = ({row for row, _ in index.search(query, 10, allowed)} for index in (exact, cells))
            assert len(found) == len(best)
            same.append(len(found & best) / len(best))
        assert np.mean(same) >= least, share


def test_fewer_than_asked_in_the_nearest_cells_are_looked_for_in_all(vectors: Vectors) -> None:
    cells = DenseIndex.build(vectors, OWNERS, vectors[::7], HashEncoder(), index_kind(WINDOWS, True))
    assert len(cells.search(cells.centre_query(vectors[:1])[0], PASSAGES)) == PASSAGES


def test_postings_score_as_bm25s_does() -> None:
    syllables = ["klimaat", "banen", "brug", "dijk", "gemeente", "water", "zorg", "school", "geld"]
    texts = [" ".join("".join(NOISE.choice(syllables, 2)) for _ in range(NOISE.integers(1, 30))) for _ in range(200)]
    texts += ["", "ja ja ja " * 200, "klimaatbanen"]
    reference = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    reference.index([terms(text) or ["∅"] for text in texts], show_progress=False)
    index = LexicalIndex.build(texts)
    assert index.count == len(texts)
    for query in ("klimaatbanen in de gemeente", "geldzorg geldzorg", "ja", "onbekend", texts[3]):
        known = [term for term in terms(query) if term in reference.vocab_dict]
        wanted = reference.get_scores(known) if known else np.zeros(len(texts))
        # bm25s counts the placeholder of the empty text among the words
        assert np.allclose(index.scores(query), wanted, rtol=2e-3, atol=1e-4)


@settings(deadline=None)
@given(
    total=st.sampled_from([1, 254, 255, 256, 1000, 400_000]),
    terms=st.lists(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([1, 1, 2, 255])), min_size=1), min_size=1),
)
def test_what_is_packed_is_unpacked(total: int, terms: list[list[tuple[float, int]]]) -> None:
    rows = [sorted({int(share * (total - 1)): count for share, count in term}.items()) for term in terms]
    frequencies = np.array([len(term) for term in rows])
    flat = np.array([pair for term in rows for pair in term])
    kept = packed(total, frequencies, flat[:, 0], flat[:, 1])
    found = unpacked(kept.gaps, kept.sizes, kept.frequencies, kept.wide)
    assert np.array_equal(np.stack(found, axis=1), flat)
    last = unpacked_one(kept.gaps[-kept.sizes[-1] :], wide=bool(kept.wide[-1]))
    assert np.array_equal(np.stack(last, axis=1), rows[-1])


def test_a_usual_row_of_a_usual_term_takes_a_byte() -> None:
    rows = np.arange(0, 200_000, 20)
    assert len(packed(200_000, np.array([len(rows)]), rows, np.ones(len(rows), int)).gaps) == len(rows)
    assert len(packed(10_000_000, np.array([2]), np.array([0, 60_000]), np.ones(2, int)).gaps) == 4


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=12),
    st.lists(st.one_of(st.integers(0, 11), st.just(-1)), max_size=15),
)
def test_postings_taken_over_equal_those_made_at_once(texts: list[list[str]], taken: list[int]) -> None:
    taken = [row for place, row in enumerate(taken) if row < len(texts) and (row < 0 or row not in taken[:place])]
    new = [["neu", "abc", "neu"][: place % 4] for place in range(taken.count(-1))]
    together, left = [], iter(new)
    for row in taken:
        together.append(texts[row] if row >= 0 else next(left))
    earlier, fresh, once = (Postings.build(part, lambda word: [word, word[:1]]) for part in (texts, new, together))
    steps = fresh.over(earlier, np.array(taken, np.int64))
    for name in ("terms", "frequencies", "starts", "wide", "gaps", "lengths"):
        assert np.array_equal(getattr(steps, name), getattr(once, name)), name


@pytest.mark.parametrize("count", [1, 3, 5, 40])
@pytest.mark.parametrize("allowed", [None, [], [4], [0, 2, 3, 5, 6, 7]])
def test_best_rows_are_those_of_a_stable_sort(count: int, allowed: list[int] | None) -> None:
    scores = np.array([0, 2, 1, 2, 0, 3, 0, 2, 1], np.float32)
    rows = None if allowed is None else np.array(allowed, np.int64)
    pool = np.arange(len(scores)) if rows is None else rows
    assert best_rows(scores, count, rows).tolist() == pool[np.argsort(-scores[pool], kind="stable")[:count]].tolist()


@pytest.mark.parametrize("zeros", [0.0, 0.5, 0.999])
def test_best_of_many_rows_are_those_of_a_stable_sort(zeros: float) -> None:
    scores = NOISE.integers(0, 5000, 20_000).astype(np.float32) * (NOISE.random(20_000) >= zeros)
    for count in (1, 10, 100, 19_999):
        assert best_rows(scores, count).tolist() == np.argsort(-scores, kind="stable")[:count].tolist()
