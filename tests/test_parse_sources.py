"""Archives, data sets, folders with records beside the documents: every document in them, and nothing twice."""

import bz2
import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.errors import ParseError
from rag.parsing import ParseFailure, parse_bytes, parse_file, parse_paths
from rag.parsing.archive import MAX_MEMBERS, Archive
from rag.parsing.metadata import find_metadata, read_record
from rag.records import Kamervraag, Person

DATA = Path(__file__).parents[2] / "shared" / "data" / "documents"
real = pytest.mark.skipif(not DATA.exists(), reason="the real documents are not at ../shared/data")

XML = (
    b"<officiele-publicatie><kamervragen><vraag><nr>Vraag 1</nr><al>Is er thee?</al></vraag>"
    b"<antwoord><nr>Antwoord 1</nr><al>Ja.</al></antwoord></kamervragen></officiele-publicatie>"
)
QUESTION = XML[: XML.index(b"<antwoord>")] + b"</kamervragen></officiele-publicatie>"
TEXT = b"Vraag 1\nIs er koffie?\nAntwoord 1\nNee.\n"
RECORD = b"""<metadata_gegevens>
  <metadata name="DC.identifier" scheme="OVERHEIDop.ParlID" content="ah-tk-20302031-9"/>
  <metadata name="DC.title" scheme="" content="Vragen over thee"/>
  <metadata name="DC.type" scheme="OVERHEIDop.AanhangselTypen" content="Antwoord"/>
  <metadata name="OVERHEIDop.vraagnummer" scheme="" content="2030Z00009"/>
  <metadata name="OVERHEIDop.indiener" scheme="" content="A. Bos"/>
  <metadata name="OVERHEIDop.indiener" scheme="" content="B. Wit"/>
  <metadata name="OVERHEIDop.ontvanger" scheme="" content="C. Vos"/>
  <metadata name="OVERHEIDop.datumOntvangst" scheme="DCTERMS.W3CDTF" content="2030-06-01"/>
  <metadata name="OVERHEID.category" scheme="" content="Voeding | Thee"/>
</metadata_gegevens>"""
SIDECAR = {
    "format": 1,
    "id": "2030D00001",
    "vraagnummer": "2030Z00009",
    "kind": "answer",
    "door": "tweedekamer",
    "download": {"file": "2030D00001.txt", "url": "https://thee.example/1", "sha256": "0"},
    "title": "Vragen over thee",
    "asked": "2030-05-03",
    "answered": "2030-06-01",
    "askers": [{"name": "A. Bos", "party": "ABC"}],
    "addressees": [{"name": "C. Vos", "role": "minister van Thee"}],
    "topics": ["Voeding | Thee"],
    "answer_id": "ah-tk-20302031-9",
    "question_url": "https://thee.example/kv",
    "answer_url": "https://thee.example/ah",
}
ROW = {
    "Id": "0",
    "Soort": "Antwoord schriftelijke vragen",
    "DocumentNummer": "2030D00001",
    "Onderwerp": "Antwoord op vragen over thee ",
    "Datum": "2030-06-01T00:00:00+02:00",
    "Aanhangselnummer": "303100009",
    "Zaak": [
        {
            "Nummer": "2030Z00009",
            "Onderwerp": "Thee",
            "GestartOp": "2030-05-03T00:00:00+02:00",
            "ZaakActor": [
                {"ActorNaam": "B. Wit", "ActorFractie": "DEF", "Relatie": "Medeindiener"},
                {"ActorNaam": "A. Bos", "ActorFractie": "ABC", "Relatie": "Indiener"},
                {"ActorNaam": "C. Vos", "Functie": "minister van Thee", "Relatie": "Gericht aan"},
            ],
        }
    ],
}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def ids(documents: list[Kamervraag]) -> list[str]:
    return [document.id for document in documents]


def read_folder(folder: Path, files: dict[str, bytes]) -> tuple[list[Kamervraag], list[ParseFailure]]:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    failures: list[ParseFailure] = []
    return list(parse_paths([folder], failures)), failures


# Archives


def test_every_document_of_an_archive_in_name_order() -> None:
    data = packed({"b/2030Z00002.txt": TEXT, "a/2030Z00001.xml": XML, "a/logo.png": b"x", "__MACOSX/a": b"x"})
    assert ids(parse_bytes(data, "all.zip")) == ["2030Z00001", "2030Z00002"]


def test_an_archive_in_an_archive() -> None:
    inner = packed({"2030Z00001.xml": XML})
    assert ids(parse_bytes(packed({"inner.zip": inner, "2030Z00002.xml": XML}), "all.zip")) == [
        "2030Z00002",
        "2030Z00001",
    ]


