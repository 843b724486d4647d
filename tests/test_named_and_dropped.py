"""What a query names and the index does not have is said; what was set holds for named documents too; order by day."""

from datetime import date
from pathlib import Path

import pytest

from embeddings.encoder import open_encoder
from rag import Retriever
from rag.answer import Assistant, open_assistant
from rag.build import build_index
from rag.filters import Filters
from rag.fold import fold
from rag.records import Hit, Kamervraag, Passage, Vraag
from rag.ui.listing import Wanted, find_listing
from rag.ui.search import listing_html
from rag.wording import hit_text

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def retriever(sample_index: Path) -> Retriever:
    return Retriever.open(sample_index)


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("Wat is het antwoord op vraag 12 van 2099Z00017?", "Kamervraag 2099Z00017, vraag 12"),
        ("vraag 4 van 2099Z99999", "Kamervraag 2099Z99999, vraag 4"),
        ("vragen 2 en 4 van 2099Z99999", "Kamervraag 2099Z99999, vraag 2, 4"),
        ("2099Z99999", "Kamervraag 2099Z99999"),
        ("de laatste vraag van 2099Z99999", "Kamervraag 2099Z99999"),
        ("ah-tk-20212022-2957", "ah-tk-20212022-2957"),
    ],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_named_and_missing_is_said_and_not_answered(
    retriever: Retriever, query: str, missing: str, language: str
) -> None:
    answer = Assistant(retriever).ask(query, language=language)
    assert (answer.outcome, answer.sentences) == ("nearest", ())
    assert answer.reason == {"nl": "Niet in deze index: ", "en": "Not in this index: "}[language] + f"{missing}."


def test_a_vraag_named_by_its_stem_gives_its_parts(retriever: Retriever) -> None:
    found = retriever.find("vraag 2 van 2098Z00412", 3)
    assert [hit.passage.number for hit in found.hits] == ["2a", "2b", "1"]
    assert (found.named, found.missing) == (True, None)


@pytest.mark.parametrize(
    ("query", "asked", "missing"),
    [
        ("vragen 2 en 4 van 2099Z00017", ["2", "4"], None),
        ("Wat is het antwoord op vraag 1 t/m 3 van 2099Z00017?", ["1", "2", "3"], None),
        ("Wat staat er in vraag 4 van 2099Z00017?", ["4"], None),
        ("Wat was de laatste vraag van 2099Z00017?", ["7"], None),
        ("vraag 4 en 19 van 2099Z00017", ["4"], "Kamervraag 2099Z00017, vraag 19"),
        ("vragen 19, 4 en 23 t/m 30 van 2099Z00017", ["4"], "Kamervraag 2099Z00017, vraag 19, 23–30"),
    ],
)
def test_vragen_that_are_named_stand_first_and_they_alone_are_quoted(
    retriever: Retriever, query: str, asked: list[str], missing: str | None
) -> None:
    found = retriever.find(query, 6)
    assert [hit.passage.number for hit in found.hits][: len(asked)] == asked
    assert len({hit.passage.number for hit in found.hits}) > len(asked)
    assert (found.named, found.vragen) == (True, tuple(f"2099Z00017/{number}" for number in asked))
    assert found.missing == missing
    answer = Assistant(retriever).ask(query)
    assert {name for sentence in answer.sentences for name in sentence.citations} == set(found.vragen)
    assert answer.notice == (f"Niet in deze index: {missing}." if missing else None)
    assert (answer.outcome, answer.unsure) == ("answered", False)


@pytest.mark.parametrize(
    ("query", "turns", "number", "fact"),
    [
        ("Wat kost de dijkversterking volgens 2097Z00034?", [], "4", "€ 286 mln."),
        ("Hoeveel woningen moeten wijken volgens Kamervraag 2097Z00034?", [], "5", "14 woningen"),
        ("What does the dike cost according to 2097Z00034?", [], "4", "€ 286 mln."),
        ("En hoeveel woningen moeten wijken?", ["Wat kost de dijk volgens 2097Z00034?"], "5", "14 woningen"),
    ],
)
def test_what_is_asked_of_a_named_document_is_answered_from_the_vraag_that_bears_on_it(
    retriever: Retriever, query: str, turns: list[str], number: str, fact: str
) -> None:
    answer = Assistant(retriever).ask(query, turns=turns)
    assert answer.hits[0].id == f"2097Z00034/{number}"
    assert fact in answer.text
    assert {hit.passage.document for hit in answer.hits[:8]} == {"2097Z00034"}


