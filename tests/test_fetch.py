"""Fetching over real HTTP from a local server that answers as the documented services do."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from official_server import FRBR, HTML_404, ODATA, Fault, OfficialServer, make_corpus

from rag.fetch import (
    DateKind,
    Door,
    FetchError,
    FetchReport,
    FetchRequest,
    Manners,
    Period,
    Progress,
    fetch,
    read_sidecar,
)

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
ALL = FetchRequest(YEAR)


class Fetcher:
    """Fetches from the local server without pauses, and keeps the waits it was asked to make."""

    def __init__(self, server: OfficialServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.slept: list[float] = []
        self.progress: list[Progress] = []

    def __call__(self, request: FetchRequest = ALL, **manners: float) -> FetchReport:
        """Run a fetch; keyword arguments are those of `Manners`."""
        return fetch(
            request,
            self.folder,
            odata_url=self.server.base + ODATA,
            repository_url=self.server.base,
            sru_url=f"{self.server.base}/sru",
            manners=Manners(
                sleep=self.slept.append,
                **{"odata_interval": 0.0, "repository_interval": 0.0, "timeout": 5.0, **manners},  # type: ignore[arg-type]
            ),
            progress=self.progress.append,
        )

    def ids(self) -> set[str]:
        """The ids of the documents on disk whose checksums hold."""
        return {path.stem for path in self.folder.glob("*/*.json") if whole(path)}


def whole(path: Path) -> bool:
    sidecar = read_sidecar(path)
    body = path.with_name(sidecar.download.file).read_bytes()
    return hashlib.sha256(body).hexdigest() == sidecar.download.sha256


@pytest.fixture
def server() -> Iterator[OfficialServer]:
    with OfficialServer(make_corpus(6)) as running:
        yield running


@pytest.fixture
def fetcher(server: OfficialServer, tmp_path: Path) -> Fetcher:
    return Fetcher(server, tmp_path / "raw")


def test_a_period_brings_every_document_with_what_the_service_knows(server: OfficialServer, fetcher: Fetcher) -> None:
    report = fetcher()
    assert set(report.new) == fetcher.ids() == server.corpus.ids
    assert (len(report.new), report.changed, report.unchanged, report.failed) == (14, (), (), {})
    place = fetcher.folder / "2024Z00001"
    assert sorted(path.name for path in place.iterdir()) == [
        f"{name}.{kind}"
        for name in ("ah-tk-20232024-1", "ah-tk-20232024-10000", "kv-tk-2024Z00001")
        for kind in ("json", "metadata.xml", "xml")
    ]
    raw = json.loads((place / "ah-tk-20232024-1.json").read_text("utf-8"))
    assert raw.pop("download")["file"] == "ah-tk-20232024-1.xml"
    assert raw.pop("metadata")["file"] == "ah-tk-20232024-1.metadata.xml"
    assert raw == {
        "format": 1,
        "id": "ah-tk-20232024-1",
        "vraagnummer": "2024Z00001",
        "kind": "answer",
        "door": "tweedekamer",
        "title": "De verlichting van fietspad 0",
        "document_title": "Antwoord schriftelijke vragen over het fietspad",
        "document": "2024D02",
        "date": "2024-01-31",
        "asked": "2024-01-01",
        "answered": "2024-01-31",
        "askers": [{"name": "A. de Vries", "party": "ABC"}, {"name": "B. Bakker", "party": "DPB"}],
        "addressees": [{"name": "C. Smit", "role": "minister van Fietspaden"}],
        "topics": ["Verkeer | Weg", "Recht"],
        "answer_id": "ah-tk-20232024-1",
        "question_url": "https://zoek.officielebekendmakingen.nl/kv-tk-2024Z00001.html",
        "answer_url": "https://zoek.officielebekendmakingen.nl/ah-tk-20232024-1.html",
    }


def test_it_says_who_it_is(server: OfficialServer, fetcher: Fetcher) -> None:
    fetcher(FetchRequest(numbers=("2024Z00001",)))
    agents = {seen.headers["User-Agent"] for seen in server.seen}
    assert len(agents) == 1
    assert agents.pop().startswith("kamerwijzer/")


@pytest.mark.parametrize(
    ("start", "end", "by", "expected"),
    [
        pytest.param("2024-01-02", "2024-01-03", DateKind.ASKED, {2, 3}, id="both ends included"),
        pytest.param("2024-01-01", "2024-01-01", DateKind.ASKED, {1}, id="local midnight is the day before in UTC"),
        pytest.param("2024-02-01", "2024-02-02", DateKind.ANSWERED, {2, 3}, id="answered"),
        pytest.param("2023-01-01", "2023-12-31", DateKind.ASKED, set(), id="nothing"),
        pytest.param("0001-01-01", "9999-12-31", DateKind.ASKED, {1, 2, 3, 4, 5, 6}, id="the ends of the calendar"),
    ],
)
@pytest.mark.parametrize("door", list(Door))
def test_periods(fetcher: Fetcher, start: str, end: str, by: DateKind, expected: set[int], door: Door) -> None:
    period = Period(date.fromisoformat(start), date.fromisoformat(end), by)
    fetcher(FetchRequest(period, door=door))
    assert {path.name for path in fetcher.folder.glob("2*")} == {f"2024Z{number:05d}" for number in expected}


@pytest.mark.parametrize("page_size", [1, 3, 6, 250])
def test_paging_loses_nothing(server: OfficialServer, fetcher: Fetcher, page_size: int) -> None:
    server.page_size = page_size
    fetcher()
    assert fetcher.ids() == server.corpus.ids


def test_paging_inside_a_row_loses_nothing(server: OfficialServer, fetcher: Fetcher) -> None:
    server.nested_page = 1
    fetcher()
    assert fetcher.ids() == server.corpus.ids


@pytest.mark.parametrize("door", list(Door))
def test_an_unchanged_second_run_transfers_no_bodies(server: OfficialServer, fetcher: Fetcher, door: Door) -> None:
    first = fetcher(FetchRequest(YEAR, door=door))
    sent = server.bodies_sent()
    second = fetcher(FetchRequest(YEAR, door=door))
    assert server.bodies_sent() == sent == first.bodies == 28
    assert (second.bodies, set(second.unchanged), second.new, second.changed) == (0, set(first.new), (), ())


def test_without_times_in_the_listing_the_server_is_asked_conditionally(
    server: OfficialServer, fetcher: Fetcher
) -> None:
    for record in server.corpus.records:
        record["stamped"] = False
    request = FetchRequest(YEAR, door=Door.REPOSITORY)
    fetcher(request)
    second = fetcher(request)
    assert (second.bodies, len(second.unchanged)) == (0, 14)
    assert sum(seen.status == 304 for seen in server.seen) == 28


@pytest.mark.parametrize("validators", [True, False])
def test_a_touched_but_equal_document_is_unchanged(server: OfficialServer, fetcher: Fetcher, validators: bool) -> None:
    server.validators = validators
    fetcher()
    row = server.corpus.document("2024Z00002", "Antwoord")
    row["HuidigeDocumentVersie"]["DocumentPublicatie"][0]["GewijzigdOp"] = "2026-05-05T00:00:00+02:00"
    second, third = fetcher(), fetcher()
    assert (second.changed, len(second.unchanged), second.bodies) == ((), 14, 0 if validators else 1)
    assert third.bodies == 0


def test_update_brings_what_changed_since_the_last_run(server: OfficialServer, fetcher: Fetcher) -> None:
    fetcher()
    server.corpus.change(
        server.corpus.document("2024Z00003", "Antwoord"),
        b"<officiele-publicatie>Nader antwoord</officiele-publicatie>",
    )
    report = fetcher(FetchRequest(update=True))
    assert (report.changed, report.new, report.bodies) == (("ah-tk-20232024-3",), (), 1)
    assert (fetcher.folder / "2024Z00003/ah-tk-20232024-3.xml").read_bytes().startswith(b"<officiele-publicatie>Nader")


def test_update_tries_again_what_failed(server: OfficialServer, fetcher: Fetcher) -> None:
    server.faults["/Resource"] = [HTML_404]
    first = fetcher()
    second = fetcher(FetchRequest(update=True))
    assert list(first.failed) == ["kv-tk-2024Z00001"]
    assert (second.new, second.failed) == (("kv-tk-2024Z00001",), {})
    assert fetcher.ids() == server.corpus.ids


def test_update_without_an_earlier_run_says_so(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="holds no earlier run to update"):
        fetcher(FetchRequest(update=True))


def test_a_withdrawn_document_leaves_the_folder(server: OfficialServer, fetcher: Fetcher) -> None:
    fetcher()
    zaak = server.corpus.zaken[0]
    zaak["Document"] = [row for row in zaak["Document"] if not row["Soort"].startswith("Mededeling")]
    report = fetcher()
    assert report.removed == ("ah-tk-20232024-10000",)
    assert list(fetcher.folder.glob("*/ah-tk-20232024-10000*")) == []
    assert fetcher.ids() == server.corpus.ids


def test_official_xml_replaces_the_ministrys_pdf_when_it_appears(server: OfficialServer, fetcher: Fetcher) -> None:
    row = server.corpus.document("2024Z00002", "Antwoord")
    typeset = row["HuidigeDocumentVersie"]
    row["HuidigeDocumentVersie"] = {"ExterneIdentifier": None, "DocumentPublicatie": []}
    row["Aanhangselnummer"] = "232400002"
    server.corpus.bodies[row["Id"]] = b"%PDF-1.7 brief van de minister %%EOF"
    request = FetchRequest(numbers=("2024Z00002",))
    fetcher(request)
    place = fetcher.folder / "2024Z00002"
    assert (place / "2024D11.pdf").exists()
    assert read_sidecar(place / "2024D11.json").answer_id == "ah-tk-20232024-2"
    row["HuidigeDocumentVersie"] = typeset
    report = fetcher(request)
    assert (report.new, report.removed) == (("ah-tk-20232024-2",), ("2024D11",))
    assert sorted(path.name for path in place.glob("*") if "metadata" not in path.name) == [
        "ah-tk-20232024-2.json",
        "ah-tk-20232024-2.xml",
        "kv-tk-2024Z00002.json",
        "kv-tk-2024Z00002.xml",
    ]


def test_numbers_unknown_to_the_tweede_kamer_are_asked_of_the_repository(
    server: OfficialServer, fetcher: Fetcher
) -> None:
    server.corpus.zaken = server.corpus.zaken[1:]
    report = fetcher(FetchRequest(numbers=("2024z00001", "2024Z00002", "1999Z00001")))
    assert report.failed == {"1999Z00001": "no service lists Kamervragen under this number"}
    assert read_sidecar(fetcher.folder / "2024Z00001/ah-tk-20232024-1.json").door == "repository"
    assert read_sidecar(fetcher.folder / "2024Z00001/ah-tk-20232024-10000.json").kind == "mededeling"
    assert read_sidecar(fetcher.folder / "2024Z00002/ah-tk-20232024-2.json").door == "tweedekamer"


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


@pytest.mark.parametrize("damage", ["changed", "missing", "sidecar", "empty sidecar"])
def test_a_damaged_file_is_fetched_again(server: OfficialServer, fetcher: Fetcher, damage: str) -> None:
    fetcher()
    path = fetcher.folder / "2024Z00002/ah-tk-20232024-2.xml"
    before = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "changed":
        path.write_bytes(before[:100])
    else:
        path.with_suffix(".json").write_text("" if damage == "empty sidecar" else '{"format": 1}', "utf-8")
    report = fetcher()
    assert report.bodies == (2 if "sidecar" in damage else 1)
    assert path.read_bytes() == before


def test_the_repository_is_asked_at_most_once_in_three_seconds(server: OfficialServer, tmp_path: Path) -> None:
    slept: list[float] = []
    fetch(
        FetchRequest(numbers=("2024Z00001",), door=Door.REPOSITORY),
        tmp_path,
        repository_url=server.base,
        sru_url=f"{server.base}/sru",
        manners=Manners(sleep=slept.append),
    )
    # One search and six bodies: all but the first request wait, and the local server answers within half a second.
    assert len(slept) == len(server.seen) - 1 == 6
    assert min(slept) > 2.5


def test_a_diagnostic_with_status_200_is_an_error(server: OfficialServer, fetcher: Fetcher) -> None:
    from official_sru import diagnostic

    server.faults["/sru"] = [Fault(body=diagnostic("unknown prefix dcterms").encode())]
    with pytest.raises(FetchError, match=r"refuses the query \(unknown prefix dcterms\)"):
        fetcher(FetchRequest(YEAR, door=Door.REPOSITORY))


def test_a_search_is_sliced_below_ten_thousand_records(server: OfficialServer, fetcher: Fetcher) -> None:
    from rag.fetch.client import PoliteClient
    from rag.fetch.repository import Repository

    server.corpus.records = [
        {"id": f"kv-tk-x{index}", "vraagnummer": f"2024Z{index:05d}", "soort": "Schriftelijke vragen", "place": "",
         "date": f"2024-{index % 12 + 1:02d}-{index % 28 + 1:02d}"}
        for index in range(10_500)
    ]  # fmt: skip
    with PoliteClient(server.base, 0, Manners()) as client:
        found = list(Repository(client, f"{server.base}/sru", server.base).numbers(YEAR))
    assert len(found) == len(set(found)) == 10_500
    assert all(seen.status == 200 for seen in server.seen)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FetchRequest(), "found 0 of them"),
        (lambda: FetchRequest(YEAR, update=True), "found 2 of them"),
        (lambda: Period(date(2024, 2, 1), date(2024, 1, 1)), "before it starts"),
    ],
)
def test_impossible_requests(make: Callable[[], object], message: str) -> None:
    with pytest.raises(FetchError, match=message):
        make()


@pytest.mark.parametrize("number", ["2022Z0473' or 1 eq 1", "../../etc", "", "2022", "2022Z04736 OR dt.type==x"])
def test_what_is_no_vraagnummer_is_never_sent(server: OfficialServer, fetcher: Fetcher, number: str) -> None:
    with pytest.raises(FetchError, match="is no vraagnummer"):
        fetcher(FetchRequest(numbers=(number,)))
    assert server.seen == []


def test_a_document_named_as_a_path_stays_in_the_folder(server: OfficialServer, fetcher: Fetcher) -> None:
    row = server.corpus.document("2024Z00002", "Antwoord")
    row["HuidigeDocumentVersie"]["ExterneIdentifier"] = row["DocumentNummer"] = "../../naast"
    row["HuidigeDocumentVersie"]["DocumentPublicatie"][0]["Identifier"] = "../../naast"
    report = fetcher(FetchRequest(numbers=("2024Z00002",)))
    assert "not fit for a file name" in report.failed["../../naast"]
    assert list(fetcher.folder.parent.rglob("naast*")) == []


def test_progress_counts_up_to_the_total(fetcher: Fetcher) -> None:
    fetcher()
    counts = [(state.done, state.total) for state in fetcher.progress]
    assert counts[0] == (0, 6)
    assert counts[-1] == (6, 6)
    assert fetcher.progress[-1].seconds_left == 0.0
    assert fetcher.progress[-1].documents == 14


CHILD = """
import sys
from datetime import date
from pathlib import Path
from rag.fetch import FetchRequest, Manners, Period, fetch
base, folder = sys.argv[1:]
fetch(
    FetchRequest(Period(date(2024, 1, 1), date(2024, 12, 31))), Path(folder),
    odata_url=base + "/OData/v4/2.0", repository_url=base, sru_url=base + "/sru",
    manners=Manners(odata_interval=0.0),
)
"""


def test_killed_and_resumed_it_ends_with_exactly_the_right_set(tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    with OfficialServer(make_corpus(26)) as server:
        server.pause = 0.003
        assert len(server.corpus.ids) == 61
        for requests_before_kill in (5, 32, 47):
            goal = len(server.seen) + requests_before_kill
            child = subprocess.Popen([sys.executable, "-c", CHILD, server.base, str(folder)])
            while len(server.seen) < goal and child.poll() is None:
                time.sleep(0.001)
            child.kill()
            assert child.wait() == -signal.SIGKILL
        fetcher = Fetcher(server, folder)
        report = fetcher()
        assert report.failed == {}
        assert 0 < len(report.unchanged) < 61
        assert fetcher.ids() == server.corpus.ids
        assert fetcher().bodies == 0
    files = {path.name for path in folder.glob("*/*")}
    assert files == {f"{name}.{kind}" for name in server.corpus.ids for kind in ("json", "xml", "metadata.xml")}
    assert FRBR not in {seen.path for seen in server.seen}
