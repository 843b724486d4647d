"""Large documents: refused where no publication is as large, and read in linear time below that."""

import time

import pytest

from rag.errors import ParseError
from rag.parsing import MAX_LINES, MAX_TEXT, parse_bytes

PAGE = (
    "2030Z00001\nVraag 1\nIs er «thee»?\n1\nAntwoord 1\nJa.\n1 Krant, zie https://thee.example/\n{}\n"
    "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1\n"
)
END = "2030Z00001\nVraag 1\nIs er thee? [1]\nAntwoord 1\nJa.\n[1] Krant\n{}\n"


@pytest.mark.parametrize("text", [PAGE, END], ids=["page", "end"])
@pytest.mark.parametrize("line", ["a", "https://thee.example/a-", "zie ook www-"])
def test_a_long_note_takes_linear_time(text: str, line: str) -> None:
    def seconds(lines: int) -> float:
        data = text.format("\n".join([line] * lines)).encode()
        start = time.process_time()
        (document,) = parse_bytes(data, "2030Z00001.txt")
        assert len(document.vragen[0].footnotes["1"]) > lines
        return time.process_time() - start

    short, long = seconds(5_000), seconds(40_000)
    assert long < max(8 * 4 * short, 1.0)


def test_no_publication_is_as_large() -> None:
    with pytest.raises(ParseError, match=r"^a\.txt: is 8,000,001 bytes of text"):
        parse_bytes(b"a" * (MAX_TEXT + 1), "a.txt")
    with pytest.raises(ParseError, match=r"^a\.txt: has more than 200,000 lines"):
        parse_bytes(b"a\n" * (MAX_LINES + 1), "a.txt")


def test_many_notes_take_linear_time() -> None:
    def seconds(count: int) -> float:
        notes = "".join(f'<noot id="n{at}"><noot.al>T{at}</noot.al></noot>' for at in range(count))
        body = f"<vraag><nr>1</nr><al>Thee?{notes}</al></vraag>"
        data = f"<officiele-publicatie><kamervragen>{body}</kamervragen></officiele-publicatie>".encode()
        start = time.process_time()
        (document,) = parse_bytes(data, "2030Z00001.xml")
        assert len(document.vragen[0].footnotes) == count
        return time.process_time() - start

    short, long = seconds(5_000), seconds(40_000)
    assert long < max(8 * 4 * short, 1.0)
