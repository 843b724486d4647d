"""The corpus tab as HTML: what is in the index, how fresh, figures, data quality, and the administrator's part."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from rag.filters import Filters
from rag.quality import QualityReport
from rag.retrieve import Retriever
from rag.statistics import UNKNOWN, Figures, Group
from rag.ui.charts import span_in_words
from rag.ui.markup import escape
from rag.ui.texts import text
from rag.ui.words import age_in_words, counted, day_html, said

_PLACES = 5


def opening_html(language: str) -> str:
    """Return the tab before it was looked at; the page then asks for it."""
    return f'<p class="kw-loading" data-opening><span aria-hidden="true"></span>{said("corpus_loading", language)}…</p>'


def facts_html(retriever: Retriever, manifest: Mapping[str, Any], language: str, today: date) -> str:
    """Return what is in the index and how fresh it is."""
    store = retriever.store
    vragen, first, last = store.extent(Filters())
    unanswered, _, _ = store.extent(Filters(answered=False))
    made = datetime.fromtimestamp(manifest["made"], UTC).date() if "made" in manifest else None
    rows = [
        ("fact_documents", counted(manifest["documents"], language) if "documents" in manifest else ""),
        ("fact_vragen", counted(vragen, language)),
        ("fact_unanswered", counted(unanswered, language)),
        ("fact_span", escape(span_in_words(first, last, language))),
        ("fact_newest", _day(last, today, language)),
        ("fact_made", _day(made, today, language)),
        ("fact_build", f"<code>{escape(retriever.build)}</code>"),
        ("fact_encoder", f"{escape(retriever.encoder.name)} ({retriever.encoder.dimension})"),
    ]
    terms = "".join(f"<div><dt>{said(key, language)}</dt><dd>{value}</dd></div>" for key, value in rows if value)
    return (
        f'<section class="kw-corpus"><h2>{said("corpus_title", language)}</h2>'
        f'<dl class="kw-facts kw-wide">{terms}</dl></section>'
    )


def report_html(figures: Figures, quality: QualityReport, language: str) -> str:
    """Return figures by year, ministry and party, and what is worth a look in the data."""
    tables = "".join(
        _groups_html(groups, key, language)
        for key, groups in (("years", figures.years), ("ministries", figures.ministries), ("parties", figures.parties))
    )
    return (
        f'<section class="kw-corpus"><h2>{said("statistics", language)}</h2>{tables}</section>'
        f'<section class="kw-corpus"><h2>{said("quality", language)}</h2>{_quality_html(quality, language)}</section>'
    )


def _day(day: date | None, today: date, language: str) -> str:
    age = age_in_words(day, today, language)
    return day_html(day, language) + (f" ({escape(age)})" if age else "")


def _groups_html(groups: Sequence[Group], key: str, language: str) -> str:
    """Return a table of groups in which the number of documents is a bar as well."""
    if not groups:
        return ""
    most = max(group.documents for group in groups)
    names = ("documents", "vragen", "median", "late")
    heads = "".join(f'<th scope="col">{said(f"column_{name}", language)}</th>' for name in names)
    shown = "".join(_group_html(group, most, language) for group in groups)
    title = said(f"group_{key}", language)
    return (
        f'<div class="kw-scroll" tabindex="0" role="region" aria-label="{title}"><table class="kw-groups">'
        f'<caption>{title}</caption><thead><tr><th scope="col">{said(f"column_{key}", language)}</th>{heads}</tr>'
        f"</thead><tbody>{shown}</tbody></table></div>"
    )


def _group_html(group: Group, most: int, language: str) -> str:
    name = text("unknown_group", language) if group.name == UNKNOWN else group.name
    median = "–" if group.median_days is None else f"{group.median_days:.0f}"
    late = "–" if group.late_share is None else f"{group.late_share:.0%}"
    return (
        f'<tr><th scope="row">{escape(name)}</th><td class="kw-cell-bar">'
        f'{counted(group.documents, language)}<span style="--share:{group.documents / most:.3f}"></span></td>'
        f"<td>{counted(group.vragen, language)}</td>"
        f"<td>{median}</td><td>{late}</td></tr>"
    )


def _quality_html(quality: QualityReport, language: str) -> str:
    found = {name: findings for name, findings in quality.findings.items() if findings}
    if not found:
        return f"<p>{said('quality_nothing', language)}</p>"
    rows = []
    for name, findings in found.items():
        places = "".join(
            f"<li>{escape(finding.place)}{': ' + escape(finding.detail) if finding.detail else ''}</li>"
            for finding in findings[:_PLACES]
        )
        more = len(findings) - _PLACES
        places += f"<li>{said('quality_more', language, count=more)}</li>" if more > 0 else ""
        rows.append(
            f"<li><details><summary><span>{said(check_key(name), language)}</span> "
            f"<strong>{counted(len(findings), language)}</strong></summary><ul>{places}</ul></details></li>"
        )
    return f'<p class="kw-quiet">{said("quality_note", language)}</p><ul class="kw-findings">{"".join(rows)}</ul>'


def check_key(name: str) -> str:
    """Return the key of the table of texts for a check of `rag.quality`."""
    return "check_" + name.replace(" ", "_")
