"""Mix two adapters of the default encoder into one: the mean of their differences, cut to a rank again.

    python benchmarks/mix_adapters.py OUT.npz ONE.npz OTHER.npz --documents DOCUMENTS.jsonl --questions QUESTIONS.jsonl

Weights of models trained apart from the same start average into one that is better than either (model soups; Wortsman
et al. 2022, arXiv:2203.05482). The mean question, the mean passage and 256 usual passages are made anew with the mix,
from the texts named. docs/encoder.md has what it gave.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from fit_adapter import low_rank

from embeddings.encoder import BASE_ENCODER
from embeddings.sentence_encoder import SentenceEncoder
from embeddings.shipped import adapted
from rag.documents import read_documents
from rag.evaluate import read_cases
from rag.passages import embedded_text, passages_of

_TEXTS = 1000
"""Questions and passages of which the means are taken."""

State = dict[str, torch.Tensor]


def with_adapter(base: State, path: Path) -> State:
    """Return the weights of the base encoder moved by an adapter in a file."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name].astype(np.float32) for name in file.files}
    moved = adapted({name: tensor.numpy() for name, tensor in base.items()}, arrays)
    return {name: torch.from_numpy(array) for name, array in moved.items()}


def main() -> None:
    """Mix and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("adapters", type=Path, nargs=2)
    parser.add_argument("--documents", type=Path, action="append", required=True)
    parser.add_argument("--questions", type=Path, action="append", required=True)
    parser.add_argument("--rank", type=int, default=32)
    arguments = parser.parse_args()
    encoder = SentenceEncoder.open(BASE_ENCODER, half=False)
    model = encoder.transformer.model
    base = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    one, other = (with_adapter(base, path) for path in arguments.adapters)
    arrays = low_rank(base, {name: (one[name] + other[name]) / 2 for name in base}, arguments.rank)
    np.savez_compressed(arguments.out, allow_pickle=False, **arrays)
    model.load_state_dict(with_adapter(base, arguments.out))
    asked = [case.question for path in arguments.questions for case in read_cases(path) if case.type == "answerable"]
    documents = (document for path in arguments.documents for document in read_documents(path))
    texts = [embedded_text(passage) for document in documents for passage in passages_of(document)]
    asked, texts = (all_of[:: max(1, len(all_of) // _TEXTS)] for all_of in (asked, texts))
    vectors = encoder.encode_passages(texts)
    arrays["means"] = np.stack([encoder.encode_queries(asked).mean(axis=0), vectors.mean(axis=0)])
    arrays["background"] = vectors[np.linspace(0, len(vectors) - 1, 256).astype(int)].astype(np.float16)
    np.savez_compressed(arguments.out, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
