"""Late interaction: tokens pooled, coded and matched; what it does to the order of passages."""

import dataclasses
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import gelu

from embeddings.encoder import DEFAULT_ENCODER, QuestionTokens, Vectors, normalise
from embeddings.head import HEADS, Layer, TokenHead
from embeddings.late import POOLED, TokenCodec, TokenIndex, pooled_tokens
from embeddings.lexical import word_at
from embeddings.sentence_encoder import SentenceEncoder
from embeddings.shipped import shipped_arrays
from rag.live import Opened
from rag.rerank import reranked
from rag.retrieve import Retriever

QUESTION = "Wanneer wordt de spoorbrug bij Deventer vervangen?"


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.open(DEFAULT_ENCODER)


@pytest.fixture(scope="module")
def codec() -> TokenCodec:
    codec = TokenCodec.shipped(shipped_arrays(DEFAULT_ENCODER))
    assert codec
    return codec


def unit(count: int, seed: int) -> Vectors:
    return normalise(np.random.default_rng(seed).standard_normal((count, 384)).astype(np.float32))


@given(st.integers(1, 200), st.integers(0, 2**16))
def test_tokens_are_pooled_into_as_many_as_are_kept(count: int, seed: int) -> None:
    tokens = unit(count, seed)
    pooled = pooled_tokens(tokens)
    assert pooled.shape == (POOLED, 384)
    assert np.allclose(np.linalg.norm(pooled, axis=1), 1, atol=1e-5)
    if count <= POOLED:
        assert {row.tobytes() for row in pooled} == {row.tobytes() for row in tokens}


def test_pooling_keeps_groups_apart() -> None:
    centres = np.eye(POOLED, 384, dtype=np.float32)
    tokens = normalise(np.repeat(centres, 9, axis=0) + 0.01 * unit(9 * POOLED, 1))
    pooled = pooled_tokens(tokens)
    assert (pooled @ centres.T).max(axis=0).min() > 0.99


def test_codes_stand_for_about_the_tokens_they_were_made_of(encoder: SentenceEncoder, codec: TokenCodec) -> None:
    kept = encoder.read_passages(["De spoorbrug bij Deventer wordt in 2031 vervangen."])[0][1]
    wanted = codec.says.mapped(pooled_tokens(codec.says.centred(kept))[None])[0]
    codes = codec.encode([kept])
    assert codes.shape == (1, codec.width)
    likeness = (normalise(codec.decode(codes)[0]) * wanted).sum(axis=1)
    assert likeness.mean() > 0.9
    by_chance = codec.says.mapped(unit(POOLED, 3)[None])[0]
    assert (by_chance * wanted).sum(axis=1).mean() < 0.4


def test_the_passage_that_says_it_matches_best(encoder: SentenceEncoder, codec: TokenCodec) -> None:
    texts = [
        "De spoorbrug bij Deventer wordt in 2031 vervangen.",
        "De verkeersbrug bij Zutphen krijgt een nieuwe verflaag.",
        "Bijen sterven door bestrijdingsmiddelen.",
    ]
    rows = encoder.encode_rows(texts)
    _, tokens = encoder.encode_question(QUESTION)
    found = codec.scores(tokens, dict.fromkeys(tokens.words, 1.0), rows[:, encoder.dimension :].astype(np.uint8))
    assert list(np.argsort(-found)) == [0, 1, 2]


def test_rows_hold_the_vectors_that_passages_have_and_whole_numbers(encoder: SentenceEncoder) -> None:
    texts = ["De brug wordt in 2031 vervangen.", "", "Bijen sterven. " * 80]
    rows = encoder.encode_rows(texts)
    assert rows.shape == (3, encoder.width)
    assert np.abs(rows[:, : encoder.dimension] - encoder.encode_passages(texts)).max() < 1e-4
    codes = rows[:, encoder.dimension :]
    assert ((codes >= 0) & (codes < 256) & (codes == codes.round())).all()
    assert np.array_equal(codes, codes.astype(np.float16))  # as the cache keeps them


def test_a_question_has_its_vector_and_the_words_of_its_tokens(encoder: SentenceEncoder) -> None:
    vector, tokens = encoder.encode_question(QUESTION)
    assert np.abs(vector - encoder.encode_queries([QUESTION])[0]).max() < 1e-5
    assert set(tokens.words) == set("wanneer wordt de spoorbrug bij deventer vervangen".split())
    assert len(tokens.vectors) == len(tokens.words) > len(set(tokens.words))  # long words are several tokens


def test_a_question_without_words_still_has_tokens(encoder: SentenceEncoder, codec: TokenCodec) -> None:
    _, tokens = encoder.encode_question("?!")
    codes = encoder.encode_rows(["De brug."])[:, encoder.dimension :].astype(np.uint8)
    assert np.isfinite(codec.scores(tokens, {}, codes)).all()


def test_words_weigh_what_they_are_given(codec: TokenCodec) -> None:
    head = TokenHead(np.zeros(384, np.float32), (), codec.says.map)  # both sides the same
    plain, texts = TokenCodec(head, head, codec.book), [unit(20, 1), unit(20, 2)]
    codes = plain.encode(texts)
    asked = QuestionTokens(np.concatenate([tokens[:1] for tokens in texts]), ("een", "twee"))
    for weights, best in (({"een": 1.0}, 0), ({"twee": 1.0}, 1), ({"een": 1.0, "twee": 0.1}, 0)):
        assert plain.scores(asked, weights, codes).argmax() == best


