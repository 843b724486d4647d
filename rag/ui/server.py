"""Start the server of the page: nothing leaves the machine, and Gradio's own furniture stays out."""

import importlib.util
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from embeddings.encoder import share_cores
from rag.answer import Assistant
from rag.errors import KamerwijzerError
from rag.ui.doors import Limits
from rag.ui.guard import Guard, Watch
from rag.ui.layout import MOST_AT_ONCE, Page, head_html, scripts, theme
from rag.ui.metrics import measure
from rag.ui.office import Settings

MOST_SESSIONS = 300
"""Open pages that Gradio remembers, about a third of a megabyte each; what matters of a page is in the browser."""

_KEPT_OPEN_SECONDS = 75
"""How long an idle connection stays open: longer than proxies keep theirs (nginx 60), so that none is used while the
server closes it, which reads as a reset."""

_ANSWERS_SECONDS, _SERVER_SECONDS = 3.5, 1.0
"""How long the end of the program waits for answers under way, and then for the server itself."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the page is served.

    Attributes:
        host: Address to listen on.
        port: Port to listen on.
        share: Whether a public link is made (through the servers of Gradio's makers).
        mcp: Whether the endpoints are served to agents as well.
        root_path: The path under which a proxy shows the page, such as "/kamerwijzer"; "" for none.
        logins: Names and passwords of who may use the page; none for everyone.
        metrics: Whether counts are given at `/metrics`.
        limits: What the server takes on.
    """

    host: str
    port: int
    share: bool = False
    mcp: bool = False
    root_path: str = ""
    logins: tuple[tuple[str, str], ...] = ()
    metrics: bool = False
    limits: Limits = field(default_factory=Limits)


class Running:
    """A server at work; `close` ends it."""

    def __init__(self, blocks: gr.Blocks, watch: Watch, address: str) -> None:
        """Remember all three; `address` is where the page is."""
        self._blocks, self._watch, self.address = blocks, watch, address

    def close(self) -> None:
        """Take no new question, wait a few seconds for the answers under way, and stop listening."""
        self._watch.closing = True
        end = time.monotonic() + _ANSWERS_SECONDS
        quiet = 0
        while quiet < 5 and time.monotonic() < end:  # between a question and its answer there is a moment of neither
            quiet = 0 if self._watch.under_way else quiet + 1
            time.sleep(0.05)
        server: Any = self._blocks.server
        server.should_exit = server.force_exit = True
        server.thread.join(_SERVER_SECONDS)


def launch(assistant: Assistant, settings: Settings, serving: Serving) -> Running:
    """Serve the page in the background.

    Args:
        assistant: Answers the questions.
        settings: What the administrator may do, and what is kept.
        serving: Where, for whom, and how much.

    Raises:
        KamerwijzerError: A package that is asked for is not installed, or two options exclude each other.
        OSError: The port is taken.
    """
    if serving.mcp and importlib.util.find_spec("mcp") is None:
        raise KamerwijzerError('--mcp needs the package "mcp"; install it with: pip install "mcp>=1.30,<2".')
    if serving.mcp and serving.logins:
        raise KamerwijzerError("--mcp knows no passwords; leave it out, or --password-file.")
    watch = _watch(assistant, settings, serving)
    share_cores(MOST_AT_ONCE)
    blocks = Page(assistant, settings).build()
    _, local, public = blocks.launch(
        server_name=serving.host,
        server_port=serving.port,
        share=serving.share,
        mcp_server=serving.mcp,
        root_path=serving.root_path or None,
        auth=list(serving.logins) or None,
        auth_message="Kamerwijzer",
        app_kwargs={"middleware": [Middleware(Guard, watch=watch)]},
        quiet=True,
        prevent_thread_lock=True,
        show_error=True,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        state_session_capacity=MOST_SESSIONS,
        head=head_html(),
        theme=theme(),
    )
    server: Any = blocks.server
    server.config.timeout_keep_alive = _KEPT_OPEN_SECONDS  # read at each new connection; Gradio has no way to say it
    if serving.mcp:
        _answer_in_json(blocks)
    return Running(blocks, watch, str(public or local))


def read_logins(path: Path) -> tuple[tuple[str, str], ...]:
    """Read names and passwords, a line each, as `name:password`; empty lines and those with # are left out.

    Raises:
        KamerwijzerError: The file cannot be read, or a line is no such thing.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KamerwijzerError(f"The password file {path} cannot be read ({error}).") from error
    logins = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, password = line.strip().partition(":")
        if not name or not password:
            raise KamerwijzerError(f"Line {number} of {path} is no name:password.")
        logins.append((name, password))
    if not logins:
        raise KamerwijzerError(f"The password file {path} names nobody; write a line name:password.")
    return tuple(logins)


def _watch(assistant: Assistant, settings: Settings, serving: Serving) -> Watch:
    watch = Watch(serving.limits, mcp=serving.mcp, alone=settings.local)
    watch.scripts = (scripts(),)

    def facts() -> dict[str, Any]:
        engine = assistant.retriever.opened
        return {"build": engine.build, "passages": engine.store.count}

    watch.health = lambda: {"status": "closing" if watch.closing else "ok", **facts()}
    if serving.metrics:
        measure(watch, facts)
    return watch


def _answer_in_json(blocks: gr.Blocks) -> None:
    """Let the tools answer in JSON, as the endpoints do; Gradio would write Python's own notation."""
    server: Any = blocks.mcp_server_obj
    content = server.types.TextContent
    server.postprocess_output_data = lambda data, root_url: [
        content(type="text", text=json.dumps(output, ensure_ascii=False)) for output in data
    ]
