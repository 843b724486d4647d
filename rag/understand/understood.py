"""What was understood of a query: filters, a named document or vraag, the order, and from which words each came."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from rag.filters import Filters

SORTS = ("relevance", "newest", "oldest")

READ_FIELDS = (*Filters.__dataclass_fields__, "number", "answer_id", "sort")
"""What can be read in a query, and left unread: the fields of `Span`."""

_ASKS_FOR_ALL = re.compile(
    r"\W*(?:(?:wat|waar|what|staat|stond|gaat|ging|er|in|is|was|zegt|zei|antwoordde|geantwoord|luidt|says?|said|does|did"
    r"|do|volgens|according|to|de|het|the|inhoud|contents?|tekst|text|samenvatting|summary|samengevat|samen|vat|summari[sz]e|kort|even|me|mij|eens|korte|short|een|an?|antwoord(?:en)?|answers?"
    r"|vra(?:ag|gen)|questions?|van|of|op|over|about|minister|staatssecretaris|kabinet|cabinet|geef|toon|give|show)"
    r"\b\W*)*",
    re.IGNORECASE,
)
"""What is asked of a document as a whole: "Wat staat er in …?"."""


@dataclass(frozen=True, slots=True)
class Span:
    """One thing that was understood, fit to be shown as a chip.

    Attributes:
        field: A field of `Filters`, or "document", "number", "answer_id", "sort".
        value: The value as the field has it; days in ISO form.
        words: The words of the query it was read from.
    """

    field: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it was read.

    Attributes:
        query: The query, white space made single.
        filters: What the query names; empty where it names nothing for certain.
        document: The vraagnummer the query names ("2022Z04736").
        numbers: The vragen it names in that document or answer ("4", "1a", "mededeling"), in its order.
        answer_id: The official number of the answer it names ("ah-tk-20212022-2957").
        rest: The words that remain as the subject; the query itself where none remain.
        sort: One of `SORTS`.
        spans: Where each of these came from, in the order of the query.
        bare: Whether no subject remains: the query names only what to restrict to and the order.
        records: Whether it is after Kamervragen themselves, not what they say: "Wie stelde vragen over dijken?".
    """

    query: str
    filters: Filters = field(default_factory=Filters)
    document: str | None = None
    numbers: tuple[str, ...] = ()
    answer_id: str | None = None
    rest: str = ""
    sort: str = "relevance"
    spans: tuple[Span, ...] = ()
    bare: bool = False
    records: bool = False

    @property
    def number(self) -> str | None:
        """The first of the vragen named; None where none is."""
        return self.numbers[0] if self.numbers else None

    @property
    def asks_within(self) -> bool:
        """Whether it asks something of a whole document or answer that it names: "Wat kost dat volgens 2022Z04736?"."""
        names = bool(self.document or self.answer_id) and not self.numbers
        return names and not self.bare and not _ASKS_FOR_ALL.fullmatch(self.rest)

    def without(self, fields: Collection[str]) -> "Understood":
        """Return the reading in which some fields (as in `Span`) name nothing; the whole query is then its subject."""
        spans = tuple(span for span in self.spans if span.field not in fields)
        if len(spans) == len(self.spans):
            return self
        open_again: dict[str, None] = {name: None for name in fields if name in Filters.__dataclass_fields__}
        return Understood(
            self.query,
            replace(self.filters, **open_again),
            None if "document" in fields else self.document,
            () if "number" in fields else self.numbers,
            None if "answer_id" in fields else self.answer_id,
            self.query,
            "relevance" if "sort" in fields else self.sort,
            spans,
            records=self.records,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a query, before it is known whether it can stand.

    Attributes:
        field: As in `Span`; `value` is of the type that the field has in `Filters`, days as `date`.
        start: First character of its words in the query; `end` is the one behind the last.
    """

    field: str
    value: str | bool | date
    start: int
    end: int
