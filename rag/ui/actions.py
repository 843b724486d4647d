"""The buttons of a turn and of the conversation, as HTML: copy, share, keep, edit, ask again."""

from collections.abc import Mapping
from urllib.parse import urlencode

from rag.records import Passage
from rag.ui.export import FORMS, plain_text
from rag.ui.markup import escape
from rag.ui.restrictions import ALL
from rag.ui.texts import text
from rag.ui.turns import FAILED, Turn


def actions_html(turn: Turn, passages: Mapping[str, Passage], language: str) -> str:
    """Return the buttons that copy the answer, and a link which asks the question again with its filters."""
    if turn.outcome == FAILED:
        return ""
    named = {"q": turn.understood or turn.query, **turn.restrictions, "unread": ",".join(turn.unread)}
    query = urlencode(
        {name: value for name, value in {**named, "build": turn.build, "lang": language}.items() if value}
    )
    copy = (
        f'<button type="button" class="kw-plain" data-copy="{escape(plain_text(turn, passages, language))}">'
        f"{escape(text('copy_answer', language))}</button>"
        if turn.cited and all(name in passages for name in turn.cited)
        else ""
    )
    return (
        f'<div class="kw-actions">{copy}<button type="button" class="kw-plain" data-link="{escape(query)}">'
        f"{escape(text('share', language))}</button>{_list_link(turn, language)}</div>"
    )


def _list_link(turn: Turn, language: str) -> str:
    """Return a link to the search tab with the same question, filters and order, and what is not to be read."""
    named = {"find": turn.understood or turn.query, **turn.restrictions, "unread": ",".join(turn.unread)}
    wanted = urlencode({name: value for name, value in named.items() if value})
    address = escape(f"?tab=search&{wanted}")
    return f'<a class="kw-plain" href="{address}" data-list="{escape(wanted)}">{escape(text("as_list", language))}</a>'


def keep_html(language: str) -> str:
    """Return the buttons that save the conversation."""
    buttons = "".join(
        f'<button type="button" class="kw-plain" data-keep="{form}">{escape(text(f"keep_{form}", language))}</button>'
        for form in FORMS
    )
    return f'<div class="kw-actions kw-keep"><span>{escape(text("keep", language))}:</span>{buttons}</div>'


def edit_button(words: str, place: int, drop: str, label: str) -> str:
    """Return the button that makes a question editable; `drop` is what then no longer restricts it."""
    return (
        f'<button type="button" class="kw-plain kw-edit" data-edit="{escape(words)}" data-turn="{place}" '
        f'data-drop="{drop}">{escape(label)}</button>'
    )


def again_html(turn: Turn, place: int, language: str) -> str:
    """Return the buttons that ask again: as it was after a failure, without filters where there are any."""
    ways = [("retry", "")] if turn.outcome == FAILED else []
    ways += [("retry_open", ALL)] if turn.restrictions or turn.read else []
    buttons = "".join(
        f'<button type="button" class="kw-plain" data-ask="" data-turn="{place}" data-drop="{drop}">'
        f"{escape(text(key, language))}</button>"
        for key, drop in ways
    )
    return f'<div class="kw-actions">{buttons}</div>' if buttons else ""
