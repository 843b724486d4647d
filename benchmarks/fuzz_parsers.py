"""Mutated documents of every form through the parsers: a Kamervraag or a ParseError, in time, and nothing else.

    python benchmarks/fuzz_parsers.py [--count 10000] [--seed 1] [--only 6111,8785] [--documents …/documents]

Takes documents of every form (small ones made here, and the real ones where they are at hand), damages them (cut,
doubled, shuffled tags, wrong encodings, NUL, deep nesting, entity bombs, blown up to 50 MB) and parses them.
Prints one JSON object: mutations, how many were parsed (whole or in part) and refused, by form and by damage, the
slowest second per megabyte, and every failure with the number that `--only` repeats. Exit 1 if there is one. Seconds
are those of the process itself, so that other work on the machine does not count.
"""

import argparse
import io
import json
import random
import re
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.documents import dump_document, parse_document
from rag.errors import DocumentsError, ParseError
from rag.parsing import parse_bytes
from rag.parsing.pairing import PartialParseError
from rag.records import Kamervraag

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "documents"
FIXTURES = ROOT / "tests" / "fixtures" / "parse2"
SECONDS_PER_MEGABYTE = 1.0
GRACE = 1.0  # seconds that any document may take, for a machine with other work
SHARES = {"xml": 40, "html": 20, "text": 25, "json": 5, "docx": 6, "pdf": 4}
NAME = "ah-tk-20302031-70 (2031Z00007)"

UNITS = (
    b"a",
    b" ",
    b"1 ",
    b"?1",
    b"\n",
    b"<",
    b"(",
    b"[1] ",
    b"&amp;",
    b"<al>",
    b"Vraag 1\n",
    b"Minister van ",
    b"<sup>1</sup>",
    b"<li><p>a</p></li>",
    b"<vraag><nr>Vraag 1</nr><al>x</al></vraag>",
)
"""What a document is blown up with."""

Damage = Callable[[bytes, random.Random], bytes]


@dataclass
class Report:
    """What came of the mutations."""

    parsed: int = 0
    partial: int = 0
    refused: int = 0
    vragen: int = 0
    by_form: Counter[str] = field(default_factory=Counter)
    by_damage: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_case: str = ""
    failures: list[str] = field(default_factory=list)


