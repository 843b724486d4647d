"""What lies next to a document and tells what the document itself may not: who, when, what about, which number.

Three kinds: the official metadata record (`ah-tk-….metadata.xml`, or `metadata.xml` in a document's own folder), the
sidecar that a fetch writes (`ah-tk-….json`), and a record of the Tweede Kamer's OData service (the same name, or in
a page of `value`). What the document prints goes before what is said of it; a vraagnummer is taken from both.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from rag.document_form import person_from_json
from rag.errors import DocumentsError, ParseError
from rag.parsing.markup import load_xml, local_name
from rag.records import Kamervraag, Person

Neighbour = Callable[[str], bytes | None]
"""Name of a file in the document's folder to its bytes; None if there is none."""

_VRAAGNUMMER = re.compile(r"\d{4}Z\d{4,5}")
_ANSWER_ID = re.compile(r"ah-[0-9A-Za-z-]+")
_AANHANGSEL = re.compile(r"\d{9,}")
_ASKERS = ("Indiener", "Medeindiener")
_ADDRESSEE = "Gericht aan"
_OFFICIAL = {"Antwoord": "answer", "Mededeling": "mededeling"}
_CHAMBER = {
    "Antwoord schriftelijke vragen": "answer",
    "Antwoord schriftelijke vragen (nader)": "answer",
    "Mededeling (uitstel antwoord)": "mededeling",
    "Mededeling": "mededeling",
    "Schriftelijke vragen": "question",
}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said of a document.

    Attributes:
        kind: "question", "answer", "mededeling", or "" if it is not said.
        date: Of the document itself.
        answer_id: The official number of the answer, "ah-tk-20242025-1244".
    """

    vraagnummer: str | None = None
    kind: str = ""
    title: str = ""
    date: datetime.date | None = None
    asked: datetime.date | None = None
    answered: datetime.date | None = None
    askers: tuple[Person, ...] = ()
    answerers: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    question_url: str | None = None
    answer_url: str | None = None
    answer_id: str | None = None


def is_metadata(name: str) -> bool:
    """Whether a file's name says that it describes another, or is not whole yet, so that it is no document."""
    return name.endswith((".json", ".part", ".metadata.xml", "_metadata.xml", "_owms.xml")) or name == "metadata.xml"


def find_metadata(name: str, neighbour: Neighbour) -> Metadata | None:
    """Return what the files next to a document say of it, put together; None if there are none.

    Args:
        name: The document's file name, without its folder.
        neighbour: Reads a file of the same folder.

    Raises:
        ParseError: A record there cannot be read.
    """
    stem = PurePath(name).stem
    found: list[Metadata] = []
    for file in (f"{stem}.json", f"{stem}.metadata.xml", f"{stem}_metadata.xml", "metadata.xml"):
        body = neighbour(file)
        if body is not None:
            found.append(_from_json(body, file, stem) if file.endswith(".json") else read_record(body, file))
    return _together(found) if found else None


def fill(document: Kamervraag, metadata: Metadata) -> Kamervraag:
    """Return the document with what it does not print itself taken from its metadata."""
    answered = any(vraag.answer for vraag in document.vragen)
    number = metadata.vraagnummer
    late = metadata.date if metadata.kind == "mededeling" else None
    return replace(
        document,
        id=number if number and not _VRAAGNUMMER.fullmatch(document.id) else document.id,
        title=document.title or metadata.title,
        asked=document.asked or metadata.asked,
        answered=(document.answered or metadata.answered) if answered else None,
        askers=_askers(document.askers, metadata.askers),
        answerers=(document.answerers or metadata.answerers) if answered else (),
        topics=document.topics or metadata.topics,
        question_url=document.question_url or metadata.question_url or _question_url(document, number),
        answer_url=(document.answer_url or metadata.answer_url) if answered else None,
        answer_id=(document.answer_id or metadata.answer_id) if answered else None,
        mededelingen=tuple(replace(item, date=item.date or late) for item in document.mededelingen),
    )


def read_record(body: bytes, name: str) -> Metadata:
    """Read an official metadata record (`metadata_gegevens`, or fields by the same names in their own elements).

    Raises:
        ParseError: It is no XML.
    """
    fields: dict[str, list[str]] = {}
    for element in load_xml(body, name).iter():
        field = (element.get("name") or local_name(element)).rpartition(".")[2].lower()
        content = element.get("content") or ("" if len(element) else element.text or "")
        if content.strip():
            fields.setdefault(field, []).append(" ".join(content.split()))
    return from_fields(fields)


def from_fields(fields: Mapping[str, Iterable[str]]) -> Metadata:
    """Return metadata from official fields.

    Args:
        fields: Names in lower case without their prefix ("indiener", "datumontvangst") to their values.
    """

    def all_of(name: str) -> list[str]:
        return [line for value in fields.get(name, ()) if (line := _line(value))]

    def one(name: str) -> str:
        return next(iter(all_of(name)), "")

    identifier = one("identifier")
    number = one("vraagnummer") or identifier.removeprefix("kv-tk-")
    types = [_OFFICIAL[value] for value in all_of("type") if value in _OFFICIAL]
    kind = types[0] if types else "question" if identifier.startswith("kv-") else ""
    issued = _day(one("datumontvangst")) or _day(one("issued"))
    answer_id = identifier if kind == "answer" and _ANSWER_ID.fullmatch(identifier) else None
    return Metadata(
        vraagnummer=number if _VRAAGNUMMER.fullmatch(number) else None,
        kind=kind,
        title=one("title"),
        date=issued or _day(one("available")),
        asked=_day(one("datumindiening")),
        answered=issued if kind == "answer" else None,
        askers=tuple(Person(name) for name in dict.fromkeys(all_of("indiener"))),
        answerers=tuple(Person(name) for name in dict.fromkeys(all_of("ontvanger"))),
        topics=tuple(dict.fromkeys(all_of("category"))),
        answer_id=answer_id,
        answer_url=_page(answer_id) if answer_id else None,
    )


