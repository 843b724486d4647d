"""Askers, answerers, dates and topics, as official texts print them (the people are invented)."""

from datetime import date

import pytest

from rag.parsing.dates import find_date, vergaderjaar
from rag.parsing.people import parse_answerers, parse_askers, parse_listed
from rag.parsing.topics import split_topics
from rag.records import Person


@pytest.mark.parametrize(
    ("text", "askers"),
    [
        ("het lid Bos (ABC)", [("Bos", "ABC")]),
        ("het lid Van der Berg (Nieuwe Lijst)", [("Van der Berg", "Nieuwe Lijst")]),
        ("de leden Bos (ABC) en De Wit (D-EF)", [("Bos", "ABC"), ("De Wit", "D-EF")]),
        ("de leden Bos, Wit en Kröger (allen ABC)", [("Bos", "ABC"), ("Wit", "ABC"), ("Kröger", "ABC")]),
        ("de leden Bos en Wit (beiden ABC)", [("Bos", "ABC"), ("Wit", "ABC")]),
        ("de leden Bos (X), Wit , Smit (beiden Y)", [("Bos", "X"), ("Wit", "Y"), ("Smit", "Y")]),
        ("de leden lid Inge Bos (ABC), Wit (DEF)", [("Inge Bos", "ABC"), ("Wit", "DEF")]),
        ("het van het lid Bos (ABC)", [("Bos", "ABC")]),
        ("Bos, Wit (ABC)", [("Bos", None), ("Wit", "ABC")]),
        ("het lid Inge vanBos (AbC)", [("Inge van Bos", "AbC")]),
        ("het lid DaniëlleWit (ABC)", [("Daniëlle Wit", "ABC")]),
        ("het lid McBos (ABC)", [("McBos", "ABC")]),
        ("", []),
    ],
)
def test_askers(text: str, askers: list[tuple[str, str | None]]) -> None:
    assert [(person.name, person.party) for person in parse_askers(text)] == askers


@pytest.mark.parametrize(
    ("text", "answerers"),
    [
        ("Minister Vos (Klimaat en Energie)", [("Vos", "minister Klimaat en Energie")]),
        ("staatssecretaris Van Rij (Financiën", [("Van Rij", "staatssecretaris Financiën")]),
        ("Minister-President Vos", [("Vos", "minister-president")]),
        ("Minister Vos (BZ) van Minister De Wit (Handel)", [("Vos", "minister BZ"), ("De Wit", "minister Handel")]),
        (
            "Minister Vos (Zorg), mede namens de Staatssecretaris van Sport",
            [("Vos", "minister Zorg"), ("Staatssecretaris van Sport", "staatssecretaris van Sport (mede namens)")],
        ),
        (
            "Minister Vos (Zorg), mede namens de Ministers van Sport, Spel en Media en voor Rechtsbescherming",
            [
                ("Vos", "minister Zorg"),
                ("Minister van Sport, Spel en Media", "minister van Sport, Spel en Media (mede namens)"),
                ("Minister voor Rechtsbescherming", "minister voor Rechtsbescherming (mede namens)"),
            ],
        ),
        (
            "Minister Vos (Zorg), mede namens de Staatssecretaris vanSport",
            [("Vos", "minister Zorg"), ("Staatssecretaris van Sport", "staatssecretaris van Sport (mede namens)")],
        ),
        (
            "Minister Vos (BZ), mede namens de Minister van Thee en de Minister-President, Minister van Algemene Zaken",
            [
                ("Vos", "minister BZ"),
                ("Minister van Thee", "minister van Thee (mede namens)"),
                ("Minister-president", "minister-president (mede namens)"),
            ],
        ),
        (
            "de minister van Zorg mede namens de minister van Sport op Kamervragen van het lid Bos (ABC) over thee",
            [("Minister van Sport", "minister van Sport (mede namens)")],
        ),
        ("de voorzitter", []),
    ],
)
def test_answerers(text: str, answerers: list[tuple[str, str]]) -> None:
    assert [(person.name, person.role) for person in parse_answerers(text)] == answerers


def test_listed_people_have_role_and_party_in_brackets() -> None:
    assert parse_listed("Bos , Els de Wit (ABC), Rob Vos (minister zorg, sport en media) (DEF)") == (
        Person("Bos"),
        Person("Els de Wit", "ABC"),
        Person("Rob Vos", "DEF", "minister zorg, sport en media"),
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14 maart 2022", date(2022, 3, 14)),
        ("ontvangen (ontvangen 7 juni 2024).", date(2024, 6, 7)),
        ("1 mrt. 2022", date(2022, 3, 1)),
        ("18 november2024", date(2024, 11, 18)),
        ("3\u00a0sept. 2019", date(2019, 9, 3)),
        ("2022-03-14", date(2022, 3, 14)),
        ("14-03-2022", date(2022, 3, 14)),
        ("31 februari 2022 of 1 mei 2022", date(2022, 5, 1)),
        ("14 paarden 2022", None),
        ("maart 2022", None),
        ("", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert find_date(text) == day


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2024, 11, 20), "20242025"), (date(2024, 8, 31), "20232024"), (date(2024, 9, 17), None)],
)
def test_the_parliamentary_year_turns_in_september(day: date, year: str | None) -> None:
    assert vergaderjaar(day) == year


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        (
            "natuur en milieu organisatie en beleid werk werkgelegenheid",
            ["natuur en milieu", "organisatie en beleid", "werk", "werkgelegenheid"],
        ),
        ("zorg en gezondheid zorg", ["zorg en gezondheid", "zorg"]),
        ("migratie en integratie migratie", ["migratie en integratie", "migratie"]),
        ("werk losse theepotten economie", ["werk", "losse theepotten", "economie"]),
        ("Zorg en gezondheid | Organisatie en beleid", ["Zorg en gezondheid", "Organisatie en beleid"]),
        ("", []),
    ],
)
def test_topics(text: str, topics: list[str]) -> None:
    assert list(split_topics(text)) == topics
