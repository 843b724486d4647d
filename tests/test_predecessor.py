"""The vorige minister: the one who answered before, by name, as a filter that can be taken away."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.answer import Assistant
from rag.found import Found
from rag.predecessor import asks_predecessor, predecessor, with_name
from rag.records import Hit, Passage, Person, Signals
from rag.retrieve import Retriever

DIKE, FIREWORKS = "wanneer is de veernedijk klaar", "mag er vuurwerk bij een natuurgebied"


@pytest.fixture(scope="module")
def assistant(sample_index: Path) -> Assistant:
    return Assistant(Retriever.open(sample_index))


@pytest.mark.parametrize(
    ("turns", "question", "name"),
    [
        ((DIKE,), "wat zei de vorige minister?", "Aleida Schuttevoort"),
        ((DIKE,), "En wat zei haar voorganger daarover?", "Aleida Schuttevoort"),
        ((DIKE,), "what did the previous minister say?", "Aleida Schuttevoort"),
        ((FIREWORKS,), "en de vorige minister?", "Wouter Stamhuizen"),
        ((), "Wat zei de vorige minister over vuurwerk bij natuurgebieden?", "Wouter Stamhuizen"),
    ],
)
def test_the_one_before_is_asked(assistant: Assistant, turns: tuple[str, ...], question: str, name: str) -> None:
    answer = assistant.ask(question, turns=turns)
    assert answer.filters["answerer"] == name
    assert name in (answer.understood or "")
    assert answer.hits
    assert all(name in {person.name for person in hit.passage.answerers} for hit in answer.hits)
    again = assistant.ask(answer.understood or "")  # what is shown can be sent again
    assert [hit.id for hit in again.hits] == [hit.id for hit in answer.hits]


def test_the_reading_can_be_taken_away(assistant: Assistant) -> None:
    answer = assistant.ask("wat zei de vorige minister?", turns=(DIKE,), unread=("answerer",))
    assert "answerer" not in answer.filters
    assert len({person.name for hit in answer.hits for person in hit.passage.answerers}) > 1


def test_where_one_alone_answered_nobody_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("wat zei de vorige minister?", turns=("wat kost een postzegel",))
    assert "answerer" not in answer.filters


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Wat zei de vorige staatssecretaris over bijen?", "Wat zei X over bijen?"),
        ("en diens voorganger", "en volgens X"),
        ("And the previous minister?", "And according to X?"),
        ("De vorige minister?", "volgens X?"),
        ("Waarom viel het vorige kabinet?", "Waarom viel X?"),
    ],
)
def test_the_name_stands_where_the_words_stood(question: str, named: str) -> None:
    assert asks_predecessor(question)
    assert with_name(question, "X") == named


@pytest.mark.parametrize("question", ["Wat zei de minister?", "en vorige maand?", "Welke ministers waren er?"])
def test_other_questions_are_left_alone(question: str) -> None:
    assert not asks_predecessor(question)


def said(name: str, role: str, year: int, score: float) -> Found:
    passage = Passage(f"{year}Z1/1", f"{year}Z1", "1", answered=date(year, 1, 1), answerers=(Person(name, role=role),))
    return Found((Hit(passage, score),), np.zeros(1, np.float32), Signals())


def together(*parts: Found, named: bool = False) -> Found:
    return Found(tuple(hit for part in parts for hit in part.hits), np.zeros(1, np.float32), Signals(), named=named)


def test_same_function_first_and_only_what_is_about_as_good() -> None:
    now, before = said("Nu", "water", 2099, 5.0), said("Toen", "water", 2090, 4.5)
    between, far = said("Ander", "spoor", 2095, 4.8), said("Ver", "water", 2097, 2.0)
    assert predecessor(together(now, between, before, far)) == "Toen"
    assert predecessor(together(now, between)) == "Ander"
    assert predecessor(together(now, far)) is None
    assert predecessor(together(now, said("Nu", "water", 2090, 4.9))) is None
    assert predecessor(together(now, before, named=True)) is None
    assert predecessor(together()) is None
