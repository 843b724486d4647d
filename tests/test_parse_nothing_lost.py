"""What has no sure place is named, never dropped in silence: notes, annexes, documents beside a broken record."""

from datetime import date
from pathlib import Path

import pytest

from rag.parsing import ParseFailure, parse_bytes, parse_paths
from rag.parsing.furniture import clean, paragraphs
from rag.parsing.numbers import is_broken_heading
from rag.parsing.pairing import PartialParseError
from rag.parsing.typed_notes import settle_typed_notes
from rag.records import Mededeling

NAME = "2030Z00001.txt"
PAGE_END = "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1"
XML = "<officiele-publicatie><kamervragen>{}</kamervragen></officiele-publicatie>"
NOTE = "<noot><noot.nr>{}</noot.nr><noot.al>{}</noot.al></noot>"


def test_a_note_without_a_mark_is_named() -> None:
    text = f"Vraag 1\nIs er thee?1\nAntwoord 1\nJa, groene.\n1Theekrant\n2Kamerstuk 12 345, nr. 6\n{PAGE_END}"
    with pytest.raises(PartialParseError) as caught:
        parse_bytes(text.encode(), NAME)
    assert caught.value.misfits == (
        "2030Z00001.txt: footnote 2 has no mark in any vraag and was left out: Kamerstuk 12 345, nr. 6",
    )
    assert caught.value.document.vragen[0].footnotes == {"1": "Theekrant"}


def test_a_note_in_the_head_of_an_official_document_is_named() -> None:
    head = (
        f'<kamervraagomschrijving type="vraag">Vragen over thee{NOTE.format(1, "Theekrant")}.</kamervraagomschrijving>'
    )
    xml = XML.format(f"{head}<vraag><nr>Vraag 1</nr><al>Is er thee?</al></vraag>")
    with pytest.raises(PartialParseError, match="footnote 1 has no mark in any vraag and was left out: Theekrant"):
        parse_bytes(xml.encode(), NAME)


@pytest.mark.parametrize(
    "source",
    [
        f"Vraag 1\nIs er thee?\nMededeling\nUitstel, zie de brief.1\n1Kamerstuk 7\n{PAGE_END}",
        XML.format(
            "<vraag><nr>Vraag 1</nr><al>Is er thee?</al></vraag>"
            f"<kamervraagopmerking><al>Uitstel, zie de brief.{NOTE.format(1, 'Kamerstuk 7')}</al></kamervraagopmerking>"
        ),
    ],
    ids=["text", "xml"],
)
def test_a_note_of_a_mededeling_stands_behind_it(source: str) -> None:
    (document,) = parse_bytes(source.encode(), NAME)
    assert document.mededelingen == (Mededeling("Uitstel, zie de brief.¹\n¹ Kamerstuk 7"),)


@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        ("tot 24 juni\n20301 en later", "tot 24 juni\n2030¹ en later"),
        ("herzien in\n2030.1 Nu niet meer", "herzien in\n2030.¹ Nu niet meer"),
        ("de brief van1 april 2030", "de brief van1 april 2030"),
        ("het getal\n20301 is hoog", "het getal\n20301 is hoog"),
        ("boven 150 m\n3 per seconde", "boven 150 m3 per seconde"),
        ("boven 150 km\n2 aan water", "boven 150 km2 aan water"),
    ],
)
def test_marks_years_days_and_units(lines: str, marked: str) -> None:
    page = f"Antwoord 1\n{lines}\n1Theekrant\n2Koffiekrant\n3Melkkrant\n{PAGE_END}"
    assert "\n".join(clean(page).lines) == f"Antwoord 1\n{marked}"


def test_an_annex_behind_the_signature_is_read() -> None:
    letter = "2030Z00001\nHierbij de antwoorden.\nHoogachtend,\nV. Vos\nVraag 1\nIs er thee?\nAntwoord 1\nJa.\n"
    (document,) = parse_bytes(letter.encode(), NAME)
    assert [(vraag.question, vraag.answer) for vraag in document.vragen] == [("Is er thee?", "Ja.")]


