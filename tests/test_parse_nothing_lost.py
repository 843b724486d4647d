"""What has no sure place is named, never dropped in silence: notes, annexes, documents beside a broken record."""

from datetime import date
from pathlib import Path

import pytest

from rag.parsing import ParseFailure, parse_bytes, parse_paths
from rag.parsing.furniture import clean, paragraphs
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
