"""The fault list of docs/trust.md, one case a fault: the program says what is wrong, goes on, and loses nothing.

Faults with tests of their own elsewhere: disk full and killed builds (`test_build`), a language model that is slow,
dead or lying (`test_generate`), services that fail during a fetch (`test_fetch_faults`), the end by SIGTERM
(`test_server`), a build replaced while questions come in (`test_live`).
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from browser_server import running
from official_corpus import make_corpus
from official_server import ODATA, OfficialServer

from embeddings.encoder import HashEncoder
from embeddings.errors import IndexFolderError
from embeddings.folder import live_build, open_build
from rag.answer import Assistant
from rag.build import build_index
from rag.documents import read_documents
from rag.errors import KamerwijzerError
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.ui.feedback import Feedback
from rag.ui.turns import Turn

ROOT = Path(__file__).parents[1]
SAMPLE = list(read_documents(sample_path()))
QUESTION = "Krijg ik mijn geld terug als de nachttrein uitvalt?"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits and capabilities as Linux has them")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "index"
    build_index(SAMPLE, folder, HashEncoder())
    return folder


@pytest.fixture
def index(made: Path, tmp_path: Path) -> Path:
    """Return an index of one's own to damage."""
    return shutil.copytree(made, tmp_path / "index")


def build_of(index: Path) -> Path:
    folder = live_build(index)
    assert folder is not None
    return folder


def files_of(index: Path) -> list[Path]:
    return sorted(path for path in build_of(index).rglob("*") if path.is_file() and path.name != "seen.json")


def flipped(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 0x40
    path.write_bytes(content)


def remade(index: Path) -> None:
    """Check that a build over whatever is left gives a whole index that answers."""
    build_index(SAMPLE, index, HashEncoder())
    open_build(index, thorough=True)
    assert Assistant(Retriever.open(index)).ask(QUESTION).hits


def _missing(index: Path) -> None:
    shutil.rmtree(index)


def _empty(index: Path) -> None:
    shutil.rmtree(index)
    index.mkdir()


def _half_copied(index: Path) -> None:
    for path in files_of(index)[::2]:
        path.unlink()


def _copied_without_manifest(index: Path) -> None:
    (build_of(index) / "manifest.json").unlink()


def _without_builds(index: Path) -> None:
    shutil.rmtree(index / "builds")


def _older_format(index: Path) -> None:
    path = build_of(index) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 1}))


def _newer_format(index: Path) -> None:
    path = build_of(index) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))


def _manifest_of_something_else(index: Path) -> None:
    (build_of(index) / "manifest.json").write_text("[1, 2]")


def _name_of_nothing(index: Path) -> None:
    (index / "CURRENT").write_text("../../../etc\n")


def _name_in_no_letters(index: Path) -> None:
    (index / "CURRENT").write_bytes(b"\xff\xfe\0")


def _other_weights(index: Path) -> None:
    path = build_of(index) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "encoder_fingerprint": "other", "recipe": "other"}))


FAULTS: dict[Callable[[Path], None], str] = {
    _missing: "There is no index in",
    _empty: "There is no index in",
    _half_copied: "damaged",
    _copied_without_manifest: "incomplete or damaged",
    _without_builds: "incomplete or damaged",
    _older_format: "has format 1",
    _newer_format: "has format 99",
    _manifest_of_something_else: "incomplete or damaged",
    _name_of_nothing: "incomplete or damaged",
    _name_in_no_letters: "cannot be read|incomplete or damaged",
    _other_weights: "other weights",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
def test_an_index_that_is_not_whole_is_named_and_can_be_made_again(index: Path, fault: Callable[[Path], None]) -> None:
    fault(index)
    with pytest.raises(IndexFolderError, match=FAULTS[fault]) as raised:
        Retriever.open(index)
    assert str(index) in str(raised.value)
    remade(index)


def _cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "damage",
    [_cut_in_half, _emptied, Path.unlink, *(lambda path, place=place: flipped(path, place) for place in (0, 77, -1))],
    ids=["truncated", "empty", "gone", "first-bit", "a-bit", "last-bit"],
)
def test_every_damaged_file_of_a_build_is_seen(index: Path, damage: Callable[[Path], None]) -> None:
    whole = {path: path.read_bytes() for path in files_of(index)}
    assert len(whole) >= 8
    for path, content in whole.items():
        damage(path)
        if path.name != "manifest.json":  # whose report is no part of the index
            with pytest.raises(IndexFolderError, match="rebuild"):
                Retriever.open(index)
        path.write_bytes(content)
    assert Retriever.open(index).search(QUESTION)
    for path in files_of(index):
        damage(path)
    remade(index)


