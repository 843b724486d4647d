"""Page furniture, hyphens, paragraphs, footnotes and their marks."""

import pytest

from rag.parsing import parse_bytes
from rag.parsing.footnotes import mark_text, marks_in
from rag.parsing.furniture import clean, normalise, paragraphs

TWO_PAGES = """Tweede Kamer der Staten-Generaal
2
Vergaderjaar 2030–2031
Aanhangsel van de Handelingen
Vragen gesteld door de leden der Kamer, met de daarop door de
regering gegeven antwoorden
12
Vraag 1
Kent u het bericht?1 Vindt u ook dat de thee-
pot lekt?
Antwoord 1
Ja, sinds de brief van juni 20302 is dat bekend. De CO2-uitstoot daalt op de A12
en
1 Theekrant, 3 mei 2030, «Pot lekt» (https://thee.example/
lek-12).
2 Kamerstuk 12 345, nr. 6
ah-tk-20302031-12
ISSN 0921 - 7398
’s-Gravenhage 2030
Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel
1

elders; zie de motie Groen.3
3 Kamerstuk 12 345, nr. 7
Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel
2
"""


def test_pages_are_joined_and_their_furniture_is_gone() -> None:
    assert clean(TWO_PAGES).lines == (
        "Vraag 1",
        "Kent u het bericht?¹ Vindt u ook dat de thee-",
        "pot lekt?",
        "Antwoord 1",
        "Ja, sinds de brief van juni 2030² is dat bekend. De CO2-uitstoot daalt op de A12",
        "en",
        "elders; zie de motie Groen.³",
    )


def test_notes_at_the_foot_of_each_page_are_kept_aside() -> None:
    assert clean(TWO_PAGES).notes == {
        "1": "Theekrant, 3 mei 2030, «Pot lekt» (https://thee.example/lek-12).",
        "2": "Kamerstuk 12 345, nr. 6",
        "3": "Kamerstuk 12 345, nr. 7",
    }


def test_a_note_may_open_with_a_year() -> None:
    page = "Vraag 1\nKent u het?1\n12030 Jaarverslag: thee\nTweede Kamer, vergaderjaar 2030–2031, Vragen 1"
    assert clean(page).notes == {"1": "2030 Jaarverslag: thee"}


def test_a_word_broken_in_a_note_is_whole() -> None:
    notes = "1Stichting voor thee-\npotten, koffie-\nen melkkannen\n2Zie (thee.example/pot-\nten/\nkan)\n"
    page = f"Vraag 1\nKent u het?1 En dit?2\n{notes}Tweede Kamer, vergaderjaar 2030–2031, Vragen 1"
    assert clean(page).notes == {
        "1": "Stichting voor theepotten, koffie- en melkkannen",
        "2": "Zie (thee.example/pot-ten/kan)",
    }


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("Kent u het bericht «Pot lekt»?1 2 3", "Kent u het bericht «Pot lekt»?¹,²,³"),
        ("Kent u het bericht «Pot lekt»?1 3", None),
        ("Kent u het bericht «Pot lekt»?1 2 3 en meer", "Kent u het bericht «Pot lekt»?¹ 2 3 en meer"),
        ("De richtlijn PZB31 geldt.", "De richtlijn PZB3¹ geldt."),
        ("De partij JA21 vraagt het.", None),
    ],
)
def test_marks_in_a_row_and_behind_a_code(line: str, marked: str | None) -> None:
    notes = "1Krant over de PZB3-richtlijn\n2Blad\n3Boek\n"
    page = f"Vraag 1\n{line}\n{notes}Tweede Kamer, vergaderjaar 2030–2031, Vragen 1"
    assert clean(page).lines[1] == (marked or line)


def test_notes_at_the_end_of_a_ministrys_file() -> None:
    found = clean(
        "Vraag 1\nKent u het bericht? 1) En het plan? [2]\nAntwoord 1\nJa.\n\n1) Krant, 3 mei\n2) Plan\nvan thee"
    )
    assert found.notes == {"1": "Krant, 3 mei", "2": "Plan van thee"}
    assert "Kent u het bericht?¹ En het plan?²" in found.lines


def test_a_list_at_the_end_of_an_answer_is_no_notes() -> None:
    text = "Vraag 1\nWelke?\nAntwoord 1\nTwee:\n1) thee\n2) koffie"
    assert clean(text).lines == tuple(text.split("\n"))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("«Gouden Pot»?1", "«Gouden Pot»?¹"),
        ("uw Kamer1 werkt", "uw Kamer¹ werkt"),
        ("motie Groen.1 De", "motie Groen.¹ De"),
        ("motie Groen/Bos,1 aangenomen", "motie Groen/Bos,¹ aangenomen"),
        ("Gelezen?1, 2 Ja.2", "Gelezen?¹,² Ja.2"),
        ("eerst.1 dan.2 dan.3", "eerst.¹ dan.² dan.³"),
        # digits that are no marks
        ("de uitstoot van CO2 en PM2.5 langs de A12", None),
        ("in 2022 € 3,8 miljoen en 100.000 banen", None),
        ("artikel 3.1 en 12:30 uur", None),
        ("Kamerstuk nr.1 en art.2", None),
        ("https://thee.example/pot.1 en www.thee.nl/a1", None),
        ("vitamine B1, F16 en 5G", None),
        ("motie Groen.14 kan niet de eerste zijn", None),
        ("de 2e keer en 1a", None),
    ],
)
def test_glued_marks_and_real_digits(text: str, marked: str | None) -> None:
    assert mark_text(text)[0] == (marked or text)


