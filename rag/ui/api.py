"""The named endpoints `/search` and `/ask`, for `gradio_client`, HTTP and MCP; JSON as the command line prints it."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.components.api_component import Api as Parameter
from gradio.events import api as gradio_api

from embeddings.errors import IndexingError
from rag.answer import Assistant
from rag.errors import KamerwijzerError, QuestionError
from rag.ui.restrictions import filters_of
from rag.understand import READ_FIELDS
from rag.wire import answer_to_json, hit_to_json

_MOST = 100


class House(gr.Blocks):
    """Gradio's Blocks, which would refuse a call that leaves parameters out and log what it asked."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:  # noqa: ANN401 - Gradio's
        """Fill in the defaults of what was left out.

        Args:
            block_fn: What is called.
            inputs: The values sent; those that are missing are appended.

        Raises:
            gr.Error: The call is one of the page's own, which leaves nothing out.
        """
        missing = block_fn.inputs[len(inputs) :]
        if not all(isinstance(parameter, Parameter) for parameter in missing):
            raise gr.Error(f"This call takes {len(block_fn.inputs)} values, not {len(inputs)}.", print_exception=False)
        inputs.extend(parameter.value for parameter in missing)


class Api:
    """The endpoints over one assistant. Their docstrings are what an agent reads."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def search(
        self,
        query: str,
        k: int = 10,
        asker: str = "",
        party: str = "",
        answerer: str = "",
        role: str = "",
        topic: str = "",
        document: str = "",
        asked_from: str = "",
        asked_to: str = "",
        answered_from: str = "",
        answered_to: str = "",
        answered: str = "",
        sort: str = "",
        unread: str = "",
    ) -> list[dict[str, Any]]:
        """Find the vragen (with antwoord) of Dutch Kamervragen that bear on a question, best first.

        Args:
            query: A question or keywords, in Dutch or English.
            k: How many hits, at most 100.
            asker: Name of the member who asked.
            party: Party of the member who asked.
            answerer: Name of the minister who answered.
            role: Function or ministry of the minister.
            topic: A topic.
            document: A vraagnummer, such as 2022Z04736.
            asked_from: First day of asking, as 2022-06-02.
            asked_to: Last day of asking.
            answered_from: First day of answering.
            answered_to: Last day of answering.
            answered: "yes" for answered vragen only, "no" for unanswered ones.
            sort: "relevance", "newest" or "oldest"; left out for what the question asks.
            unread: Fields not to be read in the question, with commas between them, such as "party,asked_from".
        """
        restrictions = dict(
            asker=asker, party=party, answerer=answerer, role=role, topic=topic, document=document,
            asked_from=asked_from, asked_to=asked_to, answered_from=answered_from, answered_to=answered_to,
            answered=answered,
        )  # fmt: skip
        try:
            _check_types(restrictions | {"query": query, "sort": sort, "unread": unread})
            found = self.assistant.retriever.find(
                query, _count(k), filters_of(restrictions), sort or None, _unread(unread)
            )
        except (KamerwijzerError, IndexingError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return [hit_to_json(hit) for hit in found.hits]

    def ask(
        self,
        query: str,
        language: str = "",
        asker: str = "",
        party: str = "",
        answerer: str = "",
        role: str = "",
        topic: str = "",
        document: str = "",
        asked_from: str = "",
        asked_to: str = "",
        answered_from: str = "",
        answered_to: str = "",
        answered: str = "",
        sort: str = "",
        turns: str = "",
        unread: str = "",
    ) -> dict[str, Any]:
        """Answer a question with literal sentences from the Dutch cabinet's answers, each with its citation.

        Args:
            query: A question, in Dutch or English.
            language: "nl" or "en", of the words around the quoted sentences; left out for that of the question.
            asker: Name of the member who asked.
            party: Party of the member who asked.
            answerer: Name of the minister who answered.
            role: Function or ministry of the minister.
            topic: A topic.
            document: A vraagnummer, such as 2022Z04736.
            asked_from: First day of asking, as 2022-06-02.
            asked_to: Last day of asking.
            answered_from: First day of answering.
            answered_to: Last day of answering.
            answered: "yes" for answered vragen only, "no" for unanswered ones.
            sort: "relevance", "newest" or "oldest"; left out for what the question asks.
            turns: The questions before this one in the conversation, one a line, oldest first.
            unread: Fields not to be read in the question, with commas between them, such as "party,asked_from".
        """
        restrictions = dict(
            asker=asker, party=party, answerer=answerer, role=role, topic=topic, document=document,
            asked_from=asked_from, asked_to=asked_to, answered_from=answered_from, answered_to=answered_to,
            answered=answered,
        )  # fmt: skip
        try:
            texts = {"query": query, "language": language, "sort": sort, "turns": turns, "unread": unread}
            _check_types(restrictions | texts)
            answer = self.assistant.ask(
                query,
                turns=[line for line in (turns or "").splitlines() if line.strip()],
                filters=filters_of(restrictions),
                language=language or None,
                sort=sort or None,
                unread=_unread(unread),
            )
        except (KamerwijzerError, IndexingError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return answer_to_json(answer)

    def register(self) -> None:
        """Add both endpoints to the Blocks under construction."""
        gradio_api(self.search, api_name="search")
        gradio_api(self.ask, api_name="ask")


def _check_types(values: Mapping[str, object]) -> None:
    """Refuse what is no text: a program may send any JSON.

    Raises:
        QuestionError: A value is neither text nor left out.
    """
    for name, value in values.items():
        if value is not None and not isinstance(value, str):
            raise QuestionError(f"The parameter {name} is a text, not {value!r:.60}.")
    if values["query"] is None:
        raise QuestionError("The parameter query is missing; send a question.")


def _count(k: object) -> int:
    if isinstance(k, bool) or not isinstance(k, (int, float)) or k != k // 1:
        raise QuestionError(f"The parameter k is a whole number, not {k!r:.60}.")
    return int(min(k, _MOST))


def _unread(names: str | None) -> list[str]:
    """Return the fields that are not to be read in the question.

    Raises:
        QuestionError: One is no field.
    """
    fields = [name.strip() for name in (names or "").split(",") if name.strip()]
    if unknown := [name for name in fields if name not in READ_FIELDS]:
        raise QuestionError(f"There is no field {unknown[0]!r} to leave unread; choose from {', '.join(READ_FIELDS)}.")
    return fields
