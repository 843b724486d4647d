"""A model that is none: it writes what a function makes of the prompt. Deterministic, for tests and trials."""

import re
from collections.abc import Callable, Iterator, Sequence

from rag.generate.contract import Message

_NUMBERED = re.compile(r"^\[(\d+)\].*?^(?:Antwoord|Answer): (.+?)$", re.MULTILINE | re.DOTALL)
_PIECE = 7


class ScriptedGenerator:
    """Writes a text that depends on the prompt, seven characters at a time.

    Args:
        script: From the user's message to the text; None for the first line of every numbered passage, cited.
    """

    name = "scripted"

    def __init__(self, script: Callable[[str], str] | None = None) -> None:
        self._script = script or first_lines

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the text in pieces."""
        text = self._script(messages[-1].content)
        yield from (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


def first_lines(prompt: str) -> str:
    """Return the first line of the antwoord of every numbered passage, with its number."""
    return "\n".join(f"{answer} [{number}]" for number, answer in _NUMBERED.findall(prompt))
