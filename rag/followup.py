"""Does a question follow those before it, or is it about something new?

Decided by what four searches found: for the question before, for this one alone, the same in what was read
before, and for both joined. The words of a follow-up ("en hoeveel woningen?") stand in what was found before, and it
finds more together with its past; a new subject, however short, brings words of its own and comes nearer to other
passages.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.found import Found
from rag.passages import embedded_text
from rag.records import Hit
from rag.retrieve import Retriever

_POINTS_BACK = re.compile(
    r"\b(?:dat|die|deze|dit|daar\w*|hier|er(?:van|mee|bij|over|voor|toe|aan|tegen|in|uit)|dan|ook|toen|nog wat"
    r"|hij|hem|hen|hun|ze|zij|zulke|zoiets|nieuwere|vorige|volgende|erna|ervoor|eigenlijk"
    r"|they|them|their|he|she|that|it|there|those|these|then)\b",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r"\b(?:het|waar|zo|juist|feit|mening|eens|bekend|zeker)\s+dat\b", re.IGNORECASE)
"""Where "dat" points to nothing: "Klopt het dat Schiphol krimpt?"."""

_ELLIPSIS = re.compile(
    r"^\W*(?:en|maar|and|but)\s+(?:dan\s+)?(?:in|op|bij|voor|van|met|naar|over|uit|aan|onder|na|sinds|tegen"
    r"|on|at|for|by|to|with|about|of|under|after|since)(?:\s+[\w’'-]+){1,3}\W*$",
    re.IGNORECASE,
)
"""What is no sentence without the one before: "en op vliegvelden?"."""

_GOES_ON = re.compile(r"^\W*(?:en|maar|and|but|waarom niet|hoezo)\b", re.IGNORECASE)

_START = 2.41
_WEIGHTS: Mapping[str, float] = {
    "gain": 12.89,
    "kept": 8.85,
    "nearer": 6.69,
    "points_back": 4.99,
    "goes_on": 2.52,
    "unheard": -2.25,
}
"""Of a logistic regression (`benchmarks/fit_followup.py`); the start is 0.6 higher than fitted, since a follow-up that
is searched alone loses more than a new subject that is searched behind the one before."""

_BEFORE = 3
"""Passages found before that are looked at."""


@dataclass(frozen=True, slots=True)
class Searches:
    """What was found for a question that may be a follow-up.

    Attributes:
        before: What the question before found.
        alone: What this one finds by itself.
        read: The Kamervragen that were read before, the likeliest first (`rag.staying`).
        within: What this one finds in each of these by itself.
        together: What it finds behind the question that opened the subject.
    """

    before: Found
    alone: Found
    read: tuple[str, ...]
    within: tuple[Hit, ...]
    together: Found


def follows(question: str, searches: Searches, retriever: Retriever) -> bool:
    """Whether a question follows the one before; arguments as for `features_of`."""
    if not searches.alone.hits or is_ellipsis(question):
        return True
    features = features_of(question, searches, retriever)
    return _START + sum(_WEIGHTS[name] * value for name, value in features.items()) > 0


def is_ellipsis(question: str) -> bool:
    """Whether a question is no sentence without the one before."""
    return bool(_ELLIPSIS.match(question))


def features_of(question: str, searches: Searches, retriever: Retriever) -> dict[str, float]:
    """Return the numbers that are weighed.

    Args:
        question: As it was asked.
        searches: What was found, by itself at least one passage.
        retriever: Where they were searched.
    """
    before, alone, within = searches.before, searches.alone, searches.within
    earlier = before.hits[:_BEFORE]
    near = [retriever.opened.nearness(alone.vector[None], hit.id)[0] for hit in earlier]
    words, known = retriever.words, "\n".join(embedded_text(hit.passage) for hit in (*earlier, *within))
    rarest = math.log(1 + max(2, retriever.store.count))
    return {
        "gain": searches.together.signals.dense - alone.signals.dense,
        "kept": searches.together.signals.dense - before.signals.dense,
        "nearer": max(near, default=0.0) - alone.signals.dense,
        "points_back": float(bool(_POINTS_BACK.search(_CONJUNCTION.sub("", question)))),
        "goes_on": float(bool(_GOES_ON.search(question))),
        "unheard": (1 - words.coverage(question, known)) * sum(words.rarities(question).values()) / rarest,
    }
