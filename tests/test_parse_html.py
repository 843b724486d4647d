"""The HTML page: the same Kamervraag as the XML it is made from; pages that are none."""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ParseError
from rag.parsing import parse_bytes, parse_file
from rag.records import Kamervraag, Mededeling, Person, Vraag

PAGE = Path(__file__).parent / "fixtures" / "parse2" / "ah-tk-20302031-70.html"


def parse(body: str, name: str = "2031Z00007.html") -> Kamervraag:
    (document,) = parse_bytes(f"<!DOCTYPE html><html><body>{body}</body></html>".encode(), name)
    return document


def test_an_answer_page() -> None:
    (document,) = parse_file(PAGE)
    shared = "Er zijn 10 cm3 per kop:\na. in de kast;\nb. op tafel.²\nJaar | Koppen\n2029 | 12\n1. wit\n2. blauw"
    note = {"2": "Kamerstuk 1, nr. 2."}
    assert document == Kamervraag(
        id="2031Z00007",
        title="Het bericht «Thee wordt duurder»",
        asked=date(2031, 3, 3),
        answered=date(2031, 4, 1),
        askers=(Person("Bos", "ABC"),),
        answerers=(Person("Vos", role="minister Servies"),),
        topics=("Voeding | Thee",),
        question_url="https://zoek.officielebekendmakingen.nl/kv-tk-2031Z00007.html",
        answer_url="https://zoek.officielebekendmakingen.nl/ah-tk-20302031-70.html",
        answer_id="ah-tk-20302031-70",
        vragen=(
            Vraag(
                "1",
                "Kent u het bericht?¹ Zo ja, klopt het?",
                "Ja.",
                footnotes={"1": "Theeblad, 1 maart 2031, thee.example/duurder."},
            ),
            Vraag("2", "Hoeveel koppen zijn er?", shared, ("3",), note),
            Vraag("3", "Hoeveel daarvan zijn heel?", shared, ("2",), note),
        ),
        mededelingen=(Mededeling("Toelichting: Deze vragen vullen eerdere aan."),),
    )


def test_the_older_page_numbers_in_a_paragraph() -> None:
    document = parse(
        '<main class="global-main"><h1>Vragen van het lid Bos (ABC) over thee. (Ingezonden 3 maart 2031)</h1>'
        '<div class="vraag"><p class="nummer">1</p><p>Klopt dat?</p></div>'
        '<div class="antwoord"><p class="nummer">1</p><p>Ja.</p><p>Zeker.</p></div></main>'
    )
    assert document.vragen == (Vraag("1", "Klopt dat?", "Ja.\nZeker."),)
    assert (document.title, document.asked) == ("Thee", date(2031, 3, 3))


def test_a_mededeling_page() -> None:
    document = parse(
        "<h1>Mededeling van Minister Vos (Servies) (ontvangen 20 maart 2031).</h1>"
        '<div class="vraag"><h2>Vraag 1</h2><p>Klopt dat?</p></div>'
        '<div class="kamervraagopmerking"><h2>Mededeling</h2><p>De antwoorden volgen later.</p></div>'
    )
    assert document.vragen == (Vraag("1", "Klopt dat?"),)
    assert document.mededelingen == (Mededeling("De antwoorden volgen later.", date(2031, 3, 20)),)


def test_another_site_is_read_as_text() -> None:
    document = parse(
        "<article><p>Vragen van het lid Bos (ABC) over thee (ingezonden 3 maart 2031).</p><p>Vraag 1</p>"
        "<p>Klopt<br>dat?</p><p>Antwoord 1</p><p>Ja.</p></article><script>Vraag 2</script>"
    )
    assert document.vragen == (Vraag("1", "Klopt dat?", "Ja."),)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<h1>Fout 404</h1><p>De pagina bestaat niet.</p>", "is an HTML page, but no Kamervraag"),
        ("", "is an HTML page, but no Kamervraag"),
        ('<div class="vraag"><h2>Vraag 1</h2></div>', "vraag 1: the question is empty"),
        ('<div class="vraag"><h2>Vraag 1</h2><p>A?</p></div><div class="antwoord"><h2>Antwoord 2</h2><p>B</p></div>',
         "vraag 2: has an answer but no question"),
        ('<div class="vraag"><h2>Vraag 1</h2>' + "<div>" * 3000 + "diep", "deep"),
    ],
)  # fmt: skip
def test_a_page_that_is_no_kamervraag(body: str, message: str) -> None:
    with pytest.raises(ParseError, match=re.escape(message)) as error:
        parse(body)
    assert str(error.value).startswith("2031Z00007.html")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(codec: str) -> None:
    page = '<html><body><div class="vraag"><h2>Vraag 1</h2><p>Één «vraag»&nbsp;?</p></div></body></html>'
    (document,) = parse_bytes(page.encode(codec), "2031Z00007.html")
    assert document.vragen[0].question == "Één «vraag» ?"


@pytest.mark.parametrize(
    "reference",
    ['<sup><a href="#n1">1</a></sup>', '<a href="#n1"><sup>1</sup></a>', '<a class="nootref" href="#n1">1</a>'],
)
@pytest.mark.parametrize("inside", [True, False])
def test_notes_in_the_part_or_below(reference: str, inside: bool) -> None:
    note = '<div class="voet noot" id="n1"><span class="nootnum">1</span><p>Theeblad.</p></div>'
    part = f'<div class="vraag"><h2>Vraag 1</h2><p>Klopt dat?{reference}</p>{note if inside else ""}</div>'
    (item,) = parse(part + ("" if inside else note)).vragen
    assert (item.question or "").startswith("Klopt dat?¹")
    assert item.footnotes == {"1": "Theeblad."}


def test_signs_that_xml_does_not_know() -> None:
    body = '<meta name="OVERHEID.category" content="a&#1;b"><div class="vraag"><h2>Vraag&#2; 1</h2><p>A&#1;B\x0bC?</p>'
    note = '<div class="noot" id="n"><span class="nootnum">1&#1;</span></div><ul><li><span class="ol">a&#3;.</span>'
    assert [item.number for item in parse(body + note).vragen] == ["1"]


PARTS = st.sampled_from(
    [
        '<div class="vraag">', "</div>", '<div class="antwoord">', "<h2>Vraag 1</h2>", "<h2>Antwoord 1</h2>",
        "<p>tekst",
        "<li>", "<ol>", "</ol>", '<div class="noot" id="n1">', '<span class="nootnum">1</span>', '<a href="#n1">',
        "<sup>",
        "<table><tr><td>cel", "</table>", "&nbsp;", "<h1>Vragen van het lid Bos (ABC) over thee</h1>", "<br>", "<!--",
        '<div class="kamervraagopmerking">Mededeling', '<span class="ol">a.</span>', "<script>", "<", "\0",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=25))
def test_any_order_of_tags_is_a_kamervraag_or_a_parse_error(parts: list[str]) -> None:
    with suppress(ParseError):  # anything else fails
        assert all(item.question or item.answer for item in parse("".join(parts)).vragen)
