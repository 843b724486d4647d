"""Where sentences quoted from one antwoord do not follow one another there, what is left out is marked with […]."""

import re
from collections.abc import Sequence

GAP = "[…]"


def gaps_before(sentences: Sequence[str], answer: str | None) -> list[bool]:
    """Return for each of the sentences whether text of the antwoord was left out between it and the one before.

    A sentence that does not stand in the antwoord word for word is no quotation, and nothing is said about it.

    >>> gaps_before(["Ja.", "Het mag.", "Morgen niet."], "Ja. Het mag. Vandaag wel. Morgen niet.")
    [False, False, True]
    """
    words = answer or ""
    return [
        bool(place)
        and all(one in words for one in sentences[place - 1 : place + 1])
        # Side by side anywhere: then the two read here as they read there.
        and not re.search(rf"{re.escape(sentences[place - 1])}\s*{re.escape(sentence)}", words)
        for place, sentence in enumerate(sentences)
    ]


def joined(sentences: Sequence[str], answer: str | None) -> str:
    """Return the sentences as one text, with […] where something is left out between them."""
    gaps = gaps_before(sentences, answer)
    return " ".join(f"{GAP} {words}" if gap else words for words, gap in zip(sentences, gaps, strict=True))
