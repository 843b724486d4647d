"""What a fetch brings is what the parser reads: one Kamervraag a vraagnummer, completed by the sidecars."""

import json
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from fetching import Fetcher
from official_corpus import make_corpus
from official_server import ODATA, Fault, OfficialServer

from rag.cli import main
from rag.cli.fetch import show
from rag.fetch import Progress
from rag.parsing import ParseFailure, parse_paths
from rag.records import Person


def test_a_fetched_folder_is_parsed_whole(tmp_path: Path) -> None:
    corpus = make_corpus(20)
    with OfficialServer(corpus) as server:
        Fetcher(server, tmp_path)()
    failures: list[ParseFailure] = []
    documents = list(parse_paths([tmp_path], failures))
    assert failures == []
    assert [document.id for document in documents] == [f"2024Z{number:05d}" for number in range(1, 21)]
    for index, document in enumerate(documents):
        assert document.title == f"De verlichting van fietspad {index}"
        assert document.askers == (Person("A. de Vries", "ABC"), Person("B. Bakker", "DPB"))
        assert [person.role for person in document.answerers] == ["minister van Fietspaden"]
        assert document.topics == ("Verkeer | Weg", "Recht")
        assert document.answer_id == f"ah-tk-20232024-{index + 1}"
        assert [(vraag.number, vraag.answer) for vraag in document.vragen] == [("1", "Ja.")]
    assert (documents[0].asked, documents[0].answered) == (date(2024, 1, 1), date(2024, 1, 31))


def test_the_commands_one_after_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with OfficialServer(make_corpus(3)) as server:
        services = ["--odata-url", server.base + ODATA, "--repository-url", server.base, "--sru-url", server.base]
        command = ["fetch", str(tmp_path / "raw"), *services, "--json"]
        server.faults["/Resource"] = [Fault(body=b"<html>fout404</html>")]
        assert main([*command, "--from", "2024-01-01", "--to", "2024-12-31"]) == 1
        first = capsys.readouterr()
        assert list(json.loads(first.out)["failed"]) == ["kv-tk-2024Z00001"]
        assert "kamerwijzer: kv-tk-2024Z00001: " in first.err
        assert main([*command, "--update"]) == 0
        assert json.loads(capsys.readouterr().out)["new"] == ["kv-tk-2024Z00001"]
    assert main(["parse", str(tmp_path / "raw")]) == 0
    parsed = capsys.readouterr()
    assert [json.loads(line)["id"] for line in parsed.out.splitlines()] == [
        f"2024Z0000{number}" for number in (1, 2, 3)
    ]
    assert "3 documents, 3 vragen; 0 files could not be parsed." in parsed.err


def test_a_terminal_shows_a_bar_and_every_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with OfficialServer(make_corpus(4)) as server:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        services = ["--odata-url", server.base + ODATA, "--repository-url", server.base, "--sru-url", server.base]
        server.faults["/Resource"] = [Fault(status=429, headers=(("Retry-After", "1"),))]
        assert main(["fetch", str(tmp_path), *services, "--from", "2024-01-01", "--to", "2024-12-31"]) == 0
    said = capsys.readouterr().err
    assert "[........................] 0/4 Kamervragen, 0 documents" in said
    assert re.search(r"\[#{12}\.{12}\] 2/4 Kamervragen, \d+ documents, \d+ s left", said)
    assert re.search(r"\[#{24}\] 4/4 Kamervragen, 10 documents +\n", said)
    assert "\nWaiting 1 s: 127.0.0.1: status 429\n" in said


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (Progress(1, 4, 2, 89.0), "[######..................] 1/4 Kamervragen, 2 documents, 89 s left"),
        (Progress(2, 4, 4, 3000.0), "50 min left"),
        (Progress(3, 4, 6, 9000.0), "2.5 h left"),
        (Progress(), ""),
    ],
)
def test_the_time_left_in_its_unit(
    progress: Progress, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show(progress)
    said = capsys.readouterr().err
    assert shown in said
    assert bool(said) == bool(shown)


@pytest.mark.parametrize(
    "wrong", [[], ["--update", "--numbers", "2024Z00001"], ["--from", "gisteren"], ["--update", "--to", "2024-01-01"]]
)
def test_wrong_use_of_fetch(wrong: list[str], tmp_path: Path) -> None:
    try:
        code = main(["fetch", str(tmp_path), *wrong])
    except SystemExit as stop:  # argparse's own way
        code = int(stop.code or 0)
    assert code == 2
    assert list(tmp_path.iterdir()) == []
