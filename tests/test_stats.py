"""Figures over documents worked out by hand, ministries out of functions, the command, and the picture."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.cli import main
from rag.documents import read_documents, write_documents
from rag.records import Kamervraag, Mededeling, Person, Vraag
from rag.sample import sample_path
from rag.statistics import LATE_AFTER, UNKNOWN, Figures, Group, figures_of, ministry_of

ASKED = date(2098, 3, 1)


def document(
    number: int,
    *vragen: Vraag,
    days: int | None = None,
    asked: date | None = ASKED,
    parties: tuple[str, ...] = (),
    roles: tuple[str, ...] = (),
    mededelingen: tuple[Mededeling, ...] = (),
) -> Kamervraag:
    return Kamervraag(
        f"2098Z{number:05}",
        vragen or (Vraag("1", "Hoe gaat het?", "Goed."),),
        asked=asked,
        answered=ASKED + timedelta(days=days) if days is not None else None,
        askers=tuple(Person(f"Lid {place}", party) for place, party in enumerate(parties)),
        answerers=tuple(Person(f"Bewindspersoon {place}", None, role) for place, role in enumerate(roles)),
        mededelingen=mededelingen,
    )


def rows(groups: tuple[Group, ...]) -> dict[str, tuple[int, int]]:
    return {group.name: (group.documents, group.vragen) for group in groups}


ROLES = [
    ("minister van Financiën", "Financiën"),
    ("Minister van Landbouw, Natuur en Voedselkwaliteit", "Landbouw, Natuur en Voedselkwaliteit"),
    ("staatssecretaris van Justitie en Veiligheid", "Justitie en Veiligheid"),
    ("minister voor Klimaat en Energie", "Klimaat en Energie"),
    ("minister zonder portefeuille Economische Zaken", "Economische Zaken"),
    ("staatssecretaris Financiën (Fiscaliteit en Belastingdienst)", "Financiën"),
    ("minister-president, minister van Algemene Zaken", "Algemene Zaken"),
    ("minister-president", "Algemene Zaken"),
    ("Binnenlandse Zaken", "Binnenlandse Zaken"),
    ("minister", "minister"),
]


@pytest.mark.parametrize(("role", "ministry"), ROLES)
def test_ministry_of(role: str, ministry: str) -> None:
    assert ministry_of(role) == ministry


def test_answer_time() -> None:
    figures = figures_of([document(number, days=days) for number, days in enumerate([10, 21, 22, 40, None])])
    assert figures.total.days == (10, 21, 22, 40)
    assert figures.total.median_days == 21.5
    assert figures.total.late_share == 0.5  # the 21st day is in time
    assert LATE_AFTER == 21


def test_reversed_dates_count_for_no_answer_time() -> None:
    figures = figures_of([document(1, days=-3), document(2, days=0)])
    assert (figures.reversed_dates, figures.total.days, figures.total.late_share) == (1, (0,), 0.0)


def test_words_of_a_shared_antwoord_count_once() -> None:
    shared = "Dat is juist."
    vragen = (
        Vraag("1", "Klopt dat?", shared, answered_with=("2",)),
        Vraag("2", "En dit ook?", shared, answered_with=("1",)),
        Vraag("3", "Waarom?", "Daarom niet."),
        Vraag("4", "Hoe dan?"),
    )
    figures = figures_of([document(1, *vragen)])
    assert (figures.question_words, figures.answer_words) == (2 + 3 + 1 + 2, 3 + 2)
    assert (figures.total.vragen, figures.total.answered) == (4, 3)


def test_groups() -> None:
    figures = figures_of(
        [
            document(1, parties=("KUVE", "GRH", "KUVE"), roles=("minister van Waterwegen",), days=30),
            document(2, parties=("GRH",), roles=("staatssecretaris van Waterwegen", "minister van Post"), days=20),
            document(3, asked=None, days=400),
            document(4, asked=None, mededelingen=(Mededeling("Later."), Mededeling("Nog later."))),
        ]
    )
    assert rows(figures.parties) == {"GRH": (2, 2), "KUVE": (1, 1), UNKNOWN: (2, 2)}
    assert list(rows(figures.parties)) == ["GRH", "KUVE", UNKNOWN]  # most first, the unknown last
    assert rows(figures.ministries) == {"Waterwegen": (2, 2), "Post": (1, 1), UNKNOWN: (2, 2)}
    assert rows(figures.years) == {"2098": (4, 4)}
    assert {group.name: group.days for group in figures.ministries} == {
        "Waterwegen": (20, 30),
        "Post": (20,),
        UNKNOWN: (),
    }
    assert figures.mededelingen == 2


@pytest.mark.parametrize(
    ("name", "asked", "answered", "year"),
    [
        ("2097Z00001", date(2098, 1, 2), None, "2098"),
        ("2097Z00001", None, date(2098, 1, 2), "2097"),
        ("ah-tk-20972098-1", None, date(2098, 1, 2), "2098"),
        ("ah-tk-20972098-1", None, None, UNKNOWN),
    ],
)
def test_the_year_is_that_of_asking_as_far_as_known(
    name: str, asked: date | None, answered: date | None, year: str
) -> None:
    item = Kamervraag(name, (Vraag("1", "Hoe gaat het?"),), asked=asked, answered=answered)
    assert [group.name for group in figures_of([item]).years] == [year]


def test_spellings_of_a_ministry_are_one_under_the_commonest() -> None:
    common = "minister van Post en Water"
    roles = [common, "minister van Post enWater", "Minister van post en water", common]
    figures = figures_of([document(number, roles=(role,)) for number, role in enumerate(roles)])
    assert rows(figures.ministries) == {"Post en Water": (4, 4)}


def test_nothing() -> None:
    assert figures_of([]) == Figures(Group(""), 0, 0, 0, 0)
    assert (Group("").median_days, Group("").late_share) == (None, None)


def test_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        write_documents(
            [document(1, parties=("KUVE",), roles=("minister van Post",), days=30), document(2, days=20)], stream
        )
    assert main(["stats", "--documents", str(path)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.splitlines() == [
        "2 documents, 2 vragen, 2 with an antwoord; 0 mededelingen.",
        "6 words in questions, 2 in antwoorden.",
        "Answer time of 2 documents: median 25 days, 50% after more than 21 days.",
        "",
        "year  documents   vragen  answered  median days  late",
        "2098          2        2         2           25   50%",
        "",
        "ministry  documents   vragen  answered  median days  late",
        "Post              1        1         1           30  100%",
        "unknown           1        1         1           20    0%",
        "",
        "party    documents   vragen  answered  median days  late",
        "KUVE             1        1         1           30  100%",
        "unknown          1        1         1           20    0%",
    ]


def test_unknown_answer_time_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.jsonl").write_text('{"id":"2098Z00001","vragen":[{"number":"1","question":"a"}]}')
    assert main(["stats", "--documents", str(tmp_path / "d.jsonl")]) == 0
    assert "Answer time unknown: no document has both days." in capsys.readouterr().out


def test_documents_and_their_index_give_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_index(read_documents(sample_path()), tmp_path / "index", HashEncoder())
    outputs = []
    for source in (["--documents", str(sample_path())], ["--index", str(tmp_path / "index")]):
        assert main(["stats", "--json", *source]) == 0
        outputs.append(json.loads(capsys.readouterr().out))
    assert outputs[0] == outputs[1]
    sample = list(read_documents(sample_path()))
    assert outputs[0]["documents"] == len(sample)
    assert outputs[0]["vragen"] == sum(len(item.vragen) for item in sample)
    assert sum(group["documents"] for group in outputs[0]["by_year"].values()) == len(sample)


@pytest.mark.parametrize(("name", "start"), [("f.png", b"\x89PNG\r\n"), ("f.svg", b"<?xml"), ("f.SVG", b"<?xml")])
def test_the_picture(name: str, start: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'plot') is not installed")
    path = tmp_path / name
    assert main(["stats", "--documents", str(sample_path()), "--plot", str(path), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["documents"] == 30
    assert "Drawn in" in captured.err
    picture = path.read_bytes()
    assert picture.startswith(start)
    if name == "f.svg":
        assert "Documents per ministry" in picture.decode()
        assert main(["stats", "--documents", str(sample_path()), "--plot", str(path)]) == 0
        assert path.read_bytes() == picture


def test_a_picture_of_nothing_known(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'plot') is not installed")
    (tmp_path / "d.jsonl").write_text('{"id":"2098Z00001","vragen":[{"number":"1","question":"a"}]}')
    assert main(["stats", "--documents", str(tmp_path / "d.jsonl"), "--plot", str(tmp_path / "f.png")]) == 0


def test_without_matplotlib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["stats", "--documents", str(sample_path()), "--plot", str(tmp_path / "f.png")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "pip install 'kamerwijzer[plot]'" in captured.err


def test_other_pictures_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["stats", "--plot", "f.gif"])
    assert stop.value.code == 2
    assert ".png" in capsys.readouterr().err


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib (the extra 'plot') is not installed")
    assert main(["stats", "--documents", str(sample_path()), "--plot", str(tmp_path / "none" / "f.png")]) == 1
    assert "No such file or directory" in capsys.readouterr().err
