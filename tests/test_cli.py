"""The command line as a user runs it: data on stdout, complaints on stderr in one sentence, exit codes."""

import json
from pathlib import Path

import pytest

from embeddings.encoder import HashEncoder
from rag.build import build_index
from rag.cli import main
from rag.documents import read_documents, write_documents
from rag.records import Kamervraag, Vraag
from rag.sample import sample_path

SOURCE = """Kamervraag 2099Z00101

Brug bij Meerwoude

Ingediend 3 januari 2099
Beantwoord 2 februari 2099 (na 30 dagen)
Indieners Jorrit Waldekamp (KUVE)
Beantwoord door Mila Roggeveld (minister van Waterwegen) (GRH)
Onderwerpen verkeer
Bron vraag https://zoek.officielebekendmakingen.nl/kv-tk-2099Z00101.html
Bron antwoord https://zoek.officielebekendmakingen.nl/ah-tk-20982099-101.html
 • Vraag 1
  Wanneer wordt de brug bij Meerwoude vervangen?

  De brug bij Meerwoude wordt in 2101 vervangen.

 • Vraag 2
  Wat kost de vervanging van de brug?

  De vervanging van de brug kost € 12 miljoen.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "index"
    build_index(read_documents(sample_path()), folder, HashEncoder())
    return folder


def test_parse_build_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "brug.txt").write_text(SOURCE, encoding="utf-8")
    assert main(["parse", str(tmp_path / "brug.txt")]) == 0
    (tmp_path / "d.jsonl").write_text(capsys.readouterr().out, encoding="utf-8")

    places = ["--documents", str(tmp_path / "d.jsonl"), "--index", str(tmp_path / "index"), "--model", "hash"]
    assert main(["build", *places, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["passages"] == 2

    assert main(["search", "wat kost de vervanging", "--index", str(tmp_path / "index"), "-k", "1", "--json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)
    assert hit["id"] == "2099Z00101/2"
    assert hit["citation"] == "Kamervraag 2099Z00101, vraag 2"
    assert hit["url"] == "https://zoek.officielebekendmakingen.nl/ah-tk-20982099-101.html"
    assert hit["answered"] == "2099-02-02"
    assert hit["askers"] == [{"name": "Jorrit Waldekamp", "party": "KUVE"}]
    keys = "id score document number title question answer citation url asked answered askers answerers also"
    assert set(keys.split()) <= set(hit)


def test_ask_prints_the_documented_object(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "wanneer is de dijk bij Oudekolk klaar?", "--index", str(index), "--json"]) == 0
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert {"query", "refused", "reason", "text", "sentences", "hits"} <= set(answer)
    assert "verzonnen" in captured.err  # the sample says that it is invented


def test_filters_and_their_complaint(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "dijk", "--party", "KUVE", "--index", str(index), "--json", "-k", "3"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert hits
    assert all("KUVE" in {asker.get("party") for asker in hit["askers"]} for hit in hits)
    assert main(["search", "dijk", "--party", "KUVEX", "--index", str(index)]) == 1
    assert "'KUVE'" in capsys.readouterr().err


def _truncated(index: Path) -> None:
    vectors = next(index.glob("builds/*/vectors.faiss"))
    vectors.write_bytes(vectors.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "2099Z1", "vragen": [', "line 1: not valid JSON"),
        ('{"id": "2099Z1", "vraag": []}', "unknown key 'vraag'"),
        ("", "holds no Kamervragen"),
        (None, "does not exist"),
    ],
)
def test_bad_documents_get_one_sentence_and_exit_1(
    content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = tmp_path / "d.jsonl"
    if content is not None:
        documents.write_text(content, encoding="utf-8")
    arguments = ["--documents", str(documents), "--index", str(tmp_path / "index"), "--model", "hash"]
    assert main(["build", *arguments]) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert not (tmp_path / "index").exists()


def test_bad_indexes_get_one_sentence_and_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "dijk", "--index", str(tmp_path / "none")]) == 1
    assert "There is no index in" in capsys.readouterr().err
    index = tmp_path / "index"
    build_index([Kamervraag("2099Z00001", (Vraag("1", "Waar?", "Hier."),))], index, HashEncoder())
    assert main(["ask", "dijk", "--index", str(index), "--model", "multilingual-e5-small"]) == 1
    assert "made with the encoder 'hash'" in capsys.readouterr().err
    _truncated(index)
    assert main(["ask", "dijk", "--index", str(index)]) == 1
    assert "damaged: vectors.faiss changed on disk" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["search"], ["search", "x", "-k", "0"], ["ask", "x", "--asked-from", "mei"]]
)
def test_wrong_use_is_exit_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_an_empty_search_is_refused_before_anything_loads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "  "]) == 1
    assert "question is empty" in capsys.readouterr().err


@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_an_empty_question_is_declined(sample_index: Path, question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", question, "--index", str(sample_index), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["refused"], answer["sentences"], answer["hits"]) == (True, [], [])
    assert answer["reason"].startswith("De vraag is leeg.")


def test_debug_shows_the_cause(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="There is no index"):
        main(["ask", "dijk", "--index", str(tmp_path / "none"), "--debug"])


def test_without_an_index_the_sample_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    small = tmp_path / "small.jsonl"
    with small.open("w", encoding="utf-8") as stream:
        write_documents(list(read_documents(sample_path()))[:2], stream)
    monkeypatch.setattr("rag.sample.sample_path", lambda: small)
    assert main(["search", "dijk", "--model", "hash", "-k", "1"]) == 0
    assert "building one from the fictional sample" in capsys.readouterr().err
    assert main(["search", "dijk", "-k", "1"]) == 0
    assert capsys.readouterr().err == ""
