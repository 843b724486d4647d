"""Small pieces of text and safe HTML: people, days, ages, links, marks. Pure functions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rag.records import MEDEDELING, Passage
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.wording import day_in_words

_ANSWER_ID = re.compile(r"ah-tk-(\d{4})(\d{4})-(\d+[a-z]?)", re.IGNORECASE)
_AMOUNT = re.compile(r"€ \d[\d.,]*\d?(?: (?:mln|mld|miljoen|miljard)\b)?")
_WEB = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)


def formal_citation(answer_id: str | None) -> str | None:
    """Return `Aanhangsel Handelingen II 2021/22, nr. 2957` for `ah-tk-20212022-2957`; None for another form."""
    found = _ANSWER_ID.fullmatch(answer_id or "")
    if not found:
        return None
    start, end, number = found.groups()
    return f"Aanhangsel Handelingen II {start}/{end[2:]}, nr. {number}"


def web_link(url: str | None, label: str, language: str) -> str:
    """Return a link that opens outside the app, or "" where the address is none of http(s)."""
    if not url or not _WEB.fullmatch(url):
        return ""
    hint = text("new_window", language)
    return (
        f'<a class="kw-link" href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(label)}'
        f'<span class="kw-sr"> ({escape(hint)})</span></a>'
    )


def builds_in_words(builds: Iterable[str], language: str) -> list[str]:
    """Return one line that names the builds of the index which answered, each once; none where none is known."""
    names = ", ".join(dict.fromkeys(filter(None, builds)))
    return [f"{text('fact_build', language)}: {names}"] if names else []


def age_in_words(day: date | None, today: date, language: str) -> str:
    """Return how long ago a day was ("4 jaar geleden"); "" for no day, or one still to come (fiction)."""
    if day is None or day > today:
        return ""
    days = (today - day).days
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    months = 12 * (today.year - day.year) + today.month - day.month - (today.day < day.day)
    if years:
        return _age("age_year", years, language)
    if months:
        return _age("age_month", months, language)
    return _age("age_day", days, language) if days else text("age_today", language)


def said(key: str, language: str, **values: object) -> str:
    """Return a text of the table, escaped."""
    return escape(text(key, language, **values))


def counted(number: int, language: str) -> str:
    """Return a number with its thousands apart: "1.234" in Dutch, "1,234" in English."""
    return f"{number:,}".replace(",", ".") if language == "nl" else f"{number:,}"


def day_html(day: date | None, language: str) -> str:
    """Return a `<time>`, or "" for no day."""
    return f'<time datetime="{day.isoformat()}">{escape(day_in_words(day, language))}</time>' if day else ""


def place_in_words(passage: Passage, language: str) -> str:
    """Return "Vraag 4", or "Mededeling"."""
    if passage.number.startswith(MEDEDELING):
        return text("mededeling", language)
    return text("vraag", language, number=passage.number)


def typeset(words: str) -> str:
    """Return escaped text in which an amount does not break over a line; the characters stay as they are."""
    return _AMOUNT.sub(r'<span class="kw-nb">\g<0></span>', escape(words))


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of a text that leads somewhere; `opening` and `closing` are the tags around it."""

    start: int
    end: int
    opening: str
    closing: str


def paragraphs_html(words: str | None, quotes: Iterable[str] = (), links: Iterable[Link] = ()) -> str:
    """Return text as escaped paragraphs in which the quoted sentences are marked and the links stand.

    Args:
        words: Plain text, paragraphs at line breaks.
        quotes: Sentences that stand in it word for word; white space may differ.
        links: In order and apart; one that crosses a line break is left out.
    """
    if not words:
        return ""
    spans = _merged(span for quote in quotes for span in _places(quote, words))
    pieces: list[str] = []
    place = 0
    for link in links:
        if link.start < place or "\n" in words[link.start : link.end]:
            continue
        inside = _marked(words, link.start, link.end, spans)
        pieces += [_marked(words, place, link.start, spans), link.opening, inside, link.closing]
        place = link.end
    marked = "".join([*pieces, _marked(words, place, len(words), spans)])
    return "".join(f"<p>{line.strip()}</p>" for line in marked.split("\n") if line.strip())


def _marked(words: str, first: int, last: int, spans: Iterable[tuple[int, int]]) -> str:
    """Return a stretch of the text with what the spans share with it marked."""
    pieces: list[str] = []
    place = first
    for start, end in spans:
        start, end = max(start, first), min(end, last)
        if start < end:
            pieces += [typeset(words[place:start]), f"<mark>{typeset(words[start:end])}</mark>"]
            place = end
    return "".join([*pieces, typeset(words[place:last])])


def _places(quote: str, words: str) -> list[tuple[int, int]]:
    """Return every place of a quote, cut at line breaks so that no mark spans two paragraphs."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    if not pattern:
        return []
    places = []
    for found in re.finditer(pattern, words):
        start = found.start()
        for line in found.group().split("\n"):
            if line.strip():
                places.append((start, start + len(line)))
            start += len(line) + 1
    return places


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _age(key: str, count: int, language: str) -> str:
    return text(key, language) if count == 1 else text(f"{key}s", language, count=count)
