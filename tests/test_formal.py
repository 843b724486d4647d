"""A vraag as members write it: how it is known, and what puts its antwoord before its neighbours."""

from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from embeddings.lexical import LexicalIndex
from rag import Retriever
from rag.build import build_index
from rag.formal import is_formal, taken_up
from rag.records import Kamervraag, Vraag

VRAAG = "Bent u bereid de provincie Noordmark te vragen de brug bij Lindeveen eerder te herstellen?"


@pytest.mark.parametrize(
    ("question", "formal"),
    [
        (VRAAG, True),
        ("Deelt u deze mening?", True),
        ("Wat is uw oordeel hierover?", True),
        (" ".join(["waarom", *["woord"] * 19]), True),
        (" ".join(["waarom", *["woord"] * 18]), False),
        (" ".join(["waarom", *["woord"] * 9, "dus?", *["waarom"] * 12]), False),  # a follow-up behind its past
        ("Wat kost de brug bij Lindeveen?", False),
        ("Kunt u mij vertellen wat de brug bij Lindeveen kost?", False),
        ("wanneer komt de EU-richtlijn en wat doet de VU?", False),
        (
            "What does the cabinet think of the plan for the bridge, and when will it be there for us to use?",
            False,
        ),
    ],
)
def test_a_formal_vraag_is_known_by_whom_it_asks_or_its_length(question: str, formal: bool) -> None:
    assert is_formal(question) is formal


def test_taking_up_more_words_is_worth_more_and_length_less() -> None:
    texts = ["De provincie Noordmark herstelt de brug.", "De brug bij Lindeveen is oud.", "Over dijken en sluizen."]
    rarities = LexicalIndex.build(texts).rarities(VRAAG)
    worth = [taken_up(rarities, text) for text in texts]
    assert worth[0] > worth[2]
    assert worth[1] > worth[2]
    padded = f"{texts[0]} Het waterschap onderzoekt intussen gemalen, kades, sloten en duikers."
    assert taken_up(rarities, padded) < worth[0]


def test_the_antwoord_that_takes_up_the_vraag_comes_first(tmp_path: Path) -> None:
    near = "De brug, de brug en nog eens de brug: over de brug bij herhaling, want een brug blijft een brug."
    own = "De provincie Noordmark is gevraagd de brug bij Lindeveen eerder te herstellen."
    other = [f"Over onderwerp {number} is niets te melden." for number in range(8)]
    vragen = tuple(Vraag(str(number), None, text) for number, text in enumerate([near, *other, own], 1))
    build_index([Kamervraag("2099Z00900", vragen)], tmp_path / "index", HashEncoder())
    hits = Retriever.open(tmp_path / "index").search(VRAAG, 10)
    assert hits[0].passage.answer == own
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
