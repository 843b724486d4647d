"""Fit the codes of token vectors (`embeddings.late`) and put them into the file that ships with the default encoder.

    python benchmarks/fit_tokens.py DOCUMENTS QUESTIONS.jsonl [--passages 1500] [--parts 32]

DOCUMENTS is a documents file, QUESTIONS has lines with `q`. Each part of a vector has a book of 256 values, by k-means
over pooled tokens as they are coded. The arrays hold numbers only.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from embeddings.encoder import DEFAULT_ENCODER, Vectors, normalise
from embeddings.late import _OF_MEAN, TokenCodec, pooled_tokens
from embeddings.sentence_encoder import SentenceEncoder, _content
from rag.documents import read_documents
from rag.passages import embedded_text, passages_of

_VALUES, _BATCH = 256, 16


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", type=int, default=1500)
    parser.add_argument("--parts", type=int, default=32)
    arguments = parser.parse_args()
    encoder = SentenceEncoder.open(DEFAULT_ENCODER, half=False)
    passages = [passage for document in read_documents(arguments.documents) for passage in passages_of(document)]
    texts = [embedded_text(passage) for passage in passages[:: max(1, len(passages) // arguments.passages)]]
    asked = [json.loads(line)["q"] for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
    asked = asked[:: max(1, len(asked) // arguments.passages)]
    seen = [encoder._read([text], "query: ")[0] for text in asked]
    mean = np.concatenate([own[[bool(word) for word in words]] for _, own, words in seen]).mean(axis=0)
    tokens = [_content(own, words) for text in texts for _, own, words in encoder._read([text], "passage: ")]
    middle = np.concatenate(tokens).mean(axis=0)
    pooled = [pooled_tokens(normalise(own - middle)) for own in tokens]
    means = normalise(np.stack([own.mean(axis=0) for own in pooled]))
    first = _book(means, arguments.parts)
    codec = TokenCodec(np.stack([mean, middle]), first)
    half = _OF_MEAN * codec._vectors(codec._quantised(means))
    rests = np.concatenate([np.unique(own, axis=0) - base for own, base in zip(pooled, half, strict=True)])
    book = _book(np.concatenate([rests, np.repeat(means, 2, axis=0)]), arguments.parts)
    path = Path(__file__).parent.parent / "embeddings" / "models" / f"{DEFAULT_ENCODER}.npz"
    with np.load(path, allow_pickle=False) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    kept |= {"token_means": np.stack([mean, middle]).astype(np.float16), "token_book": book.astype(np.float16)}
    np.savez_compressed(path, **kept)
    print(f"{len(texts)} passages, {len(asked)} questions, {len(rests)} tokens; {path.stat().st_size:,} bytes")


def _book(vectors: Vectors, parts: int) -> Vectors:
    """Return the values of each part of vectors, shape (parts, 256, dimension / parts)."""
    pieces = vectors.reshape(len(vectors), parts, -1)
    fit = [
        MiniBatchKMeans(_VALUES, random_state=0, batch_size=4096, n_init=1).fit(pieces[:, part])
        for part in range(parts)
    ]
    return np.stack([one.cluster_centers_ for one in fit]).astype(np.float32)


if __name__ == "__main__":
    main()
