"""Whether a query is after Kamervragen themselves and not what they say: who put them, when, how many, or all of them.

"Wie stelde vragen over nachttreinen?", "Zijn er Kamervragen over lynxen gesteld?", "noem alle vragen over dijken".
"""

import re
from collections.abc import Sequence

from rag.understand.folding import fold

_QUESTIONS = r"(?:(?:schriftelijke|written|parliamentary)\s+)?(?:kamervragen|vragen|questions)"
_PUT = r"(?:gesteld|ingediend|gevraagd|beantwoord|asked|put|tabled|raised|answered)"
_ABOUT = r"(?:over|naar|rond|rondom|inzake|omtrent|betreffende|aangaande|about|on|regarding)"
_THERE = r"(?:\s+(?:er|al|ook|ooit|eerder|wel|eens|eigenlijk|allemaal|in|van|sinds|ever|already|any|been|there))*"
_WHO = (
    r"(?:(?:door|by)\s+)?(?:wie|welk[e]?\s+(?:kamer)?(?:leden|lid|partij(?:en)?|fracties?|politic(?:i|us))|who"
    r"|which\s+(?:mps?|members?|part(?:y|ies)))"
)
_MINISTER = (
    r"(?:wie|who|(?:welke|which)\s+(?:ministers?|bewinds(?:persoon|personen|lieden)|staatssecretaris(?:sen)?"
    r"|state\s+secretar(?:y|ies)))"
)
_HAVE = r"(?:heeft|hebben|zijn|werden|is|werd|has|have|were|was)"
_STOOD = r"(?:stel(?:de|den|t|len)|ask)"
_THE = r"(?:(?:de|deze|die|the|these|those)\s+)?"
_SOMEONE = r"(?:iemand|de\s+(?:tweede\s+)?kamer|kamerleden|een\s+partij|anyone|anybody|parliament)"
_SHOW = r"(?:noem|geef|toon|laat|zoek|vind|som|list|show|find|give)"


def _opens(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"^\W*(?:en\s+|and\s+)?{pattern}\s+{_ABOUT}\s+(?=\w)") for pattern in patterns)


_SURE = _opens(
    rf"{_WHO}{_THERE}\s+(?:vroeg(?:en)?|vraagt|vragen|{_STOOD}{_THERE}\s+{_THE}{_QUESTIONS}|asked|asks|ask)",
    rf"{_WHO}\s+{_HAVE}{_THERE}\s+(?:{_THE}{_QUESTIONS}{_THERE}(?:\s+{_PUT})?|{_PUT})",
    rf"{_MINISTER}\s+(?:(?:be)?antwoordde(?:n)?(?:\s+op)?|answered|{_HAVE}(?:\s+op)?)\s+{_THE}{_QUESTIONS}",
    rf"(?:{_SHOW}\s+)?(?:(?:me|mij|us|ons|alle|all|de|the|een\s+(?:lijst|overzicht)\s+(?:van|met))\s+)*{_QUESTIONS}"
    r"(?:\s+(?:van|door|aan|by|from|of|to)(?:\s+(?:de|het|the))?)?",
)
_UNSURE = _opens(
    rf"(?:hoeveel|how\s+many)\s+{_QUESTIONS}(?:\s+(?:{_HAVE}|{_STOOD}|gaan|gingen|did))?{_THERE}(?:\s+{_PUT})?",
    rf"(?:wanneer|when)\s+{_HAVE}{_THERE}(?:\s+(?:de|the))?\s+{_QUESTIONS}(?:\s+{_PUT})?",
    rf"{_HAVE}(?:\s+{_SOMEONE})?{_THERE}(?:\s+(?:{_QUESTIONS}|iets|something|anything))?{_THERE}(?:\s+{_PUT})?"
    rf"(?:\s+{_QUESTIONS})?",
    rf"(?:welke|which|what|wat\s+voor)\s+{_QUESTIONS}(?:\s+(?:{_HAVE}|{_STOOD}|gaan|gingen|did))?{_THERE}(?:\s+{_PUT})?",
)
"""How such a query opens; the second kind only where it says that they were put, or names Kamervragen: citizens too
have questions ("hoeveel vragen over toeslagen krijgt de Belastingtelefoon?")."""

_OF_THE_KAMER = re.compile(rf"\b(?:kamervragen|schriftelijke|written|parliamentary|gaan|gingen|{_STOOD}|{_PUT})\b")
_GOES_ON = re.compile(r"[.?!–]\s+\w")
"""What more is asked, behind the first question."""
_MIDDLE = re.compile(rf"^\W*(?:en\s+)?{_WHO}\s+{_HAVE}{_THERE}\s+{_ABOUT}\s+(?=\w)")
_TAIL = re.compile(rf"(?:{_THERE}\s+(?:{_QUESTIONS}|{_HAVE}|{_PUT}|zien|gaan))+\W*$")
_MIDDLE_TAIL = re.compile(rf"\s+(?:{_QUESTIONS}\s+)?(?:{_HAVE}\s+)?{_PUT}\W*$")
_THOSE = (
    r"(?:die|dat|dit|deze|daar(?:over|naar)|hier(?:over|naar)|ernaar|erover|that|this|these|those|it|about|er|de|the|het"
    r"|men|ze)"
)
_ASKING = rf".*\b(?:{_QUESTIONS}|vraag|question|{_PUT})\b"
_BEFORE = re.compile(
    rf"^\W*(?:en\s+|and\s+)?(?:{_WHO}{_THERE}\s+(?:(?:heeft|hebben)\s+)?(?:vroeg(?:en)?|stelde(?:n)?|asked)"
    rf"|{_WHO}\s+{_HAVE}(?={_ASKING})|(?:wanneer|when)\s+(?:{_HAVE}(?={_ASKING})|vroeg\w*|stelde\w*))"
    rf"(?:\s+(?:{_THOSE}|{_QUESTIONS}|vraag|question|{_PUT}))+\W*$"
)


def find_records(text: str) -> Sequence[tuple[int, int]]:
    """Return where the words stand that ask for Kamervragen themselves, in a folded query; none where none do.

    Args:
        text: The query; what was understood of it as filters is blanked with NULs.
    """
    text = text.replace("\x00", " ")
    if _GOES_ON.search(text):
        return []
    for head in (*_SURE, *_UNSURE):
        if match := head.match(text):
            end = _TAIL.search(text, match.end())
            said = match.group() + (end.group() if end else "")
            if head in _SURE or _OF_THE_KAMER.search(said):
                return [match.span(), *([end.span()] if end else [])]
    match = _MIDDLE.match(text)
    end = _MIDDLE_TAIL.search(text, match.end()) if match else None
    return [match.span(), end.span()] if match and end else []


def asks_of_those(query: str) -> bool:
    """Whether a query asks who put the vragen that the one before it found, or when: "wie vroeg daarnaar?"."""
    return bool(_BEFORE.match(fold(query)))
