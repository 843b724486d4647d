"""Who is after Kamervragen themselves gets a list of them, by day; nothing about it says that it is no answer."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from rag import Retriever
from rag.answer import Assistant
from rag.build import build_index
from rag.records import Kamervraag, Person, Vraag
from rag.ui.render import turn_html
from rag.ui.sources import Panel
from rag.ui.turns import turn_of

SOON = date(2099, 12, 31)


@pytest.fixture(scope="module")
def retriever(sample_index: Path) -> Retriever:
    return Retriever.open(sample_index)


@pytest.mark.slow
@pytest.mark.parametrize("query", ["Wat vroeg KUVE in 2099?", "vragen van KUVE"])
def test_who_and_when_without_a_subject_give_a_list_newest_first(retriever: Retriever, query: str) -> None:
    answer = Assistant(retriever).ask(query)
    assert (answer.outcome, answer.sentences) == ("nearest", ())
    assert "geen onderwerp" in (answer.reason or "")
    assert (answer.listed, "maar is geen antwoord" in answer.text) == (True, False)
    assert all("KUVE" in {person.party for person in hit.passage.askers} for hit in answer.hits)
    days = [hit.passage.answered or hit.passage.asked or date.min for hit in answer.hits]
    assert days == sorted(days, reverse=True)
    documents = [hit.passage.document for hit in answer.hits]
    assert len(set(documents)) == len(documents) > 3
    assert [line[2:24] for line in answer.text.split("\n")[1:]] == [f"Kamervraag {name}," for name in documents]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "documents", "says"),
    [
        ("Wie stelde vragen over vuurwerk?", ["2099Z00017", "2097Z00258"], "2 Kamervragen"),
        ("Wie heeft in 2099 vragen gesteld over vuurwerk?", ["2099Z00017"], "1 Kamervraag in"),
        ("Have any questions been asked about fireworks?", ["2099Z00017", "2097Z00258"], "2 Kamervragen"),
        ("vragen over zorg", ["2098Z00756", "2097Z00391"], "2 Kamervragen"),  # by their topic
        ("Zijn er vragen gesteld over gevangenissen?", ["2098Z00318"], "1 Kamervraag in"),  # in other words
        ("Zijn er vragen gesteld over vliegtuigen?", ["2099Z00104"], "1 Kamervraag in"),  # not what merely comes near
        ("Welke fractie vroeg naar kernfusie?", ["2099Z00059"], "1 Kamervraag in"),
    ],
)
def test_who_asks_for_kamervragen_on_a_subject_gets_those(
    retriever: Retriever, query: str, documents: list[str], says: str
) -> None:
    answer = Assistant(retriever).ask(query)
    assert (answer.outcome, answer.listed, answer.sentences) == ("nearest", True, ())
    assert [hit.passage.document for hit in answer.hits] == documents
    assert says in (answer.reason or "")
    for hit, line in zip(answer.hits, answer.text.split("\n")[1:], strict=True):
        assert all(f"{person.name} ({person.party})" in line for person in hit.passage.askers)


@pytest.mark.slow
def test_a_list_that_is_full_says_that_there_may_be_more(retriever: Retriever) -> None:
    answer = Assistant(retriever).ask("vragen over landbouw", k=2)
    assert len(answer.hits) == 2
    assert "Zoeken heeft ze alle" in (answer.reason or "")


@pytest.mark.slow
@pytest.mark.parametrize("query", ["Zijn er vragen gesteld over lasagne?", "Wie stelde vragen over de oorlog?"])
def test_kamervragen_on_what_is_not_there_are_not_found(retriever: Retriever, query: str) -> None:
    answer = Assistant(retriever).ask(query)
    assert (answer.refused, answer.listed, answer.sentences) == (True, False, ())


@pytest.mark.slow
def test_who_put_the_vragen_that_were_found_before_is_said(retriever: Retriever) -> None:
    assistant, past = Assistant(retriever), ["Hoeveel gevangenen zitten er samen in een cel?", "is dat gevaarlijk?"]
    answers = [assistant.ask(query, turns=past) for query in ("wie vroeg daarnaar?", "wanneer is dat beantwoord?")]
    for answer in answers:
        assert (answer.listed, [hit.passage.document for hit in answer.hits]) == (True, ["2098Z00318"])
        assert "gevraagd door Sietse Brummelhofs (VRAM), beantwoord 24 juni 2098 door Otto Berkenvelder" in answer.text
    said = assistant.ask("en wat was het antwoord?", turns=["Wie stelde vragen over de nachttrein?"])
    assert (said.listed, bool(said.sentences)) == (False, True)
    assert said.understood == "nachttrein – en wat was het antwoord?"
    for unanswered in ("Zijn er onbeantwoorde vragen over de kustwacht?", "Hoe maak ik een taart?"):
        assert not assistant.ask("wie stelde die?", turns=[unanswered]).listed  # nobody did


@pytest.mark.slow
def test_all_that_is_listed_is_shown_as_what_was_asked_for(retriever: Retriever) -> None:
    answer = Assistant(retriever).ask("Wat vroeg KUVE in 2099?")
    turn, shown = turn_of(answer, {}), {hit.id: hit.passage for hit in answer.hits}
    assert turn.nearest == tuple(hit.id for hit in answer.hits)
    assert "beantwoord 14 oktober 2099" in turn_html(turn, 0, shown, "nl")
    panel = Panel(retriever.store, "nl", SOON)
    listed, near = panel.sources(turn, 0, shown), panel.sources(replace(turn, listed=False), 0, shown)
    assert listed.count("<details") == len(answer.hits)
    assert ["beantwoorden uw vraag niet" in html for html in (listed, near)] == [False, True]


def test_kamervragen_come_by_day_however_many_vragen_each_has(tmp_path: Path) -> None:
    vragen = tuple(
        Vraag(str(number), f"Vraag {number}?", f"Antwoord {number} over brug {number}.") for number in range(150)
    )
    days = {"2099Z00901": date(2099, 3, 1), "2099Z00902": date(2099, 2, 1), "2099Z00903": date(2099, 1, 1)}
    askers = (Person("Ada Vos", "KUVE"),)
    documents = [Kamervraag(name, vragen, answered=day, askers=askers) for name, day in days.items()]
    build_index(documents, tmp_path / "index", HashEncoder())
    retriever = Retriever.open(tmp_path / "index", encoder=HashEncoder())

    def listed(query: str, k: int = 10) -> list[str]:
        return [hit.passage.document for hit in retriever.find(query, k, lists=True).kamervragen]

    assert listed("Wat vroeg KUVE?") == list(days)
    assert listed("oudste vragen van KUVE") == list(days)[::-1]
    assert listed("Wat vroeg KUVE?", 2) == list(days)[:2]
    assert listed("Wat vroeg KUVE over brug 7?") == []
    assert retriever.find("Wat vroeg KUVE?").kamervragen == ()  # a mere search does not look for them