def test_an_index_deleted_while_it_is_served_goes_on_and_is_taken_over_when_made_again(index: Path) -> None:
    assistant = Assistant(Retriever.open(index))
    before = assistant.ask(QUESTION)
    shutil.rmtree(index)
    assert assistant.ask(QUESTION) == before
    assert assistant.retriever.store.document("2097Z00112")
    report = build_index(SAMPLE[:20], index, HashEncoder())
    assert assistant.ask(QUESTION).build == report.build


def test_an_index_replaced_by_a_damaged_one_while_it_is_served_stays_as_it_was(index: Path) -> None:
    assistant = Assistant(Retriever.open(index))
    before = assistant.ask(QUESTION)
    build_index(SAMPLE[:20], index, HashEncoder())
    for path in files_of(index):
        _cut_in_half(path)
    assert assistant.ask(QUESTION) == before
    remade(index)


def powerless(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program to which the permissions of files apply, root or not."""
    plain = [] if os.geteuid() else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    command = [*plain, sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


COMMAND = "import sys; from rag.cli import main; sys.exit(main(sys.argv[1:]))"


@LINUX
def test_a_read_only_index_is_searched_and_not_built_over(index: Path) -> None:
    paths = [index, *index.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        for path in files_of(index):  # as after a copy: no time that was noted fits
            os.utime(path, (1, 1))
        searched = powerless(COMMAND, "search", QUESTION, "--index", index)
        assert (searched.returncode, searched.stdout[:1] != "") == (0, True), searched.stderr
        built = powerless(COMMAND, "build", "--documents", sample_path(), "--index", index, "--model", "hash")
        assert built.returncode == 1
        assert "cannot be written" in built.stderr
        assert "Traceback" not in built.stderr
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    remade(index)


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
"""


@LINUX
@pytest.mark.parametrize("room", [0, 300, 900])
def test_a_full_disk_during_a_fetch_is_said_and_the_next_run_has_it_all(tmp_path: Path, room: int) -> None:
    program = LIMITED + "from rag.cli import main; sys.exit(main(sys.argv[2:]))"
    with OfficialServer(make_corpus(2)) as server:
        services = ("--odata-url", server.base + ODATA, "--repository-url", server.base, "--sru-url", server.base)
        what = ("fetch", tmp_path / "raw", "--from", "2024-01-01", "--to", "2024-12-31", *services)
        full = powerless(program, room, *what)
        assert full.returncode == 1, full.stdout
        assert "File too large" in full.stderr
        assert "Traceback" not in full.stderr
        done = powerless(program, 10**9, *what)
        assert done.returncode == 0, done.stderr
    kept = [path.name for path in (tmp_path / "raw").rglob("*") if path.suffix == ".json" and path.parent.name != "raw"]
    assert len(kept) == len(set(kept)) >= 2
    assert not list((tmp_path / "raw").rglob("*.new"))


TURN = Turn("Wat kost de brug?", "declined", "niet gevonden", build="b1")


@LINUX
def test_a_full_disk_leaves_no_half_judgement(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    Feedback(path).write(TURN, good=True)
    one = path.stat().st_size
    program = LIMITED + (
        "from pathlib import Path\nfrom rag.errors import KamerwijzerError\nfrom rag.ui.feedback import Feedback\n"
        "from rag.ui.turns import Turn\n"
        "try: Feedback(Path(sys.argv[2])).write(Turn('Wat?', 'declined'), good=True)\n"
        "except KamerwijzerError as error: print(error)\n"
    )
    full = powerless(program, one + 20, path)
    assert "cannot be written" in full.stdout, full.stderr
    assert path.stat().st_size == one
    Feedback(path).write(TURN, good=False)
    assert [json.loads(line)["good"] for line in path.read_text().splitlines()] == [True, False]


def test_judgements_of_many_at_once_are_whole_lines(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "feedback.jsonl")
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: feedback.write(TURN, good=True, remark=f"r{number} " * 50), range(200)))
    lines = feedback.path.read_text().splitlines()
    assert len({json.loads(line)["remark"] for line in lines}) == 200


