"""What the local server serves: fictional Kamervragen as rows, records and documents of the documented shapes."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

FRBR = "/frbr/officielepublicaties"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
Row = dict[str, Any]


@dataclass
class Corpus:
    """What the services hold."""

    zaken: list[Row] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    records: list[Row] = field(default_factory=list)

    def document(self, number: str, kind: str) -> Row:
        """The document row of a vraagnummer by the start of its Soort."""
        zaak = next(row for row in self.zaken if row["Nummer"] == number)
        return next(row for row in zaak["Document"] if row["Soort"].startswith(kind))

    def change(self, row: Row, body: bytes) -> None:
        """Publish another text for a document, as the service would: new body, new times of change."""
        publication = row["HuidigeDocumentVersie"]["DocumentPublicatie"][0]
        self.bodies[publication["Id"]] = body
        for item in (row, publication):
            item["GewijzigdOp"] = "2026-01-01T12:00:00.000+01:00"
            item["ApiGewijzigdOp"] = "2099-01-01T11:00:00.000Z"

    @property
    def ids(self) -> set[str]:
        """The official ids of all documents under the Tweede Kamer's door."""
        rows = [row for zaak in self.zaken for row in zaak["Document"] if not row["Verwijderd"]]
        return {row["HuidigeDocumentVersie"]["ExterneIdentifier"] for row in rows}


def make_corpus(kamervragen: int, start: date = date(2024, 1, 1)) -> Corpus:
    """Kamervragen, one a day, each with vragen and antwoord, every third with a mededeling."""
    corpus = Corpus()
    for index in range(kamervragen):
        asked = start + timedelta(days=index % 300)
        number, session = f"{asked.year}Z{index + 1:05d}", "20232024"
        parts = [("Schriftelijke vragen", f"kv-tk-{number}", asked)]
        if index % 3 == 0:
            parts.append(
                ("Mededeling (uitstel antwoord)", f"ah-tk-{session}-{10_000 + index}", asked + timedelta(days=21))
            )
        parts.append(("Antwoord schriftelijke vragen", f"ah-tk-{session}-{index + 1}", asked + timedelta(days=30)))
        documents = [_document(corpus, number, *part, f"{index}.{place}") for place, part in enumerate(parts)]
        zaak = {
            "Id": _guid(f"zaak {index}"),
            "Nummer": number,
            "Soort": "Schriftelijke vragen",
            "Onderwerp": f"De verlichting van fietspad {index} ",
            "GestartOp": f"{asked}T00:00:00+01:00",
            "ApiGewijzigdOp": f"{asked}T10:00:00.123Z",
            "Verwijderd": False,
            "ZaakActor": [
                {"ActorNaam": "B. Bakker", "ActorFractie": "DPB", "Relatie": "Medeindiener", "Functie": None},
                {"ActorNaam": "A. de Vries", "ActorFractie": "ABC", "Relatie": "Indiener", "Functie": None},
                {"ActorNaam": "C. Smit", "Functie": "minister van Fietspaden", "Relatie": "Gericht aan"},
            ],
            "Document": documents,
        }
        corpus.zaken.append(zaak)
    corpus.zaken.append({"Id": _guid("deleted"), "Nummer": None, "Soort": None, "Verwijderd": True, "Document": []})
    return corpus


def _guid(seed: str) -> str:
    return str(UUID(bytes=seed.encode().ljust(16, b"\x01")[:16]))


def _document(corpus: Corpus, number: str, soort: str, identifier: str, day: date, seed: str) -> Row:
    publication, record = _guid(f"publ {seed}"), _guid(f"meta {seed}")
    corpus.bodies[publication] = official_xml(number, soort, identifier)
    corpus.bodies[record] = metadata_xml(identifier)
    times = {"GewijzigdOp": f"{day}T14:03:25.977+01:00", "ApiGewijzigdOp": f"{day}T13:03:37.0315972Z"}
    place = f"{FRBR}/{identifier[:5]}/{identifier}/1"
    corpus.bodies[f"{place}/xml/{identifier}.xml"] = corpus.bodies[publication]
    corpus.bodies[f"{place}/metadata/metadata.xml"] = corpus.bodies[record]
    corpus.records.append({"id": identifier, "vraagnummer": number, "soort": soort, "date": str(day), "place": place})
    return {
        "Id": _guid(f"docu {seed}"),
        "Soort": soort,
        "DocumentNummer": f"2024D{seed.replace('.', '')}",
        "Onderwerp": f"{soort} over het fietspad ",
        "Datum": f"{day}T00:00:00+01:00",
        "Aanhangselnummer": None,
        "ContentType": "application/pdf",
        "ContentLength": 4321,
        "Verwijderd": False,
        **times,
        "HuidigeDocumentVersie": {
            "ExterneIdentifier": identifier,
            "DocumentPublicatie": [
                {"Id": publication, "Identifier": identifier, "DocumentType": "Xml", "ContentLength": 9, **times},
                {"Id": _guid(f"publ2 {seed}"), "Identifier": identifier, "DocumentType": "Pdf", **times},
            ],
            "DocumentPublicatieMetadata": [
                {"Id": record, "Identifier": identifier, "DocumentType": "Metadata", "ContentLength": 7, **times}
            ],
        },
    }


def official_xml(number: str, soort: str, identifier: str) -> bytes:
    """A small document of the official form."""
    answer = "<antwoord><nr>Antwoord 1</nr><al>Ja.</al></antwoord>" if soort.startswith("Antwoord") else ""
    text = f"<kamervragen><kamervraagnummer>{number}</kamervraagnummer><vraag><nr>Vraag 1</nr><al>Brandt het licht op"
    text = f"{text} het fietspad van {identifier}?</al></vraag>{answer}</kamervragen>"
    return f"\ufeff{XML_HEAD}<officiele-publicatie>{text}</officiele-publicatie>\r\n".encode()


def metadata_xml(identifier: str) -> bytes:
    """A metadata record with two topics."""
    fields = [("DC.identifier", identifier), ("OVERHEID.category", "Verkeer | Weg"), ("OVERHEID.category", "Recht")]
    lines = "".join(f'<metadata name="{name}" scheme="" content="{value}"/>' for name, value in fields)
    return f"<metadata_gegevens>{lines}</metadata_gegevens>".encode()
