"""Retrieval: a question in, the passages that bear on it out. Dense and lexical scores, each against its background."""

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.dense import DenseIndex, Rows
from embeddings.encoder import Encoder, Vectors
from embeddings.lexical import LexicalIndex, best_rows
from rag.errors import QuestionError
from rag.filters import Filters
from rag.fold import fold
from rag.live import Live, Opened
from rag.offtopic import off_topic_of
from rag.records import Hit, Signals
from rag.signals import foreign_of, is_english, level_of, signals_of
from rag.store import PassageStore
from rag.understand import SORTS, Understood, understand

_DUTCH_DENSE, _ENGLISH_DENSE = 0.9, 0.95
"""Share of the dense side in the mix; the words of an English question are not those of its answer (docs/retrieval.md
has what other shares give)."""

_CANDIDATES = 100
_NAMED = 99.0
"""Score of a hit that the question names."""

_FAR = 2.0
"""A hit scoring this much (standard deviations) below the best is no longer sorted by day."""

_SPARE = 20
"""Passages read beyond k, so that folding still leaves k."""

_LONGEST_QUESTION = 4000
_PRIOR = (0.12, 100.0)
"""Usual standard deviation of a question's score over passages, and how many passages that weighs."""


_NOTHING = Understood("")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives.

    Attributes:
        hits: Best first, or by day where that was asked.
        vector: The centred question, shape (dimension,).
        signals: What was seen.
        understood: What the question names.
        named: Whether it names a document in the index, which then comes first.
    """

    hits: tuple[Hit, ...]
    vector: Vectors
    signals: Signals
    understood: Understood = _NOTHING
    named: bool = False

    @classmethod
    def nothing(cls) -> "Found":
        """Return what a search that was never made gives."""
        return cls((), np.zeros(0, np.float32), Signals())


class Retriever:
    """Searches the live build of an index folder; a new build is taken over between two questions."""

    def __init__(self, live: Live | Opened) -> None:
        """Search the live build, or one opened build for good; `Retriever.open` is the way in."""
        self._live = live

    @classmethod
    def open(cls, index: str | Path, model: str | None = None, encoder: Encoder | None = None) -> "Retriever":
        """Open the live build of an index folder with the encoder that made it.

        Args:
            index: The index folder.
            model: The encoder expected; None for the one in the manifest.
            encoder: The encoder itself, where it is already loaded.

        Raises:
            IndexFolderError: The index is missing, damaged, or was made with another encoder.
            EncoderError: The encoder cannot be loaded.
        """
        return cls(Live(Path(index), model, encoder))

    def pinned(self) -> "Retriever":
        """Return a retriever that stays with the build that is live now: for all that belongs to one question."""
        return self if isinstance(self._live, Opened) else Retriever(self._live.now())

    @property
    def opened(self) -> Opened:
        """The parts of the build that is live now."""
        return self._live if isinstance(self._live, Opened) else self._live.now()

    @property
    def build(self) -> str:
        """The id of the build that is live now."""
        return self.opened.build

    @property
    def encoder(self) -> Encoder:
        """What encodes questions and passages."""
        return self.opened.encoder

    @property
    def store(self) -> PassageStore:
        """The passages of the build that is live now."""
        return self.opened.store

    @property
    def dense(self) -> DenseIndex:
        """The vectors of the build that is live now."""
        return self.opened.dense

    @property
    def lexical(self) -> LexicalIndex:
        """The words of the build that is live now."""
        return self.opened.lexical

    def search(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        sort: str | None = None,
        **restrictions: Any,  # noqa: ANN401
    ) -> list[Hit]:
        """Return the k best passages, best first, ties by row; the same question gives the same hits.

        Args:
            query: A question in words.
            k: How many hits at the most.
            filters: What the hits are restricted to; what the question itself names is added where they leave it open.
            sort: "relevance", "newest" or "oldest"; None for what the question asks.
            restrictions: Fields of `Filters` by name (`party="GL"`), on top of `filters`.

        Raises:
            QuestionError: The question is empty or too long, or k is not positive.
            FilterError: A filter names something that does not occur.
        """
        found = self.find(query, k, dataclasses.replace(filters or Filters(), **restrictions), sort)
        return list(found.hits)

    def find(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        sort: str | None = None,
        unread: Collection[str] = (),
    ) -> Found:
        """Return the k best passages with what was understood and seen.

        Arguments and errors as for `search`; `unread` names fields (as in `Span`) that are not to be read in the query.
        """
        if not isinstance(self._live, Opened):
            return self.pinned().find(query, k, filters, sort, unread)
        question = check_question(query)
        if k < 1:
            raise QuestionError(f"k is {k}; ask for at least one hit.")
        if sort not in (None, *SORTS):
            raise QuestionError(f"The order {sort!r} is unknown; choose from {', '.join(SORTS)}.")
        understood = understand(question, self.store.values).without(unread)
        named = self._named(understood)
        given = filters or Filters()
        allowed = self.store.rows(merged(given, understood.filters))
        subject = understood.rest
        if allowed is not None and not len(allowed):
            # What was read into the question may be wrong; what the user set is not.
            allowed, subject, understood = self.store.rows(given), question, Understood(question, rest=question)
        found = self._ranked(subject, k, allowed, understood)
        if named:
            firsts = [Hit(passage, _NAMED) for passage in self.store.passages(named)]
            rest = [hit for hit in found.hits if hit.id not in {first.id for first in firsts}]
            return dataclasses.replace(found, hits=tuple([*firsts, *rest][:k]), named=True)
        order = sort or understood.sort
        if order != "relevance":
            return dataclasses.replace(found, hits=by_day(found.hits, newest=order == "newest"))
        return found

    def foreign(self, question: str, hit: Hit) -> float:
        """Return how far single words of a question keep it from a passage found (`Signals.foreign`)."""
        row = self.store.row(hit.id)
        if row is None:
            return 0.0
        rows = np.array([row], np.int64)

        def nearness(questions: list[str]) -> list[float]:
            vectors = self.dense.centre_query(self.encoder.encode_queries(questions))
            return [self.dense.scores(vector, rows)[row] for vector in vectors]

        return foreign_of(question, self.lexical.rarities(question), nearness)

    def _named(self, understood: Understood) -> list[int]:
        """Return the rows that the question names: the vraag, or all of the document in order."""
        documents = [understood.document] if understood.document else []
        if understood.answer_id:
            documents += self.store.documents_answered_in(understood.answer_id)
        passages = [passage for document in documents for passage in self.store.document(document)]
        if understood.number:
            passages.sort(key=lambda passage: passage.number != understood.number)
        return [row for row in (self.store.row(passage.id) for passage in passages) if row is not None]

    def _ranked(self, question: str, k: int, allowed: Rows | None, understood: Understood) -> Found:
        vector = self.dense.centre_query(self.encoder.encode_queries([question]))[0]
        if allowed is not None and not len(allowed):
            return Found((), vector, Signals(), understood)
        sides = self._sides(question, vector, max(_CANDIDATES, k), allowed)
        share = _ENGLISH_DENSE if is_english(question) else _DUTCH_DENSE
        mixed = {row: share * dense + (1 - share) * lexical for row, (dense, lexical) in sides.items()}
        best = sorted(mixed.items(), key=lambda item: (-item[1], item[0]))[: k + _SPARE]
        passages = self.store.passages([row for row, _ in best])
        ranked = [Hit(passage, round(score, 6)) for passage, (_, score) in zip(passages, best, strict=True)]
        hits = tuple(fold(ranked)[:k])
        off_topic = off_topic_of(vector, self.opened.off_topic)
        level = self._level(vector)
        signals = signals_of(question, hits, list(sides.values()), level, self.lexical, off_topic)
        return Found(hits, vector, signals, understood)

    def _level(self, vector: Vectors) -> tuple[float, float]:
        return level_of(self.opened.background, vector, _PRIOR)

    def _sides(
        self, question: str, vector: Vectors, count: int, allowed: Rows | None
    ) -> dict[int, tuple[float, float]]:
        """Return passage rows with both scores, in standard deviations above each side's background."""
        lexical = self.lexical.scores(question)
        dense = dict(self.dense.search(vector, count, allowed))
        missing = np.array([row for row in best_rows(lexical, count, allowed).tolist() if row not in dense], np.int64)
        dense.update(self.dense.scores(vector, missing))
        centre, deviation = self._level(vector)
        low, spread = float(lexical.mean()), float(lexical.std()) or 1.0
        return {
            row: ((score - centre) / deviation, (float(lexical[row]) - low) / spread) for row, score in dense.items()
        }


def by_day(hits: Sequence[Hit], *, newest: bool) -> tuple[Hit, ...]:
    """Return the hits about as good as the best by day of answer (else of asking), the others behind them."""
    if not hits:
        return ()
    near = [hit for hit in hits if hit.score >= hits[0].score - _FAR]
    days = {hit.id: (hit.passage.answered or hit.passage.asked or date.min).toordinal() for hit in near}
    return (*sorted(near, key=lambda hit: -days[hit.id] if newest else days[hit.id]), *hits[len(near) :])


def merged(given: Filters, understood: Filters) -> Filters:
    """Return the given filters, and what was understood where they leave a thing open."""
    fields = Filters.__dataclass_fields__
    return Filters(**{name: _first(getattr(given, name), getattr(understood, name)) for name in fields})


def _first(given: Any, understood: Any) -> Any:  # noqa: ANN401 - as the field of Filters has it
    return understood if given is None else given


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
