"""Decide what the names and periods of a query are there for: who asks, who answers, when; or the subject.

A name or a period becomes a filter only in a frame, a turn of phrase in which it can hardly be the subject: "wat vroeg
X over", "antwoorden van Y sinds", "X over" as the first words. Frames are regular expressions over the query in which
a character stands for each mention (`rag.understand.mentions`) and for each period.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.understand.mentions import BARE_ROLE, PARTY, PERSON, ROLE

PERIOD = "\ue004"
"""The character that stands for a period."""

_P, _Q, _R, _B, _T = PERSON, PARTY, ROLE, BARE_ROLE, PERIOD
_AND = r"(?:\s*,\s*|\s+(?:en|and|&|of|or)\s+)"
_MEMBER = (
    r"(?:(?:(?:het|de|the)\s+)?(?:kamer)?(?:lid|leden|fracties?|partij(?:en)?|heer|meneer|mevrouw|mevr\.?|mw\.?|dhr\.?"
    r"|mps?|members?|party)"
    r"\s+(?:van\s+(?:de\s+)?|of\s+)?|(?:iemand|someone)\s+(?:van|of|from)\s+"
    rf"|(?:de|the)\s+(?!{_P}))*"
)
_ASKER = (
    rf"{_MEMBER}[{_P}{_Q}](?:-?(?:fractie|kamerlid|lid|kamerleden|leden)|'?ers?)?"
    rf"(?:\s+(?:kamerlid |lid )?{_P})?"
    rf"(?:'s|'|s)?(?:\s*(?:\(\s*|, |van (?:de )?|of (?:the )?){_Q}\)?)?"
)
_ASKERS = rf"(?P<ask>{_ASKER}(?:{_AND}{_ASKER})*)"
# An article leads to a title or office, not to a name: "de rozenbeemd bloeit".
_TITLE = (
    rf"(?:(?:(?:de|het|the)\s+(?!{_P})|(?:toenmalige?|demissionair|huidige|ministers?|staatssecretaris|premier|state"
    r"|secretary|bewindslieden|bewindspersoon|heer|meneer|mevrouw)\s+))*"
)
_MINISTER = rf"{_TITLE}(?:{_R},?\s+{_P}|[{_P}{_R}])(?:\s*\([^)]*\))?(?:'s)?"
_MINISTERS = rf"(?P<answer>{_MINISTER}(?:{_AND}{_MINISTER})*)"
# No ministry is called by an article: "het antwoord van de natuur".
_MINISTRIES = rf"(?P<answer>{_B}|{_MINISTER}(?:{_AND}{_MINISTER})*)"
_QUESTIONS = (
    r"\b(?:schriftelijke |written |parliamentary )?(?:kamervragen|kamervraag|vragen|vraag|vragenset|questions?)\b"
)
_ANSWERS = r"\b(?:antwoord(?:en)?|beantwoording(?:en)?|answers?|repl(?:y|ies)|response|reacties?)\b"
_PUT = r"(?:gesteld|gestelde|ingediend|ingediende|ingestuurd|asked|put|tabled|submitted)"
_IS_PUT = rf"(?:\s+(?:(?:die|that|zijn|werden|were|is|werd)\s+)*{_PUT})?"
_REPLIED = (
    r"(?:(?:be)?antwoord(?:de|den|t)|reageerden?|zei|zeiden|zegt|zeggen|schreef|schrijft|vindt|vinden|vond|denkt"
    r"|meldde|beloofde|replied|answered|said|says)"
)
_SPOKEN = (
    r"(?:geantwoord|beantwoord|gezegd|weten|toegezegd|geschreven|answer(?:ed)?|say|said|reply|replied|promised?|think"
    r"|respond(?:ed)?)"
)
_ASKED = r"(?:vroeg|vroegen|vraagt|stelde|stelden|stelt|informeerde|asks|asked)"
_ABOUT = r"(?:over|about|inzake|betreffende|rond|naar|on|regarding)"


def _when(group: str) -> str:
    return rf"(?:\s*,?\s*(?:(?:van|uit|from)\s+)?(?P<{group}>{_T}),?)?"


def _lead(group: str) -> str:
    return rf"(?:(?P<{group}>{_T}),?\s+)?"


_WHAT = r"(?:\b(?:wat|welke|what|which|waar|hoe|how)\s+)?"
_THE = r"(?:\b(?:de|het|the|alle|all|op|to)\s+)*"
_PATTERNS = (
    rf"{_lead('asked_a')}{_WHAT}{_lead('asked_b')}\b{_ASKED}{_when('asked')}\s+{_ASKERS}{_when('asked_c')}",
    rf"{_WHAT}\bwil(?:de|den|len)?\s+{_ASKERS}{_when('asked')}(?=.*\bweten\b)",
    rf"{_lead('asked_c')}{_THE}{_QUESTIONS}{_IS_PUT}{_when('asked')}{_IS_PUT}\s+(?:(?:die|that|welke)"
    rf"\s+)?(?:van|door|by|from|of|namens)?\s*{_ASKERS}{_when('asked_b')}",
    rf"{_lead('asked_a')}\b{_PUT}\s+(?:door|by)\s+{_ASKERS}{_when('asked')}",
    rf"{_ASKERS}{_when('asked')}\s+{_ASKED}\b{_when('asked_b')}",
    rf"{_WHAT}(?:{_QUESTIONS}\s+)?\b(?:heeft|hebben|had|has|have)\s+{_ASKERS}{_when('asked')}"
    rf"(?=.*\b(?:gevraagd|asked|vragen {_PUT})\b)",
    rf"{_WHAT}{_QUESTIONS}\s+(?:heeft|hebben|had|has|have)\s+{_ASKERS}{_when('asked')}",
    rf"{_WHAT}(?:{_QUESTIONS}\s+)?\b(?:did|does|do|has|have)\s+{_ASKERS}\s+(?:ask|asked|put|table|raise)\b(?:"
    rf"\s+questions)?{_when('asked')}",
    rf"{_ASKERS}{_when('asked')}[\s-]{_QUESTIONS}{_when('asked_b')}",
    rf"{_ASKERS}{_when('asked')}\s+(?:aan|to)\s+{_MINISTRIES}{_when('asked_b')}",
    rf"{_lead('answered_a')}{_WHAT}{_lead('answered_b')}\b{_REPLIED}{_when('answered')}\s+{_MINISTERS}"
    rf"{_when('answered_c')}",
    rf"{_THE}{_ANSWERS}(?:\s+(?:gegeven|given|die))?{_when('answered')}\s+(?:van|door|by|from|of)\s+"
    rf"{_MINISTRIES}{_when('answered_b')}",
    rf"{_ANSWERS}\s+(?:(?:did|does|has|gaf|gaven|heeft|gives?)\s+)?{_MINISTERS}{_when('answered')}",
    rf"{_lead('answered_a')}\b(?:beantwoorde?|geantwoord|gegeven|answered|given)\b{_when('answered')}"
    rf"\s+(?:door|by)\s+{_MINISTRIES}{_when('answered_b')}",
    rf"(?:{_QUESTIONS}{_IS_PUT}|\b{_PUT}|\bgericht|\baddressed){_when('asked')}\s+(?:aan|to|voor|for)\s+"
    rf"{_MINISTRIES}{_when('asked_b')}",
    rf"\b(?:gevraagd|voorgelegd|{_ASKED})\s+(?:(?:er|iemand|men)\s+)?(?:aan|to)\s+{_MINISTRIES}{_when('asked')}",
    rf"\b(?:is|werd|zijn|werden|was|were)\s+(?:(?:er|there)\s+)?(?:aan|to)\s+{_MINISTRIES}{_when('asked')}"
    rf"(?=\s.*\b(?:gevraagd|voorgelegd|{_PUT})\b)",
    rf"^(?:aan|to)\s+{_MINISTERS}{_when('asked')}(?=\s+{_ABOUT}\b|\s*[:,?.!]|\s*$)",
    rf"{_QUESTIONS}\s+(?:kreeg|kregen|krijgt|ontving|received|got)\s+{_MINISTERS}{_when('asked')}",
    rf"{_MINISTERS}{_when('answered')}\s+{_REPLIED}\b{_when('answered_b')}",
    rf"{_WHAT}\b(?:heeft|hebben|had|has|have|did|does|do|liet|laat)\s+{_MINISTERS}{_when('answered')}(?=.*\b"
    rf"{_SPOKEN}\b)",
    rf"\b(?:volgens|according to)\s+{_MINISTERS}{_when('answered')}",
    rf"^(?:wie|who)\s+(?:is|was|zijn|waren|are|were)\s+{_MINISTERS}{_when('answered')}(?=\W*$)",
    rf"\b(?:standpunt|positie|mening|visie|position|view)s?\s+(?:van|of)\s+{_MINISTERS}{_when('answered')}",
    rf"\b(?:door|by)\s+{_ASKERS}{_when('asked')}\s+(?:\w+\s+){{0,2}}(?:gevraagd|{_PUT})\b",
    rf"{_ANSWERS}\s+(?:die|that)\s+{_MINISTERS}{_when('answered')}\s+(?:gaf|gaven|heeft|gave|has)\b",
    rf"\b{_REPLIED}\s+(?:de|het|the)\s+(?:minister|kabinet|regering|staatssecretaris|government)\s+(?P<answered>{_T})",
    rf"\b(?:zijn|waren|werden|were)\s+(?:er|there)\s+(?P<asked>{_T})\s+{_QUESTIONS}",
    rf"(?P<asked>{_T})\s+{_QUESTIONS}\s+{_PUT}",
    rf"{_THE}{_QUESTIONS}{_IS_PUT}\s+(?:van\s+|uit\s+|from\s+)?(?P<asked>{_T})",
    rf"^(?:beantwoorde?|answered)\b{_when('answered')}",
    rf"{_THE}{_ANSWERS}(?:\s+(?:gegeven|given))?\s+(?:van\s+|uit\s+|from\s+)?(?P<answered>{_T})",
    rf"(?:\b(?:wat|welke|what)\s+)(?:(?:is|werd|zijn|werden|was|er|were)\s+)+(?P<asked>{_T})\s+(?:gevraagd|asked)\b",
    rf"(?:\b(?:wat|welke|what)\s+)(?:(?:is|werd|zijn|werden|was|er|were)\s+)+(?P<answered>{_T})"
    rf"\s+(?:geantwoord|beantwoord|answered)\b",
)  # fmt: skip
_FRAMES = tuple(re.compile(pattern) for pattern in _PATTERNS)
_WITH_QUESTIONS = (
    re.compile(rf"(?P<asked>{_T})\s+(?:(?:is|zijn|werd|werden|was|were)\s+)?{_PUT}\b"),
    re.compile(rf"\b{_PUT}\s+(?P<asked>{_T})"),
    re.compile(
        rf"{_lead('answered')}(?:\b(?:is|zijn|werd|werden|was|were)\s+)?\b(?:beantwoorde?|answered)\b{_when('answered_b')}"
    ),
)
# "Vragen van burgers" are no Kamervragen; those of an unknown member may be.
_OTHERS_ASK = re.compile(
    r"\b(?<!kamer)(?:vragen|questions)\s+(?:van|door|by|from|of)\s+(?:de |het |the )?(?:burgers|bewoners|ouders|mensen"
    r"|klanten|leerlingen|studenten|huurders|patienten|ondernemers|bedrijven|inwoners|citizens|residents|people|parents)\b"
)
_SOMEONE = (
    rf"(?:(?P<ask>{_MEMBER}{_Q}(?:-?(?:fractie|kamerlid|lid|kamerleden|leden)|'?ers?)?(?:\s+(?:kamerlid |lid )?{_P})?)"
    rf"|(?P<who>{_MEMBER}{_P}(?:\s*\(\s*{_Q}\s*\))?)|{_MINISTERS})"
)
_FIRST = re.compile(rf"^{_SOMEONE}(?:\s+(?P<when>{_T})(?=\s+{_ABOUT}\b|\s*[?.!,:]|\s*$)|(?=\s+{_ABOUT}\b|\s*:))")
# "lindeschoot nachttreinen 2098": a name and nouns, as people type into a search box; a sentence has small words.
_SMALL_WORDS = (
    r"(?:een|het|de|is|in|op|van|voor|aan|met|te|zijn|wordt|worden|werd|werden|was|waren|moet|moeten|mag|kan|kunnen|wil"
    r"|heeft|hebben|had|en|of|om|bij|door|uit|tot|na|als|dat|die|dit|deze|er|niet|wel|geen|wat|wie|hoe|waar|waarom"
    r"|wanneer|welke|over|about|haar|hun|ons|onze|mijn|je|jij|u|uw|we|wij|ze|zij|ik|his|her|their|our|its|af|weg|gaat|komt|zegt|doet|the|an?|are|were|for|to|with|at|by|has|have|does?|did|not|and|or|if|that)"
)
_PARTICIPLE = r"(?:ge|be|ver|ont|her)\w+[dt]"
_NOUN = rf"(?!(?:{_SMALL_WORDS}|{_PARTICIPLE})(?![\w'-]))[^\W\d_][\w'-]*"
_KEYWORDS = (
    re.compile(rf"^{_SOMEONE}(?:\s+(?:en|and|&))?(?:\s+{_NOUN}){{1,4}}(?:\s+(?P<when>{_T}))?\s*$"),
    re.compile(rf"^{_QUESTIONS}(?:\s+{_NOUN}){{1,4}}(?:\s+(?P<asked>{_T}))?\s+(?P<ask>[{_P}{_Q}])\s*$"),
    re.compile(rf"^(?:{_NOUN}\s+){{1,4}}{_SOMEONE}(?:\s+(?P<when>{_T}))?\s*$"),
)
_TRAILING = re.compile(rf"\b(?:{_ABOUT}|onderwerp|thema|topic)\b[^{_T}]+?(?P<when>{_T})\s*[?.!]*$")
_SAID = re.compile(rf"^(?:wat|what)\s+(?:\w+\s+)?{_REPLIED}\s+(?!.*\b{_ABOUT}\b).*?(?P<when>{_T})\s*[?.!]*$")
_GROWTH = re.compile(
    r"\b(?:gestegen|gedaald|stijging|daling|toe(?:name|genomen)|af(?:name|genomen)|ontwikkel\w*|verander\w*|hoeveel|aantal"
    r"|rise|risen|increase\w*|fall\w*|decrease\w*|change\w*|number|groei\w*|kosten|tarie\w+|prijs|prijzen)\b"
)
_BARE_SUBJECT = re.compile(
    rf"\b{_ABOUT}\s+(?:(?!(?:de|het|een|the|an?|die|dat|deze|dit|of|van|in|uitgaven|begroting|cijfers|uitgave|spending|budget"
    rf"|figures)\b)(?:[^\W\d_][\w-]*|{_B})\s+){{1,3}}{_T}\s*[?.!]*$"
)
# "Vragen over dijken aan de minister", but not "vragen over de brief aan de minister".
_ADDRESSED = re.compile(
    r"(?<!\w)(?!\w*(?:brie(?:f|ven)|mails?|letters?|advie(?:s|zen)|verzoek(?:en)?|rapport(?:en)?|berichten?|bericht"
    r"|bedreiging(?:en)?|gift(?:en)?|geschenk(?:en)?|opdracht(?:en)?|oproep(?:en)?|petities?|steun|vragen|vraag"
    r"|aanbod|loon|salaris|vergoeding(?:en)?|betaling(?:en)?|uitnodiging(?:en)?|over|about)\s)"
    rf"[\w'-]+[\s,]+(?P<to>(?:gericht |gesteld )?(?:aan|to)\s+(?P<answer>(?:de|the)\s+{_R}"
    rf"|(?:de\s+)?(?:minister|staatssecretaris|premier)\s+{_P}){_when('asked')})\s*[?.!]*$"
)
_QUESTIONS_FIRST = re.compile(rf"^\s*{_THE}{_QUESTIONS}")
_ANSWER_HEAD = re.compile(rf"^\s*(?:alle |de |het |all |the )*{_ANSWERS}\s+(?=(?:op|to)\b|{_ABOUT})")
_QUESTION_HEAD = re.compile(
    rf"^\s*(?:alle |de |all |the )*(?:onbeantwoorde |beantwoorde )?{_QUESTIONS}\s+(?={_ABOUT}|met\b|with\b)"
)


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of a query.

    Attributes:
        framed: Place of a mention's or period's character to what it is there for: "ask", "answer", "who" (asks or
            answers, as the index knows them), "asked", "answered" or "when" (either, after who stands there).
        stretches: Where the words of the frames stand.
    """

    framed: Mapping[int, str]
    stretches: tuple[tuple[int, int], ...]


