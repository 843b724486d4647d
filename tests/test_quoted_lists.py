"""What stands between and around quoted sentences: […] for what is left out, the opening of a list, footnotes."""

import io

import pytest
from docx import Document

from rag.gaps import gaps_before
from rag.lists import introductions
from rag.quote import MOST_SENTENCES, Lists, Quote, with_first_items, with_introductions
from rag.records import Answer, Hit, Passage, Sentence
from rag.sentences import split_sentences
from rag.ui.document import docx
from rag.ui.export import markdown, plain_text
from rag.ui.render import turn_html
from rag.ui.turns import Turn
from rag.wording import answer_text, notes_text

LIST = "Het plan is klaar.\nIk neem deze maatregelen:\n• er komt geld;\n• er komt meer tijd.\nDat is al."
PASSAGE = Passage(
    "2099Z1/1",
    "2099Z1",
    "1",
    question="Wat kost het?",
    answer="Het kost € 3.² Dat is 30 m² waard. Later meer. Het blijft zo.³",
    footnotes={"1": "Elders.", "2": "Kamerstuk 1.", "3": ""},
)


def sentences(*places: int) -> tuple[Sentence, ...]:
    texts = split_sentences(PASSAGE.answer or "")
    return tuple(Sentence(texts[place], (PASSAGE.id,)) for place in places)


def quotes(answer: str, rank: int = 0) -> list[Quote]:
    return [
        Quote(Sentence(text, ("2099Z1/1",)), rank, place, 1.0, 0.5)
        for place, text in enumerate(split_sentences(answer))
    ]


def lists(given: list[Quote], answer: str) -> Lists:
    return {(0, place): given[opening] for place, opening in introductions(answer).items()}


@pytest.mark.parametrize(
    ("quoted", "expected"),
    [
        (["Ja.", "Het mag."], [False, False]),
        (["Ja.", "Morgen niet."], [False, True]),
        (["Het mag.", "Ja."], [False, True]),
        (["Ja.", "Geschreven door een model."], [False, False]),
        ([], []),
    ],
)
def test_a_gap_stands_where_text_is_left_out(quoted: list[str], expected: list[bool]) -> None:
    assert gaps_before(quoted, "Ja. Het mag.\nVandaag wel. Morgen niet.") == expected


def test_every_rendering_marks_the_gap_and_no_sentence_has_it() -> None:
    quoted, passages = sentences(0, 2, 3), {PASSAGE.id: PASSAGE}
    expected = "Het kost € 3.² […] Later meer. Het blijft zo.³"
    turn = Turn("?", "answered", sentences=quoted, build="b1")
    assert expected in answer_text(quoted, passages)
    assert "[…]" not in answer_text(quoted, passages, quoted=False)
    assert "[…]" not in answer_text(sentences(0, 1, 2, 3), passages)
    assert expected in plain_text(turn, passages)
    assert expected.replace("[…]", "\\[…\\]") in markdown([turn], passages)
    assert turn_html(turn, 0, passages, "nl").count('[…] <span class="kw-said"') == 1
    written = [paragraph.text for paragraph in Document(io.BytesIO(docx([turn], passages))).paragraphs]
    assert f"{expected} [1]" in written
    assert "Bouwnummer: b1" in written
    assert all("[…]" not in sentence.text for sentence in quoted)


def test_a_list_is_what_follows_a_colon() -> None:
    assert introductions(LIST) == {2: 1, 3: 1}
    assert introductions("Ik zeg:\nDit is het.\nDit niet.") == {1: 0}
    assert introductions("Zonder lijst. Twee zinnen.\n• los punt") == {}
    assert introductions("A volgt:\n- b omvat:\n1. c\n2. d") == {1: 0, 2: 1, 3: 1}


def test_an_item_brings_the_sentence_that_introduces_it_within_six() -> None:
    given = quotes(LIST)
    taken = with_introductions([given[3]], lists(given, LIST))
    assert [quote.place for quote in taken] == [1, 3]
    others = quotes("A een. B twee. C drie. D vier. E vijf.", rank=1)
    full = with_introductions([*others, given[3]], lists(given, LIST))
    assert full == others
    first = with_introductions([given[3], *others], lists(given, LIST))
    assert len(first) == MOST_SENTENCES
    assert [quote.place for quote in first[:2]] == [1, 3]


def test_an_introducing_sentence_alone_brings_its_first_items() -> None:
    given = quotes(LIST)
    known = lists(given, LIST)
    assert [quote.place for quote in with_first_items([given[1]], given, known)] == [1, 2, 3]
    assert with_first_items([given[1], given[3]], given, known) == [given[1], given[3]]
    assert with_first_items([given[0]], given, known) == [given[0]]


def test_footnotes_of_what_is_quoted_stand_below_and_a_unit_is_none() -> None:
    def answer(quoted: tuple[Sentence, ...], model: str | None = None) -> Answer:
        return Answer("?", "answered", "", sentences=quoted, hits=(Hit(PASSAGE, 1.0),), model=model)

    assert notes_text(answer(sentences(0, 3))) == (
        "Voetnoot 2 (Kamervraag 2099Z1, vraag 1): Kamerstuk 1.\n"
        "Voetnoot 3 (Kamervraag 2099Z1, vraag 1): (tekst staat niet in de bron)"
    )
    assert notes_text(answer(sentences(0)), "en").startswith("Footnote 2 (")
    assert notes_text(answer(sentences(1, 2))) == ""
    assert notes_text(answer(sentences(0), "klein")) == ""
    page = turn_html(Turn("?", "answered", sentences=sentences(0)), 0, {PASSAGE.id: PASSAGE}, "nl")
    assert "Kamerstuk 1." in page
    assert "Elders." not in page
