"""Work in a thread of its own: the event loop of the browser tests may be running in the test's."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def apart(work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Run work and return what it gives."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
    """Run a coroutine to its end and return what it gives."""
    return apart(lambda: asyncio.run(coroutine))
