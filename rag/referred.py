"""An antwoord that says little more than "zie het antwoord op vraag 7" brings that vraag along."""

from collections.abc import Sequence

from rag.index import Passages
from rag.records import Hit, Passage
from rag.references import refers_within, vragen_meant

_READ = 3
"""How many of the best hits are looked at."""

_LITTLE = 160
"""An antwoord of at most so many characters says little by itself."""


def with_referred(hits: Sequence[Hit], store: Passages) -> tuple[Hit, ...]:
    """Return the hits, right behind each of the best ones that only refers the vragen it refers to, at its score.

    Args:
        hits: Best first.
        store: Where the documents of the hits are.
    """
    best: dict[str, Hit] = {}
    for hit in hits[:_READ]:
        best.setdefault(hit.id, hit)
        for passage in _referred(hit.passage, store):
            best.setdefault(passage.id, Hit(passage, hit.score))
    return (*best.values(), *[hit for hit in hits[_READ:] if hit.id not in best])


def _referred(passage: Passage, store: Passages) -> list[Passage]:
    """Return the answered vragen of its own Kamervraag that a passage only refers to."""
    answer = passage.answer or ""
    if len(answer) > _LITTLE or not refers_within(answer):
        return []
    others = {other.number: other for other in store.document(passage.document) if other.answer}
    return [others[number] for number in vragen_meant(answer, others) if number != passage.number]
