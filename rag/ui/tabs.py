"""What a tab is to the frame around it.

A function that takes what is shared, places its parts, and gives back what follows the language. `layout` holds the
table of tabs: to add one is a module with such a function, a line in that table, and a text `tab_<name>`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import gradio as gr

from rag.answer import Assistant
from rag.ui.office import Office

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Options of an event that is no endpoint for programs and shows no spinner of Gradio's."""

EACH = {**QUIET, "trigger_mode": "multiple"}
"""The same where each press counts, also while the one before is still being answered; else it would be dropped."""

AFTER = {**QUIET, "trigger_mode": "always_last"}
"""The same where a press while the one before is still being answered is taken up after it, with what stands then."""

_count = count()


@dataclass(frozen=True, slots=True)
class Shared:
    """What every tab works with.

    Attributes:
        assistant: Answers; its retriever may be another one after a rebuild, so ask it each time.
        language: "nl" or "en", as the browser keeps it.
        conversation: The turns, as the browser keeps them.
        office: What the administrator may do, and how the server was started.
    """

    assistant: Assistant
    language: Any
    conversation: Any
    office: Office


@dataclass(frozen=True, slots=True)
class Tab:
    """What a tab gives to the frame.

    Attributes:
        components: Those whose words follow the language, also set once when the page opens.
        in_words: Gives their updates, one each, for a language and the conversation that the browser kept.
        opened: Binds what is to happen once the page stands, to the event that says so.
    """

    components: Sequence[Any] = ()
    in_words: Callable[[str, object], Sequence[Any]] = lambda language, kept: ()
    opened: Callable[[Any], None] = lambda event: None


def html(value: str, name: str, script: str | None = None) -> Any:  # noqa: ANN401 - custom events are made at run time
    """Return a part of the page in our own HTML; `script` may `trigger` events of its own names."""
    return gr.HTML(value, elem_id=name, elem_classes="kw", js_on_load=script, apply_default_css=False)


def fresh(words: str) -> str:
    """Return HTML that differs from any before it: the page is told of a value only where it is another one."""
    return f"{words}<!-- {next(_count)} -->"


def tab_of(request: gr.Request) -> str:
    """Return the name of the tab that an address asks for; "" for none."""
    return str(request.query_params.get("tab", ""))
