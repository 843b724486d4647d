"""The invented sample corpus: it shows every feature of the documents file, and none of it can pass for real."""

import re
from collections import defaultdict
from datetime import timedelta

import pytest

from rag.document_form import dump_document
from rag.documents import read_documents
from rag.passages import passages_of
from rag.records import Kamervraag, Vraag
from rag.sample import sample_path

DOCUMENTS = {document.id: document for document in read_documents(sample_path())}
VRAGEN = [(document, vraag) for document in DOCUMENTS.values() for vraag in document.vragen]
REAL_PARTIES = set(
    "VVD D66 PvdA GL GL-PvdA CDA SP PVV CU SGP PvdD DENK 50PLUS JA21 BBB NSC FVD Volt BIJ1 LPF LN TON VNL BVNL "
    "PvdT OSF KVP ARP CHU PPR PSP CPN EVP GPV RPF BP CD AOV DS70 VDB SDAP".split()
)
REAL_ROLES = {
    "minister van Algemene Zaken",
    "minister van Buitenlandse Zaken",
    "minister van Justitie en Veiligheid",
    "minister van Infrastructuur en Waterstaat",
    "minister van Volksgezondheid, Welzijn en Sport",
    "minister van Onderwijs, Cultuur en Wetenschap",
}
ABROAD = re.compile(r"kenmerk (\w+Z\w+)(?:, vraag (\w+))?")
"""A reference to another document of the corpus: "kenmerk 2097Z00258, vraag 3"."""
AT_HOME = re.compile(r"\b[Vv]ra(?:ag|gen) (\d+[a-z]?)(?:(?:, (\d+[a-z]?))? en (\d+[a-z]?))?")
MARKS = re.compile(r"[⁰¹²³⁴-⁹]+")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def every_text(vraag: Vraag) -> str:
    return f"{vraag.question or ''}\n{vraag.answer or ''}"


def references_at_home(text: str) -> set[str]:
    return {number for found in AT_HOME.findall(ABROAD.sub("", text)) for number in found if number}


def text_of(passage: str) -> str:
    document, number = passage.split("/")
    return next(vraag.answer or "" for vraag in DOCUMENTS[document].vragen if vraag.number == number)


def combined_groups(document: Kamervraag) -> set[frozenset[str]]:
    return {frozenset({vraag.number, *vraag.answered_with}) for vraag in document.vragen if vraag.answered_with}


def test_counts() -> None:
    assert len(DOCUMENTS) == 30
    assert len(VRAGEN) == 203
    assert sum(vraag.answer is not None for _, vraag in VRAGEN) == 198
    assert sum(bool(document.mededelingen) for document in DOCUMENTS.values()) == 6
    assert len({person.role for document in DOCUMENTS.values() for person in document.answerers}) == 15
    assert len({person.party for document in DOCUMENTS.values() for person in document.askers}) == 8


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_no_document_can_pass_for_real(document: Kamervraag) -> None:
    assert document.fictional
    assert document.topics[0] == "fictief"
    assert 2 <= len(document.topics) <= 3
    assert (document.question_url, document.answer_url, document.answer_id) == (None, None, None)
    assert document.asked is not None
    assert re.fullmatch(rf"{document.asked.year}Z\d{{5}}", document.id)
    assert 2097 <= document.asked.year <= 2099
    assert not {person.party for person in document.askers + document.answerers} & REAL_PARTIES
    assert not {person.role for person in document.answerers} & REAL_ROLES
    assert "http" not in dump_document(document)
    assert "ah-tk" not in dump_document(document)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_dates_are_in_order(document: Kamervraag) -> None:
    if document.answered is None:
        return
    assert document.asked is not None
    assert timedelta(weeks=3) <= document.answered - document.asked <= timedelta(weeks=8)
    for mededeling in document.mededelingen:
        assert mededeling.date is not None
        assert document.asked < mededeling.date < document.answered


def test_every_line_is_written_as_the_writer_writes_it() -> None:
    lines = sample_path().read_text(encoding="utf-8").splitlines()
    assert lines == [dump_document(document) for document in DOCUMENTS.values()]
    assert list(DOCUMENTS) == sorted(DOCUMENTS)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Zie het antwoord op vraag 3.", {"3"}),
        ("Zie de antwoorden op de vragen 3 en 4.", {"3", "4"}),
        ("Zie de vragen 1, 2a en 5.", {"1", "2a", "5"}),
        ("Kamervragen met kenmerk 2097Z00258, vraag 3", set()),
        ("De vragen van het lid Haverslag", set()),
    ],
)
def test_references_are_found(text: str, numbers: set[str]) -> None:
    assert references_at_home(text) == numbers


