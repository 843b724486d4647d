"""Joining the parts of one Kamervraag, and reading files and folders."""

import sys
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from rag.errors import ParseError
from rag.parsing import ParseFailure, parse_paths
from rag.parsing.join import Part, join_parts, merge
from rag.records import Kamervraag, Mededeling, Person, Vraag

QUESTION = Kamervraag(
    "2030Z00001",
    (Vraag("1", "Kent u het bericht «Theepot lekt»?¹", None, (), {"1": "Krant"}), Vraag("2", "Wat doet u eraan?")),
    title="Theepotten",
    asked=date(2030, 5, 3),
    askers=(Person("Bos", "ABC"),),
    question_url="https://zoek.officielebekendmakingen.nl/kv-tk-2030Z00001.html",
)
DELAY = Kamervraag("2030Z00001", (), mededelingen=(Mededeling("Het duurt langer.", date(2030, 5, 20)),))
ANSWER = Kamervraag(
    "2030Z00001",
    (
        Vraag("1", "Kent u het bericht «Theepot lekt» ?", "Ja.", ("2",)),
        Vraag("2", "Wat doet u er aan?", "Ja.", ("1",)),
    ),
    answered=date(2030, 6, 1),
    answerers=(Person("Vos", role="minister Servies"),),
    answer_id="ah-tk-20302031-70",
)


def join(parts: list[Part]) -> tuple[list[Kamervraag], list[ParseError]]:
    found = list(join_parts(parts))
    documents = [item for item in found if isinstance(item, Kamervraag)]
    return documents, [item for item in found if isinstance(item, ParseError)]


@pytest.mark.parametrize("order", list(permutations([QUESTION, DELAY, ANSWER])))
def test_the_parts_join_in_any_order(order: tuple[Kamervraag, ...]) -> None:
    (document,), errors = join([Part(f"{at}.txt", part) for at, part in enumerate(order)])
    assert errors == []
    assert [(vraag.number, vraag.question, vraag.answer, vraag.answered_with) for vraag in document.vragen] == [
        ("1", "Kent u het bericht «Theepot lekt»?¹", "Ja.", ("2",)),
        ("2", "Wat doet u eraan?", "Ja.", ("1",)),
    ]
    assert document.vragen[0].footnotes == {"1": "Krant"}
    assert document.mededelingen == DELAY.mededelingen
    assert (document.title, document.asked, document.askers) == (QUESTION.title, QUESTION.asked, QUESTION.askers)
    assert (document.answered, document.answerers) == (ANSWER.answered, ANSWER.answerers)
    assert (document.question_url, document.answer_id) == (QUESTION.question_url, ANSWER.answer_id)


def test_a_publication_without_vraagnummer_joins_by_its_id() -> None:
    published = Kamervraag(
        "ah-tk-20302031-70",
        (Vraag("1", None, "Ja."), Vraag("2", None, "Ja.")),
        topics=("servies",),
        answer_id="ah-tk-20302031-70",
    )
    (document,), errors = join([Part("a", published), Part("b", ANSWER), Part("c", QUESTION)])
    assert (document.id, document.topics, errors) == ("2030Z00001", ("servies",), [])


def test_different_kamervragen_stay_apart_in_order_of_appearance() -> None:
    other = Kamervraag("2030Z00002", (Vraag("1", "Iets anders?"),))
    documents, _ = join([Part("a", other), Part("b", QUESTION), Part("c", ANSWER)])
    assert [document.id for document in documents] == ["2030Z00002", "2030Z00001"]


def test_numbers_that_only_one_part_has_are_kept_sorted() -> None:
    asked = Kamervraag("x", tuple(Vraag(str(number), f"Vraag {number}?") for number in (1, 2, 10)))
    answered = Kamervraag("x", (Vraag("2a", None, "Ja."),))
    assert [vraag.number for vraag in merge(asked, answered, "b").vragen] == ["1", "2", "2a", "10"]


def test_when_notes_clash_the_answer_s_own_repeat_of_the_question_is_taken() -> None:
    asked = Kamervraag("x", (Vraag("1", "Kent u de pot?¹", None, (), {"1": "Krant"}),))
    answered = Kamervraag("x", (Vraag("1", "Kent u de pot?²", "Zie de motie.¹", (), {"1": "Motie", "2": "Krant"}),))
    (vraag,) = merge(asked, answered, "b").vragen
    assert (vraag.question, vraag.footnotes) == ("Kent u de pot?²", {"1": "Motie", "2": "Krant"})


@pytest.mark.parametrize(
    ("vraag", "message"),
    [
        (Vraag("2", None, "Nee, daar is geen sprake van."), "b.txt, vraag 2: gives another answer"),
        (Vraag("1", "Hoe staat het met de koffie in het zuiden?"), "b.txt, vraag 1: prints another question"),
    ],
)
def test_contradictions_are_named_and_the_first_stays(vraag: Vraag, message: str) -> None:
    (document,), (error,) = join([Part("a.txt", ANSWER), Part("b.txt", Kamervraag("2030Z00001", (vraag,)))])
    assert message in str(error)
    assert document == ANSWER


def test_the_same_answer_in_a_slightly_other_print_is_no_contradiction() -> None:
    text = "De minister heeft de theepotten laten onderzoeken en deelt de uitkomsten voor de zomer met de Kamer."
    first = Kamervraag("x", (Vraag("1", None, text),))
    second = Kamervraag("x", (Vraag("1", None, text.replace("minister", "Minis-ter").replace(" de ", "de ")),))
    assert merge(first, second, "b").vragen[0].answer == text


