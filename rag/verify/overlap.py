"""How much of a sentence stands in a piece of text: its content words, weighed by rarity, and its quantities."""

import re
from collections.abc import Sequence

from embeddings.lexical import stems, words
from rag.index import Words
from rag.verify.quantities import Quantity, same

_QUANTITY_WEIGHT = 4.0
_PREFIX = 6
_UNIT = re.compile(r"mln|mld|mrd|miljoen|miljard|euro'?s?|procent|million|billion|percent|\w*\d\w*")


class Overlap:
    """The content words and quantities of one sentence, ready to be looked for in many texts."""

    def __init__(self, sentence: str, claimed: Sequence[Quantity], lexical: Words) -> None:
        numerals = {word for quantity in claimed for word in words(sentence[quantity.start : quantity.end])}
        self._claimed = claimed
        self._rarities = {
            word: rarity
            for word, rarity in lexical.rarities(sentence).items()
            if word not in numerals and not _UNIT.fullmatch(word)
        }
        self._stems = {word: (stems(word) or [word])[0] for word in self._rarities}
        self._total = sum(self._rarities.values()) + _QUANTITY_WEIGHT * len(claimed)

    def within(self, text: str, given: Sequence[Quantity]) -> float:
        """Return the share found, 0 to 1.

        Args:
            text: The piece.
            given: Its quantities.
        """
        if not self._total:
            return 0.0
        folded = text.lower()
        stemmed = set(stems(text))
        prefixes = {word[:_PREFIX] for word in words(text) if len(word) >= _PREFIX}
        found = sum(
            rarity
            for word, rarity in self._rarities.items()
            if self._stems[word] in stemmed
            or word[:_PREFIX] in prefixes
            or (len(self._stems[word]) >= _PREFIX - 1 and self._stems[word] in folded)
        )
        matched = sum(any(same(quantity, other) for other in given) for quantity in self._claimed)
        return (found + _QUANTITY_WEIGHT * matched) / self._total
