"""What the cabinet answered later on the same subject."""

from collections.abc import Sequence

from rag.records import Hit

_ABOUT_AS_GOOD = 1.5
"""How much lower (standard deviations) a newer hit may score and still be on the same subject."""


def newer_hits(cited: Sequence[Hit], hits: Sequence[Hit]) -> dict[str, str]:
    """Return for each cited hit the id of the latest one about as good that was answered after it, elsewhere."""
    newer: dict[str, str] = {}
    for old in cited:
        later = [
            (hit.passage.answered, hit.score, hit.id)
            for hit in hits
            if hit.passage.answered and old.passage.answered and hit.passage.answered > old.passage.answered
            if hit.passage.document != old.passage.document and hit.score >= old.score - _ABOUT_AS_GOOD
        ]
        if later:
            newer[old.id] = max(later)[2]
    return newer
