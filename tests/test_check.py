"""The quality report: one small document for each check, the clean sample, and the command as a user runs it."""

import json
from datetime import date
from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.cli import main
from rag.documents import read_documents, write_documents
from rag.quality import CHECKS, LONG_ANSWER, LONG_QUESTION, Finding, check_documents
from rag.records import Kamervraag, Mededeling, Person, Vraag
from rag.sample import sample_path

REAL = Path(__file__).parents[2] / "shared" / "data" / "documents" / "text" / "ah-tk-2023-2024"
QUESTION = "Hoe verloopt de aanleg van de dijk?"
ANSWER = "De aanleg verloopt volgens plan."


def vragen(*numbers: str) -> tuple[Vraag, ...]:
    return tuple(Vraag(number, QUESTION, ANSWER) for number in numbers)


def document(*items: Vraag, **fields: object) -> Kamervraag:
    """Return a document in which every field is filled and right, but for the fields given."""
    filled: dict[str, object] = {
        "title": "De dijk bij Oudekolk",
        "asked": date(2098, 3, 1),
        "answered": date(2098, 3, 20),
        "askers": (Person("Jorrit Waldekamp", "KUVE"),),
        "answerers": (Person("Mila Roggeveld", "GRH", "minister van Waterwegen"),),
        "topics": ("water",),
        "answer_url": "https://example.org/ah-tk-20972098-1.html",
    }
    return Kamervraag("2098Z00001", items or vragen("1", "2"), **{**filled, **fields})  # type: ignore[arg-type]


def found(*documents: Kamervraag) -> list[Finding]:
    report = check_documents(documents)
    assert list(report.findings) == list(CHECKS)
    return [finding for findings in report.findings.values() for finding in findings]


def seen(*documents: Kamervraag) -> list[tuple[str, str | None, str]]:
    return [(finding.check, finding.number, finding.detail) for finding in found(*documents)]


TABLE = [
    pytest.param(document(), [], id="nothing"),
    pytest.param(document(*vragen("1a", "1b", "2")), [], id="sub-numbers are no gap"),
    pytest.param(document(Vraag("1", QUESTION)), [("unanswered document", None, "")], id="unanswered"),
    pytest.param(
        document(*vragen("1"), Vraag("2", QUESTION)), [("vraag without antwoord", "2", QUESTION)], id="one unanswered"
    ),
    pytest.param(
        document(*vragen("1"), Vraag("2", None, ANSWER)), [("antwoord without vraag", "2", ANSWER)], id="no question"
    ),
    pytest.param(document(*vragen("1", "2", "4")), [("number missing", None, "3")], id="gap"),
    pytest.param(document(*vragen("2")), [("number missing", None, "1")], id="begins at 2"),
    pytest.param(document(*vragen("9")), [("number missing", None, "1, 2, 3, 4, 5 and 3 more")], id="long gap"),
    pytest.param(document(*vragen("1", "1A", "1a")), [("number doubled", "1a", "")], id="doubled but for case"),
    pytest.param(
        document(*vragen("1", "3", "2")), [("number out of order", "2", "stands after vraag 3")], id="out of order"
    ),
    pytest.param(
        document(Vraag("1", "Hoezo?", ANSWER)), [("short text", "1", "question of 6 characters: Hoezo?")], id="short"
    ),
    pytest.param(document(Vraag("1", QUESTION, "Ja")), [], id="Ja is an answer"),
    pytest.param(
        document(Vraag("1", QUESTION, "-")), [("short text", "1", "antwoord of 1 characters: -")], id="short antwoord"
    ),
    pytest.param(document(Vraag("1", "n" * LONG_QUESTION, "n" * LONG_ANSWER)), [], id="as long as may be"),
    pytest.param(
        document(Vraag("1", QUESTION, "n" * (LONG_ANSWER + 1))),
        [("long text", "1", f"antwoord of 5,001 characters: {'n' * 69}…")],
        id="long",
    ),
    pytest.param(
        document(Vraag("1", QUESTION, "Zie het antwoord op vraag 7.")),
        [("unresolved reference", "1", "names vraag 7")],
        id="unresolved",
    ),
    pytest.param(
        document(Vraag("1", QUESTION, "Zie vraag 7 van het lid Blauw (2097Z00001).")), [], id="a vraag elsewhere"
    ),
    pytest.param(
        document(Vraag("1", QUESTION, ANSWER, answered_with=("2",))),
        [("unresolved reference", "1", "answered with vraag 2")],
        id="answered with nobody",
    ),
    pytest.param(document(title=""), [("missing title", None, "")], id="title"),
    pytest.param(document(asked=None), [("missing asked", None, "")], id="asked"),
    pytest.param(document(answered=None), [("missing answered", None, "")], id="answered"),
    pytest.param(document(askers=()), [("missing askers", None, "")], id="askers"),
    pytest.param(document(askers=(Person("Blauw"),)), [("missing party", None, "Blauw")], id="party"),
    pytest.param(document(answerers=()), [("missing answerers", None, "")], id="answerers"),
    pytest.param(document(topics=()), [("missing topics", None, "")], id="topics"),
    pytest.param(document(answer_url=None), [("missing url", None, "")], id="url"),
    pytest.param(document(answer_url=None, question_url="https://example.org/kv"), [], id="the question's url will do"),
    pytest.param(
        document(Vraag("1", QUESTION), answered=None, answerers=()),
        [("unanswered document", None, "")],
        id="unanswered needs no minister",
    ),
    pytest.param(
        document(answered=date(2098, 2, 1)),
        [("date order", None, "answered 2098-02-01, asked 2098-03-01")],
        id="answered before asked",
    ),
    pytest.param(
        document(mededelingen=(Mededeling("Later.", date(2098, 1, 1)),)),
        [("date order", None, "mededeling of 2098-01-01, asked 2098-03-01")],
        id="mededeling before asked",
    ),
    pytest.param(
        document(asked=date(2097, 3, 1)), [("date order", None, "asked 2097-03-01")], id="the id has another year"
    ),
]

