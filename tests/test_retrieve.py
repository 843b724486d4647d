"""From documents to hits with the text-dependent fake encoder: build, search, filters, damage, another model."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import HashEncoder
from embeddings.errors import IndexFolderError
from rag.build import build_index
from rag.document_form import dump_document
from rag.errors import FilterError, QuestionError
from rag.home import ready_index
from rag.records import Kamervraag, Mededeling, Person, Vraag
from rag.retrieve import Retriever, check_question

DOCUMENTS = [
    Kamervraag(
        "2099Z00001",
        (
            Vraag("1", "Wanneer wordt de brug bij Oudesluis vervangen?", "De brug wordt in 2101 vervangen."),
            Vraag("2", "Wat kost de vervanging?", "De vervanging kost € 12 miljoen."),
        ),
        title="Brug bij Oudesluis",
        asked=date(2099, 1, 3),
        askers=(Person("Jorrit Waldekamp", "PvdW"),),
        mededelingen=(Mededeling("De beantwoording vergt meer tijd.", date(2099, 2, 1)),),
    ),
    Kamervraag(
        "2099Z00002",
        (
            Vraag(
                "1",
                "Hoeveel bijenvolken zijn er?",
                "Er zijn ca. 9.000 bijenvolken geteld. " + "Bijen vliegen uit. " * 90,
            ),
        ),
        title="Bijensterfte",
        asked=date(2099, 5, 1),
        askers=(Person("Mila Roggeveld", "LvL"),),
    ),
]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    report = build_index(DOCUMENTS, tmp_path / "index", HashEncoder())
    assert (report.documents, report.passages) == (2, 4)
    assert report.windows > report.passages  # the long answer was cut into windows
    return tmp_path / "index"


def test_the_passage_that_shares_words_comes_first(index: Path) -> None:
    retriever = Retriever.open(index)
    assert retriever.search("wanneer wordt de brug vervangen", k=1)[0].id == "2099Z00001/1"
    hit = retriever.search("hoeveel bijenvolken", k=2)[0]
    assert (hit.id, hit.citation) == ("2099Z00002/1", "Kamervraag 2099Z00002, vraag 1")
    # compounds: a part of a word finds the whole
    assert retriever.search("volken van bijen", k=1)[0].id == "2099Z00002/1"
    assert retriever.search("de brug", k=4) == retriever.search("de brug", k=4)


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"party": "pvdw"}, {"2099Z00001/1", "2099Z00001/2", "2099Z00001/mededeling"}),
        ({"asker": "Roggeveld"}, {"2099Z00002/1"}),
        ({"asked_from": date(2099, 2, 1)}, {"2099Z00002/1"}),
        (
            {"document": "2099Z00001", "asked_to": date(2099, 1, 3)},
            {"2099Z00001/1", "2099Z00001/2", "2099Z00001/mededeling"},
        ),
        ({"answered": False}, set()),
        ({}, {"2099Z00001/1", "2099Z00001/2", "2099Z00001/mededeling", "2099Z00002/1"}),
    ],
)
def test_filters_are_exact(index: Path, restriction: dict[str, Any], expected: set[str]) -> None:
    assert {hit.id for hit in Retriever.open(index).search("bijen", k=10, **restriction)} == expected


def test_an_unknown_value_offers_the_nearest(index: Path) -> None:
    with pytest.raises(FilterError, match="'PvdW'"):
        Retriever.open(index).search("brug", party="PvdX")


def test_half_a_sign_is_searched_as_a_question_mark(index: Path) -> None:
    retriever = Retriever.open(index)
    assert check_question("bijen \ud800") == "bijen ?"
    assert retriever.search("bijen \ud800", k=10) == retriever.search("bijen ?", k=10)
    with pytest.raises(FilterError, match=r"No document '2022Z\?' in the index"):
        retriever.search("bijen", k=10, document="2022Z\ud800")


@pytest.mark.parametrize("question", ["", "  \n", "a" * 4001])
def test_a_question_that_cannot_be_searched(index: Path, question: str) -> None:
    with pytest.raises(QuestionError):
        Retriever.open(index).search(question)


def test_a_missing_damaged_or_foreign_index_is_refused(index: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="There is no index"):
        Retriever.open(tmp_path / "nothing")
    with pytest.raises(IndexFolderError, match="made with the encoder 'hash'"):
        Retriever.open(index, model="multilingual-e5-small")
    vectors = next(index.glob("builds/*/vectors.faiss"))
    vectors.write_bytes(vectors.read_bytes()[:-10])
    with pytest.raises(IndexFolderError, match=r"damaged: vectors\.faiss"):
        Retriever.open(index)


def test_a_rebuild_switches_and_an_unfinished_build_changes_nothing(index: Path) -> None:
    before = Retriever.open(index).build
    (index / "builds" / "unfinished-1").mkdir()
    assert Retriever.open(index).build == before
    after = build_index(DOCUMENTS[:1], index, HashEncoder())
    assert Retriever.open(index).build == after.build != before


class OtherWeights(HashEncoder):
    """The fake under the same name with other weights, as after a new version of the program."""

    fingerprint = "otherhash"


def test_an_index_made_with_other_weights_of_the_encoder_is_refused(index: Path) -> None:
    with pytest.raises(IndexFolderError, match=r"other weights of the encoder 'hash'.*rebuild it"):
        Retriever.open(index, encoder=OtherWeights())


def test_an_index_of_documents_is_rebuilt_when_the_encoder_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "documents.jsonl"
    documents.write_text("".join(dump_document(document) + "\n" for document in DOCUMENTS), encoding="utf-8")
    folder = ready_index(tmp_path / "own", documents=documents, model="hash")
    assert isinstance(folder, Path)
    first = (folder / "CURRENT").read_text()
    assert ready_index(folder, documents=documents, model="hash") == folder
    assert (folder / "CURRENT").read_text() == first
    monkeypatch.setattr("embeddings.shipped.shipped_version", lambda name: "newer")
    said: list[str] = []
    ready_index(folder, documents=documents, model="hash", say=said.append)
    assert said == [f"Building the index of {documents} in {folder}"]
    assert ready_index(folder) == folder
