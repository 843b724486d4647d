"""The administrator's part of the corpus tab as HTML: period, time beforehand, progress, outcome. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath

from embeddings.errors import IndexFolderError
from rag.fetch import Period
from rag.jobs import CANCELLED, FAILED, RUNNING, Status
from rag.pace import Pace
from rag.renew import FETCHING, Missed, Renewed
from rag.ui.failures import failure_in_words
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.ui.words import counted, said

PERIODS = {"month": 30, "quarter": 91, "year": 365}
"""Periods offered, in days up to today."""

_FAILURES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Powers:
    """What is offered.

    Attributes:
        admitted: Whether the caller is the administrator.
        asks_password: Whether a password would make them so.
        fetch: Whether Kamervragen may be fetched.
        update: Whether there are fetched ones that may be brought up to date.
        rebuild: Whether the documents of the index are known.
        fictional: Whether the index is the sample.
        wrong: Whether a password was given that is not the one.
        stopping: Whether the work under way was asked to stop.
    """

    admitted: bool
    asks_password: bool = False
    fetch: bool = False
    update: bool = False
    rebuild: bool = False
    fictional: bool = False
    wrong: bool = False
    stopping: bool = False


def office_html(
    powers: Powers,
    status: Status[Renewed] | None,
    period: Period,
    language: str,
    *,
    pace: Pace | None = None,
) -> str:
    """Return the part; nothing to see where there is nothing to offer."""
    if not powers.admitted:
        body = _password_html(powers, language) if powers.asks_password else ""
    elif status is not None and status.state == RUNNING:
        body = _running_html(status, language, stopping=powers.stopping)
    else:
        body = _ended_html(status, language) + _offers_html(powers, period, language, pace or Pace())
    if not body:
        return '<div class="kw-none" hidden></div>'
    title = said("office_sample" if powers.fictional else "office_title", language)
    return f'<section class="kw-corpus kw-office"><h2>{title}</h2>{body}</section>'


def _password_html(powers: Powers, language: str) -> str:
    wrong = f'<p class="kw-failure" role="alert">{said("password_wrong", language)}</p>' if powers.wrong else ""
    return (
        f'{wrong}<form class="kw-form" data-do="show"><label>{said("password", language)}'
        f'<input type="password" name="password" autocomplete="current-password" required></label>'
        f'<button type="submit" class="kw-send">{said("enter", language)}</button></form>'
    )


def _offers_html(powers: Powers, period: Period, language: str, pace: Pace) -> str:
    parts = [_fetch_html(period, language, pace)] if powers.fetch else []
    buttons = "".join(
        f'<button type="button" class="kw-button" data-do="{what}">{said(what, language)}</button>'
        for what, offered in (("update", powers.update), ("rebuild", powers.rebuild and not powers.fictional))
        if offered
    )
    if buttons:
        parts.append(f'<p class="kw-quiet">{said("rebuild_note", language)}</p><div class="kw-actions">{buttons}</div>')
    return "".join(parts) or f'<p class="kw-quiet">{said("office_nothing", language)}</p>'


def _fetch_html(period: Period, language: str, pace: Pace) -> str:
    count, seconds = pace.expected(period)
    presets = "".join(
        f'<button type="button" class="kw-switch" data-from="{period.end - timedelta(days=days - 1)}" '
        f'data-to-day="{period.end}">{said(f"period_{name}", language)}</button>'
        for name, days in PERIODS.items()
    )
    days = "".join(
        f'<label>{said(f"period_{name}", language)}<input type="date" name="{name}" value="{day}" required></label>'
        for name, day in (("from", period.start), ("to", period.end))
    )
    expected = said("expected", language, count=counted(count, language), time=duration_in_words(seconds, language))
    return (
        f'<p>{said("fetch_note", language)}</p><form class="kw-form" data-do="fetch">'
        f'<div class="kw-switches">{presets}</div>{days}<p class="kw-expected" role="status">{expected}</p>'
        f'<button type="submit" class="kw-send">{said("fetch", language)}</button></form>'
    )


def _running_html(status: Status[Renewed], language: str, *, stopping: bool) -> str:
    known = f' value="{status.done}" max="{status.total}"' if status.total else ""
    stage = said("stage_stopping" if stopping else f"stage_{status.stage or FETCHING}", language)
    stop = f'<button type="button" class="kw-button" data-do="cancel">{said("cancel", language)}</button>'
    numbers = (
        f"{counted(status.done, language)} / {counted(status.total, language)}" if status.total is not None else ""
    )
    left = ""
    if status.seconds_left:
        left = said("time_left", language, time=duration_in_words(status.seconds_left, language))
    return (
        f'<p role="status">{stage}</p><progress aria-label="{stage}"{known}></progress>'
        f'<p class="kw-quiet">{" · ".join(part for part in (numbers, left) if part)}</p>'
        f'<p class="kw-quiet">{said("running_note", language)}</p>'
        f"{'' if stopping else stop}"
    )


def _ended_html(status: Status[Renewed] | None, language: str) -> str:
    if status is None:
        return ""
    if status.state == CANCELLED:
        return f'<p class="kw-note" role="status">{said("job_cancelled", language)}</p>'
    if status.state == FAILED:
        return _failed_html(status, language)
    if status.result is None:
        return ""
    done = status.result
    figures = {"documents": counted(done.documents, language), "vragen": counted(done.passages, language)}
    figures["embedded"] = counted(done.embedded, language)
    return (
        f'<div class="kw-note" role="status"><p>{said("job_done", language, **figures)}</p>'
        f"{_missed_html(done.missed, language) if done.missed else ''}"
        f'<button type="button" class="kw-button" data-reload>{said("reload", language)}</button></div>'
    )


def _missed_html(missed: Sequence[Missed], language: str) -> str:
    """Return the documents that did not make it, with the program's own words, which are English, behind a sentence."""
    key = "left_out_one" if len(missed) == 1 else "left_out"
    items = "".join(
        f"<li>{escape(PurePath(item.document).name)}: {said(f'missed_{item.fault}', language)} "
        f'<code lang="en">{escape(item.reason)}</code></li>'
        for item in missed[:_FAILURES_SHOWN]
    )
    more = len(missed) - _FAILURES_SHOWN
    rest = f"<li>{said('quality_more', language, count=counted(more, language))}</li>" if more > 0 else ""
    summary = said(key, language, count=counted(len(missed), language))
    return f"<details><summary>{summary}</summary><ul>{items}{rest}</ul></details>"