def main() -> int:
    """Run the mutations and print the report."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", type=lambda text: [int(number) for number in text.split(",")], help="case numbers")
    options.add_argument("--documents", type=Path, default=REAL)
    arguments = options.parse_args()
    corpus = {form: list(documents) for form, documents in _corpus(arguments.documents).items()}
    forms = [form for form in SHARES if corpus.get(form)]
    report = Report()
    started = time.perf_counter()
    for number in arguments.only or range(arguments.count):
        dice = random.Random(f"{arguments.seed} {number}")  # noqa: S311 -- damage, no secrets
        form = dice.choices(forms, [SHARES[form] for form in forms])[0]
        _run(number, form, dice.choice(corpus[form]), dice, report)
    print(json.dumps(_json(report, arguments.count, time.perf_counter() - started), indent=1, ensure_ascii=False))
    return 1 if report.failures else 0


def _run(number: int, form: str, document: bytes, dice: random.Random, report: Report) -> None:
    names = [name for name in DAMAGES if form in FORMS_OF.get(name, tuple(SHARES))]
    chosen = sorted(dice.choices(names, k=dice.choice((1, 1, 1, 2, 3))), key="repacked".__ne__)  # needs a whole file
    for name in chosen:
        document = DAMAGES[name](document, dice)
    case = f"{number} {form} {'+'.join(chosen)} {len(document):,} bytes"
    report.by_form[form] += 1
    report.by_damage.update(chosen)
    started = time.process_time()
    try:
        documents = _parse(document, report)
        report.vragen += sum(len(item.vragen) for item in documents)
        _check(documents)
    except ParseError as error:
        report.refused += 1
        if not str(error).startswith(NAME):
            report.failures.append(f"{case}: the message does not name the document: {str(error)[:200]}")
    except Exception as error:  # noqa: BLE001 -- whatever else comes out is what this looks for
        place = traceback.extract_tb(error.__traceback__)[-1]
        report.failures.append(f"{case}: {type(error).__name__}: {str(error)[:200]} ({place.filename}:{place.lineno})")
    seconds = time.process_time() - started
    pace = seconds / max(len(document) / 1e6, 0.05)
    if pace > report.slowest:
        report.slowest, report.slowest_case = pace, f"{case}: {seconds:.2f} s"
    if seconds > GRACE + SECONDS_PER_MEGABYTE * len(document) / 1e6:
        report.failures.append(f"{case}: took {seconds:.1f} s")


def _parse(document: bytes, report: Report) -> list[Kamervraag]:
    """Parse; of a document that contradicts itself in places, take what was kept."""
    try:
        documents = parse_bytes(document, NAME)
    except PartialParseError as error:
        report.partial += 1
        return [error.document]
    report.parsed += 1
    return documents


def _check(documents: list[Kamervraag]) -> None:
    """What is parsed is a line of a documents file, and reads back as it is."""
    for document in documents:
        try:
            again = parse_document(dump_document(document), NAME)
        except DocumentsError as error:
            raise AssertionError(f"is no line of a documents file: {error}") from error
        numbers = [vraag.number for vraag in document.vragen]
        assert [vraag.number for vraag in again.vragen] == numbers  # noqa: S101
        assert all(set(vraag.answered_with) <= set(numbers) for vraag in document.vragen)  # noqa: S101


def _json(report: Report, count: int, seconds: float) -> dict[str, object]:
    return {
        "mutations": count,
        "parsed": report.parsed,
        "partly_parsed": report.partial,
        "refused": report.refused,
        "vragen": report.vragen,
        "by_form": dict(report.by_form),
        "by_damage": dict(report.by_damage),
        "slowest_seconds_per_megabyte": round(report.slowest, 2),
        "slowest_case": report.slowest_case,
        "seconds": round(seconds, 1),
        "failures": report.failures,
    }


def _corpus(folder: Path) -> dict[str, Iterator[bytes]]:
    def files(*patterns: str) -> Iterator[bytes]:
        for pattern in patterns:
            for path in sorted(folder.glob(pattern)):
                yield path.read_bytes()

    def fixtures(pattern: str) -> Iterator[bytes]:
        for path in sorted(FIXTURES.glob(pattern)):
            yield path.read_bytes()

    def wrapped() -> Iterator[bytes]:
        for data in files("xml/answers/*.xml"):
            body = re.sub(rb"^.*?<fragments[^>]*>|</fragments>\s*$", b"", data, flags=re.DOTALL)
            yield b"<officiele-publicatie><kamervragen>" + body + b"</kamervragen></officiele-publicatie>"

    return {
        "xml": _chain(fixtures("*.xml"), wrapped(), files("xml/kamerstuk/*.xml", "xml/old-style/*.xml")),
        "html": fixtures("*.html"),
        "text": files("text/*/*.txt", "pdf-text/*.txt"),
        "json": files("wetsuite-sample.json"),
        "docx": files("docx/*.docx"),
        "pdf": files("pdf/*.pdf"),
    }


def _chain(*parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield from part


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _without_middle(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randrange(2000) :]


def _doubled(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    piece = data[start : start + dice.randrange(1, 3000)]
    return data[:start] + piece * dice.choice((2, 3, 20)) + data[start + len(piece) :]


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(min(len(changed), dice.choice((1, 5, 50)))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _nul(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + b"\0" * dice.choice((1, 10, 1000)) + data[start:]


def _encoded(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(dice.choice(("cp1252", "utf-16", "utf-16-be", "utf-32", "utf-7", "latin-1")), "replace")


def _declared(data: bytes, dice: random.Random) -> bytes:
    name = dice.choice((b"UTF-16", b"EBCDIC-CP-NL", b"ISO-8859-1", b"x", b"ASCII", b"UTF-7"))
    return (
        b'<?xml version="1.0" encoding="' + name + b'"?>' + re.sub(rb"^[^<]*<\?xml.*?\?>", b"", data, flags=re.DOTALL)
    )


def _shuffled_tags(data: bytes, dice: random.Random) -> bytes:
    pieces = re.split(rb"(<[^<>]{0,300}>)", data)
    places = dice.sample(range(1, len(pieces), 2), min(len(pieces) // 2, dice.choice((2, 4, 20))))
    tags = [pieces[place] for place in places]
    dice.shuffle(tags)
    for place, tag in zip(places, tags, strict=True):
        pieces[place] = tag
    return b"".join(pieces)


def _moved_elements(data: bytes, dice: random.Random) -> bytes:
    """Shuffle whole vragen and antwoorden: stays well-formed, the numbers do not."""
    pattern = rb"(<(?:vraag|antwoord)>.*?</(?:vraag|antwoord)>|<li>.*?</li>|<nr[^>]*>[^<]*</nr>|<noot\b.*?</noot>)"
    pieces = re.split(pattern, data, flags=re.DOTALL)
    places = list(range(1, len(pieces), 2))
    moved = [pieces[place] for place in places]
    dice.shuffle(moved)
    for place, element in zip(places, moved, strict=True):
        pieces[place] = element if dice.random() < 0.9 else b""
    return b"".join(pieces)


def _numbers(data: bytes, dice: random.Random) -> bytes:
    """Change the numbers of headings."""
    forms = (b"1", b"2 en 3", b"1 t/m 99", b"3-1", b"1a", b"1, 2,, 3", b"", b"999999999", b"I", b"2l", b"1 2 3 4 en 5")
    return re.sub(rb"(Vraag|Antwoord) [\d, en]+", lambda match: match[1] + b" " + dice.choice(forms), data)


def _shuffled_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    for _ in range(min(len(lines), dice.choice((1, 5, 50)))):
        one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _deep(data: bytes, dice: random.Random) -> bytes:
    name = dice.choice((b"al", b"div", b"noot", b"lijst", b"li", b"sup", b"vraag", b"kamervragen", b"row", b"ol"))
    depth = dice.choice((50, 130, 300, 3000, 100_000))
    place = data.find(b">", dice.randrange(len(data) + 1)) + 1
    closed = (b"</" + name + b">") * depth if dice.random() < 0.7 else b""
    return data[:place] + (b"<" + name + b">") * depth + b"x" + closed + data[place:]


def _bomb(data: bytes, dice: random.Random) -> bytes:
    width = dice.choice((2, 10))
    levels = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * width}">' for at in range(1, 12))
    start = f'<!DOCTYPE x [<!ENTITY e0 "lach">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'.encode()
    body = re.sub(rb"^[^<]*<\?xml.*?\?>", b"", data, flags=re.DOTALL)
    place = dice.choice((b"<al>", b"<p>", b"<nr>"))
    return start + body.replace(place, place + b"&e11;&f;", 3)


def _big(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    unit = dice.choice(UNITS)
    size = dice.choices((20_000, 200_000, 1_000_000, 8_000_000, 50_000_000), (40, 40, 40, 1, 1))[0]
    return data[:start] + unit * (size // len(unit)) + data[start:]


def _repacked(data: bytes, dice: random.Random) -> bytes:
    """Damage a part inside a Word document and pack it again."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        parts = source.namelist()
        victim = dice.choice([part for part in parts if part.startswith("word/") and part.endswith(".xml")] or parts)
        inner = dice.choice((_cut, _flipped, _doubled, _shuffled_tags, _deep, _bomb, _big, _without_middle))
        for part in parts:
            content = source.read(part)
            if part == victim:
                content = inner(content, dice)
            if part != victim or dice.random() < 0.9:
                target.writestr(part, content)
    return packed.getvalue()


DAMAGES: dict[str, Damage] = {
    "cut": _cut,
    "without middle": _without_middle,
    "doubled": _doubled,
    "flipped": _flipped,
    "nul": _nul,
    "encoded": _encoded,
    "declared": _declared,
    "tags": _shuffled_tags,
    "moved": _moved_elements,
    "numbers": _numbers,
    "lines": _shuffled_lines,
    "deep": _deep,
    "bomb": _bomb,
    "big": _big,
    "repacked": _repacked,
}
FORMS_OF: dict[str, tuple[str, ...]] = {
    "declared": ("xml", "html"),
    "tags": ("xml", "html"),
    "moved": ("xml", "html"),
    "deep": ("xml", "html"),
    "bomb": ("xml", "html"),
    "encoded": ("xml", "html", "text", "json"),
    "lines": ("xml", "html", "text"),
    "repacked": ("docx",),
}


if __name__ == "__main__":
    sys.exit(main())
