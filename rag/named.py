"""The passages that a question names by number: a document, a vraag in it, a published antwoord."""

import dataclasses
import re
from collections.abc import Sequence
from heapq import nsmallest
from itertools import zip_longest

from rag.filters import Filters, unknown
from rag.index import Passages
from rag.records import Passage, citation_of
from rag.references import resolve
from rag.understand import Understood
from rag.visible import whole_signs

NAMED = 99.0
"""Score of a hit that the question names."""

_LONGEST_DOCUMENT = 1000


def named_passages(understood: Understood, given: Filters, store: Passages) -> tuple[list[Passage], str | None]:
    """Return the passages that a question names, its vragen before the others of the document; and what is missing.

    A document that the index does not have is missing, and so are vragen of which the document has none.

    Args:
        understood: The question as it was read.
        given: Filters that were set; only what passes them is returned.
        store: Where the passages are.
    """
    documents = [understood.document] if understood.document else []
    if understood.answer_id:
        documents += store.documents_answered_in(understood.answer_id)
    passages = [passage for document in documents for passage in store.document(document)]
    if not passages:
        return [], citation_of(understood.document, understood.number) if understood.document else understood.answer_id
    missing = None
    if understood.numbers:
        meant = numbers_meant(understood, passages)
        passages.sort(key=lambda passage: passage.number not in meant)
        missing = None if meant else citation_of(passages[0].document, understood.number)
    if given != Filters():
        left = {passage.id for document in documents for passage in _left_of(document, given, store)}
        passages = [passage for passage in passages if passage.id in left]
    return passages, missing


def numbers_meant(understood: Understood, passages: Sequence[Passage]) -> set[str]:
    """Return the numbers that a question names among those of a document.

    Args:
        understood: The question as it was read.
        passages: Of the document.
    """
    printed = [passage.number for passage in passages]
    return {found for number in understood.numbers for found in resolve(number, printed)}


def _left_of(document: str, given: Filters, store: Passages) -> list[Passage]:
    """Return the passages of a document that pass the filters."""
    if given.document not in (None, document):
        return []
    within = dataclasses.replace(given, document=document)
    return store.listed(within, newest=True, start=0, count=_LONGEST_DOCUMENT)


def check_document(given: Filters, store: Passages) -> Filters:
    """Return filters as they are, where the document that they restrict to is in the index.

    For what a user sets; a document that a question names may be missing, and that is then said.

    Raises:
        FilterError: It is not; the message offers the nearest vraagnummers.
    """
    if given.document is not None and not store.holds(Filters(document=given.document)):
        wanted = whole_signs(given.document)
        raise unknown("document", wanted, nsmallest(3, store.values("document"), key=lambda held: _apart(wanted, held)))
    return given


def _apart(wanted: str, held: str) -> tuple[int, int, str]:
    """Return how far an id is from another: in how many signs they differ, and how far their last numbers lie apart."""
    signs = sum(one != other for one, other in zip_longest(wanted, held))
    return signs, abs(_last_number(wanted) - _last_number(held)), held


def _last_number(text: str) -> int:
    numbers = re.findall(r"[0-9]{1,9}", text)
    return int(numbers[-1]) if numbers else 0
