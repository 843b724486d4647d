"""Documents read for a build: who prepares and embeds them, what is taken over from the live build, what is new."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.cache import Keys, as_keys, key_of
from embeddings.encoder import Encoder, Vectors
from rag.document_form import dump_document
from rag.documents import Line, digest_of, read_changed
from rag.earlier import Earlier
from rag.errors import DocumentsError
from rag.passages import embedded_text, passages_of, windows_of
from rag.records import Kamervraag, Passage
from rag.store import Stored

Documents = Path | Iterable[Kamervraag | Line]
"""A documents file, a folder of them, or what was read of one; a `Line` is parsed if the live build has it not."""

Chunk = Mapping[bytes, str]
"""Texts that are embedded and kept at a time, by key."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document on its way into an index.

    Attributes:
        id: Its vraagnummer.
        digest: Hash of its line.
        passages: In order; may be empty where the live build holds the document.
        windows: Of each passage, what is embedded.
    """

    id: str
    digest: bytes
    passages: Sequence[Passage] = ()
    windows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A chunk with its vectors.

    Attributes:
        keys: Of its texts.
        vectors: Of its texts, shape (keys, dimension).
        anew: Whether they were embedded just now, and not by a build that was killed.
    """

    keys: Sequence[bytes]
    vectors: Vectors
    anew: bool = True


class Engine(Protocol):
    """Who does the work of a build that grows with the texts: this process (`Here`), or a cluster (`rag.cluster`)."""

    def prepared(self, documents: Documents, earlier: Earlier, encoder: Encoder) -> Iterator[Prepared]:
        """Yield all documents in order.

        Raises:
            DocumentsError: They cannot be read.
        """

    def vectors(self, chunks: Sequence[Chunk], encoder: Encoder) -> Iterator[Embedded]:
        """Yield each chunk with the vectors of its texts, in any order."""


class Here:
    """This process does it."""

    def prepared(self, documents: Documents, earlier: Earlier, encoder: Encoder) -> Iterator[Prepared]:
        """Yield all documents in order; those of the live build without passages."""
        for item in read_changed(documents, earlier.numbers) if isinstance(documents, Path) else documents:
            if isinstance(item, Line) and item.digest in earlier.numbers:
                yield Prepared(earlier.ids[earlier.numbers[item.digest]], item.digest)
                continue
            document = item.parse() if isinstance(item, Line) else item
            digest = digest_of(dump_document(document))
            yield Prepared(document.id, digest) if digest in earlier.numbers else prepare(document, digest, encoder)

    def vectors(self, chunks: Sequence[Chunk], encoder: Encoder) -> Iterator[Embedded]:
        """Yield each chunk with the vectors of its texts."""
        for chunk in chunks:
            yield Embedded(list(chunk), encoder.encode_rows(list(chunk.values())))


def prepare(document: Kamervraag, digest: bytes, encoder: Encoder) -> Prepared:
    """Return a document with its passages, and their windows as long as the encoder reads."""
    passages = list(passages_of(document))
    windows = [windows_of(passage, encoder.max_tokens, encoder.count_tokens) for passage in passages]
    return Prepared(document.id, digest, passages, windows)


@dataclass(slots=True)
class Corpus:
    """Documents read: what is taken over, and what is new.

    Attributes:
        stored: Of each document with passages.
        taken: Arrays that together say the earlier row of each row; -1 for a new one.
        keys: Arrays of the keys of all windows, in order.
        sizes: Arrays that together say how many windows each row has.
        texts: Of new passages: what the lexical index holds.
        fresh: Text by key, of the windows of new passages.
        documents: How many there are, those without passages included.
        rows: How many passages there are.
        digest: Hash over the hashes of all their lines.
    """

    stored: list[Stored] = field(default_factory=list)
    taken: list[NDArray[np.int64]] = field(default_factory=list)
    keys: list[Keys] = field(default_factory=list)
    sizes: list[NDArray[np.int64]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fresh: dict[bytes, str] = field(default_factory=dict)
    documents: int = 0
    rows: int = 0
    digest: str = ""

    @property
    def windows(self) -> Keys:
        """The keys of all windows, in order."""
        return np.concatenate(self.keys)

    @property
    def owners(self) -> NDArray[np.int64]:
        """The row of each window."""
        return np.repeat(np.arange(self.rows), np.concatenate(self.sizes))


def read_corpus(documents: Iterable[Prepared], earlier: Earlier) -> Corpus:
    """Read all documents, those that the earlier build holds from there.

    Raises:
        DocumentsError: There are none, they hold no vragen, or an id occurs twice.
    """
    corpus, seen, digests = Corpus(), set[str](), hashlib.sha256()
    run = range(0)
    for item in documents:
        number = earlier.numbers.get(item.digest)
        if item.id in seen:
            raise DocumentsError(f"The id {item.id!r} occurs twice; give each Kamervraag its own and remove the other.")
        seen.add(item.id)
        digests.update(item.digest)
        corpus.documents += 1
        if run and number != run.stop:
            _take_over(corpus, earlier, run)
            run = range(0)
        if number is not None:
            run = range(run.start if run else number, number + 1)
            corpus.stored.append(Stored(item.digest, taken=number))
        elif item.passages:
            _add(corpus, item)
    if run:
        _take_over(corpus, earlier, run)
    if not corpus.rows:
        raise DocumentsError("The documents hold no vragen to build an index from; give at least one.")
    corpus.digest = digests.hexdigest()
    return corpus


def _take_over(corpus: Corpus, earlier: Earlier, numbers: range) -> None:
    """Add documents that stand one after another in the earlier build."""
    first, end = int(earlier.rows[numbers[0]]), int(earlier.rows[numbers[-1] + 1])
    corpus.taken.append(np.arange(first, end))
    corpus.keys.append(earlier.keys[earlier.starts[first] : earlier.starts[end]])
    corpus.sizes.append(np.diff(earlier.starts[first : end + 1]))
    corpus.rows += end - first


def _add(corpus: Corpus, document: Prepared) -> None:
    corpus.stored.append(Stored(document.digest, document.passages))
    corpus.taken.append(np.full(len(document.passages), -1))
    corpus.rows += len(document.passages)
    texts = [text for row in document.windows for text in row]
    keys = [key_of(text) for text in texts]
    corpus.keys.append(as_keys(keys))
    corpus.sizes.append(np.array([len(row) for row in document.windows]))
    corpus.fresh.update(zip(keys, texts, strict=True))
    corpus.texts += [embedded_text(passage) for passage in document.passages]
