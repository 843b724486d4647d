"""What users think of an answer: thumbs under each turn, reasons, and plain words on what is kept.

The page puts a copy of the template under each answer; what is sent goes to the feedback file and nowhere else.
"""

import gradio as gr

from rag.errors import KamerwijzerError
from rag.ui.feedback import LONGEST_REMARK, REASONS, Feedback
from rag.ui.tabs import QUIET, Shared, Tab, fresh, html
from rag.ui.texts import known_language
from rag.ui.turns import turns_from_json
from rag.ui.words import said

_JUDGE_JS = "window.kamerwijzerTabs.judge(element, trigger, watch);  // may trigger 'judge'"
_THUMB = "M2 9h3v8H2zM6.5 16.5V9l3.6-6.6c1.2 0 1.9.9 1.7 2.1L11.3 8H16c1 0 1.7.9 1.5 1.9l-1.2 5.6c-.2.9-.9 1.5-1.8 1.5z"


class Judge:
    """The template and its one event."""

    def __init__(self, shared: Shared, feedback: Feedback) -> None:
        """Place the template in the Blocks under construction, and bind it."""
        self._feedback = feedback
        self.part = html(judge_html("nl"), "kw-judge", _JUDGE_JS)
        kept = [shared.conversation, shared.language]
        self.part.judge(self._write, kept, self.part, queue=False, **QUIET)

    def in_words(self, language: str, kept: object) -> list[str]:
        """Return the template in a language."""
        return [judge_html(language)]

    def _write(self, kept: object, spoken: object, event: gr.EventData) -> str:
        language, turns, place = known_language(spoken), turns_from_json(kept), str(event.turn)
        if not place.isdecimal() or int(place) >= len(turns):
            return fresh(judge_html(language, "judge_failed"))
        try:
            self._feedback.write(
                turns[int(place)],
                good=event.good == "yes",
                reasons=[str(reason) for reason in event.reasons],
                remark=str(event.remark),
            )
        except KamerwijzerError:
            return fresh(judge_html(language, "judge_failed"))
        return fresh(judge_html(language, "judge_thanks"))


def judge_part(shared: Shared) -> Tab:
    """Place the thumbs, where judgements are kept."""
    feedback = shared.office.settings.feedback
    if feedback is None:
        return Tab()
    judge = Judge(shared, feedback)
    return Tab([judge.part], judge.in_words)


def judge_html(language: str, outcome: str | None = None) -> str:
    """Return the template, and what became of the judgement sent last."""
    reasons = "".join(
        f'<label><input type="checkbox" name="reason" value="{reason}"> {said(f"reason_{reason}", language)}</label>'
        for reason in REASONS
    )
    said_last = f"<p data-outcome>{said(outcome, language)}</p>" if outcome else ""
    return (
        f'<template><div class="kw-judge" role="group" aria-label="{said("judge", language)}">'
        f"{_thumb('yes', language)}{_thumb('no', language)}"
        f"<form hidden><fieldset data-bad><legend>{said('judge_why', language)}</legend>{reasons}</fieldset>"
        f'<label class="kw-remark">{said("judge_remark", language)}'
        f'<textarea name="remark" rows="2" maxlength="{LONGEST_REMARK}"></textarea></label>'
        f'<p class="kw-quiet">{said("judge_privacy", language)}</p>'
        f'<button type="submit" class="kw-button">{said("judge_send", language)}</button> '
        f'<button type="button" class="kw-plain" data-never>{said("judge_never", language)}</button></form></div>'
        f"</template>{said_last}"
    )


def _thumb(good: str, language: str) -> str:
    label = said("judge_good" if good == "yes" else "judge_bad", language)
    return (
        f'<button type="button" class="kw-thumb" data-good="{good}" aria-expanded="false" aria-label="{label}" '
        f'title="{label}"><svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="{_THUMB}"/></svg>'
        "</button>"
    )
