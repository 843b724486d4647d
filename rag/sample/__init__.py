"""The sample corpus: a small documents file in which **everything is invented**.

No vraag was ever asked and no antwoord ever given: the members, ministers, parties, ministries, places,
organisations, bills, figures and dates (2097 to 2099) are fiction, written in the manner of ministerial Dutch so
that the program can be tried and tested without a download. Every document carries the topic "fictief"
(`rag.records.FICTION_TOPIC`) and none has a link or an official number. Nothing in it may be quoted as a position
of any government.
"""

from pathlib import Path


def sample_path() -> Path:
    """Return the path of the sample corpus, a documents file (JSONL, one Kamervraag a line)."""
    return Path(__file__).with_name("kamervragen.jsonl")
