"""Training of the heads over token vectors (`embeddings.head`): contrastive, with one more choice, "none of these"."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy, gelu, normalize, scaled_dot_product_attention

from embeddings.encoder import Vectors
from embeddings.head import HEADS, Layer, TokenHead

LAYERS, INNER, DROPPED = 1, 768, 0.1
"""Layers of each side, the width of their inner step, and the share of what they add that is dropped in training."""

EPOCHS, BATCH, MISSES, HARD = 2, 48, 24, 10
"""Rounds over the questions; questions and near misses of a step, and wrong antwoorden drawn for each question."""

RATE_OF_MAPS, RATE_OF_LAYERS, RATE_OF_SCALE, DECAY = 2e-3, 5e-4, 1e-2, 0.01
TEMPERATURE, NONE_AT, SEED = 0.04, 0.5, 0
SAME, NEAREST, AVERAGED = 0.85, 40, 0.4
"""Antwoorden more alike are not each other's negatives; hard ones come from so many; the last part is averaged."""

MATCHED = 24
"""Tokens of a question that are matched in training, the weightiest."""

_READ_WITH = 0.5
"""Share of the passages that are read with their vraag."""


@dataclass(frozen=True)
class Material:
    """What is learnt from.

    Attributes:
        passages: Pooled tokens of antwoorden, alone and behind their vraag, shape (2, m, POOLED, dimension).
        vectors: Of antwoorden, centred, shape (m, dimension).
        tokens: Of questions, shape (n, longest, dimension), zero behind the last.
        shares: What each weighs, shape (n, longest).
        asked: Vectors of questions, centred, shape (n, dimension).
        owners: The antwoord of each question, shape (n,); -1 - row for a near miss of it, beyond all rows for one of
            no antwoord in particular.
        vragen: Whether a question is the vraag itself that its antwoord is read with, shape (n,).
    """

    passages: Vectors
    vectors: Vectors
    tokens: Vectors
    shares: Vectors
    asked: Vectors
    owners: np.ndarray
    vragen: np.ndarray

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