def test_a_broken_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    data = packed({"2030Z00001.xml": XML, "2030Z00002.xml": XML[:90], "2030Z00003.txt": TEXT})
    documents, failures = read_folder(tmp_path, {"all.zip": data})
    assert ids(documents) == ["2030Z00001", "2030Z00003"]
    (failure,) = failures
    assert failure.document == str(tmp_path / "all.zip" / "2030Z00002.xml")
    assert "no well-formed XML" in failure.reason


def test_records_inside_an_archive_count(tmp_path: Path) -> None:
    data = packed({"d/ah-tk-20302031-9.xml": XML, "d/ah-tk-20302031-9.metadata.xml": RECORD})
    (document,) = parse_bytes(data, "all.zip")
    assert (document.id, document.answer_id) == ("2030Z00009", "ah-tk-20302031-9")


def bomb() -> bytes:
    return packed({"2030Z00001.xml": b" " * 30_000_000})


def nested(depth: int) -> bytes:
    data = packed({"2030Z00001.xml": XML})
    for _ in range(depth):
        data = packed({"inner.zip": data})
    return data


def locked() -> bytes:
    data = bytearray(packed({"2030Z00001.xml": XML}))
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + place] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (packed({"2030Z00001.xml": XML})[:150], "damaged"),
        (b"PK\x03\x04" + bytes(200), "damaged"),
        (bomb(), "unpacks to more than is safe"),
        (nested(4), "an archive within"),
        (locked(), "cannot be unpacked"),
        (packed({"2030Z00001.xml": XML}).replace(XML[:0] + b"\x08\x00", b"\x63\x00"), "archive|unpacked|damaged"),
        (packed({f"{number}": b"" for number in range(MAX_MEMBERS + 1)}), "more than 100,000 files"),
    ],
    ids=["half", "zeros", "bomb", "nested", "locked", "packing", "members"],
)
def test_what_cannot_be_unpacked_is_a_parse_error(data: bytes, message: str) -> None:
    start = time.thread_time()
    with pytest.raises(ParseError, match=message):
        parse_bytes(data, "all.zip")
    assert time.thread_time() - start < 5


def test_a_member_that_is_not_there() -> None:
    with pytest.raises(ParseError, match="has no b"):
        Archive(packed({"a": b""}), "all.zip").read("b")


@settings(max_examples=150, deadline=None)
@example(place=339, value=0, cut=0)  # a file without a name
@given(st.integers(0, 400), st.integers(0, 255), st.integers(0, 400))
def test_a_damaged_archive_is_read_or_refused(place: int, value: int, cut: int) -> None:
    data = bytearray(packed({"2030Z00001.xml": XML, "2030Z00002.txt": TEXT}))
    data[place % len(data)] = value
    try:
        documents = parse_bytes(bytes(data[: len(data) - cut % 40]), "all.zip")
    except ParseError:
        return
    assert set(ids(documents)) <= {"2030Z00001", "2030Z00002"} or value


# WetSuite's data set


def entry(numbers: str, question: str, answer: str, **fields: object) -> dict[str, object]:
    label = numbers.replace(" ", ", ")
    vraagdata = {
        numbers: {
            "antwoord": ["x", f'<antwoord xmlns:xsi="http://x"><nr>Antwoord {label}</nr><al>{answer}</al></antwoord>'],
            "vraag": ["x", f'<vraag xmlns:xsi="http://x"><nr>Vraag {label}</nr><al>{question}</al></vraag>'],
        }
    }
    return {"type": ["Antwoord"], "vraagdata": vraagdata, **fields}


FIRST = entry(
    "1 2",
    "Is er thee?<noot><noot.nr>1</noot.nr><noot.al>Krant.</noot.al></noot>",
    "Ja &amp; nee.",
    identifier="ah-tk-20302031-9",
    indiener=["A. Bos"],
    ontvanger=["C. Vos"],
    issued="2030-06-01",
    category="Voeding | Thee",
)
SECOND = entry("3", "Koffie?", "Nee.", identifier="ah-tk-20302031-10")
SET = {"ah-tk-20302031-9": FIRST, "ah-tk-20302031-10": SECOND}


LAYOUTS = {
    "object": json.dumps(SET, indent=1),
    "list": json.dumps(list(SET.values()), indent=1),
    "data-object": json.dumps({"description": "d", "data": SET}),
    "data-list": json.dumps({"data": list(SET.values()), "description": None}),
    "named list": json.dumps({"kamervragen": list(SET.values())}),
    "lines": "".join(f"{json.dumps(item)}\n" for item in SET.values()),
    "lines of objects": "\n".join(json.dumps({key: item}) for key, item in SET.items()),
}


