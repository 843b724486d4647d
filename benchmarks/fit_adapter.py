"""Fit the adapter of the default encoder on pairs of vraag and antwoord; docs/encoder.md has what it gave.

    python benchmarks/fit_adapter.py DOCUMENTS.jsonl OUT.npz [--epochs 3] [--rank 24]

Contrastive learning (InfoNCE, temperature 0.03; van den Oord et al. 2018, arXiv:1807.03748) of the transformer layers;
the embeddings stay. Negatives: the other antwoorden of a batch of 16, and for each vraag one of the 15 antwoorden
that BM25 finds for it. The difference of each weight is then cut to its best `rank` (truncated SVD) and written as
float16 with the mean query, the mean passage and 256 passage vectors of the adapted model. About 20 minutes on two
cores for 1,000 pairs.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch

from embeddings.encoder import BASE_ENCODER
from embeddings.lexical import LexicalIndex
from embeddings.sentence_encoder import ExpandedBert, SentenceEncoder
from rag.documents import read_documents

BATCH, RATE, TEMPERATURE, TOKENS, SEED = 16, 3e-5, 0.03, 160, 7


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Return vraag and antwoord of every vraag that has both, antwoorden over 40 characters only."""
    vragen = [vraag for document in read_documents(path) for vraag in document.vragen]
    return [(v.question, v.answer) for v in vragen if v.question and v.answer and len(v.answer) > 40]


def embed(module: ExpandedBert, texts: list[str], prompt: str) -> torch.Tensor:
    """Return unit vectors, shape (len(texts), dimension), with gradients."""
    features = module.forward(module.preprocess(texts, prompt))
    mask = features["attention_mask"].unsqueeze(-1).float()
    pooled = (features["token_embeddings"] * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(pooled, dim=-1)


def train(module: ExpandedBert, pairs: list[tuple[str, str]], epochs: int) -> None:
    """Train the layers in place."""
    questions, answers = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    lexical = LexicalIndex.build(answers)
    near = [np.argsort(-lexical.scores(question), kind="stable")[:15].tolist() for question in questions]
    layers = [tensor for name, tensor in module.model.named_parameters() if "embeddings" not in name]
    for name, tensor in module.model.named_parameters():
        tensor.requires_grad_("embeddings" not in name)
    optimiser = torch.optim.AdamW(layers, lr=RATE, weight_decay=0.01)
    module.tokenizer.enable_truncation(TOKENS)
    draw, order = random.Random(SEED), list(range(len(pairs)))  # noqa: S311 - not for secrets
    torch.manual_seed(SEED)
    module.model.train()
    steps = epochs * (len(order) // BATCH)
    for step in range(steps):
        if step % (len(order) // BATCH) == 0:
            draw.shuffle(order)
        start = step % (len(order) // BATCH) * BATCH
        rows = order[start : start + BATCH]
        hard = [answers[draw.choice([other for other in near[row] if answers[other] != answers[row]])] for row in rows]
        asked = embed(module, [questions[row] for row in rows], "query: ")
        given = embed(module, [answers[row] for row in rows] + hard, "passage: ")
        loss = torch.nn.functional.cross_entropy(asked @ given.T / TEMPERATURE, torch.arange(BATCH))
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 5) * (1 - step / steps)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % 10 == 0:
            print(f"{step}/{steps} loss {float(loss):.3f}", flush=True)
    module.model.train(False)


def low_rank(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor], rank: int) -> dict[str, np.ndarray]:
    """Return the difference of each weight as two factors of at most `rank`, vectors as they are; float16."""
    arrays: dict[str, np.ndarray] = {}
    for name, weight in after.items():
        difference = weight - before[name]
        if "embeddings" in name:
            continue
        if difference.ndim == 2:
            left, sizes, right = torch.linalg.svd(difference, full_matrices=False)
            root = sizes[:rank].sqrt()
            arrays[f"{name}.up"] = (left[:, :rank] * root).numpy().astype(np.float16)
            arrays[f"{name}.down"] = (root[:, None] * right[:rank]).numpy().astype(np.float16)
        else:
            arrays[name] = difference.numpy().astype(np.float16)
    return arrays


def main() -> None:
    """Train, cut and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rank", type=int, default=24)
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.documents)
    encoder = SentenceEncoder.open(BASE_ENCODER, half=False)
    module = encoder.transformer
    before = {name: tensor.clone() for name, tensor in module.model.state_dict().items()}
    train(module, pairs, arguments.epochs)
    arrays = low_rank(before, module.model.state_dict(), arguments.rank)
    queries = encoder.encode_queries([question for question, _ in pairs])
    passages = encoder.encode_passages([f"{question}\n{answer}" for question, answer in pairs])
    arrays["means"] = np.stack([queries.mean(axis=0), passages.mean(axis=0)])
    arrays["background"] = passages[:: max(1, len(passages) // 256)][:256].astype(np.float16)
    np.savez_compressed(arguments.out, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
