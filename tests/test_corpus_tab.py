"""The corpus tab without a browser: facts, figures, quality; who is the administrator, and what they may do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from embeddings.encoder import HashEncoder
from embeddings.errors import IndexFolderError
from rag.answer import Assistant
from rag.build import build_index
from rag.errors import BusyError, DocumentsError, NothingFoundError
from rag.fetch import ContentError, FetchError, Period, TransportError
from rag.jobs import CANCELLED, DONE, FAILED, RUNNING, Status
from rag.pace import Pace, write_pace
from rag.quality import CHECKS, check_documents
from rag.records import Kamervraag, Person, Vraag
from rag.renew import Fault, Missed, Renewed
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.statistics import figures_of
from rag.ui.corpus import check_key, facts_html, report_html
from rag.ui.office import Office, Settings, is_loopback
from rag.ui.office_html import Powers, duration_in_words, office_html, period_of
from rag.ui.texts import TABLE

TODAY = date(2026, 11, 24)
PERIOD = Period(date(2026, 10, 26), TODAY)
DOCUMENTS = [
    Kamervraag(
        "2022Z00001",
        (Vraag("1", "Wat kost de brug?", "Veel."), Vraag("3", "<b>Zo?</b>")),
        asked=date(2022, 3, 14),
        answered=date(2022, 6, 2),
        askers=(Person("Senna Maatoug", "GL"),),
    )
]
MISSED = tuple(Missed(f"2031Z0000{at}", fault, "no <answer>") for at, fault in enumerate([*Fault, *Fault]))
FETCHER = Powers(admitted=True, fetch=True, fictional=True)


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    build_index(DOCUMENTS, tmp_path / "index", HashEncoder())
    return Assistant(Retriever.open(tmp_path / "index"))


def caller(address: str = "127.0.0.1", **headers: str) -> SimpleNamespace:
    return SimpleNamespace(client=SimpleNamespace(host=address), headers={"host": "127.0.0.1:7860", **headers})


def office(assistant: Assistant, index: Path, **settings: object) -> Office:
    return Office(assistant, Settings(index=index, **{"local": True, **settings}))  # type: ignore[arg-type]


def test_facts_say_what_is_in_the_index(assistant: Assistant) -> None:
    html = facts_html(assistant.retriever, {"documents": 1, "made": 1_790_000_000.0}, "nl", TODAY)
    for wanted in (
        "2 juni 2022 – 2 juni 2022",
        "4 jaar geleden",
        assistant.retriever.build,
        "hash (256)",
        "Index gemaakt",
    ):
        assert wanted in html
    assert "<dt>Nog niet beantwoord</dt><dd>1</dd>" in html


def test_report_has_figures_and_findings_in_words() -> None:
    html = report_html(figures_of(DOCUMENTS), check_documents(DOCUMENTS), "nl")
    assert '<th scope="row">2022</th>' in html
    assert "<td>80</td><td>100%</td>" in html
    assert "Gat in de nummering" in html
    assert "<b>" not in html


def test_every_check_has_a_name_in_both_languages() -> None:
    assert [name for name in CHECKS if check_key(name) not in TABLE] == []


@pytest.mark.parametrize(
    ("settings", "who", "password", "admitted"),
    [
        ({}, caller(), "", True),
        ({}, caller("::1", host="[::1]:7860"), "", True),
        ({}, caller(host="localhost:7860"), "", True),
        ({"local": False}, caller(), "", False),
        ({}, caller("10.0.0.5"), "", False),
        ({}, caller(host="kamerwijzer.example"), "", False),
        ({}, caller(**{"x-forwarded-for": "10.0.0.5"}), "", False),
        ({"password": "geheim"}, caller(), "", False),
        ({"password": "geheim"}, caller("10.0.0.5"), "geheim", True),
        ({"password": "geheim", "local": False}, caller("10.0.0.5"), "geheim", True),
        ({"password": "geheim"}, caller(), "raad", False),
    ],
)
def test_who_is_the_administrator(
    settings: Mapping[str, object],
    who: SimpleNamespace,
    password: str,
    admitted: bool,
    assistant: Assistant,
    tmp_path: Path,
) -> None:
    assert office(assistant, tmp_path / "index", **settings).admits(who, password) is admitted


def test_without_an_index_nobody_is(assistant: Assistant) -> None:
    nowhere = Office(assistant, Settings(local=True))
    assert not nowhere.admits(caller())
    assert (nowhere.source(), nowhere.may_fetch()) == (None, False)
    assert nowhere.facts()["build"] == assistant.retriever.build


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.5", False),
        ("x.nl", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_own_documents_are_built_again_and_never_replaced_by_fetched_ones(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text('{"id": "2024Z00009", "vragen": [{"number": "1", "question": "Hoeveel?"}]}\n')
    own = office(assistant, tmp_path / "index", documents=path)
    assert (own.source(), own.may_fetch(), own.may_update()) == (path, False, False)
    before = assistant.retriever.build
    own.rebuild()
    assert own.place.index == tmp_path / "index"
    status = own.wait(60)
    assert status is not None
    assert status.state == DONE
    assert assistant.retriever.build != before
    assert [document.id for document in assistant.retriever.store.documents()] == ["2024Z00009"]


def test_the_pace_is_that_of_this_machine(assistant: Assistant, tmp_path: Path) -> None:
    own = office(assistant, tmp_path / "index")
    assert own.pace() == Pace()  # one document says too little
    own.place.fetched.mkdir()
    write_pace(own.place.pace, Pace(fetching=3.0))
    assert own.pace() == Pace(fetching=3.0)
    many = [replace(DOCUMENTS[0], id=f"2022Z{number:05}") for number in range(20)]
    build_index(many, tmp_path / "other", HashEncoder())
    other = office(Assistant(Retriever.open(tmp_path / "other")), tmp_path / "other")
    assert (other.pace().embedding > 8.0, other.pace().vragen) == (True, Pace().vragen)


def test_the_sample_may_be_replaced(tmp_path: Path) -> None:
    build_index([Kamervraag("2097Z00001", (Vraag("1", "?"),), topics=("fictief",))], tmp_path / "i", HashEncoder())
    sample = office(Assistant(Retriever.open(tmp_path / "i")), tmp_path / "i")
    assert (sample.source(), sample.may_fetch(), sample.may_update()) == (sample_path(), True, False)


def test_time_is_said_before_the_work() -> None:
    html = office_html(FETCHER, None, PERIOD, "nl")
    assert "Haal echte Kamervragen op" in html
    assert "Naar schatting 198 Kamervragen; dat duurt ongeveer 9 minuten." in html
    assert "dat duurt ongeveer 5 minuten" in office_html(FETCHER, None, PERIOD, "nl", pace=Pace(embedding=100.0))


def test_work_under_way_can_be_stopped_and_nothing_else() -> None:
    html = office_html(FETCHER, Status(RUNNING, "fetching", 50, 200, 90.0), PERIOD, "nl")
    assert '<progress aria-label="Ophalen" value="50" max="200">' in html
    assert "50 / 200 · nog ongeveer 2 minuten" in html
    assert 'data-do="cancel"' in html
    assert 'data-do="fetch"' not in html
    stopping = office_html(replace(FETCHER, stopping=True), Status(RUNNING, "fetching"), PERIOD, "nl")
    assert "Wordt gestopt" in stopping
    assert 'data-do="cancel"' not in stopping


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status(CANCELLED), "De index is niet veranderd"),
        (Status(FAILED, cause=TransportError("<503>")), "De dienst waar de Kamervragen vandaan komen antwoordt niet."),
        (Status(FAILED, cause=TransportError("<503>")), "<code>&lt;503&gt;</code>"),
        (Status(FAILED, cause=ContentError("?")), "gaf iets anders terug dan gevraagd"),
        (Status(FAILED, cause=FetchError("?")), "konden niet worden opgehaald"),
        (Status(FAILED, cause=NothingFoundError("?")), "Over deze periode zijn geen Kamervragen gevonden."),
        (Status(FAILED, cause=DocumentsError("?")), "De documenten van deze index kunnen niet worden gelezen."),
        (Status(FAILED, cause=IndexFolderError("?")), "De nieuwe index kon niet worden geschreven"),
        (Status(FAILED, cause=BusyError("?")), "Een ander proces van deze server werkt deze index al bij."),
        (Status(FAILED, cause=OSError(28, "No space left")), "Kijk of er schijfruimte is"),
        (Status(FAILED), "Er ging iets mis in het programma"),
        (
            Status(DONE, result=Renewed(1200, 9000, "b", 90)),
            "1.200 Kamervragen met 9.000 vragen zijn in gebruik. Nieuw waren 90",
        ),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED[:1])), "Eén document lukte niet of niet helemaal"),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED[:2])), "2 documenten lukten niet of niet helemaal"),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED[:1])), "kon niet worden opgehaald; bij de volgende keer"),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED[1:2])), "kon niet worden gelezen en staat niet in de"),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED[2:3])), "is niet helemaal opgenomen"),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED[:1])), '<code lang="en">no &lt;answer&gt;</code>'),
        (Status(DONE, result=Renewed(1, 1, "b", missed=MISSED)), "<li>en nog 1</li>"),
    ],
)
def test_how_it_ended_is_said_in_words(status: Status[Renewed], said: str) -> None:
    assert said in office_html(FETCHER, status, PERIOD, "nl")


def test_a_service_that_gave_up_after_several_documents_is_silent() -> None:
    error = FetchError("The service does not answer: 5 documents in a row failed.")
    error.__cause__ = TransportError("503")
    html = office_html(FETCHER, Status(FAILED, cause=error), PERIOD, "en")
    assert "The service that Kamervragen come from does not answer." in html


def test_who_is_not_admitted_sees_a_password_field_or_nothing() -> None:
    assert "<form" not in office_html(Powers(admitted=False, fetch=True), None, PERIOD, "nl")
    html = office_html(Powers(admitted=False, asks_password=True, wrong=True), None, PERIOD, "nl")
    assert 'type="password"' in html
    assert "Dit wachtwoord klopt niet." in html
    assert "Haal echte" not in html


@pytest.mark.parametrize(
    ("start", "end", "first"),
    [
        ("2026-01-01", "2026-02-01", date(2026, 1, 1)),
        ("2026-01-01", "2099-02-01", date(2026, 1, 1)),
        ("2026-02-02", "2026-02-01", date(2026, 10, 26)),
        ("gisteren", "", date(2026, 10, 26)),
    ],
)
def test_a_period_is_never_of_the_future_or_upside_down(start: str, end: str, first: date) -> None:
    period = period_of(start, end, TODAY)
    assert period.start == first
    assert period.end <= TODAY


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "1 minuut"), (61, "2 minuten"), (5400, "1,5 uur"), (36_000, "10 uur")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration_in_words(seconds, "nl") == words
