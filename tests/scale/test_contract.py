"""What every index must do, whoever built it and wherever it is: one suite over all of them.

A new index joins by a parameter of the fixture `assistant`.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.documents import read_documents
from rag.errors import FilterError, QuestionError
from rag.retrieve import Retriever
from rag.sample import sample_path

pytestmark = [pytest.mark.scale, pytest.mark.engines]

SAMPLE = list(read_documents(sample_path()))
QUESTION = "Krijg ik mijn geld terug als de nachttrein uitvalt?"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return what the others are compared with: the local build."""
    index = tmp_path_factory.mktemp("reference") / "index"
    build_index(SAMPLE, index, HashEncoder())
    return Assistant(Retriever.open(index))


@pytest.fixture(scope="module", params=["local", "ray", "milvus"])
def assistant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return an assistant over the sample, built or served by each engine."""
    if request.param == "local":
        found: Assistant = request.getfixturevalue("reference")
        return found
    if request.param == "milvus":
        return in_milvus(tmp_path_factory.mktemp("milvus"))
    return on_ray(tmp_path_factory.mktemp("ray") / "index")


def in_milvus(folder: Path) -> Assistant:
    pytest.importorskip("milvus_lite", reason="needs the extra milvus: make test-scale")
    from rag.remote import Address, push

    address = Address(str(folder / "own.db"), "contract")
    build_index(SAMPLE, folder / "index", HashEncoder())
    push(folder / "index", address, HashEncoder())
    return Assistant(Retriever.open(address))


def on_ray(index: Path) -> Assistant:
    from rag.cluster import build_on_ray

    build_on_ray(sample_path(), index, HashEncoder(), workers=2)
    return Assistant(Retriever.open(index))


@pytest.mark.parametrize("question", [QUESTION, "dijk bij Oudekolk", "wat kost dat de gemeenten", "2097Z00112 vraag 5"])
def test_the_same_question_has_the_same_hits(assistant: Assistant, reference: Assistant, question: str) -> None:
    hits, wanted = (one.retriever.search(question, k=10) for one in (assistant, reference))
    assert [hit.id for hit in hits] == [hit.id for hit in wanted]
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in wanted], abs=1e-3)
    assert [hit.passage for hit in hits] == [hit.passage for hit in wanted]
    assert [hit.also for hit in hits] == [hit.also for hit in wanted]


@pytest.mark.parametrize(
    "filters",
    [
        {"party": "DSTR"},
        {"asked_from": date(2098, 1, 1)},
        {"answered_to": date(2098, 6, 30), "answered": True},
        {"answered": False},
        {"document": "2097Z00112"},
        {"party": "DSTR", "asked_from": date(2098, 1, 1)},
    ],
    ids=lambda filters: " ".join(filters),
)
def test_filters_are_exact(assistant: Assistant, reference: Assistant, filters: dict[str, Any]) -> None:
    found, wanted = (one.retriever.search("geld", k=300, **filters) for one in (assistant, reference))
    assert {name for hit in found for name in (hit.id, *hit.also)} == {
        name for hit in wanted for name in (hit.id, *hit.also)
    }


def test_an_unknown_value_of_a_filter_is_refused(assistant: Assistant) -> None:
    with pytest.raises(FilterError, match="No party 'XYZ'"):
        assistant.retriever.search("geld", party="XYZ")


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_hits_stand_by_day_where_that_is_asked(assistant: Assistant, reference: Assistant, sort: str) -> None:
    found, wanted = (one.retriever.search("geld voor gemeenten", k=10, sort=sort) for one in (assistant, reference))
    assert [hit.id for hit in found] == [hit.id for hit in wanted]


def test_an_answer_is_quoted_and_cited_alike(assistant: Assistant, reference: Assistant) -> None:
    answer, wanted = (one.ask(QUESTION) for one in (assistant, reference))
    assert (answer.text, answer.refused, answer.sentences) == (wanted.text, wanted.refused, wanted.sentences)
    follow_up, expected = (one.ask("En wie betaalt dat?", turns=[QUESTION]) for one in (assistant, reference))
    assert follow_up.text == expected.text


def test_what_is_no_question_is_refused(assistant: Assistant) -> None:
    for question, k in (("  ", 5), ("x" * 5000, 5), ("geld", 0)):
        with pytest.raises(QuestionError):
            assistant.retriever.search(question, k=k)
