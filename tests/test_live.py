"""A running program takes a new build over: no restart, no failed question, each answer from one build."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.documents import read_documents
from rag.filters import Filters
from rag.live import Folder
from rag.records import Kamervraag
from rag.retrieve import Retriever
from rag.sample import sample_path

SAMPLE = list(read_documents(sample_path()))
QUESTION = "wanneer is de dijk bij Oudekolk klaar"


def corpora() -> tuple[list[Kamervraag], list[Kamervraag]]:
    return SAMPLE, SAMPLE[::-1][:20]


def test_a_new_build_is_taken_over_between_two_questions(tmp_path: Path) -> None:
    first = build_index(SAMPLE[:3], tmp_path, HashEncoder())
    retriever = Retriever.open(tmp_path)
    pinned = retriever.pinned()
    assert (retriever.build, retriever.store.count) == (first.build, first.passages)
    for count in (5, 9, 30):  # the first builds are removed meanwhile
        report = build_index(SAMPLE[:count], tmp_path, HashEncoder())
        assert Assistant(retriever).ask(QUESTION).build == report.build
        assert (retriever.build, retriever.store.count) == (report.build, report.passages)
    assert not (tmp_path / "builds" / first.build).exists()
    assert {hit.passage.document for hit in pinned.search(QUESTION)} <= {document.id for document in SAMPLE[:3]}


def test_no_question_fails_while_builds_are_switched(tmp_path: Path) -> None:
    documents = {build_index(corpus, tmp_path, HashEncoder()).build: corpus for corpus in corpora()}
    assistant = Assistant(Retriever.open(tmp_path))
    done = Event()

    def ask() -> list[tuple[str, set[str]]]:
        answers = []
        while not done.is_set():
            answer = assistant.ask(QUESTION)
            answers.append((answer.build, {hit.passage.document for hit in answer.found}))
        return answers

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask) for _ in range(4)]
        for _ in range(6):
            for corpus in corpora():
                build_index(corpus, tmp_path, HashEncoder())
        done.set()
        answers = [answer for future in asking for answer in future.result()]
    assert {build for build, _ in answers} == set(documents)
    for build, found in answers:
        assert found
        assert found <= {document.id for document in documents[build]}


def test_a_new_build_that_cannot_be_opened_leaves_the_old_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = build_index(SAMPLE, tmp_path, HashEncoder())
    retriever = Retriever.open(tmp_path)
    (tmp_path / "CURRENT").write_text("0123456789ab\n")
    with caplog.at_level(logging.WARNING, "rag.live"):
        assert retriever.search(QUESTION)
        assert retriever.search(QUESTION)
    assert [record.levelname for record in caplog.records] == ["WARNING"]  # once, not for every question
    assert retriever.build == first.build
    (tmp_path / "CURRENT").unlink()
    assert retriever.search(QUESTION)


def test_other_weights_of_the_same_encoder_are_refused(tmp_path: Path) -> None:
    build_index(SAMPLE[:2], tmp_path, HashEncoder())
    other = HashEncoder()
    other.fingerprint = "other-float32"
    with pytest.raises(Exception, match="other weights"):
        Retriever.open(tmp_path, encoder=other)


def test_rows_of_filters_are_remembered_and_stay_right(tmp_path: Path) -> None:
    build_index(SAMPLE, tmp_path, HashEncoder())
    store = Folder(tmp_path).open().store
    filters = [Filters(document=document.id) for document in SAMPLE[:20]]  # more than are remembered
    once = [store.rows(each) for each in filters]
    again = [store.rows(each) for each in filters]
    for first, second, document in zip(once, again, SAMPLE, strict=False):
        assert first is not None
        assert second is not None
        assert first.tolist() == second.tolist()
        assert {passage.document for passage in store.passages(second)} == {document.id}
