"""The seam around language models: messages in, pieces of text out, and one error that says why there are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.errors import KamerwijzerError

UNREACHABLE, TIMEOUT, STATUS, NONSENSE, BROKEN, EMPTY, ENDLESS, SETTINGS = (
    "unreachable",
    "timeout",
    "status",
    "nonsense",
    "broken",
    "empty",
    "endless",
    "settings",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A turn of the chat with a model; `role` is "system" or "user"."""

    role: str
    content: str


class Generator(Protocol):
    """What the assistant needs of a language model."""

    @property
    def name(self) -> str:
        """Name of the model, as the answer carries it."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the text as it comes, in pieces of any length.

        Raises:
            GeneratorError: No usable text came, or it stopped half-way.
        """


class GeneratorError(KamerwijzerError):
    """A language model gives no usable text.

    Attributes:
        kind: UNREACHABLE, TIMEOUT, STATUS (an HTTP status other than 200), NONSENSE (not the format), BROKEN (it
            stopped half-way), EMPTY, ENDLESS, or SETTINGS (it is not set up rightly).
        detail: The status, for STATUS; "" otherwise.
    """

    def __init__(self, kind: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.detail = detail
