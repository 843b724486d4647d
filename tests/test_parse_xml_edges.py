"""Official XML at its edges: every form of number, encodings, what cannot be paired, what is no document."""

import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.document_form import dump_document, parse_document
from rag.errors import ParseError
from rag.parsing import parse_bytes, parse_paths
from rag.records import Kamervraag, Mededeling, Person

FIXTURES = Path(__file__).parent / "fixtures" / "parse2"
FRAGMENTS = Path(__file__).parents[2] / "shared" / "data" / "documents" / "xml" / "answers"
NEW = (FIXTURES / "ah-tk-20302031-80.xml").read_bytes()
OLD = (FIXTURES / "vraagdoc-1998.xml").read_bytes()
HEAD = (
    "<officiele-publicatie><metadata>"
    '<meta name="OVERHEIDop.externMetadataRecord" content="https://zoek.example/{}/metadata.xml"/>'
    "</metadata><kamervragen>"
)
TAIL = "</kamervragen></officiele-publicatie>"

real = pytest.mark.skipif(not FRAGMENTS.exists(), reason="the real documents are not at ../shared/data")


def parse(data: bytes, name: str = "file.xml") -> Kamervraag:
    (document,) = parse_bytes(data, name)
    return document


def wrapped(body: str, identifier: str = "ah-tk-20302031-71") -> bytes:
    return f"{HEAD.format(identifier)}{body}{TAIL}".encode()


def asked(number: str, *paragraphs: str) -> str:
    return f"<vraag><nr>{number}</nr>{''.join(f'<al>{text}</al>' for text in paragraphs)}</vraag>"


def answered(number: str, *paragraphs: str) -> str:
    return asked(number, *paragraphs).replace("vraag>", "antwoord>")


def test_the_head() -> None:
    document = parse(NEW)
    assert (document.id, document.answer_id) == ("2030Z00080", "ah-tk-20302031-80")
    assert document.title == "Het bericht dat thee op is"
    assert (document.asked, document.answered) == (date(2030, 5, 3), date(2030, 6, 1))
    assert document.askers == (Person("Bos", "ABC"), Person("Wit", "DEF"))
    assert document.answerers == (
        Person("Vos", role="minister Thee"),
        Person("Staatssecretaris van Servies", role="staatssecretaris van Servies (mede namens)"),
    )
    assert document.question_url == "https://zoek.officielebekendmakingen.nl/kv-tk-2030Z00080.html"
    assert document.answer_url == "https://zoek.officielebekendmakingen.nl/ah-tk-20302031-80.html"
    assert document.mededelingen == (Mededeling("Toelichting: Deze vragen zijn een vervolg op eerdere vragen."),)


def test_a_note_leaves_its_sentence_and_a_mark_stays() -> None:
    first = parse(NEW).vragen[0]
    assert first.question == "Kent u het bericht «Thee op»¹ en wat vindt u ervan?"
    assert first.footnotes == {"1": "Theekrant, 2 mei 2030, thee.example/op Zie ook bladzijde 3."}


def test_grouped_paragraphs_are_the_answer() -> None:
    assert parse(NEW).vragen[0].answer == "Ja.\nIk vind het jammer."


def test_a_combined_question_has_a_paragraph_for_each_number() -> None:
    second, third = parse(NEW).vragen[1:3]
    assert (second.number, second.question) == ("2", "Hoeveel thee is er nog?")
    assert (third.number, third.question) == ("3", "Hoeveel CO2 kost dat per m2?")
    assert (second.answered_with, third.answered_with) == (("3",), ("2",))
    assert second.answer == third.answer


def test_lists_and_tables_stay_readable() -> None:
    second = parse(NEW).vragen[1]
    assert second.answer is not None
    assert second.answer.split("\n") == [
        "Er zijn drie soorten:",
        "a. zwarte thee;",
        "b. groene thee,² en",
        "– witte.",
        "Soort | Kilo",
        "zwart | 12",
        "Zie nr. 61.",
    ]
    assert second.footnotes == {"2": "Kamerstuk 99 999, nr. 1."}


def test_numbers_may_skip() -> None:
    assert [vraag.number for vraag in parse(NEW).vragen] == ["1", "2", "3", "10"]


def test_old_style() -> None:
    document = parse(OLD)
    assert (document.id, document.answer_id) == ("ah-tk-19981999-12", "ah-tk-19981999-12")
    assert (document.asked, document.answered) == (date(1999, 5, 3), date(1999, 6, 1))
    assert document.title == "Caféthee"
    assert [(vraag.number, vraag.question, vraag.answer, vraag.answered_with) for vraag in document.vragen] == [
        ("1", "Kent u de thee¹ van het café?", "Lekker.", ("2",)),
        ("2", "Wat vindt u daarvan?", "Lekker.", ("1",)),
    ]
    assert document.vragen[0].footnotes == {"1": "Theekrant."}


