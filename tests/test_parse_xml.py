"""Official XML, new style and old: a fixture for the whole, a small document for each rule, the real answers."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from rag.errors import ParseError
from rag.parsing import parse_bytes, parse_file, parse_paths
from rag.records import Kamervraag, Mededeling, Person, Vraag

FIXTURES = Path(__file__).parent / "fixtures" / "parse2"
ANSWERS = Path(__file__).parents[2] / "shared" / "data" / "documents" / "xml" / "answers"
KAMERSTUK = ANSWERS.parent / "kamerstuk"
real = pytest.mark.skipif(not ANSWERS.exists(), reason="the real documents are not at ../shared/data")


def parse(body: str, name: str = "ah-tk-20302031-70.xml") -> Kamervraag:
    """Parse the content of a `kamervragen` element."""
    xml = f"<officiele-publicatie><kamervragen>{body}</kamervragen></officiele-publicatie>"
    (document,) = parse_bytes(xml.encode(), name)
    return document


def vraag(number: str, text: str = "Klopt dat?") -> str:
    return f"<vraag><nr>Vraag {number}</nr><al>{text}</al></vraag>"


def antwoord(number: str, text: str = "Ja.") -> str:
    return f"<antwoord><nr>Antwoord {number}</nr><al>{text}</al></antwoord>"


def test_an_answer_document() -> None:
    (document,) = parse_file(FIXTURES / "ah-tk-20302031-70.xml")
    shared = (
        "Er zijn 4 × 10^6 koppen; de uitstoot van CO2 daalt², dus sinds 15 juli.\nZij staan hier:\na. in de kast;\n"
        "– bovenaan;\nb. op tafel.\nKoppen per jaar\nJaar | Koppen\n2029 | 12³"
    )
    notes = {"2": "Kamerstuk 1, nr. 2.", "3": "Geschat."}
    assert document == Kamervraag(
        id="2031Z00007",
        title="Het bericht «Thee wordt duurder»",
        asked=date(2031, 3, 3),
        answered=date(2031, 4, 1),
        askers=(Person("Bos", "ABC"), Person("De Wit", "ABC")),
        answerers=(
            Person("Vos", role="minister Servies"),
            Person("Staatssecretaris van Koek", role="staatssecretaris van Koek (mede namens)"),
        ),
        question_url="https://zoek.officielebekendmakingen.nl/kv-tk-2031Z00007.html",
        answer_url="https://zoek.officielebekendmakingen.nl/ah-tk-20302031-70.html",
        answer_id="ah-tk-20302031-70",
        vragen=(
            Vraag(
                "1",
                "Kent u het bericht «Thee wordt duurder»?¹ Zo ja, klopt het?",
                "Ja.",
                footnotes={"1": "Theeblad, 1 maart 2031, thee.example/duurder. Zie ook het avondblad."},
            ),
            Vraag("2", "Hoeveel koppen zijn er?", shared, ("3", "5"), notes),
            Vraag("3", "Hoeveel daarvan zijn heel?", shared, ("2", "5"), notes),
            Vraag("5", "Wat kost een kop van 10 cm3?", shared, ("2", "3"), notes),
            Vraag("4", "Wilt u:\n• thee;\n• of koffie?", "Zie mijn antwoord op vraag 1."),
        ),
        mededelingen=(
            Mededeling(
                "Toelichting: Deze vragen dienen ter aanvulling op eerdere vragen van het lid Bos "
                "(vraagnummer 2030Z09999)."
            ),
        ),
    )


def test_a_mededeling_repeats_the_questions_and_answers_none() -> None:
    (document,) = parse_file(FIXTURES / "ah-tk-20302031-61.xml")
    assert document.id == "2031Z00007"
    assert [bool(vraag.answer) for vraag in document.vragen] == [False]
    assert document.answered is None
    assert document.answer_id is None
    assert document.topics == ("Voeding | Thee",)
    assert document.mededelingen == (
        Mededeling("De vragen kunnen niet binnen de gebruikelijke termijn worden beantwoord.", date(2031, 3, 20)),
    )


def test_question_answer_and_mededeling_are_joined() -> None:
    names = ("ah-tk-20302031-61.xml", "ah-tk-20302031-70.xml", "kv-tk-2031Z00007.xml")
    (document,) = parse_paths([FIXTURES / name for name in names])
    assert sorted(vraag.number for vraag in document.vragen) == ["1", "2", "3", "4", "5"]
    assert all(vraag.question and vraag.answer for vraag in document.vragen)
    assert len(document.mededelingen) == 2
    assert document.topics == ("Voeding | Thee",)


def test_old_style() -> None:
    (document,) = parse_file(FIXTURES / "old_style.xml")
    assert document.id == document.answer_id == "ah-tk-20052006-12"
    assert (document.asked, document.answered) == (date(2005, 10, 3), date(2005, 11, 1))
    assert document.title == "Théé"
    assert document.askers == (Person("Bos", "ABC"),)
    assert document.answerers == (Person("Vos", role="minister Servies"),)
    assert document.vragen == (
        Vraag("1", "Kent u het bericht over thee?¹", "Ja.", footnotes={"1": "Theeblad, 1 oktober 2005."}),
        Vraag("2", "Wat vindt u ervan?", "Goed, en niets.", ("3",)),
        Vraag("3", "Wat gaat u doen?", "Goed, en niets.", ("2",)),
    )
    assert document.mededelingen == (Mededeling("Toelichting: Deze vragen vullen eerdere aan."),)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (vraag("1") + antwoord("1"), {"1": ()}),
        (vraag("1") + vraag("2") + antwoord("1 en 2"), {"1": ("2",), "2": ("1",)}),
        (vraag("2 t/m 4") + antwoord("2-4"), {"2": ("3", "4"), "3": ("2", "4"), "4": ("2", "3")}),
        (vraag("7, 8, 9 10 en 11"), {"7": (), "8": (), "9": (), "10": (), "11": ()}),
        (vraag("1a") + antwoord("1a") + vraag("1b") + antwoord("1b"), {"1a": (), "1b": ()}),
        (vraag("2") + antwoord("2l") + vraag("2") + antwoord("2m"), {"2l": (), "2m": ()}),
        ("<vraag><al>Klopt dat?</al></vraag><antwoord><al>Ja.</al></antwoord>", {"1": ()}),
        ("<vraag><al>A?</al></vraag><vraag><al>B?</al></vraag><antwoord><al>C.</al></antwoord>",
         {"1": ("2",), "2": ("1",)}),
        ("<vraag><al>A?</al></vraag><antwoord><al>B.</al></antwoord>" * 2, {"1": (), "2": ()}),
        ("<vraag><al>Vraag 3</al><al>A?</al></vraag><antwoord><al>Antwoord 3</al><al>B.</al></antwoord>", {"3": ()}),
        ("<vraag><nr>1.</nr><al>A?</al></vraag><antwoord><nr>op vraag 1</nr><al>B.</al></antwoord>", {"1": ()}),
        ("<vraag><nr>Vraag 1</nr>Zonder alinea?</vraag>", {"1": ()}),
        (antwoord("1") + antwoord("2"), {"1": (), "2": ()}),
    ],
)  # fmt: skip
def test_numbering(body: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert {item.number: item.answered_with for item in parse(body).vragen} == expected


def test_a_combined_question_is_kept_whole_where_its_paragraphs_do_not_agree() -> None:
    document = parse("<vraag><nr>Vraag 1, 2, 3</nr><al>A?</al><al>B?</al></vraag>" + antwoord("1, 2, 3"))
    assert {item.question for item in document.vragen} == {"A?\nB?"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (vraag("1") + antwoord("2"), "vraag 2: has an answer but no question"),
        (vraag("1") + antwoord("1") + antwoord("1", "Nee."), "vraag 1: is answered twice"),
        (vraag("1") + vraag("1", "Iets anders?"), "vraag 1: the number is used for two questions"),
        (vraag("1") + antwoord("1", ""), "vraag 1: the answer is empty"),
        (vraag("1", ""), "vraag 1: the question is empty"),
        (vraag("1", "") + antwoord("1", ""), "vraag 1: the answer is empty"),
        (vraag("1 van de 3"), 'the heading "Vraag 1 van de 3" names no vragen'),
        (vraag("1") + "<vraag><al>Zonder nummer?</al></vraag>", "a vraag without number"),
        ("<vraag><al>A?</al></vraag>" * 2 + "<antwoord><al>B.</al></antwoord>" * 2, "vraag 1, 2: an answer without"),
        ("<antwoord><al>B.</al></antwoord>" * 2, "answers without numbers and no questions"),
        ("<al>Iets.</al>", "is an official publication, but no Kamervraag"),
        ("<vraag><nr>Vraag 1</nr>" + "<al>" * 200 + "diep" + "</al>" * 200 + "</vraag>", "deeper than"),
        ("<vraag>", "is no well-formed XML"),
    ],
)
def test_what_cannot_be_paired_is_named(body: str, message: str) -> None:
    with pytest.raises(ParseError, match=re.escape(message)) as error:
        parse(body)
    assert str(error.value).startswith("ah-tk-20302031-70.xml")


NOTE = '<noot id="{0}"><noot.nr>{1}</noot.nr><noot.al>{2}</noot.al></noot>'


@pytest.mark.parametrize(
    ("text", "expected", "notes"),
    [
        (f"Een woord {NOTE.format('a', 1, 'N.')} verder", "Een woord¹ verder", {"1": "N."}),
        (f"Einde.{NOTE.format('a', 1, 'N.')}Nieuw", "Einde.¹ Nieuw", {"1": "N."}),
        (f"Twee{NOTE.format('a', 1, 'N.')}{NOTE.format('b', 2, 'M.')}", "Twee¹,²", {"1": "N.", "2": "M."}),
        (f"Twee{NOTE.format('a', 1, 'N.')}, {NOTE.format('b', 1, 'M.')}", "Twee¹,²", {"1": "N.", "2": "M."}),
        (f"Ster{NOTE.format('a', '*', 'N.')}", "Ster¹", {"1": "N."}),
        (f"m²{NOTE.format('a', 1, 'N.')}", "m²,¹", {"1": "N."}),
        ('Los<nootref refid="x"/>', "Los", {}),
        ('Los<nootref nr="4"/>', "Los⁴", {"4": ""}),
        ("m<sup>2</sup>, 10<sup>6</sup> en H<inf>2</inf>O", "m2, 10^6 en H2O", {}),
        ("zacht\xadheid &#160;&lt;b&gt;", "zachtheid <b>", {}),
        ("een <onbekend>Nieuw</onbekend><onbekend>Element</onbekend>", "een\nNieuw\nElement", {}),
    ],
)
def test_marks_and_letters(text: str, expected: str, notes: dict[str, str]) -> None:
    (item,) = parse(vraag("1", text)).vragen
    assert (item.question, item.footnotes) == (expected, notes)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_wrongly_declared_encoding_loses_no_letter(codec: str) -> None:
    body = vraag("1", "Één «vraag»?")
    xml = f"<officiele-publicatie><kamervragen>{body}</kamervragen></officiele-publicatie>"
    (document,) = parse_bytes(f'<?xml version="1.0" encoding="UTF-8"?>\r\n{xml}'.encode(codec), "2031Z00008.xml")
    assert document.vragen[0].question == "Één «vraag»?"


@pytest.mark.parametrize(
    "declaration",
    ['<!ENTITY x "lach">', '<!ENTITY x SYSTEM "file:///etc/hostname">', '<!ENTITY x SYSTEM "http://127.0.0.1:9/">', ""],
)
def test_entities_and_dtds_are_never_expanded(declaration: str) -> None:
    xml = f"<officiele-publicatie><kamervragen>{vraag('1', 'Is dit &x; waar?')}</kamervragen></officiele-publicatie>"
    start = f'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd" [{declaration}]>'
    (document,) = parse_bytes((start + xml).encode(), "2031Z00008.xml")
    assert document.vragen[0].question == "Is dit &x; waar?"


def test_a_bomb_of_entities_is_refused_at_once() -> None:
    nested = "".join(f'<!ENTITY x{at} "{f"&x{at - 1};" * 9}">' for at in range(1, 25))
    xml = f'<!DOCTYPE a [<!ENTITY x0 "lach">{nested}]><officiele-publicatie a="&x24;">&x24;</officiele-publicatie>'
    started = time.thread_time()
    with pytest.raises(ParseError, match="no well-formed XML"):
        parse_bytes(xml.encode(), "2031Z00008.xml")
    assert time.thread_time() - started < 1


def test_other_xml_is_refused() -> None:
    with pytest.raises(ParseError, match="is XML, but no official publication"):
        parse_bytes(b"<?xml version='1.0'?><rss><item>Vraag 1</item></rss>", "feed.xml")


PARTS = st.sampled_from(
    [
        "<vraag>", "</vraag>", "<antwoord>", "</antwoord>", "<nr>Vraag 1</nr>", "<nr>Antwoord 1 en 2</nr>", "<al>",
        "</al>", "<lijst><li><li.nr>a.</li.nr>", "</li></lijst>", "<noot id='n1'>", "</noot>", "<noot.nr>1</noot.nr>",
        "tekst", "&amp;", "&onbekend;", "<?xpp lead?>", "<!-- x -->", "<row><entry>", "</entry></row>", "1.", "<sup>2",
        "</sup>", "<kamervraagopmerking>", "</kamervraagopmerking>", "<nootref refid='n1'/>", vraag("2"), antwoord("2"),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=25))
def test_any_order_of_tags_is_a_kamervraag_or_a_parse_error(parts: list[str]) -> None:
    with suppress(ParseError):  # anything else fails
        assert all(item.question or item.answer for item in parse("".join(parts)).vragen)


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(1, 9)), st.data())
def test_answers_find_their_vraag_in_any_order(order: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, 7))
    questions = "".join(vraag(str(number), f"Vraag over {number}?") for number in sorted(order))
    groups = [order[:cut], *([number] for number in order[cut:])]
    answers = "".join(antwoord(", ".join(map(str, group)), f"Over {group}.") for group in groups)
    for item in parse(questions + answers).vragen:
        group = next(group for group in groups if int(item.number) in group)
        assert item.question == f"Vraag over {item.number}?"
        assert item.answer == f"Over {group}."
        assert {int(number) for number in item.answered_with} == set(group) - {int(item.number)}


def answers() -> Iterator[Path]:
    yield from sorted(ANSWERS.glob("*.fragments.xml"))


def wrapped(path: Path) -> bytes:
    """Return a stored answer as it is published: in its wrapper, in the order of its numbers."""
    root = etree.fromstring(path.read_bytes())
    elements = [element for element in root if isinstance(element.tag, str)]
    pairs = [elements[at : at + 2] for at in range(0, len(elements), 2)]
    pairs.sort(key=lambda pair: int(re.findall(r"\d+", pair[0].findtext("nr") or "")[0]))
    body = b"".join(etree.tostring(element, encoding="utf-8") for pair in pairs for element in pair)
    record = f"https://zoek.officielebekendmakingen.nl/{root.get('id')}/metadata.xml"
    meta = f'<metadata><meta name="OVERHEIDop.externMetadataRecord" scheme="" content="{record}"/></metadata>'
    start = f"\ufeff<?xml version='1.0' encoding='UTF-8'?>\r\n<officiele-publicatie>{meta}<kamervragen>"
    return start.encode() + body + b"</kamervragen></officiele-publicatie>"


@real
@pytest.mark.parametrize("path", list(answers()), ids=lambda path: path.name[:19])
def test_real_answers_pair_wholly(path: Path) -> None:
    data = wrapped(path)
    text = data.decode("utf-8-sig")
    asked, answered = (
        [number for heading in re.findall(rf"<nr [^>]*>{word} ([\d, ]+)</nr>", text) for number in heading.split(", ")]
        for word in ("Vraag", "Antwoord")
    )
    (document,) = parse_bytes(data, path.name)
    assert [item.number for item in document.vragen] == asked == answered
    assert all(item.question and item.answer for item in document.vragen)
    assert document.answer_id == path.name.removesuffix(".fragments.xml")


@real
@pytest.mark.parametrize("path", list(answers()), ids=lambda path: path.name[:19])
def test_real_answers_lose_no_word_and_no_note(path: Path) -> None:
    root = etree.fromstring(path.read_bytes())
    (document,) = parse_bytes(wrapped(path), path.name)
    notes = {mark: note for item in document.vragen for mark, note in item.footnotes.items()}
    assert len(notes) == len(root.findall(".//noot"))
    assert all(notes.values())
    kept = "".join(f"{item.question}{item.answer}" for item in document.vragen)
    words = re.sub(r"[\s⁰¹²³⁴⁵⁶⁷⁸⁹,]", "", kept)
    for paragraph in root.iter("al"):
        for piece in (paragraph.text, *(child.tail for child in paragraph)):
            assert re.sub(r"[\s⁰¹²³⁴⁵⁶⁷⁸⁹,]", "", piece or "") in words


@pytest.mark.skipif(not KAMERSTUK.exists(), reason="the real documents are not at ../shared/data")
@pytest.mark.parametrize("path", sorted(KAMERSTUK.glob("*.xml")), ids=lambda path: path.name[:12])
def test_a_kamerstuk_is_refused(path: Path) -> None:
    with pytest.raises(ParseError, match="is an official publication, but no Kamervraag"):
        parse_file(path)
