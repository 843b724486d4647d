"""The second door: search (SRU) over the official publications, and their repository.

Its texts go back to 1995; it knows no parties, and asks programs for at most one request in three seconds.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from rag.fetch.client import PoliteClient
from rag.fetch.errors import ContentError, FetchError
from rag.fetch.records import DateKind, DocumentKind, Dossier, Listing, Period, Publication
from rag.fetch.sru import SruRecord, read_page
from rag.records import Person

SRU_URL = "https://repository.overheid.nl/sru"
"""Where the search service lives."""
REPOSITORY_URL = "https://repository.overheid.nl"
"""Where the publications live, under /frbr/officielepublicaties."""

_ANSWERS = "Kamervragen (Aanhangsel)"
_QUESTIONS = "Kamervragen zonder antwoord"
_PAGE = 100
_MOST = 10_000  # startRecord from 10,000 on is answered with 504: ask for shorter periods instead
_BATCH = 20
_VRAAGNUMMER = re.compile(r"[0-9]{4}Z[0-9]+")
_IDENTIFIER = re.compile(r"(ah|kv)-[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_FORMS = ("xml", "pdf", "html")  # best first; an unmade-up answer has only a PDF


class Repository:
    """Lists Kamervragen by date of the document, by change, or by vraagnummer.

    A publication without a vraagnummer (before about 2008) goes by its own identifier.

    Args:
        client: Paced for this service.
        sru_url: Address of the search service.
        repository_url: Address of the repository.
    """

    def __init__(self, client: PoliteClient, sru_url: str = SRU_URL, repository_url: str = REPOSITORY_URL) -> None:
        self._client = client
        self._sru = sru_url
        self._repository = repository_url.rstrip("/")

    def numbers(self, period: Period) -> Iterator[str]:
        """Yield the vraagnummers of the documents of a period.

        Raises:
            FetchError: The service gives no usable answer, or refuses the query.
        """
        name = _QUESTIONS if period.by is DateKind.ASKED else _ANSWERS
        for record in self._sliced(name, "dt.date", period.start, period.end):
            # The service may ignore a clause it does not like and say so nowhere.
            if period.holds(_day(record.date)):
                yield _number(record)

    def changed_since(self, moment: datetime) -> Iterator[str]:
        """Yield the vraagnummers with a publication modified since the moment's day.

        Raises:
            FetchError: The service gives no usable answer, or refuses the query.
        """
        for name in (_QUESTIONS, _ANSWERS):
            for record in self._sliced(name, "dt.modified", moment.date(), date.today() + timedelta(days=1)):
                yield _number(record)

    def dossiers(self, numbers: Sequence[str]) -> Iterator[Dossier]:
        """Yield what the service knows of each vraagnummer or identifier; unknown ones are left out.

        Raises:
            FetchError: The service gives no usable answer, or refuses the query.
        """
        for position in range(0, len(numbers), _BATCH):
            batch = numbers[position : position + _BATCH]
            clauses = [clause for number in batch if (clause := _clause(number))]
            if not clauses:
                continue
            found: dict[str, list[SruRecord]] = {}
            for record in self._records(" OR ".join(clauses)):
                if _publication_name(record) in (_QUESTIONS, _ANSWERS):
                    found.setdefault(_number(record), []).append(record)
            for number in batch:
                if number in found:
                    yield self._dossier(number, found[number])

    def _sliced(self, name: str, index: str, start: date, end: date) -> Iterator[SruRecord]:
        query = (
            f'c.product-area==officielepublicaties AND w.publicatienaam=="{name}" '
            f"AND {index}>={start.isoformat()} AND {index}<={end.isoformat()}"
        )
        if self._count(query) < _MOST:
            yield from self._records(query)
            return
        if start == end:
            raise FetchError(
                f"The search service lists {_MOST:,} or more {name!r} on {start}; ask for numbers instead."
            )
        middle = start + (end - start) // 2
        yield from self._sliced(name, index, start, middle)
        yield from self._sliced(name, index, middle + timedelta(days=1), end)

    def _count(self, query: str) -> int:
        return read_page(self._client.get(self._search_url(query, 1, 0)).body, query).total

    def _records(self, query: str) -> Iterator[SruRecord]:
        start, total = 1, 1
        while start <= total:
            url = self._search_url(f"{query} sortBy dt.identifier/sort.ascending", start, _PAGE)
            page = read_page(self._client.get(url).body, query)
            if not page.records:
                if start <= page.total - _PAGE:
                    raise ContentError(f"{query}: the search stops at record {start} of {page.total}; try again later.")
                return  # the number of records is an estimate
            yield from page.records
            start, total = start + len(page.records), page.total

    def _search_url(self, query: str, start: int, most: int) -> str:
        fields = {"operation": "searchRetrieve", "version": "2.0", "query": query}
        return f"{self._sru}?{urlencode({**fields, 'startRecord': start, 'maximumRecords': most})}"

    def _dossier(self, number: str, records: Sequence[SruRecord]) -> Dossier:
        ordered = sorted(records, key=lambda record: (record.date, record.identifier))
        listings = {record.identifier: self._listing(record) for record in ordered if record.identifier}
        kinds = {kind: [item for item in listings.values() if item.kind is kind] for kind in DocumentKind}
        answers, questions = kinds[DocumentKind.ANSWER], kinds[DocumentKind.QUESTION]
        first = ordered[0]
        return Dossier(
            vraagnummer=number,
            listings=tuple(listings.values()),
            title=first.title,
            asked=next((item.date for item in questions if item.date), None),
            answered=min((item.date for item in answers if item.date), default=None),
            askers=_people(ordered, "indiener"),
            addressees=_people(ordered, "ontvanger"),
            answer_id=next((item.id for item in answers), None),
            question_url=next((_page_url(item.id) for item in questions), None),
            answer_url=next((_page_url(item.id) for item in answers), None),
        )

    def _listing(self, record: SruRecord) -> Listing:
        form = next((form for form in _FORMS if form in record.items), "xml")
        metadata = self._address(record, "metadata")
        return Listing(
            id=record.identifier,
            kind=_kind(record),
            publication=Publication(self._address(record, form), record.changed),
            title=record.title,
            date=_day(record.date),
            metadata=Publication(metadata, record.changed),
        )

    def _address(self, record: SruRecord, form: str) -> str:
        try:
            if form in record.items:
                return self._client.at_service(record.items[form])
        except FetchError:
            pass  # an address elsewhere is not followed; the repository's own address follows from the identifier
        identifier = record.identifier
        kind, _, rest = identifier.partition("-")
        group = rest.partition("-")[2].rpartition("-")[0] or rest.partition("-")[2][:4]
        place = f"{kind}-tk/{group}" if rest.startswith("tk-") else f"{kind}/onopgemaakt"
        file = "metadata.xml" if form == "metadata" else f"{identifier}.{form}"
        return f"{self._repository}/frbr/officielepublicaties/{place}/{identifier}/1/{form}/{file}"


def _clause(number: str) -> str:
    # Anything else could not be a number of theirs, and would be query text.
    if _VRAAGNUMMER.fullmatch(number):
        return f"w.vraagnummer=={number}"
    return f"dt.identifier=={number}" if _IDENTIFIER.fullmatch(number) else ""


def _number(record: SruRecord) -> str:
    number = record.one("vraagnummer").upper()
    return number if _VRAAGNUMMER.fullmatch(number) else record.identifier


def _publication_name(record: SruRecord) -> str:
    return record.one("publicatienaam")


def _kind(record: SruRecord) -> DocumentKind:
    """Question, answer or mededeling; a mededeling gets an Aanhangsel number of its own."""
    if _publication_name(record) == _QUESTIONS:
        return DocumentKind.QUESTION
    told = " ".join((record.one("subrubriek"), record.one("aanhangseltype"), record.title)).lower()
    late = any(word in told for word in ("mededeling", "uitstel")) or bool(record.one("mededelingOver"))
    return DocumentKind.MEDEDELING if late else DocumentKind.ANSWER


def _people(records: Sequence[SruRecord], name: str) -> tuple[Person, ...]:
    return tuple(dict.fromkeys(Person(value) for record in records for value in record.own.get(name, ())))


def _page_url(identifier: str) -> str:
    return f"https://zoek.officielebekendmakingen.nl/{identifier}.html"


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
