"""Filters are exact: under any combination a search gives all passages that satisfy it and no other, by every door."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.encoder import HASH_ENCODER, HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.cli import main
from rag.documents import read_documents
from rag.errors import FilterError
from rag.filters import Filters, end_of, left_by_name
from rag.passages import passages_of
from rag.records import Hit, Kamervraag, Passage, Person, Vraag
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.ui.api import Api
from rag.ui.listing import Wanted, find_listing
from rag.ui.search import listing_html
from rag.understand import understand

DOCUMENTS = list(read_documents(sample_path()))
PASSAGES = [passage for document in DOCUMENTS for passage in passages_of(document)]
DAYS = st.dates(date(2097, 1, 1), date(2099, 12, 31))
ALL = len(PASSAGES) + 1
FAR = 2.0
"""Standard deviations, as `rag.retrieve` has them."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exact")
    build_index(DOCUMENTS, folder, HashEncoder())
    return folder


@pytest.fixture(scope="module")
def retriever(index: Path) -> Retriever:
    return Retriever.open(index, encoder=HashEncoder())


def one_of(*values: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(sorted(set(values))))


ASKERS = [person.name for document in DOCUMENTS for person in document.askers]
ANSWERERS = [person.name for document in DOCUMENTS for person in document.answerers]
ROLES = [person.role or "" for document in DOCUMENTS for person in document.answerers]
SETTABLE = st.builds(
    Filters,
    asker=one_of(*ASKERS, "Haverslag", "ozmert", "RAVESLOOT"),
    party=one_of(*[person.party or "" for document in DOCUMENTS for person in document.askers], "kuve"),
    answerer=one_of(*ANSWERERS, "schuttevoort", "van den Eshof"),
    role=one_of(*ROLES, "minister", "Energie", "klimaat"),
    topic=one_of(*[topic for document in DOCUMENTS for topic in document.topics]),
    asked_from=st.none() | DAYS,
    asked_to=st.none() | DAYS,
    answered_from=st.none() | DAYS,
    answered_to=st.none() | DAYS,
    document=one_of(*[document.id for document in DOCUMENTS]),
    answered=st.sampled_from([None, None, True, False]),
)


def crosses(filters: Filters) -> bool:
    """Say whether a period ends before it begins."""
    periods = ((filters.asked_from, filters.asked_to), (filters.answered_from, filters.answered_to))
    return any((first or date.min) > (last or date.max) for first, last in periods)


FILTERS = SETTABLE.filter(lambda filters: not crosses(filters))


def plain(text: str) -> str:
    return text.casefold().replace("ö", "o").replace("-", " ")


def names(wanted: str | None, values: list[str]) -> bool:
    return wanted is None or any(f" {plain(wanted)} " in f" {plain(value)} " for value in values)


def holds(filters: Filters, passage: Passage) -> bool:
    """Say by plain comparison whether a passage satisfies filters."""
    asked, answered = passage.asked or date.min, passage.answered
    return all(
        (
            names(filters.asker, [person.name for person in passage.askers]),
            names(filters.party, [person.party or "" for person in passage.askers]),
            names(filters.answerer, [person.name for person in passage.answerers]),
            names(filters.role, [person.role or "" for person in passage.answerers]),
            filters.topic is None or filters.topic in passage.topics,
            (filters.asked_from or date.min) <= asked <= (filters.asked_to or date.max),
            (not filters.answered_from or bool(answered and answered >= filters.answered_from)),
            (not filters.answered_to or bool(answered and answered <= filters.answered_to)),
            filters.document in (None, passage.document),
            filters.answered in (None, bool(passage.answer)),
        )
    )


def ids(hits: list[Hit]) -> list[str]:
    return sorted(name for hit in hits for name in (hit.id, *hit.also))


def expected(filters: Filters) -> list[str]:
    return sorted(passage.id for passage in PASSAGES if holds(filters, passage))


@settings(max_examples=150, deadline=None)
@given(filters=FILTERS, query=st.sampled_from(["kosten", "vuurwerk bij natuurgebieden", "xyzzy", "the dike"]))
def test_any_combination_gives_exactly_what_satisfies_it(retriever: Retriever, filters: Filters, query: str) -> None:
    assert ids(retriever.search(query, ALL, filters)) == expected(filters)


@settings(max_examples=30, deadline=None)
@given(filters=FILTERS, k=st.integers(1, 5))
def test_fewer_than_are_left_are_all_within(retriever: Retriever, filters: Filters, k: int) -> None:
    left = expected(filters)
    hits = retriever.search("kosten", k, filters)
    assert {hit.id for hit in hits} <= set(left)
    assert len(hits) == k or ids(hits) == left


