"""The search tab without a browser: what is asked for, what is listed, how it is shown and saved."""

import csv
import io
import json
import re
from datetime import date
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.errors import FilterError
from rag.records import Kamervraag, Passage, Person, Vraag
from rag.retrieve import Retriever
from rag.ui.charts import answer_times_html, columns_of, timeline_html
from rag.ui.listing import MOST_SAVED, Wanted, find_listing, wanted_of
from rag.ui.listing_files import COLUMNS, csv_text, jsonl_text
from rag.ui.search import failure_html, listing_html, role_of
from rag.ui.snippets import marked_html, matcher, snippet_html
from rag.ui.words import counted
from rag.visible import visible

EVIL = '<script>alert(1)</script>" onclick="alert(2)'
TODAY = date(2026, 11, 24)
BRIDGE = "Wat kost de brug bij Lent?"


def kamervraag(number: int, party: str, question: str) -> Kamervraag:
    return Kamervraag(
        f"2022Z{number:05d}",
        (Vraag("1", question, f"Dat is antwoord {number}. Het Rijk betaalt de helft."),),
        title=f"Titel {number} {EVIL}",
        asked=date(2022, 1 + number % 12, 1),
        answered=date(2022, 1 + number % 12, 25),
        askers=(Person("Senna Maatoug", party),),
        answerers=(Person("Rob Jetten", "D66", "minister voor Klimaat en Energie"),),
    )


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    subjects = "zwanen treinen dijken scholen visserij vuurwerk ziekenhuizen kassen bijen wolven sluizen bossen".split()
    documents = [
        kamervraag(number, "GL" if number % 2 else "PvdA", f"Hoeveel {subject} zijn er in {subject}land?")
        for number, subject in enumerate(subjects, 1)
    ]
    folder = tmp_path_factory.mktemp("listing") / "index"
    build_index([*documents, kamervraag(90, "GL", BRIDGE)], folder, HashEncoder())
    return Retriever.open(folder)


def shown(wanted: Wanted, retriever: Retriever) -> str:
    return listing_html(find_listing(wanted, retriever), retriever.store, "nl", TODAY)


def test_an_address_is_read_and_written_again() -> None:
    wanted = wanted_of("find=+brug++Lent&party=GL&asked_from=2022-01-01&sort=oldest&page=3&lanes=ministry&colour=red")
    assert wanted == Wanted(
        "brug Lent", {"party": "GL", "asked_from": "2022-01-01"}, sort="oldest", page=3, lanes="ministry"
    )
    assert wanted_of(wanted.link()) == wanted
    assert wanted_of(wanted.link(party="")).restrictions == {"asked_from": "2022-01-01"}
    assert wanted_of(wanted.link(party="D66")).page == 1
    assert wanted_of(wanted.link(lanes="party")).page == 3


def test_what_is_left_unread_stays_in_the_address(retriever: Retriever) -> None:
    wanted = wanted_of("find=vragen+van+GL&unread=party,colour,asked_from")
    assert wanted.unread == ("party", "asked_from")
    assert wanted_of(wanted.link(page="2")).unread == wanted.unread
    assert wanted_of("unread=party").unread == ()


def test_each_thing_read_can_be_taken_away_and_read_again(retriever: Retriever) -> None:
    query = "nieuwste vragen van GL in 2022 over treinen"
    html = shown(Wanted(query), retriever)
    links = {
        label: wanted_of(unescape(link))
        for link, label in re.findall(r'data-to="([^"]*)" aria-label="Verwijder filter ([^"]*)"', html)
    }
    period = next(label for label in links if label.startswith("Gevraagd"))
    assert set(links) == {"Partij: GL", "Volgorde: Nieuwste eerst", period}
    assert links[period].unread == ("asked_from", "asked_to")
    without = shown(links["Partij: GL"], retriever)
    assert links["Partij: GL"].unread == ("party",)
    assert "Verwijder filter Partij: GL" not in without
    assert "Niet meegewogen: Partij" in without
    assert 'name="unread" value="party"' in without
    passages = find_listing(links["Partij: GL"], retriever).shown
    assert {person.party for passage in passages for person in passage.askers} == {"GL", "PvdA"}
    (again,) = re.findall(r'data-to="([^"]*)">Toch meewegen', without)
    assert wanted_of(unescape(again)) == Wanted(query)
    (question,) = re.findall(r'data-given="([^"]*)"', without)
    assert question == "unread=party"


