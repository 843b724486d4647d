"""The search tab as HTML: form, filters in force, facets with counts, figures, results, pages. Pure functions."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from rag.filters import PEOPLE, left_by_name
from rag.index import Passages
from rag.records import Passage
from rag.statistics import ministry_of
from rag.ui.charts import answer_times_html, bars_html, timeline_html
from rag.ui.listing import LANES, MOST_SAVED, PAGE, Listing, Wanted
from rag.ui.markup import escape
from rag.ui.restrictions import NAMES, gone_with, read_chips_html, restriction_in_words, unread_html
from rag.ui.snippets import snippet_html
from rag.ui.texts import text
from rag.ui.words import age_in_words, counted, day_html, place_in_words, said
from rag.understand import SORTS
from rag.wording import also_text, dropped_text

FACETS = ("party", "ministry", "answerer", "asker", "topic")
_SHOWN, _MOST = 6, 40
_HIDDEN_TOPICS = {"fictief"}


def listing_html(listing: Listing, store: Passages, language: str, today: date) -> str:
    """Return the whole tab for what was found."""
    wanted = listing.wanted
    found = (
        f'<div class="kw-found"><aside class="kw-facets" aria-label="{said("narrow", language)}">'
        f"{_facets(listing, store, language)}</aside>"
        f'<section class="kw-results" aria-label="{said("results", language)}">{_head(listing, language)}'
        f"{_figures(listing, store, language)}{_results(listing, language, today)}{_pages(listing, language)}"
        f"{_save(listing, language)}</section></div>"
    )
    return _frame(wanted, found if listing.total else _nothing(wanted, language), language)


def failure_html(wanted: Wanted, reason: str, language: str) -> str:
    """Return the tab where nothing could be searched, with the reason."""
    failure = (
        f'<div class="kw-failure" role="alert"><p class="kw-label">{said("failed", language)}</p>'
        f"<p>{escape(reason)}</p></div>"
    )
    return _frame(wanted, failure, language)


def opening_html(language: str) -> str:
    """Return the tab before anything was asked for; the page then asks by itself."""
    wait = f'<p class="kw-loading"><span aria-hidden="true"></span>{said("loading", language)}…</p>'
    return f'<div class="kw-search" data-opening>{_form(Wanted(), language)}{wait}</div>'


def role_of(ministry: str, roles: Mapping[str, int]) -> str:
    """Return the filter on `role` that means a ministry: its name where roles hold it, else one of these roles."""
    folded = f" {ministry.casefold()} "
    if any(folded in f" {role.casefold()} " for role in roles):
        return ministry
    return next((role for role in roles if ministry_of(role) == ministry), ministry)


def _frame(wanted: Wanted, body: str, language: str) -> str:
    return f'<div class="kw-search" data-now="{escape(wanted.link())}">{_form(wanted, language)}{body}</div>'


def _form(wanted: Wanted, language: str) -> str:
    shown = ("asked_from", "asked_to", "answered")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in wanted.restrictions.items()
        if name not in shown
    )
    if wanted.unread:
        hidden += f'<input type="hidden" name="unread" value="{escape(",".join(wanted.unread))}">'
    days = "".join(
        f"<label>{said(f'filter_{name}', language)}"
        f'<input type="date" name="{name}" value="{escape(wanted.restrictions.get(name, ""))}"></label>'
        for name in shown[:2]
    )
    answered = _select(
        "answered",
        {"": text("all", language), "yes": text("yes", language), "no": text("no", language)},
        wanted.restrictions.get("answered", ""),
        text("filter_answered", language),
    )
    usual = SORTS[0] if wanted.query else "newest"  # it has no name in the form: with a query it is another one
    sorts = [usual, *(sort for sort in SORTS[1:] if sort != usual)]
    orders = {"" if sort == usual else sort: text(f"sort_{sort}", language) for sort in sorts}
    order = _select("sort", orders, "" if wanted.order == usual else wanted.order, text("sort", language))
    return (
        f'<form class="kw-find" role="search" data-find><div class="kw-find-box">'
        f'<input type="search" name="find" maxlength="4000" value="{escape(wanted.query)}" '
        f'aria-label="{said("find_label", language)}" placeholder="{said("find_hint", language)}">'
        f'<button type="submit" class="kw-send">{said("find", language)}</button></div>'
        f'<div class="kw-find-more">{days}{answered}{order}</div>{hidden}'
        f'<input type="hidden" name="lanes" value="{escape(wanted.lanes)}"></form>{_chips(wanted, language)}'
    )


def _select(name: str, choices: Mapping[str, str], chosen: str, label: str) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in choices.items()
    )
    return f'<label>{escape(label)}<select name="{name}">{options}</select></label>'


def _chips(wanted: Wanted, language: str) -> str:
    chips = []
    for name in NAMES:
        if name in wanted.restrictions:
            words = restriction_in_words(name, wanted.restrictions[name], language)
            label = text("drop", language, filter=words)
            chips.append(
                f'<li><button type="button" class="kw-filter" {_to(wanted, **{name: ""})} aria-label="{escape(label)}">'
                f'{escape(words)}<span aria-hidden="true"> ×</span></button></li>'
            )
    if len(chips) > 1:
        everything = dict.fromkeys(wanted.restrictions, "")
        chips.append(
            f'<li><button type="button" class="kw-plain" {_to(wanted, **everything)}>'
            f"{said('drop_all', language)}</button></li>"
        )
    return f'<ul class="kw-filters">{"".join(chips)}</ul>' if chips else ""


def _head(listing: Listing, language: str) -> str:
    key = "found_one" if listing.total == 1 else "found_capped" if listing.capped else "found"
    found = text("found_weak" if listing.weak else key, language, count=counted(listing.total, language))
    read = _read_html(listing, language)
    if listing.dropped:
        read += f'<p class="kw-note" role="note">{escape(dropped_text(listing.dropped, language))}</p>'
    heading = f'<h2 class="kw-count" role="status" tabindex="-1">{escape(found)}</h2>'
    return f"{heading}{read}{_as_question(listing.wanted, language)}"


def _read_html(listing: Listing, language: str) -> str:
    """Return what was read in the query, each thing to be taken away, and what was taken away."""
    wanted = listing.wanted
    set_already = {*wanted.restrictions, *(["sort"] if wanted.sort else [])}
    read = {span.field: span.value for span in listing.understood if span.field not in set_already}

    def data(name: str) -> str:
        gone = [field for field in read if field in gone_with(name)]
        return _to(wanted, unread=",".join(dict.fromkeys([*wanted.unread, *gone])))

    again = f' <button type="button" class="kw-plain" {_to(wanted, unread="")}>{said("read_again", language)}</button>'
    return read_chips_html("read_as", read, data, language) + unread_html(wanted.unread, language, again)


def _as_question(wanted: Wanted, language: str) -> str:
    """Return a link that asks the query in the first tab, with the same filters; "" where there is none."""
    if not wanted.query:
        return ""
    more = {"sort": wanted.sort, "unread": ",".join(wanted.unread)}
    given = urlencode({**wanted.restrictions, **{name: value for name, value in more.items() if value}})
    address = f"?{urlencode({'q': wanted.query})}&{given}".rstrip("&")
    return (
        f'<p class="kw-actions"><a class="kw-plain" href="{escape(address)}" data-question="{escape(wanted.query)}" '
        f'data-given="{escape(given)}">{said("as_question", language)}</a></p>'
    )


def _facets(listing: Listing, store: Passages, language: str) -> str:
    parts = []
    for kind in FACETS:
        counts = {key: n for key, n in store.counts(kind, listing.selection).items() if key not in _HIDDEN_TOPICS}
        counts = left_by_name(counts) if kind in PEOPLE else counts
        if counts:
            bars = _facet(kind, counts, listing.wanted, store.values("role"), language)
            parts.append(f'<section class="kw-facet"><h3>{said(f"facet_{kind}", language)}</h3>{bars}</section>')
    return "".join(parts)


def _facet(kind: str, counts: Mapping[str, int], wanted: Wanted, roles: Mapping[str, int], language: str) -> str:
    def link(value: str) -> str:
        return _to(wanted, **({"role": role_of(value, roles)} if kind == "ministry" else {kind: value}))

    def label(value: str) -> str:
        return text("narrow_to", language, value=value, count=counts[value])

    entries = list(counts.items())
    bars = bars_html(dict(entries[:_SHOWN]), link, label)
    if len(entries) <= _SHOWN:
        return bars
    rest = dict(entries[_SHOWN:_MOST])
    more = said("more_values", language, count=len(rest))
    return f"{bars}<details><summary>{more}</summary>{bars_html(rest, link, label)}</details>"


def _figures(listing: Listing, store: Passages, language: str) -> str:
    wanted, roles = listing.wanted, store.values("role")

    def link(filters: Mapping[str, str]) -> str:
        role = {"role": role_of(filters["role"], roles)} if "role" in filters else {}
        return _to(wanted, **{**filters, **role})

    lanes = "".join(
        f'<button type="button" class="kw-switch" aria-pressed="{"true" if name == wanted.lanes else "false"}" '
        f"{_to(wanted, lanes=name)}>{said(f'lanes_{name}', language)}</button>"
        for name in LANES
    )
    timeline = timeline_html(store.months(wanted.lanes, listing.selection), wanted.lanes, link, language)
    times = answer_times_html(store.answer_days(listing.selection), language)
    figures = "".join(
        f'<figure class="kw-figure"><figcaption><h3>{said(key, language)}</h3>{tools}</figcaption>{drawn}</figure>'
        for key, tools, drawn in (
            ("timeline", f'<div class="kw-switches">{lanes}</div>', timeline),
            ("times", "", times),
        )
        if drawn
    )
    if not figures:
        return ""
    # A list that was searched for stands first; one to look around in begins with its figures.
    shown = "" if wanted.query else " open"
    return f'<details class="kw-figures"{shown}><summary>{said("figures", language)}</summary>{figures}</details>'


def _results(listing: Listing, language: str, today: date) -> str:
    items = "".join(_result(passage, listing, language, today) for passage in listing.shown)
    return f'<ol class="kw-list" start="{(listing.wanted.page - 1) * PAGE + 1}">{items}</ol>'


def _result(passage: Passage, listing: Listing, language: str, today: date) -> str:
    query = listing.wanted.query
    party = ", ".join(dict.fromkeys(person.party or person.name for person in passage.askers))
    roles = [person.role or person.name for person in passage.answerers]
    day = passage.day
    age = age_in_words(day, today, language)
    when = day_html(day, language) + (f" ({escape(age)})" if age else "")
    if not passage.answer and day:
        when = f"{said('asked', language)} {when}"
    facts = [escape(place_in_words(passage, language)), escape(party), escape(roles[0] if roles else ""), when]
    question = snippet_html(passage.question, query, 200)
    answer = snippet_html(passage.answer, query)
    unanswered = f'<p class="kw-quiet">{said("unanswered", language)}</p>'
    also = listing.also.get(passage.id, ())
    repeated = f'<p class="kw-quiet">{escape(also_text(also, language))}</p>' if also else ""
    return (
        f'<li class="kw-result"><h3><button type="button" data-read="{escape(passage.id)}">'
        f"{escape(passage.title or passage.citation)}</button></h3>"
        f'<p class="kw-result-facts">{" · ".join(fact for fact in facts if fact)}</p>'
        + (f'<p class="kw-result-question" lang="nl">{question}</p>' if question else "")
        + (f'<p class="kw-result-answer" lang="nl">{answer}</p>' if answer else unanswered)
        + f'{repeated}<p class="kw-actions">{_ask_within(passage, language)}</p></li>'
    )


def _ask_within(passage: Passage, language: str) -> str:
    """Return a button that makes the first tab ready for a question about one Kamervraag."""
    label = said("ask_within_of", language, document=passage.document)
    return (
        f'<button type="button" class="kw-plain" data-within="{escape(passage.document)}" aria-label="{label}">'
        f"{said('ask_within', language)}</button>"
    )


def _pages(listing: Listing, language: str) -> str:
    page, pages = listing.wanted.page, listing.pages
    if pages == 1:
        return ""

    def step(key: str, target: int) -> str:
        if not 1 <= target <= pages:
            return ""
        return (
            f'<button type="button" class="kw-button" {_to(listing.wanted, page=str(target))}>'
            f"{said(key, language)}</button>"
        )

    where = said("page_of", language, page=page, pages=pages)
    label = said("pages", language)
    return (
        f'<nav class="kw-pages" aria-label="{label}">{step("previous", page - 1)}<span>{where}</span>'
        f"{step('next', page + 1)}</nav>"
    )


def _save(listing: Listing, language: str) -> str:
    count = min(listing.total, MOST_SAVED)
    buttons = "".join(
        f'<button type="button" class="kw-plain" data-save="{form}">{form.upper()}</button>'
        for form in ("csv", "jsonl")
    )
    link = escape(f"tab=search&{listing.wanted.link()}".rstrip("&"))
    share = f'<button type="button" class="kw-plain" data-link="{link}">{said("share", language)}</button>'
    return f'<p class="kw-actions">{said("save_list", language, count=counted(count, language))} {buttons} {share}</p>'


def _nothing(wanted: Wanted, language: str) -> str:
    key = "nothing_filtered" if wanted.restrictions else "nothing_listed"
    return f'<div class="kw-refusal kw-count" role="status" tabindex="-1"><p>{said(key, language)}</p></div>'


def _to(wanted: Wanted, **changes: str) -> str:
    """Return the attribute of a button that asks for something else."""
    return f'data-to="{escape(wanted.link(**changes))}"'
