"""Show the same answer once: hits whose antwoorden are equal, or all but equal, are folded into one.

A combined antwoord ("Antwoord 2 en 3") stands in each of its vragen; ministers also repeat an antwoord in a later
Kamervraag. The newest is shown, and within one document the best; `Hit.also` names the others, newest first. An
antwoord that refers to a vraag of its own Kamervraag ("zie vraag 2") says something else in another one.
"""

import dataclasses
import re
from collections.abc import Sequence
from datetime import date

from rag.records import Hit
from rag.references import refers_within

_SHORTEST = 40
_ALIKE = 0.9
_SHINGLE = 3


def fold(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with repeated answers folded, in the order of each group's best.

    Args:
        hits: Best first. Answers under 40 characters ("Ja.") are never folded unless given together.
    """
    groups: list[list[Hit]] = []
    shingles: list[frozenset[str]] = []
    for hit in hits:
        own = _shingles(hit.passage.answer or "")
        for group, theirs in zip(groups, shingles, strict=True):
            if _given_together(hit, group[0]) or (_alike(own, theirs) and _says_the_same(hit, group[0])):
                group.append(hit)
                break
        else:
            groups.append([hit])
            shingles.append(own)
    return [_shown(group) for group in groups]


def _shown(group: list[Hit]) -> Hit:
    """Return the newest hit of a group (the first among equals), with the group's best score."""
    newest, *rest = sorted(group, key=lambda hit: hit.passage.day or date.min, reverse=True)
    others = [hit.id for hit in rest]
    return dataclasses.replace(newest, score=group[0].score, also=tuple(others))


def _given_together(hit: Hit, other: Hit) -> bool:
    same_document = hit.passage.document == other.passage.document
    return same_document and hit.passage.number in other.passage.answered_with


def _says_the_same(hit: Hit, other: Hit) -> bool:
    """Whether like words say the same: not if they refer to vragen of two Kamervragen."""
    return hit.passage.document == other.passage.document or not refers_within(hit.passage.answer or "")


def _alike(own: frozenset[str], theirs: frozenset[str]) -> bool:
    small, large = sorted((len(own), len(theirs)))
    if not small or small < _ALIKE * large:  # so many cannot be shared; spares nearly all comparisons
        return False
    shared = len(own & theirs)
    return shared >= _ALIKE * (small + large - shared)


def _shingles(text: str) -> frozenset[str]:
    if len(text) < _SHORTEST:
        return frozenset()
    words = re.findall(r"\w+", text.casefold())
    return frozenset(" ".join(words[start : start + _SHINGLE]) for start in range(max(1, len(words) - _SHINGLE + 1)))
