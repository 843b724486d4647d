"""Counting and listing in the store: under filters, or over found passages."""

from collections.abc import Iterator
from datetime import date

import pytest

from rag.errors import FilterError
from rag.filters import Filters
from rag.passages import passages_of
from rag.records import Kamervraag, Person, Vraag
from rag.store import PassageStore, Stored, write_store

GREEN, RED = Person("Senna Maatoug", "GL"), Person("Songül Mutluer", "PvdA")
FINANCE = Person("Steven van Weyenberg", role="staatssecretaris van Financiën")
DOCUMENTS = [
    Kamervraag(
        "2022Z00001",
        (Vraag("1", "Een?", "Ja."), Vraag("2", "Twee?", "Nee.")),
        asked=date(2022, 3, 14),
        answered=date(2022, 4, 4),
        askers=(GREEN, RED),
        answerers=(FINANCE, Person("Sigrid Kaag", role="minister van Financiën")),
    ),
    Kamervraag(
        "2023Z00002",
        (Vraag("1", "Drie?", "Ja."),),
        asked=date(2023, 1, 2),
        answered=date(2023, 3, 3),
        askers=(RED,),
        answerers=(Person("Rob Jetten", role="minister voor Klimaat en Energie"),),
    ),
    Kamervraag("2023Z00003", (Vraag("1", "Vier?"),), asked=date(2023, 1, 9), askers=(GREEN,)),
    Kamervraag("2023Z00004", (Vraag("1", "Vijf?", "Ja."),)),
]
ALL = Filters()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PassageStore]:
    path = tmp_path_factory.mktemp("store") / "passages.sqlite"
    write_store(path, [Stored(b"", list(passages_of(document))) for document in DOCUMENTS])
    opened = PassageStore(path)
    yield opened
    opened.close()


def test_each_value_counts_passages_and_one_of_two_parties_counts_for_each(store: PassageStore) -> None:
    assert list(store.counts("party", ALL).items()) == [("GL", 3), ("PvdA", 3)]
    assert store.counts("party", Filters(answered=False)) == {"GL": 1}
    assert store.counts("party", ["2022Z00001/2", "2023Z00002/1"]) == {"PvdA": 2, "GL": 1}
    assert store.counts("party", []) == {}


def test_two_ministers_of_one_ministry_count_once(store: PassageStore) -> None:
    assert store.counts("ministry", ALL) == {"Financiën": 2, "Klimaat en Energie": 1}
    assert store.counts("role", Filters(role="Financiën")) == {
        "minister van Financiën": 2,
        "staatssecretaris van Financiën": 2,
    }


def test_months_are_those_of_asking(store: PassageStore) -> None:
    assert store.months("party", ALL) == [
        ("GL", "2022-03", 2),
        ("PvdA", "2022-03", 2),
        ("GL", "2023-01", 1),
        ("PvdA", "2023-01", 1),
    ]
    assert store.months("ministry", Filters(party="PvdA", asked_from=date(2023, 1, 1))) == [
        ("Klimaat en Energie", "2023-01", 1)
    ]


def test_answer_times_are_of_documents(store: PassageStore) -> None:
    assert store.answer_days(ALL) == [21, 60]
    assert store.answer_days(["2022Z00001/1", "2022Z00001/2"]) == [21]
    assert store.answer_days(Filters(answered=False)) == []


def test_extent_is_the_count_with_the_first_and_last_day(store: PassageStore) -> None:
    assert store.extent(ALL) == (5, date(2022, 4, 4), date(2023, 3, 3))
    assert store.extent(["2023Z00004/1"]) == (1, None, None)
    assert store.extent([]) == (0, None, None)


@pytest.mark.parametrize(
    ("newest", "ids"),
    [
        (True, ["2023Z00002/1", "2023Z00003/1", "2022Z00001/1", "2022Z00001/2", "2023Z00004/1"]),
        (False, ["2022Z00001/1", "2022Z00001/2", "2023Z00003/1", "2023Z00002/1", "2023Z00004/1"]),
    ],
)
def test_listed_by_day_in_pages_without_a_day_last(store: PassageStore, newest: bool, ids: list[str]) -> None:
    pages = [store.listed(ALL, newest=newest, start=start, count=2) for start in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [passage.id for page in pages for passage in page] == ids


def test_a_filter_that_names_nothing_is_an_error(store: PassageStore) -> None:
    with pytest.raises(FilterError, match="No party 'XYZ'"):
        store.counts("topic", Filters(party="XYZ"))