def find_frames(
    text: str,
    open_ended: frozenset[int],
    bare: frozenset[int] = frozenset(),
    ranges: frozenset[int] = frozenset(),
    *,
    keywords: bool = True,
) -> Frames:
    """Return the frames of a query, an earlier pattern before a later one.

    Args:
        text: The query, folded, with a character for each mention and period.
        open_ended: Places of periods that reach to today; at the end of a query they can hardly be the subject's.
        bare: Places of years without a preposition; at the end of a query they are the subject's.
        ranges: Places of "tussen maart en juni 2098"; behind nouns alone they say when it was asked.
        keywords: Whether a name with nouns before or behind it is someone who asks or answers.
    """
    framed: dict[int, str] = {}
    stretches: list[tuple[int, int]] = []
    patterns = (*_FRAMES, *(_WITH_QUESTIONS if _of_parliament(text) else ()), _FIRST, *(_KEYWORDS if keywords else ()))
    for pattern in patterns:
        for match in pattern.finditer(text):
            places = _places(match)
            if places:
                framed = places | framed
                # The nouns behind a name are the subject and no words of a frame.
                named = [match.span(group) for group, words in match.groupdict().items() if words]
                stretches += named if pattern in _KEYWORDS else [match.span()]
    if addressed := _addressed(text):
        framed = _places(addressed) | framed
        stretches.append(addressed.span("to"))
    if trailing := _trailing(text, framed, open_ended, bare, ranges):
        framed |= trailing
        stretches += [(place, place + 1) for place in trailing]
    return Frames(dict(sorted(framed.items())), tuple(stretches))


