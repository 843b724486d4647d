"""kamerwijzer check: a report on the quality of documents: what is missing, doubled or suspicious.

Exit 0 when the documents were read, whatever was found in them; 1 when they cannot be read.
"""

import argparse
from typing import TYPE_CHECKING

from rag.cli.corpus import add_corpus_options, corpus_from
from rag.cli.options import add_json_option, print_json, print_line

if TYPE_CHECKING:
    from rag.quality import QualityReport

_EXAMPLES = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = "Exits 0 when the documents were read, whatever was found in them, and 1 when they cannot be read."
    add_corpus_options(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check and print the report."""
    from rag.quality import check_documents

    report = check_documents(corpus_from(arguments))
    if arguments.json:
        _print_json(report)
    else:
        _print_table(report)
    return 0


def _print_json(report: "QualityReport") -> None:
    from rag.quality import CHECKS

    checks = {}
    for name, found in report.findings.items():
        findings = [{"document": item.document, "number": item.number, "detail": item.detail} for item in found]
        checks[name] = {"what": CHECKS[name], "count": len(found), "findings": findings}
    counts = {"documents": report.documents, "vragen": report.vragen, "answered": report.answered}
    print_json({**counts, "checks": checks})


def _print_table(report: "QualityReport") -> None:
    from rag.quality import CHECKS

    print_line(f"{report.documents:,} documents, {report.vragen:,} vragen, {report.answered:,} with an antwoord.")
    for name, found in report.findings.items():
        if not found:
            continue
        what = f"  ({CHECKS[name]})" if CHECKS[name] else ""
        print_line(f"\n{len(found):7,}  {name}{what}")
        for item in found[:_EXAMPLES]:
            print_line(f"{'':11}{item.place}{': ' if item.detail else ''}{item.detail}")
        if len(found) > _EXAMPLES:
            print_line(f"{'':11}…")
    clean = [name for name, found in report.findings.items() if not found]
    print_line(f"\nNothing found: {', '.join(clean) or 'no check is clean'}.")
    print_line("Every finding, not the first few alone: --json.")
