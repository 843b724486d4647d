"""The documents file: strict reading, messages with line numbers, round trip."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.document_form import parse_document
from rag.documents import read_documents, write_documents
from rag.errors import DocumentsError
from rag.records import Kamervraag, Mededeling, Person, Vraag

TEXT = st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip).filter(bool)
MAYBE = st.none() | TEXT
DAYS = st.none() | st.dates(min_value=date(1900, 1, 1))
PEOPLE = st.builds(Person, name=TEXT, party=MAYBE, role=MAYBE)
VRAGEN = st.builds(
    Vraag,
    number=st.from_regex(r"[1-9][0-9]?[a-z]?", fullmatch=True),
    question=TEXT,
    answer=MAYBE,
    answered_with=st.lists(TEXT).map(tuple),
    footnotes=st.dictionaries(TEXT, TEXT),
)
DOCUMENTS = st.builds(
    Kamervraag,
    id=st.from_regex(r"20[0-9]{2}Z[0-9]{5}", fullmatch=True),
    vragen=st.lists(VRAGEN, min_size=1, unique_by=lambda vraag: vraag.number).map(tuple),
    title=st.just("") | TEXT,
    asked=DAYS,
    answered=DAYS,
    askers=st.lists(PEOPLE).map(tuple),
    topics=st.lists(TEXT).map(tuple),
    answer_url=MAYBE,
    mededelingen=st.lists(st.builds(Mededeling, text=TEXT, date=DAYS)).map(tuple),
)


@given(DOCUMENTS)
def test_what_is_written_is_read_again(document: Kamervraag) -> None:
    stream = io.StringIO()
    assert write_documents([document], stream) == 1
    assert parse_document(stream.getvalue(), "here") == document


BROKEN = [
    ("{", "not valid JSON"),
    ("[]", "expected a JSON object"),
    ('{"id":"A"}', "'vragen' is missing"),
    ('{"id":"A","vragen":[],"titel":"x"}', "unknown key 'titel'"),
    ('{"id":"A","vragen":[{"number":"1"}]}', "neither 'question' nor 'answer'"),
    ('{"id":"A","vragen":[{"number":1,"answer":"x"}]}', "'number' is int"),
    ('{"id":"A","asked":"gisteren","vragen":[{"number":"1","answer":"x"}]}', "expected a date"),
    ('{"id":"A","vragen":[{"number":"1","answer":"x"},{"number":"1","answer":"y"}]}', "occurs 2 times"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN)
def test_a_broken_line_is_named(line: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text('{"id":"OK","vragen":[{"number":"1","answer":"x"}]}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(DocumentsError, match="line 2") as caught:
        list(read_documents(file))
    assert message in str(caught.value)


def test_an_id_twice_an_empty_and_a_missing_file(tmp_path: Path) -> None:
    line = json.dumps({"id": "A", "vragen": [{"number": "1", "answer": "x"}]}) + "\n"
    (tmp_path / "twice.jsonl").write_text(line * 2, encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    for name, message in (("twice", "already used"), ("empty", "no Kamervragen"), ("missing", "does not exist")):
        with pytest.raises(DocumentsError, match=message):
            list(read_documents(tmp_path / f"{name}.jsonl"))