@pytest.mark.parametrize(
    ("label", "numbers"),
    [
        ("Vraag 2 en 3", ["2", "3"]),
        ("Vraag 2 t/m 4", ["2", "3", "4"]),
        ("Vragen 1,2,3,4 en 5", ["1", "2", "3", "4", "5"]),
        ("Vraag 1a", ["1a"]),
        ("7", ["7"]),
        ("7.", ["7"]),
        ("Vraag 4, 5, 7 en 8", ["4", "5", "7", "8"]),
    ],
)
def test_every_form_of_number(label: str, numbers: list[str]) -> None:
    document = parse(wrapped(asked(label, "Thee?") + answered(label.replace("Vraag", "Antwoord"), "Ja.")))
    assert [(vraag.number, vraag.question, vraag.answer) for vraag in document.vragen] == [
        (number, "Thee?", "Ja.") for number in numbers
    ]


def test_questions_asked_first_and_answered_in_groups_after() -> None:
    body = "".join(asked(f"Vraag {number}", f"Vraag {number}?") for number in (1, 2, 3))
    document = parse(wrapped(body + answered("Antwoord 1 en 3", "Een.") + answered("Antwoord op vraag 2", "Twee.")))
    assert [(vraag.number, vraag.answer) for vraag in document.vragen] == [("1", "Een."), ("2", "Twee."), ("3", "Een.")]


def test_a_mededeling_repeats_the_questions() -> None:
    head = (
        '<kamervraagomschrijving type="antwoord">Mededeling van Minister Vos (Thee) (ontvangen 9 mei 2030).'
        "</kamervraagomschrijving>"
    )
    note = "<kamervraagopmerking><tussenkop>Mededeling</tussenkop><al>De vragen komen later.</al></kamervraagopmerking>"
    document = parse(wrapped(head + asked("Vraag 1", "Thee?") + note))
    assert document.mededelingen == (Mededeling("De vragen komen later.", date(2030, 5, 9)),)
    assert (document.vragen[0].question, document.vragen[0].answer) == ("Thee?", None)
    assert (document.answered, document.answer_id) == (None, None)


def test_a_question_document_has_no_answers() -> None:
    document = parse(wrapped(asked("Vraag 1", "Thee?"), "kv-tk-2030Z00071"))
    assert (document.id, document.answer_id, document.vragen[0].answer) == ("2030Z00071", None, None)


def test_the_record_inside_a_later_file() -> None:
    record = (
        '<meta name="OVERHEIDop.vraagnummer" content="2030Z00072"/><meta name="OVERHEID.category" content="Thee | Op"/>'
    )
    data = wrapped(asked("Vraag 1", "Thee?")).replace(b"</metadata>", record.encode() + b"</metadata>")
    document = parse(data)
    assert (document.id, document.topics) == ("2030Z00072", ("Thee | Op",))


@pytest.mark.parametrize(
    "names", [("kv-tk-2031Z00007", "ah-tk-20302031-61"), ("ah-tk-20302031-61", "kv-tk-2031Z00007")]
)
def test_question_document_and_mededeling_are_one(names: tuple[str, str]) -> None:
    (document,) = parse_paths([FIXTURES / f"{name}.xml" for name in names])
    assert (document.id, document.askers) == ("2031Z00007", (Person("Bos", "ABC"), Person("De Wit", "ABC")))
    assert document.topics == ("Voeding | Thee",)
    assert document.mededelingen == (
        Mededeling("De vragen kunnen niet binnen de gebruikelijke termijn worden beantwoord.", date(2031, 3, 20)),
    )
    assert [vraag.number for vraag in document.vragen] == ["1", "2", "3", "4", "5"]
    assert document.vragen[3].question == "Wilt u:\n– thee;\n– of koffie?"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (asked("Vraag 1", "Thee?") + answered("Antwoord 2", "Ja."), "file.xml, vraag 2: has an answer but no question"),
        (asked("Vraag 1", "Thee?") + answered("Antwoord 1"), "file.xml, vraag 1: the answer is empty"),
        (asked("Vraag 1"), "file.xml, vraag 1: the question is empty"),
        (asked("Vraag 1", "Thee?") + asked("Vraag 1", "Koffie?"), "file.xml, vraag 1: the number is used for two"),
        (asked("Vraag 1", "T?") + answered("Antwoord 1", "Ja.") + answered("Antwoord 1", "Nee."), "answered twice"),
        (asked("Vraag 1 van 999999", "Thee?"), 'the heading "Vraag 1 van 999999" names no vragen'),
        ("<kamervraagnummer>1</kamervraagnummer>", "no Kamervraag"),
        ("<al>Los</al>", "no Kamervraag"),
    ],
)
def test_what_cannot_be_paired_is_named(body: str, message: str) -> None:
    with pytest.raises(ParseError, match=re.escape(message)):
        parse(wrapped(body))


@pytest.mark.parametrize(
    "data",
    [
        NEW.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + NEW,
        NEW.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        NEW.decode().replace("UTF-8", "ISO-8859-1").replace("–", "-").encode("latin-1"),
        NEW.decode().encode("cp1252"),  # declared UTF-8
        NEW.replace("ë".encode(), b"&#235;"),
        b"\n  " + NEW,
    ],
)
def test_the_same_in_other_encodings(data: bytes) -> None:
    assert [(vraag.number, vraag.question) for vraag in parse(data).vragen] == [
        (vraag.number, vraag.question) for vraag in parse(NEW).vragen
    ]