def test_what_was_set_is_not_shown_as_read_too(retriever: Retriever) -> None:
    html = shown(Wanted("vragen van GL over treinen", {"party": "GL"}), retriever)
    assert html.count("Verwijder filter Partij: GL") == 1


def test_a_document_goes_with_the_vraag_in_it(retriever: Retriever) -> None:
    html = shown(Wanted("vraag 1 van 2022Z00090"), retriever)
    (link,) = re.findall(r'data-to="([^"]*)" aria-label="Verwijder filter Kamervraag[^"]*"', html)
    assert wanted_of(unescape(link)).unread == ("document", "number")


@given(st.text(max_size=80))
def test_any_address_is_read(address: str) -> None:
    wanted = wanted_of(address)
    assert wanted.page >= 1
    assert wanted_of(wanted.link()) == wanted


def test_without_a_query_all_is_listed_newest_first_in_pages(retriever: Retriever) -> None:
    first = find_listing(Wanted(), retriever)
    assert (first.total, first.pages, len(first.shown)) == (13, 2, 10)
    days = [passage.answered for passage in first.shown if passage.answered]
    assert days == sorted(days, reverse=True)
    last = find_listing(Wanted(page=99), retriever)
    assert (last.wanted.page, len(last.shown)) == (2, 3)
    assert len(find_listing(Wanted(page=2), retriever, MOST_SAVED).shown) == 13


def test_a_query_lists_what_bears_on_it(retriever: Retriever) -> None:
    listing = find_listing(Wanted(BRIDGE), retriever)
    assert listing.shown[0].id == "2022Z00090/1"
    assert listing.total < 13
    assert list(listing.selection) == [passage.id for passage in listing.shown]  # type: ignore[arg-type]
    oldest = find_listing(Wanted("Hoeveel zijn er in land", sort="oldest"), retriever).shown
    assert [passage.answered for passage in oldest] == sorted(passage.answered for passage in oldest)  # type: ignore[type-var]


def test_filters_hold_and_wrong_ones_are_named(retriever: Retriever) -> None:
    assert find_listing(Wanted(restrictions={"party": "PvdA"}), retriever).total == 6
    with pytest.raises(FilterError, match="XYZ"):
        find_listing(Wanted(restrictions={"party": "XYZ"}), retriever)


def test_the_page_has_counts_figures_results_and_pages(retriever: Retriever) -> None:
    html = shown(Wanted(), retriever)
    assert "13 vragen" in html
    assert 'aria-label="Alleen GL: 7 vragen"' in html
    assert "1 van 2" in html
    assert html.count('class="kw-result"') == 10
    assert "Na de termijn van drie weken kwam 100%." in html
    (link,) = re.findall(r'data-to="([^"]*)" aria-label="Alleen Klimaat en Energie', html)
    assert find_listing(wanted_of(unescape(link)), retriever).total == 13


def test_nothing_of_a_document_or_query_is_run(retriever: Retriever) -> None:
    html = shown(Wanted(f"brug Lent {EVIL}"), retriever)
    html += failure_html(Wanted(EVIL, {"party": EVIL}), EVIL, "en")
    assert "<script" not in html
    assert not re.search(r'" onclick="', html)


def test_where_nothing_is_left_it_says_what_to_do(retriever: Retriever) -> None:
    html = shown(Wanted(restrictions={"party": "GL", "answered": "no"}), retriever)
    assert "Met deze filters blijft geen enkele vraag over" in html
    assert 'aria-label="Verwijder filter Partij: GL"' in html
    assert "Alle filters weg" in html


def test_a_ministry_is_a_filter_its_roles_know() -> None:
    roles = {"minister van Financiën": 3, "minister-president": 2}
    assert role_of("Financiën", roles) == "Financiën"
    assert role_of("Algemene Zaken", roles) == "minister-president"
    assert role_of("Cultuur", roles) == "Cultuur"


@pytest.mark.parametrize(
    ("text", "query", "html"),
    [
        ("De dijk is oud. De kosten zijn hoog.", "kosten", "… De <mark>kosten</mark> zijn hoog."),
        ("De dijken zijn oud. Klaar.", "dijk", "De <mark>dijken</mark> zijn oud. Klaar."),
        ("Eerst iets anders. De dijk.", "dijken", "… De <mark>dijk</mark>."),
        ("Een dijkversterking.", "versterking", "Een <mark>dijkversterking</mark>."),
        ("a < b", "b", "a &lt; <mark>b</mark>"),
        ("Niets hiervan.", "brug", "Niets hiervan."),
        (None, "brug", ""),
    ],
)
def test_a_snippet_begins_where_the_words_are(text: str | None, query: str, html: str) -> None:
    assert snippet_html(text, query) == html


