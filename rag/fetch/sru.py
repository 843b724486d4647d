"""Answers of the official publications' search service (SRU 2.0) as records.

A bad query is answered with status 200 and a diagnostic instead of a number of records; elements are told apart
by namespace and never by prefix, since diagnostics come with another prefix. Protocol:
https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from rag.fetch.errors import ContentError
from rag.fetch.xmltree import read_xml

_SRU = "{http://docs.oasis-open.org/ns/search-ws/sruResponse}"
_DIAGNOSTIC = "{http://docs.oasis-open.org/ns/search-ws/diagnostic}"
_GZD = "{http://standaarden.overheid.nl/sru}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_WETGEVING = "{http://standaarden.overheid.nl/wetgeving/}"
_CUP = "{http://standaarden.overheid.nl/cup/data}"


@dataclass(frozen=True, slots=True)
class SruRecord:
    """A publication as the search lists it.

    Attributes:
        date: Date of the document as written, ISO; "" where absent.
        changed: Time of its last change as written; "" where absent.
        items: Form ("xml", "pdf", "metadata", …) to address.
        own: Fields of the own namespace (vraagnummer, indiener, ontvanger, …), each with all its values.
    """

    identifier: str
    title: str = ""
    date: str = ""
    changed: str = ""
    subjects: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The first value of an own field, or ""."""
        return next(iter(self.own.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class SruPage:
    """One page of an answer; `total` is the number of records in all, which the service calls an estimate."""

    total: int
    records: tuple[SruRecord, ...]


def read_page(body: bytes, where: str) -> SruPage:
    """Read an answer.

    Args:
        body: The response.
        where: The query, for messages.

    Raises:
        ContentError: It is no SRU answer, carries a diagnostic, or says no number of records.
    """
    root = read_xml(body, where)
    if root.tag != f"{_SRU}searchRetrieveResponse":
        raise ContentError(f"{where}: the answer is no searchRetrieveResponse but {root.tag!r:.80}.")
    messages = [_text(item) for item in root.iter(f"{_DIAGNOSTIC}message")]
    total = _text(root.find(f"{_SRU}numberOfRecords"))
    if messages or not (total.isascii() and total.isdigit()):
        reason = "; ".join(messages) or "it says no number of records"
        raise ContentError(f"{where}: the search service refuses the query ({reason}).")
    return SruPage(int(total), tuple(_records(root)))


def _records(root: Element) -> Iterator[SruRecord]:
    for element in root.iter(f"{_SRU}recordData"):
        own: dict[str, list[str]] = {}
        for item in element.iter():
            if item.tag.startswith(_WETGEVING) and (value := _text(item)):
                own.setdefault(item.tag.removeprefix(_WETGEVING), []).append(value)
        items = {item.get("manifestation", ""): _text(item) for item in element.iter(f"{_GZD}itemUrl")}
        changed = element.find(f".//{_CUP}datumTijdstipWijzigingExpression")
        yield SruRecord(
            identifier=_text(element.find(f".//{_DCTERMS}identifier")),
            title=_text(element.find(f".//{_DCTERMS}title")),
            date=_text(element.find(f".//{_DCTERMS}date")),
            changed=_text(changed) or _text(element.find(f".//{_GZD}timestamp")),
            subjects=tuple(_text(item) for item in element.iter(f"{_DCTERMS}subject")),
            items=items,
            own={name: tuple(values) for name, values in own.items()},
        )


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""
