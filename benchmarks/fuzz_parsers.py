"""Mutated documents of every form through the parsers: a Kamervraag or a ParseError, in time, and nothing lost.

    python benchmarks/fuzz_parsers.py [--count 10000] [--start 0] [--seed 1] [--only 6111,8785] [--documents …]

Takes documents of every form (small ones made here, and the real ones where they are at hand), damages them (cut,
doubled, shuffled tags, wrong encodings, NUL, deep nesting, entity bombs, blown up to 50 MB) and parses them. Of what is
parsed without a complaint, the letters of the source's vragen and antwoorden, read without the parsers, are looked for
in the result: what is missing there is lost in silence. Prints one JSON object: mutations, how many were parsed (whole
or in part) and refused, by form and by damage, the slowest second per megabyte, the most that was missing, and every
failure with the number that `--only` repeats. Exit 1 if there is one. Seconds are those of the process itself, so that
other work on the machine does not count.
"""

import argparse
import json
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from damages import DAMAGES, FORMS_OF, REAL, corpus_in  # noqa: E402
from lost import share_lost  # noqa: E402

from rag.document_form import dump_document, parse_document  # noqa: E402
from rag.errors import DocumentsError, ParseError  # noqa: E402
from rag.parsing import pairing, parse_bytes  # noqa: E402
from rag.parsing.pairing import PartialParseError  # noqa: E402
from rag.records import Kamervraag  # noqa: E402

SECONDS_PER_MEGABYTE = 1.0
GRACE = 1.0  # seconds that any document may take, for a machine with other work
HANGS = 120.0  # seconds after which it is not waited for any longer
MEMORY = 6_000_000_000
SHARES = {"xml": 36, "html": 18, "text": 24, "json": 4, "docx": 6, "pdf": 4, "zip": 5, "bz2": 3}
LOST = 0.12
NAME = "ah-tk-20302031-70 (2031Z00007)"


@dataclass
class Report:
    """What came of the mutations."""

    parsed: int = 0
    partial: int = 0
    refused: int = 0
    vragen: int = 0
    compared: int = 0
    by_form: Counter[str] = field(default_factory=Counter)
    by_damage: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_case: str = ""
    most_lost: float = 0.0
    failures: list[str] = field(default_factory=list)


class HangError(Exception):
    """A document took longer than anything may."""


def main() -> int:
    """Run the mutations and print the report."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--start", type=int, default=0, help="number of the first case, to run in pieces")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", type=lambda text: [int(number) for number in text.split(",")], help="case numbers")
    options.add_argument("--documents", type=Path, default=REAL)
    arguments = options.parse_args()
    corpus = corpus_in(arguments.documents)
    forms = [form for form in SHARES if form in corpus]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, _hang)
    pairing.SHOWN = sys.maxsize  # messages show all that they say was left out, to be compared
    report = Report()
    numbers = arguments.only or range(arguments.start, arguments.start + arguments.count)
    started = time.perf_counter()
    for number in numbers:
        dice = random.Random(f"{arguments.seed} {number}")  # noqa: S311 -- damage, no secrets
        form = dice.choices(forms, [SHARES[form] for form in forms])[0]
        _run(number, form, dice.choice(corpus[form]), dice, report)
    print(json.dumps(_json(report, len(numbers), time.perf_counter() - started), indent=1, ensure_ascii=False))
    return 1 if report.failures else 0


def _hang(signum: int, frame: object) -> None:
    raise HangError(f"still running after {HANGS:.0f} s")


def _run(number: int, form: str, document: bytes, dice: random.Random, report: Report) -> None:
    names = [name for name in DAMAGES if form in FORMS_OF.get(name, tuple(SHARES))]
    whole_file = ("repacked", "inside", "zip bomb")
    chosen = sorted(dice.choices(names, k=dice.choice((1, 1, 1, 2, 3))), key=lambda name: name not in whole_file)
    for name in chosen:
        document = DAMAGES[name](document, dice)
    case = f"{number} {form} {'+'.join(chosen)} {len(document):,} bytes"
    report.by_form[form] += 1
    report.by_damage.update(chosen)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    documents: list[Kamervraag] = []
    said = ""
    try:
        documents = parse_bytes(document, NAME)
        report.parsed += 1
    except PartialParseError as error:  # contradicts itself in places: the rest is kept
        report.partial += 1
        documents, said = [error.document], str(error)
    except ParseError as error:
        report.refused += 1
        if not str(error).startswith(NAME):
            report.failures.append(f"{case}: the message does not name the document: {str(error)[:200]}")
    except Exception as error:  # noqa: BLE001 -- whatever else comes out is what this looks for
        place = traceback.extract_tb(error.__traceback__)[-1]
        report.failures.append(f"{case}: {type(error).__name__}: {str(error)[:200]} ({place.filename}:{place.lineno})")
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds = time.process_time() - started
    pace = seconds / max(len(document) / 1e6, 0.05)
    if pace > report.slowest:
        report.slowest, report.slowest_case = pace, f"{case}: {seconds:.2f} s"
    if seconds > GRACE + SECONDS_PER_MEGABYTE * len(document) / 1e6:
        report.failures.append(f"{case}: took {seconds:.1f} s")
    if documents:
        report.vragen += sum(len(item.vragen) for item in documents)
        report.failures += [f"{case}: {fault}" for fault in _faults(documents, form, document, said, report)]


def _faults(documents: list[Kamervraag], form: str, source: bytes, said: str, report: Report) -> list[str]:
    """What is parsed is a line of a documents file, reads back as it is, and has what the source has."""
    faults = []
    for document in documents:
        try:
            again = parse_document(dump_document(document), NAME)
        except DocumentsError as error:
            faults.append(f"is no line of a documents file: {error}")
            continue
        numbers = [vraag.number for vraag in document.vragen]
        if [vraag.number for vraag in again.vragen] != numbers:
            faults.append("reads back with other numbers")
        if not all(set(vraag.answered_with) <= set(numbers) for vraag in document.vragen):
            faults.append("refers to a vraag that it has not")
    lost = share_lost(form, source, documents, said)
    if lost is not None:
        report.compared += 1
        report.most_lost = max(report.most_lost, lost)
        if lost > LOST:
            faults.append(f"{lost:.0%} of the source is in no vraag")
    return faults


def _json(report: Report, count: int, seconds: float) -> dict[str, object]:
    return {
        "mutations": count,
        "parsed": report.parsed,
        "partly_parsed": report.partial,
        "refused": report.refused,
        "vragen": report.vragen,
        "compared_with_source": report.compared,
        "most_lost": round(report.most_lost, 3),
        "by_form": dict(report.by_form),
        "by_damage": dict(report.by_damage),
        "slowest_seconds_per_megabyte": round(report.slowest, 2),
        "slowest_case": report.slowest_case,
        "seconds": round(seconds, 1),
        "failures": report.failures,
    }


if __name__ == "__main__":
    sys.exit(main())
