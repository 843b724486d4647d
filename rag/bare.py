"""A question that names no subject ("Wat vroeg GL in 2022?"): nothing is more relevant, and what meets it is listed."""

from collections.abc import Mapping

from rag.filters import Filters
from rag.fold import fold
from rag.index import Passages
from rag.records import Hit

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
    firsts: dict[str, Hit] = {}
    for page in range(_PAGES):
        passages = store.listed(allowed, newest=newest, start=page * _PAGE, count=_PAGE)
        for passage in passages:
            firsts.setdefault(passage.document, Hit(passage, 0.0))
        if len(firsts) >= k or len(passages) < _PAGE:
            break
    return tuple(firsts.values())[:k]
