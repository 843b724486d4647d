"""The command line: `kamerwijzer` = `python -m rag`. One module a command; data to stdout, all else to stderr.

Exit 0: done. Exit 1: it cannot be done (one sentence says what, where and what to do). Exit 2: wrong use.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from embeddings.errors import IndexingError
from rag.errors import KamerwijzerError
from rag.visible import visible

COMMANDS = ("build", "search", "ask", "fetch", "parse", "check", "stats", "evaluate")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except (KamerwijzerError, IndexingError) as error:
        if arguments.debug:
            raise
        complain(str(error))
        return 1
    except OSError as error:
        if arguments.debug:
            raise
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough
            return 1
        complain(f"{error.filename or 'the system'}: {error.strerror or error}.")
        return 1
    except (MemoryError, RuntimeError) as error:  # a thread that finds no room for its stack is a RuntimeError
        short = isinstance(error, MemoryError) or "start new thread" in str(error)
        if arguments.debug or not short:
            raise
        complain("There is not enough memory; close other programs, or take fewer documents at a time.")
        return 1
    except KeyboardInterrupt:
        complain("Stopped.")
        return 1
    return code


def complain(sentence: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"kamerwijzer: {sentence}\n")


def say(sentence: str) -> None:
    """Write progress to stderr."""
    sys.stderr.write(visible(sentence) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kamerwijzer", description="Ask the Dutch cabinet's answers to parliamentary questions."
    )
    parser.add_argument("--version", action="version", version=f"kamerwijzer {version('kamerwijzer')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"rag.cli.{name}")
        summary = str(module.__doc__).splitlines()[0].split(": ", 1)[1]
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
        module.configure(command)
        command.set_defaults(run=module.run)
    return parser
