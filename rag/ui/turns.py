"""A turn of a conversation: a question with what was answered. It lives in the browser, never on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from rag.gaps import joined
from rag.records import Answer, Passage, Sentence, cited_in
from rag.support import ANSWERED, DECLINED, NEAREST, contributions_of, is_heard
from rag.wording import NEAREST_SHOWN, note_lines

FAILED = "failed"
"""The outcome of a turn that could not be answered because something went wrong."""

SORT = "sort"
"""The restriction that is an order of the hits, and no filter."""

FOLLOWING = "turns"
"""In `Turn.unread`: the earlier turns; the question was asked by itself."""

_SCORES_KEPT = 5
_LONGEST_CONVERSATION = 50
_MOST_CONVERSATIONS = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its outcome, small enough to keep in the browser; texts of sources are looked up by id.

    Attributes:
        outcome: As in `Answer`, or "failed"; then `reason` says why, and `detail` what the program said.
        nearest: Ids of the nearest passages where nothing supports an answer.
        restrictions: Filters in force, by name of the field of `Filters`, as text; and "sort".
        note: A remark above the answer, such as that a shared link is older than the index.
        read: What was read in the question besides its subject; as `restrictions`.
        unread: Fields that the user did not want to be read in the question.
        found: Ids of all passages that the search found, best first.
        newer: Id of a later passage on the same subject, by id of a cited one.
        suggested: Ids of passages whose vraag may be asked next.
        model: The language model that wrote the sentences; None where they are quotations.
        left_out: What the model wrote and its sources do not support.
        support: Estimated probability that the passages answer the question; None where nothing was searched.
        contributions: What each feature adds to it (`rag.support.contributions_of`), but for those that add nothing.
        scores: Score of each of the best passages found, by id.
        listed: Whether the nearest are the Kamervragen that the question is after (`Answer.listed`).
        unheard: Whether the support is that of earlier questions, and the last one is hardly found (`rag.support`).
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
    read: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    newer: Mapping[str, str] = field(default_factory=dict)
    suggested: tuple[str, ...] = ()
    detail: str | None = None
    model: str | None = None
    left_out: tuple[str, ...] = ()
    support: float | None = None
    contributions: Mapping[str, float] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    listed: bool = False
    unheard: bool = False

    @property
    def cited(self) -> tuple[str, ...]:
        """Ids of the passages cited, each once, in the order of their numbers [1], [2]."""
        return cited_in(self.sentences)

    def runs(self, passages: Mapping[str, Passage]) -> list[tuple[str, str]]:
        """Return sentences in a row with the same sources as one text, with the numbers of those: "[1]", "[1][2]".

        Between sentences that do not follow one another in the antwoord (of these passages, by id) stands […].
        """
        numbers = {name: f"[{number}]" for number, name in enumerate(self.cited, 1)}
        return [
            (
                joined([sentence.text for sentence in run], self._quoted_from(names, passages)),
                "".join(numbers[name] for name in names),
            )
            for names, run in groupby(self.sentences, key=lambda sentence: sentence.citations)
        ]

    def notes(self, passages: Mapping[str, Passage], language: str) -> list[str]:
        """Return the footnotes whose marks stand in what is quoted (of these passages, by id), a line each."""
        return note_lines(() if self.model else self.sentences, passages, language)

    def _quoted_from(self, names: Sequence[str], passages: Mapping[str, Passage]) -> str | None:
        """Return the antwoord that sentences are quoted from; None where they are no quotations or it is not known."""
        return None if self.model or names[0] not in passages else passages[names[0]].answer

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the passages that the sources panel shows: the cited ones, else the nearest."""
        return self.cited or self.nearest

    @property
    def shown(self) -> tuple[str, ...]:
        """Ids of every passage that the page needs to show the turn."""
        return (*self.sources, *self.newer.values(), *self.suggested)

    def quotes(self, passage_id: str) -> tuple[str, ...]:
        """Return the sentences quoted from a passage; none where a language model wrote them."""
        if self.model:
            return ()
        return tuple(sentence.text for sentence in self.sentences if passage_id in sentence.citations)


