"""The page's HTML, conversation and options, without a browser; the HTTP API with a real client."""

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from browser_server import ended, served
from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

import app
from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.errors import FilterError
from rag.newer import newer_hits
from rag.records import Hit, Kamervraag, Mededeling, Passage, Person, Sentence, Vraag
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.ui.desk import Desk, View
from rag.ui.examples import example_questions
from rag.ui.export import bibtex, export, plain_text, ris
from rag.ui.render import thread_html, turn_html
from rag.ui.restrictions import chips_html, filters_of, restrictions_of, turn_chips_html, without
from rag.ui.sources import Panel
from rag.ui.texts import LANGUAGES, TABLE, text
from rag.ui.turns import (
    FAILED,
    FOLLOWING,
    Turn,
    past_from_json,
    turn_of,
    turns_from_json,
    turns_to_json,
    with_past,
)
from rag.ui.words import Link, age_in_words, formal_citation, paragraphs_html, web_link
from rag.visible import visible
from rag.wording import people_in_words

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'
DOCUMENT = Kamervraag(
    "2022Z09999",
    (
        Vraag("1", "Wat kost de brug bij Lent?", "De brug kost € 12 miljoen. Het Rijk betaalt de helft."),
        Vraag("2", "Klopt dat?", "Zie het antwoord op vraag 1 en Kamerstuk 32 813, nr. 5.", footnotes={"1": EVIL}),
        Vraag("3", EVIL),
    ),
    title=f"Brug {EVIL}",
    asked=date(2022, 3, 14),
    answered=date(2022, 6, 2),
    askers=(Person("Senna Maatoug", "GL"),),
    answerers=(Person("Rob Jetten", "D66", "minister voor Klimaat"),),
    answer_url="https://zoek.officielebekendmakingen.nl/ah-tk-20212022-2957.html",
    question_url="javascript:alert(3)",
    answer_id="ah-tk-20212022-2957",
    mededelingen=(Mededeling("De beantwoording vergt meer tijd."),),
)
TODAY = date(2026, 11, 24)
QUOTED = Turn(
    "Wat kost de brug?",
    "answered",
    sentences=(Sentence("De brug kost € 12 miljoen.", ("2022Z09999/1",)),),
    build="b1",
)


def asked(
    desk: Desk,
    question: str,
    turns: Sequence[Turn],
    language: str,
    restrictions: Mapping[str, str],
    build: str | None = None,
    unread: Sequence[str] = (),
) -> View:
    """Ask and return the page with the answer."""
    *_, last = desk.stream(question, turns, language, restrictions, build, unread)
    return last


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ui") / "index"
    build_index([DOCUMENT], folder, HashEncoder())
    return folder


@pytest.fixture(scope="module")
def assistant(index: Path) -> Assistant:
    return Assistant(Retriever.open(index))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[Client]:
    with served(index) as address:
        yield Client(address, verbose=False)


def panel(assistant: Assistant, language: str = "nl") -> Panel:
    return Panel(assistant.retriever.store, language, TODAY)


def passages(assistant: Assistant) -> dict[str, Passage]:
    return {passage.id: passage for passage in assistant.retriever.store.document(DOCUMENT.id)}


@pytest.mark.parametrize(
    ("answer_id", "formal"),
    [
        ("ah-tk-20212022-2957", "Aanhangsel Handelingen II 2021/22, nr. 2957"),
        ("ah-tk-19992000-12", "Aanhangsel Handelingen II 1999/00, nr. 12"),
        ("kv-tk-2022Z04736", None),
        ("", None),
        (None, None),
    ],
)
def test_formal_citation(answer_id: str | None, formal: str | None) -> None:
    assert formal_citation(answer_id) == formal


