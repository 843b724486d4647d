"""Fit the adapter of the default encoder; docs/encoder.md has what it gave.

    python benchmarks/fit_adapter.py OUT.npz --pairs DOCUMENTS.jsonl [...]
        --questions QUESTIONS.jsonl DOCUMENTS.jsonl [...] --vragen VRAGEN.jsonl DOCUMENTS.jsonl [...]

`--pairs` gives each vraag with its antwoord, `--questions` written questions (as `kamerwijzer evaluate` reads them)
with the documents in which their passages stand (`gold` of a near miss is the passage that it comes near to),
`--vragen` the same for vragen written to antwoorden that have none.
Contrastive learning (InfoNCE; van den Oord et al. 2018, arXiv:1807.03748) of the upper layers on mean-centred vectors,
as the index compares them:

- A step takes some antwoorden with all their questions; half of the steps take near ones, so that the wrong ones are
  hard. Half of the time the vraag stands before its antwoord, as it does in an index; else it is one of the questions.
- The passages most like a question among all others count as wrong ones as well, by the vectors they had when they were
  last in a step (a memory bank; Wu et al. 2018, arXiv:1805.01978).
- One more choice is "none of these", at a similarity that is learnt. Each question is also shown the step without its
  own passage, where "none" is right, and so are near misses: the score itself comes to tell found from not found.

The mean of the weights over the last part of the steps is kept (Izmailov et al. 2018, arXiv:1803.05407); the difference
of each weight is cut to its best `rank` (truncated SVD) and written as float16 with the mean query, the mean passage
and 256 usual passages.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from adapter_examples import Examples, Step, read_examples, steps_of
from split_model import SplitModel

from embeddings.encoder import BASE_ENCODER
from embeddings.sentence_encoder import SentenceEncoder

RATE, RATE_OF_NONE, TEMPERATURE, NONE_AT, SEED = 5e-5, 1e-3, 0.05, 0.35, 7
SAME = 0.9
"""Passages more alike than this (inner product, centred) are not each other's negatives."""

HARD = 12
"""Passages of the bank that count as wrong ones for each question."""

AVERAGED = 0.4
"""The last part of the steps, over which weights are averaged."""


class Texts:
    """All texts, known to the model by row and kind."""

    def __init__(self, model: SplitModel, examples: Examples) -> None:
        """Run the lower layers over everything once."""
        self._examples = examples
        self._questions: dict[str, int] = {}
        for entry in examples.entries:
            for question in [*entry.questions, *entry.near_misses, *([entry.vraag] if entry.vraag else [])]:
                self._questions.setdefault(question, len(self._questions))
        for question in examples.near_misses:
            self._questions.setdefault(question, len(self._questions))
        model.remember("query", [f"query: {question}" for question in self._questions])
        model.remember("passage", [f"passage: {entry.answer}" for entry in examples.entries])
        whole = [f"passage: {entry.vraag}\n{entry.answer}" if entry.vraag else "" for entry in examples.entries]
        model.remember("whole", whole)

    def asked(self, step: Step) -> tuple[list[tuple[int, str]], list[int | None]]:
        """Return the questions of a step, and for each the place of its passage; None for near misses."""
        keys, owners = [], []
        for place, (entry, shown) in enumerate(zip(self._examples.at(step.rows), step.shown, strict=True)):
            for question in [*entry.questions, *([entry.vraag] if entry.vraag and not shown else [])]:
                keys.append((self._questions[question], "query"))
                owners.append(place)
        missed = [question for entry in self._examples.at(step.rows) for question in entry.near_misses]
        missed += [self._examples.near_misses[row] for row in step.near_misses]
        keys += [(self._questions[question], "query") for question in missed]
        return keys, [*owners, *([None] * len(missed))]

    def given(self, step: Step) -> list[tuple[int, str]]:
        """Return the passages of a step."""
        return [(row, "whole" if shown else "passage") for row, shown in zip(step.rows, step.shown, strict=True)]


def loss_of(
    asked: torch.Tensor, given: torch.Tensor, owner: Sequence[int | None], null: torch.Tensor, bank: torch.Tensor
) -> torch.Tensor:
    """Return the loss of a step.

    Args:
        asked: Question vectors, shape (n, dimension).
        given: Passage vectors, shape (m, dimension).
        owner: For each question the place of its passage, or None.
        null: The similarity of "none of these".
        bank: Vectors of all other passages, shape (b, dimension), without gradients.
    """
    count = len(owner)
    places = torch.tensor([-1 if place is None else place for place in owner])
    with torch.no_grad():
        scores = asked @ bank.T
        far = (given @ bank.T <= SAME)[places.clamp(min=0)]
        far[places < 0] = True
        hard = torch.unique(scores.masked_fill(~far, -1.0).topk(HARD, dim=1).indices)
        hidden_hard = ~far[:, hard]
        alike = given @ given.T > SAME
    own = torch.nn.functional.one_hot(places.clamp(min=0), given.shape[0]).bool() & (places >= 0)[:, None]
    hidden = (alike[places.clamp(min=0)] & (places >= 0)[:, None]) & ~own
    near = asked @ given.T
    wrong = (asked @ bank[hard].T).masked_fill(hidden_hard, -1.0)
    full = torch.cat([near.masked_fill(hidden, -1.0), null.expand(count, 1), wrong], dim=1) / TEMPERATURE
    found = torch.nn.functional.cross_entropy(full, torch.where(places < 0, given.shape[0], places))
    without = torch.cat([near.masked_fill(hidden | own, -1.0), null.expand(count, 1), wrong], dim=1) / TEMPERATURE
    absent = torch.nn.functional.cross_entropy(without, torch.full((count,), given.shape[0]))
    return found + 0.3 * absent


