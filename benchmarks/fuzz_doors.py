"""Bad input at every door behind the parsers: a result or a sentence, never a traceback, and no file that is not meant.

    python benchmarks/fuzz_doors.py [--scale 1.0] [--seed 1] [--doors documents,queries]

Doors: the documents file, filters as texts, what a question names, searches and answers, the command line, the HTTP
API with links and file routes, and MCP. Over an index of the fictional sample with the encoder of the tests. Prints one
JSON object: inputs, refusals and failures of each door, with the input of every failure. Exit 1 if there is one. The
program's own errors are refusals. A failure is any other exception, no answer, an answer that shows the program's
insides or a line of /etc/passwd, and a traceback of its own code in what the server or the command line says.
"""

import argparse
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser_server import running  # noqa: E402
from odd import argument, broken_line, damaged_file, odd_text, odd_value, question  # noqa: E402

from embeddings.encoder import HashEncoder  # noqa: E402
from embeddings.errors import IndexingError  # noqa: E402
from rag.answer import Assistant  # noqa: E402
from rag.build import build_index  # noqa: E402
from rag.cli import main as command_line  # noqa: E402
from rag.document_form import parse_document  # noqa: E402
from rag.documents import read_documents  # noqa: E402
from rag.errors import KamerwijzerError  # noqa: E402
from rag.retrieve import Retriever  # noqa: E402
from rag.sample import sample_path  # noqa: E402
from rag.understand import understand  # noqa: E402

SECRET = "root:x:0:0"  # noqa: S105 -- of nobody: how /etc/passwd begins
FILTERS = ("asker", "party", "answerer", "role", "topic", "document", "asked_from", "asked_to", "answered_from")
SLOW = 5.0  # seconds of the process that one input may take


@dataclass
class Door:
    """What came of one door's inputs."""

    inputs: int = 0
    refused: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def fail(self, what: object, why: str) -> None:
        """Note a failure."""
        self.failures.append(f"{what!r:.300}: {why:.300}")


@dataclass(frozen=True)
class House:
    """What the doors lead to."""

    index: Path
    assistant: Assistant
    folder: Path


Knock = Callable[[House, random.Random, Door], None]
"""Try one input at a door."""


