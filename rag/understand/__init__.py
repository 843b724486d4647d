"""What a query names: a document or vraag, who asks or answers, when, and in which order.

    understand("antwoorden van Jetten sinds maart 2022", store.values).filters
    # Filters(answerer="Rob Jetten", answered_from=date(2022, 3, 1))

Rules alone, no model: the same query always reads the same, and each thing understood says from which words. What is
not certain stays a word of the subject, for a filter that is wrong hides the right answer.
"""

from rag.understand.citations import LAST, names_vraag
from rag.understand.reading import understand
from rag.understand.records import asks_of_those
from rag.understand.understood import READ_FIELDS, SORTS, Span, Understood

__all__ = ["LAST", "READ_FIELDS", "SORTS", "Span", "Understood", "asks_of_those", "names_vraag", "understand"]