@pytest.mark.parametrize("raw", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("pack", [bytes, bz2.compress], ids=["plain", "bz2"])
def test_the_data_set_in_every_layout(raw: str, pack: Callable[[bytes], bytes]) -> None:
    first, second = parse_bytes(pack(raw.encode()), "kamervragen.json")
    assert (first.id, first.answer_id, second.id) == ("ah-tk-20302031-9", "ah-tk-20302031-9", "ah-tk-20302031-10")
    assert [(vraag.number, vraag.question, vraag.answer) for vraag in first.vragen] == [
        ("1", "Is er thee?¹", "Ja & nee."),
        ("2", "Is er thee?¹", "Ja & nee."),
    ]
    assert first.vragen[0].footnotes == {"1": "Krant."}
    assert (first.askers, first.answerers) == ((Person("A. Bos"),), (Person("C. Vos"),))
    assert (first.answered, first.topics) == (date(2030, 6, 1), ("Voeding | Thee",))
    assert [vraag.number for vraag in second.vragen] == ["3"]


def test_an_entry_with_plain_text_alone() -> None:
    raw = {
        "a": {"identifier": "ah-tk-20302031-9", "vraagdata": {"10": {"vraag": "T & k?"}, "2": {"vraag": ["A\n\nB?"]}}}
    }
    (document,) = parse_bytes(json.dumps(raw).encode(), "set.json")
    assert [(vraag.number, vraag.question) for vraag in document.vragen] == [("2", "A\nB?"), ("10", "T & k?")]


def test_entries_that_cannot_be_read_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    bad = {"identifier": "ah-tk-20302031-11", "vraagdata": {}}
    worse = entry("1", "A?<br>", "B", identifier="ah-tk-20302031-12")
    raw = json.dumps({"a": FIRST, "b": bad, "c": worse, "d": SECOND})
    documents, failures = read_folder(tmp_path, {"kamervragen.json": raw.encode()})
    assert ids(documents) == ["ah-tk-20302031-9", "ah-tk-20302031-10"]
    assert [failure.document.rpartition("/")[2] for failure in failures] == [
        "ah-tk-20302031-11.xml",
        "ah-tk-20302031-12.xml",
    ]


@pytest.mark.parametrize("cut", [-1, -40, -200])
@pytest.mark.parametrize("pack", [bytes, bz2.compress], ids=["plain", "bz2"])
def test_a_broken_data_set_is_a_parse_error(cut: int, pack: Callable[[bytes], bytes]) -> None:
    data = pack(json.dumps(SET).encode())[:cut]
    with pytest.raises(ParseError, match=r"damaged|middle|valid JSON"):
        parse_bytes(data, "kamervragen.json")


def test_a_large_data_set_is_read_in_linear_time() -> None:
    raw = {f"ah-tk-20302031-{number}": SECOND | {"identifier": f"ah-tk-20302031-{number}"} for number in range(2_000)}
    long = entry("1", "Lang? " * 500_000, "Ja.", identifier="ah-tk-20302031-9999")
    data = json.dumps({**raw, "long": long}).encode()
    start = time.thread_time()
    assert len(parse_bytes(data, "set.json")) == 2_001
    assert time.thread_time() - start < max(2.0, 2 * len(data) / 1e6)


@real
def test_the_real_entries_are_the_real_xml() -> None:
    raw = json.loads((DATA / "wetsuite-sample.json").read_text(encoding="utf-8"))
    documents = parse_file(DATA / "wetsuite-sample.json")
    assert [document.answer_id for document in documents] == list(raw)
    for document, item in zip(documents, raw.values(), strict=True):
        numbers = sorted((number for key in item["vraagdata"] for number in key.split()), key=int)
        assert [vraag.number for vraag in document.vragen] == numbers
        assert all(vraag.question and vraag.answer for vraag in document.vragen)
        assert document.askers
        assert document.answerers
        assert document.answered
        assert document.topics


# What lies next to a document


def test_a_record_completes_its_document(tmp_path: Path) -> None:
    files = {"2030Z00009/ah-tk-20302031-9.xml": XML, "2030Z00009/ah-tk-20302031-9.metadata.xml": RECORD}
    (document,), failures = read_folder(tmp_path, files)
    assert failures == []
    assert (document.id, document.answer_id, document.title) == ("2030Z00009", "ah-tk-20302031-9", "Vragen over thee")
    assert document.askers == (Person("A. Bos"), Person("B. Wit"))
    assert document.answerers == (Person("C. Vos"),)
    assert (document.asked, document.answered) == (None, date(2030, 6, 1))
    assert document.topics == ("Voeding | Thee",)
    assert document.question_url == "https://zoek.officielebekendmakingen.nl/kv-tk-2030Z00009.html"


def test_a_sidecar_gives_a_document_its_number(tmp_path: Path) -> None:
    files = {"2030D00001.txt": TEXT, "2030D00001.json": json.dumps(SIDECAR).encode(), "last-run.json": b"{}"}
    (document,), failures = read_folder(tmp_path, files)
    assert failures == []
    assert (document.id, document.answer_id) == ("2030Z00009", "ah-tk-20302031-9")
    assert (document.asked, document.answered) == (date(2030, 5, 3), date(2030, 6, 1))
    assert document.askers == (Person("A. Bos", "ABC"),)
    assert document.answerers == (Person("C. Vos", role="minister van Thee"),)
    assert document.question_url == "https://zoek.officielebekendmakingen.nl/kv-tk-2030Z00009.html"
    assert document.answer_url == "https://thee.example/ah"


@pytest.mark.parametrize("raw", [ROW, {"value": [{"DocumentNummer": "2030D00002"}, ROW]}], ids=["row", "page"])
def test_a_row_of_the_tweede_kamer(tmp_path: Path, raw: object) -> None:
    (document,), _ = read_folder(tmp_path, {"2030D00001.txt": TEXT, "2030D00001.json": json.dumps(raw).encode()})
    assert (document.id, document.answer_id, document.title) == ("2030Z00009", "ah-tk-20302031-9", "Thee")
    assert document.askers == (Person("A. Bos", "ABC"), Person("B. Wit", "DEF"))
    assert document.answerers == (Person("C. Vos", role="minister van Thee"),)
    assert (document.asked, document.answered) == (date(2030, 5, 3), date(2030, 6, 1))


def test_a_question_document_gets_nothing_of_an_answer(tmp_path: Path) -> None:
    sidecar = json.dumps(SIDECAR | {"kind": "question"}).encode()
    (document,), _ = read_folder(tmp_path, {"2030D00001.xml": QUESTION, "2030D00001.json": sidecar})
    assert (document.answered, document.answerers, document.answer_id, document.answer_url) == (None, (), None, None)


def test_what_the_document_prints_goes_first(tmp_path: Path) -> None:
    head = (
        "Vragen van het lid Bos over koffie (ingezonden 1 mei 2030).\nAntwoord van Minister Mol (Thee).\n2030Z00001\n"
    )
    files = {"2030D00001.txt": head.encode() + TEXT, "2030D00001.json": json.dumps(SIDECAR).encode()}
    (document,), _ = read_folder(tmp_path, files)
    assert (document.id, document.title, document.asked) == ("2030Z00001", "Koffie", date(2030, 5, 1))
    assert document.askers == (Person("Bos", "ABC"),)
    assert [person.name for person in document.answerers] == ["Mol"]


@pytest.mark.parametrize("body", [b"{", b'{"download": {}, "askers": [{}]}', b'{"download": 1, "askers": 3}'])
def test_a_damaged_sidecar_is_named(tmp_path: Path, body: bytes) -> None:
    documents, (failure,) = read_folder(tmp_path, {"2030D00001.txt": TEXT, "2030D00001.json": body})
    assert documents == []
    assert "2030D00001.json" in failure.reason


def test_what_is_not_whole_is_no_document(tmp_path: Path) -> None:
    files = {".2030Z00001.xml.part": XML, "2030Z00002.xml.part": XML, "2030Z00003.json": b"{}", "2030Z00004.xml": XML}
    documents, failures = read_folder(tmp_path, files)
    assert (ids(documents), failures) == (["2030Z00004"], [])


@real
def test_the_real_record() -> None:
    metadata = read_record((DATA / "xml/metadata/ah-1151601_metadata.xml").read_bytes(), "ah-1151601_metadata.xml")
    assert (metadata.vraagnummer, metadata.kind) == ("2024Z11223", "mededeling")
    assert metadata.title == "Uitstel beantwoording vragen van het lid Pijpelink over de doorstroomtoets"
    assert (metadata.date, metadata.answered, metadata.answer_id) == (date(2024, 7, 5), None, None)
    assert (metadata.askers, metadata.answerers) == ((Person("A. Pijpelink"),), (Person("M.L.J. Paul"),))


@real
def test_all_real_rows_are_read() -> None:
    rows = json.loads((DATA / "odata/documents.json").read_text(encoding="utf-8"))
    rows = rows if isinstance(rows, list) else rows["value"]
    answers = [row for row in rows if row.get("Aanhangselnummer") and row["Soort"] == "Antwoord schriftelijke vragen"]
    assert len(answers) > 1_000
    for row in answers:
        metadata = find_metadata("x.pdf", {"x.json": json.dumps(row).encode()}.get)
        assert metadata is not None
        number = row["Aanhangselnummer"]
        assert metadata.answer_id == f"ah-tk-20{number[:2]}20{number[2:4]}-{int(number[4:])}"
        assert metadata.answered == date.fromisoformat(row["Datum"][:10])