@pytest.mark.parametrize(
    ("day", "nl", "en"),
    [
        (date(2026, 11, 24), "vandaag", "today"),
        (date(2026, 11, 23), "gisteren", "yesterday"),
        (date(2026, 11, 4), "20 dagen geleden", "20 days ago"),
        (date(2026, 10, 24), "een maand geleden", "a month ago"),
        (date(2026, 1, 1), "10 maanden geleden", "10 months ago"),
        (date(2025, 11, 24), "een jaar geleden", "a year ago"),
        (date(2022, 11, 25), "3 jaar geleden", "3 years ago"),
        (date(2099, 1, 1), "", ""),
        (None, "", ""),
    ],
)
def test_age_of_a_source(day: date | None, nl: str, en: str) -> None:
    assert (age_in_words(day, TODAY, "nl"), age_in_words(day, TODAY, "en")) == (nl, en)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", 'https://x.nl/"onclick=', "", None]
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert web_link(url, "Bron", "nl") == ""


def test_web_link_is_escaped_and_leaves_no_opener() -> None:
    link = web_link("https://x.nl/?a=1&b=2", "A & B", "nl")
    assert 'href="https://x.nl/?a=1&amp;b=2"' in link
    assert 'rel="noopener noreferrer"' in link
    assert ">A &amp; B<" in link


@pytest.mark.parametrize(
    ("words", "quotes", "html"),
    [
        ("Ja. Nee.", ["Nee."], "<p>Ja. <mark>Nee.</mark></p>"),
        ("Een.\nTwee  delen.", ["Twee delen."], "<p>Een.</p><p><mark>Twee  delen.</mark></p>"),
        ("A B C", ["A B", "B C"], "<p><mark>A B C</mark></p>"),
        ("a < b", ["a < b"], "<p><mark>a &lt; b</mark></p>"),
        ("Ja.", ["Nee."], "<p>Ja.</p>"),
        ("Ja.", [""], "<p>Ja.</p>"),
        (None, ["Ja."], ""),
    ],
)
def test_quoted_sentences_are_marked(words: str | None, quotes: list[str], html: str) -> None:
    assert paragraphs_html(words, quotes) == html


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=4))
def test_marked_text_keeps_every_character_and_lets_no_tag_through(words: str, quotes: list[str]) -> None:
    html = paragraphs_html(words, quotes)
    bare = html
    for tag in ("<p>", "</p>", "<mark>", "</mark>", '<span class="kw-nb">', "</span>"):
        bare = bare.replace(tag, "")
    assert "<" not in bare
    assert "".join(unescape(bare).split()) == "".join(visible(words).split())


def test_people_with_party_or_role() -> None:
    assert people_in_words(DOCUMENT.askers) == "Senna Maatoug (GL)"
    assert people_in_words(DOCUMENT.answerers, with_role=True) == "Rob Jetten, minister voor Klimaat"


def test_source_card_shows_what_a_reader_must_know(assistant: Assistant) -> None:
    html = panel(assistant).sources(QUOTED, 0, passages(assistant))
    for wanted in (
        "Kamervraag 2022Z09999, vraag 1",
        "Senna Maatoug (GL)",
        "Rob Jetten, minister voor Klimaat",
        "2 juni 2022",
        "4 jaar geleden",
        "Wat kost de brug bij Lent?",
        "Aanhangsel Handelingen II 2021/22, nr. 2957",
        "https://zoek.officielebekendmakingen.nl/ah-tk-20212022-2957.html",
        "<mark>De brug kost",
    ):
        assert wanted in html
    assert "Het Rijk betaalt de helft.</mark>" not in html


