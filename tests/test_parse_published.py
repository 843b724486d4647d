"""Published answers and ministries' files: one invented snippet for each rule."""

from datetime import date

import pytest

from rag.errors import ParseError
from rag.parsing import parse_bytes
from rag.records import Kamervraag, Mededeling, Person

HEAD = """Tweede Kamer der Staten-Generaal
2
Vergaderjaar 2030–2031
Aanhangsel van de Handelingen
Vragen gesteld door de leden der Kamer, met de daarop door de
regering gegeven antwoorden
70
Vragen van de leden Bos en De Wit (beiden ABC) aan de Minister van Servies
over het bericht «Theepot lekt» (ingezonden 3 mei
2030).
Antwoord van Minister Vos (Servies), mede namens de Staatssecretaris van
Koffie (ontvangen 1 juni 2030). Zie ook Aanhangsel Handelingen, vergaderjaar
2029–2030, nr. 60.
"""
FOOT = """
ah-tk-20302031-70
ISSN 0921 - 7398
’s-Gravenhage 2030
Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel
1
"""
DOCX = "AH 71\n2030Z00012\nAntwoord van minister Vos (Servies) (ontvangen 20 november 2030)\n\n"


def parse(text: str, name: str = "doc.txt") -> Kamervraag:
    (document,) = parse_bytes(text.encode(), name)
    return document


def pairs(document: Kamervraag) -> list[tuple[str, str | None, str | None]]:
    return [(vraag.number, vraag.question, vraag.answer) for vraag in document.vragen]


def test_the_head_of_a_typeset_answer() -> None:
    document = parse(HEAD + "Vraag 1\nKent u het?\nAntwoord 1\nJa." + FOOT)
    assert (document.id, document.answer_id) == ("ah-tk-20302031-70", "ah-tk-20302031-70")
    assert document.title == "Het bericht «Theepot lekt»"
    assert (document.asked, document.answered) == (date(2030, 5, 3), date(2030, 6, 1))
    assert document.askers == (Person("Bos", "ABC"), Person("De Wit", "ABC"))
    assert [person.name for person in document.answerers] == ["Vos", "Staatssecretaris van Koffie"]
    assert document.answer_url == "https://zoek.officielebekendmakingen.nl/ah-tk-20302031-70.html"
    assert document.question_url is None
    assert document.mededelingen == ()
    assert pairs(document) == [("1", "Kent u het?", "Ja.")]


