"""kamerwijzer search: the vragen that bear on a question, best first."""

import argparse

from rag.cli import say
from rag.cli.options import (
    add_filter_options,
    add_index_options,
    add_json_option,
    add_sort_option,
    add_unread_option,
    filters_from,
    positive,
    print_json,
    print_line,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("-k", type=positive, default=10, metavar="N", help="how many hits (default: %(default)s)")
    add_sort_option(parser, "the hits")
    add_unread_option(parser)
    add_index_options(parser)
    add_filter_options(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Search and print the hits."""
    from rag.home import ready_index
    from rag.retrieve import Retriever, check_question
    from rag.wire import hit_to_json
    from rag.wording import dropped_text, hit_text, missing_text

    check_question(arguments.query)
    index = ready_index(arguments.index, documents=arguments.documents, model=arguments.model, say=say)
    retriever = Retriever.open(index, arguments.model)
    found = retriever.find(arguments.query, arguments.k, filters_from(arguments), arguments.sort, arguments.unread)
    hits = found.hits
    if found.understood.spans:
        say("Begrepen: " + ", ".join(f"{span.field} = {span.value}" for span in found.understood.spans))
    if found.dropped:
        say(dropped_text(found.dropped))
    if found.missing:
        say(missing_text(found.missing))
    if arguments.json:
        print_json([hit_to_json(hit) for hit in hits])
        return 0
    for hit in hits:
        print_line(hit_text(hit))
    return 0
