"""Large documents: refused where no publication is as large, and read in linear time below that."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from rag.errors import ParseError
from rag.parsing import MAX_LINES, MAX_TEXT, parse_bytes

PAGE = (
    "2030Z00001\nVraag 1\nIs er «thee»?\n1\nAntwoord 1\nJa.\n1 Krant, zie https://thee.example/\n{}\n"
    "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1\n"
)
END = "2030Z00001\nVraag 1\nIs er thee? [1]\nAntwoord 1\nJa.\n[1] Krant\n{}\n"


def assert_linear(seconds: Callable[[int], float], count: int) -> None:
    """Check that `count` of something take about eight times as long as an eighth of them, on any machine."""
    short, long = seconds(count // 8), seconds(count)
    assert long < max(8 * 4 * short, 1.0)


@pytest.mark.parametrize("text", [PAGE, END], ids=["page", "end"])
@pytest.mark.parametrize("line", ["a", "https://thee.example/a-", "zie ook www-"])
def test_a_long_note_takes_linear_time(text: str, line: str) -> None:
    def seconds(lines: int) -> float:
        data = text.format("\n".join([line] * lines)).encode()
        start = time.thread_time()
        (document,) = parse_bytes(data, "2030Z00001.txt")
        assert len(document.vragen[0].footnotes["1"]) > lines
        return time.thread_time() - start

    assert_linear(seconds, 40_000)


@pytest.mark.parametrize("unit", ["?1", "a\n", "potten-\nkast ", "Vraag 1\n", "\n", " 1", "[1] ", "1. a\n", "x "])
@pytest.mark.parametrize(
    "start", ["2030Z00001\nVraag 1\nIs er «thee»?\n", "2030Z00001\nVraag 1\nA?\nAntwoord 1\nJa?1 "]
)
def test_a_megabyte_of_anything_takes_linear_time(start: str, unit: str) -> None:
    foot = "\n1 Krant\nTweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1\n"
    count = min(1_000_000 // len(unit), MAX_LINES - 10)

    def seconds(count: int) -> float:
        data = (start + unit * count + foot).encode()
        begin = time.thread_time()
        with suppress(ParseError):
            parse_bytes(data, "2030Z00001.txt")
        return time.thread_time() - begin

    assert_linear(seconds, count)


def test_a_page_of_empty_lines_takes_linear_time() -> None:
    def seconds(count: int) -> float:
        data = (
            b"<!DOCTYPE html><html><body>"
            + b"<p>a</p>\n\n<br/>" * count
            + b"<pre>"
            + b"\n" * (3 * count)
            + b"</pre></body></html>"
        )
        begin = time.thread_time()
        with pytest.raises(ParseError, match="no Kamervraag"):
            parse_bytes(data, "pagina.html")
        return time.thread_time() - begin

    assert_linear(seconds, 60_000)


@pytest.mark.parametrize("inside", ["div", "span"])
def test_many_elements_deep_in_a_page_take_linear_time(inside: str) -> None:
    part = '<div class="vraag"><h2>Vraag 1</h2><p>Thee?</p></div>'

    def seconds(count: int) -> float:
        nested = f"<{inside}>" * 100 + f"<{inside}><p>a</p></{inside}>" * count + f"</{inside}>" * 100
        data = f"<!DOCTYPE html><html><body>{part}{nested}</body></html>".encode()
        begin = time.thread_time()
        (document,) = parse_bytes(data, "2030Z00001.html")
        assert document.vragen[0].question == "Thee?"
        return time.thread_time() - begin

    assert_linear(seconds, 40_000)


def test_no_publication_is_as_large() -> None:
    with pytest.raises(ParseError, match=r"^a\.txt: is 8,000,001 bytes of text"):
        parse_bytes(b"a" * (MAX_TEXT + 1), "a.txt")
    with pytest.raises(ParseError, match=r"^a\.txt: has more than 100,000 lines"):
        parse_bytes(b"a\n" * (MAX_LINES + 1), "a.txt")


def test_many_notes_take_linear_time() -> None:
    def seconds(count: int) -> float:
        notes = "".join(f'<noot id="n{at}"><noot.al>T{at}</noot.al></noot>' for at in range(count))
        body = f"<vraag><nr>1</nr><al>Thee?{notes}</al></vraag>"
        data = f"<officiele-publicatie><kamervragen>{body}</kamervragen></officiele-publicatie>".encode()
        start = time.thread_time()
        (document,) = parse_bytes(data, "2030Z00001.xml")
        assert len(document.vragen[0].footnotes) == count
        return time.thread_time() - start

    assert_linear(seconds, 40_000)
