"""The seam around encoders: texts in, unit vectors out; a query and a passage are different verbs.

`open_encoder` gives the default (multilingual-e5-small from a package, adapted; no download), any other
sentence-transformers model by name or folder, or `HashEncoder`, a fast deterministic fake for tests whose vectors
depend on the words of the text.
"""

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""float32, shape (n, dimension), one row a text."""

BASE_ENCODER = "multilingual-e5-small"
DEFAULT_ENCODER = "kamervragen-e5-small"
"""multilingual-e5-small with an adapter fitted on pairs of vraag and antwoord (docs/encoder.md)."""

HASH_ENCODER = "hash"


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """The tokens of a question, as the encoder sees them.

    Attributes:
        vectors: shape (tokens, dimension), as the encoder gives them; no token, where it gives none.
        words: The word each belongs to, in small letters.
    """

    vectors: Vectors
    words: tuple[str, ...]


class Codec(Protocol):
    """What compares the tokens of a question with the codes of passages; `embeddings.late` has the one there is."""

    def scores(self, question: QuestionTokens, weights: Mapping[str, float], codes: NDArray[np.uint8]) -> Vectors:
        """Return how well texts answer a question, shape (n,), of codes of shape (n, width)."""


class Encoder(Protocol):
    """What the index needs of an encoder."""

    @property
    def name(self) -> str:
        """The name under which `open_encoder` gives it again; kept in the manifest."""

    @property
    def fingerprint(self) -> str:
        """Tells its weights and settings from others of the same name; letters and digits. Kept in the manifest."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def width(self) -> int:
        """Length of a row of `encode_rows`: `dimension`, and what stands for the tokens of a passage."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a passage it reads; longer ones are cut into windows before."""

    @property
    def default_means(self) -> Vectors | None:
        """Mean query and mean passage vector, shape (2, dimension), for small corpora; None if unknown."""

    default_background: Vectors | None
    """Vectors of usual passages, shape (n, dimension), for small corpora; None if unknown."""

    @property
    def codec(self) -> Codec | None:
        """What reads the token codes of its rows; None where it makes none."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of passages, each with the codes of its tokens behind it, shape (len(texts), width).

        Codes are whole numbers below 256 (`embeddings.late`); an encoder without them gives vectors alone.
        """

    def encode_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Return the unit vector of a question, shape (dimension,), and its tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has as a passage, special tokens and prefix included."""


def open_encoder(name: str = DEFAULT_ENCODER, *, half: bool | None = None) -> Encoder:
    """Load an encoder by name.

    Args:
        name: `kamervragen-e5-small` (the default) or `multilingual-e5-small`, both from the installed package, a
            sentence-transformers name or folder, or `hash`.
        half: Whether one from the package calculates in bfloat16; None for whether the processor does so natively.

    Raises:
        EncoderError: It cannot be loaded; the message says why and what to do.
    """
    if name == HASH_ENCODER:
        return HashEncoder()
    from embeddings.sentence_encoder import SentenceEncoder

    return SentenceEncoder.open(name, half=half)


def share_cores(parts: int) -> None:
    """Let each text be embedded by a part of the cores; for a program that embeds `parts` texts at once.

    Said after the encoder was opened; without a sentence-transformers model there is nothing to share.
    """
    if opened := sys.modules.get("embeddings.sentence_encoder"):
        opened.share_cores(parts)


class HashEncoder:
    """Bag of hashed words: deterministic, no model, similar texts get similar vectors. For tests."""

    name = HASH_ENCODER
    fingerprint = "hash256"
    dimension = 256
    width = 256
    max_tokens = 128
    default_means: Vectors | None = None
    default_background: Vectors | None = None
    codec: Codec | None = None

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), 256)."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), 256)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                vectors[row, digest[0]] += 1.0 if digest[1] % 2 else -1.0
            vectors[row, 0] += 1e-3
        return normalise(vectors)

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        """Return vectors alone, shape (len(texts), 256)."""
        return self.encode_passages(texts)

    def encode_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Return the unit vector, shape (256,), and no tokens."""
        return self.encode_queries([text])[0], QuestionTokens(np.zeros((0, self.dimension), np.float32), ())

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words of each text."""
        return [len(text.split()) for text in texts]


def normalise(vectors: Vectors) -> Vectors:
    """Return the rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
