"""The browser interface: `python app.py`. This is the door; the rooms are in `rag/ui`."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import IndexingError
from rag.cli.options import add_index_option
from rag.errors import KamerwijzerError

if TYPE_CHECKING:
    from rag.remote import Place
    from rag.ui.office import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Open the index, serve the page until stopped, and return the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        serve(arguments)
    except (KamerwijzerError, IndexingError) as error:
        if arguments.debug:
            raise
        return _complain(str(error))
    except OSError as error:
        if arguments.debug:
            raise
        return _complain(_os_sentence(error, arguments))
    except KeyboardInterrupt:
        return 0
    return 0


def serve(arguments: argparse.Namespace) -> None:
    """Start the server and wait.

    Raises:
        KamerwijzerError: The documents cannot be read, or a package for --mcp is missing.
        IndexingError: The index or its encoder cannot be opened.
        OSError: The port is taken.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from rag.answer import Assistant
    from rag.generate import generator_from_environment
    from rag.home import ready_index
    from rag.retrieve import Retriever
    from rag.ui.doors import Limits
    from rag.ui.server import Serving, launch, read_logins

    logins = read_logins(arguments.password_file) if arguments.password_file else ()
    index = ready_index(arguments.index, documents=arguments.documents, model=arguments.model, say=_say)
    assistant = Assistant(Retriever.open(index, arguments.model), generator_from_environment())
    settings = _settings(arguments, index)
    serving = Serving(
        host=arguments.host,
        port=arguments.port,
        share=arguments.share,
        mcp=arguments.mcp,
        root_path=arguments.root_path,
        logins=logins,
        metrics=arguments.metrics,
        limits=Limits(rate=arguments.rate, burst=max(arguments.rate, 1.0)),
    )
    running = launch(assistant, settings, serving)
    stop = _stop_on_signal()
    if settings.feedback:
        _say(f"Oordelen over antwoorden komen in {settings.feedback.path} (uit met --no-feedback)")
    _say(f"Kamerwijzer staat op {running.address} (stoppen met Ctrl+C)")
    stop.wait()
    running.close()
    sys.stderr.flush()
    os._exit(0)  # a build or a model's answer that still runs is not waited for: what it wrote is whole


def _stop_on_signal() -> threading.Event:
    """Return an event that is set when the program is asked to stop (SIGTERM, Ctrl+C)."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


def _settings(arguments: argparse.Namespace, index: "Place") -> "Settings":
    from rag.home import feedback_path
    from rag.ui.feedback import Feedback
    from rag.ui.office import Settings, is_loopback

    services = {name: getattr(arguments, name) for name in ("odata_url", "repository_url", "sru_url")}
    return Settings(
        index=index if isinstance(index, Path) else None,  # one in Milvus is renewed by `kamerwijzer build`
        documents=arguments.documents,
        local=is_loopback(arguments.host) and not arguments.share,
        password=os.environ.get("KAMERWIJZER_PASSWORD", ""),
        feedback=None if arguments.no_feedback else Feedback(arguments.feedback or feedback_path()),
        services={name: address for name, address in services.items() if address},
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Kamerwijzer in the browser.")
    add_index_option(parser)
    parser.add_argument("--documents", type=Path, metavar="PATH", help="documents file (JSONL), or a folder of them")
    parser.add_argument("--model", metavar="NAME", help="encoder: a sentence-transformers name or folder")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument("--share", action="store_true", help="make a public link through Gradio's servers")
    parser.add_argument("--mcp", action="store_true", help="serve search and ask to agents as well (MCP)")
    parser.add_argument(
        "--rate",
        type=float,
        default=60.0,
        metavar="N",
        help="questions a minute for each visitor; 0 for no limit (default: %(default)g)",
    )
    parser.add_argument("--root-path", default="", metavar="PATH", help="path under which a proxy shows the page")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="who may use the page: lines name:password")
    parser.add_argument("--metrics", action="store_true", help="give counts at /metrics (Prometheus), without texts")
    parser.add_argument("--feedback", type=Path, metavar="FILE", help="where judgements of answers are kept (JSONL)")
    parser.add_argument("--no-feedback", action="store_true", help="ask for no judgements, and keep none")
    parser.add_argument("--odata-url", metavar="URL", help="to fetch from, if not the official Tweede Kamer service")
    parser.add_argument("--repository-url", metavar="URL", help="the same for the official repository")
    parser.add_argument("--sru-url", metavar="URL", help="the same for its search service")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


def _os_sentence(error: OSError, arguments: argparse.Namespace) -> str:
    if "port" in str(error):
        return f"Port {arguments.port} on {arguments.host} cannot be used; choose another with --port."
    return f"{error.filename or 'the system'}: {error.strerror or error}."


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def _complain(sentence: str) -> int:
    _say(f"kamerwijzer: {sentence}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
