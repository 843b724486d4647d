"""Example questions: of the sample where it is the sample, else the corpus's own vragen, always the same ones."""

import re
from collections.abc import Iterator

from rag.index import Passages
from rag.records import MEDEDELING
from rag.ui.texts import SAMPLE_QUESTIONS

_COUNT = 6
_SHORTEST, _LONGEST = 40, 130
_LOOKED_AT = 240
_OF_ITSELF = re.compile(
    r"^(?:hoe(?:veel)? |wat |welke? |wanneer |waarom |wie |hoe vaak )"
    r"(?!.*\b(?:dit|dat|deze|die|daar\w*|hier\w*|zij|hun|u)\b)",
    re.IGNORECASE,
)


def example_questions(store: Passages, language: str) -> list[str]:
    """Return up to six questions that the index can answer.

    Of a corpus of its own they are short vragen that stand by themselves, drawn at even steps, each from another
    Kamervraag.
    """
    if store.fictional():
        return list(SAMPLE_QUESTIONS[language])
    chosen: dict[str, str] = {}
    for document, question in _candidates(store):
        chosen.setdefault(document, question)
        if len(chosen) == _COUNT:
            break
    return list(chosen.values())


def _candidates(store: Passages) -> Iterator[tuple[str, str]]:
    """Yield vragen that need no context; where there are none, any short ones."""
    step = max(1, store.count // _LOOKED_AT)
    rows = list(range(0, store.count, step))
    passages = [
        passage
        for passage in store.passages(rows)
        if passage.question and passage.answer and not passage.number.startswith(MEDEDELING)
    ]
    short = [
        (passage.document, " ".join(passage.question.split()))
        for passage in passages
        if passage.question and _SHORTEST <= len(passage.question) <= _LONGEST
    ]
    whole = [(document, question) for document, question in short if _OF_ITSELF.search(question)]
    spread = whole[:: max(1, len(whole) // _COUNT)]
    yield from spread
    yield from whole
    yield from short
