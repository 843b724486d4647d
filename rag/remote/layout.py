"""What lies in Milvus: three collections a build, their rows, and filters as expressions.

- `name_v<build>`: one row a window; that of a passage's first window has its text and its words.
- `name_v<build>_documents`: one row a Kamervraag: what is counted and listed.
- `name_v<build>_facts`: what a program needs besides, `rag.remote.facts`.

The alias `name` names the first of a build; the others follow from it, so that one switch switches all. Whatever is
filtered by is a number (a hash of a value, a day), so an expression never quotes what a user wrote.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from embeddings.encoder import Vectors
from embeddings.late import Codes
from embeddings.milvus_schema import Column
from embeddings.vocabulary import Sparse, passage_vector
from rag.filters import Filters, Values
from rag.passages import embedded_text
from rag.records import Passage
from rag.store.form import facets_of, passage_of, passage_to_text

FORMAT = 2
_PIECE = 16_000
"""Letters of a text that are one value: at most 64,000 bytes of the 65,535 that Milvus allows."""

_NOTHING = [0.0, 0.0]
"""A collection must have a vector; in two of ours none is meant."""

_LONGEST_CODES = 16_384
"""Letters of the token codes of a window, in base64."""

_EMPTY: Sparse = {0: 1.0}
"""Words of a row that no question may find."""


@dataclass(frozen=True, slots=True)
class Names:
    """The collections of a build.

    Attributes:
        windows: What the alias names.
    """

    windows: str

    @property
    def documents(self) -> str:
        """One row a Kamervraag."""
        return f"{self.windows}_documents"

    @property
    def facts(self) -> str:
        """What a program needs besides."""
        return f"{self.windows}_facts"

    @property
    def all(self) -> tuple[str, str, str]:
        """All three."""
        return (self.windows, self.documents, self.facts)

    @property
    def build(self) -> str:
        """The build they hold."""
        return self.windows.rpartition("_v")[2]

    @classmethod
    def of(cls, name: str, build: str) -> "Names":
        """Return the collections of a build of an index."""
        return cls(f"{name}_v{build}")


@dataclass(frozen=True, slots=True)
class Outline:
    """A Kamervraag without its texts: what counts and lists are made of.

    Attributes:
        id: The vraagnummer.
        asked: Day of asking.
        answered: Day of answering.
        facets: Kinds with their values.
        passages: Ids in order, and whether each has an answer.
    """

    id: str
    asked: date | None
    answered: date | None
    facets: tuple[tuple[str, str], ...]
    passages: tuple[tuple[str, bool], ...]

    @property
    def day(self) -> date | None:
        """Day of answering, else of asking."""
        return self.answered or self.asked


def columns(dimension: int, nearest: str) -> tuple[tuple[Column, ...], tuple[Column, ...], tuple[Column, ...]]:
    """Return the columns of the three collections.

    Args:
        dimension: Length of a vector.
        nearest: How vectors are indexed, as `Column` has it.
    """
    key, text, nothing = Column("key", "key"), Column("text", "texts"), Column("nothing", "dense", 2)
    shared = (Column("marks", "numbers"), Column("asked", "number"), Column("answered", "number"), text)
    windows = (
        key,
        Column("passage", "number"),
        Column("id", "text", 512),
        Column("document", "number"),
        Column("has_answer", "flag"),
        Column("windows", "number"),
        *shared,
        Column("vector", "dense", dimension, nearest),
        Column("tokens", "text", _LONGEST_CODES),
        Column("words", "sparse"),
    )
    counts = (Column("with_answer", "number"), Column("without_answer", "number"))
    documents = (key, Column("document", "number"), Column("digest", "text", 64), *counts, *shared, nothing)
    return windows, documents, (key, Column("name", "text", 64), text, nothing)


def key_of(*parts: object) -> int:
    """Return the number under which something is known, 0 to 2**63 - 1: a hash of its kind and name."""
    digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def passage_key(passage_id: str, window: int = 0) -> int:
    """Return the key of a window of a passage; that of the first is the key of the passage."""
    return key_of("passage", passage_id, window)


def document_key(document: str) -> int:
    """Return the key of a document."""
    return key_of("document", document)


def window_rows(passage: Passage, vectors: Vectors, codes: Codes, mean_length: float) -> list[dict[str, Any]]:
    """Return the rows of a passage.

    Args:
        passage: The passage.
        vectors: shape (windows, dimension), centred.
        codes: shape (windows, width), of their tokens.
        mean_length: Terms of a passage, on average.
    """
    words = passage_vector(embedded_text(passage), mean_length)
    shared = {"passage": passage_key(passage.id), "id": passage.id, **_filtered_by(passage)}
    shared |= {"has_answer": passage.answer is not None, "windows": len(vectors)}
    return [
        {
            **shared,
            "key": passage_key(passage.id, place),
            "text": pieces(passage_to_text(passage)) if place == 0 else [],
            "vector": vector,
            "tokens": base64.b64encode(own.tobytes()).decode(),
            "words": words if words and place == 0 else _EMPTY,
        }
        for place, (vector, own) in enumerate(zip(vectors, codes, strict=True))
    ]


def codes_of(text: str) -> Codes:
    """Return the token codes in a row, shape (width,)."""
    return np.frombuffer(base64.b64decode(text), np.uint8)


def document_row(passages: Sequence[Passage], digest: str) -> dict[str, Any]:
    """Return the row of a document.

    Args:
        passages: Of the document, in order.
        digest: What tells it from an earlier one of this id.
    """
    first = passages[0]
    answered = [(passage.id, passage.answer is not None) for passage in passages]
    days = [day and day.isoformat() for day in (first.asked, first.answered)]
    outline = [first.document, *days, sorted(facets_of(first)), answered]
    with_answer = sum(has for _, has in answered)
    return {
        **_filtered_by(first),
        "key": document_key(first.document),
        "digest": digest,
        "with_answer": with_answer,
        "without_answer": len(answered) - with_answer,
        "text": pieces(json.dumps(outline, ensure_ascii=False)),
        "nothing": _NOTHING,
    }


def fact_row(name: str, part: int, text: Sequence[str]) -> dict[str, Any]:
    """Return a row of the facts."""
    return {"key": key_of("fact", name, part), "name": name, "text": list(text), "nothing": _NOTHING}


def pieces(text: str) -> list[str]:
    """Return a text in values of a size that Milvus takes."""
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def passage_from(row: Mapping[str, Any]) -> Passage:
    """Return the passage of a row."""
    return passage_of("".join(row["text"]))


def outline_from(row: Mapping[str, Any]) -> Outline:
    """Return the outline of a row of a document."""
    document, asked, answered, facets, passages = json.loads("".join(row["text"]))
    first, last = (date.fromisoformat(day) if day else None for day in (asked, answered))
    kinds = tuple((kind, value) for kind, value in facets)
    return Outline(document, first, last, kinds, tuple((name, bool(has)) for name, has in passages))


def expression(filters: Filters, values: Values, *, documents: bool = False) -> str:
    """Return filters as an expression of Milvus; "" where nothing is filtered.

    Args:
        filters: The filters.
        values: The values of a facet, as `rag.index.Passages.values` gives them.
        documents: Whether it is about rows of documents; else of windows.

    Raises:
        FilterError: A value does not occur in the index.
    """
    terms = [
        f"array_contains_any(marks, {[key_of(kind, value) for value in matches]})"
        for kind, matches in filters.named(values).items()
    ]
    for column in ("asked", "answered"):
        first, last = getattr(filters, f"{column}_from"), getattr(filters, f"{column}_to")
        if first is not None:
            terms.append(f"{column} >= {first.toordinal()}")
        if last is not None:
            terms.append(f"{column} > 0 and {column} <= {last.toordinal()}")
    if filters.document is not None:
        terms.append(f"document == {document_key(filters.document)}")
    if filters.answered is not None and documents:
        terms.append(f"{'with_answer' if filters.answered else 'without_answer'} > 0")
    elif filters.answered is not None:
        terms.append(f"has_answer == {str(filters.answered).lower()}")
    return " and ".join(terms)


def answered_in(answer_id: str) -> str:
    """Return the expression for documents whose answer has this official number."""
    return f"array_contains_any(marks, {[key_of('answer_id', answer_id)]})"


def _filtered_by(passage: Passage) -> dict[str, Any]:
    days = {"asked": passage.asked, "answered": passage.answered}
    return {
        "document": document_key(passage.document),
        "marks": _marks(facets_of(passage)),
        **{name: day.toordinal() if day else 0 for name, day in days.items()},
    }


def _marks(facets: Iterable[tuple[str, str]]) -> list[int]:
    return sorted({key_of(kind, value) for kind, value in facets})