def _of_parliament(text: str) -> bool:
    return bool(re.search(_QUESTIONS, text)) and not _OTHERS_ASK.search(text)


def _places(match: re.Match[str]) -> dict[int, str]:
    found = {}
    for group, words in match.groupdict().items():
        if words:
            role = group.split("_")[0]
            for offset, character in enumerate(words):
                if character in (_P, _Q, _R, _B, _T):
                    found[match.start(group) + offset] = role
    return found


def _addressed(text: str) -> re.Match[str] | None:
    """Return to whom the vragen of a query were put, where that stands behind their subject."""
    return _ADDRESSED.search(text) if _QUESTIONS_FIRST.match(text) else None


def _trailing(
    text: str, framed: Mapping[int, str], open_ended: frozenset[int], bare: frozenset[int], ranges: frozenset[int]
) -> dict[int, str]:
    """Return what a period at the end is there for: "over klimaat sinds 2020", not "over de uitval in 2096"."""
    said = _SAID.match(text)
    if said and "answer" in framed.values() and said.start("when") not in {*framed, *bare}:
        return {said.start("when"): "answered"}
    match = _TRAILING.search(text)
    if not match or match.start("when") in framed or _GROWTH.search(text):
        return {}
    place, roles = match.start("when"), set(framed.values())
    if place not in open_ended:
        # A year behind nouns alone is the asker's only where someone is known to ask or answer.
        known = bool(roles & {"ask", "answer", "who"}) or place in ranges
        if place in bare or not known or not _BARE_SUBJECT.search(text):
            return {}
    first = framed[min(framed)] if framed else ""
    if not _QUESTIONS_FIRST.match(text) and (first == "answer" or _ANSWER_HEAD.match(text)):
        return {place: "answered"}
    if roles & {"ask", "answer", "who"}:
        return {place: "when" if "who" in roles else "asked"}
    return {place: "asked"} if _QUESTION_HEAD.match(text) else {}
