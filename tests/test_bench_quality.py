"""The quality benchmark on a small corpus: every row is written, a peer that cannot run is a row that says so."""

import importlib
import shutil
import sys
from pathlib import Path

import pytest

from rag.sample import sample_path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder laid out as the benchmark's data, filled with the sample."""
    folder = tmp_path / "data"
    for name in ("pairs", "questions"):
        (folder / name).mkdir(parents=True)
    questions = sample_path().with_name("questions.jsonl")
    for corpus in ("dev_pairs", "answers"):
        shutil.copy(sample_path(), folder / "pairs" / f"{corpus}.jsonl")
    lines = questions.read_text(encoding="utf-8").splitlines()
    answerable = [line for line in lines if '"answerable"' in line]
    (folder / "pairs" / "dev_question_to_answer.jsonl").write_text("\n".join(answerable), encoding="utf-8")
    shutil.copy(questions, folder / "questions" / "dev_questions.jsonl")
    return folder


def test_every_row_is_written_and_a_failing_peer_says_so(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = tmp_path / "RESULTS.md"
    results.write_text("# Results\n\n<!-- quality -->\nold\n<!-- /quality -->\n\n## Speed\n\nfast\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    options = {"data": data, "results": results, "cache": tmp_path / "cache", "peers": tmp_path / "no-python"}
    options["questions"] = tmp_path / "none.jsonl"
    arguments = [f"--{name}={value}" for name, value in options.items()]
    monkeypatch.setattr(sys, "argv", ["quality", *arguments, "--sample=4", "--encoders=hash", "--english=hash"])
    assert importlib.import_module("quality").main() == 0
    text = results.read_text(encoding="utf-8")
    assert text.startswith("# Results\n\n<!-- quality -->\n## Quality")
    assert text.endswith("<!-- /quality -->\n\n## Speed\n\nfast\n")
    assert "old" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    ours = [line for line in rows if line.startswith("| Kamerwijzer, hash | ")]
    assert len(ours) == text.count("RR@10")
    scores = [float(line.split(" | ")[1]) for line in ours]
    assert max(scores) > 0
    peers = [line for line in rows if line.startswith(("| LangChain", "| txtai"))]
    assert len(peers) == 3 * len(ours)
    assert all("failed: " in line and "no-python" in line for line in peers)


def test_a_text_is_embedded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    systems = importlib.import_module("systems")
    from embeddings.encoder import HashEncoder

    inner = HashEncoder()
    first = systems.CachedEncoder(inner, tmp_path)
    wanted = inner.encode_passages(["de dijk", "het spoor", "de dijk"])
    assert abs(first.encode_passages(["de dijk", "het spoor", "de dijk"]) - wanted).max() < 1e-3
    first.flush()
    again = systems.CachedEncoder(inner, tmp_path)
    monkeypatch.setattr(HashEncoder, "encode_passages", lambda *_: pytest.fail("embedded twice"))
    assert abs(again.encode_passages(["het spoor", "de dijk"]) - wanted[[1, 0]]).max() < 1e-3