class Trained(torch.nn.Module):
    """A head while it is trained."""

    def __init__(self, start: torch.Tensor) -> None:
        super().__init__()
        dimension = len(start)
        self.layers = torch.nn.ModuleList(_TrainedLayer(dimension) for _ in range(LAYERS))
        self.map = torch.nn.Parameter(start.clone())

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Return what is matched, unit vectors, shape (n, tokens, size); `mask` says which tokens there are."""
        read = tokens * tokens.shape[-1] ** 0.5
        for layer in self.layers:
            read = layer(read, mask)
        return normalize(read.float() @ self.map, dim=-1)


class _TrainedLayer(torch.nn.Module):
    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.before_look, self.before_think = torch.nn.LayerNorm(dimension), torch.nn.LayerNorm(dimension)
        self.look, self.think = torch.nn.Linear(dimension, 3 * dimension), torch.nn.Linear(dimension, INNER)
        self.looked = torch.nn.Linear(dimension, dimension, bias=False)
        self.thought = torch.nn.Linear(INNER, dimension, bias=False)
        for last in (self.looked, self.thought):  # begins as if it were not there
            torch.nn.init.zeros_(last.weight)
        self.drop = torch.nn.Dropout(DROPPED)

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        count, length, size = tokens.shape
        sides = self.look(self.before_look(tokens)).view(count, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(
            sides[0], sides[1], sides[2], attn_mask=None if mask is None else mask[:, None, None]
        )
        tokens = tokens + self.drop(self.looked(seen.transpose(1, 2).reshape(count, length, size)))
        thinking = gelu(self.think(self.before_think(tokens)), approximate="tanh")
        after: torch.Tensor = tokens + self.drop(self.thought(thinking))
        return after

    def numbers(self) -> Layer:
        def scale_and_shift(norm: torch.nn.LayerNorm) -> Vectors:
            return torch.stack([norm.weight, norm.bias]).detach().numpy()

        def of(linear: torch.nn.Linear) -> Vectors:
            return linear.weight.detach().numpy().T.copy()

        return Layer(
            before_look=scale_and_shift(self.before_look),
            look=of(self.look),
            look_bias=self.look.bias.detach().numpy(),
            looked=of(self.looked),
            before_think=scale_and_shift(self.before_think),
            think=of(self.think),
            think_bias=self.think.bias.detach().numpy(),
            thought=of(self.thought),
        )


def trained(material: Material, size: int, means: Vectors) -> tuple[TokenHead, TokenHead]:
    """Return the heads of questions and passages; `means`, shape (2, dimension), are what they subtract."""
    torch.manual_seed(SEED)
    start, draw = principal(material, size), np.random.default_rng(SEED)
    asks, says = Trained(start), Trained(start)
    scale, none = torch.nn.Parameter(torch.tensor(-np.log(TEMPERATURE))), torch.nn.Parameter(torch.tensor(NONE_AT))
    layers = [*asks.layers.parameters(), *says.layers.parameters()]
    optimiser = torch.optim.AdamW(
        [
            {"params": [asks.map, says.map], "lr": RATE_OF_MAPS},
            {"params": layers, "lr": RATE_OF_LAYERS, "weight_decay": DECAY},
            {"params": [scale, none], "lr": RATE_OF_SCALE},
        ],
        weight_decay=0.0,
    )
    total = EPOCHS * (int((material.owners >= 0).sum()) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.05, 1 - step / total)
    )
    average = [torch.optim.swa_utils.AveragedModel(head) for head in (asks, says)]
    for count, (rows, drawn) in enumerate(steps_of(material, total), 1):
        given = np.unique(drawn)
        matches = matched(asks, says, material, rows, passages_of(material, rows, given, draw))
        loss = loss_of(matches, none[None], scale.exp(), *relations(material, rows, given))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(layers, 1.0)
        optimiser.step()
        schedule.step()
        if count > (1 - AVERAGED) * total:
            average[0].update_parameters(asks)
            average[1].update_parameters(says)
        if count % 20 == 0:
            print(f"{count} of {total}, loss {loss.item():.3f}, none {none.item():.3f}", flush=True)
    return numbers_of(average[0].module, means[0]), numbers_of(average[1].module, means[1])


def numbers_of(head: torch.nn.Module, mean: Vectors) -> TokenHead:
    """Return a trained head as it is used; `mean` is what it subtracts."""
    if not isinstance(head, Trained):
        raise TypeError(f"{type(head).__name__} is no trained head.")
    layers = tuple(layer.numbers() for layer in head.layers if isinstance(layer, _TrainedLayer))
    return TokenHead(mean, layers, head.map.detach().numpy())


def principal(material: Material, size: int) -> torch.Tensor:
    """Return the directions in which tokens differ most, shape (dimension, size)."""
    dimension = material.tokens.shape[-1]
    tokens = np.concatenate([a.reshape(-1, dimension)[::8] for a in (material.passages[0], material.tokens)])
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


def passages_of(material: Material, rows: np.ndarray, given: np.ndarray, draw: np.random.Generator) -> torch.Tensor:
    """Return the tokens of antwoorden, some behind their vraag, but not where that is among what is asked."""
    alone = np.isin(given, material.owners[rows[material.vragen[rows]]])
    behind = (draw.random(len(given)) < _READ_WITH) & ~alone
    return torch.from_numpy(material.passages[behind.astype(int), given])


def matched(asks: Trained, says: Trained, material: Material, rows: np.ndarray, passages: torch.Tensor) -> torch.Tensor:
    """Return the match of questions with passages, shape (questions, passages)."""
    tokens, shares = torch.from_numpy(material.tokens[rows]), torch.from_numpy(material.shares[rows])
    with torch.autocast("cpu", torch.bfloat16):
        asked, said = asks(tokens, tokens.any(dim=-1)), says(passages)
    weights, places = shares.topk(MATCHED, dim=1)
    asked = torch.gather(asked, 1, places[..., None].expand(-1, -1, asked.shape[-1]))
    products = asked.flatten(0, 1).bfloat16() @ said.flatten(0, 1).bfloat16().T
    best = products.view(*asked.shape[:2], *said.shape[:2]).amax(dim=-1).float()
    return torch.einsum("qt,qtp->qp", weights / weights.sum(dim=1, keepdim=True), best)


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
