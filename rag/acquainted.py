"""Vragen whether the cabinet knows a bericht, to which it says yes: they name a subject and say nothing of it.

Many a Kamervraag opens with one ("Bent u bekend met het bericht «…»?" "Ja."). Its words are those of the headline, so
it is found by whoever asks about the news, and its "Ja." would be read as an answer to that.
"""

import re
from collections.abc import Collection, Mapping

from rag.records import Passage

_LOWERED = 1.0
"""Standard deviations that such a passage is put lower (docs/retrieval.md has other values)."""

_LONGEST = 80
"""Characters of an antwoord from which it says more than yes."""

_KNOWS = re.compile(
    r"^\W*(?:(?:bent|is|zijn|heeft|hebt|hebben|was)\b[^?]{0,400}?"
    r"\b(?:bekend|kennis ?genomen|op de hoogte|gelezen|gezien)"
    r"|kent (?:u|het|de)|herinnert u)\b(?!\W+(?:met\W+|van\W+)?(?:het feit|dat)\b)",
    re.IGNORECASE,
)
"""How a vraag asks whether something is known; not "bekend met het feit dat", which a "Ja." confirms."""

_YES = re.compile(
    r"\W*(?:(?:ja|jazeker|zeker|inderdaad|nee)\b\W*)?"
    r"(?:(?:[\w'’]+\W+){0,8}(?:bekend|kennis\W*genomen|kennis van (?:kunnen )?nemen|hoogte|gelezen|gezien|ken)\b"
    r"(?:\W+(?:met|van)?\W*(?:het|de|dit|deze|die|dat)\W+\w+(?:\W+(?:hierover|daarover|over dit onderwerp))?)?\W*)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_ASKS = re.compile(
    r"\b(?:kent?|kennen|bekend met|mee bekend|kennis ?genomen|op de hoogte|weet (?:de|het|u)|gelezen|gezien"
    r"|aware|knows? (?:of|about)|heard of|read|seen)\b",
    re.IGNORECASE,
)


def says_nothing(passage: Passage) -> bool:
    """Whether a passage only says that the cabinet knows what its vraag names."""
    antwoord = (passage.answer or "").strip()
    if not antwoord or len(antwoord) > _LONGEST:
        return False
    vraag = _QUOTED.sub("", passage.question or "")
    return vraag.count("?") == 1 and bool(_KNOWS.match(vraag) and _YES.fullmatch(antwoord))


def asks_what_is_known(question: str) -> bool:
    """Whether a question may itself be after what the cabinet knows of: "kent de minister dat bericht?"."""
    return bool(_ASKS.search(question))


def silent_of(passages: Mapping[int, Passage], question: str) -> frozenset[int]:
    """Return the keys of those passages that say nothing; none for a question after what is known.

    Args:
        passages: By key.
        question: What was asked.
    """
    if asks_what_is_known(question):
        return frozenset()
    return frozenset(key for key, passage in passages.items() if says_nothing(passage))


def lowered(best: list[tuple[int, float]], silent: Collection[int]) -> list[tuple[int, float]]:
    """Return passages in order again, those that say nothing a standard deviation lower.

    Args:
        best: Keys with scores, best first.
        silent: Keys of those that say nothing.
    """
    scored = [(key, score - _LOWERED * (key in silent)) for key, score in best]
    return sorted(scored, key=lambda item: -item[1])
