"""Builds: nothing is embedded twice, nothing is lost, and an index made in steps equals one made at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import rag.earlier
from embeddings.cache import VectorCache
from embeddings.encoder import HashEncoder, Vectors
from embeddings.errors import IndexFolderError
from embeddings.folder import building, live_build, open_build
from rag.build import build_index
from rag.cli import main
from rag.document_form import dump_document
from rag.documents import read_documents, write_documents
from rag.earlier import earlier_build
from rag.passages import passages_of
from rag.records import Hit, Kamervraag, Vraag
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.store import FILE, PassageStore

ROOT = Path(__file__).parents[1]
SAMPLE = list(read_documents(sample_path()))
QUESTIONS = ("dijk bij Oudekolk", "wat kost dat de gemeenten", "bijen", "hoeveel woningen", "wanneer is het klaar")


class CountingEncoder(HashEncoder):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return super().encode_passages(texts)


def found(index: Path) -> list[list[Hit]]:
    retriever = Retriever.open(index, encoder=HashEncoder())
    return [retriever.search(question, k=20) for question in QUESTIONS]


def opened(index: Path) -> tuple[PassageStore, dict[str, object]]:
    folder, manifest = open_build(index, thorough=True)
    return PassageStore(folder / FILE), manifest["files"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(SAMPLE[:20], SAMPLE, id="added"),
        pytest.param(SAMPLE, SAMPLE[5:12], id="removed"),
        pytest.param(SAMPLE, [*SAMPLE[10:], *SAMPLE[:10]], id="moved"),
        pytest.param(SAMPLE[:1], SAMPLE[1:], id="all other"),
        pytest.param(SAMPLE, SAMPLE, id="equal"),
    ],
)
def test_an_index_made_in_steps_equals_one_made_at_once(
    before: list[Kamervraag], after: list[Kamervraag], tmp_path: Path
) -> None:
    build_index(before, tmp_path / "steps", HashEncoder())
    report = build_index(after, tmp_path / "steps", HashEncoder())
    at_once = build_index(after, tmp_path / "once", HashEncoder())
    assert found(tmp_path / "steps") == found(tmp_path / "once")
    stores, manifests = zip(*(opened(tmp_path / name) for name in ("steps", "once")), strict=True)
    assert list(stores[0].documents()) == list(stores[1].documents())
    assert [store.values("party") for store in stores] == [stores[1].values("party")] * 2
    assert [files.pop("passages.sqlite") is not None for files in manifests] == [True, True]
    assert manifests[0] == manifests[1]  # checksums of all other files

    ids = [{passage.id for document in corpus for passage in passages_of(document)} for corpus in (before, after)]
    assert report.removed == len(ids[0] - ids[1])
    assert report.embedded + report.reused == report.passages == at_once.passages


def test_cells_are_a_setting_of_the_build_that_the_manifest_keeps(tmp_path: Path) -> None:
    def manifest(documents: list[Kamervraag], index: str, ann: bool | None) -> dict[str, object]:
        build_index(documents, tmp_path / index, HashEncoder(), ann=ann)
        facts: dict[str, object] = open_build(tmp_path / index, thorough=True)[1]
        return facts

    assert manifest(SAMPLE, "steps", None)["vectors"] == {"index": "SQfp16"}
    exact = found(tmp_path / "steps")
    manifest(SAMPLE[:20], "steps", True)
    cells = manifest(SAMPLE, "steps", True)
    assert cells["vectors"] == {"index": "IVF3,SQfp16", "cells": 3, "probes": cells["vectors"]["probes"]}  # type: ignore[index]
    assert "cells.faiss" in cells["files"]  # type: ignore[operator]
    in_steps = found(tmp_path / "steps")
    assert manifest(SAMPLE, "once", True)["files"]["cells.faiss"] == cells["files"]["cells.faiss"]  # type: ignore[index]
    assert in_steps == found(tmp_path / "once")
    assert [hits[0].id for hits in in_steps] == [hits[0].id for hits in exact]
    assert manifest(SAMPLE, "steps", None)["vectors"] == {"index": "SQfp16"}  # the setting alone makes another build
    assert found(tmp_path / "steps") == exact


def test_only_what_changed_is_embedded(tmp_path: Path) -> None:
    one = Kamervraag("2099Z00001", (Vraag("1", "Waar ligt de brug?", "Bij Oudekolk."), Vraag("2", "Klopt dat?", "Ja.")))
    two = Kamervraag("2099Z00002", (Vraag("1", "Klopt dat?", "Ja."), Vraag("2", "Klopt dat?", "Ja.")))
    encoder = CountingEncoder()
    first = build_index([one, two], tmp_path, encoder)
    assert sorted(encoder.embedded) == ["Klopt dat?\nJa.", "Waar ligt de brug?\nBij Oudekolk."]  # equal texts once
    assert (first.embedded, first.reused, first.removed) == (4, 0, 0)

    encoder = CountingEncoder()
    changed = Kamervraag("2099Z00001", (Vraag("1", "Waar ligt de brug?", "Bij Nieuwekolk."),))
    second = build_index([changed, two], tmp_path, encoder)
    assert encoder.embedded == ["Waar ligt de brug?\nBij Nieuwekolk."]
    assert (second.embedded, second.reused, second.removed) == (1, 2, 1)
    assert json.loads((tmp_path / "builds" / second.build / "manifest.json").read_text())["report"] == {
        "documents": 2, "passages": 3, "windows": 3, "embedded": 1, "reused": 2, "removed": 1,
        "seconds": second.seconds, "passages_per_second": second.passages_per_second, "build": second.build,
    }  # fmt: skip


def test_equal_documents_leave_the_build_and_a_broken_or_doubled_one_changes_nothing(tmp_path: Path) -> None:
    documents, index = tmp_path / "d.jsonl", tmp_path / "index"
    lines = [dump_document(document) for document in SAMPLE]
    arguments = ["build", "--documents", str(documents), "--index", str(index), "--model", "hash"]
    documents.write_text("\n".join(lines), encoding="utf-8")
    assert main(arguments) == 0
    build = (index / "CURRENT").read_text()
    assert main(arguments) == 0
    assert (index / "CURRENT").read_text() == build
    assert open_build(index)[1]["report"]["embedded"] == 0
    for wrong in ("{", lines[3]):
        documents.write_text("\n".join([*lines, wrong]), encoding="utf-8")
        assert main(arguments) == 1
        assert (index / "CURRENT").read_text() == build


def test_other_rules_for_passages_take_nothing_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(SAMPLE[:3], tmp_path, HashEncoder())
    monkeypatch.setattr(rag.earlier, "_MAKERS", (rag.earlier,))
    assert earlier_build(tmp_path, HashEncoder(), VectorCache(tmp_path / "v", "x", 256)).store is None
    assert build_index(SAMPLE[:3], tmp_path, HashEncoder()).reused > 0  # the texts are the same


def test_another_encoder_reuses_nothing(tmp_path: Path) -> None:
    build_index(SAMPLE[:3], tmp_path, HashEncoder())
    encoder = CountingEncoder()
    encoder.fingerprint = "other"
    assert build_index(SAMPLE[:3], tmp_path, encoder).reused == 0
    assert [path.name for path in (tmp_path / "vectors").iterdir()] == ["other"]


def test_a_damaged_vector_file_is_embedded_again(tmp_path: Path) -> None:
    first = build_index(SAMPLE[:5], tmp_path, HashEncoder())
    for chunk in (tmp_path / "vectors").glob("*/*.npy"):
        content = bytearray(chunk.read_bytes())
        content[-1] ^= 1
        chunk.write_bytes(content)
    second = build_index(SAMPLE[:5], tmp_path, HashEncoder())
    assert (second.embedded, second.build) == (second.passages, first.build)


def test_many_small_builds_leave_few_vector_files_and_two_builds(tmp_path: Path) -> None:
    for count in range(1, 25):
        build_index(SAMPLE[:count], tmp_path, HashEncoder())
    assert len(list((tmp_path / "vectors" / HashEncoder.fingerprint).iterdir())) <= 9
    assert len(list((tmp_path / "builds").iterdir())) == 2
    build_index(SAMPLE[24:26], tmp_path, HashEncoder())
    report = build_index(SAMPLE[24:26], tmp_path, HashEncoder())
    assert report.embedded == 0


def test_two_builds_at_once_refuse_each_other_and_a_dead_one_blocks_nobody(tmp_path: Path) -> None:
    with building(tmp_path), pytest.raises(IndexFolderError, match="Another build is writing"):
        build_index(SAMPLE[:1], tmp_path, HashEncoder())
    program = (
        "import os, sys, pathlib; from embeddings.folder import building\n"
        "with building(pathlib.Path(sys.argv[1])): print('at work', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(IndexFolderError, match="Another build is writing"):
            build_index(SAMPLE[:1], tmp_path, HashEncoder())
        other.kill()
    assert build_index(SAMPLE[:1], tmp_path, HashEncoder()).documents == 1
    assert not list((tmp_path / "builds").glob("unfinished-*"))


SLOW_BUILD = """
import sys, time
from pathlib import Path
import rag.build
from embeddings.encoder import HashEncoder
from rag.documents import read_documents
class Slow(HashEncoder):
    def encode_passages(self, texts):
        time.sleep(0.05)
        return super().encode_passages(texts)
