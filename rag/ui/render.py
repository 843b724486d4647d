"""The conversation as HTML: questions, answers with their citation chips, refusals, failures, the empty state.

Pure functions. Every text that comes from a document or a user passes through `escape`.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from rag.gaps import GAP, gaps_before
from rag.notes import notes_of
from rag.records import Passage, Sentence
from rag.support import ANSWERED, NEAREST
from rag.ui.actions import actions_html, again_html, edit_button, keep_html
from rag.ui.explain import explain_html
from rag.ui.markup import escape
from rag.ui.offers import empty_html, next_html, shortened
from rag.ui.reading import footnotes_html
from rag.ui.restrictions import turn_chips_html
from rag.ui.texts import text
from rag.ui.turns import FAILED, FOLLOWING, Turn
from rag.ui.words import day_html, place_in_words, typeset
from rag.wording import answered_vraag, kamervraag_in_words

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
    turns: Sequence[Turn],
    passages: Passages,
    language: str,
    examples: Sequence[str] = (),
    pending: str | None = None,
    *,
    written: Sequence[Sentence] = (),
    fresh: bool = False,
) -> str:
    """Return the conversation.

    Args:
        turns: Oldest first.
        passages: Those that the turns cite, by id.
        language: Of the words around the sentences.
        examples: Questions offered while the conversation is empty.
        pending: A question that is being answered.
        written: The sentences of its answer so far.
        fresh: Whether the last turn is new; its sentences then appear one by one.
    """
    last = len(turns) - 1
    parts = [
        turn_html(turn, place, passages, language, fresh=fresh and place == last) for place, turn in enumerate(turns)
    ]
    if pending is not None:
        parts.append(_pending_html(Turn(pending, ANSWERED, sentences=tuple(written)), len(turns), passages, language))
    elif turns:
        parts.append(next_html(turns[-1], passages, language))
    if turns:
        parts.append(keep_html(language))
    if not parts:
        parts.append(empty_html(examples, language))
    label = escape(text("thread", language))
    return f'<section class="kw-thread" aria-label="{label}">{"".join(parts)}</section>'


def _pending_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    """Return a question that is being answered, with the sentences that are there."""
    said = _sentences_html(turn, place, passages, language)
    words = f'<div class="kw-answer kw-written">{said}</div>' if turn.sentences else ""
    doing = escape(text("writing" if turn.sentences else "loading", language))
    return (
        f'<article class="kw-turn kw-pending"><h2>{escape(turn.query)}</h2>{words}'
        f'<p class="kw-loading"><span aria-hidden="true"></span>{doing}…</p>'
        f'<p class="kw-actions"><button type="button" class="kw-plain" data-stop="1">'
        f"{escape(text('stop', language))}</button></p></article>"
    )


def turn_html(turn: Turn, place: int, passages: Passages, language: str, *, fresh: bool = False) -> str:
    """Return one question with what became of it; `place` counts from 0 and binds its buttons to it."""
    body = {
        ANSWERED: _answer_html,
        NEAREST: _nearest_html,
        FAILED: _failure_html,
    }.get(turn.outcome, _declined_html)(turn, place, passages, language)
    note = f'<p class="kw-note" role="note">{escape(turn.note)}</p>' if turn.note else ""
    chips = turn_chips_html(turn.restrictions, turn.read, turn.unread, place, language)
    status = text("status_listed" if turn.listed else f"status_{turn.outcome}", language, count=len(turn.cited))
    kinds = f"kw-turn kw-{escape(turn.outcome)}{' kw-fresh' if fresh else ''}"
    return (
        f'<article class="{kinds}" data-place="{place}" '
        f'data-status="{escape(status)}"><div class="kw-asked"><h2>{escape(turn.query)}</h2>'
        f"{edit_button(turn.query, place, '', text('edit', language))}</div>"
        f"{_understood_html(turn, place, language)}{chips}{note}{body}"
        f"{actions_html(turn, passages, language)}{explain_html(turn, passages, language)}</article>"
    )


def _understood_html(turn: Turn, place: int, language: str) -> str:
    """Return how a follow-up was read, with the ways to correct it."""
    if not turn.understood:
        return ""
    return (
        f'<p class="kw-understood">{escape(text("understood", language))}: <em>{escape(turn.understood)}</em> '
        f"{edit_button(turn.understood, place, FOLLOWING, text('understood_edit', language))} "
        f'<button type="button" class="kw-plain" data-ask="" data-turn="{place}" data-drop="{FOLLOWING}">'
        f"{escape(text('understood_alone', language))}</button></p>"
    )


def _answer_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    if turn.model:
        return _written_html(turn, place, passages, language) + _left_out_html(turn.left_out, language)
    groups = []
    said, before = 0, ""
    for cited, run in groupby(turn.sentences, key=lambda sentence: sentence.citations[0]):
        passage = passages.get(cited)
        sentences = [sentence.text for sentence in run]
        gaps = gaps_before(sentences, passage.answer if passage else None)
        words = " ".join(
            f'{f"{GAP} " if gap else ""}<span class="kw-said" style="--n:{said + step}">{typeset(sentence)}</span>'
            for step, (sentence, gap) in enumerate(zip(sentences, gaps, strict=True))
        )
        said += len(sentences)
        who = _attribution_html(passage, language)
        number = turn.cited.index(cited) + 1
        groups.append(
            f'<div class="kw-quote">{who if who != before else ""}{_vraag_html(sentences[0], passage, language)}'
            f'<p class="kw-words">{words}&nbsp;{_chip_html(number, cited, passage, place, language)}</p>'
            f"{_notes_html(turn, passage, language)}</div>"
        )
        before = who
    quoted = f'<div class="kw-answer" lang="nl">{"".join(groups)}</div>{_newer_html(turn, place, passages, language)}'
    return quoted + _left_out_html(turn.left_out, language)


def _written_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    """Return sentences of a language model: nobody's words, so no minister stands above them; every source behind."""
    newer = _newer_html(turn, place, passages, language)
    return f'<div class="kw-answer kw-written">{_sentences_html(turn, place, passages, language)}</div>{newer}'


