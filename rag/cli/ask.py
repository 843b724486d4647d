"""kamerwijzer ask: an answer in the cabinet's own sentences, each with its vraag."""

import argparse

from rag.cli import say
from rag.cli.options import (
    add_filter_options,
    add_index_options,
    add_json_option,
    add_sort_option,
    add_unread_option,
    filters_from,
    print_json,
    print_line,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument(
        "--turn",
        action="append",
        default=[],
        metavar="QUESTION",
        help="a question before this one; repeat, oldest first",
    )
    parser.add_argument("--explain", action="store_true", help="say what the decision rested on")
    parser.add_argument(
        "--llm",
        action=argparse.BooleanOptionalAction,
        help="let the language model of KAMERWIJZER_LLM_URL write the answer, or not (default: where it is set)",
    )
    add_sort_option(parser, "the passages that the answer is quoted from")
    parser.add_argument(
        "--language", choices=("nl", "en"), help="of the words around the sentences (default: that of the question)"
    )
    add_unread_option(parser)
    add_index_options(parser)
    add_filter_options(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask and print the answer."""
    from rag.answer import Assistant
    from rag.generate import generator_from_environment
    from rag.home import ready_index
    from rag.offtopic import is_empty
    from rag.retrieve import Retriever, check_question
    from rag.wire import answer_to_json, explanation_to_json
    from rag.wording import newer_text, notes_text

    if not is_empty(arguments.query):
        check_question(arguments.query)
    generator = None if arguments.llm is False else generator_from_environment(required=arguments.llm is True)
    index = ready_index(arguments.index, documents=arguments.documents, model=arguments.model, say=say)
    retriever = Retriever.open(index, arguments.model)
    if retriever.store.fictional():
        say("Let op: dit zijn verzonnen Kamervragen (voorbeeldcorpus).")
    assistant = Assistant(retriever, generator)
    filters = filters_from(arguments)
    answer = assistant.ask(
        arguments.query,
        turns=arguments.turn,
        filters=filters,
        language=arguments.language,
        sort=arguments.sort,
        unread=arguments.unread,
    )
    explanation = {"explanation": explanation_to_json(answer)} if arguments.explain else {}
    if arguments.json:
        print_json({**answer_to_json(answer), **explanation})
        return 0
    if answer.understood:
        say(f"Begrepen als: {answer.understood}")
    if answer.notice:
        say(answer.notice)
    print_line(answer.text)
    if notes := notes_text(answer, answer.settings["language"]):
        print_line(f"\n{notes}")
    if newer := newer_text(answer, answer.settings["language"]):
        print_line(f"\n{newer}")
    if explanation:
        print_line()
        print_json(explanation["explanation"])
    return 0
