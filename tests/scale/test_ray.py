"""Builds on a real Ray cluster of this machine: equal to the local build, also when workers or the driver are killed.

Each bad ending is one sentence, exit 1, and leaves the live build as it was.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from ray_cluster import altered, cluster, environment, free_port, stop, workers

import rag.build
from embeddings.encoder import DEFAULT_ENCODER, HashEncoder, open_encoder
from embeddings.folder import live_build, open_build
from rag.build import build_index
from rag.cli import main
from rag.document_form import dump_document
from rag.documents import read_documents
from rag.progress import Progress
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.store import FILE, PassageStore

pytestmark = pytest.mark.scale

SAMPLE = list(read_documents(sample_path()))
QUESTIONS = ("dijk bij Oudekolk", "wat kost dat de gemeenten", "bijen", "hoeveel woningen", "wanneer is het klaar")
SLOW = """
import time
import embeddings.encoder as encoders
fast = encoders.HashEncoder.encode_passages
def slow(self, texts):
    time.sleep(0.5 if len(texts) > 1 else 0)
    return fast(self, texts)
encoders.HashEncoder.encode_passages = slow
"""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Return a folder of two documents files."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, part in (("a", SAMPLE[:17]), ("b", SAMPLE[17:])):
        (folder / f"{name}.jsonl").write_text("\n".join(map(dump_document, part)), encoding="utf-8")
    return folder


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """Return an index that is live already."""
    build_index(SAMPLE[:3], tmp_path / "index", HashEncoder())
    return tmp_path / "index"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the work into many pieces and chunks."""
    monkeypatch.setattr(rag.build, "_CHUNK", 16)
    monkeypatch.setattr("rag.cluster.engine._PIECE", 20_000)


def found(index: Path) -> list[object]:
    retriever = Retriever.open(index, encoder=HashEncoder())
    return [[(hit.id, hit.score, hit.passage) for hit in retriever.search(query, k=20)] for query in QUESTIONS]


def assert_as_local(index: Path, documents: Path, tmp_path: Path) -> None:
    build_index(documents, tmp_path / "local", HashEncoder())
    here, there = (open_build(folder, thorough=True)[1] for folder in (tmp_path / "local", index))
    assert found(index) == found(tmp_path / "local")
    stores = [PassageStore(one / FILE) for one in (live_build(tmp_path / "local"), live_build(index)) if one]
    assert list(stores[0].documents()) == list(stores[1].documents())
    assert [manifest["files"].pop(FILE) is not None for manifest in (here, there)] == [True, True]
    assert here["files"] == there["files"]  # sizes and checksums of all others
    assert {key for key in here if here[key] != there[key]} <= {"report", "build"}


def shards(work: Path, kind: str) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in work.glob(f"*/{kind}/*.parquet")}


