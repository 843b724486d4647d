"""One vraag as HTML: who and when, the text with its quotations marked and its references as links, footnotes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rag.records import MEDEDELING, Passage
from rag.references import Reference, find_references
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.ui.words import (
    Link,
    age_in_words,
    day_html,
    formal_citation,
    paragraphs_html,
    place_in_words,
    web_link,
)
from rag.wording import people_in_words

Lead = Callable[[Passage, Reference], tuple[str, str] | None]
"""Gives the tags around a reference in a passage, or None where it leads nowhere."""


def facts_html(passage: Passage, language: str, today: date) -> str:
    """Return who asked, who answered, and when, as a list of terms."""
    age = age_in_words(passage.day, today, language)
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


def text_html(passage: Passage, quotes: Sequence[str], language: str, lead: Lead, *, heading: bool = False) -> str:
    """Return vraag, antwoord and footnotes.

    Args:
        passage: What is shown.
        quotes: Sentences of the antwoord to mark.
        language: "nl" or "en".
        lead: Where a reference in the text leads.
        heading: Whether the vraag has its number above it here.
    """
    parts = []
    if passage.question:
        head = f'<h4 class="kw-label">{escape(place_in_words(passage, language))}</h4>' if heading else ""
        asked = paragraphs_html(passage.question, (), _links(passage, passage.question, lead))
        parts.append(f'{head}<div class="kw-question" lang="nl">{asked}</div>')
    answer = paragraphs_html(passage.answer, quotes, _links(passage, passage.answer or "", lead))
    if not passage.number.startswith(MEDEDELING):
        others = ", ".join(passage.answered_with)
        label = text("antwoord_with", language, numbers=others) if others else text("antwoord", language)
        level = "h4" if heading else "h5"
        parts.append(f'<{level} class="kw-label">{escape(label)}</{level}>')
        answer = answer or f'<p class="kw-quiet">{escape(text("unanswered", language))}</p>'
    parts.append(f'<div class="kw-antwoord" lang="nl">{answer}</div>')
    return "".join(parts) + footnotes_html(passage.footnotes, language)


def official_html(passage: Passage, language: str) -> str:
    """Return the links to the official publications, or "" where there are none (the sample)."""
    links = [
        web_link(passage.answer_url, text("official", language), language),
        web_link(passage.question_url, text("official_question", language), language),
    ]
    shown = "".join(f"<li>{link}</li>" for link in links if link)
    return f'<ul class="kw-links">{shown}</ul>' if shown else ""


def _links(passage: Passage, words: str, lead: Lead) -> list[Link]:
    found = ((reference, lead(passage, reference)) for reference in find_references(words))
    return [Link(reference.start, reference.end, *tags) for reference, tags in found if tags]


def footnotes_html(notes: Mapping[str, str], language: str) -> str:
    """Return footnotes as a list of mark and text; "" where there are none."""
    if not notes:
        return ""
    missing = text("footnote_missing", language)
    items = "".join(
        f"<li><span>{escape(mark)}</span> {escape(note) if note else escape(missing)}</li>"
        for mark, note in notes.items()
    )
    label = escape(text("footnotes", language))
    return f'<ul class="kw-footnotes" aria-label="{label}">{items}</ul>'
