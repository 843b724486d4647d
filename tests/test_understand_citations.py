"""Formal citations in the spellings that people use; numbers are read whole or not at all."""

import pytest

from rag.understand.citations import find_citation


@pytest.mark.parametrize(
    "text",
    [
        "aanhangsel van de handelingen der tweede kamer, vergaderjaar 2021-2022, nr. 2957",
        "aanhangsel handelingen van de tweede kamer 2021-2022, nr. 2957",
        "aanhangsel handelingen (ii) 2021/22, nr. 2957",
        "aanhangsel nr. 2957 van het vergaderjaar 2021/22",
        "aanhangsel handelingen ii 2021‑2022, nrs. 2957 en 2958",
        "aanhangsel 2021/22 nr. 2.957",
        "ah-tk-2021-2022-2957",
        "ah-tk-20212022–2957",
        "ah‑tk‑20212022‑2957",
    ],
)
def test_a_published_answer_is_read_in_each_spelling(text: str) -> None:
    citation = find_citation(text)
    assert citation
    assert citation.answer_id == "ah-tk-20212022-2957"


@pytest.mark.parametrize("text", ["aanhangsel 2021/22 nr. 2.95", "tussen 2021 en 2022", "aanhangsel 2021/23 nr. 12"])
def test_what_is_no_whole_citation_is_not_read(text: str) -> None:
    assert find_citation(text) is None
