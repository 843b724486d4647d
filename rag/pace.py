"""How long it takes to renew an index: by what was measured on this machine, else on another."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from rag.fetch import Period

_A_DAY = 6.6
"""Kamervragen a day: 2,400 a year, as the Tweede Kamer's own list had them from 2009 to 2024."""

_ENOUGH = 10
"""Kamervragen fetched, or vragen embedded, from which a pace says something."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the time depends on.

    Attributes:
        fetching: Seconds a Kamervraag. By default 4.7 requests of a fifth of a second, and the 0.46 seconds that
            `rag.fetch.Manners` waits between them (counted over 60 Kamervragen on a server of our own).
        vragen: Vragen a Kamervraag; by default as in 24 real answers.
        embedding: Vragen embedded a second; by default on two busy cores.
    """

    fetching: float = 1.4
    vragen: float = 8.5
    embedding: float = 8.0

    def expected(self, period: Period) -> tuple[int, float]:
        """Return about how many Kamervragen a period has, and about how many seconds a renewal with them takes."""
        days = (period.end - period.start + timedelta(days=1)).days
        count = max(1, round(days * _A_DAY))
        return count, count * self.fetching + self.to_embed(count)

    def to_embed(self, documents: int) -> float:
        """Return about how many seconds it takes to embed so many Kamervragen."""
        return documents * self.vragen / self.embedding

    def fetched(self, documents: int, seconds: float) -> "Pace":
        """Return the pace after a fetch of Kamervragen that were all new."""
        return replace(self, fetching=seconds / documents) if documents >= _ENOUGH else self

    def built(self, report: Mapping[str, Any]) -> "Pace":
        """Return the pace after a build, by its report: what was taken over says nothing of the time to embed."""
        documents, passages, embedded = (int(report.get(name) or 0) for name in ("documents", "passages", "embedded"))
        pace = replace(self, vragen=passages / documents) if documents >= _ENOUGH else self
        seconds = float(report.get("seconds") or 0)
        return replace(pace, embedding=embedded / seconds) if embedded >= _ENOUGH and seconds else pace


def read_pace(path: Path) -> Pace:
    """Return the pace that was kept in a file; the usual one where there is none that can be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        read = Pace(**{name: float(value) for name, value in kept.items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return Pace()
    return read if min(asdict(read).values()) > 0 else Pace()


def write_pace(path: Path, pace: Pace) -> None:
    """Keep a pace in a file."""
    path.write_text(json.dumps(asdict(pace)) + "\n", encoding="utf-8")
