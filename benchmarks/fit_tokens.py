"""Learn the heads over token vectors and their codes (`embeddings.late`); they go into the default encoder's file.

    python benchmarks/fit_tokens.py --questions QUESTIONS.jsonl DOCUMENTS [...] --vragen VRAGEN.jsonl DOCUMENTS [...]

Options are those of `fit_adapter.py`, and so is what is learnt from. The encoder stays as it is: tokens are read once,
those of antwoorden pooled, and the heads of both sides trained so that the match of a question with its antwoord
exceeds that with the antwoorden near it (`token_heads.py`). Then what they give is turned so that each part of a code
says about as much (optimised product quantisation; Ge et al. 2013, doi:10.1109/TPAMI.2013.240), which changes no match,
and each part gets a book of 256 values. The arrays hold numbers only.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
from adapter_examples import Examples, read_examples
from token_heads import Material, trained

from embeddings.encoder import DEFAULT_ENCODER, QuestionTokens, Vectors, normalise
from embeddings.late import TOKENS, TokenCodec, pooled_tokens, token_shares
from embeddings.lexical import LexicalIndex
from embeddings.sentence_encoder import SentenceEncoder
from rag.rerank import word_weights

SIZE, PARTS = 64, 16
LONGEST = 40
"""Tokens of a question that are read."""

_SAMPLE = 60_000
_ROUNDS = 20


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, nargs=2, action="append", default=[])
    parser.add_argument("--vragen", type=Path, nargs=2, action="append", default=[])
    arguments = parser.parse_args()
    examples = read_examples([], arguments.questions, arguments.vragen)
    encoder = SentenceEncoder.open(DEFAULT_ENCODER)
    material, means = read_material(encoder, examples)
    print(f"{len(material.vectors)} antwoorden, {len(material.owners)} questions", flush=True)
    asks, says = trained(material, SIZE, means)
    pooled = material.passages.reshape(-1, *material.passages.shape[2:])
    tokens = np.concatenate([says.mapped(part) for part in np.array_split(pooled, 50)]).reshape(-1, SIZE)
    turn, book = quantiser(tokens[np.random.default_rng(0).permutation(len(tokens))[:_SAMPLE]])
    codec = TokenCodec(replace(asks, map=asks.map @ turn), replace(says, map=says.map @ turn), book)
    path = Path(__file__).parent.parent / "embeddings" / "models" / f"{DEFAULT_ENCODER}.npz"
    with np.load(path, allow_pickle=False) as arrays:
        kept = {name: arrays[name] for name in arrays.files if not name.startswith(TOKENS)}
    kept |= {name: array.astype(np.float16) for name, array in codec.arrays()}
    np.savez_compressed(path, allow_pickle=False, **kept)
    print(f"{path.stat().st_size:,} bytes")


def read_material(encoder: SentenceEncoder, examples: Examples) -> tuple[Material, Vectors]:
    """Return what is learnt from, and the mean tokens of questions and passages, shape (2, dimension)."""
    answers = [entry.answer for entry in examples.entries]
    alone = [encoder.read_passages([answer])[0] for answer in answers]
    behind = [
        encoder.read_passages([f"{entry.vraag}\n{entry.answer}"])[0][1] if entry.vraag else tokens
        for entry, (_, tokens) in zip(examples.entries, alone, strict=True)
    ]
    asked: list[tuple[str, int, bool]] = []
    for row, entry in enumerate(examples.entries):
        asked += [(question, row, False) for question in entry.questions]
        asked += [(entry.vraag, row, True)] if entry.vraag else []
        asked += [(question, -1 - row, False) for question in entry.near_misses]
    asked += [(question, -1 - len(answers), False) for question in examples.near_misses]
    questions = [encoder.read_question(question) for question, _, _ in asked]
    means = np.stack(
        [
            np.concatenate([tokens.vectors for _, tokens in questions]).mean(axis=0),
            np.concatenate([tokens for _, tokens in alone]).mean(axis=0),
        ]
    )
    words = LexicalIndex.build(answers)
    parts = [
        first(tokens, word_weights(tokens, words.rarities(question), words.count), means[0])
        for (question, _, _), (_, tokens) in zip(asked, questions, strict=True)
    ]
    pooled = [
        [pooled_tokens(normalise(tokens - means[1])) for tokens in texts] for texts in ([t for _, t in alone], behind)
    ]
    material = Material(
        passages=np.stack([np.stack(texts) for texts in pooled]),
        vectors=centred(np.stack([vector for vector, _ in alone])),
        tokens=np.stack([tokens for tokens, _ in parts]),
        shares=np.stack([shares for _, shares in parts]),
        asked=centred(np.stack([vector for vector, _ in questions])),
        owners=np.array([owner for _, owner, _ in asked]),
        vragen=np.array([vraag for _, _, vraag in asked]),
    )
    return material, means


def first(question: QuestionTokens, weights: dict[str, float], mean: Vectors) -> tuple[Vectors, Vectors]:
    """Return the first centred tokens of a question, shape (LONGEST, dimension), and their shares."""
    shares = token_shares(question.words, weights)[:LONGEST]
    tokens = np.zeros((LONGEST, question.vectors.shape[1]), np.float32)
    tokens[: len(shares)] = normalise(question.vectors[:LONGEST] - mean)
    own = np.zeros(LONGEST, np.float32)
    own[: len(shares)] = shares / shares.sum() if shares.any() else 1 / len(shares)
    return tokens, own


def centred(vectors: Vectors) -> Vectors:
    """Return the vectors less their mean, scaled to length 1."""
    return normalise(vectors - vectors.mean(axis=0))


def quantiser(tokens: Vectors) -> tuple[Vectors, Vectors]:
    """Return a rotation, shape (SIZE, SIZE), and the book of codes of tokens so turned."""
    turning = faiss.OPQMatrix(SIZE, PARTS)
    turning.niter = _ROUNDS
    turning.train(tokens)
    turn = faiss.vector_to_array(turning.A).reshape(SIZE, SIZE).T
    coded = faiss.ProductQuantizer(SIZE, PARTS, 8)
    coded.train(np.ascontiguousarray(tokens @ turn))
    return turn, faiss.vector_to_array(coded.centroids).reshape(PARTS, 256, SIZE // PARTS)


if __name__ == "__main__":
    main()