def _from_json(body: bytes, name: str, stem: str) -> Metadata:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{name}: lies next to a document and is no valid JSON; fetch the document again.") from error
    if isinstance(raw, dict) and isinstance(raw.get("value"), list):
        raw = next((row for row in raw["value"] if isinstance(row, dict) and _names(row, stem)), {})
    if not isinstance(raw, dict):
        return Metadata()
    try:
        return _from_sidecar(raw, name) if "download" in raw else _from_odata(raw)
    except (DocumentsError, TypeError, AttributeError) as error:
        raise ParseError(f"{name}: is no record of the document next to it ({error}); fetch it again.") from error


def _from_sidecar(raw: Mapping[str, Any], name: str) -> Metadata:
    kind = _text(raw, "kind")
    return Metadata(
        vraagnummer=_text(raw, "vraagnummer") or None,
        kind=kind,
        title=_text(raw, "title"),
        date=_day(_text(raw, "date")),
        asked=_day(_text(raw, "asked")),
        answered=_day(_text(raw, "answered")),
        askers=tuple(person_from_json(item, name) for item in raw.get("askers", ())),
        answerers=tuple(person_from_json(item, name) for item in raw.get("addressees", ())),
        topics=tuple(_line(str(topic)) for topic in raw.get("topics", ())),
        question_url=_text(raw, "question_url") or None,
        answer_url=_text(raw, "answer_url") or None,
        answer_id=_text(raw, "answer_id") or None,
    )


def _from_odata(raw: Mapping[str, Any]) -> Metadata:
    """Read a Document row (with its Zaken, if they came along) or a Zaak row."""
    zaken = [raw] if "ZaakActor" in raw or "GestartOp" in raw else [zaak for zaak in _rows(raw, "Zaak")]
    zaak = next((row for row in zaken if _VRAAGNUMMER.fullmatch(_text(row, "Nummer"))), {})
    actors = [row for row in _rows(zaak, "ZaakActor") if _text(row, "ActorNaam")]
    kind = _CHAMBER.get(_text(raw, "Soort"), "")
    number = _text(raw, "Aanhangselnummer")
    answer_id = f"ah-tk-20{number[:2]}20{number[2:4]}-{int(number[4:])}" if _AANHANGSEL.fullmatch(number) else None
    day = _day(_text(raw, "Datum"))
    return Metadata(
        vraagnummer=_text(zaak, "Nummer") or None,
        kind=kind,
        title=_text(zaak, "Onderwerp") or _text(raw, "Onderwerp"),
        date=day,
        asked=_day(_text(zaak, "GestartOp")),
        answered=day if kind == "answer" else None,
        askers=tuple(_actor(row) for relation in _ASKERS for row in actors if _text(row, "Relatie") == relation),
        answerers=tuple(_actor(row) for row in actors if _text(row, "Relatie") == _ADDRESSEE),
        answer_id=answer_id if kind == "answer" else None,
        answer_url=_page(answer_id) if answer_id and kind == "answer" else None,
    )


def _together(found: list[Metadata]) -> Metadata:
    whole = found[0]
    for other in found[1:]:
        missing = {name: getattr(other, name) for name in Metadata.__dataclass_fields__ if not getattr(whole, name)}
        whole = replace(whole, **missing)
    return whole


def _askers(printed: tuple[Person, ...], said: tuple[Person, ...]) -> tuple[Person, ...]:
    """Return the askers as printed, each with the party that the metadata gives for the same surname."""
    if not printed:
        return said
    parties = {_surname(person.name): person.party for person in said if person.party}
    return tuple(
        person if person.party else replace(person, party=parties.get(_surname(person.name))) for person in printed
    )


def _surname(name: str) -> str:
    return re.sub(r"^(?:[A-Z][a-z]?\.\s?)+", "", name).strip().casefold()


def _actor(row: Mapping[str, Any]) -> Person:
    return Person(_text(row, "ActorNaam"), _text(row, "ActorFractie") or None, _text(row, "Functie") or None)


def _names(row: Mapping[str, Any], stem: str) -> bool:
    number = _text(row, "Aanhangselnummer")
    return stem in (_text(row, "DocumentNummer"), _text(row, "Nummer"), _text(row, "Id")) or bool(
        _AANHANGSEL.fullmatch(number) and stem == f"ah-tk-20{number[:2]}20{number[2:4]}-{int(number[4:])}"
    )


def _rows(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    rows = raw.get(key) or []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return _line(value) if isinstance(value, str) else ""


def _line(text: str) -> str:
    """Return a text on one line; half of a surrogate pair, as JSON allows, becomes a question mark."""
    return " ".join(text.encode(errors="replace").decode().split())


def _day(text: str) -> datetime.date | None:
    # A local midnight with its offset: the day is what stands there, never converted to another zone.
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _page(identifier: str) -> str:
    return f"https://zoek.officielebekendmakingen.nl/{identifier}.html"


def _question_url(document: Kamervraag, number: str | None) -> str | None:
    return _page(f"kv-tk-{number}") if number and not _VRAAGNUMMER.fullmatch(document.id) else None
