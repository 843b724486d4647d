"""Who answered on a subject before the one who answered on it last: "wat zei de vorige minister?" asks for that."""

import re

from rag.found import Found
from rag.newer import about_as_good
from rag.records import Passage, Person

_PREVIOUS = re.compile(
    r"\b(?:(?:de|het|die|diens|zijn|haar|hun|the|his|her|their)\s+)?"
    r"(?:(?:vorige|eerdere|voormalige|toenmalige|previous|former)\s+"
    r"(?:minister|staatssecretaris|bewindspersoon|kabinet|state secretary|cabinet)|voorganger|predecessor)\b",
    re.IGNORECASE,
)

_AND = re.compile(r"(?:^|\b(?:en|maar|and|but))\W*$", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:previous|former|predecessor)\b", re.IGNORECASE)


def asks_predecessor(question: str) -> bool:
    """Whether a question asks what was said by who stood before."""
    return bool(_PREVIOUS.search(question))


def with_name(question: str, name: str) -> str:
    """Return the question with the name in the place of "de vorige minister": "en volgens Mila Roggeveld?"."""

    def named(words: re.Match[str]) -> str:
        if not _AND.search(question[: words.start()]):
            return name
        return f"{'according to' if _ENGLISH.search(words.group()) else 'volgens'} {name}"

    return _PREVIOUS.sub(named, question, count=1)


def predecessor(found: Found) -> str | None:
    """Return the name of who last answered on the subject before the one who answers now; None where nobody did.

    One of the same function comes before one of another. Only passages about as good as the best tell.
    """
    if found.named:
        return None
    near = [hit.passage for hit in about_as_good(found.hits)]
    known = sorted((passage for passage in near if passage.answered and passage.answerers), key=_day)
    if not known:
        return None
    now, day = known[-1].answerers, _day(known[-1])
    before = [person for passage in known if _day(passage) < day for person in passage.answerers if _other(person, now)]
    roles = {person.role for person in now}
    chosen = [person for person in before if person.role in roles] or before
    return chosen[-1].name if chosen else None


def _day(passage: Passage) -> int:
    return passage.answered.toordinal() if passage.answered else 0


def _other(person: Person, now: tuple[Person, ...]) -> bool:
    return bool(person.name) and person.name not in {one.name for one in now}
