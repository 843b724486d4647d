"""Retrieval: a question in, the passages that bear on it out. Dense and lexical scores, each against its background."""

import dataclasses
import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

from embeddings.encoder import Encoder, QuestionTokens, Vectors
from embeddings.means import Centring
from rag.acquainted import lowered, silent_of
from rag.errors import QuestionError
from rag.filters import Filters, merged
from rag.fold import fold
from rag.found import Found
from rag.index import Index, Passages, Words
from rag.kamervragen import kamervragen_by_day, kamervragen_on, passages_by_day
from rag.live import Folder, Live
from rag.named import NAMED, Named, check_document, named_in
from rag.newer import by_day
from rag.offtopic import off_topic_of
from rag.records import Hit, Signals
from rag.remote import Address, MilvusSource, place_of
from rag.rerank import match_of_part, reranked
from rag.signals import foreign_of, is_english, level_of, signals_of
from rag.understand import SORTS, Understood, understand
from rag.visible import whole_signs

_DUTCH_DENSE, _ENGLISH_DENSE = 0.9, 0.95
"""Share of the dense side in the mix; the words of an English question are not those of its answer (docs/retrieval.md
has what other shares give)."""

_CANDIDATES = 100
_SPARE = 20
"""Passages read beyond k, so that folding still leaves k."""

_LONGEST_QUESTION = 4000
RELEVANCE = SORTS[0]
RESTRICTING = set(Filters.__dataclass_fields__) - {"document"}
"""Fields of a reading that restrict; a document that is named comes first instead."""

_PRIOR = (0.12, 100.0)
"""Usual standard deviation of a question's score over passages, and how many passages that weighs."""

Asked = tuple[Vectors, QuestionTokens]
"""What the encoder gives for a question."""