BOMB = (
    '<!DOCTYPE officiele-publicatie [<!ENTITY a "tttttttttt">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "data",
    [
        NEW[: len(NEW) // 2],
        NEW.replace(b"</vraag>", b"", 1),
        NEW.replace(b"Thee op", b"Thee\0 op"),
        wrapped("<vraag><nr>1</nr>" + "<al>" * 5000 + "?" + "</al>" * 5000 + "</vraag>"),
        wrapped("<vraag><nr>1</nr>" + "<al>" * 200 + "?" + "</al>" * 200 + "</vraag>"),
        b"<officiele-publicatie>",
        b"<officiele-publicatie/>",
        b"<vraagdoc></vraagdoc>",
        b"<rss><channel/></rss>",
        b'<?xml version="1.0"?><metadata_gegevens/>',
        NEW + b" " * 33_000_000,
    ],
    ids=["half", "unclosed", "nul", "deep", "too-deep", "open", "empty", "old", "rss", "record", "huge"],
)
def test_what_is_no_document_is_a_parse_error(data: bytes) -> None:
    with pytest.raises(ParseError, match=r"^file\.xml: "):
        parse(data)


def test_entities_are_neither_expanded_nor_fetched() -> None:
    start = time.thread_time()
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    for bomb in (BOMB, outside):
        data = (bomb + wrapped(asked("Vraag 1", "Thee &i;&e;?")).decode()).encode()
        try:
            text = parse(data).vragen[0].question or ""
        except ParseError:
            text = ""
        assert "tttt" not in text
        assert "root" not in text
    assert time.thread_time() - start < 1


@pytest.mark.parametrize("count", [2_000])
def test_time_is_linear(count: int) -> None:
    body = "".join(asked(f"Vraag {number % 999}", "Thee? " * 50) for number in range(1, 900))
    notes = f'<al>x<noot type="voet"><noot.al>{"n" * 10}</noot.al></noot></al>' * count
    data = wrapped(body + f"<antwoord><nr>Antwoord 1</nr>{notes}</antwoord>")
    start = time.thread_time()
    assert len(parse(data).vragen) == 899
    assert time.thread_time() - start < max(1.0, len(data) / 1e6)


TAGS = st.sampled_from(
    "vraag antwoord nr al noot noot.nr noot.al lijst li li.nr table row entry sup kamervraagopmerking omschr".split()
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> str:
    inner = draw(
        st.lists(st.text("ab 12?:,", max_size=8) | (trees(depth + 1) if depth < 4 else st.just("")), max_size=4)
    )
    tag = draw(TAGS)
    return f"<{tag}>{''.join(inner)}</{tag}>"


@settings(max_examples=200, deadline=None)
@given(st.lists(trees() | st.sampled_from([asked("Vraag 1", "a?"), answered("Antwoord 1", "b")]), max_size=6))
def test_any_tree_is_read_or_refused(parts: list[str]) -> None:
    try:
        document = parse(wrapped("".join(parts)))
    except ParseError:
        return
    assert len({vraag.number for vraag in document.vragen}) == len(document.vragen)
    parse_document(dump_document(document), "round trip")


@real
@pytest.mark.parametrize("path", sorted(FRAGMENTS.glob("*.xml")), ids=lambda path: path.name[:20])
def test_real_answers_pair_wholly(path: Path) -> None:
    from lxml import etree

    def place(element: etree._Element) -> tuple[int, bool]:
        number = re.search(r"\d+", element.findtext("nr") or "")
        assert number
        return int(number[0]), element.tag == "antwoord"

    root = etree.parse(str(path)).getroot()
    ordered = sorted(root, key=place)
    document = parse(wrapped("".join(etree.tostring(element, encoding="unicode") for element in ordered), path.stem))
    raw = path.read_text(encoding="utf-8")
    printed = {
        word: re.findall(r"\d+", " ".join(re.findall(rf"<nr[^>]*>{word} ([\d, ]+)</nr>", raw)))
        for word in ("Vraag", "Antwoord")
    }
    numbers = [vraag.number for vraag in document.vragen]
    assert numbers == sorted(printed["Vraag"], key=int) == sorted(printed["Antwoord"], key=int)
    assert all(vraag.question and vraag.answer for vraag in document.vragen)
    body = re.sub(r"<!--.*?-->|<noot .*?</noot>|<nr.*?</nr>|<\?.*?\?>|<[^>]*>", "", raw, flags=re.DOTALL)
    words = set(re.findall(r"\w+", body.replace("&amp;", "&")))
    parsed = " ".join(f"{vraag.question} {vraag.answer}" for vraag in document.vragen)
    assert words <= set(re.findall(r"\w+", re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]", "", parsed)))
    marks = sum(len(vraag.footnotes) for vraag in document.vragen if not vraag.answered_with)
    shared = {mark for vraag in document.vragen if vraag.answered_with for mark in vraag.footnotes}
    assert marks + len(shared) == raw.count("<noot ")
    assert all(note for vraag in document.vragen for note in vraag.footnotes.values())
