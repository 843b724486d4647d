"""An index in Milvus: the same answers as the folder it came from, kept up to date, switched in one step."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from embeddings.encoder import DEFAULT_ENCODER, HashEncoder, Vectors, open_encoder
from embeddings.errors import IndexFolderError
from embeddings.milvus_schema import schema_of
from rag.answer import Assistant
from rag.build import build_index
from rag.cli import main
from rag.documents import read_documents
from rag.errors import FilterError
from rag.filters import Filters
from rag.index import Selection
from rag.records import Hit, Kamervraag, Vraag
from rag.remote import Address, place_of, push
from rag.remote.facts import unfinish
from rag.remote.layout import Names, columns
from rag.retrieve import Retriever
from rag.sample import sample_path

pytest.importorskip("milvus_lite", reason="needs the extra milvus: make test-scale")
from milvus_server import MilvusServer

pytestmark = pytest.mark.scale

SAMPLE = list(read_documents(sample_path()))
QUESTIONS = (
    "Krijg ik mijn geld terug als de nachttrein uitvalt?",
    "wanneer is de dijk bij Oudekolk klaar",
    "how many night trains were cancelled",
    "qqqq",
)
FILTERS = (
    Filters(),
    Filters(party="GRH"),
    Filters(asker=SAMPLE[3].askers[0].name),
    Filters(answerer=SAMPLE[5].answerers[0].name),
    Filters(role="Energie"),
    Filters(topic="fictief", answered=True),
    Filters(answered=False),
    Filters(document=SAMPLE[0].id),
    Filters(asked_from=date(2098, 1, 1), asked_to=date(2098, 6, 30)),
    Filters(answered_from=date(2098, 3, 1)),
    Filters(answered_to=date(2098, 3, 1), answered=True),
)
UNKNOWN = Filters(document="2000Z00001")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    server = MilvusServer(tmp_path_factory.mktemp("milvus")).start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    documents = [*SAMPLE, _long("2098Z99999")]
    build_index(documents, folder, HashEncoder())
    return folder


@pytest.fixture(scope="module")
def pair(server: MilvusServer, folder: Path) -> tuple[Retriever, Retriever]:
    """Return the folder opened, and Milvus with the same."""
    push(folder, server.address("pair"), HashEncoder())
    return Retriever.open(folder), Retriever.open(server.address("pair"))


def _long(name: str) -> Kamervraag:
    """Return a Kamervraag with a vraag of several windows and one of none of our days."""
    text = " ".join(f"Zin {number} gaat over de sluis van Hoogeveer en kademuur {number}." for number in range(200))
    vragen = (Vraag("1", "Hoe staat het met de sluis?", text), Vraag("2", "En de kademuren?", None))
    return Kamervraag(name, vragen, answer_id="ah-tk-20972098-1")


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_search_gives_what_the_folder_gives(
    pair: tuple[Retriever, Retriever], question: str, filters: Filters
) -> None:
    local, remote = (retriever.find(question, 20, filters) for retriever in pair)
    ours, theirs = dict(_scores(local.hits)), dict(_scores(remote.hits))
    assert ours == pytest.approx(theirs, abs=1e-3)
    assert theirs == dict(sorted(theirs.items(), key=lambda item: -item[1]))
    assert (local.named, local.understood) == (remote.named, remote.understood)


def test_an_unknown_document_is_refused_in_the_same_words(pair: tuple[Retriever, Retriever]) -> None:
    complaints = []
    for retriever in pair:
        with pytest.raises(FilterError, match="No document '2000Z00001' in the index; nearest are '20") as error:
            retriever.find(QUESTIONS[0], 20, UNKNOWN)
        complaints.append(str(error.value))
    assert complaints[0] == complaints[1]


def _scores(hits: Sequence[Hit]) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in hits]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_by_day_too(pair: tuple[Retriever, Retriever], sort: str) -> None:
    local, remote = (retriever.search(QUESTIONS[0], 10, sort=sort) for retriever in pair)
    assert [hit.id for hit in remote] == [hit.id for hit in local]


@pytest.mark.parametrize("question", [*QUESTIONS, f"Wat antwoordde het kabinet in {SAMPLE[2].id}?"])
def test_an_answer_is_the_same(pair: tuple[Retriever, Retriever], question: str) -> None:
    local, remote = (Assistant(retriever).ask(question) for retriever in pair)
    assert (remote.text, remote.outcome, remote.build) == (local.text, local.outcome, local.build)


@pytest.mark.parametrize("kind", ["party", "asker", "answerer", "role", "topic", "ministry"])
@pytest.mark.parametrize(
    "selection", [*FILTERS, UNKNOWN, tuple(f"{document.id}/1" for document in SAMPLE[4:9]), ("unknown/1",), ()]
)
def test_counts_are_the_same(pair: tuple[Retriever, Retriever], kind: str, selection: Selection) -> None:
    local, remote = (retriever.store for retriever in pair)
    assert list(remote.counts(kind, selection).items()) == list(local.counts(kind, selection).items())
    assert remote.months(kind, selection) == local.months(kind, selection)
    assert remote.answer_days(selection) == local.answer_days(selection)
    assert remote.extent(selection) == local.extent(selection)
    assert remote.values(kind if kind != "ministry" else "role") == local.values(kind if kind != "ministry" else "role")


@pytest.mark.parametrize("newest", [True, False])
def test_a_list_has_the_same_days_and_passages(pair: tuple[Retriever, Retriever], newest: bool) -> None:
    local, remote = (retriever.store.listed(Filters(), newest=newest, start=0, count=500) for retriever in pair)
    assert [(item.answered or item.asked) for item in remote] == [(item.answered or item.asked) for item in local]
    assert {item.id for item in remote} == {item.id for item in local}
    page = pair[1].store.listed(Filters(), newest=newest, start=7, count=5)
    assert page == remote[7:12]


def test_documents_and_passages_are_whole(pair: tuple[Retriever, Retriever]) -> None:
    local, remote = (retriever.store for retriever in pair)
    assert {item.id: item for item in remote.documents()} == {item.id: item for item in local.documents()}
    for document in (SAMPLE[0], SAMPLE[-1]):
        assert remote.document(document.id) == local.document(document.id)
        assert remote.documents_answered_in(document.answer_id or "") == local.documents_answered_in(
            document.answer_id or ""
        )
    assert remote.documents_answered_in("ah-tk-20972098-1") == ["2098Z99999"]
    assert remote.document("2000Z00001") == remote.by_id(["2000Z00001/1"]) == []
    assert remote.fictional() == local.fictional()


def test_a_passage_of_several_windows_is_found_by_its_best(pair: tuple[Retriever, Retriever]) -> None:
    question = "kademuur 180 van de sluis van Hoogeveer"
    local, remote = (dict(_scores(retriever.find(question, 10).hits)) for retriever in pair)
    assert next(iter(remote)) == "2098Z99999/1"
    assert remote == pytest.approx(local, abs=1e-3)
    near = [retriever.opened.nearness(_vector(retriever, question), "2098Z99999/1") for retriever in pair]
    assert near[0] == pytest.approx(near[1], abs=1e-5)


def _vector(retriever: Retriever, question: str) -> Vectors:
    return retriever.means.centre_query(retriever.encoder.encode_queries([question]))


def test_only_what_changed_is_sent_and_a_running_program_takes_it_over(server: MilvusServer, tmp_path: Path) -> None:
    address, encoder = server.address("steps"), HashEncoder()
    first = dataclasses.replace(SAMPLE[0], asked=date(2097, 1, 5))
    second = dataclasses.replace(SAMPLE[0], asked=date(2097, 1, 6))
    builds = []
    for number, corpus in enumerate(([first, *SAMPLE[1:]], [second, *SAMPLE[1:]], SAMPLE, [first, *SAMPLE[1:]])):
        report = build_index(corpus, tmp_path, encoder)
        sent = push(tmp_path, address, encoder)
        builds.append((sent.sent, sent.deleted, sent.kept))
        if number == 0:
            retriever = Retriever.open(address)
        assert retriever.build == report.build == sent.collection.removeprefix("steps_v")
        assert retriever.search(SAMPLE[0].id)[0].passage.asked == corpus[0].asked
        local = Retriever.open(tmp_path).search(QUESTIONS[1])
        assert dict(_scores(retriever.search(QUESTIONS[1]))) == pytest.approx(dict(_scores(local)), abs=1e-3)
    assert builds == [(30, 0, 0), (30, 0, 0), (1, 1, 29), (1, 1, 29)]
    assert push(tmp_path, address, encoder).sent == 0
    milvus = address.connect()
    mine = [name for name in milvus.collections() if name.startswith("steps_v")]
    assert len(mine) == 6  # two builds of three collections
    assert milvus.aliased("steps") == sent.collection


def test_documents_that_are_gone_are_found_no_more(server: MilvusServer, tmp_path: Path) -> None:
    address, encoder = server.address("gone"), HashEncoder()
    for corpus in (SAMPLE, SAMPLE[:-1], SAMPLE[1:]):
        build_index(corpus, tmp_path, encoder)
        push(tmp_path, address, encoder)
    remote, local = Retriever.open(address), Retriever.open(tmp_path)
    assert remote.store.document(SAMPLE[0].id) == []
    assert {document.id for document in remote.store.documents()} == {document.id for document in SAMPLE[1:]}
    for question in QUESTIONS:
        assert [hit.id for hit in remote.search(question)] == [hit.id for hit in local.search(question)]


def test_vectors_in_a_graph_where_the_build_has_cells(server: MilvusServer, tmp_path: Path) -> None:
    address = server.address("graph")
    build_index(SAMPLE, tmp_path, HashEncoder(), ann=True)
    push(tmp_path, address, HashEncoder())
    remote, local = Retriever.open(address), Retriever.open(tmp_path)
    for question in QUESTIONS[:3]:
        assert remote.search(question)[0].id == local.search(question)[0].id
    assert {hit.passage.document for hit in remote.search(QUESTIONS[0], document=SAMPLE[0].id)} == {SAMPLE[0].id}


def test_what_is_filtered_by_has_an_index_lists_where_the_server_can() -> None:
    windows, documents, _ = columns(8, "FLAT")
    for collection in (windows, documents):
        filtered = {column.name for column in collection if column.kind in ("number", "flag")}
        assert {"document", "asked", "answered"} < filtered
        for lists in (False, True):
            _, indexes = schema_of(collection, lists=lists)
            inverted = {index.field_name for index in indexes if index.index_type == "INVERTED"}
            assert inverted == filtered | ({"marks"} if lists else set())


def test_tokens_order_the_best_there_as_they_do_here(server: MilvusServer, sample_index: Path) -> None:
    encoder = open_encoder(DEFAULT_ENCODER)
    address = server.address("tokens")
    push(sample_index, address, encoder)
    remote, local = Retriever.open(address, encoder=encoder), Retriever.open(sample_index, encoder=encoder)
    for question in ("Wat kost de nachttrein?", "How many lynxes are there?", "Wanneer is de dijkversterking klaar?"):
        there, here = remote.find(question), local.find(question)
        assert here.signals.late > 0
        assert there.signals.late == pytest.approx(here.signals.late, abs=1e-4)
        assert [hit.id for hit in there.hits] == [hit.id for hit in here.hits]


def test_a_file_of_milvus_lite_needs_no_server(tmp_path: Path) -> None:
    address = place_of(f"milvus://{tmp_path}/own.db?name=eigen")
    assert isinstance(address, Address)
    assert str(address) == f"milvus://{tmp_path}/own.db?name=eigen"
    build_index(SAMPLE[:5], tmp_path / "index", HashEncoder())
    push(tmp_path / "index", address, HashEncoder())
    remote, local = Retriever.open(str(address)), Retriever.open(tmp_path / "index")
    assert [hit.id for hit in remote.search(QUESTIONS[0])] == [hit.id for hit in local.search(QUESTIONS[0])]


def test_the_whole_way_by_command(
    server: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rag.home.platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    address = str(server.address("commands"))
    assert main(["build", "--index", address, "--model", "hash"]) == 0
    assert "30 documents sent, 0 deleted, 0 were there: commands_v" in capsys.readouterr().out
    assert main(["search", "nachttrein", "--index", address, "--answered"]) == 0
    assert "2097Z00112" in capsys.readouterr().out
    assert main(["ask", QUESTIONS[0], "--index", address, "--json"]) == 0
    assert "2097Z00112" in capsys.readouterr().out
    assert main(["stats", "--index", address]) == 0
    assert "30" in capsys.readouterr().out
    assert main(["search", "nachttrein", "--index", address, "--documents", str(sample_path())]) == 0
    assert "sending" not in capsys.readouterr().err  # it is built of these documents already


def test_an_unfinished_collection_is_no_index(server: MilvusServer, tmp_path: Path) -> None:
    address = server.address("unfinished")
    build_index(SAMPLE[:3], tmp_path, HashEncoder())
    sent = push(tmp_path, address, HashEncoder())
    unfinish(address.connect(), Names(sent.collection).facts)
    with pytest.raises(IndexFolderError, match="unfinished; run the same build again"):
        Retriever.open(address)


def test_no_index_and_a_collection_of_others(server: MilvusServer) -> None:
    with pytest.raises(IndexFolderError, match=r"There is no index of that name in milvus://.*kamerwijzer build"):
        Retriever.open(server.address("nowhere"))
