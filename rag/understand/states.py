"""Find what a query says of the state and order of what it wants: unanswered, of a topic, newest first."""

import re
from collections.abc import Callable

from rag.understand.mentions import PARTY, PERSON
from rag.understand.understood import Finding

_QUESTIONS = r"(?:schriftelijke |written |parliamentary )?(?:kamervragen|kamervraag|vragen|vraag|questions?)"
_SUCH_QUESTIONS = rf"(?<!\w)(?<!\been )(?<!\ba ){_QUESTIONS}"  # "een vraag" is any question
_THINGS = rf"(?:{_QUESTIONS}|antwoord(?:en)?|beantwoording(?:en)?|answers?|repl(?:y|ies)|standpunt(?:en)?)"
_UNANSWERED = (
    rf"\b(?:nog )?(?:onbeantwoorde?|openstaande|open|unanswered|pending)\b(?=\s+{_QUESTIONS}\b)",
    rf"\b(?:nog (?:steeds )?)?(?:niet|not|not yet)(?: zijn| is| been)?"
    rf"\s+(?:beantwoorde?|answered)\b(?=\s+{_QUESTIONS}\b)",
    rf"{_SUCH_QUESTIONS}\b[^.?!]*?(?P<words>\b(?:nog (?:steeds )?niet|not yet|not been|niet|nooit|never)"
    r"(?: zijn| is| werden| been)?\s+(?:beantwoord|answered)\b|\b(?:zonder|without an?)\s+(?:antwoord|answer)\b"
    r"|\b(?:onbeantwoord|unanswered)\b|\b(?:open ?staan|staan (?:er )?(?:nog )?(?:steeds )?open"
    r"|(?:nog )?(?:wachten|wacht) op (?:een )?antwoord)\b)",
    r"\b(?:nog (?:steeds )?niet|not yet)(?: zijn| is)?\s+(?:beantwoord|answered)\b",
    rf"{_SUCH_QUESTIONS}\b[^.?!]*?(?P<words>\b(?:waarop |waar )?(?:nog (?:steeds )?geen|no) (?:antwoord|answer)\b"
    r"(?: op)?(?: is| was)?(?: gekomen| gegeven| ontvangen| yet)?)",
)
_ANSWERED = (
    rf"\b(?:al |reeds |already )?(?:beantwoorde|answered)\b(?=\s+{_QUESTIONS}\b)",
    rf"{_SUCH_QUESTIONS}\b[^.?!]*?(?P<words>\b(?:al|reeds|already)(?: zijn| is| been)?\s+(?:beantwoord|answered)\b"
    r"|\bmet antwoord\b)",
)
_STATES = tuple((re.compile(p), False) for p in _UNANSWERED) + tuple((re.compile(p), True) for p in _ANSWERED)
_NO_STATE = re.compile(r"\b(?:waarom|why|kunt u|can|kan|hoe kan|could)\b")
_TOPIC = re.compile(
    r"\b(?:(?:met |in |with |on )?(?:het |de |the )?(?:onderwerp|thema|rubriek|categorie|topic|category))\b"
    r":?\s*[«\"']?(?P<name>.+)"
)
_NEW = r"(?:aller)?(?:nieuwste|recentste|meest recente|laatste|newest|latest|most recent)"
_OLD = r"(?:aller)?(?:oudste|eerste|vroegste|oldest|earliest)"
_COUNT = r"(?:(?:\d{1,3}|twee|drie|vier|vijf|tien|two|three|four|five|ten)\s+)?"


def _sorts(words: str) -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"\b(?:de |het |the )?(?P<words>{words})\s+{_COUNT}(?:[{PARTY}{PERSON}](?:'s)?[\s-])?{_THINGS}\b"),
        re.compile(
            rf"^(?:(?:wat|what) (?:is|was|zijn|are) )?(?:de |het |the )?(?P<words>{words}(?: nieuws| news)?)"
            r"(?=\s+(?:over|about|van|from|rond|on)\b)"
        ),
        re.compile(rf"\b(?P<words>(?:de |het |the )?{words}\s+(?:eerst|bovenaan|vooraan|first))\b"),
    )


_SORTS = (
    *((pattern, "newest") for pattern in _sorts(_NEW)),
    (re.compile(r"(?P<words>\b(?:gesorteerd |sorteer )?(?:op datum|by date)\b)\s*[?.!]*$"), "newest"),
    *((pattern, "oldest") for pattern in _sorts(_OLD)),
)


def find_answered(text: str) -> list[Finding]:
    """Return whether answered or unanswered vragen are wanted, if a folded query says so."""
    if _NO_STATE.search(text):
        return []
    for pattern, answered in _STATES:
        if match := pattern.search(text):
            return [Finding("answered", answered, *match.span("words" if "words" in pattern.groupindex else 0))]
    return []


def find_topic(text: str, topic: Callable[[str], str | None]) -> list[Finding]:
    """Return the topic that a folded query names as such ("onderwerp water"), as `topic` finds it."""
    for match in _TOPIC.finditer(text):
        if value := topic(match["name"]):
            return [Finding("topic", value, match.start(), match.start("name") + len(value))]
    return []


def find_sort(text: str) -> tuple[str, int, int] | None:
    """Return the order that a query with a character for each mention asks for, with the place of its words."""
    for pattern, sort in _SORTS:
        if match := pattern.search(text):
            return sort, *match.span("words")
    return None
