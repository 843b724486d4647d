"""A vraag whether a bericht is known, and its "Ja.": found last, and never quoted as an answer to something else."""

from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from rag import Retriever
from rag.acquainted import lowered, says_nothing, silent_of
from rag.answer import Assistant
from rag.build import build_index
from rag.records import Kamervraag, Passage, Vraag

HEADLINE = "Bent u bekend met het bericht «Brug bij Lindeveen dicht, kost de gemeente miljoenen»?"


def passage(question: str, answer: str) -> Passage:
    return Passage("2099Z00900/1", "2099Z00900", "1", question=question, answer=answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (HEADLINE, "Ja."),
        (f"{HEADLINE}¹", "Ja, daar ben ik mee bekend."),
        (HEADLINE, "Ja, ik ben bekend met dit bericht."),
        (HEADLINE, "Ja, hier heb ik kennis van kunnen nemen."),
        ("Kent u het rapport «Weg met de brug?» van de Bruggenbond?", "Ja"),
        ("Heeft u kennisgenomen van de brandbrief van de veerlieden?", "Jazeker."),
        ("Bent u op de hoogte van het artikel over de brug?", "Inderdaad."),
        ("Herinnert u zich uw antwoord op eerdere vragen over de brug?", "Ja."),
    ],
)
def test_that_a_bericht_is_known_says_nothing_of_it(question: str, answer: str) -> None:
    assert says_nothing(passage(question, answer))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Bent u ermee bekend dat de brug bij Lindeveen al een jaar dicht is?", "Ja."),
        ("Bent u bekend met het feit dat de brug dicht is?", "Ja."),
        ("Bent u ervan op de hoogte dat de brug dicht is?", "Ja."),
        (f"{HEADLINE} Klopt het dat de brug dicht is?", "Ja."),
        (HEADLINE, "Ja. De brug gaat in mei weer open."),
        (HEADLINE, "Ja, de brug is bekend als zwakke plek in het netwerk."),
        ("Gaat de brug bij Lindeveen weer open?", "Ja."),
        (HEADLINE, ""),
    ],
)
def test_what_confirms_a_fact_or_says_more_is_an_antwoord(question: str, answer: str) -> None:
    assert not says_nothing(passage(question, answer))


def test_who_asks_what_is_known_gets_it_first() -> None:
    passages = {1: passage(HEADLINE, "Ja."), 2: passage("Gaat de brug open?", "Nee, de brug blijft dicht.")}
    assert silent_of(passages, "Kent de minister het bericht over de brug?") == frozenset()
    assert silent_of(passages, "Wat kost de brug?") == {1}
    assert lowered([(1, 5.0), (2, 4.5)], {1}) == [(2, 4.5), (1, 4.0)]
    assert lowered([(1, 5.0), (2, 3.5)], {1}) == [(1, 4.0), (2, 3.5)]
    assert lowered([(1, 5.0), (2, 4.5)], ()) == [(1, 5.0), (2, 4.5)]


def test_a_yes_to_a_headline_is_not_quoted_for_an_answer(tmp_path: Path) -> None:
    other = "De renovatie van de brug bij Lindeveen kost de gemeente vier miljoen euro."
    vragen = (Vraag("1", HEADLINE, "Ja."), Vraag("2", "Wat is de stand van zaken bij de brug?", other))
    build_index([Kamervraag("2099Z00900", vragen)], tmp_path / "index", HashEncoder())
    retriever = Retriever.open(tmp_path / "index")
    assert retriever.search("Wat kost de brug bij Lindeveen de gemeente?")[0].passage.number == "2"
    quoted = Assistant(retriever).ask("Wat staat er in vraag 1 van 2099Z00900?")
    assert [sentence.text for sentence in quoted.sentences] == ["Ja."]


@pytest.mark.slow
def test_what_only_a_headline_speaks_of_is_not_answered(tmp_path: Path, sample_index: Path) -> None:
    encoder = Retriever.open(sample_index).encoder
    build_index([Kamervraag("2099Z00900", (Vraag("1", HEADLINE, "Ja."),))], tmp_path / "index", encoder)
    answer = Assistant(Retriever.open(tmp_path / "index", encoder=encoder)).ask(
        "Wat kost de dichte brug bij Lindeveen?"
    )
    assert answer.refused
    assert not answer.sentences
