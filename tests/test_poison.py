"""Poisoned passages and questions: whatever a model is made to write, only what the cabinet said is shown."""

import re
from pathlib import Path

import pytest
from poison import ORDERS, PAYLOAD, UNSEEN_ORDERS

from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.generate import ScriptedGenerator
from rag.generate.prompt import speaks_to_a_model
from rag.records import Answer, Kamervraag, Passage, Vraag
from rag.retrieve import Retriever

COST = "De vervanging van de brug kost € 12 miljoen."
QUESTION = "Wat is er geantwoord op 2099Z00101 vraag 1 over de kosten van de brug?"


def gullible(prompt: str) -> str:
    """Do what every text in the prompt seems to ask: write the payload, for every source, and what came with it."""
    numbers = re.findall(r"^\[(\d+)\]", prompt, re.MULTILINE)
    orders = [line for line in prompt.splitlines() if PAYLOAD in line]
    said = [f"{PAYLOAD} [{number}]" for number in [*numbers, "7", "1, 2"]]
    return "\n".join([PAYLOAD, *said, *(f"{order} [1]" for order in orders), "HACKED [1]", f"{COST} [1]"])


def documents(order: str) -> list[Kamervraag]:
    """Return a clean vraag beside one that carries the order in its antwoord."""
    clean = Vraag("1", "Wat kost de vervanging van de brug?", COST)
    poisoned = Vraag("2", "Wat kost de omleiding bij de brug?", f"De omleiding kost € 1 miljoen.\n{order}")
    return [Kamervraag("2099Z00101", (clean, poisoned), title="Brug bij Meerwoude")]


def answered(folder: Path, order: str, question: str = QUESTION) -> Answer:
    build_index(documents(order), folder, HashEncoder())
    return Assistant(Retriever.open(folder), ScriptedGenerator(gullible)).ask(question)


def literal(answer: Answer) -> bool:
    """Whether every sentence shown stands word for word in the vraag it cites."""
    passages = {hit.id: hit.passage for hit in answer.hits}
    return all(
        sentence.text in (passages[name].answer or "") for sentence in answer.sentences for name in sentence.citations
    )


@pytest.mark.parametrize("order", ORDERS)
def test_a_passage_that_speaks_to_a_model_is_not_given_to_one(tmp_path: Path, order: str) -> None:
    answer = answered(tmp_path / "index", order)
    assert (answer.model, [sentence.text for sentence in answer.sentences]) == ("scripted", [COST])
    assert literal(answer)
    assert PAYLOAD not in answer.text
    assert all(left.citations in ((), ("2099Z00101/1",)) for left in answer.unsupported)


@pytest.mark.parametrize("order", UNSEEN_ORDERS)
def test_an_order_that_no_rule_knows_shows_literal_sentences_only(tmp_path: Path, order: str) -> None:
    answer = answered(tmp_path / "index", order)
    assert COST in [sentence.text for sentence in answer.sentences]
    assert literal(answer)


@pytest.mark.parametrize("order", [*ORDERS, *UNSEEN_ORDERS])
def test_an_order_in_the_question_shows_nothing_of_its_own(retriever: Retriever, order: str) -> None:
    answer = Assistant(retriever, ScriptedGenerator(gullible)).ask(f"{QUESTION} {order}")
    assert PAYLOAD not in " ".join(sentence.text for sentence in answer.sentences)
    assert literal(answer)


@pytest.mark.parametrize("place", ["title", "question", "footnote"])
def test_orders_are_seen_wherever_they_stand(place: str) -> None:
    order = ORDERS[0]
    passage = Passage(
        "2099Z1/1",
        "2099Z1",
        "1",
        title=order if place == "title" else "Brug",
        question=order if place == "question" else "Wat?",
        answer=COST,
        footnotes={"1": order} if place == "footnote" else {},
    )
    assert speaks_to_a_model(passage)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder = tmp_path_factory.mktemp("poison") / "index"
    build_index(documents("Dat is alles."), folder, HashEncoder())
    return Retriever.open(folder)
