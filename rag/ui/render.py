"""The conversation as HTML: questions, answers with their citation chips, refusals, failures, the empty state.

Pure functions. Every text that comes from a document or a user passes through `html.escape`.
"""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from urllib.parse import urlencode

from rag.records import Passage
from rag.support import ANSWERED, NEAREST
from rag.ui.export import FORMS
from rag.ui.filterbar import restriction_in_words
from rag.ui.texts import text
from rag.ui.turns import FAILED, Turn
from rag.ui.words import day_html, place_in_words, typeset
from rag.wording import answer_text

Passages = Mapping[str, Passage]


def header_html(language: str, *, fictional: bool) -> str:
    """Return the head of the page: name, tagline, switch of language, and the banner over a fictional corpus."""
    other = "en" if language == "nl" else "nl"
    banner = (
        f'<p class="kw-banner" role="note"><strong>{escape(text("banner_label", language))}</strong> '
        f"{escape(text('banner', language))}</p>"
        if fictional
        else ""
    )
    return (
        '<header class="kw-head"><div class="kw-brand"><h1>Kamerwijzer</h1>'
        f"<p>{escape(text('tagline', language))}</p></div>"
        f'<button type="button" class="kw-plain" data-language="{other}" lang="{other}">'
        f"{escape(text('other_language', language))}</button></header>{banner}"
    )


def footer_html(language: str) -> str:
    """Return the foot of the page."""
    return (
        f'<footer class="kw-foot"><p>{escape(text("footer", language))}</p>'
        f'<p><a href="?view=api">{escape(text("program", language))}</a></p></footer>'
    )


def thread_html(
    turns: Sequence[Turn], passages: Passages, language: str, examples: Sequence[str] = (), pending: str | None = None
) -> str:
    """Return the conversation.

    Args:
        turns: Oldest first.
        passages: Those that the turns cite, by id.
        language: Of the words around the sentences.
        examples: Questions offered while the conversation is empty.
        pending: A question that is being answered.
    """
    parts = [turn_html(turn, place, passages, language) for place, turn in enumerate(turns)]
    if pending is not None:
        parts.append(
            f'<article class="kw-turn kw-pending"><h2>{escape(pending)}</h2>'
            f'<p class="kw-loading"><span aria-hidden="true"></span>{escape(text("loading", language))}…</p></article>'
        )
    if turns:
        parts.append(_keep_html(language))
    if not parts:
        parts.append(_empty_html(examples, language))
    label = escape(text("thread", language))
    return f'<section class="kw-thread" role="log" aria-live="polite" aria-label="{label}">{"".join(parts)}</section>'


def turn_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    """Return one question with what became of it; `place` counts from 0 and binds its chips to it."""
    body = {
        ANSWERED: _answer_html,
        NEAREST: _nearest_html,
        FAILED: _failure_html,
    }.get(turn.outcome, _declined_html)(turn, place, passages, language)
    filtered = ", ".join(restriction_in_words(*item, language) for item in turn.restrictions.items())
    remarks = [f"{text('filtered', language)}: {filtered}" if filtered else "", turn.note or ""]
    notes = "".join(f'<p class="kw-understood">{escape(remark)}</p>' for remark in remarks if remark)
    understood = (
        f'<p class="kw-understood">{escape(text("understood", language))}: {escape(turn.understood)}</p>'
        if turn.understood
        else ""
    )
    return (
        f'<article class="kw-turn kw-{escape(turn.outcome)}" data-place="{place}"><h2>{escape(turn.query)}</h2>'
        f"{understood}{notes}{body}{_actions_html(turn, passages, language)}</article>"
    )


def _actions_html(turn: Turn, passages: Passages, language: str) -> str:
    """Return the buttons that copy the answer, and a link which asks the question again with its filters."""
    if turn.outcome == FAILED:
        return ""
    named = {"q": turn.understood or turn.query, **turn.restrictions, "build": turn.build, "lang": language}
    query = urlencode({name: value for name, value in named.items() if value})
    known = {name: passage for name, passage in passages.items() if name in turn.cited}
    plain = answer_text(turn.sentences, known, language) if len(known) == len(turn.cited) else ""
    copy = (
        f'<button type="button" class="kw-plain" data-copy="{escape(plain)}">{escape(text("copy_answer", language))}'
        "</button>"
        if plain
        else ""
    )
    return (
        f'<div class="kw-actions">{copy}<button type="button" class="kw-plain" data-link="{escape(query)}">'
        f"{escape(text('share', language))}</button></div>"
    )


