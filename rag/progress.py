"""How far a build is: what it reports while it works, and the bar that shows it in a terminal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a stage of a build stands.

    Attributes:
        stage: "embedding" or "indexing".
        done: Texts done in this stage.
        total: Texts to be done in it.
        per_second: Texts a second so far; 0 before the first.
        seconds_left: Estimated from the rate; None before the first.
    """

    stage: str
    done: int
    total: int
    per_second: float = 0.0
    seconds_left: float | None = None


Tell = Callable[[Progress], object]


def tell_nobody(_: Progress) -> None:
    """Show nothing."""


class Stage:
    """Counts the texts of one stage and tells of them."""

    def __init__(self, name: str, total: int, tell: Tell) -> None:
        self._name, self._total, self._tell = name, total, tell
        self._done, self._start = 0, time.monotonic()
        tell(Progress(name, 0, total))

    def add(self, count: int) -> None:
        """Tell that so many texts more are done."""
        self._done += count
        rate = self._done / max(time.monotonic() - self._start, 1e-9)
        left = round((self._total - self._done) / rate, 1)
        self._tell(Progress(self._name, self._done, self._total, round(rate, 2), left))


class Bar:
    """Draws progress on standard error, with rate and time left."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, progress: Progress) -> None:
        """Draw."""
        if progress.done == 0:
            self._bar = tqdm(total=progress.total, unit="text", desc=progress.stage.capitalize())
        self._bar.update(progress.done - self._bar.n)
        if progress.done == progress.total:
            self._bar.close()

    def close(self) -> None:
        """End the line, so that what is said next stands on its own."""
        if self._bar is not None:
            self._bar.close()
