"""Servers that are slow, busy, broken or hostile: what is tried again, what fails with a reason, what ends a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fetching import YEAR, Fetcher
from official_corpus import make_corpus
from official_server import HTML_404, ODATA, Fault, OfficialServer
from official_sru import diagnostic

from rag.fetch import Door, FetchError, FetchRequest
from rag.fetch.state import Store


@pytest.fixture
def server() -> Iterator[OfficialServer]:
    with OfficialServer(make_corpus(6)) as running:
        yield running


@pytest.fixture
def fetcher(server: OfficialServer, tmp_path: Path) -> Fetcher:
    return Fetcher(server, tmp_path / "raw")


FAULTS = {
    "half body": Fault(half=True),
    "slow": Fault(pause=0.6),
    "429": Fault(status=429),
    "a byte at a time": Fault(drip=0.01),
    "500": Fault(status=500),
    "503": Fault(status=503, headers=(("Retry-After", "soon"),)),
    "504": Fault(status=504),
}


@pytest.mark.parametrize("path", [f"{ODATA}/Zaak", "/Resource"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_passing_fault_is_tried_again(server: OfficialServer, fetcher: Fetcher, name: str, path: str) -> None:
    server.faults[path] = [FAULTS[name]] * 2
    report = fetcher(timeout=0.3, deadline=0.4)
    assert report.failed == {}
    assert fetcher.ids() == server.corpus.ids
    assert fetcher.slept == [1.0, 2.0]
    assert [state.waiting for state in fetcher.progress if state.waiting] == [1.0, 2.0]


@pytest.mark.parametrize("name", FAULTS)
def test_a_lasting_fault_fails_one_document_with_the_reason(
    server: OfficialServer, fetcher: Fetcher, name: str
) -> None:
    server.faults["/Resource"] = [FAULTS[name]] * 2
    report = fetcher(timeout=0.3, deadline=0.4, attempts=2)
    assert list(report.failed) == ["kv-tk-2024Z00001"]
    assert "gave no usable answer in 2 attempts" in report.failed["kv-tk-2024Z00001"]
    assert fetcher.ids() == server.corpus.ids - {"kv-tk-2024Z00001"}


def test_retry_after_in_seconds_is_honoured_and_told(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults["/Resource"] = [Fault(status=429, headers=(("Retry-After", "17"),))]
    fetcher()
    assert fetcher.slept == [17.0]
    told = [state for state in fetcher.progress if state.waiting]
    assert [(state.waiting, state.message) for state in told] == [(17.0, "127.0.0.1: status 429")]


def test_retry_after_as_a_date_in_the_past_means_now(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults["/Resource"] = [Fault(status=503, headers=(("Retry-After", "Mon, 01 Jan 2024 00:00:00 GMT"),))]
    assert fetcher().failed == {}
    assert fetcher.slept == [0.0]


def test_a_server_that_asks_for_hours_ends_the_run(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults["/Resource"] = [Fault(status=429, headers=(("Retry-After", "7200"),))]
    with pytest.raises(FetchError, match="asks to wait 7200 seconds, more than the 900 allowed"):
        fetcher()
    assert fetcher.slept == []


def test_a_service_that_is_down_ends_the_run(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults["/Resource"] = [Fault(status=503)] * 100
    with pytest.raises(FetchError, match="5 documents in a row failed"):
        fetcher(attempts=1)
    server.faults.clear()
    assert set(fetcher().new) == server.corpus.ids


def test_a_listing_that_cannot_be_had_ends_the_run(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults[f"{ODATA}/Zaak"] = [Fault(body=b"<html>onderhoud</html>")]
    with pytest.raises(FetchError, match="not JSON"):
        fetcher()


REFUSED = {
    "an HTML page with status 200": (HTML_404, "HTML page instead of the document"),
    "a redirect to the error page": (
        Fault(302, (("Location", "/Errors/404.htm"),)),
        "is not known there (it redirects to /Errors/404.htm)",
    ),
    "a redirect to another host": (Fault(302, (("Location", "http://localhost:1/x"),)), "outside the service"),
    "a redirect nowhere": (Fault(302), "outside the service"),
    "404": (Fault(404), "answered with status 404"),
    "an empty body": (Fault(body=b""), "neither official XML"),
    "XML that breaks off": (Fault(body=b"<officiele-publicatie><vraag>Brandt"), "neither official XML"),
    "another XML": (Fault(body=b"<rss></rss>"), "neither official XML"),
    "too large": (Fault(body=b"%PDF-" + b"x" * 5000), "more than 5,000 bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_the_document_is_failed_with_the_reason(
    server: OfficialServer, fetcher: Fetcher, name: str
) -> None:
    fault, reason = REFUSED[name]
    server.faults["/Resource"] = [fault]
    bound = {"max_bytes": 5000} if name == "too large" else {}
    report = fetcher(FetchRequest(numbers=("2024Z00002",)), **bound)
    assert list(report.failed) == ["kv-tk-2024Z00002"]
    assert reason in report.failed["kv-tk-2024Z00002"]
    assert fetcher.ids() == {"ah-tk-20232024-2"}


def test_a_redirect_within_the_service_is_followed(server: OfficialServer, fetcher: Fetcher) -> None:
    record = next(row for row in server.corpus.records if row["id"] == "kv-tk-2024Z00002")
    server.faults["/Resource"] = [Fault(302, (("Location", f"{record['place']}/xml/{record['id']}.xml"),))]
    assert fetcher(FetchRequest(numbers=("2024Z00002",))).failed == {}
    assert fetcher.ids() == {"kv-tk-2024Z00002", "ah-tk-20232024-2"}


def test_a_document_without_an_id_fails_alone(server: OfficialServer, fetcher: Fetcher) -> None:
    row = server.corpus.document("2024Z00002", "Antwoord")
    row["HuidigeDocumentVersie"]["DocumentPublicatie"][0]["Id"] = "x)/../../Zaak"
    assert list(fetcher().failed) == ["ah-tk-20232024-2"]
    assert fetcher.ids() == server.corpus.ids - {"ah-tk-20232024-2"}


def test_a_folder_that_is_a_file_is_said(server: OfficialServer, fetcher: Fetcher) -> None:
    fetcher.folder.write_text("")
    with pytest.raises(FetchError, match="cannot be made"):
        fetcher()
    assert server.seen == []


def test_an_error_page_never_replaces_a_good_document(server: OfficialServer, fetcher: Fetcher) -> None:
    fetcher()
    path = fetcher.folder / "2024Z00002/ah-tk-20232024-2.xml"
    before = path.read_bytes()
    row = server.corpus.document("2024Z00002", "Antwoord")
    server.corpus.change(row, HTML_404.body or b"")
    report = fetcher()
    assert list(report.failed) == ["ah-tk-20232024-2"]
    assert path.read_bytes() == before
    assert fetcher.ids() == server.corpus.ids


def test_a_next_page_at_another_host_is_refused(server: OfficialServer, fetcher: Fetcher) -> None:
    server.page_size = 2
    server.next_link_host = server.base.replace("127.0.0.1", "localhost")
    with pytest.raises(FetchError, match="refers to another host, 'localhost'"):
        fetcher()
    assert len(server.seen) == 1


def test_a_diagnostic_with_status_200_is_an_error(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults["/sru"] = [Fault(body=diagnostic("unknown prefix dcterms").encode())]
    with pytest.raises(FetchError, match=r"refuses the query \(unknown prefix dcterms\)"):
        fetcher(FetchRequest(YEAR, door=Door.REPOSITORY))


def test_only_an_update_moves_the_moment_that_updates_look_from(fetcher: Fetcher) -> None:
    fetcher(FetchRequest(numbers=("2024Z00001",)))
    first = Store(fetcher.folder).last_run()
    fetcher()
    assert Store(fetcher.folder).last_run() == first
    fetcher(FetchRequest(update=True))
    last = Store(fetcher.folder).last_run()
    assert first is not None
    assert last is not None
    assert last.since > first.since


def test_a_damaged_record_of_the_last_run_is_said(fetcher: Fetcher) -> None:
    fetcher()
    (fetcher.folder / "last-run.json").write_text("{}", "utf-8")
    with pytest.raises(FetchError, match="is damaged"):
        fetcher(FetchRequest(update=True))
