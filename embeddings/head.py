"""What turns the token vectors of a question or passage into those that are matched: a small transformer, in numpy.

Its layers are of the usual kind, normalised before each step (Xiong et al. 2020, arXiv:2002.04745): every token looks
at the others of its text, so that what is matched says what the token does there. A matrix maps the outcome to fewer
dimensions. The weights are learnt (`benchmarks/fit_tokens.py`) and ship with the encoder; docs/retrieval.md has what
they give.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import numpy as np

from embeddings.encoder import Vectors, normalise

HEADS = 6
"""Attention heads of a layer."""

_EPSILON = 1e-5


@dataclass(frozen=True)
class Layer:
    """A transformer layer; matrices are multiplied from the right, and d is the dimension of a token.

    Attributes:
        before_look: shape (2, d): scale and shift of what is normalised before the tokens look at one another.
        look: shape (d, 3 d): queries, keys and values; `look_bias` (3 d,).
        looked: shape (d, d): what a token takes from what it saw.
        before_think: shape (2, d), as `before_look`, before the next step.
        think: shape (d, f); `think_bias` (f,).
        thought: shape (f, d).
    """

    before_look: Vectors
    look: Vectors
    look_bias: Vectors
    looked: Vectors
    before_think: Vectors
    think: Vectors
    think_bias: Vectors
    thought: Vectors

    def __call__(self, tokens: Vectors) -> Vectors:
        """Return the tokens of texts after the layer, shape (n, tokens, d) like those given."""
        count, length, size = tokens.shape
        looking = _standard(tokens, self.before_look) @ self.look + self.look_bias
        asked, keys, said = looking.reshape(count, length, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
        likeness = asked @ keys.swapaxes(2, 3) / np.float32(np.sqrt(size // HEADS))
        likeness = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
        seen = likeness / likeness.sum(axis=-1, keepdims=True) @ said
        tokens = tokens + seen.swapaxes(1, 2).reshape(count, length, size) @ self.looked
        thinking = _gelu(_standard(tokens, self.before_think) @ self.think + self.think_bias)
        after: Vectors = tokens + thinking @ self.thought
        return after


@dataclass(frozen=True)
class TokenHead:
    """The layers and the map of one side.

    Attributes:
        mean: shape (d,): what all its tokens have in common.
        layers: One after another.
        map: shape (d, size).
    """

    mean: Vectors
    layers: tuple[Layer, ...]
    map: Vectors

    def centred(self, tokens: Vectors) -> Vectors:
        """Return token vectors less their mean, scaled to length 1, shape (tokens, d)."""
        return normalise(tokens - self.mean)

    def mapped(self, tokens: Vectors) -> Vectors:
        """Return what is matched of texts, unit vectors, shape (n, tokens, size).

        Args:
            tokens: Centred, shape (n, tokens, d).
        """
        read: Vectors = tokens * np.float32(np.sqrt(tokens.shape[-1]))
        for layer in self.layers:
            read = layer(read)
        mapped: Vectors = read @ self.map
        return normalise(mapped)

    @classmethod
    def shipped(cls, arrays: Mapping[str, Vectors], side: str) -> "TokenHead":
        """Return the head of "question" or "passage" from what ships with an encoder (`arrays_of`)."""
        own = {name.removeprefix(f"{side}."): array for name, array in arrays.items() if name.startswith(f"{side}.")}
        count = sum(name.endswith(".looked") for name in own)
        layers = tuple(
            Layer(**{part.name: own[f"{number}.{part.name}"] for part in fields(Layer)}) for number in range(count)
        )
        return cls(own["mean"], layers, own["map"])

    def arrays_of(self, side: str) -> Iterator[tuple[str, Vectors]]:
        """Yield all its numbers by name."""
        yield f"{side}.mean", self.mean
        yield f"{side}.map", self.map
        for number, layer in enumerate(self.layers):
            for part in fields(Layer):
                yield f"{side}.{number}.{part.name}", getattr(layer, part.name)


def _standard(tokens: Vectors, scale_and_shift: Vectors) -> Vectors:
    """Return each token with mean 0 and variance 1, scaled and shifted."""
    spread = tokens - tokens.mean(axis=-1, keepdims=True)
    spread /= np.sqrt(np.square(spread).mean(axis=-1, keepdims=True) + _EPSILON)
    scaled: Vectors = spread * scale_and_shift[0] + scale_and_shift[1]
    return scaled


def _gelu(values: Vectors) -> Vectors:
    """Return the Gaussian error linear unit, by its tangent (Hendrycks & Gimpel 2016, arXiv:1606.08415)."""
    inner = np.float32(np.sqrt(2 / np.pi)) * (values + np.float32(0.044715) * values * values * values)
    given: Vectors = np.float32(0.5) * values * (1 + np.tanh(inner))
    return given
