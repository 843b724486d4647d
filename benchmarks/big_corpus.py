"""A corpus of any size: real sentences recombined, and vectors like those of real passages, to measure scale with.

Embedding half a million passages takes most of a day; their vectors only have to lie as real ones do. Each is a usual
passage's vector, drawn by the text's hash, with noise. Questions are embedded by the real encoder.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, QuestionTokens, Vectors, normalise
from rag.documents import read_documents
from rag.records import Kamervraag, Person, Vraag
from rag.sentences import split_sentences

VRAGEN = 8
_NOISE = 0.6
_MANY = 100


class SyntheticEncoder:
    """An encoder whose passages cost nothing."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dimension, self.width = encoder.name, encoder.dimension, encoder.width
        self.codec = encoder.codec
        self.fingerprint = encoder.fingerprint.replace("-", "-synthetic-", 1)
        self.max_tokens, self.default_means = encoder.max_tokens, encoder.default_means
        self.default_background = encoder.default_background
        if self.default_background is None:
            raise ValueError(f"{encoder.name} has no usual passages to draw from.")
        self._usual = self.default_background
        self._spread = _NOISE * float(self._usual.std(axis=0).mean())

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return real vectors of a few questions, made-up ones of many (those of the corpus itself)."""
        return self._encoder.encode_queries(texts) if len(texts) < _MANY else self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return made-up vectors, shape (len(texts), dimension), the same for the same text."""
        seeds = [int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts]
        vectors = self._usual[[seed % len(self._usual) for seed in seeds]].copy()
        for row, seed in enumerate(seeds):
            vectors[row] += np.random.default_rng(seed).standard_normal(self.dimension, np.float32) * self._spread
        return normalise(vectors)

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        """Return made-up vectors and token codes, shape (len(texts), width), the same for the same text."""
        vectors = self.encode_passages(texts)
        codes = np.zeros((len(texts), self.width - self.dimension), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
            codes[row] = np.random.default_rng(seed).integers(0, 256, codes.shape[1])
        return np.concatenate([vectors, codes], axis=1)

    def encode_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Return what the real encoder does."""
        return self._encoder.encode_question(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return about how many tokens each text has."""
        return [len(text) // 5 for text in texts]


def big_corpus(data: Path, passages: int) -> Iterator[Kamervraag]:
    """Yield Kamervragen of eight vragen each, made of sentences drawn from real vragen and antwoorden.

    Args:
        data: A documents file to draw from.
        passages: How many vragen in all.
    """
    draw = random.Random(5)  # noqa: S311
    pairs = [vraag for document in read_documents(data) for vraag in document.vragen if vraag.answer and vraag.question]
    questions = [sentence for vraag in pairs for sentence in split_sentences(vraag.question or "")]
    answers = [sentence for vraag in pairs for sentence in split_sentences(vraag.answer or "")]
    lengths = [len(split_sentences(vraag.answer or "")) for vraag in pairs]
    for number in range(passages // VRAGEN):
        asked = date(1995, 1, 1) + timedelta(days=number * 11_000 // (passages // VRAGEN))
        yield Kamervraag(
            f"B{number:06}",
            tuple(
                Vraag(
                    str(place + 1),
                    " ".join(draw.sample(questions, 2)),
                    " ".join(draw.choices(answers, k=draw.choice(lengths))),
                )
                for place in range(VRAGEN)
            ),
            title=draw.choice(questions)[:80],
            asked=asked,
            answered=asked + timedelta(days=21),
            askers=(Person(f"Lid {number % 1500}", f"Partij {number % 30}"),),
            answerers=(Person(f"Bewindspersoon {number % 400}", role=f"minister van zaak {number % 40}"),),
            topics=(f"onderwerp {number % 60}",),
            answer_url=f"https://zoek.officielebekendmakingen.nl/ah-tk-{number}.html",
            answer_id=f"ah-tk-{number}",
        )