class Retriever:
    """Searches the live build of an index; a new build is taken over between two questions."""

    def __init__(self, live: Live | Index, asked: dict[str, Asked] | None = None) -> None:
        """Search the live build, or one opened build for good; `Retriever.open` is the way in.

        Args:
            live: What is searched.
            asked: What the encoder gave for texts, to which more is added; None to keep nothing.
        """
        self._live, self._asked = live, asked

    @classmethod
    def open(cls, index: str | Path | Address, model: str | None = None, encoder: Encoder | None = None) -> "Retriever":
        """Open the live build of an index with the encoder that made it.

        Args:
            index: The index folder, or the address of an index in Milvus (`milvus://host:port/name`).
            model: The encoder expected; None for the one in the manifest.
            encoder: The encoder itself, where it is already loaded.

        Raises:
            IndexFolderError: The index is missing, damaged, or was made with another encoder.
            EncoderError: The encoder cannot be loaded.
        """
        place = place_of(index)
        return cls(Live(MilvusSource(place) if isinstance(place, Address) else Folder(place), model, encoder))

    def pinned(self) -> "Retriever":
        """Return a retriever for all that belongs to one question.

        It stays with the build that is live now, and embeds no text twice.
        """
        return Retriever(self.opened, {}) if self._asked is None else self

    @property
    def opened(self) -> Index:
        """The build that is live now."""
        return self._live.now() if isinstance(self._live, Live) else self._live

    @property
    def build(self) -> str:
        """The id of the build that is live now."""
        return self.opened.build

    @property
    def encoder(self) -> Encoder:
        """What encodes questions and passages."""
        return self.opened.encoder

    @property
    def store(self) -> Passages:
        """The passages of the build that is live now."""
        return self.opened.store

    @property
    def means(self) -> Centring:
        """The means of the build that is live now."""
        return self.opened.means

    @property
    def words(self) -> Words:
        """The words of the build that is live now."""
        return self.opened.words

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
            FilterError: A filter names something that does not occur, or a period ends before it begins.
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
        last: str = "",
        *,
        lists: bool = False,
    ) -> Found:
        """Return the k best passages with what was understood and seen.

        Arguments and errors as for `search`; `unread` names fields (as in `Span`) that are not to be read in the query,
        `last` is the last of several questions that the query holds (`Signals.last`), and `lists` says whether the
        Kamervragen are wanted as well, of a question that is after these (`Found.kamervragen`).
        """
        if isinstance(self._live, Live):
            return self.pinned().find(query, k, filters, sort, unread, last, lists=lists)
        question = check_question(query)
        if k < 1:
            raise QuestionError(f"k is {k}; ask for at least one hit.")
        if sort not in (None, *SORTS):
            raise QuestionError(f"The order {sort!r} is unknown; choose from {', '.join(SORTS)}.")
        given = check_document((filters or Filters()).checked(), self.store)
        read = understand(question, self.store.values).without(unread)
        understood, allowed = self._standing(read, given)
        named = named_in(understood, given, self.store)
        order = RELEVANCE if named.passages else sort or understood.sort
        asked = self._encoded(understood.rest)
        few = order == RELEVANCE and not (understood.records and lists)
        found = self._ranked(understood, asked, k if few else max(k, _CANDIDATES), allowed, last)
        hits = found.hits
        listed: tuple[Hit, ...] = ()
        newest = order != "oldest"
        if named.passages:
            if understood.asks_within:
                found, named = self._within(found, asked, named, given)
            firsts = [Hit(passage, NAMED) for passage in named.passages]
            hits = (*firsts, *[hit for hit in hits if hit.id not in {first.id for first in firsts}])
        elif understood.bare and (order != RELEVANCE or sort is None):  # nothing to be relevant to
            scores = {hit.id: hit.score for hit in hits}
            hits = passages_by_day(self.store, allowed, k, scores, newest=newest)
            listed = kamervragen_by_day(self.store, allowed, k, newest=newest) if lists else ()
        else:
            if understood.records and lists:
                listed = kamervragen_on(understood.rest, hits, self.store, self.words, allowed, k, newest=newest)
            if order != RELEVANCE:
                hits = by_day(hits, newest=newest)
        dropped = tuple(span for span in read.spans if span not in understood.spans)
        return dataclasses.replace(
            found,
            hits=hits[:k],
            kamervragen=listed,
            named=bool(named.vragen) or (bool(named.passages) and named.missing is None),
            vragen=named.vragen,
            missing=named.missing,
            dropped=dropped,
        )

    def foreign(self, question: str, hit: Hit) -> float:
        """Return how far single words of a question keep it from a passage found (`Signals.foreign`)."""
        opened = self.opened

        def nearness(questions: list[str]) -> list[float]:
            return opened.nearness(opened.means.centre_query(opened.encoder.encode_queries(questions)), hit.id)

        return foreign_of(question, opened.words.rarities(question), nearness)

    def _encoded(self, text: str) -> Asked:
        known = self._asked if self._asked is not None else {}
        if text not in known:
            known[text] = self.encoder.encode_question(text)
        return known[text]

    def _within(self, found: Found, asked: Asked, named: Named, given: Filters) -> tuple[Found, Named]:
        """Return what a search of the documents that are named sees, and their passages by what it finds best."""
        size = len(named.passages)
        searches = [
            self._ranked(found.understood, asked, size, dataclasses.replace(given, document=document))
            for document in dict.fromkeys(passage.document for passage in named.passages)
        ]
        ranked = sorted((hit for search in searches for hit in search.hits), key=lambda hit: -hit.score)
        places = {name: place for place, hit in enumerate(ranked) for name in (hit.id, *hit.also)}
        best = max(searches, key=lambda search: search.hits[0].score if search.hits else -math.inf)
        passages = sorted(named.passages, key=lambda passage: places.get(passage.id, size))
        return dataclasses.replace(found, signals=best.signals), dataclasses.replace(named, passages=tuple(passages))

    def _standing(self, read: Understood, given: Filters) -> tuple[Understood, Filters]:
        """Return the reading that leaves any passage, and the filters then in force.

        What was read in the question may be wrong, what the user set is not: of the reading first the periods are let
        go of, then the names.
        """
        fields = [span.field for span in read.spans if span.field in RESTRICTING]
        for let_go in ((), [field for field in fields if field.endswith(("_from", "_to"))], fields):
            kept = read.without(let_go)
            allowed = merged(given, kept.filters)
            if self.store.holds(allowed):
                return kept, allowed
        return read, given

    def _ranked(self, understood: Understood, asked: Asked, k: int, allowed: Filters, last: str = "") -> Found:
        opened, question = self.opened, understood.rest
        vector, tokens = opened.means.centre_query(asked[0]), asked[1]
        found = opened.sides(question, vector, max(_CANDIDATES, k), allowed)
        if not found.scores:
            return Found((), vector, Signals(), understood)
        level = level_of(opened.background, vector, _PRIOR)
        low, spread = found.lexical[0], found.lexical[1] or 1.0
        sides = [((dense - level[0]) / level[1], (lexical - low) / spread) for dense, lexical in found.scores.values()]
        share = _ENGLISH_DENSE if is_english(question) else _DUTCH_DENSE
        mixed = [share * dense + (1 - share) * lexical for dense, lexical in sides]
        best = sorted(zip(found.scores, mixed, strict=True), key=lambda item: -item[1])[: k + _SPARE]
        keys = [key for key, _ in best]
        passages = dict(zip(keys, opened.store.passages(keys), strict=True))
        silent = silent_of(passages, question)
        best, late = reranked(best, opened, tokens, question, passages, silent)
        best = lowered(best, silent)
        ranked = [Hit(passages[key], round(score, 6)) for key, score in best]
        hits = tuple(fold(ranked)[:k])
        off_topic = off_topic_of(vector, opened.off_topic)
        own = match_of_part(last, best[0][0], opened, tokens, question) if last else 0.0
        seen = [side for key, side in zip(found.scores, sides, strict=True) if key not in silent] or sides
        signals = signals_of(question, hits, seen, level, opened.words, off_topic, late, understood.query, own)
        return Found(hits, vector, signals, understood)


def check_question(query: str) -> str:
    """Return the question without needless white space and halves of signs.

    Raises:
        QuestionError: It is empty or longer than 4,000 characters.
    """
    question = " ".join(whole_signs(query).split())
    if not question:
        raise QuestionError("The question is empty; ask something in words.")
    if len(question) > _LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(question)} characters; at most {_LONGEST_QUESTION} are read.")
    return question
