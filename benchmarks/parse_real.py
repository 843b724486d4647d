"""Every real document at hand through the parsers: what was found, what was paired, and what was not and why.

    python benchmarks/parse_real.py [--documents ../shared/data/documents]

Prints three tables and a list. The numbers of the vragen and antwoorden are compared with a count of the headings in
the raw text, made without the parser ("count agrees"). A document without headings to count (mondelinge vragen, lists
that lost their numbers) is not compared. "lines lost" are lines of running text that are nowhere in what was parsed;
the head of a document stands apart. The last table compares the same document in two formats, whitespace aside. Exit 1
if a count or a text does not agree, or a line is lost.
"""

import argparse
import json
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from lost import lines_lost  # noqa: E402
from test_parse_real import EXCEPTIONS, counted, listed  # noqa: E402

from rag.parsing import ParseFailure, parse_paths  # noqa: E402
from rag.parsing.numbers import sort_key  # noqa: E402
from rag.records import Kamervraag  # noqa: E402

REAL = ROOT.parent / "shared" / "data" / "documents"
_HEAD_LINE = re.compile(
    r"^(?:Vragen|Antwoord|Mededeling) van |^\(?ingezonden|^Zie ook Aanhangsel|\.(?:docx|pdf)$|^\W*Mededeling\b.{0,20}$"
    r"|^Antwoord:?\s*$|^Kamervraag |^(?:Ingediend|Beantwoord|Indieners|Onderwerpen|Bron) |document nummer:"
    r"|^Volledige titel"
)
"""Lines of a document's head, which is read by itself, and headings without a number."""
Numbers = tuple[set[int], set[int]]
"""The numbers of the vragen and of the antwoorden in a file, counted without the parser."""


@dataclass(slots=True)
class Row:
    """What came of one set of files."""

    files: int = 0
    documents: list[Kamervraag] = field(default_factory=list)
    failures: list[ParseFailure] = field(default_factory=list)
    compared: int = 0
    disagree: list[str] = field(default_factory=list)
    lines: int = 0
    lost: list[str] = field(default_factory=list)


