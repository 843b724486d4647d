"""Score a corpus without labels: each vraag is asked of the antwoorden alone, and should find its own.

The index that is searched holds neither vragen nor titles, so that nothing gives the antwoord away but its own words.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embeddings.encoder import Encoder
from rag.answer import Assistant
from rag.build import build_index
from rag.errors import DocumentsError
from rag.evaluate import Case, Progress, evaluate
from rag.records import Kamervraag
from rag.retrieve import Retriever

MOST_QUESTIONS = 500
_SHORTEST = 40


def evaluate_self(
    documents: Iterable[Kamervraag], encoder: Encoder, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the report of `rag.evaluate.evaluate` for at most 500 of a corpus's own vragen, spread evenly.

    Args:
        documents: The corpus; antwoorden under 40 characters ("Ja.") are searched but not asked for.
        encoder: Embeds the antwoorden.
        progress: Told after every question.

    Raises:
        DocumentsError: No vraag has an antwoord.
    """
    corpus = list(documents)
    cases = [
        Case(vraag.question, gold=(f"{document.id}/{vraag.number}",))
        for document in corpus
        for vraag in document.vragen
        if vraag.question and vraag.answer and len(vraag.answer) >= _SHORTEST
    ]
    if not cases:
        raise DocumentsError("No vraag of these documents has an antwoord of 40 characters; there is nothing to score.")
    cases = _spread(cases, MOST_QUESTIONS)
    with TemporaryDirectory() as folder:
        answers = [document for document in map(_answers_alone, corpus) if document.vragen]
        build_index(answers, Path(folder), encoder)
        assistant = Assistant(Retriever.open(Path(folder), encoder=encoder))
        return evaluate(assistant, cases, retrieval_only=True, progress=progress)


def _spread(cases: Sequence[Case], most: int) -> list[Case]:
    """Return at most so many cases, in order, as far apart as can be."""
    count = min(most, len(cases))
    return [cases[place * len(cases) // count] for place in range(count)]


def _answers_alone(document: Kamervraag) -> Kamervraag:
    vragen = tuple(dataclasses.replace(vraag, question=None) for vraag in document.vragen if vraag.answer)
    return dataclasses.replace(document, title="", vragen=vragen, mededelingen=())
