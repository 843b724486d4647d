"""Odd input for `fuzz_doors.py`: texts, values, questions, lines and files as nobody should send them."""

import copy
import json
import random
from functools import cache
from typing import Any

from damages import DAMAGES

from rag.document_form import document_to_json
from rag.documents import read_documents
from rag.sample import sample_path

_PIECES = (
    "", " ", "\0", "\n", "\r\n", "\t", "'", '"', "`", "\\", "/", "%", "%00", "%s", "{}", "{0}", "$(id)", "; rm -rf /",
    "' OR 1=1 --", '"; DROP TABLE passages; --', "<script>alert(1)</script>", "javascript:alert(1)", "../../etc/passwd",
    "\u202e", "\u200b", "\ufeff", "\ud800", "\U0001f600", "é", "e\u0301", "ﬁ", "١٢٣", "²", "½", "ß", "İ", "NaN", "null",
    "None", "true", "0", "-1", "1e309", "9" * 400, "2097Z00112", "2097z1", "vraag 4", "v4", "ah-tk-20962097-12", "nr.",
    "12 maart 2097", "32 maart 2097", "29 februari 2023", "vorig jaar", "sinds 0000", "tussen 9999 en 0", "2097-13-45",
    "DSTR", "minister", "minister van", "van het lid", "lid", "(((((", "[a-z]*", "a" * 5000, "NEAR", "AND OR NOT", "*",
    "nachttrein", "Krijg ik mijn geld terug als de nachttrein uitvalt?", "What does it cost?", "en", "over", "wie", "?",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3.5, 10**30, float("inf"), float("nan"), "", "x", [], {}, [[]], [None], {"a": 1},
    ["x", 1], {"path": "/etc/passwd"}, {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, "a" * 10_000,
)  # fmt: skip


def odd_text(dice: random.Random) -> str:
    """Return a text of up to four odd pieces, or of random signs."""
    if dice.random() < 0.2:
        return "".join(
            chr(dice.choice((dice.randrange(128), dice.randrange(0xD800)))) for _ in range(dice.randrange(60))
        )
    return dice.choice(("", " ")).join(dice.choice(_PIECES) for _ in range(dice.randrange(1, 5)))


def odd_value(dice: random.Random) -> Any:  # noqa: ANN401
    """Return a JSON value of any kind."""
    return odd_text(dice) if dice.random() < 0.4 else copy.deepcopy(dice.choice(_VALUES))


def argument(dice: random.Random) -> str:
    """Return a text for a filter or an option, right every now and then."""
    return dice.choice(("DSTR", "2097", "2097-01", "2097-01-31", "yes", "no", "3", odd_text(dice), odd_text(dice)))


def question(dice: random.Random) -> str:
    """Return a question: a real one damaged, or odd pieces."""
    if dice.random() < 0.4:
        return odd_text(dice)
    text = str(dice.choice(dice.choice(_sample())["vragen"]).get("question", "?"))
    start = dice.randrange(len(text) + 1)
    return text[:start] + dice.choice((odd_text(dice), "", text[start:] * dice.choice((1, 2, 50))))


def broken_line(dice: random.Random) -> str:
    """Return a line of a documents file with odd values, keys or bytes."""
    raw = copy.deepcopy(dice.choice(_sample()))
    for _ in range(dice.choice((1, 1, 2, 5))):
        _spoil(raw, dice)
    line = json.dumps(raw, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.3:
        start = dice.randrange(len(line) + 1)
        line = line[:start] + dice.choice(("", odd_text(dice), "[" * 5000)) + line[start + dice.randrange(5) :]
    return line


def damaged_file(dice: random.Random) -> bytes:
    """Return a documents file of a few lines, its bytes damaged."""
    lines = [json.dumps(dice.choice(_sample())) for _ in range(dice.randrange(4))]
    data = "\n".join(lines).encode()
    name = dice.choice(("cut", "without middle", "doubled", "flipped", "nul", "encoded", "lines"))
    return DAMAGES[name](data, dice)


def _spoil(raw: Any, dice: random.Random) -> None:  # noqa: ANN401
    """Put an odd value, or the value of another key, somewhere in a JSON object."""
    while True:
        keys = list(raw) if isinstance(raw, dict) else list(range(len(raw)))
        if not keys:
            return
        key = dice.choice(keys)
        if isinstance(raw[key], (dict, list)) and raw[key] and dice.random() < 0.6:
            raw = raw[key]
            continue
        if isinstance(raw, dict) and dice.random() < 0.2:
            raw[odd_text(dice)] = raw.pop(key)
        else:
            many = 1000 if len(repr(raw[key])) < 1000 else 2  # of something long they would be gigabytes
            raw[key] = dice.choice((odd_value(dice), raw[dice.choice(keys)], [raw[key]] * dice.choice((2, many))))
        return


@cache
def _sample() -> list[dict[str, Any]]:
    return [document_to_json(document) for document in read_documents(sample_path())]
