"""The sources panel as HTML: a card for each vraag cited, and the whole Kamervraag around one. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from rag.records import MEDEDELING, Passage
from rag.ui.texts import text
from rag.ui.turns import Turn
from rag.ui.words import (
    age_in_words,
    day_html,
    formal_citation,
    paragraphs_html,
    people_in_words,
    place_in_words,
    web_link,
)

_REFERENCE = re.compile(
    r"\b((?:antwoord(?:en)?|beantwoording)\s+(?:op\s+|van\s+)?(?:de\s+)?(?:vraag|vragen)\s+)(\d+[a-z]?)\b"
)


def empty_panel(language: str) -> str:
    """Return the panel before anything is asked."""
    return _panel(text("sources", language), f'<p class="kw-quiet">{escape(text("sources_empty", language))}</p>')


def sources_html(
    turn: Turn, place: int, passages: Mapping[str, Passage], language: str, today: date, chosen: str | None = None
) -> str:
    """Return the sources of a turn, numbered as its chips are; the chosen one open, the others folded.

    Args:
        turn: What was answered, or came nearest.
        place: Of the turn in the conversation, from 0.
        passages: The sources by id; one that is missing is said to be.
        language: "nl" or "en".
        today: For the age of a source.
        chosen: Id of the source to open; None for the first that is cited (what is merely near stays folded).
    """
    if not turn.sources:
        return empty_panel(language)
    if chosen not in turn.sources:
        chosen = turn.cited[0] if turn.cited else None
    cards = [
        _card(number, passages.get(name), turn, place, language, today, is_open=name == chosen)
        for number, name in enumerate(turn.sources, 1)
    ]
    if turn.cited:
        return _panel(text("sources", language), "".join(cards))
    note = f'<p class="kw-quiet">{escape(text("nearest_note", language))}</p>'
    return _panel(text("sources_nearest", language), note + "".join(cards))


def document_html(
    document: Sequence[Passage], chosen: str, turn: Turn | None, place: int, language: str, today: date
) -> str:
    """Return a whole Kamervraag with the chosen vraag in view; sentences quoted by `turn` are marked throughout."""
    if not document:
        return _panel(text("sources", language), f"<p>{escape(text('unknown_source', language))}</p>")
    first = document[0]
    numbers = [passage.number for passage in document]
    sections = []
    for index, passage in enumerate(document):
        before = numbers[index - 1] if index else None
        after = numbers[index + 1] if index + 1 < len(numbers) else None
        quotes = turn.quotes(passage.id) if turn else ()
        current = ' aria-current="true"' if passage.id == chosen else ""
        sections.append(
            f'<section class="kw-vraag" id="kw-vraag-{escape(passage.number)}" tabindex="-1"{current}>'
            f"<h4>{escape(place_in_words(passage, language))}"
            f"{_badge(bool(quotes), language)}</h4>{_text_html(passage, quotes, language, numbers)}"
            f'<p class="kw-step">{_step("previous", before, language)}{_step("next", after, language)}</p></section>'
        )
    jumps = "".join(
        f'<button type="button" class="kw-jump" data-goto="kw-vraag-{escape(passage.number)}" '
        f'aria-label="{escape(place_in_words(passage, language))}">'
        f"{escape(passage.number if passage.number[:1].isdigit() else 'M')}</button>"
        for passage in document
    )
    back = (
        f'<button type="button" class="kw-plain" data-cite="{escape(chosen)}" data-turn="{place}">'
        f"← {escape(text('back', language))}</button>"
        if turn
        else ""
    )
    body = (
        f'{back}<div class="kw-document"><h3 tabindex="-1">{escape(first.title or first.document)}</h3>'
        f'<p class="kw-citation">Kamervraag {escape(first.document)}</p>{_facts(first, language, today)}'
        f'{_links(first, language)}<nav class="kw-jumps" aria-label="{escape(text("go_to", language))}">{jumps}</nav>'
        f"{''.join(sections)}</div>"
    )
    return _panel(text("sources", language), body)


def _panel(title: str, body: str) -> str:
    return f'<aside class="kw-panel" aria-label="{escape(title)}"><h2>{escape(title)}</h2>{body}</aside>'


def _card(
    number: int, passage: Passage | None, turn: Turn, place: int, language: str, today: date, *, is_open: bool
) -> str:
    if passage is None:
        return f'<p class="kw-source">{number}. {escape(text("unknown_source", language))}</p>'
    name = escape(passage.id)
    current = ' open data-chosen="true"' if is_open else ""
    title = passage.title or passage.document
    head = (
        f'<summary><span class="kw-number">{number}</span><span class="kw-title">{escape(title)}'
        f'<span class="kw-citation">{escape(passage.citation)}</span></span></summary>'
    )
    formal = formal_citation(passage.answer_id)
    cited = f"{passage.citation} ({formal})" if formal else passage.citation
    actions = (
        f'<div class="kw-actions"><button type="button" class="kw-button" data-read="{name}" data-turn="{place}">'
        f"{escape(text('read_all', language))}</button>"
        f'<button type="button" class="kw-plain" data-copy="{escape(cited)}">{escape(text("copy_citation", language))}'
        f'</button><button type="button" class="kw-plain kw-return" data-return="{place}">'
        f"{escape(text('back_to_answer', language))}</button></div>"
    )
    return (
        f'<details class="kw-source" data-id="{name}" data-build="{escape(turn.build)}"{current}>{head}'
        f"{_facts(passage, language, today)}{_text_html(passage, turn.quotes(passage.id), language, heading=True)}"
        f"{_links(passage, language)}{actions}</details>"
    )


def _facts(passage: Passage, language: str, today: date) -> str:
    """Return who asked, who answered, and when, as a list of terms."""
    age = age_in_words(passage.answered or passage.asked, today, language)
    when = day_html(passage.answered, language)
    rows = [
        ("asked_by", escape(people_in_words(passage.askers))),
        ("answered_by", escape(people_in_words(passage.answerers, with_role=True))),
        ("asked", day_html(passage.asked, language) + (f" ({escape(age)})" if age and not when else "")),
        ("answered", f"{when} ({escape(age)})" if age and when else when),
        ("formal", escape(formal_citation(passage.answer_id) or "")),
    ]
    terms = "".join(
        f"<div><dt>{escape(text(key, language))}</dt><dd>{value}</dd></div>" for key, value in rows if value
    )
    return f'<dl class="kw-facts">{terms}</dl>' if terms else ""


def _text_html(
    passage: Passage,
    quotes: Sequence[str],
    language: str,
    numbers: Sequence[str] = (),
    *,
    heading: bool = False,
) -> str:
    """Return vraag, antwoord and footnotes; references to `numbers` become jumps within the document."""
    parts = []
    if passage.question:
        head = f'<h4 class="kw-label">{escape(place_in_words(passage, language))}</h4>' if heading else ""
        parts.append(f'{head}<div class="kw-question" lang="nl">{paragraphs_html(passage.question)}</div>')
    answer = paragraphs_html(passage.answer, quotes)
    if not passage.number.startswith(MEDEDELING):
        others = ", ".join(passage.answered_with)
        label = text("antwoord_with", language, numbers=others) if others else text("antwoord", language)
        level = "h4" if heading else "h5"
        parts.append(f'<{level} class="kw-label">{escape(label)}</{level}>')
        answer = answer or f'<p class="kw-quiet">{escape(text("unanswered", language))}</p>'
    parts.append(f'<div class="kw-antwoord" lang="nl">{_with_references(answer, numbers)}</div>')
    return "".join(parts) + _footnotes(passage.footnotes, language)


def _with_references(answer: str, numbers: Sequence[str]) -> str:
    """Turn "antwoord op vraag 3" into a jump where the document has a vraag 3; `answer` is safe HTML already."""

    def jump(found: re.Match[str]) -> str:
        number = found.group(2)
        if number not in numbers:
            return found.group()
        return (
            f'{found.group(1)}<button type="button" class="kw-reference" data-goto="kw-vraag-{number}">'
            f"{number}</button>"
        )

    return _REFERENCE.sub(jump, answer) if numbers else answer


def _footnotes(notes: Mapping[str, str], language: str) -> str:
    if not notes:
        return ""
    missing = text("footnote_missing", language)
    items = "".join(
        f"<li><span>{escape(mark)}</span> {escape(note) if note else escape(missing)}</li>"
        for mark, note in notes.items()
    )
    label = escape(text("footnotes", language))
    return f'<ul class="kw-footnotes" aria-label="{label}">{items}</ul>'


def _links(passage: Passage, language: str) -> str:
    links = [
        web_link(passage.answer_url, text("official", language), language),
        web_link(passage.question_url, text("official_question", language), language),
    ]
    shown = "".join(f"<li>{link}</li>" for link in links if link)
    return f'<ul class="kw-links">{shown}</ul>' if shown else ""


def _badge(quoted: bool, language: str) -> str:
    return f' <span class="kw-badge">{escape(text("cited_here", language))}</span>' if quoted else ""


def _step(key: str, number: str | None, language: str) -> str:
    if number is None:
        return ""
    return (
        f'<button type="button" class="kw-plain" data-goto="kw-vraag-{escape(number)}">'
        f"{escape(text(key, language))}</button>"
    )