def test_a_broken_record_beside_a_document_does_not_take_it_along(tmp_path: Path) -> None:
    (tmp_path / "ah-tk-20302031-9.txt").write_text("Vraag 1\nIs er thee?\nAntwoord 1\nJa.\n")
    (tmp_path / "ah-tk-20302031-9.metadata.xml").write_text("<html>niet gevonden")
    failures: list[ParseFailure] = []
    (document,) = parse_paths([tmp_path], failures)
    assert document.vragen[0].answer == "Ja."
    (failure,) = failures
    assert failure.partial
    assert failure.reason.startswith(f"{tmp_path}/ah-tk-20302031-9.txt: was read without what lies next to it: ah-tk-")


def test_what_the_unreadable_record_may_have_said_is_told_with_the_refusal(tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("Vraag 1\nIs er thee?\nAntwoord 1\nJa.\n")
    (tmp_path / "brief.json").write_text('{"download": ')
    failures: list[ParseFailure] = []
    assert not list(parse_paths([tmp_path], failures))
    assert "prints no vraagnummer" in failures[0].reason
    assert "was read without what lies next to it: brief.json" in failures[0].reason


def test_days_of_a_document_survive_its_broken_record(tmp_path: Path) -> None:
    head = "Vragen van het lid Bos (ABC) over thee (ingezonden 3 mei 2030).\nVraag 1\nIs er thee?\n"
    (tmp_path / "kv-tk-2030Z00001.txt").write_text(head)
    (tmp_path / "metadata.xml").write_text("")
    (document,) = parse_paths([tmp_path], [])
    assert (document.id, document.asked) == ("2030Z00001", date(2030, 5, 3))


@pytest.mark.parametrize(
    "heading", ["Vraag 3-1", "Vraag I", "Vraag", "Vraag 1234", "Antwoord 2030", "Antwoord op vraag"]
)
def test_what_stands_under_a_heading_that_cannot_be_read_is_named(heading: str) -> None:
    text = f"Vraag 1\nIs er thee?\nAntwoord 1\nJa.\n{heading}\nGroene of\nzwarte?\nVraag 2\nKoffie?\nAntwoord 2\nNee.\n"
    with pytest.raises(PartialParseError) as caught:
        parse_bytes(text.encode(), NAME)
    assert caught.value.misfits == (
        f'{NAME}: the heading "{heading}" names no vraag that can be read; what stands under it was left out: '
        "Groene of zwarte?",
    )
    assert [(vraag.number, vraag.answer) for vraag in caught.value.document.vragen] == [("1", "Ja."), ("2", "Nee.")]


@pytest.mark.parametrize("line", ["Vragen", "Vraag het na.", "Antwoord 3 was duidelijk.", "Antwoorden in 2030"])
def test_a_line_of_prose_is_no_broken_heading(line: str) -> None:
    (document,) = parse_bytes(f"Vraag 1\nIs er thee?\nAntwoord 1\nJa.\n{line}\n".encode(), NAME)
    assert line in (document.vragen[0].answer or "")


def test_a_bracket_that_closes_one_marks_no_note() -> None:
    asked = "Vraag 1\nKent u de wet 1) en (artikel 1) daarvan?\nAntwoord 1\nJa (lid 2), zie 2) en de wet.\n"
    text = f"{asked}\n1) Wet\n2) Brief\n"
    (document,) = parse_bytes(text.encode(), NAME)
    (vraag,) = document.vragen
    assert vraag.question == "Kent u de wet¹ en (artikel 1) daarvan?"
    assert vraag.answer == "Ja (lid 2), zie² en de wet."
    assert vraag.footnotes == {"1": "Wet", "2": "Brief"}


def test_typed_notes_leave_references_in_brackets() -> None:
    blocks = ["Kent u de wet 1) en (artikel 1)?", "1. Wet"]
    assert settle_typed_notes(blocks) == (["Kent u de wet [1] en (artikel 1)?", "1) Wet"], 1)
    assert settle_typed_notes(["Zie (artikel 1).", "1. Wet"]) == (["Zie (artikel 1).", "1. Wet"], 0)


def test_a_hyphen_behind_an_apostrophe_is_no_line_end() -> None:
    assert paragraphs(["het arm’s-", "lengthbeginsel"]) == "het arm’s-lengthbeginsel"


def test_a_title_ends_without_a_colon() -> None:
    text = "Vragen van het lid Bos (ABC) over thee: (ingezonden 3 mei 2030).\nVraag 1\nIs er thee?\n"
    (document,) = parse_bytes(text.encode(), NAME)
    assert document.title == "Thee"


@pytest.mark.parametrize(
    "line",
    ["Vraag", "Vraag 3-1", "Antwoord 1at/m 6", "Vraag 999999999a", "Vraag I", "Vraag a", "Vraag t/m 99"],
)
def test_a_heading_that_names_no_vraag_is_broken(line: str) -> None:
    assert is_broken_heading(line)


def test_a_long_row_of_numbers_is_told_from_a_heading_at_once() -> None:
    assert not is_broken_heading("Vraag " + "1 i " * 10_000 + "!")
    assert not is_broken_heading("Vraag " + "1" * 10_000)


HEAD = "2030Z00001\nVragen van het lid Vermeer (BVP) aan de Minister van Thee over thee (ingezonden 3 mei 2030)."


def test_what_stands_behind_the_day_of_asking_is_kept() -> None:
    text = f"{HEAD}\nDe vraag zonder kop: is er wel genoeg thee?\nVraag 2\nEn koffie?\n{PAGE_END}"
    document = parse_bytes(text.encode(), NAME)[0]
    assert [vraag.number for vraag in document.vragen] == ["2"]
    assert document.mededelingen == (Mededeling("De vraag zonder kop: is er wel genoeg thee?"),)
    assert document.asked == date(2030, 5, 3)


def test_what_stands_behind_the_day_of_answering_is_kept_but_not_a_reference() -> None:
    seen = "Zie ook Aanhangsel Handelingen, vergaderjaar 2029–2030, nr. 12."
    told = f"Antwoord van Minister Kan (Thee) (ontvangen 4 juni 2030). {seen} Eerst iets vooraf."
    document = parse_bytes(f"{HEAD}\n{told}\nVraag 1\nThee?\nAntwoord 1\nJa.\n{PAGE_END}".encode(), NAME)[0]
    assert document.mededelingen == (Mededeling("Eerst iets vooraf"),)
    assert document.answered == date(2030, 6, 4)


def test_a_question_under_a_number_that_is_none_is_named() -> None:
    text = f"{HEAD}\nVraag 999999999a\nIs er wel genoeg thee?\nVraag 2\nEn koffie?\n{PAGE_END}"
    with pytest.raises(PartialParseError, match=r"999999999a.*left out: Is er wel genoeg thee\?"):
        parse_bytes(text.encode(), NAME)


@pytest.mark.parametrize("glued", ["Tot slot is er thee. ", "ISSN 0921 - 7398 Tot slot is er thee. "])
def test_words_glued_to_the_foot_of_a_page_are_kept(glued: str) -> None:
    text = f"{HEAD}\nVraag 1\nKlopt dit?\n{glued}{PAGE_END}\nVraag 2\nEn dat?\n{PAGE_END}"
    assert "Tot slot is er thee." in (parse_bytes(text.encode(), NAME)[0].vragen[0].question or "")


def test_a_sentence_that_opens_with_the_place_of_printing_is_kept() -> None:
    text = f"{HEAD}\nVraag 1\nKlopt dit over\n's-Gravenhage 2024 en de thee?\n{PAGE_END}"
    assert parse_bytes(text.encode(), NAME)[0].vragen[0].question == "Klopt dit over 's-Gravenhage 2024 en de thee?"


def test_a_head_beyond_any_length_is_kept() -> None:
    words = " ".join(f"thee{number}" for number in range(6000))
    document = parse_bytes(f"{HEAD}\n{words}\n{words}\nVraag 1\nThee?\n{PAGE_END}".encode(), NAME)[0]
    assert "thee5999" in " ".join(item.text for item in document.mededelingen)
