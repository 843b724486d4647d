"""The main door: the Tweede Kamer's OData v4 service (Gegevensmagazijn), keyless, CC0.

Documentation: https://opendata.tweedekamer.nl/documentatie. A Zaak of soort "Schriftelijke vragen" is one
Kamervraag; its Documents are the vragen, the antwoord and the mededelingen; the official XML hangs under
HuidigeDocumentVersie/DocumentPublicatie. Pages hold at most 250 rows and name the next by @odata.nextLink.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from rag.fetch.client import PoliteClient
from rag.fetch.errors import ContentError
from rag.fetch.records import DateKind, DocumentKind, Dossier, Listing, Period, Publication
from rag.records import Person

ODATA_URL = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0"
"""Where the service lives."""

_QUESTIONS = ("Schriftelijke vragen", "Vragen gesteld door de leden der Kamer")
_ANSWERS = ("Antwoord schriftelijke vragen", "Antwoord schriftelijke vragen (nader)")
_KINDS = {
    **dict.fromkeys(_QUESTIONS, DocumentKind.QUESTION),
    **dict.fromkeys(_ANSWERS, DocumentKind.ANSWER),
    "Mededeling (uitstel antwoord)": DocumentKind.MEDEDELING,
    "Mededeling": DocumentKind.MEDEDELING,
}
_ZAAK = "Verwijderd eq false and Soort eq 'Schriftelijke vragen'"
_EXPAND = (
    "ZaakActor,Document($filter=Verwijderd eq false;$expand=HuidigeDocumentVersie("
    "$expand=DocumentPublicatie,DocumentPublicatieMetadata))"
)
_PUBLISHED_ID = re.compile(r"(ah|kv)-[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_NEXT = "@odata.nextLink"
_MAX_PAGES = 10_000
_Row = dict[str, Any]


class TweedeKamer:
    """Lists Kamervragen by period, by change or by vraagnummer.

    Args:
        client: Paced for this service.
        url: Address of the service's root.
    """

    def __init__(self, client: PoliteClient, url: str = ODATA_URL) -> None:
        self._client = client
        self._url = url.rstrip("/")

    def numbers(self, period: Period) -> Iterator[str]:
        """Yield the vraagnummers of a period.

        A date is local midnight with its offset ("2024-01-01T00:00:00+01:00", the day before in UTC). The query is
        therefore a day wider on both sides, and the days are compared as written.

        Raises:
            FetchError: The service gives no usable answer.
        """
        field = "GestartOp" if period.by is DateKind.ASKED else "Datum"
        window = f"{field} ge {_moment(period.start, -1)} and {field} lt {_moment(period.end, 2)}"
        if period.by is DateKind.ASKED:
            zaken = self._rows("Zaak", f"{_ZAAK} and {window}", select="Nummer,GestartOp", orderby="Nummer")
            yield from (_text(row, "Nummer") for row in zaken if period.holds(_day(row, field)) and row.get("Nummer"))
            return
        documents = self._documents(f"{_soort_in(_ANSWERS)} and {window}")
        for row in documents:
            if period.holds(_day(row, field)):
                yield from _zaak_numbers(row)

    def changed_since(self, moment: datetime) -> Iterator[str]:
        """Yield the vraagnummers of which the Zaak or a Document changed since the moment.

        Raises:
            FetchError: The service gives no usable answer.
        """
        window = f"ApiGewijzigdOp ge {moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for row in self._rows("Zaak", f"{_ZAAK} and {window}", select="Nummer", orderby="Nummer"):
            if row.get("Nummer"):
                yield _text(row, "Nummer")
        for row in self._documents(f"{_soort_in(tuple(_KINDS))} and {window}"):
            yield from _zaak_numbers(row)

    def dossiers(self, numbers: Sequence[str]) -> Iterator[Dossier]:
        """Yield what the service knows of each vraagnummer; unknown ones are left out.

        Raises:
            FetchError: The service gives no usable answer.
        """
        listed = ",".join(f"'{_quoted(number)}'" for number in numbers)
        for row in self._rows("Zaak", f"{_ZAAK} and Nummer in ({listed})", expand=_EXPAND, orderby="Nummer"):
            if row.get("Nummer"):
                yield self._dossier(row)

    def _documents(self, condition: str) -> Iterator[_Row]:
        return self._rows(
            "Document",
            f"Verwijderd eq false and {condition}",
            select="Id,DocumentNummer,Datum",
            expand="Zaak($select=Nummer,Soort)",
            orderby="DocumentNummer",
        )

    def _rows(self, entity: str, condition: str, **options: str) -> Iterator[_Row]:
        query = {"$filter": condition} | {f"${name}": value for name, value in options.items()}
        encoded = "&".join(f"{quote(name, safe='$')}={quote(value, safe='$(),;=')}" for name, value in query.items())
        yield from self._pages(f"{self._url}/{entity}?{encoded}")

    def _pages(self, url: str) -> Iterator[_Row]:
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) >= _MAX_PAGES:
                raise ContentError(f"{url} came up twice while paging; the service's listing has no end. Try later.")
            seen.add(url)
            page = _page(self._client.get(url).body, url)
            try:
                rows = [self._completed(row, url) for row in page["value"]]
            except RecursionError as error:
                raise ContentError(f"{url} answered with JSON nested without end; try again later.") from error
            yield from rows
            following = page.get(_NEXT)
            url = self._client.at_service(str(following), url) if following else ""

    def _completed(self, row: object, url: str) -> _Row:
        """The row with expanded collections that the service paged brought in whole."""
        if not isinstance(row, dict):
            raise ContentError(f"{url} lists {row!r:.60}; expected an object.")
        complete = dict(row)
        for key, value in row.items():
            if key.endswith(_NEXT) and key != _NEXT:
                rest = self._pages(self._client.at_service(str(value), url))
                name = key.removesuffix(_NEXT)
                complete[name] = [*(self._completed(item, url) for item in _list(row, name)), *rest]
            elif isinstance(value, dict):
                complete[key] = self._completed(value, url)
            elif isinstance(value, list) and f"{key}{_NEXT}" not in row:
                complete[key] = [self._completed(item, url) for item in value]
        return complete

    def _dossier(self, zaak: _Row) -> Dossier:
        number = _text(zaak, "Nummer")
        rows = sorted(_list(zaak, "Document"), key=lambda row: (_text(row, "Datum"), _text(row, "DocumentNummer")))
        listings: dict[str, Listing] = {}
        skipped = []
        for row in rows:
            kind = _KINDS.get(_text(row, "Soort"))
            if kind is None:
                skipped.append((_text(row, "DocumentNummer"), _text(row, "Soort")))
                continue
            listing = self._listing(row, kind, listings)
            listings[listing.id] = listing
        answers = [listing for listing in listings.values() if listing.kind is DocumentKind.ANSWER]
        questions = [listing for listing in listings.values() if listing.kind is DocumentKind.QUESTION]
        official = [listing.id for listing in answers if listing.id.startswith("ah-tk-")]
        return Dossier(
            vraagnummer=number,
            listings=tuple(listings.values()),
            title=_text(zaak, "Onderwerp"),
            asked=_day(zaak, "GestartOp"),
            answered=min((listing.date for listing in answers if listing.date), default=None),
            askers=_people(zaak, ("Indiener", "Medeindiener")),
            addressees=_people(zaak, ("Gericht aan",)),
            answer_id=official[0] if official else _aanhangsel(rows),
            question_url=_page_url(number, questions),
            answer_url=_page_url(number, answers),
            skipped=tuple(skipped),
        )

    def _listing(self, row: _Row, kind: DocumentKind, taken: dict[str, Listing]) -> Listing:
        versie = row.get("HuidigeDocumentVersie") or {}
        official = _of_type(versie, "DocumentPublicatie", "Xml")
        record = _of_type(versie, "DocumentPublicatieMetadata", "Metadata")
        document = _text(row, "DocumentNummer")
        identifier = _text(official or {}, "Identifier") or _text(versie, "ExterneIdentifier")
        if not _PUBLISHED_ID.fullmatch(identifier) or identifier in taken:
            identifier = document
        return Listing(
            id=identifier,
            kind=kind,
            publication=self._resource("DocumentPublicatie", official) if official else self._resource("Document", row),
            title=_text(row, "Onderwerp"),
            date=_day(row, "Datum"),
            document=document,
            metadata=self._resource("DocumentPublicatieMetadata", record) if record else None,
        )

    def _resource(self, entity: str, row: _Row) -> Publication:
        guid = quote(_text(row, "Id"), safe="")  # a GUID; whatever else it is, it stays within the parentheses
        listed = f"{_text(row, 'GewijzigdOp')} {row.get('ContentLength') or ''}".strip()
        return Publication(f"{self._url}/{entity}({guid})/Resource", listed)


def aanhangsel_id(number: str) -> str | None:
    """Return the official id that an Aanhangselnummer stands for: "242501244" is ah-tk-20242025-1244.

    Source: two digits of both years of the vergaderjaar, then the number, padded with zeros.
    """
    if not re.fullmatch(r"[0-9]{5,}", number):
        return None
    century = "19" if number[:2] >= "90" else "20"
    following = "19" if number[2:4] >= "90" else "20"
    return f"ah-tk-{century}{number[:2]}{following}{number[2:4]}-{int(number[4:])}"


def _aanhangsel(rows: Sequence[_Row]) -> str | None:
    numbers = [_text(row, "Aanhangselnummer") for row in rows if _text(row, "Soort") in _ANSWERS]
    return next((found for number in numbers if (found := aanhangsel_id(number))), None)


def _page_url(number: str, listings: Sequence[Listing]) -> str | None:
    """The official page; while it is not there yet, the Tweede Kamer's page of the document."""
    for listing in listings:
        if listing.id.startswith(("ah-tk-", "kv-tk-")):
            return f"https://zoek.officielebekendmakingen.nl/{listing.id}.html"
    detail = "https://www.tweedekamer.nl/kamerstukken/kamervragen/detail"
    return f"{detail}?id={number}&did={listings[0].document}" if listings else None