@pytest.mark.engines
@pytest.mark.usefixtures("small")
def test_it_is_the_local_build_file_by_file(documents: Path, tmp_path: Path) -> None:
    from rag.cluster import build_on_ray

    heard: list[Progress] = []
    report = build_on_ray(
        documents, tmp_path / "index", HashEncoder(), workers=2, work=tmp_path / "work", tell=heard.append
    )
    assert_as_local(tmp_path / "index", documents, tmp_path)
    assert (report.embedded, report.documents) == (report.passages, len(SAMPLE))
    assert heard[-1].done == heard[-1].total == report.windows
    assert len(shards(tmp_path / "work", "passages")) > 4
    assert len(shards(tmp_path / "work", "vectors")) == -(-report.windows // 16)


def test_a_rebuild_embeds_only_what_is_new_and_leaves_no_shards(live: Path, documents: Path, tmp_path: Path) -> None:
    from rag.cluster import build_on_ray

    report = build_on_ray(SAMPLE, live, HashEncoder(), workers=1)  # Kamervragen themselves, not a file
    assert 0 < report.reused < report.passages == report.embedded + report.reused
    assert not (live / "work").exists()
    build_index(documents, tmp_path / "local", HashEncoder())
    assert found(live) == found(tmp_path / "local")


@pytest.mark.slow
def test_the_vectors_of_the_real_encoder_are_those_of_this_process(tmp_path: Path) -> None:
    from rag.cluster import build_on_ray
    from rag.cluster.shards import read_texts, read_vectors

    encoder = open_encoder(DEFAULT_ENCODER)
    build_on_ray(SAMPLE, tmp_path / "index", encoder, workers=2, work=tmp_path / "work")
    for path in (tmp_path / "work").glob("*/texts/*.parquet"):
        keys, vectors = read_vectors(path.parents[1] / "vectors" / path.name)
        texts = read_texts(path)
        assert keys == list(texts)
        rows = encoder.encode_rows(list(texts.values()))
        assert np.abs(vectors - rows)[:, : encoder.dimension].max() < 1e-5
        same = vectors[:, encoder.dimension :] == rows[:, encoder.dimension :]
        assert same.mean() > 0.99  # a token on the border of two codes may fall on either side


@pytest.mark.engines
@pytest.mark.usefixtures("small")
def test_a_killed_worker_is_replaced_and_nothing_is_lost(
    live: Path, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag.cluster import build_on_ray

    monkeypatch.setenv("PYTHONPATH", str(altered(tmp_path / "slow", SLOW)))
    killed: list[int] = []

    def kill_one(progress: Progress) -> None:
        if progress.done >= 48 and not killed:
            victim = workers(os.getpid())[0]
            victim.kill()
            killed.append(victim.pid)

    report = build_on_ray(documents, live, HashEncoder(), workers=2, tell=kill_one)
    assert killed
    assert report.passages == report.embedded + report.reused
    assert_as_local(live, documents, tmp_path)


def ray_build(documents: Path, index: Path, *options: str) -> list[str]:
    arguments = ["build", "--engine", "ray", "--documents", str(documents), "--index", str(index), "--model", "hash"]
    program = "import sys, rag.build; rag.build._CHUNK = 16; from rag.cli import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", program, *arguments, *options]


@pytest.mark.engines
@pytest.mark.usefixtures("small")
def test_a_killed_driver_leaves_the_live_build_and_is_gone_on_with(live: Path, documents: Path, tmp_path: Path) -> None:
    from rag.cluster import build_on_ray

    before = (live / "CURRENT").read_text()
    work = live / "work"
    slow = environment(altered(tmp_path / "slow", SLOW))
    with subprocess.Popen(ray_build(documents, live, "--workers", "2"), env=slow, stderr=subprocess.DEVNULL) as victim:
        wait_for(lambda: len(shards(work, "vectors")) >= 5)
        family = workers(victim.pid)
        victim.send_signal(signal.SIGKILL)
    assert family
    wait_for(lambda: not any(process.is_running() for process in family))
    assert (live / "CURRENT").read_text() == before
    finished = {kind: shards(work, kind) for kind in ("passages", "vectors")}
    report = build_on_ray(documents, live, HashEncoder(), workers=2, work=work)
    assert 5 * 16 <= report.reused
    for kind, times in finished.items():
        assert times.items() <= shards(work, kind).items()  # not written again
    assert_as_local(live, documents, tmp_path)


def wait_for(done: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def refused(live: Path, documents: Path, *options: str, env: dict[str, str] | None = None) -> str:
    """Return what a build says that cannot be done; the live build must be as it was."""
    before = open_build(live, thorough=True)[0]
    result = subprocess.run(
        ray_build(documents, live, *options), env=env or environment(), capture_output=True, text=True, timeout=150
    )
    complaint = next(line for line in result.stderr.splitlines() if line.startswith("kamerwijzer: "))
    assert (result.returncode, result.stdout) == (1, ""), result.stderr
    assert "Traceback" not in result.stderr
    assert open_build(live, thorough=True)[0] == before
    return complaint


@pytest.mark.engines
def test_no_cluster_at_the_address(live: Path, documents: Path) -> None:
    start = time.monotonic()
    address = f"127.0.0.1:{free_port()}"
    assert f"No Ray cluster answers at {address}" in refused(live, documents, "--address", address)
    assert "is of a kind that a build cannot use" in refused(live, documents, "--address", "ray://127.0.0.1:10001")
    assert time.monotonic() - start < 30


def test_something_else_at_the_address(live: Path, documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.cluster.connection._CONNECT", 8.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"127.0.0.1:{mute.getsockname()[1]}"
        start = time.monotonic()
        assert main(["build", "--engine", "ray", "--address", address, "--index", str(live), "--model", "hash"]) == 1
        assert time.monotonic() - start < 30


def test_a_cluster_is_used_and_its_bad_workers_are_named(live: Path, documents: Path, tmp_path: Path) -> None:
    without = altered(tmp_path / "without", "import sys; sys.modules['rag.cluster'] = None")
    with cluster(without) as address:
        assert "install the same kamerwijzer[ray] on every machine" in refused(live, documents, "--address", address)
    other = altered(tmp_path / "other", "import embeddings.encoder as e; e.HashEncoder.fingerprint = 'hash999'")
    with cluster(other) as address:
        assert "has another encoder 'hash' (fingerprint 'hash999'" in refused(live, documents, "--address", address)
    with cluster() as address:
        newer = environment(altered(tmp_path / "newer", "import ray; ray.__version__ = '9.9.9'"))
        assert "another version of Ray or Python" in refused(live, documents, "--address", address, env=newer)
        assert "has no GPU" in refused(live, documents, "--address", address, "--gpu")
        done = subprocess.run(ray_build(documents, live, "--address", address), env=environment(), text=True)
        assert done.returncode == 0
    assert_as_local(live, documents, tmp_path)


def test_workers_with_a_gpu_each_go_where_there_are_gpus(live: Path, documents: Path, tmp_path: Path) -> None:
    with cluster(gpus=2) as address:
        done = subprocess.run(ray_build(documents, live, "--address", address, "--gpu"), env=environment(), text=True)
    assert done.returncode == 0
    assert_as_local(live, documents, tmp_path)


def test_a_cluster_that_is_stopped_midway(live: Path, documents: Path, tmp_path: Path) -> None:
    slow = altered(tmp_path / "slow", SLOW)
    with cluster(slow) as address:

        def pull() -> None:
            wait_for(lambda: len(shards(live / "work", "vectors")) >= 3)
            stop(next(child.pid for child in psutil.Process().children() if "--block" in child.cmdline()))

        puller = threading.Thread(target=pull)
        puller.start()
        start = time.monotonic()
        complaint = refused(live, documents, "--address", address, env=environment(slow))
        puller.join()
    assert time.monotonic() - start < 90
    assert "was lost" in complaint or "could not finish" in complaint
    assert "run the same build again" in complaint
    assert len(shards(live / "work", "vectors")) >= 3


HOLDER = """
import sys, time, ray
ray.init(sys.argv[1], logging_level="ERROR")
@ray.remote(num_cpus=2)
def hold():
    time.sleep(float(sys.argv[2]))
work = hold.remote()
while ray.available_resources().get("CPU", 0):
    time.sleep(0.1)
print("held", flush=True)
ray.get(work)
"""


def test_a_cluster_at_other_work_is_waited_for_and_said(
    live: Path, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("rag.cluster.connection._SILENT", 2.0)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    with cluster() as address:
        held = [sys.executable, "-c", HOLDER, address, "15"]
        with subprocess.Popen(held, env=environment(), stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            command = ray_build(documents, live, "--address", address)
            assert main(command[command.index("build") :]) == 0
    assert "finished nothing of this build in 2 s" in caplog.text
    assert "`ray status` tells" in caplog.text
    assert_as_local(live, documents, tmp_path)


def test_broken_documents_are_said_as_everywhere(
    live: Path, documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (documents / "b.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('\n{"id": "2099Z1", "vragen": [], "colour": "red"}\n')
    arguments = ["build", "--documents", str(documents), "--index", str(live), "--model", "hash"]
    assert main(arguments) == 1
    local = capsys.readouterr().err.splitlines()[-1]
    assert "b.jsonl, line 14" in local
    assert main([*arguments, "--engine", "ray", "--workers", "1"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == local


def test_a_damaged_shard_is_made_again(live: Path, documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = live.parent / "work"
    arguments = ["build", "--engine", "ray", "--workers", "1", "--work", str(work), "--documents", str(documents)]
    arguments += ["--index", str(live), "--model", "hash"]
    assert main(arguments) == 0
    for path in work.glob("*/passages/*.parquet"):
        content = bytearray(path.read_bytes())
        content[len(content) // 3] ^= 255
        path.write_bytes(content)
    for _ in shards(work, "passages"):
        assert main(arguments) == 1  # nothing but the damaged one is made anew
        assert "was damaged and is removed" in capsys.readouterr().err
    assert main(arguments) == 0
    assert open_build(live, thorough=True)[1]["documents"] == len(SAMPLE)
