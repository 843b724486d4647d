"""The forms that the services answer in, read from bytes: real answers where the data folder is there, and fuzzing."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from official_corpus import metadata_xml, official_xml
from official_server import ODATA
from official_sru import diagnostic

from rag.fetch.client import PoliteClient
from rag.fetch.content import file_extension, read_topics
from rag.fetch.errors import ContentError, FetchError
from rag.fetch.odata import TweedeKamer, aanhangsel_id
from rag.fetch.records import Door, FetchRequest, Manners, Period
from rag.fetch.sru import read_page
from rag.fetch.state import Download, Sidecar, Store
from rag.fetch.xmltree import read_xml
from rag.records import Person

REAL = Path(__file__).parent.parent.parent / "shared/data/documents"
needs_data = pytest.mark.skipif(not REAL.exists(), reason="the data folder ../shared/data is absent")

BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><r>&b;</r>"""
SITE = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0"


@needs_data
def test_a_real_search_answer() -> None:
    body = (REAL / "xml/sru/real_response_kst_36867_records1-2.xml").read_bytes()
    page = read_page(body, "query")
    assert page.total == 4
    assert [record.identifier for record in page.records] == ["kst-1259252", "kst-36867-A"]
    first, second = page.records
    assert set(first.items) == {"metadata", "metadataowms", "pdf"}
    assert second.items["xml"].endswith("/frbr/officielepublicaties/kst/36867/kst-36867-A/1/xml/kst-36867-A.xml")
    assert (second.date, second.changed[:10]) == ("2026-06-09", "2026-06-15")
    assert second.subjects == ("Bestuur | De Nederlandse Antillen en Aruba",)
    assert (second.one("publicatienaam"), second.one("vraagnummer")) == ("Kamerstuk", "")


@needs_data
def test_a_search_record_of_an_answer() -> None:
    (record,) = read_page((REAL / "xml/sru/fixture_ah_record.xml").read_bytes(), "query").records
    assert (record.identifier, record.one("vraagnummer")) == ("ah-tk-20192020-4046", "2020Z14131")
    assert record.one("publicatienaam") == "Kamervragen (Aanhangsel)"


@needs_data
@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("real_diagnostic_unknown_prefix.xml", "unknown prefix dcterms"),
        ("fixture_diagnostic_bad_query.xml", "mismatched input"),
    ],
)
def test_real_diagnostics(file: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        read_page((REAL / "xml/sru" / file).read_bytes(), "query")


@needs_data
def test_real_official_xml_and_metadata_are_told_apart() -> None:
    files = sorted((REAL / "xml/kamerstuk").glob("*.xml"))
    assert {file_extension(file.read_bytes(), file.stem) for file in files} == {"xml"}
    assert len(files) > 3
    record = (REAL / "xml/metadata/ah-1151601_metadata.xml").read_bytes()
    assert read_topics(record, "ah-1151601") == ()
    with pytest.raises(ContentError):
        file_extension(record, "ah-1151601")


@needs_data
@pytest.mark.parametrize(("folder", "kind"), [("pdf", "pdf"), ("docx", "docx")])
def test_real_files_are_told_by_their_bytes(folder: str, kind: str) -> None:
    files = sorted((REAL / folder).glob(f"*.{kind}"))
    assert {file_extension(file.read_bytes(), file.stem) for file in files} == {kind}


@needs_data
def test_every_real_aanhangselnummer_has_an_official_id() -> None:
    rows = json.loads((REAL / "odata/documents.json").read_bytes())
    numbers = {row["Aanhangselnummer"] for row in rows if row["Aanhangselnummer"]}
    assert len(numbers) > 1000
    assert None not in {aanhangsel_id(number) for number in numbers}


class FakeService(PoliteClient):
    """Answers every request with one page."""

    def __init__(self, rows: list[object]) -> None:
        super().__init__(SITE, 0, Manners())
        self._rows = rows

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """The page."""
        from rag.fetch.client import Reply

        return Reply(json.dumps({"value": self._rows}).encode())


@needs_data
def test_a_real_nested_row() -> None:
    row = json.loads((REAL / "odata/zaak_expand_document_versie_publicatie.json").read_bytes())
    row["Document"][0]["Soort"] = "Antwoord schriftelijke vragen"  # the row is of a motie, else of the same form
    with FakeService([row]) as client:
        (dossier,) = TweedeKamer(client, SITE).dossiers(["2025Z02986"])
    (listing,) = dossier.listings
    assert (dossier.vraagnummer, dossier.asked, dossier.answered) == (
        "2025Z02986",
        date(2025, 2, 18),
        date(2025, 2, 18),
    )
    assert (listing.document, listing.date) == ("2025D06779", date(2025, 2, 18))
    assert listing.publication.url == f"{SITE}/DocumentPublicatie(dfd9c46a-efb8-4f72-ac8d-47947e562944)/Resource"
    assert listing.publication.listed == "2025-02-19T16:23:02.563+01:00 3443"
    assert listing.metadata is not None
    assert "57536d2a-9537-41bc-83c3-75c75dd4244f" in listing.metadata.url


@needs_data
def test_every_real_zaak_and_document_is_listed() -> None:
    zaken = json.loads(gzip.decompress((REAL / "odata/zaken.json.gz").read_bytes()))
    documents = json.loads((REAL / "odata/documents.json").read_bytes())
    live = [row for row in documents if not row["Verwijderd"]]
    rows: list[object] = [zaak | {"Document": [row]} for zaak, row in zip(zaken, live, strict=False)]
    with FakeService(rows) as client:
        dossiers = list(TweedeKamer(client, SITE).dossiers(["x"]))
    assert len(dossiers) == len(live)
    assert sum(len(dossier.listings) for dossier in dossiers) == len(live)
    assert all(dossier.asked and dossier.title for dossier in dossiers)
    assert all(listing.publication.listed for dossier in dossiers for listing in dossier.listings)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("242501244", "ah-tk-20242025-1244"),
        ("212202957", "ah-tk-20212022-2957"),
        ("949500007", "ah-tk-19941995-7"),
        ("990012345", "ah-tk-19992000-12345"),
        ("", None),
        ("2425x1244", None),
    ],
)
def test_aanhangselnummers(number: str, expected: str | None) -> None:
    assert aanhangsel_id(number) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{SITE}/Zaak?$skip=250", f"{SITE}/Zaak?$skip=250"),
        (f"{SITE.replace('https', 'http')}/Zaak?$skip=250", f"{SITE}/Zaak?$skip=250"),
        (f"{SITE.replace('.nl', '.nl:8443')}/Zaak?$skip=250", f"{SITE}/Zaak?$skip=250"),
        ("Zaak?$skip=250", f"{SITE}/Zaak?$skip=250"),
        ("https://example.org/Zaak?$skip=250", None),
        ("//example.org/Zaak", None),
        ("https://gegevensmagazijn.tweedekamer.nl@example.org/Zaak", None),
        ("https://gegevensmagazijn.tweedekamer.nl.example.org/Zaak", None),
        ("file:///etc/passwd", None),
        ("http://[::1", None),
    ],
)
def test_addresses_that_the_service_hands_out(url: str, expected: str | None) -> None:
    with PoliteClient(SITE, 0, Manners()) as client:
        if expected:
            assert client.at_service(url, f"{SITE}/Zaak?$filter=x") == expected
        else:
            with pytest.raises(FetchError):
                client.at_service(url, f"{SITE}/Zaak?$filter=x")


