"""Whether a query is after Kamervragen themselves: by turn of phrase, and never for what citizens or offices ask."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.understand import asks_of_those, understand
from rag.understand.folding import fold
from rag.understand.records import find_records

VALUES = {"party": {"GRH": 3}}

AFTER_THEM = {
    "Welke partijen stelden vragen over vuurwerk?": "vuurwerk",
    "Wie heeft er over de nachttrein vragen gesteld?": "nachttrein",
    "door wie zijn vragen gesteld over lynxen": "lynxen",
    "Wie stelde de vragen over lynxen?": "lynxen",
    "Welke minister antwoordde op de vragen over lynxen?": "lynxen",
    "Wie beantwoordde de vragen over lynxen?": "lynxen",
    "Which minister answered the questions about lynxes?": "lynxes",
    "Wie heeft deze vragen over lynxen gesteld?": "lynxen",
    "Zijn er nog onbeantwoorde vragen over stikstof?": "stikstof",
    "Welke vragen over stikstof zijn nog niet beantwoord?": "stikstof",
    "welke fractie vroeg naar nachtvluchten?": "nachtvluchten",
    "Hoeveel Kamervragen zijn er gesteld over algoritmes?": "algoritmes",
    "hoeveel kamervragen gingen er over asiel": "asiel",
    "Hoeveel vragen zijn er in 2098 gesteld over vuurwerk?": "vuurwerk",
    "Wanneer zijn de vragen over lynxen beantwoord?": "lynxen",
    "Zijn er al eerder Kamervragen over lynxen gesteld?": "lynxen",
    "Heeft iemand ooit vragen gesteld over robots?": "robots",
    "Heeft GRH iets gevraagd over vliegtuigen?": "vliegtuigen",
    "welke vragen stelde GRH over vliegtuigen": "vliegtuigen",
    "vragen van GRH over vliegtuigen": "vliegtuigen",
    "laat alle vragen over zorg zien": "zorg",
    "de nieuwste kamervragen over stikstof": "stikstof",
    "How many parliamentary questions were asked about fireworks?": "fireworks",
    "Has anyone asked about lynxes?": "lynxes",
    "list all questions about dikes": "dikes",
}
AFTER_WHAT_THEY_SAY = (
    "Wat vroeg GRH over dijken?",
    "Wie vroeg om de subsidie?",
    "Hoeveel vragen over toeslagen beantwoordt de Belastingtelefoon?",
    "Hoeveel vragen krijgt het Faunaloket over lynxen?",
    "Zijn er vragen over het vaccin bij huisartsen binnengekomen?",
    "Wie is er verantwoordelijk voor de vragen over het examen?",
    "Wie stelde vragen over de nachttrein? En wat was het antwoord?",
    "Wie stelde vragen over de nachttrein? – wat was het antwoord?",
    "vragen van GRH",
    "Wat staat er in 2099Z00017?",
)


@pytest.mark.parametrize(("query", "subject"), AFTER_THEM.items())
def test_a_query_after_kamervragen_is_searched_by_its_subject(query: str, subject: str) -> None:
    read = understand(query, lambda kind: VALUES.get(kind, {}))
    assert (read.records, read.rest.removeprefix("de ")) == (True, subject)


@pytest.mark.parametrize("query", AFTER_WHAT_THEY_SAY)
def test_a_query_after_what_they_say_is_no_such(query: str) -> None:
    assert not understand(query, lambda kind: VALUES.get(kind, {})).records


def test_filters_are_read_beside_it() -> None:
    read = understand("Hoeveel vragen stelde GRH in 2098 over vuurwerk?", lambda kind: VALUES.get(kind, {}))
    assert (read.records, read.filters.party, str(read.filters.asked_from)) == (True, "GRH", "2098-01-01")


@pytest.mark.parametrize("query", ["welke vragen staan nog open", "vragen die nog steeds niet beantwoord zijn"])
def test_what_still_waits_for_an_answer_is_read(query: str) -> None:
    assert understand(query, lambda kind: VALUES.get(kind, {})).filters.answered is False


@pytest.mark.parametrize(
    ("query", "does"),
    [
        ("wie vroeg daarnaar?", True),
        ("welke partij stelde die vragen?", True),
        ("wanneer is dat beantwoord?", True),
        ("who asked that?", True),
        ("wie betaalt dat?", False),
        ("wanneer is dat?", False),
        ("wie heeft dat gedaan?", False),
        ("wanneer vroeg de gemeente een vergunning aan?", False),
    ],
)
def test_a_follow_up_may_ask_who_put_those(query: str, does: bool) -> None:
    assert asks_of_those(query) is does


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("KRIJG IK MIJN GELD TERUG?", "krijg ik mijn geld terug?"),
        ("AOW NAVO", "AOW NAVO"),
        ("Krijgt de NAVO geld?", "Krijgt de NAVO geld?"),
    ],
)
def test_a_sentence_in_capitals_is_searched_in_small_letters(typed: str, subject: str) -> None:
    assert understand(typed, lambda kind: {}).rest == subject


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from([*"?.! –", "vragen", "over", "zijn", "er", "wie", "gesteld"])).map(" ".join)
)
def test_what_is_found_stands_in_the_query(query: str) -> None:
    text = fold(query)
    places = find_records(text)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert list(places) == sorted(places)


@pytest.mark.parametrize("part", ["er ", "zijn er vragen ", "wie ", "vragen over ", "gesteld ", "? ", "daarnaar "])
def test_long_queries_are_read_in_no_time(part: str) -> None:
    started = time.process_time()
    for query in (part * 400, f"wie {part * 400}", f"zijn er vragen {part * 400}"):
        understand(query, lambda kind: {})
        asks_of_those(query)
    for words in (1, 2, 3):
        find_records(fold("zijn " + part * (29 // words)))
    assert time.process_time() - started < 2
