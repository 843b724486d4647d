"""When Milvus is away, too old, or holds something else: one sentence, in time, and the live index as it was."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import HashEncoder
from embeddings.errors import IndexFolderError, UnreachableError
from embeddings.milvus import Milvus
from rag.answer import Assistant
from rag.build import build_index
from rag.cli import main
from rag.documents import read_documents
from rag.progress import Progress
from rag.remote import Address, push
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.ui.failures import failure_in_words

pytest.importorskip("milvus_lite", reason="needs the extra milvus: make test-scale")
from milvus_server import MilvusServer

pytestmark = [pytest.mark.scale, pytest.mark.engines]

SAMPLE = list(read_documents(sample_path()))
QUESTION = "Krijg ik mijn geld terug als de nachttrein uitvalt?"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MilvusServer]:
    server = MilvusServer(tmp_path / "milvus").start()
    yield server
    server.kill()


@pytest.fixture
def filled(server: MilvusServer, tmp_path: Path) -> Address:
    build_index(SAMPLE[:12], tmp_path / "index", HashEncoder())
    push(tmp_path / "index", server.address(), HashEncoder())
    return server.address()


def test_a_server_killed_between_two_questions_is_a_failure_and_not_an_answer(
    server: MilvusServer, filled: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant = Assistant(Retriever.open(filled))
    before = assistant.ask(QUESTION)
    server.kill()
    start = time.monotonic()
    with pytest.raises(UnreachableError, match="does not answer") as caught:
        assistant.ask(QUESTION)
    assert time.monotonic() - start < 30
    assert "niet gezocht" in failure_in_words(caught.value, "nl")[0]
    assert "nothing was searched" in failure_in_words(caught.value, "en")[0]
    assert main(["ask", QUESTION, "--index", str(filled)]) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert f"127.0.0.1:{server.port} does not answer" in captured.err
    server.start()
    assert asked_again(assistant) == before.text  # the connection is found again


@pytest.mark.parametrize("state", ["released", "loading"])
def test_a_collection_that_is_not_loaded_yet_is_loaded_and_read(
    filled: Address, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    milvus = filled.connect()
    name = str(milvus.aliased(filled.name))
    wanted = milvus.count(name)
    search, refused = milvus._client.get, [True, True, True]

    def get(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        if refused.pop() if refused else False:
            raise milvus._library.exceptions.MilvusException(
                101, f"Collection '{name}' is in state '{state}'; call load()"
            )
        return search(*arguments, **named)

    monkeypatch.setattr(milvus._client, "get", get)
    keys = [row["key"] for row in milvus.scan(name, ["id"])]
    assert len(keys) == wanted
    assert len(milvus.get(name, keys[:3], ["id"])) == 3
    assert not refused


def asked_again(assistant: Assistant) -> str:
    for _ in range(60):
        try:
            return assistant.ask(QUESTION).text
        except UnreachableError:
            time.sleep(0.5)
    raise TimeoutError


def test_a_server_killed_during_a_question(server: MilvusServer, filled: Address, monkeypatch: Any) -> None:  # noqa: ANN401
    assistant = Assistant(Retriever.open(filled))
    search = Milvus.search

    def die_then_search(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        server.kill()
        return search(*arguments, **named)

    monkeypatch.setattr(Milvus, "search", die_then_search)
    with pytest.raises(UnreachableError):
        assistant.ask(QUESTION)


def test_a_server_killed_while_a_build_is_sent_keeps_its_live_index(
    server: MilvusServer, filled: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Retriever.open(filled).build
    monkeypatch.setattr("rag.remote.sending._DOCUMENTS", 4)
    build_index(SAMPLE, tmp_path / "index", HashEncoder())

    def kill_midway(progress: Progress) -> None:
        if progress.done == 12:
            server.kill()

    with pytest.raises(UnreachableError, match="does not answer"):
        push(tmp_path / "index", filled, HashEncoder(), kill_midway)
    server.start()
    retriever = Retriever.open(filled)
    assert retriever.build == live
    assert {document.id for document in retriever.store.documents()} == {document.id for document in SAMPLE[:12]}
    sent = push(tmp_path / "index", filled, HashEncoder())
    assert (sent.sent + sent.kept, sent.kept >= 8) == (30, True)  # it goes on where it was
    assert [hit.id for hit in retriever.search(QUESTION)] == [
        hit.id for hit in Retriever.open(tmp_path / "index").search(QUESTION)
    ]


def test_nothing_listens(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for command in (["search", "trein"], ["ask", "trein"], ["stats"], ["build", "--model", "hash"]):
        assert main([*command, "--index", f"milvus://127.0.0.1:{port}/kamervragen"]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == (
            f"kamerwijzer: The Milvus database at 127.0.0.1:{port} does not answer; "
            "start it, or check address and network.\n"
        )


@pytest.mark.parametrize("hangs", [True, False])
def test_what_listens_is_silent_or_hangs_up(hangs: bool) -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    held: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            if hangs:
                held.append(caller)
            else:
                caller.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    start = time.monotonic()
    with closing(listening), pytest.raises(UnreachableError, match="does not answer"):
        Milvus(f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert time.monotonic() - start < 25
    for caller in held:
        caller.close()


@pytest.mark.parametrize(("version", "first"), [("milvus_lite-2.5.1", "3.2"), ("v2.3.9", "2.4")])
def test_a_server_too_old(server: MilvusServer, monkeypatch: pytest.MonkeyPatch, version: str, first: str) -> None:
    monkeypatch.setattr("pymilvus.MilvusClient.get_server_version", lambda *_, **__: version)
    with pytest.raises(IndexFolderError, match=rf"has version {version}, and {first} is the first that will do"):
        server.address().connect()


def test_an_index_of_another_encoder(filled: Address, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "trein", "--index", str(filled), "--model", "multilingual-e5-small"]) == 1
    assert "was made with the encoder 'hash', not 'multilingual-e5-small'" in capsys.readouterr().err
    other = HashEncoder()
    other.fingerprint = "other-float32"
    with pytest.raises(IndexFolderError, match="other weights"):
        Retriever.open(filled, encoder=other)


def test_a_collection_that_went_away_under_a_question(filled: Address) -> None:
    retriever = Retriever.open(filled).pinned()
    milvus = filled.connect()
    milvus.drop(f"kamervragen_v{retriever.build}_documents")
    with pytest.raises(IndexFolderError, match="refuses"):
        retriever.store.document(SAMPLE[0].id)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    assert main(["search", "trein", "--index", "milvus://127.0.0.1:1/kamervragen"]) == 1
    assert "pip install 'kamerwijzer[milvus]'" in capsys.readouterr().err
