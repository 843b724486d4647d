"""A sentence that nearly quotes its source must not differ from it in a number, a negation or a name.

Where most words of a sentence stand in the same order in one sentence of the source, the few that do not are what
the writer changed; a changed figure then is wrong even when the passage has that figure elsewhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.verify.names import is_usual_word
from rag.verify.numerals import CARDINALS
from rag.verify.quantities import figure_value

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_NEGATIONS = frozenset(
    "niet geen nooit niemand nergens noch zonder evenmin niets not no never none without nor".split()
)
_LIGHT = frozenset("een wel ook nog de het a an".split())
_NEAR = 0.6
_SMALL = 3
_LEAST_TOKENS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Words of the claim that stand where the source has others."""

    claimed: tuple[str, ...]
    given: tuple[str, ...]


def changes(claim: str, source: str) -> list[Change]:
    """Return the small changes of a near quote, in order; none where the claim is not near the source.

    Args:
        claim: One sentence.
        source: One sentence.
    """
    ours, theirs = _TOKEN.findall(claim), _TOKEN.findall(source)
    if min(len(ours), len(theirs)) < _LEAST_TOKENS:
        return []
    matcher = SequenceMatcher(None, _folded(ours), _folded(theirs), autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _NEAR * len(ours):
        return []
    return [
        Change(tuple(ours[one:two]), tuple(theirs[three:four]))
        for tag, one, two, three, four in matcher.get_opcodes()
        if tag != "equal" and two - one <= _SMALL and four - three <= _SMALL
    ]


def _folded(tokens: Sequence[str]) -> list[str]:
    return [token.casefold() for token in tokens]


def negation_moved(found: Sequence[Change]) -> bool:
    """Whether what one change leaves out another puts in: the words stand in another order only."""
    sides = [[token for change in found for token in _folded(side(change))] for side in (_claimed, _given)]
    counts = [sum(token in _NEGATIONS for token in side) for side in sides]
    return counts[0] == counts[1]


def _claimed(change: Change) -> Sequence[str]:
    return change.claimed


def _given(change: Change) -> Sequence[str]:
    return change.given


def number_changed(change: Change) -> bool:
    """Whether a figure of the source is replaced by another."""
    ours, theirs = _figures(change.claimed), _figures(change.given)
    return bool(ours and theirs) and not ours & theirs


def _figures(tokens: Sequence[str]) -> set[str]:
    return {
        str(figure_value(token).normalize())
        for token in tokens
        if re.fullmatch(r"\d+(?:[.,]\d+)*", token) or (token.casefold() in CARDINALS and token.casefold() != "acht")
    }


def negation_changed(change: Change) -> bool:
    """Whether a negation of the source is left out or one is put in, and nothing else is changed there."""
    ours, theirs = (sum(token in _NEGATIONS for token in _folded(side)) for side in (change.claimed, change.given))
    rest = [{*_folded(side)} - _NEGATIONS - _LIGHT for side in (change.claimed, change.given)]
    return (ours - theirs) % 2 == 1 and rest[0] == rest[1]


def name_changed(change: Change) -> bool:
    """Whether a name of the source is replaced by another."""
    ours, theirs = _capitalised(change.claimed), _capitalised(change.given)
    return bool(ours and theirs) and not {*_folded(ours)} & {*_folded(theirs)}


def _capitalised(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token[0].isupper() and not is_usual_word(token)]