def _sentences_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    """Return sentences in a row, behind each the chips of its sources."""
    words = " ".join(
        f'<span class="kw-said" style="--n:{step}">{typeset(sentence.text)}</span>&nbsp;'
        + "".join(
            _chip_html(turn.cited.index(cited) + 1, cited, passages.get(cited), place, language)
            for cited in sentence.citations
        )
        for step, sentence in enumerate(turn.sentences)
    )
    return f'<p class="kw-words">{words}</p>'


def _left_out_html(sentences: Sequence[str], language: str) -> str:
    """Return what a language model wrote in vain, folded, each sentence marked."""
    if not sentences:
        return ""
    mark = f"<strong>{escape(text('unsupported', language))}:</strong>"
    items = "".join(f"<li>{mark} <s>{escape(sentence)}</s></li>" for sentence in sentences)
    label = escape(text("also_written", language, count=len(sentences)))
    return f'<details class="kw-left-out"><summary>{label}</summary><ul>{items}</ul></details>'


def _newer_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    """Return links to what the cabinet answered later on the same subject, where the answer does not quote it."""
    names = [name for name in dict.fromkeys(turn.newer.values()) if name in passages and name not in turn.cited]
    links = [
        f'<button type="button" class="kw-plain" data-cite="{escape(name)}" data-turn="{place}">'
        f"{escape(passages[name].citation)}</button> ({day_html(passages[name].answered, language)})"
        for name in names
    ]
    if not links:
        return ""
    return f'<p class="kw-newer"><strong>{escape(text("newer", language))}</strong> {", ".join(links)}</p>'


def _attribution_html(passage: Passage | None, language: str) -> str:
    """Return who answered and when, above a quotation."""
    if passage is None:
        return ""
    role = next((person.role or person.name for person in passage.answerers), "")
    parts = [escape(role[:1].upper() + role[1:]), day_html(passage.answered, language)]
    line = ", ".join(part for part in parts if part)
    return f'<p class="kw-who">{line}</p>' if line else ""


def _vraag_html(sentence: str, passage: Passage | None, language: str) -> str:
    """Return the vraag to which a quotation says yes or no, above it."""
    vraag = answered_vraag(sentence, passage) if passage else None
    if not vraag:
        return ""
    return f'<p class="kw-replied">{escape(text("asked", language))}: <q>{typeset(shortened(vraag, 300))}</q></p>'


def _notes_html(turn: Turn, passage: Passage | None, language: str) -> str:
    """Return the footnotes whose marks stand in what is quoted from a passage."""
    notes = notes_of(turn.sentences, passage) if passage else []
    return footnotes_html({note.mark: note.text for note in notes}, language)


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
        words = escape(shortened(passage.question or passage.answer or ""))
        where = kamervraag_in_words(passage, language) if turn.listed else place_in_words(passage, language)
        items.append(
            f'<li><button type="button" class="kw-near" data-cite="{escape(name)}" data-turn="{place}">'
            f'<span class="kw-number">{number}</span><span><strong>{escape(head)}</strong> '
            f"<small>{escape(where)}</small><br>{words}</span></button></li>"
        )
    head = text("listed" if turn.listed else "no_answer", language)
    near = "" if turn.listed else f'<p class="kw-quiet">{escape(text("nearest", language))}</p>'
    return (
        f'<div class="kw-refusal"><p class="kw-label">{escape(head)}</p>'
        f"<p>{escape(turn.reason or '')}</p>{near}"
        f'<ol class="kw-nearest">{"".join(items)}</ol></div>'
    )


def _declined_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    return (
        f'<div class="kw-refusal"><p class="kw-label">{escape(text("declined", language))}</p>'
        f"<p>{escape(turn.reason or '')}</p>{again_html(turn, place, language)}</div>"
    )


def _failure_html(turn: Turn, place: int, passages: Passages, language: str) -> str:
    detail = (
        f'<details class="kw-detail"><summary>{escape(text("detail", language))}</summary>'
        f"<p><code>{escape(turn.detail)}</code></p></details>"
        if turn.detail
        else ""
    )
    return (
        f'<div class="kw-failure" role="alert"><p class="kw-label">{escape(text("failed", language))}</p>'
        f"<p>{escape(turn.reason or '')}</p>{detail}{again_html(turn, place, language)}</div>"
    )
