"""Whatever the text: a Kamervraag or a ParseError, in linear time, and nothing invented."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.document_form import dump_document, parse_document
from rag.errors import ParseError
from rag.parsing import parse_bytes
from rag.parsing.furniture import clean
from rag.records import Kamervraag

PIECES = st.sampled_from(
    [
        "Vraag 1",
        "Vraag 2 en 3",
        "Antwoord 1",
        "Antwoord",
        "Antwoord 2 en 3:",
        "1. Kunt u dat?",
        "1",
        "2",
        "",
        "Ja.",
        "Klopt dat?1",
        "1 Krant",
        "1) Krant",
        "[1] Krant",
        "\f",
        "Mededeling",
        "Toelichting:",
        "Inleiding",
        "Hoogachtend,",
        "2030Z00001",
        "AH 12",
        "Kamervraag 2030Z00001",
        "Bron vraag https://thee.example/kv",
        " • Vraag 1",
        " • Mededeling - 3 mei 2030",
        "  Zie antwoord vraag 2.",
        "Vragen van de leden Bos en Wit (beiden ABC) aan de Minister over thee (ingezonden 3 mei 2030).",
        "Antwoord van Minister Vos (Servies), mede namens de Minister van A en van B (ontvangen 1 juni 2030).",
        "Mededeling van minister Vos (Servies (ontvangen 1 juni 2030)",
        "> Retouradres Postbus 1",
        "Onderwerp",
        "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1",
        "ah-tk-20302031-70",
    ]
)


NAME = "doc 2030Z00009.txt"


def parse(data: bytes) -> list[Kamervraag]:
    message = NAME
    documents: list[Kamervraag] = []
    try:
        documents = parse_bytes(data, NAME)
    except ParseError as error:
        message = str(error)
    assert message.startswith(NAME)
    return documents


@given(st.text())
def test_any_text(text: str) -> None:
    parse(text.encode("utf-8", errors="replace"))


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    parse(data)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=25))
def test_pieces_of_documents_in_any_order(pieces: list[str]) -> None:
    for document in parse("\n".join(pieces).encode("utf-8", errors="replace")):
        numbers = [vraag.number for vraag in document.vragen]
        assert len(set(numbers)) == len(numbers)
        assert all(vraag.question or vraag.answer for vraag in document.vragen)
        for vraag in document.vragen:
            assert set(vraag.answered_with) <= set(numbers) - {vraag.number}
        parse_document(dump_document(document), "round trip")


@given(st.lists(st.sampled_from(["Eerste", "tweede.", "derde", "de vierde?", "vijf", "", "Zes."]), max_size=30))
def test_cleaning_loses_no_words(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert " ".join(clean(text).lines).split() == text.split()


@pytest.mark.parametrize(
    "unit",
    ["a", " ", "1", "1,", "?1", ".1 ", "(", ")", "»", "-", "\n", "a-", "Vraag 1\n", "Antwoord\n", "1.\n", "1 a\n",
     "[1] ", "1) a\n", "Vraag " + "1 en ", "Vragen van het lid ", " van ", "Minister van ", "Tweede Kamer,",
     "_", "Kamervraag 2030Z00001\nBron vraag ", " • Vraag 1\n", "mede namens ", "\f", "ingezonden ", "Datum\n",
     "2020", "vragen van het lid a over b ", "Zie ook ", "uw brief van ", "De minister van Thee\nR. V. V. V. V. "],
)  # fmt: skip
def test_time_is_linear(unit: str) -> None:
    def seconds(size: int) -> float:
        data = ("2030Z00001\nVraag 1\n" + unit * (size // len(unit))).encode()
        start = time.thread_time()  # of this thread alone: other work on the machine must not count
        parse(data)
        return time.thread_time() - start

    most = max(8 * 6 * seconds(20_000), 2.0)  # a quadratic rule takes 64 times as long, each time
    assert any(seconds(160_000) < most for _ in range(3))
