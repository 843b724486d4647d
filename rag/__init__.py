"""Retrieval and cited answers over Kamervragen.

    from rag import Retriever, open_assistant

    hits = Retriever.open("index").search("omscholing energietransitie", k=5, party="GL")
    answer = open_assistant("index").ask("Wat kost dat de gemeenten?")

Importing the package loads no heavy library; the encoder and the indexes load when something is opened.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answer import Assistant, open_assistant
    from rag.filters import Filters
    from rag.retrieve import Retriever

__all__ = ["Assistant", "Filters", "Retriever", "open_assistant"]

_HOMES = {
    "Assistant": "rag.answer",
    "Filters": "rag.filters",
    "Retriever": "rag.retrieve",
    "open_assistant": "rag.answer",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
