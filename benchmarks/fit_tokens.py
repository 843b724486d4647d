"""Learn the maps of token vectors and their codes (`embeddings.late`); they go into the default encoder's file.

    python benchmarks/fit_tokens.py --questions QUESTIONS.jsonl DOCUMENTS [...] --vragen VRAGEN.jsonl DOCUMENTS [...]

Options are those of `fit_adapter.py`, and so is what is learnt from. The encoder stays as it is: tokens are read once,
those of antwoorden pooled, and two matrices are trained so that the match of a question with its antwoord exceeds that
with the antwoorden near it (`token_maps.py`). Then the mapped tokens are turned so that each part of a code says about
as much (optimised product quantisation; Ge et al. 2013, doi:10.1109/TPAMI.2013.240), which changes no match, and each
part gets a book of 256 values. The arrays hold numbers only.
"""

import argparse
from pathlib import Path

import faiss
import numpy as np
from adapter_examples import Examples, read_examples
from token_maps import Material, trained

from embeddings.encoder import DEFAULT_ENCODER, QuestionTokens, Vectors, normalise
from embeddings.late import TokenCodec, pooled_tokens, token_shares
from embeddings.lexical import LexicalIndex
from embeddings.sentence_encoder import SentenceEncoder
from rag.rerank import word_weights

SIZE, PARTS = 64, 16
LONGEST = 24
"""Tokens of a question that are learnt from, the weightiest."""

_SAMPLE = 60_000
_ROUNDS = 20


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, nargs=2, action="append", default=[])
    parser.add_argument("--vragen", type=Path, nargs=2, action="append", default=[])
    arguments = parser.parse_args()
    examples = read_examples([], arguments.questions, arguments.vragen)
    encoder = SentenceEncoder.open(DEFAULT_ENCODER, half=False)
    material, means = read_material(encoder, examples)
    print(f"{len(material.passages)} antwoorden, {len(material.owners)} questions", flush=True)
    maps = trained(material, SIZE)
    tokens = normalise(material.passages.reshape(-1, encoder.dimension) @ maps[1])
    turn, book = quantiser(tokens[np.random.default_rng(0).permutation(len(tokens))[:_SAMPLE]])
    codec = TokenCodec(means, maps @ turn, book)
    path = Path(__file__).parent.parent / "embeddings" / "models" / f"{DEFAULT_ENCODER}.npz"
    with np.load(path, allow_pickle=False) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    kept |= {f"token_{name}": getattr(codec, name).astype(np.float16) for name in ("means", "maps", "book")}
    np.savez_compressed(path, allow_pickle=False, **kept)
    print(f"{path.stat().st_size:,} bytes")


def read_material(encoder: SentenceEncoder, examples: Examples) -> tuple[Material, Vectors]:
    """Return what is learnt from, and the mean tokens of questions and passages, shape (2, dimension)."""
    answers = [entry.answer for entry in examples.entries]
    read = [encoder.read_passages([answer])[0] for answer in answers]
    asked: list[tuple[str, int]] = []
    for row, entry in enumerate(examples.entries):
        asked += [(question, row) for question in [*entry.questions, *([entry.vraag] if entry.vraag else [])]]
        asked += [(question, -1 - row) for question in entry.near_misses]
    asked += [(question, -1 - len(answers)) for question in examples.near_misses]
    questions = [encoder.read_question(question) for question, _ in asked]
    means = np.stack(
        [
            np.concatenate([tokens.vectors for _, tokens in questions]).mean(axis=0),
            np.concatenate([tokens for _, tokens in read]).mean(axis=0),
        ]
    )
    words = LexicalIndex.build(answers)
    parts = [
        heaviest(tokens, word_weights(tokens, words.rarities(question), words.count), means[0])
        for (question, _), (_, tokens) in zip(asked, questions, strict=True)
    ]
    material = Material(
        passages=np.stack([pooled_tokens(normalise(tokens - means[1])) for _, tokens in read]),
        vectors=centred(np.stack([vector for vector, _ in read])),
        tokens=np.stack([tokens for tokens, _ in parts]),
        shares=np.stack([shares for _, shares in parts]),
        asked=centred(np.stack([vector for vector, _ in questions])),
        owners=np.array([owner for _, owner in asked]),
    )
    return material, means


def heaviest(question: QuestionTokens, weights: dict[str, float], mean: Vectors) -> tuple[Vectors, Vectors]:
    """Return the centred tokens of a question that weigh most, shape (LONGEST, dimension), and their shares."""
    shares = token_shares(question.words, weights)
    kept = np.argsort(-shares, kind="stable")[:LONGEST]
    tokens = np.zeros((LONGEST, question.vectors.shape[1]), np.float32)
    tokens[: len(kept)] = normalise(question.vectors[kept] - mean)
    own = np.zeros(LONGEST, np.float32)
    own[: len(kept)] = shares[kept] / shares[kept].sum()
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