@pytest.mark.parametrize(
    ("past", "query", "understood", "cited"),
    [
        ("Wat staat er in vraag 4 van 2097Z00034?", "en vraag 5?", "en vraag 5 van 2097Z00034?", {"2097Z00034/5"}),
        ("Wat staat er in 2097Z00034?", "wat zegt vraag 4", "wat zegt vraag 4 van 2097Z00034?", {"2097Z00034/4"}),
        ("What does 2097Z00034 say?", "and question 4?", "and question 4 of 2097Z00034?", {"2097Z00034/4"}),
    ],
)
def test_a_vraag_named_alone_is_one_of_the_kamervraag_before(
    retriever: Retriever, past: str, query: str, understood: str, cited: set[str]
) -> None:
    answer = Assistant(retriever).ask(query, turns=[past])
    assert answer.understood == understood
    assert cited <= {name for sentence in answer.sentences for name in sentence.citations}
    assert answer.hits[0].id in cited


def test_a_vraag_named_alone_is_one_of_the_kamervraag_that_was_found(retriever: Retriever) -> None:
    past = "Krijg ik mijn geld terug als de nachttrein uitvalt?"
    document = retriever.find(past).hits[0].passage.document
    assert Assistant(retriever).ask("Wat is het antwoord op vraag 2?", turns=[past]).hits[0].id == f"{document}/2"
    assert Assistant(retriever).ask("Wat is het antwoord op vraag 2?").understood is None
    for talk in ("hoi", "Wie won het songfestival van 1975?"):
        understood = Assistant(retriever).ask("Wat is het antwoord op vraag 2?", turns=[talk]).understood
        assert "Z00" not in (understood or "")  # of no Kamervraag


def test_a_follow_up_on_a_named_vraag_may_be_answered_by_another_one_of_its_kamervraag(retriever: Retriever) -> None:
    past = "Wat staat er in vraag 4 van 2097Z00034?"
    answer = Assistant(retriever).ask("en hoeveel woningen moeten daarvoor wijken?", turns=[past])
    assert answer.hits[0].id == "2097Z00034/5"
    assert "14 woningen" in answer.text
    explained = Assistant(retriever).ask("en waarom dat?", turns=[past])
    assert explained.hits[0].id == "2097Z00034/4"


@pytest.mark.parametrize("query", ["2097Z00034", "Wat staat er in 2097Z00034?", "What does 2097Z00034 say?"])
def test_a_document_asked_for_as_a_whole_stands_in_its_own_order(retriever: Retriever, query: str) -> None:
    answer = Assistant(retriever).ask(query)
    assert [hit.passage.number for hit in answer.hits[:8]] == list("12345678")
    assert (answer.outcome, answer.unsure) == ("answered", False)


def test_what_a_named_document_does_not_answer_has_the_remark(retriever: Retriever) -> None:
    answer = Assistant(retriever).ask("Wat is de hoofdstad van Frankrijk volgens 2097Z00034?")
    assert (answer.outcome, answer.unsure) == ("answered", True)
    assert {name.split("/")[0] for sentence in answer.sentences for name in sentence.citations} == {"2097Z00034"}


def test_what_a_named_vraag_refers_to_is_quoted_as_well(retriever: Retriever) -> None:
    answer = Assistant(retriever).ask("Wat is het antwoord op vraag 8 van 2098Z00318?")
    cited = {name for sentence in answer.sentences for name in sentence.citations}
    assert cited == {"2098Z00318/8", "2098Z00318/7"}


def test_a_named_vraag_without_an_antwoord_is_not_answered_with_another(tmp_path: Path) -> None:
    vragen = (Vraag("1", "Wat kost de brug?", "De brug kost € 12 miljoen."), Vraag("2", "Wie betaalt de brug?", None))
    build_index([Kamervraag("2099Z00900", vragen)], tmp_path / "index", open_encoder())
    answer = open_assistant(tmp_path / "index", llm=False).ask("vraag 2 van 2099Z00900")
    assert (answer.outcome, answer.sentences) == ("nearest", ())
    assert (answer.listed, "maar is geen antwoord" in answer.text) == (False, True)


