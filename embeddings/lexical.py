"""The lexical side of an index: BM25 over Dutch stems and character 5-grams. The one owner of PyStemmer.

Dutch writes compounds as one word ("klimaatbanencoalitie"); 5-grams inside long words let their parts be found
("banencoalitie klimaat"). Stems are Snowball's for Dutch.
"""

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import Stemmer
from numpy.typing import NDArray

from embeddings.errors import IndexFolderError
from embeddings.postings import Postings, Scores, rarity

_GRAM = 5
_STEP = 64
"""One score in so many tells about how high the best are."""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
STOP_WORDS = frozenset(
    """aan al alle alles als andere ben bent bij bijvoorbeeld dan dat de der deze die dit doen door dus een eens en er
    erg ge geen had hadden hebben hebt heb heeft hem het hier hij hoe hun ik in is ja je kan kunnen kunt maar me meer
    men met mij mijn moet na naar nee niet niets nog nu of om omdat ons ook op over reeds te tegen toch toen tot u uit
    uw van veel voor waar waarom want waren was wat we wel welke werd wezen wie wij wil worden wordt zal ze zei zich
    zij zijn zo zonder zou zullen zult eigenlijk precies gaat gaan the of to in is and are what how for does do did on
    which when who why was were has have it that this with by from as an a at be been much many there will""".split()
)


@lru_cache(maxsize=1)
def _stemmer() -> "Stemmer.Stemmer":
    return Stemmer.Stemmer("dutch")


def words(text: str) -> list[str]:
    """Return the content words of a text: lower case, stop words left out."""
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


def word_at(text: str) -> list[str]:
    """Return for each character the word that it belongs to, in small letters; "" between words."""
    at = [""] * len(text)
    for found in _WORD.finditer(text):
        at[found.start() : found.end()] = [found.group().lower()] * len(found.group())
    return at


def stems(text: str) -> list[str]:
    """Return the Dutch stems of the content words of a text."""
    stemmed: list[str] = _stemmer().stemWords(words(text))
    return stemmed


def terms(text: str) -> list[str]:
    """Return what is indexed for a text: of each content word, `terms_of`."""
    return [term for word in words(text) for term in terms_of(word)]


def terms_of(word: str) -> list[str]:
    """Return the stem of a content word, and its `#`-marked 5-grams if it is longer than five letters."""
    grams = range(len(word) - _GRAM + 1 if len(word) > _GRAM else 0)
    return [*_stemmer().stemWords([word]), *("#" + word[start : start + _GRAM] for start in grams)]


class Rarities(ABC):
    """What is asked of the words of a corpus, from how many of its passages hold each term."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many passages are indexed."""

    @abstractmethod
    def frequency(self, term: str) -> int:
        """Return how many passages hold a term."""

    def rarities(self, query: str) -> dict[str, float]:
        """Return the content words of a query, each with its inverse document frequency (ln, as BM25 takes it)."""
        return {word: rarity(self._frequency(word), self.count) for word in dict.fromkeys(words(query))}

    def coverage(self, query: str, text: str | None = None) -> float:
        """Return the share of the query's content words that occur, weighed by rarity, 0 to 1.

        Args:
            query: The question.
            text: Where the words must stand, whole, as a stem or inside a compound; None for anywhere in the corpus.
        """
        rarities = self.rarities(query)
        if text is not None:
            return covered(rarities, text)
        total = sum(rarities.values())
        return sum(rarity for word, rarity in rarities.items() if self._frequency(word)) / total if total else 0.0

    def _frequency(self, word: str) -> int:
        return max((self.frequency(stem) for stem in stems(word)), default=0)


@dataclass(frozen=True)
class LexicalIndex(Rarities):
    """A BM25 index over passages."""

    postings: Postings

    @classmethod
    def build(cls, texts: Iterable[str]) -> "LexicalIndex":
        """Index one text a passage."""
        return cls(Postings.build((words(text) for text in texts), terms_of))

    def over(self, earlier: "LexicalIndex", taken: NDArray[np.int64]) -> "LexicalIndex":
        """Return the index of passages of which some are taken over; `Postings.over` has the arguments."""
        return LexicalIndex(self.postings.over(earlier.postings, taken))

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """Open the index that `save` wrote; it stays on the disk and is read as it is used.

        Raises:
            IndexFolderError: A file is damaged.
        """
        try:
            return cls(Postings.open(folder))
        except (OSError, ValueError) as error:
            raise IndexFolderError(f"The lexical index in {folder} cannot be read; rebuild the index.") from error

    def save(self, folder: Path) -> None:
        """Write the index into a folder.

        Raises:
            OSError: It cannot be written.
        """
        self.postings.save(folder)

    @property
    def count(self) -> int:
        """How many passages are indexed."""
        return len(self.postings.lengths)

    def scores(self, query: str) -> Scores:
        """Return the BM25 score of every passage, shape (count,); zero where no term is shared."""
        return self.postings.scores(Counter(terms(query)))

    def frequency(self, term: str) -> int:
        """Return how many passages hold a term."""
        return self.postings.frequency(term)


def best_rows(scores: Scores, count: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return the rows with the highest scores, best first, ties by row, in time linear in the rows.

    Args:
        scores: shape (rows,).
        count: How many at the most.
        allowed: Rows to choose from, ascending; None for all.
    """
    pool = scores if allowed is None else scores[allowed]
    chosen = np.arange(len(pool))
    if len(pool) > count:
        sample = np.sort(pool[::_STEP])
        chosen = np.flatnonzero(pool > sample[-1 - min(2 * count // _STEP, len(sample) - 1)])
        if len(chosen) < count:  # the sample was too high, or rows tie
            limit = np.partition(pool, len(pool) - count)[len(pool) - count]
            above = np.flatnonzero(pool > limit)
            chosen = np.sort(np.concatenate([above, np.flatnonzero(pool == limit)[: count - len(above)]]))
    best: NDArray[np.int64] = chosen[np.argsort(-pool[chosen], kind="stable")][:count]
    return best if allowed is None else allowed[best]


def covered(rarities: Mapping[str, float], text: str) -> float:
    """Return the share of words that stand in a text, weighed by rarity, 0 to 1: whole, as a stem or in a compound.

    Args:
        rarities: What `Rarities.rarities` gives for a question.
        text: Where they are looked for.
    """
    total = sum(rarities.values())
    folded, stemmed = text.lower(), set(stems(text))
    found = sum(rarity for word, rarity in rarities.items() if _occurs(word, folded, stemmed))
    return found / total if total else 0.0


def _occurs(word: str, folded: str, stemmed: set[str]) -> bool:
    stem = stems(word)
    return bool(stem and stem[0] in stemmed) or (len(word) > _GRAM and word in folded)
