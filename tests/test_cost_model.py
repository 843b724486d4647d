"""The cost model: its sums by hand, and its queue against what was measured."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    return importlib.import_module("cost_model")


def test_a_build_costs_its_core_hours(model: ModuleType) -> None:
    one = model.plan(500_000, 1, model.Prices(core=0.1))
    assert one.core_hours == pytest.approx(500_000 / 12.9 / 3600)
    assert one.build_euros == pytest.approx(one.core_hours / 10)


def test_cores_grow_with_the_questions_and_memory_with_the_passages(model: ModuleType) -> None:
    plans = [model.plan(500_000, rate) for rate in (1, 10, 100)]
    assert plans[1].cores * 5 < plans[2].cores < plans[1].cores * 11
    assert plans[0].cores == 2
    many = model.plan(100_000_000, 1)
    assert many.cores * 4 > many.memory > 100 * plans[0].memory


def test_cells_make_a_large_corpus_as_quick_as_a_small_one(model: ModuleType) -> None:
    assert model.answer_seconds(1_000_000) > model.answer_seconds(10_000_000)
    assert model.answer_seconds(100_000) == pytest.approx(0.25)


def test_a_queue_of_equal_questions_is_arithmetic(model: ModuleType) -> None:
    waited = model.simulated(50, 2, 0.25, (0.0, 0.0), 1.0)
    assert max(waited) == pytest.approx(50 / 2 * 0.25)
    assert model.quantile(waited, 0.5) == pytest.approx(26 / 2 * 0.25)
    alone = model.simulated(1, 2, 0.25, (5.0, 5.0), 60.0)
    assert alone == pytest.approx([0.25] * len(alone))


def test_the_tables_hold_every_size_and_rate(model: ModuleType) -> None:
    lines = model.tables(model.Prices())
    assert sum("100,000,000" in line for line in lines) == 2
    assert "1,000 a second" in "\n".join(lines)