def turn_of(answer: Answer, restrictions: Mapping[str, str], unread: Sequence[str] = ()) -> Turn:
    """Return the turn that an answer makes."""
    near = answer.hits if answer.listed else answer.hits[:NEAREST_SHOWN] if answer.outcome == NEAREST else ()
    searched = answer.signals.passages > 0
    terms = contributions_of(answer.signals) if searched else {}
    return Turn(
        answer.query,
        answer.outcome,
        answer.reason,
        answer.sentences,
        tuple(hit.id for hit in near),
        answer.understood,
        answer.build,
        dict(restrictions),
        note=answer.notice,
        model=answer.model,
        left_out=tuple(sentence.text for sentence in answer.unsupported),
        read={name: value for name, value in answer.filters.items() if name not in restrictions},
        unread=tuple(unread),
        found=tuple(hit.id for hit in answer.found),
        newer=answer.newer,
        support=answer.support if searched else None,
        contributions={name: round(value, 2) for name, value in terms.items() if round(value, 2)},
        scores={hit.id: round(hit.score, 2) for hit in answer.found[:_SCORES_KEPT]} if searched else {},
        listed=answer.listed,
        unheard=answer.unsure and not is_heard(answer.signals),
    )


def turns_to_json(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return turns as the browser keeps them; the oldest are dropped beyond fifty."""
    return [{name: _plain(getattr(turn, name)) for name in _READERS} for turn in turns[-_LONGEST_CONVERSATION:]]


def turns_from_json(value: object) -> tuple[Turn, ...]:
    """Read what a browser kept. What was tampered with or is of an older form counts as no conversation."""
    if not isinstance(value, list) or len(value) > _LONGEST_CONVERSATION:
        return ()
    try:
        return tuple(_turn(item) for item in value)
    except (KeyError, TypeError, ValueError):
        return ()


def _turn(item: Any) -> Turn:  # noqa: ANN401 - what a browser sent; checked here
    """Read a turn; one that was kept by an earlier version goes without what came since."""
    wanted = {name: read for name, read in _READERS.items() if name not in _ADDED or name in item}
    return Turn(**{name: read(item[name]) for name, read in wanted.items()})


def past_from_json(value: object) -> list[tuple[Turn, ...]]:
    """Read the earlier conversations that a browser kept, latest first; what cannot be read is left out."""
    kept = value if isinstance(value, list) else []
    return [turns for turns in map(turns_from_json, kept[:_MOST_CONVERSATIONS]) if turns]


def with_past(turns: Sequence[Turn], past: Sequence[Sequence[Turn]]) -> list[list[dict[str, Any]]]:
    """Return the earlier conversations as the browser keeps them, with one more in front where it holds anything."""
    return [turns_to_json(kept) for kept in [turns, *past] if kept][:_MOST_CONVERSATIONS]


def _plain(value: object) -> object:
    """Return a field of a turn as JSON has it."""
    if isinstance(value, Sentence):
        return [value.text, list(value.citations)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _outcome(value: object) -> str:
    if value not in (ANSWERED, NEAREST, DECLINED, FAILED):
        raise ValueError(f"{value!r} is no outcome")
    return str(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _string(value)


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return tuple(_string(item) for item in value)


def _table(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no table")
    return {_string(name): _string(item) for name, item in value.items()}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    if not abs(value) < _LARGEST:  # nor is it NaN
        raise ValueError(f"{value!r} is out of range")
    return float(value)


def _optional_number(value: object) -> float | None:
    return None if value is None else _number(value)


def _numbers(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no table")
    return {_string(name): _number(item) for name, item in value.items()}


def _sentences(value: Any) -> tuple[Sentence, ...]:  # noqa: ANN401 - what a browser sent; checked here
    sentences = tuple(Sentence(_string(text), _strings(citations)) for text, citations in value)
    if not all(sentence.citations for sentence in sentences):
        raise ValueError("a sentence without a citation")
    return sentences


_READERS: Mapping[str, Any] = {
    "query": _string,
    "outcome": _outcome,
    "reason": _optional,
    "sentences": _sentences,
    "nearest": _strings,
    "understood": _optional,
    "build": _string,
    "restrictions": _table,
    "note": _optional,
    "read": _table,
    "unread": _strings,
    "found": _strings,
    "newer": _table,
    "suggested": _strings,
    "detail": _optional,
    "model": _optional,
    "left_out": _strings,
    "support": _optional_number,
    "contributions": _numbers,
    "scores": _numbers,
    "listed": _flag,
    "unheard": _flag,
}
_ADDED = ("support", "contributions", "scores", "listed", "unheard")
"""What turns that a browser kept from an earlier version do not have."""

_LARGEST = 1e6
