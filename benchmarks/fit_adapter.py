"""Fit the adapter of the default encoder; docs/encoder.md has what it gave.

    python benchmarks/fit_adapter.py OUT.npz --pairs DOCUMENTS.jsonl --questions QUESTIONS.jsonl DOCUMENTS.jsonl [...]

`--pairs` gives each vraag with its antwoord, `--questions` written questions (as `kamerwijzer evaluate` reads them)
with the documents in which their passages stand. Contrastive learning (InfoNCE; van den Oord et al. 2018,
arXiv:1807.03748) of the upper layers on mean-centred vectors, as the index compares them, with one more choice beside
the passages of a batch: "none of these", at a similarity that is learnt. Each question is also shown the batch without
its own passage, where "none" is right, and so are near misses: that makes the score itself tell found from not found.
Half of the batches are of near passages, so that the wrong ones are hard. The difference of each weight is then cut to
its best `rank` (truncated SVD) and written as float16 with the mean query, the mean passage and 256 usual passages.
About 20 minutes on two cores for 3,000 questions.
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from split_model import SplitModel

from embeddings.encoder import BASE_ENCODER
from embeddings.sentence_encoder import SentenceEncoder
from rag.documents import read_documents
from rag.evaluate import read_cases
from rag.passages import embedded_text, passages_of

BATCH, RATE, TEMPERATURE, TOKENS, SEED = 32, 5e-5, 0.05, 128, 7
NULL_AT = 0.35
SAME = 0.97
"""Passages more alike than this (inner product) are not each other's negatives."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the text that answers it; None for a near miss."""

    question: str
    passage: str | None


def pairs_of(path: Path) -> Iterator[Example]:
    """Yield each vraag with its antwoord, antwoorden over 40 characters only."""
    for document in read_documents(path):
        for vraag in document.vragen:
            if vraag.question and vraag.answer and len(vraag.answer) > 40:
                yield Example(vraag.question, vraag.answer)


def questions_of(questions: Path, documents: Path) -> Iterator[Example]:
    """Yield written questions with their first gold passage, and near misses with none."""
    passages = {passage.id: passage for document in read_documents(documents) for passage in passages_of(document)}
    for case in read_cases(questions):
        if case.type == "answerable":
            yield Example(case.question, embedded_text(passages[case.gold[0]]))
        elif case.type == "near_miss":
            yield Example(case.question, None)


def batches(examples: list[Example], near: np.ndarray, draw: random.Random) -> Iterator[list[int]]:
    """Yield rows of all examples once, in batches; every other batch a random example with those nearest to it."""
    left = list(range(len(examples)))
    draw.shuffle(left)
    count = 0
    while len(left) >= BATCH:
        rows = left[:BATCH]
        if count % 2:
            free = np.array(left)
            rows = free[np.argsort(-(near[free] @ near[left[0]]), kind="stable")[:BATCH]].tolist()
        taken = set(rows)
        left = [row for row in left if row not in taken]
        count += 1
        yield rows


def loss_of(asked: torch.Tensor, given: torch.Tensor, owner: list[int | None], null: torch.Tensor) -> torch.Tensor:
    """Return the loss of a batch.

    Args:
        asked: Question vectors, shape (n, dimension).
        given: Passage vectors, shape (m, dimension).
        owner: For each question the row of its passage, or None.
        null: The similarity of "none of these".
    """
    count = len(owner)
    with torch.no_grad():
        alike = given @ given.T > SAME
    logits = asked @ given.T
    hidden = torch.zeros_like(logits, dtype=torch.bool)
    own = torch.zeros_like(hidden)
    for row, place in enumerate(owner):
        if place is not None:
            hidden[row] = alike[place]
            own[row, place] = True
            hidden[row, place] = False
    full = torch.cat([logits.masked_fill(hidden, -1.0), null.expand(count, 1)], dim=1) / TEMPERATURE
    none = torch.tensor([given.shape[0] if place is None else place for place in owner])
    found = torch.nn.functional.cross_entropy(full, none)
    without = torch.cat([logits.masked_fill(hidden | own, -1.0), null.expand(count, 1)], dim=1) / TEMPERATURE
    absent = torch.nn.functional.cross_entropy(without, torch.full((count,), given.shape[0]))
    return found + 0.3 * absent


def train(model: SplitModel, examples: list[Example], near: np.ndarray, means: torch.Tensor, epochs: int) -> None:
    """Train the upper layers in place."""
    draw = random.Random(SEED)  # noqa: S311 - not for secrets
    torch.manual_seed(SEED)
    null = torch.tensor(NULL_AT, requires_grad=True)
    groups = [{"params": model.trained, "weight_decay": 0.01}, {"params": [null], "lr": RATE * 20}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.02, 1 - step / (epochs * len(examples) / BATCH))
    )
    step = 0
    for _ in range(epochs):
        for rows in batches(examples, near, draw):
            places = [row for row in rows if examples[row].passage is not None]
            if not places:
                continue
            owner = [places.index(row) if examples[row].passage is not None else None for row in rows]
            asked = model.embed([(row, "query") for row in rows])
            given = model.embed([(row, "passage") for row in places])
            loss = loss_of(centred(asked, means[0]), centred(given, means[1]), owner, null)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            step += 1
            if step % 10 == 0:
                print(f"{step} loss {float(loss):.3f} none {float(null):.3f}", flush=True)


def centred(vectors: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Return the vectors less the mean, scaled to length 1."""
    return torch.nn.functional.normalize(vectors - mean, dim=-1)


def low_rank(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor], rank: int) -> dict[str, np.ndarray]:
    """Return the difference of each changed weight as two factors of at most `rank`, vectors as they are; float16."""
    arrays: dict[str, np.ndarray] = {}
    for name, weight in after.items():
        difference = weight - before[name]
        if not difference.any():
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=Path, action="append", default=[])
    parser.add_argument("--questions", type=Path, nargs=2, action="append", default=[])
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rank", type=int, default=24)
    parser.add_argument("--layers", type=int, default=6, help="how many of the upper layers are trained")
    arguments = parser.parse_args()
    examples = [example for path in arguments.pairs for example in pairs_of(path)]
    for questions, documents in arguments.questions:
        examples += questions_of(questions, documents)
    encoder = SentenceEncoder.open(BASE_ENCODER, half=False)
    questions_seen = encoder.encode_queries([example.question for example in examples])
    passages = [example.passage or example.question for example in examples]
    vectors = encoder.encode_passages([text[:600] for text in passages])
    print(f"{len(examples)} examples", flush=True)
    means = torch.from_numpy(np.stack([questions_seen.mean(axis=0), vectors.mean(axis=0)]))
    near = vectors - vectors.mean(axis=0)
    module = encoder.transformer
    before = {name: tensor.clone() for name, tensor in module.model.state_dict().items()}
    model = SplitModel(module, arguments.layers, TOKENS)
    model.remember("query", [f"query: {example.question}" for example in examples])
    model.remember("passage", [f"passage: {text}" for text in passages])
    train(model, examples, near, means, arguments.epochs)
    arrays = low_rank(before, module.model.state_dict(), arguments.rank)
    module.model.train(False)
    usual = [text for text, example in zip(passages, examples, strict=True) if example.passage]
    arrays["means"] = np.stack(
        [
            encoder.encode_queries([example.question for example in examples]).mean(axis=0),
            encoder.encode_passages(usual).mean(axis=0),
        ]
    )
    arrays["background"] = encoder.encode_passages(usual[:: max(1, len(usual) // 256)][:256]).astype(np.float16)
    np.savez_compressed(arguments.out, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
