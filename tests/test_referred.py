"""An antwoord that only refers to another vraag: with it where the index has that one, else it answers nothing."""

import pytest

from rag.records import Hit, Passage
from rag.referred import readable, with_referred

LONG = "Zie het antwoord op vraag 2. " + "Daarnaast wordt de brug in 2031 vervangen, zoals eerder is toegezegd. " * 3


class Store:
    """The passages of one document."""

    def __init__(self, *passages: Passage) -> None:
        self.passages = list(passages)

    def document(self, _: str) -> list[Passage]:
        """Return all of them."""
        return self.passages


def passage(number: str, answer: str) -> Passage:
    return Passage(f"2099Z1/{number}", "2099Z1", number, answer=answer)


TOLD = passage("2", "De brug kost € 12 miljoen.")


@pytest.mark.parametrize("answer", ["Zie het antwoord op vraag 2.", "Nee. Zie verder mijn antwoord op vraag 2."])
def test_what_only_refers_needs_what_it_refers_to(answer: str) -> None:
    refers = passage("1", answer)
    hits = [Hit(refers, 5.0), Hit(passage("3", "De brug is oud."), 4.0)]
    assert [hit.id for hit in with_referred(hits, Store(refers, TOLD))] == ["2099Z1/1", "2099Z1/2", "2099Z1/3"]  # type: ignore[arg-type]
    assert [hit.id for hit in readable(hits, Store(refers, TOLD))] == ["2099Z1/1", "2099Z1/3"]  # type: ignore[arg-type]
    assert [hit.id for hit in readable(hits, Store(refers))] == ["2099Z1/3"]  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [LONG, "De brug kost € 12 miljoen.", "Zie Kamerstuk 21 501-20, nr. 1518."])
def test_what_says_something_of_its_own_is_read(answer: str) -> None:
    hits = [Hit(passage("1", answer), 5.0)]
    assert readable(hits, Store(hits[0].passage)) == hits  # type: ignore[arg-type]