def test_references_name_what_exists() -> None:
    at_home, abroad = 0, 0
    for document, vraag in VRAGEN:
        numbers = {other.number for other in document.vragen} - {vraag.number}
        found = references_at_home(every_text(vraag))
        assert found <= numbers, (document.id, vraag.number)
        at_home += len(found)
        for target, number in ABROAD.findall("\n".join([every_text(vraag), *vraag.footnotes.values()])):
            assert target != document.id
            assert target in DOCUMENTS, (document.id, vraag.number)
            assert not number or number in {other.number for other in DOCUMENTS[target].vragen}
            abroad += 1
    assert (at_home, abroad) == (12, 7)


def test_combined_answers_are_mutual_and_equal() -> None:
    groups: list[frozenset[str]] = []
    for document in DOCUMENTS.values():
        vragen = {vraag.number: vraag for vraag in document.vragen}
        for vraag in document.vragen:
            for other in vraag.answered_with:
                assert vragen[other].answer == vraag.answer
                assert {other, *vragen[other].answered_with} == {vraag.number, *vraag.answered_with}
        groups += combined_groups(document)
    assert sorted({len(group) for group in groups}) == [2, 3]
    assert len(groups) == 27


def test_footnote_marks_and_notes_agree() -> None:
    for document, vraag in VRAGEN:
        marks = {mark.translate(DIGITS) for mark in MARKS.findall(every_text(vraag))}
        assert marks == set(vraag.footnotes), (document.id, vraag.number)
        assert all(note.endswith("(fictief)") for note in vraag.footnotes.values())
    assert sum(len(vraag.footnotes) for _, vraag in VRAGEN) == 7


def test_no_text_has_stray_white_space() -> None:
    for document, vraag in VRAGEN:
        for text in filter(None, (vraag.question, vraag.answer)):
            assert "  " not in text, (document.id, vraag.number)
            assert text[-1] in ".?!" or text[-1] in "¹²", (document.id, vraag.number)


def test_a_position_changes_with_another_answerer() -> None:
    before, after = DOCUMENTS["2097Z00258"], DOCUMENTS["2099Z00017"]
    assert text_of("2097Z00258/3").startswith("Nee. Het kabinet verbiedt het afsteken van vuurwerk")
    assert text_of("2099Z00017/3").startswith("Ja.")
    assert "komt daarop terug" in text_of("2099Z00017/3")
    assert "1 januari 2100" in text_of("2099Z00017/3")
    assert before.answerers[0].role == after.answerers[0].role
    assert before.answerers[0].name != after.answerers[0].name


def test_the_same_answer_is_given_to_two_members() -> None:
    places = defaultdict(set)
    for document, vraag in VRAGEN:
        if len(vraag.answer or "") > 100:
            places[vraag.answer].add(document.id)
    assert [ids for ids in places.values() if len(ids) > 1] == [{"2097Z00477", "2099Z00226"}]
    assert text_of("2097Z00477/6") == text_of("2099Z00226/2")
    assert DOCUMENTS["2097Z00477"].askers != DOCUMENTS["2099Z00226"].askers


def test_one_document_is_not_answered_yet() -> None:
    waiting = [document for document in DOCUMENTS.values() if document.answered is None]
    assert [document.id for document in waiting] == ["2099Z00398"]
    assert not any(vraag.answer for vraag in waiting[0].vragen)
    assert all(vraag.answer for document, vraag in VRAGEN if document is not waiting[0])


@pytest.mark.parametrize(("answer", "least"), [("Ja.", 4), ("Nee.", 4)])
def test_short_answers(answer: str, least: int) -> None:
    assert sum(vraag.answer == answer for _, vraag in VRAGEN) >= least


def test_shapes_a_user_meets() -> None:
    assert {vraag.number for vraag in DOCUMENTS["2098Z00412"].vragen} >= {"2a", "2b"}
    assert "geen uitspraken" in text_of("2099Z00335/4")
    assert len(DOCUMENTS["2098Z00530"].answerers) == 3
    assert len({person.party for person in DOCUMENTS["2098Z00530"].askers}) == 3
    assert sum("\n" in (vraag.answer or "") for _, vraag in VRAGEN) >= 20
    assert sum(bool(re.search(r"€ \d", vraag.answer or "")) for _, vraag in VRAGEN) >= 60


def test_passage_ids_are_unique() -> None:
    ids = [passage.id for document in DOCUMENTS.values() for passage in passages_of(document)]
    assert len(ids) == len(set(ids)) == 203 + 6
