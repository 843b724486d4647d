"""Training of the maps of token vectors: contrastive, with one more choice, "none of these"."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from embeddings.encoder import Vectors

EPOCHS, BATCH, MISSES, HARD = 2, 48, 24, 10
"""Rounds over the questions; questions and near misses of a step, and wrong antwoorden drawn for each question."""

RATE, RATE_OF_SCALE, TEMPERATURE, NONE_AT, SEED = 2e-3, 1e-2, 0.04, 0.5, 0
SAME, NEAREST, AVERAGED = 0.85, 40, 0.4
"""Antwoorden more alike are not each other's negatives; hard ones come from so many; the last part is averaged."""


@dataclass(frozen=True)
class Material:
    """What is learnt from.

    Attributes:
        passages: Pooled tokens of antwoorden, shape (m, POOLED, dimension).
        vectors: Of antwoorden, centred, shape (m, dimension).
        tokens: Of questions, shape (n, LONGEST, dimension).
        shares: What each weighs, shape (n, LONGEST).
        asked: Vectors of questions, centred, shape (n, dimension).
        owners: The antwoord of each question, shape (n,); -1 - row for a near miss of it, beyond all rows for one of
            no antwoord in particular.
    """

    passages: Vectors
    vectors: Vectors
    tokens: Vectors
    shares: Vectors
    asked: Vectors
    owners: np.ndarray

    def nearest(self) -> np.ndarray:
        """Return antwoorden near each question but not its own, shape (n, NEAREST); of a near miss first its own."""
        near = np.empty((len(self.owners), NEAREST), np.int64)
        for row, owner in enumerate(self.owners):
            scores = self.vectors @ self.asked[row]
            if owner >= 0:
                scores[self.vectors @ self.vectors[owner] > SAME] = -9
            elif -1 - owner < len(scores):
                scores[-1 - owner] = 9
            near[row] = np.argsort(-scores, kind="stable")[:NEAREST]
        return near


def trained(material: Material, size: int) -> Vectors:
    """Return the maps of questions and passages, shape (2, dimension, size)."""
    torch.manual_seed(SEED)
    start = principal(material, size)
    maps = [torch.nn.Parameter(start.clone()) for _ in range(2)]
    scale, none = torch.nn.Parameter(torch.tensor(-np.log(TEMPERATURE))), torch.nn.Parameter(torch.tensor(NONE_AT))
    optimiser = torch.optim.AdamW(
        [{"params": maps, "lr": RATE}, {"params": [scale, none], "lr": RATE_OF_SCALE}], weight_decay=0.0
    )
    total = EPOCHS * (int((material.owners >= 0).sum()) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.05, 1 - step / total)
    )
    sums, averaged = [torch.zeros_like(start) for _ in maps], 0
    passages, tokens, shares = (torch.from_numpy(a) for a in (material.passages, material.tokens, material.shares))
    for count, (rows, drawn) in enumerate(steps_of(material, total), 1):
        given = np.unique(drawn)
        matches = matched(tokens[rows] @ maps[0], shares[rows], passages[given] @ maps[1])
        loss = loss_of(matches, none[None], scale.exp(), *relations(material, rows, given))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        if count > (1 - AVERAGED) * total:
            averaged += 1
            for one, own in zip(sums, maps, strict=True):
                one += own.detach()
        if count % 20 == 0:
            print(f"{count} of {total}, loss {loss.item():.3f}, none {none.item():.3f}", flush=True)
    return torch.stack([one / averaged for one in sums]).numpy()


def principal(material: Material, size: int) -> torch.Tensor:
    """Return the directions in which tokens differ most, shape (dimension, size)."""
    dimension = material.passages.shape[-1]
    tokens = np.concatenate([a.reshape(-1, dimension)[::4] for a in (material.passages, material.tokens)])
    return torch.from_numpy(np.linalg.eigh(tokens.T @ tokens)[1][:, ::-1][:, :size].copy())


def steps_of(material: Material, total: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield rows of questions, near misses behind, and the antwoorden that they are shown."""
    draw, near = np.random.default_rng(SEED), material.nearest()
    found, missed = np.flatnonzero(material.owners >= 0), np.flatnonzero(material.owners < 0)
    left = [np.empty(0, np.int64), np.empty(0, np.int64)]
    for _ in range(total):
        taken = []
        for kind, (rows, count) in enumerate(((found, BATCH), (missed, min(MISSES, len(missed))))):
            if len(left[kind]) < count:
                left[kind] = draw.permutation(rows)
            taken.append(left[kind][:count])
            left[kind] = left[kind][count:]
        hard = [draw.choice(near[row], HARD, replace=False) for row in taken[0]]
        hard += [np.append(near[row, 0], draw.choice(near[row, 1:12], 3, replace=False)) for row in taken[1]]
        yield np.concatenate(taken), np.concatenate([material.owners[taken[0]], *hard])


def matched(tokens: torch.Tensor, shares: torch.Tensor, passages: torch.Tensor) -> torch.Tensor:
    """Return the match of questions with passages, shape (questions, passages)."""
    products = torch.einsum("qtd,pkd->qtpk", normalize(tokens, dim=-1), normalize(passages, dim=-1))
    return torch.einsum("qt,qtp->qp", shares, products.amax(dim=-1))


def relations(material: Material, rows: np.ndarray, given: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the place of each question's own antwoord (-1 for a near miss), and which are too like it to be wrong."""
    owners = material.owners[rows]
    places = np.where(owners >= 0, np.searchsorted(given, np.maximum(owners, 0)), -1)
    alike = (material.vectors[np.maximum(owners, 0)] @ material.vectors[given].T > SAME) & (owners >= 0)[:, None]
    return torch.from_numpy(places), torch.from_numpy(alike)


def loss_of(
    matches: torch.Tensor, none: torch.Tensor, scale: torch.Tensor, places: torch.Tensor, alike: torch.Tensor
) -> torch.Tensor:
    """Return the loss: its own among the passages, among them and "none", "none" without it, "none" for near misses.

    Args:
        matches: shape (questions, passages).
        none: The match of "none of these", shape (1,).
        scale: What matches are multiplied with.
        places: The own passage of each question; -1 for near misses, which stand last.
        alike: shape (questions, passages): the own passage and those as good as the same.
    """
    count = int((places >= 0).sum())
    own = torch.nn.functional.one_hot(places[:count], matches.shape[1]).bool()
    with_none = scale * torch.cat([matches, none.expand(len(matches), 1)], dim=1)
    nothing = torch.full((len(matches),), matches.shape[1])
    others = torch.cat([alike[:count] & ~own, torch.zeros(count, 1, dtype=torch.bool)], dim=1)
    found = with_none[:count].masked_fill(others, -1e4)
    without = found.masked_fill(torch.cat([own, torch.zeros(count, 1, dtype=torch.bool)], dim=1), -1e4)
    loss = cross_entropy(found[:, :-1], places[:count]) + cross_entropy(found, places[:count])
    loss = loss + 0.5 * cross_entropy(without, nothing[:count])
    return loss + cross_entropy(with_none[count:], nothing[count:]) if count < len(matches) else loss