MEMORY = """
import resource, sys
from pathlib import Path
import rag.build, rag.retrieve
from rag.cli import main
from embeddings.dense import DenseIndex
DenseIndex.open(next(Path(sys.argv[1]).glob("builds/*/")))  # what is imported at first use is there
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + int(sys.argv[2]),) * 2)
sys.exit(main(sys.argv[3:]))
"""


@LINUX
@pytest.mark.parametrize("room", [1_000_000, 10_000_000])
def test_a_limit_of_memory_is_one_sentence_and_the_index_stays(index: Path, tmp_path: Path, room: int) -> None:
    documents = tmp_path / "large.jsonl"
    line = '{"id":"2099Z%05d","vragen":[{"number":"1","question":"Vraag %d?","answer":"%s"}]}\n'
    documents.write_text("".join(line % (number, number, f"Antwoord {number}. " * 200) for number in range(4000)))
    before = build_of(index)
    limited = powerless(MEMORY, index, room, "build", "--documents", documents, "--index", index, "--model", "hash")
    assert limited.returncode == 1, limited.stderr
    assert "memory" in limited.stderr
    assert "Traceback" not in limited.stderr
    assert build_of(index) == before
    open_build(index, thorough=True)
    remade(index)


def answers(address: str) -> dict[str, object]:
    joined = httpx.post(f"{address}gradio_api/call/v2/ask", json={"query": QUESTION}, timeout=60).json()
    said = httpx.get(f"{address}gradio_api/call/ask/{joined['event_id']}", timeout=60).text
    answer: dict[str, object] = json.loads(said.split("data: ", 1)[1])[0]
    return answer


def test_a_server_that_is_killed_starts_again_and_answers_the_same(index: Path) -> None:
    with running(index, "--no-feedback") as program:
        before = answers(program.address)
        program.process.kill()
        program.process.wait(20)
    with running(index, "--no-feedback") as program:
        assert answers(program.address) == before


@pytest.fixture(params=[0, 4_102_444_800], ids=["1970", "2100"])
def wrong_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """Let the clock on the wall stand at another time; the one that measures spans goes on."""
    moment = float(request.param)
    monkeypatch.setattr(time, "time", lambda: moment)
    monkeypatch.setattr(time, "time_ns", lambda: int(moment * 1e9))
    return moment


def test_a_wrong_clock_loses_no_build(index: Path, wrong_clock: float) -> None:
    for path in [*(index / "builds").iterdir(), *files_of(index)]:
        os.utime(path, (wrong_clock, wrong_clock))
    assert Retriever.open(index).search(QUESTION)
    for count in (5, 9, 12):
        report = build_index(SAMPLE[:count], index, HashEncoder())
        for path in (index / "builds").iterdir():
            os.utime(path, (4_102_444_800 - wrong_clock,) * 2)
        assert build_of(index).name == report.build
        assert Assistant(Retriever.open(index)).ask(QUESTION).build == report.build
    Feedback(index / "feedback.jsonl").write(TURN, good=True)


def test_a_message_of_ours_is_one_line(index: Path) -> None:
    for fault in FAULTS:
        copy = shutil.copytree(index, index.parent / f"copy{fault.__name__}")
        fault(copy)
        with pytest.raises((IndexFolderError, KamerwijzerError)) as raised:
            Retriever.open(copy)
        assert len(str(raised.value).splitlines()) == 1