def test_a_long_sentence_is_cut_around_the_word() -> None:
    text = "woord " * 200 + "brug " + "woord " * 200
    snippet = snippet_html(text, "brug", 100)
    assert "<mark>brug</mark>" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 130


@given(st.text(max_size=60), st.text(max_size=20))
def test_marks_keep_every_character_and_let_no_tag_through(text: str, query: str) -> None:
    html = marked_html(text, matcher(query))
    for tag in ("<mark>", "</mark>", '<span class="kw-nb">', "</span>"):
        html = html.replace(tag, "")
    assert "<" not in html
    assert unescape(html) == visible(text)


@pytest.mark.parametrize(
    ("months", "count", "first", "words"),
    [
        ([], 0, None, ""),
        (["2022-03"], 1, date(2022, 3, 1), "maart 2022"),
        (["2021-11", "2022-03"], 5, date(2021, 11, 1), "november 2021"),
        (["2020-02", "2023-03"], 13, date(2020, 1, 1), "januari 2020 – maart 2020"),
        (["2008-01", "2024-12"], 17, date(2008, 1, 1), "2008"),
        (["1995-01", "2024-12"], 16, date(1994, 1, 1), "1994–1995"),
    ],
)
def test_columns_of_the_timeline(months: list[str], count: int, first: date | None, words: str) -> None:
    columns = columns_of(months)
    assert len(columns) == count
    if columns:
        assert (columns[0].start, columns[0].in_words("nl")) == (first, words)
        for column, after in pairwise(columns):
            assert (after.start - column.end).days == 1


def test_timeline_says_each_disc_and_has_a_table() -> None:
    months = [("GL", "2022-03", 4), ("PvdA", "2022-03", 1), ("GL", "2022-05", 1)]
    html = timeline_html(
        months, "party", lambda filters: f'data-to="{filters.get("party", "")} {filters["asked_to"]}"', "nl"
    )
    assert 'data-to="GL 2022-03-31" title="GL, maart 2022: 4 vragen" aria-label="GL, maart 2022: 4 vragen"' in html
    assert html.count("<button") == 4
    assert 'data-to=" 2022-12-31" aria-label="Alleen gevraagd in 2022">2022</button>' in html
    assert '<th scope="row">PvdA</th><td>1</td><td>0</td>' in html
    assert timeline_html([], "party", lambda filters: "", "nl") == ""


def test_answer_times_by_weeks_of_seven_days() -> None:
    html = answer_times_html([0, 7, 8, 21, 22, 90], "en")
    cells = re.findall(r'<tr><th scope="row">([^<]*)</th><td>(\d+)</td></tr>', html)
    assert [(unescape(name), int(count)) for name, count in cells] == [
        ("1", 2), ("2", 1), ("3", 1), ("4", 1), ("5", 0), ("6", 0), ("7–8", 0), ("9–12", 0), ("> 12", 1),
    ]  # fmt: skip
    assert "After the term of three weeks came 33%." in html
    assert answer_times_html([], "nl") == ""


def test_csv_for_a_spreadsheet_that_runs_no_formula() -> None:
    passage = Passage("a/1", "a", "1", title="=HYPERLINK(1)", question='Zegt u "ja",\nof nee?', topics=("x", "y"))
    written = csv_text([passage])
    assert written.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(written.removeprefix("\ufeff")))
    assert head == list(COLUMNS)
    assert row[COLUMNS.index("title")] == "'=HYPERLINK(1)"
    assert row[COLUMNS.index("question")] == 'Zegt u "ja",\nof nee?'
    assert row[COLUMNS.index("topics")] == "x; y"


def test_json_lines_as_the_command_line_has_them(retriever: Retriever) -> None:
    listing = find_listing(Wanted(BRIDGE), retriever)
    lines = [json.loads(line) for line in jsonl_text(listing.shown, {"2022Z00090/1": ("x/1",)}).splitlines()]
    assert (lines[0]["id"], lines[0]["also"], "score" in lines[0]) == ("2022Z00090/1", ["x/1"], False)
    assert lines[0]["citation"] == "Kamervraag 2022Z00090, vraag 1"


def test_numbers_in_words() -> None:
    assert (counted(1234567, "nl"), counted(1234, "en"), counted(12, "nl")) == ("1.234.567", "1,234", "12")
