"""Characters that are not seen but do something: turn text around, hide words, speak to a terminal or to a model."""

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls: a terminal obeys them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction: they show a text in another order
    "\u200b\u2060-\u2064\ufeff\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # without any width
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations and tags: a model reads them, nobody else does
    "]"
)


def visible(text: str) -> str:
    """Return a text without the characters that are not seen; line ends, tabs and joiners of letters stay."""
    return _UNSEEN.sub("", text)


def whole_signs(text: str) -> str:
    """Return a text with a question mark for each half of a surrogate pair, which JSON may hold and UTF-8 may not."""
    return text.encode("utf-8", "replace").decode()