def main() -> int:
    """Knock at every door and print what came of it."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--doors", type=lambda text: text.split(","), default=[*INSIDE, "http", "mcp"])
    arguments = options.parse_args()
    doors: dict[str, Door] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        build_index(read_documents(sample_path()), folder / "index", HashEncoder())
        house = House(folder / "index", Assistant(Retriever.open(folder / "index")), folder)
        for name in arguments.doors:
            dice = random.Random(f"{arguments.seed} {name}")  # noqa: S311 -- bad input, no secrets
            if name in INSIDE:
                knock, count = INSIDE[name]
                doors[name] = _inside(knock, house, dice, round(count * arguments.scale))
            else:
                doors[name] = _outside(name, house, dice, round(OUTSIDE[name] * arguments.scale))
    total = sum(door.inputs for door in doors.values())
    failures = sum(len(door.failures) for door in doors.values())
    shown = {name: asdict(door) for name, door in doors.items()}
    print(json.dumps({"inputs": total, "failures": failures, "doors": shown}, indent=1, ensure_ascii=False))
    return 1 if failures else 0


def _inside(knock: Knock, house: House, dice: random.Random, count: int) -> Door:
    door = Door()
    started = time.perf_counter()
    for _ in range(count):
        door.inputs += 1
        before = time.process_time()
        state = dice.getstate()
        try:
            knock(house, dice, door)
        except (KamerwijzerError, IndexingError):
            door.refused += 1
        except Exception as error:  # noqa: BLE001 -- whatever else comes out is what this looks for
            again = random.Random()  # noqa: S311
            again.setstate(state)
            door.fail([odd_text(again), question(again)], f"{type(error).__name__}: {error}")
        seconds = time.process_time() - before
        door.slowest = max(door.slowest, round(seconds, 2))
        if seconds > SLOW:
            door.fail("an input", f"took {seconds:.1f} s")
    door.seconds = round(time.perf_counter() - started, 1)
    return door


def _line(house: House, dice: random.Random, door: Door) -> None:
    parse_document(broken_line(dice), "here")


def _file(house: House, dice: random.Random, door: Door) -> None:
    path = house.folder / "documents.jsonl"
    path.write_bytes(damaged_file(dice))
    for _ in read_documents(path):
        pass


def _filters(house: House, dice: random.Random, door: Door) -> None:
    from rag.ui.restrictions import filters_of

    names = (*FILTERS, "answered", odd_text(dice))
    restrictions = {dice.choice(names): argument(dice) for _ in range(dice.choice((1, 1, 3)))}
    house.assistant.retriever.store.holds(filters_of(restrictions))


def _named(house: House, dice: random.Random, door: Door) -> None:
    understand(question(dice), house.assistant.retriever.store.values)


def _search(house: House, dice: random.Random, door: Door) -> None:
    house.assistant.retriever.search(question(dice), dice.choice((1, 10, 100, 0, -1, 10**9)))


def _ask(house: House, dice: random.Random, door: Door) -> None:
    turns = [question(dice) for _ in range(dice.choice((0, 0, 1, 5)))]
    house.assistant.ask(question(dice), turns=turns, language=dice.choice(("nl", "en", odd_text(dice))))


def _command(house: House, dice: random.Random, door: Door) -> None:
    words = [_passed(word) for word in _words(house, dice)]
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = command_line(words)
    except SystemExit as stop:  # argparse's own way
        code = int(stop.code or 0)
    if code not in (0, 1, 2):
        door.fail(words, f"exit {code}")
    if "Traceback" in err.getvalue() + out.getvalue() or SECRET in out.getvalue():
        door.fail(words, err.getvalue()[-300:])
    if code and not err.getvalue().strip():
        door.fail(words, "no word of why")
    door.refused += bool(code)


def _passed(word: str) -> str:
    """Return a word as a system passes it on: without NUL, and what is no UTF-8 as single bytes."""
    return os.fsdecode(word.replace("\0", "").encode("utf-8", "surrogatepass"))


def _words(house: House, dice: random.Random) -> list[str]:
    """Return a command line; none that downloads or builds."""
    paths = (
        house.folder / "documents.jsonl",
        sample_path(),
        house.folder / "none",
        "",
        "/etc/passwd",
        "-",
    )  # no NUL: no system passes one on
    path = str(dice.choice(paths))
    command = dice.choice(("search", "ask", "check", "stats", "parse", "evaluate", "fetch", "version", ""))
    index = ["--index", dice.choice((str(house.index), str(house.index), path))]
    known = ("--party", "--asked-from", "-k", "--sort", "--asker", "--answered", "--json")
    option = dice.choice((*known, f"--{odd_text(dice)}"))
    rest = [option, argument(dice)] if dice.random() < 0.7 else []
    if command in ("search", "ask"):
        return [command, question(dice), *index, *rest]
    if command in ("check", "stats"):
        return [command, "--documents", path, *rest]
    if command == "fetch":
        return [command, str(house.folder / "raw"), "--numbers", f"x{odd_text(dice)}", *rest]
    return [command, path, *rest]


def _outside(name: str, house: House, dice: random.Random, count: int) -> Door:
    """Knock at the doors of the real program, and read afterwards what it said."""
    door = Door()
    started = time.perf_counter()
    with running(house.index, "--mcp", "--no-feedback", "--rate", "100000") as program:
        address = program.address
        for _ in range(count):
            door.inputs += 1
            asked = _request(name, address, dice)
            before = time.perf_counter()
            status, body = _sent(asked)
            door.slowest = max(door.slowest, round(time.perf_counter() - before, 2))
            door.refused += status >= 400
            if status == _NO_ANSWER or any(sign in body for sign in (*_INSIDES, SECRET)):
                door.fail([asked.full_url, asked.data], f"status {status}: {body}")
        status, _ = _sent(urllib.request.Request(address))  # noqa: S310
        if status != 200:
            door.fail("afterwards", f"the page answers with status {status}")
        ours = [at for at, line in enumerate(program.said) if f'File "{ROOT}/rag/' in line]
        if ours:
            door.failures.append(f"a traceback in the log: {''.join(program.said[ours[0] :][:12])}")
    door.seconds = round(time.perf_counter() - started, 1)
    return door


def _request(name: str, address: str, dice: random.Random) -> urllib.request.Request:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if name == "mcp":
        names = ("query", "k", "party", "asked_from", odd_text(dice))
        arguments = {dice.choice(names): odd_value(dice) for _ in range(3)}
        params = {"name": dice.choice(("search", "ask", odd_text(dice))), "arguments": arguments}
        method = dice.choice(("tools/call", "tools/call", odd_text(dice)))
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return _post(f"{address}gradio_api/mcp/", _json(call, dice), headers)
    kind = dice.choice(("call", "call", "run", "link", "file"))
    if kind == "link":
        name = dice.choice(("q", "party", "tab", "sort", "k"))
        return _get(f"{address}?{name}={quote(argument(dice).encode('utf-8', 'replace'))}")
    if kind == "file":
        return _get(f"{address}{dice.choice(_ROUTES)}{quote(dice.choice(_PATHS))}")
    endpoint = dice.choice(("search", "ask"))
    data = [question(dice), *(odd_value(dice) for _ in range(dice.choice((0, 1, 12, 13))))]
    if kind == "call":
        return _post(f"{address}gradio_api/call/{endpoint}", _json({"data": data}, dice), headers)
    return _post(f"{address}gradio_api/run/{endpoint}", _json({"data": data}, dice), headers)


_NO_ANSWER = 599
_INSIDES = ("Traceback", "object has no attribute", "site-packages", 'File "/', "TypeError", "ValueError", "KeyError")
"""What an answer shows of the program's insides. (Gradio gives its sentences for a user with status 500.)"""
_ROUTES = ("gradio_api/file=", "file=", "gradio_api/file/", "static/", "assets/", "gradio_api/", "")
_PATHS = (
    "/etc/passwd", "../../../../etc/passwd", "..%2f..%2fetc/passwd", "app.py", "./app.py", "C:/windows/win.ini",
    "/proc/self/environ", "\0", "a" * 5000, "http://127.0.0.1:1/", "//127.0.0.1/x", "upload", "queue/data", "info",
)  # fmt: skip


def _json(value: object, dice: random.Random) -> bytes:
    text = json.dumps(value)
    return (text[: dice.randrange(len(text))] if dice.random() < 0.1 else text).encode("utf-8", "replace")


def _post(url: str, data: bytes, headers: dict[str, str]) -> urllib.request.Request:
    return urllib.request.Request(url, data=data, headers=headers)  # noqa: S310


def _get(url: str) -> urllib.request.Request:
    return urllib.request.Request(url)  # noqa: S310


def _sent(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read(200_000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(200_000).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        return (_NO_ANSWER if isinstance(error, OSError) else 400), str(error)


INSIDE: dict[str, tuple[Knock, int]] = {
    "documents": (_line, 50_000),
    "documents file": (_file, 2_000),
    "filters": (_filters, 20_000),
    "what a question names": (_named, 20_000),
    "search": (_search, 4_000),
    "ask": (_ask, 500),
    "command line": (_command, 2_500),
}
OUTSIDE = {"http": 800, "mcp": 150}


if __name__ == "__main__":
    sys.exit(main())