REMAINS = [
    ("Dat is zo. ah-tk-20972098-1 ISSN 0921 - 7398", "page furniture"),
    ("de maximum Tweede Kamer, vergaderjaar 2021–2022, Aanhangsel 2", "page furniture"),
    ("Dit is Pagina 3 van 9 van de brief", "page furniture"),
    ("een gebroken \ufffd teken", "page furniture"),
    ("de wet van kracht.Ten aanzien daarvan", "glued words"),
    ("de minister vanKlimaat", "glued words"),
    ("steun vande landelijke overheid", "glued words"),
    ("zie het antwoord opvraag 2", "glued words"),
    ("Ministerie (OM)uitbrengen", "glued words"),
]
CLEAN = [
    "Zie www.rijksoverheid.nl/dijken of mail naar dijk@oudekolk.nl.",
    "Staatsbosbeheer en DigiD, de GroenLinks-fractie (en anderen) en o.a. de NVWA.",
    "«Is dat zo?» Ja, zegt de NOS; «nee», zegt de krant.",
    "Van 1.000 naar 2.500,50 euro (bron: CBS).",
]


@pytest.mark.parametrize(("item", "expected"), TABLE)
def test_each_check(item: Kamervraag, expected: list[tuple[str, str | None, str]]) -> None:
    assert seen(item) == expected


@pytest.mark.parametrize(("text", "check"), REMAINS)
def test_remains_of_a_page(text: str, check: str) -> None:
    assert [(item.check, item.number) for item in found(document(Vraag("1", QUESTION, text), *vragen("2")))] == [
        (check, "1")
    ]


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_no_remains(text: str) -> None:
    assert seen(document(Vraag("1", QUESTION, text))) == []


