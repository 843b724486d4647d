"""A turn of a conversation: a question with what was answered. It lives in the browser, never on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.records import Answer, Sentence
from rag.support import NEAREST

FAILED = "failed"
"""The outcome of a turn that could not be answered because something went wrong."""

_NEAREST_SHOWN = 3
_LONGEST_CONVERSATION = 50


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its outcome, small enough to keep in the browser; texts of sources are looked up by id.

    Attributes:
        outcome: As in `Answer`, or "failed"; then `reason` says why.
        nearest: Ids of the nearest passages where nothing supports an answer.
        restrictions: Filters in force, by name of the field of `Filters`, as text.
        note: A remark above the answer, such as that a shared link is older than the index.
    """

    query: str
    outcome: str
    reason: str | None = None
    sentences: tuple[Sentence, ...] = ()
    nearest: tuple[str, ...] = ()
    understood: str | None = None
    build: str = ""
    restrictions: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None

    @property
    def cited(self) -> tuple[str, ...]:
        """Ids of the passages cited, each once, in the order of their numbers [1], [2]."""
        return tuple(dict.fromkeys(cited for sentence in self.sentences for cited in sentence.citations[:1]))

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the passages that the sources panel shows: the cited ones, else the nearest."""
        return self.cited or self.nearest

    def quotes(self, passage_id: str) -> tuple[str, ...]:
        """Return the sentences quoted from a passage."""
        return tuple(sentence.text for sentence in self.sentences if passage_id in sentence.citations)


def turn_of(answer: Answer, restrictions: Mapping[str, str]) -> Turn:
    """Return the turn that an answer makes."""
    nearest = tuple(hit.id for hit in answer.hits[:_NEAREST_SHOWN]) if answer.outcome == NEAREST else ()
    return Turn(
        answer.query,
        answer.outcome,
        answer.reason,
        answer.sentences,
        nearest,
        answer.understood,
        answer.build,
        dict(restrictions),
        answer.notice,
    )


def turns_to_json(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return turns as the browser keeps them; the oldest are dropped beyond fifty."""
    return [
        {
            "query": turn.query,
            "outcome": turn.outcome,
            "reason": turn.reason,
            "sentences": [[sentence.text, list(sentence.citations)] for sentence in turn.sentences],
            "nearest": list(turn.nearest),
            "understood": turn.understood,
            "build": turn.build,
            "restrictions": dict(turn.restrictions),
            "note": turn.note,
        }
        for turn in turns[-_LONGEST_CONVERSATION:]
    ]


def turns_from_json(value: object) -> tuple[Turn, ...]:
    """Read what a browser kept. What was tampered with or is of an older form counts as no conversation."""
    if not isinstance(value, list) or len(value) > _LONGEST_CONVERSATION:
        return ()
    try:
        return tuple(_turn(item) for item in value)
    except (KeyError, TypeError, ValueError):
        return ()


def _turn(item: Mapping[str, Any]) -> Turn:
    sentences = tuple(Sentence(_string(text), _strings(citations)) for text, citations in item["sentences"])
    if not all(sentence.citations for sentence in sentences):
        raise ValueError("a sentence without a citation")
    restrictions = {_string(name): _string(value) for name, value in dict(item["restrictions"]).items()}
    return Turn(
        _string(item["query"]),
        _string(item["outcome"]),
        None if item["reason"] is None else _string(item["reason"]),
        sentences,
        _strings(item["nearest"]),
        None if item["understood"] is None else _string(item["understood"]),
        _string(item["build"]),
        restrictions,
        None if item["note"] is None else _string(item["note"]),
    )


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return tuple(_string(item) for item in value)
