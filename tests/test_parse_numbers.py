"""Number lists, headings, and pairing by number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.parsing.numbers import Heading, Kind, parse_heading, parse_numbers, sort_key
from rag.parsing.pairing import Antwoord, pair
from rag.records import Vraag

Q, A = Kind.QUESTION, Kind.ANSWER


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2 en 3", "2 3"),
        ("4, 5 en 6", "4 5 6"),
        ("3, 4 en 7", "3 4 7"),
        ("4-7", "4 5 6 7"),
        ("4–7:", "4 5 6 7"),
        ("2 t/m 6", "2 3 4 5 6"),
        ("2 tot en met 4", "2 3 4"),
        ("1, 3 t/m 5 en 8", "1 3 4 5 8"),
        ("7, 8, 9 10 en 11", "7 8 9 10 11"),
        ("1,2,3,4 en 5", "1 2 3 4 5"),
        ("7, 8, en 9", "7 8 9"),
        ("1en2", "1 2"),
        ("2 & 3", "2 3"),
        ("1a", "1a"),
        ("2l", "2l"),
        ("1a en b", "1a 1b"),
        ("1a-c", "1a 1b 1c"),
        ("03", "3"),
        ("2 en 2", "2"),
        # no number lists
        ("", ""),
        ("2022", ""),
        ("drie", ""),
        ("4 -", ""),
        ("- 4", ""),
        ("7-4", ""),
        ("1-999", ""),
        ("3 gaat over 4", ""),
    ],
)
def test_number_lists(text: str, numbers: str) -> None:
    assert parse_numbers(text) == tuple(numbers.split())


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Vraag 1", Heading(Q, ("1",))),
        ("Vragen 1 en 2", Heading(Q, ("1", "2"))),
        ("Vraag1", Heading(Q, ("1",))),
        ("Vraag 2 t/m 4", Heading(Q, ("2", "3", "4"))),
        ("Vraag 3: Klopt dat?", Heading(Q, ("3",), "Klopt dat?")),
        ("Antwoord 1", Heading(A, ("1",))),
        ("Antwoord1en2", Heading(A, ("1", "2"))),
        ("Antwoorden 5 en 6", Heading(A, ("5", "6"))),
        ("Antwoord 2l", Heading(A, ("2l",))),
        ("Antwoord op vraag 3 en 4", Heading(A, ("3", "4"))),
        ("Antwoord op de vragen 1, 2 en 5", Heading(A, ("1", "2", "5"))),
        ("Antwoord vraag 4-7:", Heading(A, ("4", "5", "6", "7"))),
        ("Antwoord vragen 1,2 en 3", Heading(A, ("1", "2", "3"))),
        ("Antwoord 5:", Heading(A, ("5",))),
        ("Antwoord", Heading(A, ())),
        ("Antwoord: ", Heading(A, ())),
        ("Antwoord: Ja.", Heading(A, (), "Ja.")),
        # no headings
        ("Antwoord van Minister Vos (Financiën)", None),
        ("Antwoord 3 was duidelijk.", None),
        ("Antwoorden", None),
        ("Vraag", None),
        ("Vragen van het lid Bos (ABC)", None),
        ("Vragen gesteld door de leden der Kamer", None),
        ("vraag 3", None),
        ("Antwoord op vraag", None),
        ("Vraag 2022", None),
    ],
)
def test_headings(line: str, heading: Heading | None) -> None:
    assert parse_heading(line) == heading


@given(st.lists(st.integers(1, 199), min_size=1, max_size=8, unique=True))
def test_a_printed_list_reads_back(numbers: list[int]) -> None:
    words = [str(number) for number in numbers]
    printed = ", ".join(words[:-1]) + (" en " if len(words) > 1 else "") + words[-1]
    assert parse_numbers(printed) == tuple(words)


def test_people_sort_two_before_ten() -> None:
    assert sorted(["10", "2a", "1", "2"], key=sort_key) == ["1", "2", "2a", "10"]


QUESTIONS = {"1": "Eén?", "2": "Twee?", "3": "Drie?"}


def paired(questions: dict[str, str], answers: list[Antwoord]) -> tuple[Vraag, ...]:
    misfits: list[str] = []
    vragen = pair("doc", questions, answers, misfits)
    assert misfits == []
    return vragen


def test_a_combined_answer_stands_in_each_of_its_vragen() -> None:
    vragen = paired(QUESTIONS, [Antwoord(("1", "3"), "Samen."), Antwoord(("2",), "Los.")])
    assert vragen == (
        Vraag("1", "Eén?", "Samen.", ("3",)),
        Vraag("2", "Twee?", "Los."),
        Vraag("3", "Drie?", "Samen.", ("1",)),
    )


def test_an_unanswered_vraag_stays_and_shifts_nothing() -> None:
    assert paired(QUESTIONS, [Antwoord(("3",), "C.")])[1:] == (Vraag("2", "Twee?"), Vraag("3", "Drie?", "C."))


def test_answers_alone_are_ordered_by_number() -> None:
    vragen = paired({}, [Antwoord(("10",), "J."), Antwoord(("2",), "B.")])
    assert [(vraag.number, vraag.answer) for vraag in vragen] == [("2", "B."), ("10", "J.")]


def test_the_same_answer_twice_is_one() -> None:
    vragen = paired(QUESTIONS, [Antwoord(("1",), "Ja,  zeker."), Antwoord(("1",), "Ja, zeker.")])
    assert vragen[0].answer == "Ja,  zeker."


@pytest.mark.parametrize(
    ("answers", "message", "kept"),
    [
        (
            [Antwoord(("1",), "Ja."), Antwoord(("1",), "Nee.")],
            "doc, vraag 1: is answered twice",
            Vraag("1", "Eén?", "Ja.\nNee."),
        ),
        ([Antwoord(("4",), "Ja.")], "doc, vraag 4: has an answer but no question", Vraag("4", None, "Ja.")),
        (
            [Antwoord(("2", "4"), "Ja.")],
            "doc, vraag 4: has an answer but no question",
            Vraag("4", None, "Ja.", ("2",)),
        ),
        (
            [Antwoord(("1", "2"), "Ja."), Antwoord(("2",), "Nee.")],
            "doc, vraag 2: is answered twice",
            Vraag("2", "Twee?", "Ja.\nNee."),
        ),
        ([Antwoord(("2",), " ")], "doc, vraag 2: the answer is empty", Vraag("2", "Twee?")),
    ],
)
def test_what_does_not_pair_is_named_and_kept_as_printed(answers: list[Antwoord], message: str, kept: Vraag) -> None:
    misfits: list[str] = []
    vragen = pair("doc", QUESTIONS, answers, misfits)
    assert len(misfits) == 1
    assert misfits[0].startswith(message)
    assert kept in vragen
    assert [vraag.question for vraag in vragen if vraag.question] == list(QUESTIONS.values())
