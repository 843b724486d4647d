"""The speed benchmark: tables and plot from figures, a peer over given vectors, a peer that fails."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

Load = Callable[[str], ModuleType]
BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
USERS = {users: {"per_second": 20.0, "p95": 10.0 * users} for users in (1, 8, 32)}
LATENCY = {"p50": 20.0, "p95": 31.5, "p99": 40.0}


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def figures(size: int, p50: float) -> dict[str, Any]:
    room = {"text": 800.0, "vectors": 770.0, "words": 360.0, "store": 160.0, "kept vectors": 790.0, "others": 24.0}
    serve = {"filtered": LATENCY, "encode": LATENCY, "users": USERS, "queries": 200, "resident_mb": 1500}
    serve |= {"encoder_mb": 1200, "import_s": 8.1, "encoder_s": 1.5, "open_s": 0.1, "first_search_s": 0.2}
    peer = {"queries": 12, "seconds": 60.0, "peak_mb": 3000.0, "before_mb": 1000.0, "disk": size * 2000}
    return {
        "size": size,
        "first": {"bytes": room, "passages": size},
        "more": {"seconds": 12.5, "processor_s": 9.1, "peak_mb": 2000},
        "recall": {"all": 1.0, "10 %": 0.999, "0.5 %": 1.0},
        "serve": serve | LATENCY | {"p50": p50},
        "start_s": 11.04,
        "peers": {"langchain": {**peer, **LATENCY, "p50": 25 * p50}, "txtai": {"failed": "no such module"}},
    }


def test_tables_and_plot_say_what_was_measured(benchmark: Load, tmp_path: Path) -> None:
    report = benchmark("speed_report")
    results = tmp_path / "RESULTS.md"
    results.write_text("# Results\n\n<!-- speed -->\n999 ms\n<!-- /speed -->\n\n## The checker\n", encoding="utf-8")
    rows = [figures(10_000, 20.0), figures(100_000, 30.0)]
    written = report.Report(results, "a machine")
    written.add(report.scale_tables(rows))
    written.add(report.query_table(rows))
    text = results.read_text(encoding="utf-8")
    assert text.startswith("# Results\n\n<!-- speed -->\n## Speed")
    assert text.endswith("<!-- /speed -->\n\n## The checker\n")
    assert "999 ms" not in text
    assert "| 100,000 | 30.0 | 31.5 | 40.0 | 31.5 | 20.0 | 10.0 / 80.0 / 320.0 |" in text
    assert "| 10,000 | – | – | 12.5 (9.1) | 2,000 | **2,104** | 800 |" in text
    assert "| 100,000 | LangChain EnsembleRetriever (BM25 + FAISS) | 12 | 750.0 | 31.5 | 25.0 | 3,000 |" in text
    assert "| 10,000 | txtai hybrid | failed: no such module |" in text
    plots = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for plot in plots:
        written.plot(rows, plot)
    assert plots[0].read_bytes() == plots[1].read_bytes()
    assert "LangChain EnsembleRetriever" in plots[0].read_text(encoding="utf-8")


def job(peers: ModuleType, folder: Path) -> list[dict[str, Any]]:
    vectors = np.eye(4, dtype=np.float16)
    np.save(folder / "texts.npy", vectors)
    np.save(folder / "queries.npy", vectors[[2]].astype(np.float32))
    for name, lines in (("texts", ["een", "twee", "drie", "vier"]), ("queries", ["derde?"])):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "settings.json").write_text('{"k": 2}', encoding="utf-8")
    assert peers.main(["plain", str(folder)]) == 0
    return [json.loads(line) for line in (folder / "found.jsonl").read_text().splitlines()]


def test_a_peer_finds_by_the_vectors_given_and_says_what_it_took(benchmark: Load, tmp_path: Path) -> None:
    (found,) = job(benchmark("peers"), tmp_path)
    assert found["rows"][0] == 2
    cost = json.loads((tmp_path / "cost.json").read_text(encoding="utf-8"))
    assert cost["disk"] == (tmp_path / "saved" / "index.faiss").stat().st_size


def test_a_peer_that_fails_says_why(benchmark: Load, tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text('"een"\n"twee', encoding="utf-8")
    assert "failed" in benchmark("speed_peers").run("plain", tmp_path, [])