@pytest.mark.parametrize(
    "body",
    [BOMB, b"<a>" * 200 + b"</a>" * 200, b"<a>", b"", b"\xff\xfe", b'<?xml version="1.0" encoding="x-y"?><a/>', b"\0"],
)
def test_dangerous_or_broken_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ContentError):
        read_xml(body, "answer")


@given(st.binary())
def test_arbitrary_bytes_are_an_answer_or_a_content_error(body: bytes) -> None:
    for read in (read_page, read_topics, file_extension):
        try:
            read(body, "x")
        except ContentError:
            continue


@given(st.sampled_from([official_xml("2024Z1", "Antwoord", "ah-tk-1"), metadata_xml("ah-tk-1"),
                        diagnostic("x").encode()]), st.integers(0, 700), st.binary(max_size=8))  # fmt: skip
def test_mutated_answers_are_an_answer_or_a_content_error(body: bytes, place: int, put: bytes) -> None:
    mutated = body[:place] + put + body[place + len(put) :]
    for read in (read_page, read_topics, file_extension):
        try:
            read(mutated, "x")
        except ContentError:
            continue


@given(st.integers(1, 300))
def test_official_xml_that_breaks_off_is_never_kept(cut: int) -> None:
    body = official_xml("2024Z1", "Antwoord", "ah-tk-1")
    with pytest.raises(ContentError):
        file_extension(body.rstrip()[:-cut], "ah-tk-1")


def test_an_html_publication_counts_and_an_error_page_does_not() -> None:
    page = b'<!DOCTYPE html><html><head><meta name="OVERHEIDop.aanhangsel" content="ah-tk-1"/></head>ah-tk-1</html>'
    assert file_extension(page, "ah-tk-1") == "html"
    with pytest.raises(ContentError, match="HTML page"):
        file_extension(page, "ah-tk-2")


texts = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
days = st.none() | st.dates()


@given(
    title=texts,
    topics=st.lists(texts, max_size=3).map(tuple),
    askers=st.lists(st.builds(Person, texts, st.none() | texts, st.none() | texts), max_size=3).map(tuple),
    asked=days,
    etag=st.none() | texts,
)
def test_a_sidecar_reads_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    title: str,
    topics: tuple[str, ...],
    askers: tuple[Person, ...],
    asked: date | None,
    etag: str | None,
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "roundtrip")
    sidecar = Sidecar(
        "ah-tk-1", "2024Z1", "answer", Door.TWEEDE_KAMER.value, Download("ah-tk-1.xml", ODATA, "0" * 64, etag=etag),
        title=title, topics=topics, askers=askers, asked=asked, metadata=Download("ah-tk-1.metadata.xml", "u", "1"),
    )  # fmt: skip
    store.commit(sidecar)
    assert store.sidecars("2024Z1") == {"ah-tk-1": sidecar}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FetchRequest(), "found 0 of them"),
        (lambda: FetchRequest(Period(date(2024, 1, 1), date(2024, 1, 2)), update=True), "found 2 of them"),
        (lambda: Period(date(2024, 2, 1), date(2024, 1, 1)), "before it starts"),
    ],
)
def test_impossible_requests(make: Callable[[], object], message: str) -> None:
    with pytest.raises(FetchError, match=message):
        make()
