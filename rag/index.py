"""The seam of an index: what a search asks of one, wherever its vectors, words and passages are kept.

`rag.live.Opened` is the one in a folder of this machine, `rag.remote.RemoteIndex` the one in Milvus. Passages are known
by a key, a whole number that means something to their index alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from embeddings.encoder import Encoder, QuestionTokens, Vectors, open_encoder
from embeddings.errors import IndexFolderError
from embeddings.means import Centring
from rag.filters import Filters
from rag.records import Kamervraag, Passage

Selection = Filters | Sequence[str]
"""Passages to count or list: those that pass filters, or those with these ids."""


class Words(Protocol):
    """What is known of the words of a corpus."""

    @property
    def count(self) -> int:
        """How many passages are indexed."""

    def rarities(self, query: str) -> dict[str, float]:
        """Return the content words of a query, each with its inverse document frequency (ln)."""

    def coverage(self, query: str, text: str | None = None) -> float:
        """Return the share of the query's content words in a text, or anywhere, weighed by rarity, 0 to 1."""


class Passages(Protocol):
    """Passages, read and counted; `rag.store.PassageStore` describes each method."""

    count: int

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return the passages of keys, in the order given."""

    def by_id(self, ids: Iterable[str]) -> list[Passage]:
        """Return the passages that exist of those ids, in the order given."""

    def holds(self, filters: Filters) -> bool:
        """Whether any passage passes the filters."""

    def document(self, document: str) -> list[Passage]:
        """Return the passages of a document in order; empty where it is unknown."""

    def documents(self) -> Iterator[Kamervraag]:
        """Yield every document."""

    def documents_answered_in(self, answer_id: str) -> list[str]:
        """Return the documents whose answer has this official number."""

    def values(self, kind: str) -> dict[str, int]:
        """Return the values of a facet with the number of passages, most first."""

    def counts(self, kind: str, selection: Selection) -> dict[str, int]:
        """Return how many selected passages each value of a facet has, most first."""

    def months(self, kind: str, selection: Selection) -> list[tuple[str, str, int]]:
        """Return value, month and number of passages."""

    def answer_days(self, selection: Selection) -> list[int]:
        """Return the days from asking to answering of each selected document, ascending."""

    def extent(self, selection: Selection) -> tuple[int, date | None, date | None]:
        """Return how many passages are selected, and their first and last day."""

    def listed(self, selection: Selection, *, newest: bool, start: int, count: int) -> list[Passage]:
        """Return selected passages by day, those without a day last."""

    def fictional(self) -> bool:
        """Whether every passage belongs to an invented document."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The candidates of a search.

    Attributes:
        scores: By key, in the order in which ties stand: the inner product of the best window, and the lexical score.
        lexical: Mean and standard deviation of the lexical score over all passages.
    """

    scores: Mapping[int, tuple[float, float]]
    lexical: tuple[float, float]


class Index(Protocol):
    """One build of an index, opened."""

    @property
    def build(self) -> str:
        """Its id."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What made it."""

    @property
    def encoder(self) -> Encoder:
        """What made it, and encodes the questions."""

    @property
    def store(self) -> Passages:
        """Its passages."""

    @property
    def means(self) -> Centring:
        """Its means."""

    @property
    def words(self) -> Words:
        """Its words."""

    @property
    def background(self) -> Vectors:
        """What questions are compared with, shape (n, dimension)."""

    @property
    def off_topic(self) -> Vectors:
        """What `rag.offtopic.direction` gave, shape (dimension + 1,)."""

    def sides(self, question: str, vector: Vectors, count: int, filters: Filters) -> Sides:
        """Return the `count` best passages of either side, with both scores.

        Args:
            question: As it is searched.
            vector: The centred question, shape (dimension,).
            count: How many of each side at the most.
            filters: What they are restricted to, exactly.

        Raises:
            FilterError: A filter names what does not occur.
            IndexFolderError: The index cannot be read (any more).
        """

    def late(self, question: QuestionTokens, weights: Mapping[str, float], keys: Sequence[int]) -> dict[int, float]:
        """Return how well passages match a question token by token (`embeddings.late`), by key; empty without a codec.

        Args:
            question: Its tokens, at least one.
            weights: Of its words.
            keys: Of the passages, at least one.
        """

    def nearness(self, vectors: Vectors, passage_id: str) -> list[float]:
        """Return the inner product of centred questions, shape (n, dimension), with a passage of the index."""


class Source(Protocol):
    """Where builds are kept, one of them live."""

    def live(self) -> str | None:
        """Return what tells the live build from others, or None where there is none or it cannot be told."""

    def open(self, model: str | None = None, encoder: Encoder | None = None) -> Index:
        """Open the live build.

        Args:
            model: The encoder expected; None for the one in the manifest.
            encoder: The encoder itself, where it is already loaded.

        Raises:
            IndexFolderError: There is none, it is damaged, or was made with another encoder.
            EncoderError: The encoder cannot be loaded.
        """


def encoder_for(manifest: Mapping[str, Any], place: object, model: str | None, encoder: Encoder | None) -> Encoder:
    """Return the encoder that made an index.

    Args:
        manifest: Of the index.
        place: Where it is, for the message.
        model: The encoder expected; None for the one in the manifest.
        encoder: The encoder itself, where it is already loaded.

    Raises:
        IndexFolderError: The index was made with another encoder, or with other weights.
        EncoderError: The encoder cannot be loaded.
    """
    made_with = str(manifest["encoder"])
    model = encoder.name if encoder is not None else model
    if model is not None and model != made_with:
        raise IndexFolderError(
            f"The index in {place} was made with the encoder {made_with!r}, not {model!r}; "
            "leave --model out, or rebuild with it."
        )
    encoder = encoder or open_encoder(made_with)
    if _weights(encoder.fingerprint) != _weights(str(manifest["encoder_fingerprint"])):
        raise IndexFolderError(
            f"The index in {place} was made with other weights of the encoder {made_with!r} than this program has "
            "(an earlier version, most likely); rebuild it with `kamerwijzer build`."
        )
    return encoder


def _weights(fingerprint: str) -> str:
    """Return the part of a fingerprint that is the same in any precision."""
    return fingerprint.partition("-")[0]
