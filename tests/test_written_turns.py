"""What a language model wrote is nobody's words: in the chat and in exports it never looks like a quotation."""

import io
from dataclasses import replace
from datetime import date

from docx import Document

from rag.records import Answer, Hit, Passage, Person, Sentence, Unsupported
from rag.ui.document import docx
from rag.ui.export import markdown, plain_text
from rag.ui.render import turn_html
from rag.ui.turns import turn_of, turns_from_json, turns_to_json

ROLE = "minister van waterwegen"
PASSAGES = {
    f"2099Z1/{number}": Passage(
        f"2099Z1/{number}",
        "2099Z1",
        number,
        question="Wat kost de brug?",
        answer="De brug kost € 12 miljoen.",
        answered=date(2099, 2, 2),
        answerers=(Person("Mila Roggeveld", "GRH", ROLE),),
    )
    for number in "12"
}
ANSWER = Answer(
    "Wat kost de brug?",
    "answered",
    "",
    sentences=(
        Sentence("De brug <kost> 12 miljoen euro.", ("2099Z1/1",)),
        Sentence("Dat staat vast.", ("2099Z1/1", "2099Z1/2")),
    ),
    hits=tuple(Hit(passage, 1.0) for passage in PASSAGES.values()),
    model="klein",
    notice="Geschreven door het taalmodel klein.",
    unsupported=(Unsupported("De brug is <b>rood</b>.", (), "uncited"),),
)
TURN = turn_of(ANSWER, {})


def test_no_minister_stands_above_it_and_every_source_behind() -> None:
    html = turn_html(TURN, 0, PASSAGES, "nl")
    assert "Geschreven door het taalmodel klein." in html
    assert ROLE not in html.casefold().split('<div class="kw-actions')[0]
    assert "kw-quote" not in html
    assert TURN.cited == ("2099Z1/1", "2099Z1/2")
    assert [html.count(f'data-cite="{name}"') for name in PASSAGES] == [2, 1]
    assert "De brug &lt;kost&gt;" in html
    assert TURN.quotes("2099Z1/1") == ()


def test_what_was_left_out_is_folded_and_marked() -> None:
    html = turn_html(TURN, 0, PASSAGES, "nl")
    assert "<summary>Wat het taalmodel nog meer schreef (1)</summary>" in html
    assert "<strong>niet onderbouwd:</strong> <s>De brug is &lt;b&gt;rood&lt;/b&gt;.</s>" in html
    stands = turn_of(replace(ANSWER, model=None, notice="Dit zijn de letterlijke zinnen."), {})
    assert ROLE in turn_html(stands, 0, PASSAGES, "nl").casefold()
    assert "kw-left-out" in turn_html(stands, 0, PASSAGES, "nl")
    assert "kw-left-out" not in turn_html(replace(stands, left_out=()), 0, PASSAGES, "nl")


def test_the_browser_keeps_it() -> None:
    assert turns_from_json(turns_to_json([TURN])) == (TURN,)


def test_exports_say_so_and_quote_nothing() -> None:
    text = markdown([TURN], PASSAGES)
    assert "*Geschreven door het taalmodel klein.*" in text
    assert "\n> " not in text
    assert "Dat staat vast. [1][2]" in text
    assert "\n> " in markdown([replace(TURN, model=None)], PASSAGES)
    assert "Geschreven door het taalmodel klein." in plain_text(TURN, PASSAGES)
    assert "(Kamervraag 2099Z1, vraag 1, 2 februari 2099; Kamervraag 2099Z1, vraag 2" in plain_text(TURN, PASSAGES)
    paragraphs = Document(io.BytesIO(docx([TURN], PASSAGES))).paragraphs
    assert {str(one.style.name) for one in paragraphs if one.style and "Dat staat" in one.text} == {"Normal"}
