"""Whatever comes in at a door: a result, or one of the program's own errors; and in time."""

import json
import time
from typing import Any

import gradio as gr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.document_form import document_to_json, parse_document
from rag.documents import read_documents
from rag.errors import DocumentsError, FilterError
from rag.filters import Filters
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.ui.api import Api
from rag.ui.restrictions import filters_of
from rag.understand import understand

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
KEYS = ("id", "title", "asked", "askers", "topics", "vragen", "mededelingen", "answer_id")
VRAAG_KEYS = ("number", "question", "answer", "answered_with", "footnotes")
NAMES = st.sampled_from([*Filters.__dataclass_fields__, "x"])
PIECES = st.sampled_from(
    ["2097Z00112", "vraag 4", "DSTR", "minister", "32 maart 2097", "sinds 0", "van het lid", "9" * 99]
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("doors") / "index"
    build_index(read_documents(sample_path()), folder, HashEncoder())
    return Assistant(Retriever.open(folder))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES), st.dictionaries(st.sampled_from(VRAAG_KEYS), VALUES))
def test_a_line_of_any_values_is_a_document_or_named(raw: dict[str, Any], vraag: dict[str, Any]) -> None:
    line = json.dumps({"id": "A", "vragen": [vraag]} | raw)
    try:
        document = parse_document(line, "file, line 3")
    except DocumentsError as error:
        complaint = str(error)
    else:
        complaint = "file, line 3"
        assert parse_document(json.dumps(document_to_json(document)), "again") == document
    assert complaint.startswith("file, line 3")


def test_a_document_of_many_vragen_is_read_in_linear_time() -> None:
    vragen = [{"number": str(number), "answer": "Ja."} for number in range(50_000)]
    started = time.thread_time()
    assert len(parse_document(json.dumps({"id": "A", "vragen": vragen}), "here").vragen) == 50_000
    assert time.thread_time() - started < 5
    with pytest.raises(DocumentsError, match="vraag '7' occurs 2 times"):
        parse_document(json.dumps({"id": "A", "vragen": [*vragen, {"number": "7", "answer": "Nee."}]}), "here")


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.text() | PIECES))
def test_texts_are_filters_or_refused(restrictions: dict[str, str]) -> None:
    try:
        filters = filters_of(restrictions)
    except FilterError:
        return
    assert {name for name, value in restrictions.items() if value} == {
        name for name in Filters.__dataclass_fields__ if getattr(filters, name) is not None
    }


@settings(max_examples=50, deadline=None)
@given(st.lists(PIECES | st.text(), max_size=5).map(" ".join))
def test_any_question_is_understood(query: str) -> None:
    assert understand(query, lambda kind: {"DSTR": 2, "A. de Vries": 1}).query == " ".join(query.split())


@settings(max_examples=50, deadline=None)
@given(name=st.sampled_from(["query", "k", "party", "asked_from", "answered", "document"]), value=VALUES)
def test_a_program_may_send_any_value(assistant: Assistant, name: str, value: Any) -> None:  # noqa: ANN401
    parameters = {"query": "nachttrein"} | {name: value}
    try:
        hits = Api(assistant).search(**parameters)
    except gr.Error:  # a sentence; anything else fails the test
        return
    assert len(hits) <= 100


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"query": 3}, "The parameter query is a text, not 3."),
        ({"query": None}, "The parameter query is missing"),
        ({"query": "thee", "party": ["GL"]}, r"The parameter party is a text, not \['GL'\]."),
        ({"query": "thee", "k": "veel"}, "The parameter k is a whole number, not 'veel'."),
        ({"query": "thee", "k": 2.5}, "The parameter k is a whole number"),
        ({"query": "thee", "k": True}, "The parameter k is a whole number"),
        ({"query": "thee", "k": float("inf")}, "The parameter k is a whole number"),
    ],
)
def test_a_program_is_told_which_parameter_is_wrong(
    assistant: Assistant, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(gr.Error, match=message):
        Api(assistant).search(**parameters)


def test_asking_is_as_strict(assistant: Assistant) -> None:
    with pytest.raises(gr.Error, match="The parameter language is a text, not 1"):
        Api(assistant).ask("thee", language=1)  # type: ignore[arg-type]
