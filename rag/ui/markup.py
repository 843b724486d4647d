"""Text into HTML. Everything that comes from a document, a visitor, a link or a model passes through here."""

import html

from rag.visible import visible


def escape(text: str) -> str:
    """Return text that stands for itself in HTML, in attributes too, and holds nothing that is not seen."""
    return html.escape(visible(text))