def test_the_head_of_a_ministrys_file() -> None:
    document = parse(DOCX + "Vraag 1\nKent u het?\n\nAntwoord op vraag 1\nJa.\n")
    assert (document.id, document.answer_id) == ("2030Z00012", "ah-tk-20302031-71")
    assert document.question_url == "https://zoek.officielebekendmakingen.nl/kv-tk-2030Z00012.html"
    assert document.answerers == (Person("Vos", role="minister Servies"),)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "Vraag 1\nA?\nAntwoord 1\nJa.\nVraag 2 en 3\nB?\nC?\nAntwoord 2 en 3\nNee.",
            [("1", "A?", "Ja."), ("2", "B?", "Nee."), ("3", "C?", "Nee.")],
            id="a combined heading, a paragraph each",
        ),
        pytest.param(
            "Vraag 1 en 2\nWaarom is er thee op de plek waar ook koffie had kunnen staan, bij u?\nIs dat\nzo? En nu?\n"
            "Antwoord 1 en 2\nJa.",
            [
                ("1", "Waarom is er thee op de plek waar ook koffie had kunnen staan, bij u?", "Ja."),
                ("2", "Is dat zo? En nu?", "Ja."),
            ],
            id="a combined heading, a full line at the end of a question",
        ),
        pytest.param(
            "Vraag 1 en 2\nA? En B?\nAntwoord 1 en 2\nJa.",
            [("1", "A? En B?", "Ja."), ("2", "A? En B?", "Ja.")],
            id="a combined heading, paragraphs that do not agree with it",
        ),
        pytest.param(
            "Vraag 1\nA?\nVraag 2\nB?\nVraag 3\nC?\nAntwoord op de vragen 1 en 3\nJa.\nAntwoord op vraag 2\nNee.",
            [("1", "A?", "Ja."), ("2", "B?", "Nee."), ("3", "C?", "Ja.")],
            id="answers that skip a number",
        ),
        pytest.param(
            "1. A?\n\nAntwoord:\nJa.\n\n2. B?\n\nAntwoord:\nNee.",
            [("1", "A?", "Ja."), ("2", "B?", "Nee.")],
            id="a numbered list with bare Antwoord",
        ),
        pytest.param(
            "1\nA?\n\nAntwoord\nJa.\n\n2\nB?\n\nAntwoord\nNee.",
            [("1", "A?", "Ja."), ("2", "B?", "Nee.")],
            id="bare numbers on their own line",
        ),
        pytest.param(
            "1. A?\n\nAntwoord vraag 1:\nTwee:\n1. thee.\n2. koffie.\n\n2. B?\n3. C?\n\nAntwoord vraag 2-3:\nNee.",
            [("1", "A?", "Twee:\n1. thee.\n2. koffie."), ("2", "B?", "Nee."), ("3", "C?", "Nee.")],
            id="a numbered list inside an answer",
        ),
        pytest.param(
            "Vraag 1\nA?\nAntwoord\nTwee:\n1. thee;\n2. koffie.\nVraag 2\nB?\nAntwoord\nNee.",
            [("1", "A?", "Twee:\n1. thee;\n2. koffie."), ("2", "B?", "Nee.")],
            id="bare Antwoord under Vraag headings",
        ),
        pytest.param(
            "Vraag1\nA?\nAntwoord1\nJa.\nVraag 2en3\nB?\nAntwoord2en3\nNee.",
            [("1", "A?", "Ja."), ("2", "B?", "Nee."), ("3", "B?", "Nee.")],
            id="glued headings",
        ),
        pytest.param(
            "Vraag 1\nA?\nAntwoord 1\nJa.\nm. de theepotten;\nVraag 2\nB?\nAntwoord 2m\nNee.\n"
            "Vraag 2\nC?\nAntwoord 2n\nOok.",
            [("1", "A?", "Ja."), ("2m", "m. de theepotten;\nB?", "Nee."), ("2n", "C?", "Ook.")],
            id="letters in the answers alone",
        ),
        pytest.param(
            "Vraag 1\nA?\n\nAntwoord op vraag 1\nJa.\n\nVraag 2\nB? Zo ja, welke?\n\nDe rode pot.",
            [("1", "A?", "Ja."), ("2", "B? Zo ja, welke?", "De rode pot.")],
            id="an answer without its heading",
        ),
        pytest.param(
            "Vraag 1\nA?\nAntwoord 1\nDat is zo.\nVraag 3 gaat daarover.",
            [("1", "A?", "Dat is zo.\nVraag 3 gaat daarover.")],
            id="a sentence that starts like a heading",
        ),
        pytest.param(
            "Vraag 1\nA?\nInleiding\nEerst dit.\nAntwoord 1\nJa.",
            [("1", "A?", "Eerst dit.\nJa.")],
            id="an introduction in the answers",
        ),
        pytest.param(
            "Vraag 1\nA?\nAntwoord 1\nJa.\nHoogachtend,\nde minister van Servies\nR. Vos",
            [("1", "A?", "Ja.")],
            id="a closing formula",
        ),
        pytest.param(
            "Antwoord 1\nJa.\nAntwoord 2\nNee.",
            [("1", None, "Ja."), ("2", None, "Nee.")],
            id="answers only",
        ),
    ],
)
def test_layouts(body: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert pairs(parse(DOCX + body)) == expected


def test_a_combined_answer_names_the_others() -> None:
    document = parse(DOCX + "Vraag 1, 2 en 3\nA?\nAntwoord 1, 2 en 3\nJa.")
    assert [vraag.answered_with for vraag in document.vragen] == [("2", "3"), ("1", "3"), ("1", "2")]


def test_footnotes_go_to_the_vraag_that_carries_the_mark() -> None:
    body = "Vraag 1\nA?1\nAntwoord 1\nJa.\nVraag 2\nB?\nAntwoord 2\nZie de motie.2\n1 Krant\n2 Motie" + FOOT
    one, two = parse(HEAD + body).vragen
    assert (one.question, one.footnotes) == ("A?¹", {"1": "Krant"})
    assert (two.answer, two.footnotes) == ("Zie de motie.²", {"2": "Motie"})


KV = """Vergaderjaar 2030–2031 Vragen gesteld door de leden der Kamer
2030Z00033
Vragen van het lid Bos (ABC) aan de Minister van Servies over theepotten
(ingezonden 3 mei 2030).
Vraag 1
A?
Vraag 2
B?
Toelichting:
Deze vragen dienen ter aanvulling op eerdere vragen (vraagnummer 2030Z00001).
kv-tk-2030Z00033
’s-Gravenhage 2030 Tweede Kamer, vergaderjaar 2030–2031, Vragen
"""


def test_a_question_document() -> None:
    document = parse(KV)
    assert document.id == "2030Z00033"
    assert pairs(document) == [("1", "A?", None), ("2", "B?", None)]
    assert (document.answer_id, document.answer_url, document.answered) == (None, None, None)
    assert document.mededelingen == (
        Mededeling("Toelichting: Deze vragen dienen ter aanvulling op eerdere vragen (vraagnummer 2030Z00001)."),
    )


def test_a_list_that_lost_its_numbers_is_numbered_in_order() -> None:
    head = "2030Z00033\n\n(ingezonden 3 mei 2030)\n\nVragen van het lid Bos (ABC) aan de minister over thee\n\n"
    document = parse(head + "A? 1)\n\nB? Zo ja, welke?\n\n \n\n1) Krant\n")
    assert pairs(document) == [("1", "A?¹", None), ("2", "B? Zo ja, welke?", None)]
    assert document.vragen[0].footnotes == {"1": "Krant"}
    assert document.asked == date(2030, 5, 3)


def test_a_delay_letter_is_a_mededeling_without_vragen() -> None:
    document = parse(
        "AH 72\n2030Z00012\nMededeling van minister Vos (Servies) (ontvangen 20 november 2030)\n\n"
        "De vragen van het lid Bos (ABC) over theepotten (2030Z00012) kunnen niet binnen de termijn worden\n"
        "beantwoord.\n"
    )
    assert (document.id, document.vragen, document.answer_id) == ("2030Z00012", (), None)
    assert document.askers == (Person("Bos", "ABC"),)
    assert document.title == "Theepotten"
    (mededeling,) = document.mededelingen
    assert mededeling.date == date(2030, 11, 20)
    assert mededeling.text.startswith("De vragen van het lid Bos")
    assert mededeling.text.endswith("worden beantwoord.")


def test_a_published_delay_repeats_the_vragen_and_answers_none() -> None:
    head = HEAD.replace("Antwoord van", "Mededeling van")
    document = parse(head + "Vraag 1\nA?\nMededeling\nDe vragen (2030Z00012) kunnen niet op tijd." + FOOT)
    assert (document.id, document.answer_id, document.answered) == ("2030Z00012", None, None)
    assert pairs(document) == [("1", "A?", None)]
    assert document.mededelingen == (Mededeling("De vragen (2030Z00012) kunnen niet op tijd.", date(2030, 6, 1)),)


LETTER = """> Retouradres Postbus 20301 2500 EH Den Haag
Aan de Voorzitter van de Tweede Kamer
Datum
11 januari 2031
Onderwerp
Beantwoording Kamervragen van het lid Bos (ABC) aan de minister van Servies over theepotten
Directoraat-Generaal Servies
Ons kenmerk
5164758
In antwoord op uw brief van 6 december 2030, nr. 2030Z00044, deel ik u mede dat de vragen worden beantwoord.
Ik hecht eraan op te merken dat het kabinet theepotten een warm hart toedraagt, ook in de zomer.
De minister van Servies,

R. Vos

Antwoorden van de minister van Servies op de vragen van het lid Bos (ABC)
Vraag 1
A?
Antwoord op vraag 1
Ja.
"""


def test_a_covering_letter() -> None:
    document = parse(LETTER)
    assert (document.id, document.title) == ("2030Z00044", "Theepotten")
    assert document.askers == (Person("Bos", "ABC"),)
    assert document.answerers == (Person("R. Vos", role="minister van Servies"),)
    assert (document.asked, document.answered) == (date(2030, 12, 6), date(2031, 1, 11))
    assert [item.text for item in document.mededelingen] == [
        "Ik hecht eraan op te merken dat het kabinet theepotten een warm hart toedraagt, ook in de zomer."
    ]


def test_who_signs_goes_before_the_office_above_the_answers() -> None:
    shared = "Mede namens de minister van Koffie,\n\nDe minister van Servies,\n\nR. Şahin"
    text = LETTER.replace("De minister van Servies,\n\nR. Vos", shared).replace(
        "van Servies op de", "van Servies mede namens de minister van Koffie op de"
    )
    assert shared in text
    assert parse(text).answerers == (
        Person("R. Şahin", role="minister van Servies"),
        Person("Minister van Koffie", role="minister van Koffie (mede namens)"),
    )


def test_a_letter_without_vraagnummer_is_known_by_its_own_number() -> None:
    document = parse(LETTER.replace("2030Z00044", "123"))
    assert (document.id, document.question_url) == ("kenmerk-5164758", None)
    assert pairs(document) == [("1", "A?", "Ja.")]


def test_a_mededeling_that_tells_who_asked_what() -> None:
    document = parse(
        "Uitstel.docx\nAH 61\n2030Z00012\nMededeling van minister Vos (Servies) (ontvangen 20 mei 2030)\n\n"
        "Op 6 mei jl. hebben de leden Bos en Wit (beiden ABC) schriftelijke vragen gesteld aan de minister van Servies "
        "over de berichten dat potten lekken.\n\nIk kan de vragen niet binnen de termijn beantwoorden.\n"
    )
    assert document.title == "De berichten dat potten lekken"
    assert document.askers == (Person("Bos", "ABC"), Person("Wit", "ABC"))


@pytest.mark.parametrize(
    ("text", "name", "identifier"),
    [
        (DOCX + "Vraag 1\nA?", "doc.txt", "2030Z00012"),
        (DOCX.replace("2030Z00012", "2030Z 00012") + "Vraag 1\nA?", "doc.txt", "2030Z00012"),
        (KV, "2030Z99999.txt", "2030Z00033"),
        ("Vraag 1\nA?\nAntwoord 1\nJa.", "map/ah-tk-20302031-9.txt", "ah-tk-20302031-9"),
        ("Vraag 1\nA?", "map/kv 2030Z00009 thee.txt", "2030Z00009"),
    ],
)
def test_where_the_id_comes_from(text: str, name: str, identifier: str) -> None:
    assert parse(text, name).id == identifier


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Vraag 1\nA?\nAntwoord 1\nJa.", "doc.txt: prints no vraagnummer"),
        (DOCX + "Geachte voorzitter, hierbij een brief zonder meer.", "doc.txt: a text with no numbered vragen"),
        (
            "2030Z00001\nMondelinge vragen van het lid Bos (ABC) aan de minister over thee (ingezonden 3 mei 2030)",
            "doc.txt: mondelinge vragen",
        ),
        (DOCX + "Vraag 1\nA?\nVraag 1\nB?\nAntwoord 1\nJa.", "doc.txt, vraag 1: the number is used for two"),
        (DOCX + "Vraag 1\nA?\nVraag 2\nB?\nAntwoord\nJa.", 'doc.txt, vraag 1, 2: an "Antwoord" without number'),
        (DOCX + "Vraag 1\nA?\nAntwoord 1\nJa.\nAntwoord 1\nNee.", "doc.txt, vraag 1: is answered twice"),
        (DOCX + "Vraag 1\nA?\nAntwoord 2\nJa.", "doc.txt, vraag 2: has an answer but no question"),
        (DOCX + "Vraag 1\nA?\nAntwoord 1\n", "doc.txt, vraag 1: the answer is empty"),
        (DOCX + "Vraag 1\nVraag 2\nB?", "doc.txt, vraag 1: the question is empty"),
        ("  \n", "doc.txt: is empty"),
    ],
)
def test_what_cannot_be_understood_is_named(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(encoding: str) -> None:
    (document,) = parse_bytes((DOCX + "Vraag 1\nIs één ‘pot’ genoeg?\0").encode(encoding), "doc.txt")
    assert document.vragen[0].question == "Is één ‘pot’ genoeg?"
