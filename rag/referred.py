"""An antwoord that says little more than "zie het antwoord op vraag 7" brings that vraag along, or says nothing."""

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


def readable(hits: Sequence[Hit], store: Passages) -> list[Hit]:
    """Return the hits without those that only refer to a vraag that the index does not have: they answer nothing."""
    return [hit for hit in hits if not _only_refers(hit.passage) or _referred(hit.passage, store)]


def _only_refers(passage: Passage) -> bool:
    answer = passage.answer or ""
    return len(answer) <= _LITTLE and refers_within(answer)


def _referred(passage: Passage, store: Passages) -> list[Passage]:
    """Return the answered vragen of its own Kamervraag that a passage only refers to."""
    if not _only_refers(passage):
        return []
    answer = passage.answer or ""
    others = {other.number: other for other in store.document(passage.document) if other.answer}
    return [others[number] for number in vragen_meant(answer, others) if number != passage.number]