def _failed_html(status: Status[Renewed], language: str) -> str:
    """Return why the work failed and what to do, with the program's own words folded."""
    reason, detail = text("broken", language), ""
    if isinstance(status.cause, IndexFolderError):
        reason, detail = text("index_not_written", language), str(status.cause)
    elif status.cause is not None:
        reason, detail = (part or "" for part in failure_in_words(status.cause, language))
    folded = (
        f'<details class="kw-detail"><summary>{said("detail", language)}</summary><p><code>{escape(detail)}</code></p>'
        "</details>"
    )
    return (
        f'<div class="kw-failure" role="alert"><p class="kw-label">{said("failed", language)}</p>'
        f"<p>{escape(reason)}</p>{folded if detail else ''}</div>"
    )


def duration_in_words(seconds: float, language: str) -> str:
    """Return "3 minuten", "2 uur": one number, rounded up."""
    minutes = max(1, -(-int(seconds) // 60))
    if minutes < 90:
        return text("minute" if minutes == 1 else "minutes", language, count=minutes)
    hours = f"{minutes / 60:.1f}".removesuffix(".0")
    return text("hours", language, count=hours.replace(".", ",") if language == "nl" else hours)


def period_of(start: str, end: str, today: date) -> Period:
    """Return the period chosen; the last month where the days are none, or in the wrong order."""
    try:
        first, last = date.fromisoformat(start), min(date.fromisoformat(end), today)
    except ValueError:
        first, last = today, today - timedelta(days=1)
    if last < first:
        return Period(today - timedelta(days=PERIODS["month"] - 1), today)
    return Period(first, last)
