"""What users think of answers, in a JSON lines file on this machine; nothing is kept but what they send."""

import errno
import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import KamerwijzerError
from rag.ui.turns import Turn

REASONS = ("wrong", "incomplete", "outdated", "source", "not_found", "other")
"""Why an answer was not good; keys `reason_…` of the table of texts."""

LONGEST_REMARK = 1000
"""Characters of a remark in the user's own words."""

MOST_BYTES = 50_000_000
"""The file is not written beyond this size, so that nobody can fill the disk."""


_PATIENCE = 5.0  # seconds that another process may hold the file


class Feedback:
    """The file. Each judgement is one line, appended whole; nothing says who sent it. Processes may share it."""

    def __init__(self, path: Path) -> None:
        """Remember where the file is; it is made with the first judgement."""
        self.path = path
        self._lock = threading.Lock()

    def write(self, turn: Turn, *, good: bool, reasons: Sequence[str] = (), remark: str = "") -> None:
        """Append a judgement: day, question, outcome, cited passages, build, and what the user chose and wrote.

        Args:
            turn: What is judged.
            good: Thumb up or down.
            reasons: Of `REASONS`; others are dropped.
            remark: In the user's words; cut at `LONGEST_REMARK`.

        Raises:
            KamerwijzerError: The file is full or cannot be written.
        """
        line = {
            "day": datetime.now(UTC).date().isoformat(),
            "good": good,
            "reasons": [reason for reason in REASONS if reason in reasons],
            "remark": remark.strip()[:LONGEST_REMARK],
            "query": turn.query,
            "understood": turn.understood,
            "filters": dict(turn.restrictions),
            "outcome": turn.outcome,
            "sources": list(turn.sources),
            "build": turn.build,
        }
        written = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, FileLock(f"{self.path}.lock", timeout=_PATIENCE):
                with self.path.open("ab", buffering=0) as stream:
                    _append(stream, written, self.path)
        except Timeout as error:
            raise KamerwijzerError(f"Another process holds the feedback file {self.path}; try again.") from error
        except OSError as error:
            raise KamerwijzerError(f"The feedback file {self.path} cannot be written ({error.strerror}).") from error


def _append(stream: FileIO, written: bytes, path: Path) -> None:
    """Append a line whole, or nothing of it: half a line would spoil the next one."""
    end = stream.seek(0, 2)
    if end + len(written) > MOST_BYTES:
        raise KamerwijzerError(f"The feedback file {path} is full ({MOST_BYTES:,} bytes).")
    try:
        if stream.write(written) != len(written):
            raise OSError(errno.ENOSPC, "No space left on device")
    except OSError:
        stream.truncate(end)
        raise