def test_newest_and_oldest_are_in_order_of_days(retriever: Retriever) -> None:
    within = Filters(party="GRH")
    for sort, sign in (("newest", -1), ("oldest", 1)):
        hits = retriever.search("vuurwerk", ALL, within, sort)
        assert ids(hits) == expected(within)
        best = max(hit.score for hit in hits)
        near = [hit for hit in hits if hit.score >= best - FAR]  # what is far from the best stands behind, unsorted
        assert hits[: len(near)] == near
        days = [(hit.passage.answered or hit.passage.asked or date.min).toordinal() * sign for hit in near]
        assert len(set(days)) > 1
        assert days == sorted(days)


@pytest.mark.parametrize(
    ("field", "wrong", "offered"),
    [
        ("asker", "Haverslach", "Jorrit Haverslag"),
        ("party", "KUFE", "KUVE"),
        ("answerer", "Schutevoort", "Aleida Schuttevoort"),
        ("role", "minister van Energy", "minister van Energie"),
        ("role", "Verdedeging", "minister van Verdediging en Kustwacht"),
        ("topic", "waters", "water"),
    ],
)
def test_an_unknown_value_offers_the_nearest(retriever: Retriever, field: str, wrong: str, offered: str) -> None:
    with pytest.raises(FilterError, match="nearest are") as error:
        retriever.search("kosten", 5, Filters(**{field: wrong}))  # type: ignore[arg-type]
    assert repr(offered) in str(error.value)


