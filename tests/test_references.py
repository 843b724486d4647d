"""References in Dutch answers: one row a form, links within a document, and any text at all."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import read_documents
from rag.records import Kamervraag, Vraag
from rag.references import VraagLinks, find_references, links_within
from rag.sample import sample_path

VRAGEN = [
    ("Zie het antwoord op vraag 3.", {"3": "vraag 3"}),
    ("Zoals bij vraag 2 gezegd, is dat zo.", {"2": "vraag 2"}),
    ("Zie de antwoorden op de vragen 2 en 3.", {"2": "vragen 2", "3": "3"}),
    ("Ik verwijs naar mijn antwoord op vraag 4.", {"4": "vraag 4"}),
    ("Zie de vragen 7, 8, en 10a.", {"7": "vragen 7", "8": "8", "10a": "10a"}),
    ("Zie vraag 3 of vraag 5.", {"3": "vraag 3", "5": "vraag 5"}),
    ("zoals bij vragen 2 t/m 4 gemeld", {"2": "vragen 2 t/m 4", "3": "vragen 2 t/m 4", "4": "vragen 2 t/m 4"}),
    ("zoals in antwoord 5 en 6 staat", {"5": "antwoord 5", "6": "6"}),
    ("Zie antwoord vraag 1.", {"1": "vraag 1"}),
    ("zie ook het antwoord opvraag 3", {"3": "opvraag 3"}),
    ("zie het antwoord op vraag 3 van deze set", {"3": "vraag 3"}),
    ("de vragen 29en 30", {"29": "vragen 29", "30": "30"}),
    ("In mijn antwoord op vraag 3, 4 mei jongstleden", {"3": "vraag 3"}),
    ("een subsidieaanvraag 3 en deelvraag 4", {}),
    ("de vraag 2,5% minder; vragen 30 minuten; vraag 2022", {}),
    ("Zie het antwoord op vraag 3 van de leden Paternotte en Mutluer.", {}),
    ("Zie vraag 19 uit de vorige vragenset.", {}),
    ("vraag 5 gesteld door het lid Kops", {}),
    ("mijn antwoord op vraag 2 in eerdere Kamervragen", {}),
]

PAPERS = [
    ("Aanhangsel Handelingen II 2021–2022, nr. 2423", "answer", "ah-tk-20212022-2423"),
    ("Aanhangsel van de Handelingen, vergaderjaar 2021-2022, nr. 2957", "answer", "ah-tk-20212022-2957"),
    ("Aanhangsel der Handelingen II 2015/16, 537", "answer", "ah-tk-20152016-537"),
    ("Aanhangsel Handelingen II, vergaderjaar 1999/2000, nr. 0012", "answer", "ah-tk-19992000-12"),
    ("Aanhangsel Handelingen II, nr. 3975, vergaderjaar 2019–2020", "answer", "ah-tk-20192020-3975"),
    ("Aanhangsel Handelingen I 2021/2022, nr. 7", "answer", "ah-ek-20212022-7"),
    ("Aanhangsel) 2020–2021, nr. 2345", "answer", "ah-tk-20202021-2345"),
    ("Tweede Kamer, vergaderjaar 2023–2024, Aanhangsel van de Handelingen 2386", "answer", "ah-tk-20232024-2386"),
    ("II, 2023–2024, AvdH 721", "answer", "ah-tk-20232024-721"),
    ("ah-tk-20202021–2345", "answer", "ah-tk-20202021-2345"),
    ("Kamerstuk 21 501-20, nr. 1518", "kamerstuk", "kst-21501-20-1518"),
    ("Kamerstukken II 2020/21, 35 925, nr. 13", "kamerstuk", "kst-35925-13"),
    ("Kamerstuk 23 432,nr.537", "kamerstuk", "kst-23432-537"),
    ("Kamerstuk33 529, nr. 1219", "kamerstuk", "kst-33529-1219"),
    ("Kamerstuk 36 200 XIV, nr. 73", "kamerstuk", "kst-36200-XIV-73"),
    ("Kamerstuk 34 775-X, nr. 110", "kamerstuk", "kst-34775-X-110"),
    ("Kamerstuk 21501-20-2128", "kamerstuk", "kst-21501-20-2128"),
    ("kamerstuk 28625–343", "kamerstuk", "kst-28625-343"),
    ("Kamerstuk 32 761 en 30 821, Nr. 152", "kamerstuk", "kst-32761-152"),
    ("kst-36410-VIII-2", "kamerstuk", "kst-36410-VIII-2"),
    ("2022Z04736", "document", "2022Z04736"),
    ("kenmerk 2022z04736", "document", "2022Z04736"),
]

NONE = [
    "Tweede Kamer, vergaderjaar 2023–2024, Aanhangsel 1",  # the foot of a page
    "Kamerstukken II 1985/86, 19 495, nr. 3",  # older than the official site
    "Aanhangsel Handelingen II 2021–2024, nr. 12",  # no session
    "Kamerstuk 2022D10685",
    "12022Z047361",
    "herzien, aanzien, Kamerstukken",
]

ELSEWHERE = [
    ("zie vraag 3 van de leden X (VVD) en Y (SP) (2022Z12345)", "2022Z12345", ("3",)),
    ("Kamervragen met kenmerk 2097Z00258, vraag 3 (fictief)", "2097Z00258", ("3",)),
    ("zie vragen 3 en 4 (2022Z12345)", "2022Z12345", ("3", "4")),
    ("vraag 2 van Kamervragen, Aanhangsel Handelingen II 2021–2022, nr. 28", "ah-tk-20212022-28", ("2",)),
    ("Kamerstuk 32 791, nr. 3 HERDRUK van 15 oktober, antwoord op de vragen 4 en 5", "kst-32791-3", ("4", "5")),
]


@pytest.mark.parametrize(("text", "expected"), VRAGEN)
def test_vragen_of_the_same_document(text: str, expected: dict[str, str]) -> None:
    found = find_references(text)
    assert {reference.target: text[reference.start : reference.end] for reference in found} == expected
    assert {(reference.kind, reference.url) for reference in found} <= {("vraag", None)}


@pytest.mark.parametrize(("text", "kind", "target"), PAPERS)
def test_papers(text: str, kind: str, target: str) -> None:
    (found,) = find_references(f"Zie ({text}) hierover.")
    assert (found.kind, found.target, found.start - 5, found.end - 5) == (kind, target, 0, len(text))


@pytest.mark.parametrize("text", NONE)
def test_no_references(text: str) -> None:
    assert find_references(text) == []


@pytest.mark.parametrize(("text", "target", "vragen"), ELSEWHERE)
def test_a_vraag_of_another_document_is_not_one_of_this(text: str, target: str, vragen: tuple[str, ...]) -> None:
    (found,) = find_references(text)
    assert (found.target, found.vragen) == (target, vragen)


def test_a_paper_in_another_sentence_takes_no_vraag() -> None:
    text = "Zie vraag 3. Zie ook Kamerstuk 32 791, nr. 3, en het antwoord op vraag 2."
    assert [reference.target for reference in find_references(text)] == ["3", "kst-32791-3", "2"]


def test_several_numbers_only_after_the_plural() -> None:
    text = "Kamerstuk 28 286, nrs. 1216 en 1237 en 29 023, nr. 272; Kamerstuk 28 973, nr. 237, 24 april 2020"
    found = [(reference.target, text[reference.start : reference.end]) for reference in find_references(text)]
    assert found == [
        ("kst-28286-1216", "Kamerstuk 28 286, nrs. 1216"),
        ("kst-28286-1237", "1237"),
        ("kst-29023-272", "en 29 023, nr. 272"),
        ("kst-28973-237", "Kamerstuk 28 973, nr. 237"),
    ]


def test_official_pages() -> None:
    text = "Aanhangsel Handelingen II 2021–2022, nr. 2423; Kamerstuk 21 501-20, nr. 1518; kenmerk 2022Z04736"
    assert [reference.url for reference in find_references(text)] == [
        "https://zoek.officielebekendmakingen.nl/ah-tk-20212022-2423.html",
        "https://zoek.officielebekendmakingen.nl/kst-21501-20-1518.html",
        "https://zoek.officielebekendmakingen.nl/kv-tk-2022Z04736.html",
    ]


def test_links_go_both_ways() -> None:
    document = Kamervraag(
        "2022Z04736",
        (
            Vraag("1", "Wat vindt u?", "Zie het antwoord op vraag 2 en 3."),
            Vraag("2", "En dan?", "Zie vraag 9 en vraag 1 van het lid X (2021Z00001)."),
            Vraag("3a", "Hoe verhoudt zich dat tot vraag 2b?", "Zie vraag 3a."),
            Vraag("3b", None, "Zie 2022Z04736, vraag 1."),
        ),
    )
    assert links_within(document) == (
        VraagLinks("1", refers_to=("2", "3a", "3b"), referred_by=("3b",)),
        VraagLinks("2", referred_by=("1", "3a"), unresolved=("9",)),
        VraagLinks("3a", refers_to=("2",), referred_by=("1",)),
        VraagLinks("3b", refers_to=("1",), referred_by=("1",)),
    )


def test_every_reference_of_the_sample_resolves() -> None:
    links = [link for document in read_documents(sample_path()) for link in links_within(document)]
    assert sum(len(link.refers_to) for link in links) >= 10
    assert [link for link in links if link.unresolved] == []


PIECES = st.sampled_from(
    "vraag |vragen |antwoord |2|3a| en |, |t/m |-|Aanhangsel Handelingen |2021–2022|nr. |Kamerstuk |35 925|2022Z04736|"
    "van de leden |(|)|. |kenmerk |XIV".split("|")
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_gives_spans_inside_it_in_order(text: str) -> None:
    found = find_references(text)
    assert all(0 <= reference.start < reference.end <= len(text) for reference in found)
    assert [reference.start for reference in found] == sorted(reference.start for reference in found)
    apart = sorted({(reference.start, reference.end) for reference in found if reference.kind == "vraag"})
    assert all(end <= start for (_, end), (start, _) in pairwise(apart))


@pytest.mark.parametrize(
    "piece",
    ["vraag 3, ", "vragen 1 en 2 van ", "Kamerstuk 35 925 en ", "2022Z04736 ", "12 345,", "vraag 3 (2022Z04736) "],
)
def test_time_grows_with_the_text(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert len(find_references(text)) <= len(text)  # a quadratic pattern would take minutes here