def test_nothing_of_a_document_or_question_is_run(assistant: Assistant) -> None:
    turn = Turn(EVIL, "nearest", reason=EVIL, nearest=("2022Z09999/3",), understood=EVIL)
    held = passages(assistant)
    html = (
        thread_html([turn, QUOTED], held, "nl", [EVIL], pending=EVIL)
        + panel(assistant).sources(turn, 0, held)
        + panel(assistant, "en").document("2022Z09999/2", QUOTED, 0)
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_whole_document_has_every_vraag_and_links_references(assistant: Assistant) -> None:
    html = panel(assistant).document("2022Z09999/2", QUOTED, 0)
    for number in ("1", "2", "3", "mededeling"):
        assert f'id="kw-vraag-{number}"' in html
    assert '<button type="button" class="kw-reference" data-goto="kw-vraag-1">vraag 1</button>' in html
    assert 'href="https://zoek.officielebekendmakingen.nl/kst-32813-5.html"' in html
    assert "Verwijst naar vraag" in html
    assert "Hiernaar verwijst vraag" in html
    assert html.count('aria-current="true"') == 1
    assert "Nog niet beantwoord." in html


def test_outcomes_look_different(assistant: Assistant) -> None:
    held = passages(assistant)
    shown = {
        outcome: thread_html([Turn("Vraag?", outcome, "Reden.", nearest=("2022Z09999/1",))], held, "nl")
        for outcome in ("nearest", "declined", FAILED)
    }
    assert "Geen antwoord gevonden" in shown["nearest"]
    assert "maar is geen antwoord op de vraag" in shown["nearest"]
    assert "Niets gevonden" in shown["declined"]
    assert 'role="alert"' in shown[FAILED]
    assert 'role="alert"' not in shown["nearest"] + shown["declined"]


def test_what_meets_a_question_without_a_subject_is_not_said_to_be_no_answer(assistant: Assistant) -> None:
    turn = turn_of(assistant.ask("Wat vroeg GL in 2022?"), {})
    html = thread_html([turn], passages(assistant), "nl")
    assert "Kamervragen die eraan voldoen" in html
    assert 'class="kw-near"' in html
    assert "Geen antwoord gevonden" not in html
    assert "maar is geen antwoord" not in html
    assert turns_from_json(json.loads(json.dumps(turns_to_json([turn])))) == (turn,)


def test_conversation_survives_the_browser_and_tampering_ends_it() -> None:
    kept = json.loads(json.dumps(turns_to_json([QUOTED, Turn("Hoi", "declined", "Geen vraag.")])))
    assert turns_from_json(kept) == (QUOTED, Turn("Hoi", "declined", "Geen vraag."))
    broken: object
    for broken in (None, {}, [1], [{}], [{**kept[0], "sentences": [["x", []]]}], [{**kept[0], "query": 3}]):
        assert turns_from_json(broken) == ()


def test_markdown_keeps_quotations_with_their_numbered_sources(assistant: Assistant) -> None:
    turns = [QUOTED, Turn("*Hoi* <b>", "declined", "Geen vraag.")]
    written = export("markdown", turns, passages(assistant))
    assert "## Wat kost de brug?\n\n> De brug kost € 12 miljoen. [1]\n\nBronnen:\n\n1. Kamervraag" in written
    assert "## \\*Hoi\\* \\<b\\>\n\nGeen vraag.\n" in written


def test_citations_for_reference_managers(assistant: Assistant) -> None:
    written = {form: export(form, [QUOTED, QUOTED], passages(assistant)) for form in ("bibtex", "ris", "csl")}
    formal = "Aanhangsel Handelingen II 2021/22, nr. 2957"
    assert written["bibtex"].count("@misc{2022Z09999-1,") == 1
    assert f"howpublished = {{{formal}}}" in written["bibtex"]
    assert "author = {{Rob Jetten}}" in written["bibtex"]
    assert written["ris"].splitlines()[0] == "TY  - GOVDOC"
    assert "DA  - 2022/06/02" in written["ris"]
    assert written["ris"].endswith("ER  - \n")
    (item,) = json.loads(written["csl"])
    assert (item["issued"], item["container-title"]) == ({"date-parts": [[2022, 6, 2]]}, formal)
    assert item["note"] == "Kamervraag 2022Z09999, vraag 1"
    assert (bibtex([]), ris([])) == ("", "")


def test_tex_and_ris_are_not_broken_by_what_a_title_holds() -> None:
    passage = Passage("a/1", "a", "1", title="50% {van} A & B\nTY  - BOOK")
    assert "title = {50\\% \\{van\\} A \\& B TY - BOOK}" in bibtex([passage])
    assert ris([passage]).count("\nTY  - ") == 0


def test_filters_in_force_are_chips_that_are_escaped() -> None:
    values = ["GL", None, "", "", EVIL, "no", "", " 2022-06-02 ", "", "", "", ""]
    restrictions = restrictions_of(values)
    assert restrictions == {"party": "GL", "topic": EVIL, "answered": "no", "asked_to": "2022-06-02"}
    html = chips_html(restrictions, "nl")
    assert ">Partij: GL<" in html
    assert ">Beantwoord: Nee<" in html
    assert "<script" not in html
    assert chips_html({}, "nl") == ""


def test_link_of_a_turn_asks_the_same_again(assistant: Assistant) -> None:
    turn = Turn("En nu?", "declined", "Niets.", understood="Wat nu & straks?", build="b1", restrictions={"party": "GL"})
    html = turn_html(turn, 0, {}, "nl")
    link = parse_qs(unescape(html.split('data-link="')[1].split('"')[0]))
    assert link == {"q": ["Wat nu & straks?"], "party": ["GL"], "build": ["b1"], "lang": ["nl"]}
    view = asked(Desk(assistant), "Wat kost de brug bij Lent?", (), "nl", {}, build="older")
    assert "De index is vernieuwd" in view.thread


def test_every_text_has_both_languages_and_the_same_places() -> None:
    for key, both in TABLE.items():
        assert len(both) == len(LANGUAGES)
        assert all(both), key
        places = [sorted(part.split("}")[0] for part in words.split("{")[1:]) for words in both]
        assert places[0] == places[1], key
    assert text("vraag", "en", number="4") == "Vraag 4"


def test_desk_answers_marks_and_says_what_went_wrong(assistant: Assistant) -> None:
    desk = Desk(assistant)
    view = asked(desk, "Wat kost de brug bij Lent?", (), "nl", {})
    assert [turn.query for turn in view.turns] == ["Wat kost de brug bij Lent?"]
    view = asked(desk, "Wat kost de brug bij Lent?", view.turns, "nl", {"party": "PvdX"})
    assert view.turns[1].outcome == FAILED
    assert "Een van de filters" in view.thread
    assert "PvdX" in view.thread
    assert "gisteren” is geen datum" in asked(desk, "Wat kost de brug?", (), "nl", {"asked_to": "gisteren"}).thread
    assert "hele Kamervraag" in desk.cite([QUOTED], 0, "2022Z09999/1", "nl")
    assert "kw-document" in desk.cite([], 7, "2022Z09999/1", "nl")
    assert "niet meer in de index" in desk.read([], -1, "2001Z00001/1", "nl")


def test_a_turn_is_asked_again_without_what_was_read_in_it(assistant: Assistant) -> None:
    desk = Desk(assistant)
    question = "Wat vroeg GL over de brug bij Lent?"
    (turn,) = asked(desk, question, (), "nl", {"sort": "newest"}).turns
    assert turn.read == {"party": "GL"}
    view = asked(desk, question, (), "nl", {}, unread=("party",))
    assert view.turns[0].read == {}
    assert "Niet meegewogen: Partij" in view.thread


def test_a_question_by_itself_forgets_the_turns_before_it(assistant: Assistant) -> None:
    desk = Desk(assistant)
    turns = asked(desk, "Wat kost de brug bij Lent?", (), "nl", {}).turns
    followed = asked(desk, "En klopt dat?", turns, "nl", {}).turns[-1]
    assert followed.understood == "Wat kost de brug bij Lent? – En klopt dat?"
    alone = asked(desk, "En klopt dat?", turns, "nl", {}, unread=(FOLLOWING,)).turns
    assert alone[-1].understood is None
    later = asked(desk, "En dan?", alone, "nl", {}).turns[-1]
    assert "Lent" not in (later.understood or "")


def test_chips_of_a_turn_take_away_one_thing_each() -> None:
    set_here = {"party": "GL", "answered_from": "2022", "answered_to": "2023"}
    html = turn_chips_html(set_here, {"asker": EVIL, "sort": "newest"}, (FOLLOWING, "topic"), 4, "nl")
    assert 'data-ask="" data-turn="4" data-drop="party"' in html
    assert html.count("Beantwoord: 2022 t/m 2023<") == 1
    assert "Volgorde: Nieuwste eerst" in html
    assert "Niet meegewogen: eerdere vragen, Onderwerp" in html
    assert "<script" not in html
    assert without(set_here, "answered_from") == {"party": "GL"}
    assert without(set_here, "all") == {}


def test_newer_position_is_the_latest_of_hits_about_as_good() -> None:
    def hit(document: str, year: int, score: float) -> Hit:
        return Hit(Passage(f"{document}/1", document, "1", answered=date(year, 1, 1)), score)

    old = hit("a", 2020, 5.0)
    hits = [old, hit("b", 2021, 4.9), hit("c", 2022, 4.0), hit("d", 2023, 1.0), hit("e", 2019, 6.0)]
    assert newer_hits([old], hits) == {"a/1": "c/1"}
    assert newer_hits([hits[3]], hits) == {}
    assert newer_hits([Hit(Passage("x/1", "x", "1"), 5.0)], hits) == {}


def test_earlier_conversations_are_kept_latest_first_without_empty_ones() -> None:
    other = Turn("Hoi", "declined", "Geen vraag.")
    kept = json.loads(json.dumps(with_past([QUOTED], [[other], []])))
    assert past_from_json(kept) == [(QUOTED,), (other,)]
    assert with_past([], past_from_json(kept)) == kept
    assert past_from_json([*kept, [{"query": 3}], "x"]) == past_from_json(kept)
    assert past_from_json(None) == []
    assert len(with_past([QUOTED], [[other]] * 40)) == 20


def test_links_stand_in_the_text_with_the_marks_around_them() -> None:
    link = Link(4, 11, "<a>", "</a>")
    assert paragraphs_html("Zie vraag 1. Ja.", ["Zie vraag 1."], [link]) == (
        "<p><mark>Zie </mark><a><mark>vraag 1</mark></a><mark>.</mark> Ja.</p>"
    )
    assert paragraphs_html("Zie\nvraag", (), [Link(0, 9, "<a>", "</a>")]) == "<p>Zie</p><p>vraag</p>"


def test_answer_as_plain_text_has_question_quotations_and_sources(assistant: Assistant) -> None:
    assert plain_text(QUOTED, passages(assistant)).startswith(
        "Wat kost de brug?\n\nDe brug kost € 12 miljoen. (Kamervraag 2022Z09999, vraag 1, 2 juni 2022)\n\n"
        "Bronnen:\n1. Kamervraag 2022Z09999, vraag 1, Brug "
    )


@pytest.mark.parametrize(
    ("restrictions", "first", "last"),
    [
        ({"asked_from": "2022", "asked_to": "2022"}, date(2022, 1, 1), date(2022, 12, 31)),
        ({"asked_from": "2024-02", "asked_to": "2024-2"}, date(2024, 2, 1), date(2024, 2, 29)),
        ({"asked_from": "2022-06-02"}, date(2022, 6, 2), None),
    ],
)
def test_a_day_may_be_a_year_or_a_month(restrictions: dict[str, str], first: date, last: date | None) -> None:
    filters = filters_of(restrictions)
    assert (filters.asked_from, filters.asked_to) == (first, last)


@pytest.mark.parametrize(
    "restrictions",
    [
        {"asked_to": "2022-13"},
        {"asked_from": "0000"},
        {"colour": "red"},
        {"asked_from": "gisteren"},
        {"answered": "misschien"},
    ],
)
def test_wrong_filters_are_named(restrictions: dict[str, str]) -> None:
    with pytest.raises(FilterError, match=next(iter(restrictions))):
        filters_of(restrictions)


def test_filters_from_texts() -> None:
    filters = filters_of({"party": "GL", "asked_to": "2022-06-02", "answered": "no", "role": ""})
    assert (filters.party, filters.asked_to, filters.answered, filters.role) == ("GL", date(2022, 6, 2), False, None)


def test_examples_of_a_corpus_are_its_own_and_always_the_same(assistant: Assistant) -> None:
    store = assistant.retriever.store
    assert example_questions(store, "nl") == example_questions(store, "nl")


def test_examples_stand_by_themselves(tmp_path: Path) -> None:
    vragen = (
        "Hoeveel woningen zijn er in 2024 in Groningen versterkt?",
        "Hoe beoordeelt u dit bericht over die woningen?",
    )
    documents = [
        Kamervraag(f"2024Z{n:05}", tuple(Vraag(str(i), q, "Dat zijn er veel.") for i, q in enumerate(vragen, 1)))
        for n in range(9)
    ]
    build_index(documents, tmp_path / "index", HashEncoder())
    examples = example_questions(Retriever.open(tmp_path / "index").store, "nl")
    assert examples == [vragen[0]] * 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--index", "{tmp}/none"], "none"),
        (["--documents", "{tmp}/none.jsonl"], "none.jsonl"),
        (["--documents", "{tmp}/broken.jsonl", "--index", "{tmp}/i"], "broken.jsonl"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.jsonl").write_text('{"id": 3\n')
    assert app.main([argument.format(tmp=tmp_path) for argument in arguments]) == 1
    complaint = capsys.readouterr().err.strip()
    assert sentence in complaint
    assert len(complaint.splitlines()) == 1
    assert "Traceback" not in complaint


def test_wrong_use_exits_2() -> None:
    with pytest.raises(SystemExit, match="2"):
        app.main(["--port", "many"])


def test_api_searches_and_asks_as_the_command_line_prints(client: Client) -> None:
    hits = client.predict("Wat kost de brug bij Lent?", api_name="/search")
    assert hits[0]["id"] == "2022Z09999/1"
    assert hits[0]["citation"] == "Kamervraag 2022Z09999, vraag 1"
    assert client.predict("Wat kost de brug?", k=1, party="GL", answered="yes", api_name="/search")[0]["number"] == "1"
    answer = client.predict("Wat kost de brug bij Lent?", api_name="/ask")
    assert set(answer) >= {"query", "refused", "reason", "text", "sentences", "hits"}


def test_api_errors_are_sentences(client: Client) -> None:
    with pytest.raises(AppError, match="No party 'XYZ'"):
        client.predict("Wat kost de brug?", party="XYZ", api_name="/search")
    with pytest.raises(AppError, match="The question is empty"):
        client.predict("  ", api_name="/search")


def test_api_declines_an_empty_question(client: Client) -> None:
    answer = client.predict("  ", api_name="/ask")
    assert (answer["refused"], answer["hits"]) == (True, [])
    assert "leeg" in answer["reason"]


def test_page_has_no_endpoint_but_the_two(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/search", "/ask"}


def test_taken_port_is_one_sentence(index: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = ended("--index", str(index), "--port", port)
    assert (code, said) == (1, f"kamerwijzer: Port {port} on 127.0.0.1 cannot be used; choose another with --port.\n")


def test_sample_is_fictional_and_says_so() -> None:
    from rag.documents import read_documents
    from rag.ui.render import header_html

    assert all(document.fictional for document in read_documents(sample_path()))
    assert "verzonnen" in header_html("nl", fictional=True)
    assert "verzonnen" not in header_html("nl", fictional=False)