@pytest.mark.parametrize(
    ("line", "joined"),
    [
        ("1", "Kent u de pot?¹"),
        ("1 Zo ja, welke?", "Kent u de pot?¹ Zo ja, welke?"),
    ],
)
def test_a_mark_on_its_own_line_joins_the_line_before(line: str, joined: str) -> None:
    page = (
        f"Vraag 1\nKent u de pot?\n{line}\nAntwoord 1\nJa.\n1Theekrant\nTweede Kamer, vergaderjaar 2030–2031, Vragen 1"
    )
    found = clean(page)
    assert found.lines[1] == joined
    assert found.notes == {"1": "Theekrant"}


def test_without_notes_a_number_on_its_own_line_is_left_alone() -> None:
    assert clean("Kop\n1\nKent u de pot?").lines == ("Kop", "1", "Kent u de pot?")


def test_with_notes_at_the_end_a_number_on_its_own_line_is_that_of_a_question() -> None:
    text = "Kop\n1\nKent u de pot? 1)\nAntwoord\nJa.\n2\nB?\n1) Krant\n2) Plan"
    assert clean(text).lines == ("Kop", "1", "Kent u de pot?¹", "Antwoord", "Ja.", "2", "B?")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["de regen-", "boog"], "de regenboog"),
        (["de klimaat-", "en energienota"], "de klimaat- en energienota"),
        (["CO2-", "uitstoot"], "CO2-uitstoot"),
        (["Oost-", "Nederland"], "Oost-Nederland"),
        (["Twee dingen:", "1.", "thee.", "2.", "koffie."], "Twee dingen:\n1. thee.\n2. koffie."),
        (["een zin", "gaat door"], "een zin gaat door"),
        (["Eerste alinea.", "", "Tweede alinea."], "Eerste alinea.\nTweede alinea."),
        (["een zin over", "", "de bladzijde heen"], "een zin over de bladzijde heen"),
        (["Twee dingen:", "– thee;", "– koffie."], "Twee dingen:\n– thee;\n– koffie."),
        (
            ["x" * 75 + " en", "hier eindigt het.", "Een nieuwe alinea"],
            "x" * 75 + " en hier eindigt het.\nEen nieuwe alinea",
        ),
        ([], ""),
    ],
)
def test_lines_become_paragraphs(lines: list[str], text: str) -> None:
    assert paragraphs(lines) == text


LONG = "Dit is een regel die door het samenvoegen veel langer is dan een regel op papier ooit is, " * 2


@pytest.mark.parametrize(
    ("glued", "mended"),
    [
        ("pakken.Daarin staat thee", "pakken.  Daarin staat thee"),
        ("is dat?«Ja», zei zij", "is dat?  «Ja», zei zij"),
        ("«Pot lekt».De thee", "«Pot lekt».  De thee"),
        ("is dat?¹,²De thee", "is dat?¹,²  De thee"),
        ("het boek Thee 2?Bent u dat", "het boek Thee 2?  Bent u dat"),
        ("informatie overRussische thee", "informatie over Russische thee"),
        ("Theeraad(TR)kan", "Theeraad (TR) kan"),
        ("zie www.thee.nl/Pot.Kan en a@thee.Kan", None),
        ("De eHerkenning van TikTok en GroenLinks, minister(s), d.d. 3 mei, art. 3.A", None),
    ],
)
def test_spaces_lost_at_the_end_of_a_line_come_back_where_that_is_certain(glued: str, mended: str | None) -> None:
    assert clean(f"{LONG}{glued}").lines[0] == LONG + (mended or glued)


def test_questions_run_together_under_one_heading_are_told_apart() -> None:
    text = f"2030Z00001\nVraag 1 en 2\n{LONG}klopt dat?Is er\nthee?\nAntwoord 1 en 2\n{LONG}ja.Nee.\n"
    (document,) = parse_bytes(text.encode(), "a.txt")
    assert [vraag.question for vraag in document.vragen] == [f"{LONG}klopt dat?", "Is er thee?"]
    assert document.vragen[1].answer == f"{LONG}ja. Nee."


def test_words_run_together_lose_the_hyphen_where_the_document_has_the_whole_word() -> None:
    long = "Dit is een regel die door het samenvoegen veel langer is geworden dan een regel op papier ooit is, " * 2
    text = f"{long}met een thee-pot en een niet-theedrinker.\nDe theepot lekt."
    assert "met een theepot en een niet-theedrinker." in clean(text).lines[0]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Kostic´ en Yes¸il", "Kostić en Yeşil"),
        ("a\u00a0b\r\nc", "a b\nc"),
        ("so\u00adfa\0", "sofa"),
    ],
)
def test_normalise(raw: str, text: str) -> None:
    assert normalise(raw) == text


@pytest.mark.parametrize(
    "line",
    [
        "Pagina 2 van 5",
        "Tweede Kamer der Staten-Generaal2",
        "Vergaderjaar 2030–2031 Aanhangsel van de Handelingen",
        "ISSN 0921 - 7398’s-Gravenhage 2030Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1",
        "’s-Gravenhage 2030 Tweede Kamer, vergaderjaar 2030–2031, Vragen 1",
        "kv-tk-2030Z00001",
    ],
)
def test_furniture_lines_go(line: str) -> None:
    assert [kept for kept in clean(f"Voor\n{line}\nna").lines if kept] == ["Voor", "na"]


def test_marks_in_texts_are_plain_and_unique() -> None:
    assert marks_in("a¹² b³", None, "c³,⁴") == ["12", "3", "4"]