def _people(zaak: _Row, relations: tuple[str, ...]) -> tuple[Person, ...]:
    """The actors of these relations, in the order of the relations (the service's own order is arbitrary)."""
    actors = [row for row in _list(zaak, "ZaakActor") if not row.get("Verwijderd") and _text(row, "ActorNaam")]
    found = [row for relation in relations for row in actors if _text(row, "Relatie") == relation]
    people = [Person(_text(row, "ActorNaam"), _text(row, "ActorFractie") or None, _role(row)) for row in found]
    return tuple(dict.fromkeys(people))


def _role(actor: _Row) -> str | None:
    # A member's Functie is "Tweede Kamerlid", which says nothing; a minister's is the portfolio.
    role = _text(actor, "Functie")
    return role if role and "kamerlid" not in role.lower() else None


def _of_type(versie: _Row, collection: str, kind: str) -> _Row | None:
    rows = [row for row in _list(versie, collection) if not row.get("Verwijderd")]
    return next((row for row in rows if _text(row, "DocumentType").lower() == kind.lower()), None)


def _zaak_numbers(document: _Row) -> Iterator[str]:
    for zaak in _list(document, "Zaak"):
        if _text(zaak, "Soort") == _QUESTIONS[0] and zaak.get("Nummer"):
            yield _text(zaak, "Nummer")


def _page(body: bytes, url: str) -> _Row:
    try:
        page = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ContentError(f"{url} answered with something that is not JSON ({error}); try again later.") from error
    if not isinstance(page, dict) or not isinstance(page.get("value"), list):
        raise ContentError(f"{url} answered with JSON without a 'value' list; the service may have changed.")
    return page


def _text(row: _Row, key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _list(row: _Row, key: str) -> list[_Row]:
    value = row.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _day(row: _Row, key: str) -> date | None:
    try:
        return date.fromisoformat(_text(row, key)[:10])
    except ValueError:
        return None


def _moment(day: date, shift: int) -> str:
    # date.min and date.max are legal ends of a period.
    shifted = date.fromordinal(min(max(day.toordinal() + shift, 1), date.max.toordinal()))
    return f"{shifted.isoformat()}T00:00:00Z"


def _soort_in(kinds: Sequence[str]) -> str:
    return "Soort in (" + ",".join(f"'{_quoted(kind)}'" for kind in kinds) + ")"


def _quoted(value: str) -> str:
    return value.replace("'", "''")
