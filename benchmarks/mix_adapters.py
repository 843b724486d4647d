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

from embeddings.encoder import BASE_ENCODER
from embeddings.sentence_encoder import SentenceEncoder
from embeddings.shipped import adapted
from rag.documents import read_documents
from rag.evaluate import read_cases
from rag.passages import embedded_text, passages_of

Arrays = dict[str, np.ndarray]
_TEXTS = 1000
"""Questions and passages of which the means are taken."""


def differences(path: Path) -> Arrays:
    """Return what an adapter adds to each weight."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name].astype(np.float32) for name in file.files if name not in ("means", "background")}
    whole = {name: array for name, array in arrays.items() if not name.endswith((".up", ".down"))}
    ups = [name.removesuffix(".up") for name in arrays if name.endswith(".up")]
    return whole | {name: arrays[f"{name}.up"] @ arrays[f"{name}.down"] for name in ups}


def mixed(one: Arrays, other: Arrays, rank: int) -> Arrays:
    """Return the mean of two sets of differences in the form that is shipped, float16."""
    arrays: Arrays = {}
    for name in sorted({*one, *other}):
        mean = np.asarray((one.get(name, 0) + other.get(name, 0)) / 2, np.float32)
        if mean.ndim == 2:
            left, sizes, right = np.linalg.svd(mean, full_matrices=False)
            root = np.sqrt(sizes[:rank])
            arrays[f"{name}.up"] = (left[:, :rank] * root).astype(np.float16)
            arrays[f"{name}.down"] = (root[:, None] * right[:rank]).astype(np.float16)
        else:
            arrays[name] = mean.astype(np.float16)
    return arrays


def with_arrays(arrays: Arrays) -> SentenceEncoder:
    """Return the base encoder with an adapter that is not shipped yet."""
    encoder = SentenceEncoder.open(BASE_ENCODER, half=False)
    model = encoder.transformer.model
    state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    changed = adapted(state, {name: array.astype(np.float32) for name, array in arrays.items()})
    model.load_state_dict({name: torch.from_numpy(array) for name, array in changed.items()})
    return encoder


def main() -> None:
    """Mix and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("adapters", type=Path, nargs=2)
    parser.add_argument("--documents", type=Path, action="append", required=True)
    parser.add_argument("--questions", type=Path, action="append", required=True)
    parser.add_argument("--rank", type=int, default=32)
    arguments = parser.parse_args()
    one, other = arguments.adapters
    arrays = mixed(differences(one), differences(other), arguments.rank)
    encoder = with_arrays(arrays)
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
