"""Lists of Kamervragen, for a question that is after these themselves or names no subject ("Wat vroeg GL in 2022?")."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from embeddings.lexical import covered
from rag.filters import Filters
from rag.fold import fold
from rag.index import Passages, Words
from rag.passages import embedded_text
from rag.records import Hit

BEARS_ON_IT = 3.0
"""Score in standard deviations above the background from which a passage counts as a result.

The highest quarter that keeps 95 % of the vragen that answer a question: `benchmarks/search_cutoff.py`.
"""

_STANDS_OUT, _NEAR = 4.0, 1.5
"""The score from which the best bears on a subject whatever its words, and how much lower others may score."""

_FAR, _MOST = 3.0, 0.5
"""How much lower than the best one may score that has the words of the subject, and the share of them that it has."""

_ARTICLE = re.compile(r"^(?:de|het|the) ")
_SPARE = 20
"""Passages read beyond k, so that folding still leaves k."""

_PAGE, _PAGES = 100, 20
"""How many passages are read at a time to come by k Kamervragen, and how often at the most."""


def passages_by_day(
    store: Passages, allowed: Filters, k: int, scores: Mapping[str, float], *, newest: bool
) -> tuple[Hit, ...]:
    """Return at least the first k passages that the filters leave, as hits, by day, repeated antwoorden folded.

    Args:
        store: Where the passages are.
        allowed: What they are restricted to.
        k: How many, if there are so many.
        scores: Of those that were found as well, by id; the others have 0.
        newest: Whether the newest come first.
    """
    passages = store.listed(allowed, newest=newest, start=0, count=k + _SPARE)
    return tuple(fold([Hit(passage, scores.get(passage.id, 0.0)) for passage in passages]))


def kamervragen_by_day(store: Passages, allowed: Filters, k: int, *, newest: bool) -> tuple[Hit, ...]:
    """Return the first k Kamervragen of which the filters leave a passage, by day, each as a hit on the first of these.

    Of very many vragen in few Kamervragen (2,000) not all are looked at. Arguments as for `passages_by_day`.
    """
    firsts: tuple[Hit, ...] = ()
    for page in range(_PAGES):
        passages = store.listed(allowed, newest=newest, start=page * _PAGE, count=_PAGE)
        firsts = _firsts([*firsts, *[Hit(passage, 0.0) for passage in passages]])
        if len(firsts) >= k or len(passages) < _PAGE:
            break
    return firsts[:k]


def kamervragen_on(
    subject: str, hits: Sequence[Hit], store: Passages, words: Words, allowed: Filters, k: int, *, newest: bool
) -> tuple[Hit, ...]:
    """Return the first k Kamervragen on a subject: those of the topic that it names, and those that bear on it.

    A passage bears on it that has its words and lies not far behind the best, or that is about as good as the best
    where that stands out.

    Args:
        subject: In words ("zorg").
        hits: What a search for it found, best first.
        store: Where the passages are.
        words: For the rarity of words.
        allowed: What they are restricted to.
        k: How many, if there are so many.
        newest: Whether the newest come first.
    """
    topics = {} if allowed.topic else {topic.casefold(): topic for topic in store.values("topic")}
    topic = topics.get(_ARTICLE.sub("", subject.strip(" ?!.").casefold()))
    filed = kamervragen_by_day(store, replace(allowed, topic=topic), k, newest=newest) if topic else ()
    rarities, best = words.rarities(subject), max((hit.score for hit in hits), default=0.0)
    bearing = [
        hit
        for hit in hits
        if (best >= _STANDS_OUT and hit.score >= best - _NEAR)
        or (hit.score >= max(BEARS_ON_IT, best - _FAR) and covered(rarities, embedded_text(hit.passage)) >= _MOST)
    ]
    return by_day_of_kamervraag([*bearing, *filed], newest=newest)[:k]


def by_day_of_kamervraag(hits: Iterable[Hit], *, newest: bool) -> tuple[Hit, ...]:
    """Return the first hit of each Kamervraag, by day."""
    return tuple(sorted(_firsts(hits), key=_day, reverse=newest))


def _firsts(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return the first hit of each Kamervraag."""
    firsts: dict[str, Hit] = {}
    for hit in hits:
        firsts.setdefault(hit.passage.document, hit)
    return tuple(firsts.values())


def _day(hit: Hit) -> date:
    return hit.passage.day or date.min