def test_repeats_name_both_places() -> None:
    long = (
        "De aanleg van de dijk bij Oudekolk verloopt volgens plan en wordt naar verwachting in het voorjaar voltooid. "
    )
    first = document(Vraag("1", QUESTION, long + "Dat is zeker."))
    # Marks and case aside the text is the same; a short question that recurs is none of it.
    second = Kamervraag("2098Z00002", (Vraag("1", QUESTION, long.upper() + "dat is zeker"),), title="Oudekolk, de dijk")
    third = Kamervraag("2098Z00003", vragen("1"), title="De dijk bij Oudekolk in Meerwoude")
    report = check_documents([first, second, third])
    (same,) = report.findings["same antwoord"]
    assert (same.place, same.detail) == ("2098Z00002, vraag 1", "also 2098Z00001, vraag 1")
    assert report.findings["same question"] == ()
    assert report.findings["similar title"] == ()  # two words are too few to compare


def test_similar_titles() -> None:
    titles = [
        "De gestegen kosten van de nieuwe dijk bij Oudekolk",
        "Gestegen kosten nieuwe dijk Oudekolk",
        "Gestegen kosten van het nieuwe gemaal te Oudekolk",
    ]
    items = [Kamervraag(f"2098Z0000{number}", vragen("1"), title=title) for number, title in enumerate(titles, 1)]
    (similar,) = check_documents(items).findings["similar title"]
    assert (similar.document, similar.detail) == ("2098Z00002", f"also 2098Z00001: {titles[0]}")


def test_a_text_repeated_within_its_document_is_no_duplicate() -> None:
    assert seen(document(Vraag("1", QUESTION, ANSWER * 9), Vraag("2", QUESTION, ANSWER * 9))) == []


def test_the_sample_is_clean_but_for_what_it_shows() -> None:
    report = check_documents(read_documents(sample_path()))
    counts = {name: len(findings) for name, findings in report.findings.items() if findings}
    assert counts == {"unanswered document": 1, "missing url": report.documents, "same antwoord": 1}


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        write_documents([document(*(Vraag(str(n), QUESTION, "Zie vraag 90.") for n in range(1, 6)))], stream)
    assert main(["check", "--documents", str(path)]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert captured.err == ""
    assert lines[0] == "1 documents, 5 vragen, 5 with an antwoord."
    place = lines.index("      5  unresolved reference  (to a vraag that the document does not have)")
    assert [line.strip() for line in lines[place + 1 : place + 5]] == [
        "2098Z00001, vraag 1: names vraag 90",
        "2098Z00001, vraag 2: names vraag 90",
        "2098Z00001, vraag 3: names vraag 90",
        "…",
    ]
    assert any(line.startswith("Nothing found: unanswered document, ") for line in lines)


def test_documents_and_their_index_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_index(read_documents(sample_path()), tmp_path / "index", HashEncoder())
    reports = []
    for source in (["--documents", str(sample_path())], ["--index", str(tmp_path / "index")]):
        assert main(["check", "--json", *source]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0] == reports[1]
    assert set(reports[0]) == {"documents", "vragen", "answered", "checks"}
    assert set(reports[0]["checks"]) == set(CHECKS)
    assert reports[0]["checks"]["unanswered document"]["findings"] == [
        {"document": "2099Z00398", "number": None, "detail": ""}
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            '{"id":"2098Z00001","vragen":[{"number":"1","question":"a"},{"number":"1","question":"b"}]}',
            "occurs 2 times",
        ),
        ('{"id":"2098Z00001"', "not valid JSON"),
    ],
)
def test_documents_that_cannot_be_read(
    line: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.jsonl").write_text(line, encoding="utf-8")
    assert main(["check", "--documents", str(tmp_path / "d.jsonl")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert complaint in captured.err


def test_one_source_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["check", "--documents", "a", "--index", "b"])
    assert stop.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents (../shared/data) are not here")
def test_real_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", str(REAL)]) == 0
    (tmp_path / "d.jsonl").write_text(capsys.readouterr().out, encoding="utf-8")
    report = check_documents(read_documents(tmp_path / "d.jsonl"))
    assert (report.documents, report.vragen, report.answered) == (24, 203, 203)
    clean = ("vraag without antwoord", "antwoord without vraag", "number missing", "unresolved reference", "date order")
    assert {name: report.findings[name] for name in clean} == dict.fromkeys(clean, ())
    assert {item.document for item in report.findings["number out of order"]} == {  # so they are numbered in print
        "ah-tk-20232024-1296",
        "ah-tk-20232024-1770",
    }
