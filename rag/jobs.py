"""A long piece of work in a thread of its own: how far it is, how it ended, and a way to stop it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from embeddings.errors import IndexingError
from rag.errors import KamerwijzerError

RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"

Result = TypeVar("Result")


class CancelledError(KamerwijzerError):
    """The user stopped the work."""


@dataclass(frozen=True, slots=True)
class Status(Generic[Result]):
    """Where a job stands.

    Attributes:
        state: "running", "done", "cancelled" or "failed".
        stage: What it is busy with, in a word of its own ("fetching").
        done: Things done in this stage.
        total: Things to do in it, None while that is not known.
        seconds_left: An estimate for this stage.
        error: Why it failed, one sentence; "" where nobody foresaw it (standard error has the traceback).
        cause: The error itself, where it was foreseen.
        result: What the work gave.
    """

    state: str = RUNNING
    stage: str = ""
    done: int = 0
    total: int | None = None
    seconds_left: float | None = None
    error: str = ""
    cause: KamerwijzerError | IndexingError | OSError | None = None
    result: Result | None = None


class Job(Generic[Result]):
    """Runs `work(job)`, which calls `tell` often; that is also where it is stopped."""

    def __init__(self, work: Callable[["Job[Result]"], Result]) -> None:
        """Start the work."""
        self._work = work
        self._stop = threading.Event()
        self._status: Status[Result] = Status()
        self._thread = threading.Thread(target=self._run, name="kamerwijzer-job", daemon=True)
        self._thread.start()

    @property
    def status(self) -> Status[Result]:
        """Where it stands now."""
        return self._status

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop, and has not yet."""
        return self._stop.is_set() and self._status.state == RUNNING

    def cancel(self) -> None:
        """Ask it to stop; it does so when it next says how far it is."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> Status[Result]:
        """Wait until it has ended, or for so many seconds, and return where it stands."""
        self._thread.join(seconds)
        return self._status

    def tell(self, stage: str, done: int = 0, total: int | None = None, seconds_left: float | None = None) -> None:
        """Say how far the work is.

        Raises:
            CancelledError: It is to stop.
        """
        if self._stop.is_set():
            raise CancelledError("The work was stopped.")
        self._status = Status(RUNNING, stage, done, total, seconds_left)

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds.

        Raises:
            CancelledError: It is to stop; the wait ends at once.
        """
        if self._stop.wait(seconds):
            raise CancelledError("The work was stopped.")

    def _run(self) -> None:
        ended: Status[Result] = Status(FAILED)
        try:
            ended = Status(DONE, result=self._work(self))
        except CancelledError:
            ended = Status(CANCELLED)
        except (KamerwijzerError, IndexingError, OSError) as error:
            ended = Status(FAILED, error=str(error), cause=error)
        finally:
            self._status = ended
