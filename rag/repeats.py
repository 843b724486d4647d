"""What several documents have in common: the same question or antwoord word for word, and titles all but equal."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from rag.records import Kamervraag

SHORTEST_REPEAT = 120
"""Shorter texts are not compared, in characters: "Bent u bereid deze vragen afzonderlijk te beantwoorden?"."""

LEAST_SHARED = 0.8
"""Titles are similar from this Jaccard overlap of their words on."""

_FEWEST_WORDS = 3
_STOP = frozenset("de het een van en in op voor bij met over dat die aan te door om uit naar is zijn als niet".split())


@dataclass(frozen=True, slots=True)
class Repeat:
    """A document (and vraag, unless it is about a title) and the place in an earlier document that it repeats."""

    document: str
    number: str | None
    earlier: str


class Repeats:
    """Collects documents one by one; keeps a hash a text and the words of each title, not the texts."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, bytes], tuple[str, str]] = {}
        self._found: list[tuple[str, Repeat]] = []
        self._titles: list[tuple[str, str, frozenset[str]]] = []

    def add(self, document: Kamervraag) -> None:
        """Take up a document."""
        for vraag in document.vragen:
            for name, text in (("same question", vraag.question), ("same antwoord", vraag.answer)):
                words = " ".join(re.findall(r"\w+", (text or "").casefold()))
                if len(words) < SHORTEST_REPEAT:
                    continue
                key = (name, blake2b(words.encode(), digest_size=12).digest())
                owner, number = self._first.setdefault(key, (document.id, vraag.number))
                if owner != document.id:
                    self._found.append((name, Repeat(document.id, vraag.number, f"{owner}, vraag {number}")))
        words_of_title = frozenset(re.findall(r"\w+", document.title.casefold())) - _STOP
        if len(words_of_title) >= _FEWEST_WORDS:
            self._titles.append((document.id, document.title, words_of_title))

    def found(self) -> Iterator[tuple[str, Repeat]]:
        """Yield the repeats with the name of their check; of each title the first earlier one that is similar."""
        yield from self._found
        yield from (("similar title", repeat) for repeat in self._similar_titles())

    def _similar_titles(self) -> Iterator[Repeat]:
        """Compare only titles that share a rare word (prefix filtering, Chaudhuri, Ganti and Kaushik, ICDE 2006).

        Two sets with a Jaccard overlap of t share a word among the rarest n - ceil(t·n) + 1 of each.
        """
        frequency = Counter(word for _, _, words in self._titles for word in words)
        holders: dict[str, list[int]] = defaultdict(list)
        for place, (document, _, words) in enumerate(self._titles):
            ranked = sorted(words, key=lambda word: (frequency[word], word))
            prefix = ranked[: int(len(words) * (1 - LEAST_SHARED) + 1e-9) + 1]
            near = sorted({other for word in prefix for other in holders[word]})
            for other in near:
                earlier, title, theirs = self._titles[other]
                if len(words & theirs) >= LEAST_SHARED * len(words | theirs):
                    yield Repeat(document, None, f"{earlier}: {title}")
                    break
            for word in prefix:
                holders[word].append(place)