def main() -> int:
    """Parse the sets and print the tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--documents", type=Path, default=REAL)
    folder = options.parse_args().documents
    with tempfile.TemporaryDirectory() as temporary:
        rows = {name: _parse(paths, count) for name, paths, count in _sets(folder, Path(temporary))}
    _print_pairs(rows)
    _print_metadata(rows)
    differ = _print_formats(rows)
    _print_reasons(rows)
    return 1 if differ or any(row.disagree or row.lost for row in rows.values()) else 0


def _sets(folder: Path, temporary: Path) -> Iterator[tuple[str, list[Path], Callable[[Path], Numbers | None]]]:
    def files(pattern: str) -> list[Path]:
        return sorted(path for path in folder.glob(pattern) if path.is_file())

    yield "openkamer page (2022Z04736)", sorted(folder.parent.glob("kamervraag-*.txt")), _in_openkamer
    yield "text/ah-tk-2023-2024", files("text/ah-tk-2023-2024/*"), _in_text
    yield "text/nov-2024", files("text/nov-2024/*"), _in_text
    yield "pdf-text", files("pdf-text/*"), _in_text
    yield "pdf", files("pdf/*"), lambda path: _in_text(folder / "pdf-text" / f"{path.stem}.txt")
    yield "docx", files("docx/*"), _in_docx
    for path in files("xml/answers/*"):  # only the vragen and antwoorden of a publication: give them their wrapper
        body = re.sub(rb"^.*?<fragments[^>]*>|</fragments>\s*$", b"", path.read_bytes(), flags=re.DOTALL)
        name = path.name.replace(".fragments", "")
        wrapped = b"<officiele-publicatie><kamervragen>" + body + b"</kamervragen></officiele-publicatie>"
        (temporary / name).write_bytes(wrapped)
    yield "xml/answers (wrapped)", sorted(temporary.glob("*.xml")), _in_xml
    yield "wetsuite-sample.json", files("wetsuite-sample.json"), lambda path: None
    yield (
        "xml, no Kamervragen",
        files("xml/kamerstuk/*") + files("xml/old-style/*") + files("xml/sru/*"),
        lambda path: None,
    )


def _parse(paths: list[Path], count: Callable[[Path], Numbers | None]) -> Row:
    row = Row(len(paths))
    for path in paths:
        complaints: list[ParseFailure] = []
        documents = list(parse_paths([path], complaints))
        row.documents += documents
        row.failures += complaints
        if path.suffix == ".txt" and documents:
            text = path.read_text(encoding="utf-8-sig")
            lines, lost = lines_lost(text, documents, "\n".join(failure.reason for failure in complaints))
            row.lines += lines
            row.lost += [f"{path.name[:40]}: {line}" for line in lost if not _HEAD_LINE.search(line)]
        if path.suffix == ".json":
            _compare_data_set(path, documents, row)
        numbers = count(path)
        if numbers is None or not documents:
            continue
        row.compared += 1
        vragen = documents[0].vragen
        asked = {int(item.number) for item in vragen if item.question}
        answered = {int(item.number) for item in vragen if item.answer}
        if (asked, answered) != numbers:
            row.disagree.append(f"{path.name[:40]}: parsed {asked, answered}, counted {numbers}")
    return row


def _in_text(path: Path) -> Numbers | None:
    text = path.read_text(encoding="utf-8-sig")
    if path.name in EXCEPTIONS:
        return None
    asked, answered = set(counted(text, "Vraag")) or listed(text), set(counted(text, "Antwoord"))
    if not answered and len(re.findall(r"(?m)^Antwoord:?\s*$", text)) == len(asked):
        answered = asked
    return asked, answered


def _in_openkamer(path: Path) -> Numbers:
    asked = {int(number) for number in re.findall(r"(?m)^\W*Vraag (\d+)\s*$", path.read_text(encoding="utf-8"))}
    return asked, asked  # each has an answer there, if only the site's reference to another


def _in_docx(path: Path) -> Numbers:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode()
    text = re.sub(r"<[^>]+>", "", re.sub(r"<w:br/>|</w:p>", "\n", xml))
    asked, answered = set(counted(text, "Vraag")), set(counted(text, "Antwoord"))
    return asked, answered | (asked - answered)  # these letters answer every vraag, some without a heading


def _in_xml(path: Path) -> Numbers:
    def numbers(kind: str) -> set[int]:
        heads = re.findall(rf"<nr[^>]*>\s*{kind}([^<]*)</nr>", path.read_text(encoding="utf-8"))
        return {int(number) for head in heads for number in re.findall(r"\d+", head)}

    return numbers("Vraag"), numbers("Antwoord")


def _compare_data_set(path: Path, documents: list[Kamervraag], row: Row) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    for identifier, entry in raw.items():
        keys = {int(number) for key in entry["vraagdata"] for number in key.split()}
        row.compared += 1
        found = next(
            ({int(item.number) for item in doc.vragen} for doc in documents if doc.answer_id == identifier), set()
        )
        if found != keys:
            row.disagree.append(f"{identifier}: parsed {found}, counted {keys}")


def _print_pairs(rows: dict[str, Row]) -> None:
    columns = "files | documents | vragen | paired | question only | answer only | refused | count agrees | lines lost"
    print(f"| set | {columns} |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, row in rows.items():
        vragen = [item for document in row.documents for item in document.vragen]
        paired = sum(bool(item.question and item.answer) for item in vragen)
        asked = sum(bool(item.question) for item in vragen) - paired
        refused = len({failure.document for failure in row.failures if not failure.partial})
        agrees = f"{row.compared - len(row.disagree)} of {row.compared}" if row.compared else "–"
        cells = (
            row.files,
            len(row.documents),
            len(vragen),
            paired,
            asked,
            len(vragen) - paired - asked,
            refused,
            agrees,
            f"{len(row.lost)} of {row.lines:,}" if row.lines else "–",
        )
        print(f"| {name} | {' | '.join(map(str, cells))} |")


def _print_metadata(rows: dict[str, Row]) -> None:
    print("\n| set | documents | title | asked | askers | all parties | answered documents | date | answerers | url |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, row in rows.items():
        answered = [item for item in row.documents if any(vraag.answer for vraag in item.vragen)]
        cells = (
            len(row.documents),
            sum(bool(item.title) for item in row.documents),
            sum(item.asked is not None for item in row.documents),
            sum(bool(item.askers) for item in row.documents),
            sum(bool(item.askers) and all(person.party for person in item.askers) for item in row.documents),
            len(answered),
            sum(item.answered is not None for item in answered),
            sum(bool(item.answerers) for item in answered),
            sum(bool(item.answer_url or item.question_url) for item in row.documents),
        )
        print(f"| {name} | {' | '.join(map(str, cells))} |")


def _print_formats(rows: dict[str, Row]) -> int:
    """Print how many texts two formats have alike; return how many they have not."""
    print(
        "\n| the same documents as | documents | vragen | number, question, answer and notes alike |\n|---|---|---|---|"
    )
    differ = 0
    for one, other in (("pdf", "pdf-text"), ("xml/answers (wrapped)", "wetsuite-sample.json")):
        mine, theirs = (
            {(item.answer_id or item.id): _texts(item) for item in rows[name].documents} for name in (one, other)
        )
        alike = sum(mine[key] == theirs.get(key) for key in mine)
        texts = sum(len(texts) for texts in mine.values())
        differ += len(mine) - alike
        print(f"| {one} and {other} | {len(mine)} | {texts} | {alike} of {len(mine)} documents |")
    return differ


def _texts(document: Kamervraag) -> list[tuple[str, ...]]:
    return [
        tuple(
            "".join(text.split())
            for text in (item.number, item.question or "", item.answer or "", *map("".join, item.footnotes.items()))
        )
        for item in sorted(document.vragen, key=lambda vraag: sort_key(vraag.number))
    ]


def _print_reasons(rows: dict[str, Row]) -> None:
    print("\nNot paired, and why:\n")
    for name, row in rows.items():
        reasons: Counter[str] = Counter()
        for document in row.documents:
            answers = any(item.answer for item in document.vragen)
            waiting = sum(item.answer is None for item in document.vragen)
            late = "a mededeling in place of the answers" if document.mededelingen else "a question document"
            reasons[late if not answers else "the publication prints no antwoord with that number"] += waiting
            reasons["the publication prints no vraag with that number"] += sum(
                not item.question for item in document.vragen
            )
        for reason, vragen in reasons.items():
            if vragen:
                print(f"- {name}: {vragen} vragen: {reason}.")
        said = Counter(
            re.sub(r"^.*?(?:[:,] )(?=is |mondelinge|vraag |prints|holds)", "", item.reason) for item in row.failures
        )
        for reason, files in said.items():
            print(f"- {name}: {files} ×: {reason}")
        for line in row.disagree:
            print(f"- {name}: COUNT: {line}")
        for line in row.lost:
            print(f"- {name}: LOST: {line[:120]}")


if __name__ == "__main__":
    sys.exit(main())