rag.build._CHUNK = 8
print("start", flush=True)
rag.build.build_index(read_documents(Path(sys.argv[1])), Path(sys.argv[2]), Slow())
"""


def test_a_killed_build_leaves_the_live_one_and_is_gone_on_with(tmp_path: Path) -> None:
    index = tmp_path / "index"
    before = build_index(SAMPLE[:3], index, HashEncoder())
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_BUILD, sample_path(), index], cwd=ROOT, stdout=subprocess.PIPE
    ) as victim:
        chunks = index / "vectors" / HashEncoder.fingerprint
        while len(list(chunks.glob("*.npy"))) < 6:
            time.sleep(0.01)
        victim.send_signal(signal.SIGKILL)
    folder, manifest = open_build(index, thorough=True)
    assert (folder.name, manifest["passages"]) == (before.build, before.passages)
    report = build_index(SAMPLE, index, HashEncoder())
    assert 32 <= report.reused < report.passages
    assert found(index) == found_at_once(tmp_path)


def found_at_once(tmp_path: Path) -> list[list[Hit]]:
    build_index(SAMPLE, tmp_path / "once", HashEncoder())
    return found(tmp_path / "once")


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
from rag.cli import main
sys.exit(main(["build", "--documents", sys.argv[1], "--index", sys.argv[2], "--model", "hash"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files")
@pytest.mark.parametrize("room", [1_000, 20_000, 60_000, 100_000])
def test_a_full_disk_is_one_sentence_and_the_live_index_stays(room: int, tmp_path: Path) -> None:
    index = tmp_path / "index"
    before = build_index(SAMPLE[:3], index, HashEncoder())
    result = subprocess.run(
        [sys.executable, "-c", FULL_DISK, sample_path(), index, str(room)], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "could not be written" in result.stderr
    assert "Traceback" not in result.stderr
    assert open_build(index, thorough=True)[0].name == before.build
    assert build_index(SAMPLE, index, HashEncoder()).passages > before.passages


@pytest.fixture
def large_vectors(tmp_path: Path) -> Path:
    """Return the vectors of an index that are too large to be read at every opening."""
    documents = [
        Kamervraag(f"2099Z{number:05}", (Vraag("1", f"Hoe zit het met zaak {number}?", f"Zaak {number * 7}."),))
        for number in range(2200)
    ]
    build_index(documents, tmp_path, HashEncoder())
    return next(tmp_path.glob("builds/*/vectors.faiss"))


def test_damage_of_a_large_file_is_seen(large_vectors: Path) -> None:
    index = large_vectors.parents[2]
    assert large_vectors.stat().st_size > 1_000_000
    content = bytearray(large_vectors.read_bytes())
    content[-100] ^= 1
    large_vectors.write_bytes(content)
    with pytest.raises(IndexFolderError, match=r"vectors\.faiss changed on disk"):
        open_build(index)
    content[-100] ^= 1
    large_vectors.write_bytes(content)
    assert open_build(index)[0] == live_build(index)


def test_json_prints_progress_and_last_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = tmp_path / "d.jsonl"
    with documents.open("w", encoding="utf-8") as stream:
        write_documents(SAMPLE, stream)
    index = tmp_path / "index"
    assert main(["build", "--documents", str(documents), "--index", str(index), "--model", "hash", "--json"]) == 0
    *progress, report = map(json.loads, capsys.readouterr().out.splitlines())
    assert (progress[0]["stage"], progress[0]["done"]) == ("embedding", 0)
    assert progress[-1]["done"] == progress[-1]["total"] > 0
    assert report == open_build(index)[1]["report"]
    wanted = {"passages", "embedded", "reused", "removed", "seconds", "passages_per_second", "build"}
    assert wanted <= set(report)