def test_a_word_left_out_is_still_read_by_the_others(codec: TokenCodec) -> None:
    codes, tokens = codec.encode([unit(20, 1)]), unit(3, 2)
    asked = QuestionTokens(tokens, ("een", "twee", "drie"))
    alone = QuestionTokens(tokens[:1], ("een",))
    assert codec.scores(asked, {"een": 1.0}, codes) != pytest.approx(codec.scores(alone, {"een": 1.0}, codes), abs=1e-4)


def test_what_ships_is_read_as_it_was_written(codec: TokenCodec) -> None:
    again = TokenCodec.shipped(dict(codec.arrays()))
    assert again is not None
    assert [name for name, _ in again.arrays()] == [name for name, _ in codec.arrays()]
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(again.arrays(), codec.arrays(), strict=True))
    assert TokenCodec.shipped({"means": np.zeros((2, 384), np.float32)}) is None


@pytest.mark.parametrize("length", [1, 5])
def test_a_layer_is_that_of_torch(length: int) -> None:
    torch.manual_seed(1)
    size, inner = 2 * HEADS, 8
    layer = torch.nn.TransformerEncoderLayer(
        size, HEADS, inner, 0.0, partial(gelu, approximate="tanh"), batch_first=True, norm_first=True
    ).eval()
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    look, norms = layer.self_attn, (layer.norm1, layer.norm2)
    for bias in (look.out_proj.bias, layer.linear2.bias):
        torch.nn.init.zeros_(bias)
    before = [torch.stack([norm.weight, norm.bias]).detach().numpy() for norm in norms]
    matrices = [m.weight.detach().numpy().T for m in (look.out_proj, layer.linear1, layer.linear2)]
    own = Layer(
        before_look=before[0],
        look=look.in_proj_weight.detach().numpy().T,
        look_bias=look.in_proj_bias.detach().numpy(),
        looked=matrices[0],
        before_think=before[1],
        think=matrices[1],
        think_bias=layer.linear1.bias.detach().numpy(),
        thought=matrices[2],
    )
    tokens = torch.randn(3, length, size)
    assert np.allclose(own(tokens.numpy()), layer(tokens).detach().numpy(), atol=1e-4)


def test_words_are_known_by_their_place() -> None:
    at = word_at("De € 2,5 mln.")
    assert [at[0], at[1], at[2], at[5], at[10]] == ["de", "de", "", "2,5", "mln"]


def test_codes_survive_the_disk(tmp_path: Path) -> None:
    codes = np.arange(12, dtype=np.uint8).reshape(3, 4)
    TokenIndex(codes).save(tmp_path)
    assert np.array_equal(TokenIndex.open(tmp_path).codes, codes)


def test_scores_keep_highest_and_spread_of_the_mix(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Retriever.open(sample_index).opened
    _, tokens = opened.encoder.encode_question(QUESTION)
    best = [(key, 5.0 - 0.3 * key) for key in range(25)]
    monkeypatch.setattr(Opened, "late", lambda *_: {key: 0.02 * (key % 7) for key in range(20)})
    scored, late = reranked(best, opened, tokens, QUESTION, {})
    assert late == pytest.approx(0.12)
    old, new = (np.array([score for _, score in pairs[:20]]) for pairs in (best, scored))
    assert new.max() == pytest.approx(old.max())
    assert new.std() == pytest.approx(old.std())
    assert [key for key, _ in scored[:20]] != [key for key, _ in best[:20]]
    assert [key for key, _ in scored[20:]] == [20, 21, 22, 23, 24]
    assert scored[20][1] <= scored[19][1]


def test_a_match_weighs_less_in_a_long_question(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Retriever.open(sample_index).opened
    monkeypatch.setattr(Opened, "late", lambda *_: {0: 0.40, 1: 0.436})
    first = {}
    for words in (5, 15, 19):
        question = "brug " * words
        _, tokens = opened.encoder.encode_question(question)
        scored, _ = reranked([(0, 3.5), (1, 3.0)], opened, tokens, question, {})
        first[words] = scored[0][0]
    assert first == {5: 1, 15: 1, 19: 0}  # against 2/3 of 0.5 the match weighs 0.36, and 0.28 in 19 words


def test_the_order_is_that_of_the_tokens_and_scores_fall(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    retriever = Retriever.open(sample_index)
    opened = retriever.opened
    assert isinstance(opened, Opened)
    found = retriever.find("Wat kost de nachttrein?", k=10)
    assert found.signals.late > 0
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    rows = [opened.store.row(hit.id) for hit in found.hits]
    wanted = {
        row: float(place) for place, row in enumerate(rows) if row is not None
    }  # as if the last matched best by far

    def late(_: Opened, question: QuestionTokens, weights: dict[str, float], keys: list[int]) -> dict[int, float]:
        assert set(question.words) == set(weights)
        return {key: wanted.get(key, 0.0) for key in keys}

    monkeypatch.setattr(Opened, "late", late)
    turned = retriever.find("Wat kost de nachttrein?", k=10)
    assert turned.hits[0].id == found.hits[-1].id
    assert turned.signals == dataclasses.replace(found.signals, late=9.0, absent=turned.signals.absent)
