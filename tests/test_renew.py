"""Renewing an index while it is in use: fetched from a local server that answers as the official ones do."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from official_corpus import make_corpus
from official_server import ODATA, Fault, OfficialServer

from embeddings.encoder import HashEncoder
from embeddings.folder import live_build
from rag.build import build_index
from rag.documents import read_documents
from rag.errors import BusyError
from rag.fetch import FetchRequest, Period
from rag.jobs import CANCELLED, DONE, FAILED, Job, Status
from rag.pace import Pace, read_pace, write_pace
from rag.records import Kamervraag, Vraag
from rag.renew import EMBEDDING, FETCHING, PARSING, Place, Renewed, fetch_and_build, rebuild
from rag.retrieve import Retriever

JANUARY = FetchRequest(Period(date(2024, 1, 1), date(2024, 1, 20)))
FEBRUARY = FetchRequest(Period(date(2024, 1, 21), date(2024, 1, 30)))
SAMPLE = Kamervraag("2097Z00001", (Vraag("1", "Is dit verzonnen?", "Ja."),), topics=("fictief",))


@pytest.fixture
def server() -> Iterator[OfficialServer]:
    with OfficialServer(make_corpus(30)) as running:
        yield running


@pytest.fixture
def place(server: OfficialServer, tmp_path: Path) -> Place:
    """Return the place of an index of the sample, which is live."""
    index = tmp_path / "index"
    build_index([SAMPLE], index, HashEncoder())
    services = {"odata_url": server.base + ODATA, "repository_url": server.base, "sru_url": f"{server.base}/sru"}
    manners = {"odata_interval": 0.0, "repository_interval": 0.0, "timeout": 5.0}
    return Place(index, HashEncoder(), lambda: None, services, manners)


def live(place: Place) -> list[str]:
    return [document.id for document in Retriever.open(place.index).store.documents()]


def run(request: FetchRequest, place: Place) -> Status[Renewed]:
    return Job[Renewed](lambda job: fetch_and_build(request, place, job)).wait(60)


def test_the_sample_makes_room_for_what_was_fetched(place: Place) -> None:
    status = run(JANUARY, place)
    assert (status.state, status.error) == (DONE, "")
    assert status.result is not None
    assert (status.result.documents, status.result.missed) == (20, ())
    assert live(place) == [f"2024Z{number:05d}" for number in range(1, 21)]
    assert place.made_here(status.result.build)
    assert len(list(read_documents(place.documents))) == 20


def test_periods_add_up_and_nothing_is_asked_twice(place: Place, server: OfficialServer) -> None:
    run(JANUARY, place)
    sent = server.bodies_sent()
    assert run(FEBRUARY, place).state == DONE
    assert len(live(place)) == 30
    between = server.bodies_sent() - sent
    assert run(FEBRUARY, place).state == DONE
    assert (between > 0, server.bodies_sent() - sent) == (True, between)


def test_it_says_how_far_it_is_and_switches_at_the_end(place: Place) -> None:
    seen: list[tuple[str, int, int | None]] = []
    switched: list[Path | None] = []

    class Listening(Job[Renewed]):
        def tell(self, stage: str, done: int = 0, total: int | None = None, seconds_left: float | None = None) -> None:
            super().tell(stage, done, total, seconds_left)
            seen.append((stage, done, total))

    telling = Place(
        place.index, place.encoder, lambda: switched.append(live_build(place.index)), place.services, place.manners
    )
    before = live_build(place.index)
    assert Listening(lambda job: fetch_and_build(JANUARY, telling, job)).wait(60).state == DONE
    assert (FETCHING, 20, 20) in seen
    assert (PARSING, 19, 20) in seen
    assert [done for stage, done, _ in seen if stage == EMBEDDING][-1] == 20
    assert switched == [live_build(place.index)]
    assert before not in switched


@pytest.mark.parametrize("stage", [FETCHING, PARSING, EMBEDDING])
def test_cancelled_in_any_stage_leaves_the_live_index(place: Place, stage: str) -> None:
    before = live_build(place.index)

    class Stopping(Job[Renewed]):
        def tell(self, told: str, done: int = 0, total: int | None = None, seconds_left: float | None = None) -> None:
            if told == stage and done:
                self.cancel()
            super().tell(told, done, total, seconds_left)

    assert Stopping(lambda job: fetch_and_build(JANUARY, place, job)).wait(60).state == CANCELLED
    assert live_build(place.index) == before
    assert run(JANUARY, place).state == DONE


def test_a_wait_for_the_server_is_cut_short(place: Place, server: OfficialServer) -> None:
    server.faults[ODATA] = [Fault(503, (("Retry-After", "600"),))]
    job = Job[Renewed](lambda job: fetch_and_build(JANUARY, place, job))
    threading.Timer(0.3, job.cancel).start()
    assert job.wait(10).state == CANCELLED


def test_a_service_that_is_down_is_one_sentence(place: Place) -> None:
    away = Place(place.index, place.encoder, place.switch, {"odata_url": "http://127.0.0.1:9/x"}, {"attempts": 1})
    status = run(JANUARY, away)
    assert status.state == FAILED
    assert "127.0.0.1" in status.error
    assert live(place) == ["2097Z00001"]


def test_a_period_without_kamervragen_is_said(place: Place) -> None:
    status = run(FetchRequest(Period(date(1990, 1, 1), date(1990, 1, 2))), place)
    assert (status.state, status.error) == (
        FAILED,
        "No Kamervragen were found in this period; choose a longer one.",
    )


def test_rebuilt_from_documents(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text('{"id": "2024Z00009", "vragen": [{"number": "1", "question": "Hoeveel?"}]}\n')
    status = Job[Renewed](lambda job: rebuild(path, place, job)).wait(60)
    assert status.result is not None
    assert live(place) == ["2024Z00009"]
    assert not place.made_here(status.result.build)
    path.write_text('{"id": 3}\n')
    status = Job[Renewed](lambda job: rebuild(path, place, job)).wait(60)
    assert (status.state, "documents.jsonl" in status.error) == (FAILED, True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_is_a_failure_without_a_sentence() -> None:
    def work(job: Job[None]) -> None:
        raise ZeroDivisionError

    status = Job(work).wait(10)
    assert (status.state, status.error) == (FAILED, "")


def test_the_pace_of_a_renewal_is_measured_for_the_next(place: Place) -> None:
    assert read_pace(place.pace) == Pace()
    run(JANUARY, place)
    measured = read_pace(place.pace)
    assert measured.vragen == 1.0
    assert 0 < measured.fetching < 1.4
    assert measured.embedding != 8.0
    run(JANUARY, place)  # nothing new: that says nothing of the time that a fetch or embedding takes
    assert read_pace(place.pace) == measured


def test_only_what_was_embedded_counts_as_new(place: Place) -> None:
    first, second = run(JANUARY, place).result, run(FEBRUARY, place).result
    assert first is not None
    assert second is not None
    assert (first.passages, first.embedded, second.passages, second.embedded) == (20, 20, 30, 10)


def test_while_fetching_the_time_to_embed_is_counted_too(place: Place) -> None:
    place.fetched.mkdir()
    write_pace(place.pace, Pace(vragen=100.0, embedding=1.0))
    left: list[float | None] = []

    class Listening(Job[Renewed]):
        def tell(self, stage: str, done: int = 0, total: int | None = None, seconds_left: float | None = None) -> None:
            super().tell(stage, done, total, seconds_left)
            if stage == FETCHING:
                left.append(seconds_left)

    Listening(lambda job: fetch_and_build(JANUARY, place, job)).wait(60)
    assert min(seconds for seconds in left if seconds is not None) >= 2000


def test_a_document_that_cannot_be_read_is_named_with_its_fault(place: Place) -> None:
    run(JANUARY, place)
    victim = place.raw / "2024Z00003" / "ah-tk-20232024-3.xml"
    victim.write_bytes(b"<officiele-publicatie>")
    result = run(FEBRUARY, place).result
    assert result is not None
    assert [(missed.fault.value, missed.document) for missed in result.missed] == [("not_read", str(victim))]


def test_two_processes_do_not_renew_the_same_index_at_once(place: Place, server: OfficialServer) -> None:
    hold = "import sys, filelock as f; l = f.FileLock(sys.argv[1]); l.acquire(); print('held', flush=True); input()"
    place.fetched.mkdir()
    command = [sys.executable, "-c", hold, str(place.fetched / "LOCK")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        status = run(JANUARY, place)
        other.kill()
    assert (status.state, type(status.cause)) == (FAILED, BusyError)
    assert server.bodies_sent() == 0
    assert run(JANUARY, place).state == DONE  # the lock of a process that died does not stay
