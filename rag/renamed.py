"""A follow-up that only names another: "en wat vroeg BEVE?" is the question before, with BEVE for its party.

Behind its past it would name both, and be a question about neither.
"""

import re
from collections.abc import Callable, Mapping

from rag.understand import Understood, understand

_ALIKE = ({"asker", "party"}, {"answerer", "role"})
"""Fields of which one may take the place of the other: a party that of a member."""

_NAME_ALONE = re.compile(
    r"^\W*(?:en|maar|and|but|what about)\s+(?:(?:van|door|volgens|by|of|according to)\s+)?"
    r"([\w'’-]+(?:\s+[\w'’-]+){0,3})\W*$",
    re.IGNORECASE,
)
_TITLE = r"(?:\b(?:de|the)\s+)?(?:\b(?:minister|staatssecretaris|bewindspersoon|state\s+secretary)\s+)?"
_FRAMES = ("wat vroeg {}?", "wat zei {}?")
"""What a name alone is read in, to tell whether it is one."""


def renamed(
    context: str, before: Understood, asked: Understood, values: Callable[[str], Mapping[str, int]]
) -> str | None:
    """Return the question before with the names of this one in the place of its own of the same kind.

    Args:
        context: The question before, as it was searched.
        before: What it names.
        asked: What this one names.
        values: The values of a facet in the index, as for `understand`.

    Returns:
        None where this one says more than names, or the question before has no one name of that kind.
    """
    if not asked.spans and (alone := _NAME_ALONE.match(asked.query)):
        readings = [understand(frame.format(alone[1]), values) for frame in _FRAMES]
        asked = next((reading for reading in readings if reading.bare and reading.spans), asked)
    if not (asked.bare and asked.spans):
        return None
    text = context
    for name in asked.spans:
        alike = next((fields for fields in _ALIKE if name.field in fields), set[str]())
        old = [span for span in before.spans if span.field in alike]
        if len(old) != 1:
            return None
        # "minister Jansen" as a whole gives way to "minister van Energie", and "de minister van Energie" to "Jansen".
        title = _TITLE if "role" in (old[0].field, name.field) else ""
        place = re.search(title + re.escape(old[0].words), text)
        if place is None:
            return None
        text = text[: place.start()] + name.words + text[place.end() :]
    return text