def version(suffix: str, *vragen: Vraag) -> Kamervraag:
    identifier = f"ah-tk-20302031-70{suffix}"
    return Kamervraag("2030Z00001", vragen, answer_id=identifier, answer_url=f"https://x/{identifier}.html")


FIRST = version("", Vraag("1", "Is er thee?", "Ja, er is thee."), Vraag("2", "Hoeveel?", "Drie potten."))
REPRINT = version("-h1", Vraag("2", "Hoeveel?", "Het waren er bij nader inzien twaalf.¹", (), {"1": "Telling."}))
SECOND = version("-h2", Vraag("2", None, "Geteld zijn er elf."))


@pytest.mark.parametrize("order", list(permutations([FIRST, REPRINT, SECOND])))
def test_a_correction_replaces_what_it_corrects_in_any_order(order: tuple[Kamervraag, ...]) -> None:
    (document,), errors = join([Part(f"{at}.xml", part) for at, part in enumerate(order)])
    assert errors == []
    assert [(vraag.number, vraag.question, vraag.answer) for vraag in document.vragen] == [
        ("1", "Is er thee?", "Ja, er is thee."),
        ("2", "Hoeveel?", "Geteld zijn er elf."),
    ]
    assert (document.answer_id, document.answer_url) == ("ah-tk-20302031-70-h2", "https://x/ah-tk-20302031-70-h2.html")


def test_a_correction_known_by_publication_alone_finds_its_kamervraag() -> None:
    late = Kamervraag("ah-tk-20302031-70-n1", (Vraag("1", None, "Nee."),), answer_id="ah-tk-20302031-70-n1")
    (document,), errors = join([Part("a", late), Part("b", FIRST)])
    assert errors == []
    assert (document.id, document.vragen[0].answer, len(document.vragen)) == ("2030Z00001", "Nee.", 2)


def test_more_parts_than_memory_may_hold_wait_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["rag.parsing.join"], "_IN_MEMORY", 1)
    parts = [Part(str(at), Kamervraag(f"2030Z{at % 50:05d}", (Vraag(str(at), "Thee?"),))) for at in range(500)]
    documents, errors = join(parts)
    assert errors == []
    assert [len(document.vragen) for document in documents] == [10] * 50
    assert documents[3].vragen[1].number == "53"


HEAD = "2030Z0000{}\n\n(ingezonden 3 mei 2030)\n\nVragen van het lid Bos (ABC) aan de minister over thee\n\n"


def test_files_and_folders_are_read_and_failures_collected(tmp_path: Path) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "b.pdf").write_text(HEAD.format(1) + "Vraag 1\nA?\n")  # the name says nothing of the form
    (tmp_path / "map" / "a").write_text("AH 71\n2030Z00001\n\nVraag 1\nA?\nAntwoord 1\nJa.\n")
    (tmp_path / "map" / "kapot.txt").write_text("Geen Kamervraag.")
    (tmp_path / "los.txt").write_text(HEAD.format(2) + "Vraag 1\nB?\n")
    failures: list[ParseFailure] = []
    documents = list(parse_paths([tmp_path / "los.txt", tmp_path / "map", tmp_path / "weg.txt"], failures))
    assert [(document.id, len(document.vragen)) for document in documents] == [("2030Z00002", 1), ("2030Z00001", 1)]
    assert documents[1].vragen == (Vraag("1", "A?", "Ja."),)
    assert [Path(failure.document).name for failure in failures] == ["kapot.txt", "weg.txt"]
    assert all(failure.document in failure.reason for failure in failures)


def test_without_a_list_the_first_failure_raises(tmp_path: Path) -> None:
    (tmp_path / "kapot.txt").write_text("Geen Kamervraag.")
    with pytest.raises(ParseError, match=r"kapot\.txt"):
        list(parse_paths([tmp_path]))


def test_a_document_that_contradicts_itself_is_kept_and_its_places_are_named(tmp_path: Path) -> None:
    text = "2030Z00001\n\nVraag 1\nA?\nAntwoord 1\nJa.\nVraag 2\nB?\nVraag 2\nC?\nAntwoord 3\nNee.\n"
    (tmp_path / "a.txt").write_text(text)
    failures: list[ParseFailure] = []
    (document,) = parse_paths([tmp_path], failures)
    assert document.vragen == (Vraag("1", "A?", "Ja."), Vraag("2", "B?\nC?"), Vraag("3", None, "Nee."))
    assert [failure.partial for failure in failures] == [True, True]
    assert [failure.document for failure in failures] == [str(tmp_path / "a.txt")] * 2
    assert "vraag 2: the number is used for two questions" in failures[0].reason
    assert "vraag 3: has an answer but no question" in failures[1].reason
    with pytest.raises(ParseError, match="two questions"):
        list(parse_paths([tmp_path]))


def test_a_contradiction_between_files_is_collected_or_raised(tmp_path: Path) -> None:
    for name, answer in (("a", "Ja, dat is het geval."), ("b", "Nee, integendeel hoor.")):
        (tmp_path / name).write_text(f"2030Z00001\n\nVraag 1\nA?\nAntwoord 1\n{answer}\n")
    failures: list[ParseFailure] = []
    assert len(list(parse_paths([tmp_path], failures))) == 1
    assert [failure.document for failure in failures] == [str(tmp_path / "b")]
    with pytest.raises(ParseError, match="vraag 1: gives another answer"):
        list(parse_paths([tmp_path]))
