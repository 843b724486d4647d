"""The page of openkamer.org as text: an invented one as a worked example, and the real one where it is at hand."""

from datetime import date
from pathlib import Path

import pytest

from rag.errors import ParseError
from rag.parsing import parse_bytes, parse_file
from rag.records import Mededeling, Person

REAL = Path(__file__).parents[2] / "shared" / "data" / "kamervraag-2022Z04736.txt"

PAGE = """Kamervraag 2021Z00007

Theepotten

Ingediend 5 januari 2021
Beantwoord 9 februari 2021 (na 35 dagen)
Indieners Bos , Els de Wit (ABC)
Beantwoord door Rob Zwart (minister van servies) (DEF), Ida Groen (minister thee, koffie en cacao) (ABC)
Onderwerpen zorg en gezondheid werk oude theepotten economie
Bron vraag https://zoek.officielebekendmakingen.nl/kv-tk-2021Z00007.html
Bron antwoord https://zoek.officielebekendmakingen.nl/ah-tk-20202021-70.html
 • Vraag 1
  Kent u het bericht «Theepot lekt»?1

  Ja.

 • Vraag 2
  Lekken er meer?

  Uit onderzoek2 van 2019 blijkt van wel. Bij 3.500 potten vrijkomt CO2.
  In de proef3 lekte niets.

 • Vraag 3
  Klopt dat?2

  Zie antwoord vraag 2.

 • Vraag 4
  Wat doet u daaraan?

  Zie het antwoord op vraag 2.

 • Mededeling - 26 januari 2021

  De vragen kunnen niet binnen de termijn worden beantwoord.


Kamervraag document nummer: kv-tk-2021Z00007
Volledige titel: Theepotten
Kamerantwoord document nummer: ah-tk-20202021-70
Volledige titel: Antwoord op vragen over theepotten
"""


def test_every_field_of_a_page() -> None:
    (document,) = parse_bytes(PAGE.encode(), "page.txt")
    assert (document.id, document.title, document.answer_id) == ("2021Z00007", "Theepotten", "ah-tk-20202021-70")
    assert (document.asked, document.answered) == (date(2021, 1, 5), date(2021, 2, 9))
    assert document.askers == (Person("Bos"), Person("Els de Wit", "ABC"))
    assert document.answerers == (
        Person("Rob Zwart", "DEF", "minister van servies"),
        Person("Ida Groen", "ABC", "minister thee, koffie en cacao"),
    )
    assert document.topics == ("zorg en gezondheid", "werk", "oude theepotten", "economie")
    assert document.question_url == "https://zoek.officielebekendmakingen.nl/kv-tk-2021Z00007.html"
    assert document.answer_url == "https://zoek.officielebekendmakingen.nl/ah-tk-20202021-70.html"
    assert document.mededelingen == (
        Mededeling("De vragen kunnen niet binnen de termijn worden beantwoord.", date(2021, 1, 26)),
    )


def test_marks_are_superscript_and_other_digits_stay() -> None:
    one, two, three, _ = parse_bytes(PAGE.encode(), "page.txt")[0].vragen
    assert one.question == "Kent u het bericht «Theepot lekt»?¹"
    assert one.footnotes == {"1": ""}
    assert two.answer == (
        "Uit onderzoek² van 2019 blijkt van wel. Bij 3.500 potten vrijkomt CO2.\nIn de proef³ lekte niets."
    )
    assert three.question == "Klopt dat?²"


def test_the_sites_own_reference_gives_way_to_the_answer_and_the_ministers_stays() -> None:
    _, two, three, four = parse_bytes(PAGE.encode(), "page.txt")[0].vragen
    assert three.answer == two.answer
    assert (two.answered_with, three.answered_with) == (("3",), ("2",))
    assert (four.answer, four.answered_with) == ("Zie het antwoord op vraag 2.", ())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Zie antwoord vraag 2.", "Zie antwoord vraag 9.", "vraag 3: refers to the answer to vraag 9"),
        ("Zie antwoord vraag 2.", "Zie antwoord vraag 3.", "vraag 3: refers"),
        (" • Vraag 4", " • Vraag 3", "vraag 3: occurs twice"),
        ("  Wat doet u daaraan?\n\n  Zie het antwoord op vraag 2.\n", "", "vraag 4: is empty"),
    ],
)
def test_what_cannot_be_paired_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(ParseError, match=f"page.txt, {message}"):
        parse_bytes(PAGE.replace(old, new).encode(), "page.txt")


@pytest.mark.skipif(not REAL.exists(), reason="the real page is not at ../shared/data")
def test_the_real_page() -> None:
    (document,) = parse_file(REAL)
    assert (document.id, document.title, document.answer_id) == ("2022Z04736", "Klimaatbanen", "ah-tk-20212022-2957")
    assert (document.asked, document.answered) == (date(2022, 3, 14), date(2022, 6, 2))
    assert document.askers == (Person("Bouchallikh"), Person("Senna Maatoug", "GL"), Person("Suzanne Kröger", "GL"))
    assert [(person.name, person.party) for person in document.answerers] == [
        ("Rob Jetten", "D66"),
        ("Robbert Dijkgraaf", "D66"),
        ("Karien van Gennip", "CDA"),
        ("Micky Adriaansens", "VVD"),
    ]
    assert document.answerers[1].role == "minister onderwijs, cultuur en wetenschap"
    assert document.topics == ("natuur en milieu", "organisatie en beleid", "werk", "werkgelegenheid")
    assert document.question_url == "https://zoek.officielebekendmakingen.nl/kv-tk-2022Z04736.html"
    assert document.answer_url == "https://zoek.officielebekendmakingen.nl/ah-tk-20212022-2957.html"
    assert [vraag.number for vraag in document.vragen] == [str(number) for number in range(1, 15)]
    assert all(vraag.question and vraag.answer for vraag in document.vragen)
    marks = {vraag.number: list(vraag.footnotes) for vraag in document.vragen if vraag.footnotes}
    assert marks == {
        "1": ["1"],
        "3": ["2"],
        "5": ["3"],
        "6": ["4", "5"],
        "7": ["6"],
        "9": ["7"],
        "10": ["2", "3", "10"],
        "11": ["11", "12"],
        "12": ["13", "14"],
        "14": ["4"],
    }
    (mededeling,) = document.mededelingen
    assert mededeling.date == date(2022, 4, 7)
    assert mededeling.text.startswith("Op 14 maart 2022 hebben")
    assert mededeling.text.endswith("zo snel mogelijk beantwoorden.")
