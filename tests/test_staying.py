"""A follow-up: its hits in the order in which they answer it, however many questions came before."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Retriever
from rag.answer import Assistant
from rag.conversation import read_question
from rag.filters import Filters
from rag.records import Hit, Passage
from rag.staying import in_order, kamervragen_read


def hit(name: str, score: float) -> Hit:
    document, _, number = name.partition("/")
    return Hit(Passage(name, document, number, answer=f"Antwoord {name} over {name}, met eigen woorden {name}."), score)


TOGETHER = (hit("2099Z1/1", 6.0), hit("2099Z1/2", 5.5), hit("2099Z2/1", 5.0), hit("2099Z3/1", 1.0))


def names(hits: tuple[Hit, ...]) -> list[str]:
    return [found.id for found in hits]


def test_the_vraag_that_speaks_of_what_is_asked_now_comes_first() -> None:
    alone = [hit("2099Z1/2", 4.0), hit("2099Z9/1", 3.9), hit("2099Z1/1", 1.0)]
    ordered = in_order(TOGETHER, alone, {"2099Z1"})
    assert names(ordered)[:2] == ["2099Z1/2", "2099Z1/1"]
    assert ordered[0].score == TOGETHER[0].score
    assert len(ordered) == len(TOGETHER)


def test_a_vraag_of_the_kamervraag_before_goes_before_one_about_as_good() -> None:
    alone = [hit("2099Z2/1", 3.0), hit("2099Z1/2", 2.5), hit("2099Z1/1", 1.0)]
    assert names(in_order(TOGETHER, alone, {"2099Z1"}))[0] == "2099Z1/2"
    assert names(in_order(TOGETHER, alone, {"2099Z3"}))[0] == "2099Z2/1"


def test_what_was_read_is_about_as_good_as_the_best() -> None:
    assert kamervragen_read(TOGETHER) == ("2099Z1", "2099Z2")
    assert kamervragen_read(TOGETHER[:1]) == ("2099Z1",)
    assert kamervragen_read(()) == ()


def test_nothing_found_alone_leaves_the_order() -> None:
    assert names(in_order(TOGETHER, [], {"2099Z1"})) == names(TOGETHER)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.floats(-3, 9)), max_size=9))
def test_each_passage_stands_once_and_scores_fall(found: list[tuple[int, int, float]]) -> None:
    alone = sorted(
        (hit(f"2099Z{document}/{number}", score) for document, number, score in found), key=lambda h: -h.score
    )
    ordered = in_order(TOGETHER, alone, {"2099Z1"})
    assert len(set(names(ordered))) == len(ordered)
    assert [found.score for found in ordered] == sorted((found.score for found in ordered), reverse=True)


CONVERSATION = [
    "zitten gevangenen met z'n tweeen op een cel?",
    "hoeveel zijn dat er?",
    "en wat kost het om er cellen bij te bouwen?",
]


@pytest.mark.slow
def test_the_fourth_question_is_searched_behind_the_first(sample_index: Path) -> None:
    retriever = Retriever.open(sample_index)
    readings = [read_question(CONVERSATION[place], CONVERSATION[:place], retriever) for place in range(3)]
    assert [reading.follows for reading in readings] == [False, True, True]
    assert [reading.subject for reading in readings] == [CONVERSATION[0]] * 3
    assert readings[2].text == f"{CONVERSATION[0]} – {CONVERSATION[2]}"
    assert all(reading.found.hits[0].passage.document == "2098Z00318" for reading in readings)


@pytest.mark.slow
def test_a_follow_up_is_answered_from_another_vraag_of_the_kamervraag_before(sample_index: Path) -> None:
    assistant = Assistant(Retriever.open(sample_index))
    past = ["mag ik vuurwerk afsteken in een natuurgebied"]
    for question, newest in (("wat is de boete", "€ 450"), ("hoeveel boswachters zijn er dan?", "naar 190")):
        answer = assistant.ask(question, turns=past)
        quoted = [sentence for sentence in answer.sentences if newest in sentence.text]
        assert [name.split("/")[0] for sentence in quoted for name in sentence.citations] == ["2099Z00017"]
        assert answer.sentences[0].citations == quoted[0].citations  # and not the older position
        assert len({hit.id for hit in answer.hits}) == len(answer.hits) <= 10


@pytest.mark.slow
def test_filters_and_orders_that_were_set_hold_for_follow_ups(sample_index: Path) -> None:
    retriever = Retriever.open(sample_index)
    past = ["mag ik vuurwerk afsteken in een natuurgebied"]
    kept = read_question("wat is de boete", past, retriever, filters=Filters(document="2097Z00258"))
    assert {found.passage.document for found in kept.found.hits} == {"2097Z00258"}
    newest = read_question("wat is de boete", past, retriever, k=3, sort="newest")
    assert len(newest.found.hits) == 3
