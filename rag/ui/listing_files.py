"""A list of passages as a file: CSV for a spreadsheet, JSON lines for a program."""

import csv
import io
import json
from collections.abc import Mapping, Sequence

from rag.records import Hit, Passage
from rag.ui.words import formal_citation
from rag.wire import hit_to_json
from rag.wording import people_in_words

COLUMNS = (
    "id", "citation", "formal", "title", "asked", "answered", "askers", "parties", "answerers", "topics", "question",
    "answer", "url",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(passages: Sequence[Passage]) -> str:
    """Return a table with a head, `COLUMNS`; it begins with a byte order mark, by which spreadsheets know UTF-8.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for passage in passages:
        writer.writerow(_cell(value) for value in _row(passage))
    return "\ufeff" + stream.getvalue()


def jsonl_text(passages: Sequence[Passage], also: Mapping[str, tuple[str, ...]]) -> str:
    """Return a line for each passage, as `kamerwijzer search --json` has them but for the score."""
    lines = []
    for passage in passages:
        line = hit_to_json(Hit(passage, 0.0, also.get(passage.id, ())))
        del line["score"]
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return "".join(lines)


def _row(passage: Passage) -> tuple[str, ...]:
    return (
        passage.id,
        passage.citation,
        formal_citation(passage.answer_id) or "",
        passage.title,
        passage.asked.isoformat() if passage.asked else "",
        passage.answered.isoformat() if passage.answered else "",
        "; ".join(person.name for person in passage.askers),
        "; ".join(dict.fromkeys(person.party for person in passage.askers if person.party)),
        people_in_words(passage.answerers, with_role=True),
        "; ".join(passage.topics),
        passage.question or "",
        passage.answer or "",
        passage.url or "",
    )


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