def _keep_html(language: str) -> str:
    """Return the buttons that save the conversation."""
    buttons = "".join(
        f'<button type="button" class="kw-plain" data-keep="{form}">{escape(text(f"keep_{form}", language))}</button>'
        for form in FORMS
    )
    return f'<div class="kw-actions kw-keep"><span>{escape(text("keep", language))}:</span>{buttons}</div>'


def _answer_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    groups = []
    for cited, run in groupby(turn.sentences, key=lambda sentence: sentence.citations[0]):
        passage = passages.get(cited)
        words = " ".join(f"<span>{typeset(sentence.text)}</span>" for sentence in run)
        number = turn.cited.index(cited) + 1
        groups.append(
            f'<div class="kw-quote">{_attribution_html(passage, language)}'
            f"<p>{words}&nbsp;{_chip_html(number, cited, passage, place, language)}</p></div>"
        )
    status = text("status_answered", language, count=len(turn.cited))
    return f'<div class="kw-answer" lang="nl">{"".join(groups)}</div><p class="kw-sr">{escape(status)}</p>'


def _attribution_html(passage: Passage | None, language: str) -> str:
    """Return who answered and when, above a quotation."""
    if passage is None:
        return ""
    role = next((person.role or person.name for person in passage.answerers), "")
    parts = [escape(role[:1].upper() + role[1:]), day_html(passage.answered, language)]
    line = ", ".join(part for part in parts if part)
    return f'<p class="kw-who">{line}</p>' if line else ""


def _chip_html(number: int, cited: str, passage: Passage | None, place: int, language: str) -> str:
    label = text("open_source", language, number=number, citation=passage.citation if passage else cited)
    return (
        f'<button type="button" class="kw-chip" data-cite="{escape(cited)}" data-turn="{place}" '
        f'aria-label="{escape(label)}" title="{escape(label)}">{number}</button>'
    )


def _nearest_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    items = []
    for number, name in enumerate(turn.nearest, 1):
        passage = passages.get(name)
        if passage is None:
            continue
        head = passage.title or passage.citation
        words = escape(_short(passage.question or passage.answer or ""))
        items.append(
            f'<li><button type="button" class="kw-near" data-cite="{escape(name)}" data-turn="{place}">'
            f'<span class="kw-number">{number}</span><span><strong>{escape(head)}</strong> '
            f"<small>{escape(place_in_words(passage, language))}</small><br>{words}</span></button></li>"
        )
    return (
        f'<div class="kw-refusal"><p class="kw-label">{escape(text("no_answer", language))}</p>'
        f"<p>{escape(turn.reason or '')}</p>"
        f'<p class="kw-quiet">{escape(text("nearest", language))}</p><ol class="kw-nearest">{"".join(items)}</ol></div>'
    )


def _declined_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    return (
        f'<div class="kw-refusal"><p class="kw-label">{escape(text("declined", language))}</p>'
        f"<p>{escape(turn.reason or '')}</p></div>"
    )


def _failure_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    return (
        f'<div class="kw-failure" role="alert"><p class="kw-label">{escape(text("failed", language))}</p>'
        f"<p>{escape(turn.reason or '')}</p></div>"
    )


def _empty_html(examples: Sequence[str], language: str) -> str:
    buttons = "".join(
        f'<li><button type="button" class="kw-example" data-ask="{escape(example)}">{escape(example)}</button></li>'
        for example in examples
    )
    offered = f"<h3>{escape(text('examples', language))}</h3><ul>{buttons}</ul>" if buttons else ""
    return (
        f'<div class="kw-empty"><h2>{escape(text("intro_title", language))}</h2>'
        f"<p>{escape(text('intro', language))}</p>{offered}</div>"
    )


def _short(words: str, most: int = 160) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= most else flat[:most].rsplit(" ", 1)[0] + " …"
