"""What a search gives: the hits, and all that was understood and seen on the way."""

from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Vectors
from rag.records import Hit, Signals
from rag.understand import Span, Understood

_NOTHING = Understood("")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives.

    Attributes:
        hits: Best first, or by day where that was asked.
        vector: The centred question, shape (dimension,).
        signals: What was seen.
        understood: What the question names.
        named: Whether what it names is in the index, and comes first: a document, or vragen of one.
        vragen: The ids of the vragen that it names, as far as the index has them.
        missing: What it names and the index does not have: "Kamervraag 2022Z04736, vraag 19"; None else.
        dropped: What was read in the question and left out of account, since nothing would have remained.
        kamervragen: A hit on each Kamervraag that is asked for, by day, where lists were wanted; nothing where
            it asks for none.
    """

    hits: tuple[Hit, ...]
    vector: Vectors
    signals: Signals
    understood: Understood = _NOTHING
    named: bool = False
    vragen: tuple[str, ...] = ()
    missing: str | None = None
    dropped: tuple[Span, ...] = ()
    kamervragen: tuple[Hit, ...] = ()

    @property
    def without_subject(self) -> bool:
        """Whether the question names only what to restrict to: nothing is more relevant than anything else."""
        return self.understood.bare and not self.named

    @classmethod
    def nothing(cls) -> "Found":
        """Return what a search that was never made gives."""
        return cls((), np.zeros(0, np.float32), Signals())
