"""Retrieval: a question in, the passages that bear on it out. Dense and lexical scores, each against its background."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.dense import DenseIndex, Rows
from embeddings.encoder import Encoder, Vectors, open_encoder
from embeddings.errors import IndexFolderError
from embeddings.folder import open_build
from embeddings.lexical import LexicalIndex
from rag.errors import QuestionError
from rag.filters import Filters
from rag.records import Hit
from rag.store import FILE, PassageStore

DENSE_WEIGHT = 0.8
"""Share of the dense side in the mix: between the best for exact vragen (0.7) and for users' words (0.85)."""

_CANDIDATES = 100
_LONGEST_QUESTION = 4000
_PRIOR_SPREAD, _PRIOR_COUNT = 0.12, 100.0


class Retriever:
    """An opened index with its encoder."""

    def __init__(self, folder: Path, manifest: dict[str, Any], encoder: Encoder) -> None:
        """Open the parts of a checked build; `Retriever.open` is the way in."""
        self.build = str(manifest["build"])
        self.encoder = encoder
        self.store = PassageStore(folder / FILE)
        self.dense = DenseIndex.open(folder)
        self.lexical = LexicalIndex.open(folder, self.store.count)
        self._background = self.dense.background()

    @classmethod
    def open(cls, index: str | Path, model: str | None = None) -> "Retriever":
        """Open the live build of an index folder with the encoder that made it.

        Args:
            index: The index folder.
            model: The encoder expected; None for the one in the manifest.

        Raises:
            IndexFolderError: The index is missing, damaged, or was made with another encoder.
            EncoderError: The encoder cannot be loaded.
        """
        folder, manifest = open_build(Path(index))
        made_with = str(manifest["encoder"])
        if model is not None and model != made_with:
            raise IndexFolderError(
                f"The index in {index} was made with the encoder {made_with!r}, not {model!r}; "
                "leave --model out, or rebuild with it."
            )
        return cls(folder, manifest, open_encoder(made_with))

    def search(self, query: str, k: int = 10, filters: Filters | None = None, **restrictions: Any) -> list[Hit]:  # noqa: ANN401
        """Return the k best passages, best first, ties by row; the same question gives the same hits.

        Args:
            query: A question in words.
            k: How many hits at the most.
            filters: What the hits are restricted to.
            restrictions: Fields of `Filters` by name (`party="GL"`), on top of `filters`.

        Raises:
            QuestionError: The question is empty or too long, or k is not positive.
            FilterError: A filter names something that does not occur.
        """
        question = check_question(query)
        if k < 1:
            raise QuestionError(f"k is {k}; ask for at least one hit.")
        allowed = self.store.rows(dataclasses.replace(filters or Filters(), **restrictions))
        if allowed is not None and not len(allowed):
            return []
        vector = self.dense.centre_query(self.encoder.encode_queries([question]))[0]
        mixed = self._mixed(question, vector, max(_CANDIDATES, k), allowed)
        best = sorted(mixed.items(), key=lambda item: (-item[1], item[0]))[:k]
        passages = self.store.passages([row for row, _ in best])
        return [Hit(passage, round(score, 6)) for passage, (_, score) in zip(passages, best, strict=True)]

    def _mixed(self, question: str, vector: Vectors, count: int, allowed: Rows | None) -> dict[int, float]:
        """Return passage rows with their mixed score, in standard deviations above each side's background."""
        lexical = self.lexical.scores(question)
        dense = dict(self.dense.search(vector, count, allowed))
        pool = np.arange(len(lexical)) if allowed is None else allowed
        best_lexical = pool[np.argsort(-lexical[pool], kind="stable")[:count]]
        missing = np.array([row for row in best_lexical.tolist() if row not in dense], np.int64)
        dense.update(self.dense.scores(vector, missing))
        background = self._background @ vector
        centre = float(background.mean())
        variance = (len(background) * float(background.var()) + _PRIOR_COUNT * _PRIOR_SPREAD**2) / (
            len(background) + _PRIOR_COUNT
        )
        low, spread = float(lexical.mean()), float(lexical.std()) or 1.0
        return {
            row: DENSE_WEIGHT * (score - centre) / variance**0.5
            + (1 - DENSE_WEIGHT) * (float(lexical[row]) - low) / spread
            for row, score in dense.items()
        }


def check_question(query: str) -> str:
    """Return the question without outer white space.

    Raises:
        QuestionError: It is empty or longer than 4,000 characters.
    """
    question = " ".join(query.split())
    if not question:
        raise QuestionError("The question is empty; ask something in words.")
    if len(question) > _LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(question)} characters; at most {_LONGEST_QUESTION} are read.")
    return question
