"""Fetching over real HTTP from a local server that answers as the documented services do."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fetching import CHILD, YEAR, Fetcher
from official_corpus import make_corpus
from official_server import HTML_404, OfficialServer

from rag.fetch import DateKind, Door, FetchError, FetchRequest, Manners, Period, fetch, read_sidecar
from rag.fetch.client import PoliteClient
from rag.fetch.repository import Repository


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
    # One search and six bodies: all but the first request wait, and the local server answers within a second.
    assert len(slept) == len(server.seen) - 1 == 6
    assert min(slept) > 2


def test_a_search_is_sliced_below_ten_thousand_records(server: OfficialServer, fetcher: Fetcher) -> None:
    server.corpus.records = [
        {"id": f"kv-tk-x{index}", "vraagnummer": f"2024Z{index:05d}", "soort": "Schriftelijke vragen", "place": "",
         "date": f"2024-{index % 12 + 1:02d}-{index % 28 + 1:02d}"}
        for index in range(10_500)
    ]  # fmt: skip
    with PoliteClient(server.base, 0, Manners()) as client:
        found = list(Repository(client, f"{server.base}/sru", server.base).numbers(YEAR))
    assert len(found) == len(set(found)) == 10_500
    assert all(seen.status == 200 for seen in server.seen)


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