def test_a_filter_that_was_set_holds_for_a_named_document(retriever: Retriever) -> None:
    assert retriever.search("2099Z00017", 3, party="GRH")[0].passage.document == "2099Z00017"
    for filters in (Filters(party="NIDU"), Filters(document="2097Z00034"), Filters(answered_to=date(2097, 12, 31))):
        found = retriever.find("2099Z00017", 50, filters)
        assert found.hits
        assert not found.named
        assert "2099Z00017" not in {hit.passage.document for hit in found.hits}


def test_of_what_was_read_the_period_is_let_go_of_first_and_this_is_said(retriever: Retriever) -> None:
    query = "antwoorden van Aardenburger sinds maart 2099"
    found = retriever.find(query)
    assert {span.words for span in found.dropped} == {"sinds maart 2099"}
    assert {person.name for hit in found.hits for person in hit.passage.answerers} == {"Lieve Aardenburger"}
    notice = Assistant(retriever).ask(f"{query} over vuurwerk").notice or ""
    assert notice.startswith("Niets in de index voldoet ook aan “sinds maart 2099”")
    page = listing_html(find_listing(Wanted(query), retriever), retriever.store, "nl", date(2099, 12, 1))
    assert "sinds maart 2099”; daarop is niet gelet." in page


def test_what_was_set_is_never_let_go_of(retriever: Retriever) -> None:
    found = retriever.find("wat vroeg KUVE over dijken", filters=Filters(party="GRH", asked_from=date(2099, 12, 31)))
    assert (found.hits, found.dropped) == ((), ())


def test_the_newest_are_the_newest_of_all_that_bear_on_it(retriever: Retriever) -> None:
    days = [passage.answered or passage.asked for passage in retriever.store.listed(
        Filters(party="KUVE"), newest=True, start=0, count=3
    )]  # fmt: skip
    hits = retriever.search("nieuwste vragen van KUVE", 3)
    assert [hit.passage.answered or hit.passage.asked for hit in hits] == days
    newest, oldest = (retriever.search("vuurwerk", 1, sort=sort)[0].passage.document for sort in ("newest", "oldest"))
    assert (newest, oldest) == ("2099Z00017", "2097Z00258")


def test_a_search_for_nothing_but_a_party_lists_all_of_it(retriever: Retriever) -> None:
    total, _, _ = retriever.store.extent(
        Filters(party="KUVE", asked_from=date(2098, 1, 1), asked_to=date(2098, 12, 31))
    )
    listing = find_listing(Wanted("wat vroeg KUVE in 2098"), retriever)
    assert (listing.total, listing.weak) == (total, False)
    assert total > 5


def _hit(document: str, answer: str, day: date, score: float) -> Hit:
    return Hit(Passage(f"{document}/1", document, "1", answer=answer, answered=day), score)


def test_references_to_vragen_of_two_documents_are_two_answers() -> None:
    refers = "Voor het antwoord op deze vraag verwijs ik u naar het antwoord op vraag 2."
    says = "Het kabinet stelt voor de jaren 2098 en 2099 in totaal veertig miljoen euro beschikbaar."
    for answer, count in ((refers, 2), (says, 1)):
        hits = [_hit("2097Z1", answer, date(2097, 1, 1), 2), _hit("2099Z1", answer, date(2099, 1, 1), 1)]
        assert len(fold(hits)) == count


def test_a_repeated_answer_says_where_else_it_stands_newest_first() -> None:
    says = "Het kabinet stelt voor de jaren 2098 en 2099 in totaal veertig miljoen euro beschikbaar."
    years = {"2097Z1": 2097, "2099Z1": 2099, "2098Z1": 2098}
    (hit,) = fold([_hit(document, says, date(year, 1, 1), 1) for document, year in years.items()])
    assert (hit.id, hit.also) == ("2099Z1/1", ("2098Z1/1", "2097Z1/1"))
    assert "Ook in Kamervraag 2098Z1, vraag 1; Kamervraag 2097Z1, vraag 1" in hit_text(hit)
