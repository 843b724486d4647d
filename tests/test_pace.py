"""How long a renewal takes, said beforehand."""

from datetime import date
from pathlib import Path

import pytest

from rag.fetch import Period
from rag.pace import Pace, read_pace, write_pace

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
REPORT = {"documents": 100, "passages": 900, "embedded": 300, "seconds": 60.0}


def test_it_grows_with_the_period_and_falls_with_the_pace() -> None:
    count, seconds = Pace(fetching=1.0, vragen=10.0, embedding=5.0).expected(YEAR)
    assert (count, seconds) == (2416, 2416 * 3.0)
    assert Pace().expected(Period(date(2024, 1, 1), date(2024, 1, 1)))[0] == 7
    assert Pace(fetching=0.1).expected(YEAR)[1] < Pace().expected(YEAR)[1]


def test_a_build_is_measured_by_what_it_embedded() -> None:
    assert Pace().built(REPORT) == Pace(vragen=9.0, embedding=5.0)
    assert Pace().built({**REPORT, "embedded": 0}) == Pace(vragen=9.0)
    assert Pace().built({}) == Pace()


def test_few_kamervragen_say_nothing() -> None:
    assert Pace().fetched(100, 50.0).fetching == 0.5
    assert Pace().fetched(2, 50.0) == Pace()


@pytest.mark.parametrize("kept", ["", "[]", "{}x", '{"fetching": "snel"}', '{"fetching": 0}', '{"speed": 1}'])
def test_a_file_that_says_nothing_is_the_usual_pace(kept: str, tmp_path: Path) -> None:
    path = tmp_path / "pace.json"
    assert read_pace(path) == Pace()
    path.write_text(kept)
    assert read_pace(path) == Pace()
    write_pace(path, Pace(fetching=2.0))
    assert read_pace(path) == Pace(fetching=2.0)
