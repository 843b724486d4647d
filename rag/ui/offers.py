"""What is offered to press around the conversation, as HTML: examples, questions to ask next, earlier conversations."""

from collections.abc import Mapping, Sequence

from rag.records import Passage
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.ui.turns import Turn


def empty_html(examples: Sequence[str], language: str) -> str:
    """Return the page before anything is asked."""
    buttons = "".join(
        f'<li><button type="button" class="kw-example" data-ask="{escape(example)}">{escape(example)}</button></li>'
        for example in examples
    )
    offered = f"<h3>{escape(text('examples', language))}</h3><ul>{buttons}</ul>" if buttons else ""
    return (
        f'<div class="kw-empty"><h2>{escape(text("intro_title", language))}</h2>'
        f"<p>{escape(text('intro', language))}</p>{offered}</div>"
    )


def next_html(turn: Turn, passages: Mapping[str, Passage], language: str) -> str:
    """Return vragen that may be asked next, in the words of whoever asked them."""
    known = [passages[name].question for name in turn.suggested if name in passages]
    buttons = "".join(
        f'<li><button type="button" class="kw-example" data-ask="{escape(" ".join(question.split()))}" lang="nl">'
        f"{escape(' '.join(question.split()))}</button></li>"
        for question in known
        if question
    )
    if not buttons:
        return ""
    return f'<div class="kw-next"><h3>{escape(text("next_questions", language))}</h3><ul>{buttons}</ul></div>'


def past_html(past: Sequence[Sequence[Turn]], language: str) -> str:
    """Return the earlier conversations that the browser kept, to take up again; "" where there are none."""
    if not past:
        return ""
    items = "".join(
        f'<li><button type="button" class="kw-example" data-recall="{number}">{escape(shortened(turns[0].query, 90))} '
        f"<small>{escape(_counted(len(turns), language))}</small></button></li>"
        for number, turns in enumerate(past)
    )
    return (
        f'<details class="kw-past"><summary>{escape(text("past", language, count=len(past)))}</summary>'
        f'<p class="kw-quiet">{escape(text("past_note", language))} '
        f'<button type="button" class="kw-plain" data-forget="1">{escape(text("forget", language))}</button></p>'
        f"<ul>{items}</ul></details>"
    )


def _counted(count: int, language: str) -> str:
    return text("past_turn", language) if count == 1 else text("past_turns", language, count=count)


def shortened(words: str, most: int = 160) -> str:
    """Return the beginning of a text, cut between words."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + " …"
