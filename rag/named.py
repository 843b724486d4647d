"""The passages that a question names by number: a document, a vraag in it, a published antwoord."""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import zip_longest

from rag.filters import Filters, unknown
from rag.index import Passages
from rag.records import Passage, citation_of
from rag.references import resolve
from rag.understand import LAST, Understood
from rag.visible import whole_signs

NAMED = 99.0
"""Score of a hit that the question names."""

_LONGEST_DOCUMENT = 1000


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names by number.

    Attributes:
        passages: All of the document, the vragen that it names first.
        vragen: The ids of those vragen; none where it names the document alone.
        missing: What it names and the index does not have: "Kamervraag 2022Z04736, vraag 19"; None else.
    """

    passages: tuple[Passage, ...] = ()
    vragen: tuple[str, ...] = ()
    missing: str | None = None


def named_in(understood: Understood, given: Filters, store: Passages) -> Named:
    """Return the passages that a question names, and what is missing of it: a document, or vragen in it.

    Args:
        understood: The question as it was read.
        given: Filters that were set; only what passes them is returned.
        store: Where the passages are.
    """
    documents = [understood.document] if understood.document else []
    if understood.answer_id:
        documents += store.documents_answered_in(understood.answer_id)
    passages = [passage for document in dict.fromkeys(documents) for passage in store.document(document)]
    if not passages:
        numbers = numbers_text([number for number in understood.numbers if number != LAST]) or None
        unknown_document = citation_of(understood.document, numbers) if understood.document else None
        return Named(missing=unknown_document or understood.answer_id)
    first, printed = passages[0].document, [passage.number for passage in passages]
    last = [number for number in printed if number[:1].isdigit()][-1:]
    meant = {number: last if number == LAST else resolve(number, printed) for number in understood.numbers}
    absent = numbers_text([number for number, found in meant.items() if not found])
    present = {number for found in meant.values() for number in found}
    passages.sort(key=lambda passage: passage.number not in present)
    if given != Filters():
        left = {passage.id for document in documents for passage in _left_of(document, given, store)}
        passages = [passage for passage in passages if passage.id in left]
    vragen = tuple(passage.id for passage in passages if passage.number in present)
    return Named(tuple(passages), vragen, citation_of(first, absent) if absent else None)


def numbers_text(numbers: Sequence[str]) -> str:
    """Return numbers of vragen in short: "4, 7–9, 12a"."""
    runs: list[list[str]] = []
    for number in numbers:
        if runs and runs[-1][-1].isdecimal() and number.isdecimal() and int(number) == int(runs[-1][-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


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
