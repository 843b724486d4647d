"""Training of the upper layers of the shipped encoder: the lower ones run once a text and are remembered."""

from collections.abc import Sequence

import torch

from embeddings.expanded_bert import ExpandedBert

_AT_ONCE = 32


class SplitModel:
    """The expanded model cut in two: hidden states below are kept (float16), the layers above are trained."""

    def __init__(self, module: ExpandedBert, layers: int, tokens: int) -> None:
        """Freeze all but the upper `layers`; texts are read up to `tokens` tokens."""
        self._module = module
        self._tokens = tokens
        blocks = module.model.encoder.layer
        self._below, self._above = blocks[: len(blocks) - layers], blocks[len(blocks) - layers :]
        for tensor in module.model.parameters():
            tensor.requires_grad_(False)
        self.trained = [tensor for block in self._above for tensor in block.parameters()]
        for tensor in self.trained:
            tensor.requires_grad_(True)
        self._kept: dict[tuple[int, str], torch.Tensor] = {}

    @torch.no_grad()
    def remember(self, kind: str, texts: Sequence[str]) -> None:
        """Run the lower layers over texts; row i is known as (i, kind) afterwards."""
        tokenizer = self._module.tokenizer
        tokenizer.enable_truncation(self._tokens)
        self._module.model.train(False)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            features = self._module.preprocess([texts[row] for row in rows])
            mask = features["attention_mask"]
            states = self._module.model.embeddings(input_ids=features["input_ids"])
            for block in self._below:
                states = _hidden(block(states, attention_mask=_bias(mask)))
            for row, state, length in zip(rows, states, mask.sum(1).tolist(), strict=True):
                self._kept[row, kind] = state[:length].to(torch.float16)

    def embed(self, keys: Sequence[tuple[int, str]]) -> torch.Tensor:
        """Return unit vectors of remembered texts, shape (len(keys), hidden), with gradients."""
        order = sorted(range(len(keys)), key=lambda place: len(self._kept[keys[place]]))
        parts = [
            self._embed([keys[place] for place in order[start : start + _AT_ONCE]])
            for start in range(0, len(order), _AT_ONCE)
        ]
        return torch.cat(parts)[torch.tensor(order).argsort()]

    def _embed(self, keys: Sequence[tuple[int, str]]) -> torch.Tensor:
        """Return vectors of texts about as long as each other."""
        kept = [self._kept[key] for key in keys]
        states = torch.nn.utils.rnn.pad_sequence([state.float() for state in kept], batch_first=True)
        lengths = torch.tensor([len(state) for state in kept])
        mask = (torch.arange(states.shape[1])[None, :] < lengths[:, None]).long()
        self._above.train()
        for block in self._above:
            states = _hidden(block(states, attention_mask=_bias(mask)))
        weight = mask.unsqueeze(-1).float()
        pooled = (states * weight).sum(1) / weight.sum(1)
        return torch.nn.functional.normalize(pooled, dim=-1)


def _bias(mask: torch.Tensor) -> torch.Tensor:
    """Return what is added to attention scores: 0 where a token stands, very low where none does."""
    low = torch.finfo(torch.float32).min
    return (1.0 - mask.float())[:, None, None, :] * low


def _hidden(output: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    return output[0] if isinstance(output, tuple) else output
