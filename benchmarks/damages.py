"""Documents of every form, and the ways in which the fuzzers damage them: cut, doubled, shuffled, blown up, bombs."""

import bz2
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "documents"
FIXTURES = ROOT / "tests" / "fixtures" / "parse2"

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

_RECORDS = (
    b'<metadata_gegevens><metadata name="OVERHEIDop.vraagnummer" content="2031Z00007"/></metadata_gegevens>',
    b'<metadata_gegevens><metadata name="OVERHEIDop.indiener" content="A. Vermeer"/>',
    b"<html>niet gevonden</html>",
)

_PATHS = ("../../etc/passwd", "/etc/passwd", "a/" * 300 + "a.xml", "C:\\a.xml", "\u202egpj.xml", ".xml", "a\nb.xml")

Damage = Callable[[bytes, random.Random], bytes]


def corpus_in(folder: Path) -> dict[str, list[bytes]]:
    """Return the documents of each form: the small ones of the tests, and the real ones in a folder if it is there."""

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

    found = {
        "xml": [*fixtures("*.xml"), *wrapped(), *files("xml/kamerstuk/*.xml", "xml/old-style/*.xml")],
        "html": list(fixtures("*.html")),
        "text": [*files("text/*/*.txt", "pdf-text/*.txt"), *files("../kamervraag-*.txt")],
        "json": list(files("wetsuite-sample.json")),
        "docx": list(files("docx/*.docx")),
        "pdf": list(files("pdf/*.pdf")),
    }
    found["bz2"] = [bz2.compress(data) for data in found["json"]]
    found["zip"] = [_archive(found, random.Random(number)) for number in range(12)]  # noqa: S311
    return {form: documents for form, documents in found.items() if documents}


def _archive(documents: dict[str, list[bytes]], dice: random.Random) -> bytes:
    """Pack some documents with their metadata, in folders, one archive in the other now and then."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for number in range(dice.randrange(1, 6)):
            form = dice.choice([form for form in ("xml", "html", "text", "docx", "pdf", "json") if documents.get(form)])
            name = f"map/ah-tk-20302031-{number}"
            target.writestr(f"{name}.{form}", dice.choice(documents[form]))
            target.writestr(f"{name}.metadata.xml", dice.choice(_RECORDS))
        if dice.random() < 0.3:
            target.writestr("map/binnen.zip", _archive(documents, dice))
    return packed.getvalue()


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
    """Damage a part inside a Word document or archive and pack it again, perhaps under a path that leads outside."""
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
                odd = not part.startswith("word/") and dice.random() < 0.1
                target.writestr(dice.choice(_PATHS) if odd else part, content)
    return packed.getvalue()


def _inside(data: bytes, dice: random.Random) -> bytes:
    """Damage what is packed with bzip2, and pack it again."""
    inner = dice.choice((_cut, _flipped, _doubled, _nul, _big, _without_middle, _numbers, _encoded))
    return bz2.compress(inner(bz2.decompress(data), dice))


def _zip_bomb(data: bytes, dice: random.Random) -> bytes:
    """Put a file of nothing into an archive: up to 200 MB from 200 kB."""
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr("map/leeg.xml", dice.choice((b" ", b"\0", b"<al>")) * dice.choice((1_000_000, 50_000_000)))
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
    "inside": _inside,
    "zip bomb": _zip_bomb,
}
FORMS_OF: dict[str, tuple[str, ...]] = {
    "declared": ("xml", "html"),
    "tags": ("xml", "html"),
    "moved": ("xml", "html"),
    "deep": ("xml", "html"),
    "bomb": ("xml", "html"),
    "encoded": ("xml", "html", "text", "json"),
    "lines": ("xml", "html", "text"),
    "repacked": ("docx", "zip"),
    "inside": ("bz2",),
    "zip bomb": ("docx", "zip"),
}