def centred(vectors: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Return the vectors less the mean, scaled to length 1."""
    return torch.nn.functional.normalize(vectors - mean, dim=-1)


class Mean:
    """The mean of weights over steps."""

    def __init__(self, weights: Sequence[torch.Tensor]) -> None:
        """Begin with none."""
        self._weights, self._count = weights, 0
        self._sums = [torch.zeros_like(weight) for weight in weights]

    def add(self) -> None:
        """Count the weights as they are now."""
        self._count += 1
        for total, weight in zip(self._sums, self._weights, strict=True):
            total += weight.detach()

    def put(self) -> None:
        """Put the mean in the place of the weights."""
        for total, weight in zip(self._sums, self._weights, strict=True):
            weight.data.copy_(total / max(1, self._count))


def train(
    model: SplitModel, examples: Examples, vectors: np.ndarray, means: torch.Tensor, epochs: int, batch: int
) -> None:
    """Train the upper layers in place; `vectors` are those of the passages now, `means` of questions and passages."""
    draw = random.Random(SEED)  # noqa: S311 - not for secrets
    torch.manual_seed(SEED)
    texts = Texts(model, examples)
    bank = centred(torch.from_numpy(vectors), means[1])
    near = bank.numpy().copy()
    null = torch.tensor(NONE_AT, requires_grad=True)
    groups = [{"params": model.trained, "weight_decay": 0.01}, {"params": [null], "lr": RATE_OF_NONE}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    total = epochs * (len(examples.entries) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.05, 1 - step / total)
    )
    mean, count = Mean(model.trained), 0
    for _ in range(epochs):
        for step in steps_of(examples, near, batch, draw):
            keys, owner = texts.asked(step)
            asked = centred(model.embed(keys), means[0])
            given = centred(model.embed(texts.given(step)), means[1])
            others = torch.ones(len(bank), dtype=torch.bool)
            others[step.rows] = False
            loss = loss_of(asked, given, owner, null, bank[others])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            bank[step.rows] = given.detach()
            count += 1
            if count >= (1 - AVERAGED) * total:
                mean.add()
            if count % 10 == 0:
                print(f"{count} of {total}, loss {loss.item():.3f}, none {null.item():.3f}", flush=True)
    mean.put()


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
    parser.add_argument("--vragen", type=Path, nargs=2, action="append", default=[])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32, help="antwoorden of a step")
    parser.add_argument("--rank", type=int, default=24)
    parser.add_argument("--layers", type=int, default=6, help="how many of the upper layers are trained")
    parser.add_argument("--tokens", type=int, default=128, help="how much of a text is read")
    arguments = parser.parse_args()
    examples = read_examples(arguments.pairs, arguments.questions, arguments.vragen)
    entries = examples.entries
    asked = sum(len(entry.questions) + bool(entry.vraag) for entry in entries)
    missed = len(examples.near_misses) + sum(len(entry.near_misses) for entry in entries)
    print(f"{len(entries)} antwoorden, {asked} questions, {missed} near misses", flush=True)
    encoder = SentenceEncoder.open(BASE_ENCODER, half=False)
    every = [question for entry in entries for question in [*entry.questions[:1], entry.vraag or ""] if question]
    vectors = encoder.encode_passages([entry.answer[:600] for entry in entries])
    means = torch.from_numpy(np.stack([encoder.encode_queries(every).mean(axis=0), vectors.mean(axis=0)]))
    module = encoder.transformer
    before = {name: tensor.clone() for name, tensor in module.model.state_dict().items()}
    model = SplitModel(module, arguments.layers, arguments.tokens)
    train(model, examples, vectors, means, arguments.epochs, arguments.batch)
    arrays = low_rank(before, module.model.state_dict(), arguments.rank)
    module.model.train(False)
    module.tokenizer.enable_truncation(encoder.max_tokens)
    usual = ["\n".join(text for text in (entry.vraag, entry.answer) if text) for entry in entries]
    arrays["means"] = np.stack(
        [encoder.encode_queries(every).mean(axis=0), encoder.encode_passages(usual).mean(axis=0)]
    )
    arrays["background"] = encoder.encode_passages(usual[:: max(1, len(usual) // 256)][:256]).astype(np.float16)
    np.savez_compressed(arguments.out, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
