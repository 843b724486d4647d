"""The text of an answer: the newest position first, and yes or no never without the vraag it was said to."""

from datetime import date
from pathlib import Path

import pytest

from rag import Retriever
from rag.answer import Assistant
from rag.evaluate import Case, Outcome, facts_found
from rag.quote import Quote, in_reading_order, quotes_referred_to
from rag.records import Answer, Hit, Passage, Sentence, cited_in
from rag.ui.render import turn_html
from rag.ui.turns import Turn
from rag.wording import answer_text, answered_vraag

OLD = Passage(
    "2097Z1/4", "2097Z1", "4", question="Komt er een verbod?", answer="Nee. Het mag.", answered=date(2097, 2, 1)
)
NEW = Passage(
    "2099Z1/2", "2099Z1", "2", question="Mag het nog?", answer="Ja, tot 2100. Daarna niet.", answered=date(2099, 2, 1)
)


@pytest.mark.parametrize(("behind", "first"), [(1.1, NEW), (1.3, OLD)])
def test_the_newest_of_passages_about_as_good_is_quoted_first(behind: float, first: Passage) -> None:
    quotes = [
        Quote(Sentence(text, (passage.id,)), rank, place, 1.0, 0.5)
        for rank, passage in enumerate((OLD, NEW))
        for place, text in enumerate((passage.answer or "").split(". "))
    ]
    ordered = in_reading_order(quotes, [Hit(OLD, 5.0), Hit(NEW, 5.0 - behind)])
    assert ordered[0].sentence.citations == (first.id,)
    assert [quote.place for quote in ordered] == [0, 1, 0, 1]


@pytest.mark.parametrize(("leader", "first"), [(0, "1"), (2, "3")])
def test_the_passage_that_answers_best_is_quoted_first_among_those_of_a_day(leader: int, first: str) -> None:
    passages = [Passage(f"2099Z1/{number}", "2099Z1", number, answer="Ja.", answered=NEW.answered) for number in "123"]
    quotes = [Quote(Sentence("Ja.", (one.id,)), rank, 0, 1.0, 0.5) for rank, one in enumerate(passages)]
    hits = [Hit(passage, 5.0 - 2 * rank) for rank, passage in enumerate(passages)]
    ordered = in_reading_order(quotes, hits, leader)
    assert ordered[0].sentence.citations == (f"2099Z1/{first}",)
    assert [quote.rank for quote in ordered[1:]] == [rank for rank in range(3) if rank != leader]


@pytest.mark.slow
def test_a_newer_position_about_as_good_is_quoted_first_and_the_older_below_it(sample_index: Path) -> None:
    answer = Assistant(Retriever.open(sample_index)).ask("Wat kost de dijkversterking langs de Veerne?")
    quoted = {name: sentence.text for sentence in reversed(answer.sentences) for name in sentence.citations}
    assert answer.hits[0].id == "2097Z00034/4"  # found best, and no longer so
    assert list(cited_in(answer.sentences))[:2] == ["2099Z00450/4", "2097Z00034/4"]
    assert "€ 341 mln." in quoted["2099Z00450/4"]


def test_a_vraag_referred_to_twice_is_quoted_once_and_2_means_2a() -> None:
    texts = {"5": ("Zie het antwoord op vraag 2.", "Ik verwijs naar vraag 2."), "2a": ("Ja.", "Morgen.", "Later.")}
    hits = [Hit(Passage(f"2099Z1/{number}", "2099Z1", number, answer=" ".join(texts[number])), 5.0) for number in texts]
    scored = [
        Quote(Sentence(text, (hit.id,)), rank, place, 1.0, 0.5)
        for rank, hit in enumerate(hits)
        for place, text in enumerate(texts[hit.passage.number])
    ]
    taken = quotes_referred_to(scored[:2], scored, hits)
    assert [quote.sentence.text for quote in taken] == [*texts["5"], "Ja.", "Morgen."]


def test_yes_and_no_stand_under_the_vraag_they_answer() -> None:
    sentences = [Sentence("Nee.", (OLD.id,)), Sentence("Het mag.", (OLD.id,)), Sentence("Daarna niet.", (NEW.id,))]
    old, new = answer_text(sentences, {OLD.id: OLD, NEW.id: NEW}).split("\n\n")
    assert old == "Gevraagd: Komt er een verbod?\nNee. Het mag. (Kamervraag 2097Z1, vraag 4, 1 februari 2097)"
    assert new.startswith("Daarna niet. (")
    assert answered_vraag("Ja, tot 2100.", NEW) == "Mag het nog?"
    assert answered_vraag("Jaarlijks komt er een verbod.", OLD) is None


def test_the_page_shows_the_vraag_above_yes_and_no_only() -> None:
    def page(sentence: str, passage: Passage) -> str:
        turn = Turn("Mag het?", "answered", sentences=(Sentence(sentence, (passage.id,)),))
        return turn_html(turn, 0, {passage.id: passage}, "nl")

    assert "Gevraagd: <q>Komt er een verbod?</q>" in page("Nee.", OLD)
    assert "Gevraagd:" not in page("Het mag.", OLD)


def test_a_fact_counts_in_the_sentences_only() -> None:
    sentences = (Sentence("Nee.", (OLD.id,)),)
    answer = Answer("?", "answered", answer_text(sentences, {OLD.id: OLD}), sentences=sentences)
    case = Case("?", "answerable", gold=(OLD.id,), facts=("nee", "verbod", "1 februari 2097"))
    assert facts_found(Outcome(case, (), answer)) == pytest.approx(1 / 3)
