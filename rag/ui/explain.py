"""Why an answer is what it is, as a fold-out below it: the probability, what was understood, what weighed, scores."""

from collections.abc import Mapping

from rag.named import NAMED
from rag.records import Passage, citation_of
from rag.support import ANSWER_FROM, ANSWERED, DECLINED, NEAREST, NEAREST_FROM
from rag.ui.markup import escape
from rag.ui.restrictions import restriction_in_words
from rag.ui.texts import TABLE, text
from rag.ui.turns import FAILED, Turn

_MOST = 5


def explain_html(turn: Turn, passages: Mapping[str, Passage], language: str) -> str:
    """Return the fold-out of a turn; "" for one that failed or does not hold what it needs.

    Args:
        turn: An answered, listed or refused one.
        passages: By id; one that is missing is named by its id.
        language: "nl" or "en".
    """
    if turn.outcome == FAILED or turn.support is None:
        return ""
    if turn.listed:  # nothing was weighed
        label = text("explain_list", language)
        parts = [f"<p>{escape(text('explain_listed', language))}</p>", _understood_html(turn, language)]
    else:
        label = text("explain_answered" if turn.outcome == ANSWERED else "explain_refused", language)
        parts = [
            *(f"<p>{escape(line)}</p>" for line in _decision(turn, turn.support, language)),
            _understood_html(turn, language),
            _terms_html(turn, language),
            _scores_html(turn, passages, language),
        ]
    return f'<details class="kw-explain"><summary>{escape(label)}</summary>{"".join(parts)}</details>'


def _decision(turn: Turn, support: float, language: str) -> list[str]:
    """Return the probability against the thresholds, and what decided where these did not."""
    chance = text(
        "explain_chance",
        language,
        percent=_percent(support, language),
        answer=_percent(ANSWER_FROM, language),
        nearest=_percent(NEAREST_FROM, language),
    )
    if turn.outcome == ANSWERED and support < ANSWER_FROM:
        return [chance, text("explain_named", language)]
    if turn.unheard:
        return [chance, text("explain_unheard", language)]
    if turn.outcome == NEAREST and (support >= ANSWER_FROM or "sentence" not in turn.contributions):
        return [chance, text("explain_no_sentence", language)]
    if turn.outcome == DECLINED and support >= NEAREST_FROM:
        return [chance, text("explain_no_question", language)]
    return [chance]


def _understood_html(turn: Turn, language: str) -> str:
    """Return the question as it was read after earlier ones, and the filters, set and read."""
    lines = [f"{text('understood', language)}: {turn.understood}"] if turn.understood else []
    for label, spans in (("filtered", turn.restrictions), ("read", turn.read)):
        shown = "; ".join(restriction_in_words(name, value, language) for name, value in spans.items())
        lines += [f"{text(label, language)}: {shown}"] if shown else []
    items = "".join(f"<li>{escape(line)}</li>" for line in lines or [text("explain_as_asked", language)])
    return f"<h3>{escape(text('explain_understood', language))}</h3><ul>{items}</ul>"


def _terms_html(turn: Turn, language: str) -> str:
    """Return what weighed, in words."""
    rows = "".join(
        f'<tr><th scope="row">{escape(text(f"explain_{name}", language))}</th>'
        f"<td>{escape(_decimal(value, language, signed=True))}</td></tr>"
        for name, value in turn.contributions.items()
        if f"explain_{name}" in TABLE
    )
    heading = escape(text("explain_terms", language))
    return f"<h3>{heading}</h3><table><tbody>{rows}</tbody></table>"


def _scores_html(turn: Turn, passages: Mapping[str, Passage], language: str) -> str:
    """Return the best passages found, in their order, each with its score."""
    items = []
    for name in [name for name in turn.found if name in turn.scores][:_MOST]:
        score = turn.scores[name]
        words = (
            text("explain_score_named", language)
            if score >= NAMED
            else text("explain_score", language, score=_decimal(score, language))
        )
        items.append(f"<li>{escape(_citation(name, passages.get(name)))}: {escape(words)}</li>")
    heading = escape(text("explain_scores", language))
    return f"<h3>{heading}</h3><ol>{''.join(items)}</ol>" if items else ""


def _citation(name: str, passage: Passage | None) -> str:
    """Return the citation of a passage, from its id where it is not at hand."""
    document, _, number = name.rpartition("/")
    return passage.citation if passage else citation_of(document, number) if document else name


def _percent(share: float, language: str) -> str:
    """Return whole percents, rounded down, so that what is below a threshold looks so."""
    percents = int(round(100 * share, 2))
    return f"{percents}%" if percents else text("explain_little", language)


def _decimal(value: float, language: str, *, signed: bool = False) -> str:
    """Return "+1,25" in Dutch, "+1.25" in English."""
    shown = (f"{value:+.2f}" if signed else f"{value:.2f}").replace("-", "−")
    return shown.replace(".", ",") if language == "nl" else shown
