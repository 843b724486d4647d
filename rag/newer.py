"""Which hits are newer: what the cabinet answered later on the same subject, and hits by day."""

from collections.abc import Sequence
from datetime import date

from rag.records import Hit, Passage

_FAR = 2.0
"""A hit scoring this much (standard deviations) below the best is no longer about as good."""

_ABOUT_AS_GOOD = 1.5
"""How much lower (standard deviations) a newer hit may score and still be on the same subject."""


def answered_later(old: Passage, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that were answered after a passage, in other documents."""
    day = old.answered
    later = [hit for hit in hits if day and hit.passage.answered and hit.passage.answered > day]
    return [hit for hit in later if hit.passage.document != old.document]


def newer_hits(cited: Sequence[Hit], hits: Sequence[Hit]) -> dict[str, str]:
    """Return for each cited hit the id of the latest one about as good that was answered after it, elsewhere."""
    newer: dict[str, str] = {}
    for old in cited:
        later = [hit for hit in answered_later(old.passage, hits) if hit.score >= old.score - _ABOUT_AS_GOOD]
        if later:
            newer[old.id] = max(later, key=lambda hit: (hit.passage.answered or date.min, hit.score, hit.id)).id
    return newer


def by_day(hits: Sequence[Hit], *, newest: bool) -> tuple[Hit, ...]:
    """Return the hits about as good as the best by day of answer (else of asking), the others behind them."""
    if not hits:
        return ()
    near = about_as_good(hits)
    days = {hit.id: (hit.passage.day or date.min).toordinal() for hit in near}
    return (*sorted(near, key=lambda hit: -days[hit.id] if newest else days[hit.id]), *hits[len(near) :])


def about_as_good(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits, best first, that score about as well as the best."""
    return [hit for hit in hits if hit.score >= hits[0].score - _FAR]