@pytest.mark.parametrize("wrong", ["2097Z00035", "2097z00039", "kst-1", "", "2097Z\ud800"])
def test_an_unknown_document_is_refused_with_the_nearest_by_every_door(
    wrong: str, index: Path, retriever: Retriever, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = r"No document .* in the index; nearest are '.*', '.*', '.*'"
    offered = "'2097Z00034'" if wrong.casefold().startswith("2097z0") else "nearest are"
    with pytest.raises(FilterError, match=refused) as error:
        retriever.search("kosten", 5, document=wrong)
    assert offered in str(error.value)
    with pytest.raises(FilterError, match=refused):
        Assistant(retriever).ask("kosten", document=wrong)
    if wrong:  # for programs and the page an empty text is no filter
        for query in ("", "kosten"):
            with pytest.raises(FilterError, match=refused):
                find_listing(Wanted(query, {"document": wrong}), retriever)
        for serve in (Api(Assistant(retriever)).search, Api(Assistant(retriever)).ask):
            with pytest.raises(gr.Error, match=refused):
                serve("kosten", document=wrong)
        for command in ("search", "ask"):
            assert main([command, "kosten", "--index", str(index), "--document", wrong]) == 1
            complaint = capsys.readouterr().err.splitlines()[-1]
            assert offered in complaint


def test_a_document_named_in_the_question_may_be_unknown(retriever: Retriever) -> None:
    found = retriever.find("vraag 4 van 2097Z00035", 3)
    assert (len(found.hits), found.missing) == (3, "Kamervraag 2097Z00035, vraag 4")


@given(filters=SETTABLE)
def test_a_period_that_ends_before_it_begins_is_refused(retriever: Retriever, filters: Filters) -> None:
    if crosses(filters):
        with pytest.raises(FilterError, match=r"_from \(\d{4}-.*\) is later than (asked|answered)_to"):
            filters.checked()
        with pytest.raises(FilterError, match="is later than"):
            retriever.search("kosten", 1, filters)
    else:
        assert filters.checked() is filters


def test_a_crossing_period_is_one_sentence_on_the_command_line(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = ["--answered-from", "2099-02-01", "--answered-to", "2098-01-01"]
    assert main(["search", "kosten", "--index", str(index), *days]) == 1
    complaint = capsys.readouterr().err
    assert "answered_from (2099-02-01) is later than answered_to (2098-01-01)" in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("written", ["2097z00034", " 2097Z00034\n", "2097 z 00034"])
def test_a_vraagnummer_is_read_as_it_is_written(written: str, retriever: Retriever) -> None:
    assert Filters(document=written) == Filters(document="2097Z00034")
    assert ids(retriever.search("kosten", ALL, document=written)) == expected(Filters(document="2097Z00034"))


def test_another_kind_of_id_is_kept() -> None:
    assert Filters(document=" kst-36000-z1 ").document == "kst-36000-z1"


HELD: dict[str, list[str]] = {
    "role": [
        "minister van Financiën",
        "staatssecretaris van Financiën",
        "minister van Justitie en Veiligheid",
        "minister voor Rechtsbescherming",
        "minister van Volksgezondheid, Welzijn en Sport",
    ],
    "party": ["CU", "GroenLinks-PvdA", "D66"],
}


def held(kind: str) -> dict[str, int]:
    return dict.fromkeys(HELD.get(kind, ()), 1)


@pytest.mark.parametrize(
    ("role", "meant"),
    [
        ("ministerie van Financiën", [0, 1]),
        ("Ministerie van  financien", [0, 1]),
        ("departement Financiën", [0, 1]),
        ("minister Financiën", [0]),
        ("minister van Rechtsbescherming", [3]),
        ("Justitie & Veiligheid", [2]),
        ("ministerie van Justitie & Veiligheid", [2]),
        ("minister van Justitie & Veiligheid", [2]),
        ("VWS", [4]),
        ("vws", [4]),
        ("J&V", [2]),
        ("JenV", [2]),
        ("FIN", [0, 1]),
        ("ministerie van VWS", [4]),
        ("minister van FIN", [0]),
        ("staatssecretaris FIN", [1]),
    ],
)
def test_a_role_is_known_by_its_other_names(role: str, meant: list[int]) -> None:
    assert Filters(role=role).named(held) == {"role": [HELD["role"][place] for place in meant]}


@pytest.mark.parametrize(
    ("party", "meant"),
    [
        ("ChristenUnie", "CU"),
        ("christen  unie", "CU"),
        ("Christian Union", "CU"),
        ("GroenLinks", "GroenLinks-PvdA"),
        ("Partij van de Arbeid", "GroenLinks-PvdA"),
        ("PvdA/GL", "GroenLinks-PvdA"),
        ("Democraten 66", "D66"),
    ],
)
def test_a_party_is_known_by_its_other_names(party: str, meant: str) -> None:
    assert Filters(party=party).named(held) == {"party": [meant]}


@pytest.mark.parametrize(
    "words", ["VWS", "J&V", "ministerie van Financiën", "ministerie van Justitie & Veiligheid", "minister van FIN"]
)
def test_a_role_means_what_it_means_in_a_question(words: str) -> None:
    read = understand(f"antwoorden van {words}", held).filters
    assert read.role is not None
    assert read.named(held) == Filters(role=words).named(held)


@pytest.mark.parametrize("words", ["ChristenUnie", "GroenLinks", "PvdA", "Democraten 66"])
def test_a_party_means_what_it_means_in_a_question(words: str) -> None:
    read = understand(f"vragen van {words}", held).filters
    assert read.party is not None
    assert read.named(held) == Filters(party=words).named(held)


def test_a_name_that_the_index_holds_goes_before_another_one() -> None:
    assert Filters(party="ChristenUnie").named(lambda _: {"CU": 9, "ChristenUnie": 1}) == {"party": ["ChristenUnie"]}


def test_what_no_name_fits_is_complained_of_as_it_was_written() -> None:
    with pytest.raises(FilterError, match=r"No role 'ministerie van Visserij' in the index; nearest are"):
        Filters(role="ministerie van Visserij").named(held)


DOORS: list[dict[str, str]] = [
    {"asker": "Haverslag", "asked_from": "2098-01-01"},
    {"party": "grh", "answered": "yes"},
    {"party": "KUVE", "answered": "no"},
    {"role": "Energie", "answered_to": "2098-12-31"},
    {"asked_from": "2098", "asked_to": "2098-09"},
    {"topic": "vuurwerk"},
    {"topic": "fictief", "document": "2097Z00034"},
    {"answerer": "schuttevoort", "asker": "mangalsingh"},
]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2098", date(2098, 1, 1), date(2098, 12, 31)),
        ("2096-2", date(2096, 2, 1), date(2096, 2, 29)),
        (" 2098-06 ", date(2098, 6, 1), date(2098, 6, 30)),
        ("2098-06-02", date(2098, 6, 2), date(2098, 6, 2)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: date, last: date) -> None:
    assert (end_of(text, last=False), end_of(text, last=True)) == (first, last)


@pytest.mark.parametrize("text", ["", "mei", "2098-13", "2098-02-30", "0000", "20980602", "98"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the doors have words for it
        end_of(text, last=True)


def as_filters(given_: dict[str, str]) -> Filters:
    read: dict[str, Any] = {
        name: end_of(value, last=name.endswith("_to")) if name.endswith(("_from", "_to")) else value
        for name, value in given_.items()
    }
    if "answered" in read:
        read["answered"] = read["answered"] == "yes"
    return Filters(**read)


@pytest.mark.parametrize("given_", DOORS)
def test_every_door_gives_the_same(
    given_: dict[str, str], index: Path, retriever: Retriever, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given_.items() if name != "answered"]
    if "answered" in given_:
        options.append("--answered" if given_["answered"] == "yes" else "--no-answered")
    if given_.get("topic") == "vuurwerk":
        assert main(["search", "kosten", "--index", str(index), "--model", HASH_ENCODER, *options]) == 1
        assert "nearest are" in capsys.readouterr().err
        return
    wanted = expected(as_filters(given_))
    assert wanted
    assert main(["search", "kosten", "--index", str(index), "--json", "-k", "100", *options]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert sorted(name for hit in printed for name in (hit["id"], *hit["also"])) == wanted
    served = Api(Assistant(retriever)).search("kosten", 100, **given_)
    assert sorted(name for hit in served for name in (hit["id"], *hit["also"])) == wanted


@pytest.mark.parametrize(
    ("unread", "party", "first"), [("", "GRH", 2098), ("party", None, 2098), ("party, asked_from,asked_to", None, None)]
)
def test_what_is_left_unread_does_not_restrict(
    unread: str,
    party: str | None,
    first: int | None,
    index: Path,
    retriever: Retriever,
    capsys: pytest.CaptureFixture[str],
) -> None:
    query = "vragen van GRH in 2098 over vuurwerk"
    days = {"asked_from": date(first, 1, 1), "asked_to": date(first, 12, 31)} if first else {}
    wanted = expected(Filters(party=party, **days))  # type: ignore[arg-type]
    served = Api(Assistant(retriever)).search(query, 100, unread=unread)
    assert {hit["id"] for hit in served} <= set(wanted)
    fields = [f"--unread={field.strip()}" for field in unread.split(",") if field]
    assert main(["search", query, "--index", str(index), "--json", "-k", "100", *fields]) == 0
    assert json.loads(capsys.readouterr().out) == served
    assert (party in Api(Assistant(retriever)).ask(query, unread=unread)["filters"].values()) == (party is not None)


def test_an_unknown_field_is_not_left_unread(index: Path, retriever: Retriever) -> None:
    for serve in (Api(Assistant(retriever)).search, Api(Assistant(retriever)).ask):
        with pytest.raises(gr.Error, match="no field 'colour' to leave unread; choose from asker, party"):
            serve("kosten", unread="party,colour")
    for command in ("search", "ask"):
        with pytest.raises(SystemExit) as stopped:
            main([command, "kosten", "--index", str(index), "--unread", "colour"])
        assert stopped.value.code == 2


NAMES = {"Jetten": 3, "Rob Jetten": 2, "Van Jetten": 1, "Jan van Jetten": 1, "Kröger": 4, "Kroger": 1, "S. Kröger": 1}


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("jetten", ["Jetten", "Rob Jetten"]),
        ("Rob Jetten", ["Rob Jetten"]),
        ("van Jetten", ["Van Jetten", "Jan van Jetten"]),
        ("Kröger", ["Kröger", "S. Kröger"]),
        ("Kroger", ["Kroger"]),
    ],
)
def test_a_surname_means_whoever_has_it(wanted: str, meant: list[str]) -> None:
    for filters in (Filters(asker=wanted), Filters(answerer=wanted)):
        assert list(filters.named(lambda _: NAMES).values()) == [meant]
    assert Filters(topic="Jetten").named(lambda _: NAMES) == {"topic": ["Jetten"]}


def test_a_minister_is_found_by_surname_whichever_source_named_him(tmp_path: Path) -> None:
    """Official publications have the surname alone, openkamer pages the whole name."""
    named = {"2099Z00901": "Ada Vos", "2099Z00902": "Vos", "2099Z00903": "Ada de Vos"}
    documents = [
        Kamervraag(name, (Vraag("1", "Hoe hoog is de dijk?", "De dijk is hoog."),), answerers=(Person(minister),))
        for name, minister in named.items()
    ]
    build_index(documents, tmp_path / "index", HashEncoder())
    retriever = Retriever.open(tmp_path / "index", encoder=HashEncoder())
    for query, filters in (("wat zei minister Vos over de dijk?", None), ("dijk", Filters(answerer="Vos"))):
        found = retriever.search(query, 9, filters)
        assert {name for hit in found for name in (hit.id, *hit.also)} == {"2099Z00901/1", "2099Z00902/1"}
    listing = find_listing(Wanted(), retriever)
    page = listing_html(listing, retriever.store, "nl", date(2099, 12, 31))
    for counted in ("Vos: 2 vragen", "Ada Vos: 1 vragen", "Ada de Vos: 1 vragen"):
        assert f"Alleen {counted}" in page


def test_a_facet_says_how_many_a_click_on_a_name_leaves() -> None:
    left = left_by_name({"Kröger": 4, "Jetten": 3, "Rob Jetten": 2, "Jan van Jetten": 1, "S. Kröger": 1, "Kroger": 1})
    assert list(left.items())[:2] == [("Kröger", 5), ("Jetten", 5)]
    for name, count in left.items():
        meant = Filters(asker=name).named(lambda _: NAMES)["asker"]
        assert count == sum(NAMES[other] for other in meant if other != "Van Jetten")
