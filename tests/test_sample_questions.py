"""The written questions over the sample corpus: well-formed, answered where they say, and complete in their gold."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from rag.documents import read_documents
from rag.evaluate import read_cases
from rag.passages import passages_of
from rag.records import Passage
from rag.sample import sample_path

QUESTIONS = sample_path().with_name("questions.jsonl")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
PASSAGES: dict[str, Passage] = {
    passage.id: passage for document in read_documents(sample_path()) for passage in passages_of(document)
}
ANSWERED = [row for row in ROWS if row["type"] in ("answerable", "follow_up")]
UNANSWERED = [row for row in ROWS if row not in ANSWERED]
KEYS = {"type", "lang", "q", "turns", "new_subject", "gold", "facts"}

# Positions that changed: whoever asks for the one is answered by the other too.
CHANGED = [
    ("2097Z00034/3", "2099Z00450/1"),
    ("2097Z00034/4", "2099Z00450/4"),
    ("2097Z00258/3", "2099Z00017/3"),
    ("2097Z00258/5", "2099Z00017/4"),
    ("2097Z00477/7", "2099Z00226/1"),
]


def words(text: str) -> set[str]:
    """Return the words of a text that carry meaning: four letters or more."""
    return set(re.findall(r"\w{4,}", text.casefold()))


def test_counts() -> None:
    assert Counter((row["type"], row["lang"]) for row in ROWS if row["type"] == "answerable") == {
        ("answerable", "nl"): 45,
        ("answerable", "en"): 15,
    }
    kinds = Counter((row["type"], row.get("new_subject", False)) for row in ROWS)
    assert kinds == {
        ("answerable", False): 60,
        ("follow_up", False): 20,
        ("follow_up", True): 20,
        ("near_miss", False): 25,
        ("off_topic", False): 20,
    }
    assert sum(row["q"].startswith(("en ", "and ")) for row in ROWS if row.get("new_subject")) >= 8
    assert len({row["q"] for row in ROWS}) == len(ROWS)


def test_evaluate_reads_them() -> None:
    cases = read_cases(QUESTIONS)
    assert [case.question for case in cases] == [row["q"] for row in ROWS]
    assert [len(case.earlier) for case in cases] == [int(row["type"] == "follow_up") for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["q"])
def test_the_form(row: dict[str, Any]) -> None:
    assert set(row) <= KEYS
    assert row["q"] == " ".join(row["q"].split())
    assert ("turns" in row) == (row["type"] == "follow_up")
    if "turns" in row:
        assert len(row["turns"]) == 2
        assert row["turns"][1] == row["q"] != row["turns"][0]


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: row["q"])
def test_gold_exists_and_holds_the_facts(row: dict[str, Any]) -> None:
    assert row["gold"]
    assert len(set(row["gold"])) == len(row["gold"])
    answers = [PASSAGES[gold].answer or "" for gold in row["gold"]]
    assert all(answers)
    assert row["facts"]
    for fact in row["facts"]:
        assert any(fact in answer for answer in answers), fact


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: row["q"])
def test_gold_is_complete(row: dict[str, Any]) -> None:
    gold = set(row["gold"])
    for passage in [PASSAGES[name] for name in row["gold"]]:
        assert {f"{passage.document}/{number}" for number in passage.answered_with} <= gold
        if len(passage.answer or "") > 100:
            assert {other.id for other in PASSAGES.values() if other.answer == passage.answer} <= gold
    for before, after in CHANGED:
        assert before not in gold or after in gold


@pytest.mark.parametrize("row", UNANSWERED, ids=lambda row: row["q"])
def test_what_has_no_answer_has_no_gold(row: dict[str, Any]) -> None:
    assert "gold" not in row
    assert "facts" not in row


@pytest.mark.parametrize("row", [row for row in ANSWERED if row.get("new_subject")], ids=lambda row: row["q"])
def test_a_new_subject_shares_hardly_a_word_with_the_turn_before(row: dict[str, Any]) -> None:
    assert len(words(row["turns"][0]) & words(row["q"]) - {"hoeveel", "wanneer", "lang", "much", "geldt"}) <= 1


def test_citizens_use_words_of_their_own() -> None:
    """Of the words of a Dutch question, few stand in the vraag that it is answered at."""
    shares = [
        len(words(row["q"]) & words(" ".join(PASSAGES[gold].question or "" for gold in row["gold"])))
        / len(words(row["q"]))
        for row in ROWS
        if row["type"] == "answerable" and row["lang"] == "nl"
    ]
    assert sum(shares) / len(shares) < 0.25


def test_the_documents_are_widely_asked_about() -> None:
    asked = {gold.split("/")[0] for row in ANSWERED for gold in row["gold"]}
    answered = {passage.document for passage in PASSAGES.values() if passage.answered is not None}
    assert asked == answered
