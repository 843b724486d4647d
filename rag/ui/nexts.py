"""Questions to ask next: vragen that stand beside what was found, in the words of the member who asked them."""

import re
from collections.abc import Iterator, Sequence

from rag.index import Passages
from rag.records import MEDEDELING, Passage
from rag.ui.turns import Turn

_COUNT = 3
_SHORTEST, _LONGEST = 20, 150
_POINTS_ELSEWHERE = re.compile(
    r"\b(?:dit|deze|die|daar\w*|hier\w*|zij|hun|hij|bekend met|kent u|bericht|artikel|vraag \d|antwoord)\b",
    re.IGNORECASE,
)


def next_questions(turn: Turn, asked: Sequence[str], store: Passages) -> tuple[str, ...]:
    """Return ids of up to three passages whose vraag stands by itself and was answered, nearest first.

    Args:
        turn: What was answered; its sources' neighbours come first, then what else the search found.
        asked: Questions of the conversation so far; none of them is offered again.
        store: The passages.
    """
    known = {_folded(question) for question in asked}
    chosen: dict[str, str] = {}
    for passage in _candidates(turn, store):
        question = _folded(passage.question or "")
        if passage.id in turn.sources or question in known or question in chosen or not _fit(passage):
            continue
        chosen[question] = passage.id
        if len(chosen) == _COUNT:
            break
    return tuple(chosen.values())


def _candidates(turn: Turn, store: Passages) -> Iterator[Passage]:
    for source in turn.sources[:2]:
        around = store.document(source.rpartition("/")[0])
        place = next((place for place, passage in enumerate(around) if passage.id == source), 0)
        yield from (*around[place + 1 :], *around[:place][::-1])
    yield from store.by_id(turn.found)


def _fit(passage: Passage) -> bool:
    question = " ".join((passage.question or "").split())
    return bool(
        passage.answer
        and not passage.number.startswith(MEDEDELING)
        and _SHORTEST <= len(question) <= _LONGEST
        and question.count("?") == 1
        and question.endswith("?")
        and not _POINTS_ELSEWHERE.search(question)
    )


def _folded(question: str) -> str:
    return " ".join(question.casefold().split())
