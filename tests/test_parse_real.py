"""All real texts at hand: the numbers found by an independent count of headings are the numbers parsed."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.parsing import ParseFailure, parse_file, parse_paths

DOCUMENTS = Path(__file__).parents[2] / "shared" / "data" / "documents"
FOLDERS = ("text/ah-tk-2023-2024", "text/nov-2024", "pdf-text")
EXPECTED = {  # folder: documents, vragen with a question, with an answer, with both
    "text/ah-tk-2023-2024": (24, 203, 203, 203),
    "text/nov-2024": (69, 757, 414, 413),
    "pdf-text": (17, 134, 131, 131),
}
FAILURES = {
    "000_kv-tk-2024Z18775.txt": "mondelinge vragen: the document announces them and prints none",
    "014_kv-tk-2024Z18776.txt": "mondelinge vragen",
    "044_kv-tk-2024Z18777.txt": "mondelinge vragen",
    "069_ah-tk-20242025-597.txt": "prints vraag 7 twice and answers an 8 that it does not print",
}
EXCEPTIONS = {
    # the headings that the count sees are not the vragen
    "ah-tk-20232024-1770.txt": "the questions 2 and 3 come back for each of the goals l to o, lettered in the answers",
    # no headings: lists that lost their numbers on the way to text
    **dict.fromkeys(("011_none.txt", "039_none.txt", "053_none.txt", "058_none.txt", "072_none.txt"), "unnumbered"),
}

pytestmark = pytest.mark.skipif(not DOCUMENTS.exists(), reason="the real documents are not at ../shared/data")


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((DOCUMENTS / folder).glob("*.txt"))


def counted(text: str, word: str) -> Counter[int]:
    """Count numbers in headings without the parser: every number on a line that is only a heading."""
    found: Counter[int] = Counter()
    for line in text.splitlines():
        match = re.fullmatch(rf"\s*{word}(?:en)?(?: op)?(?: vraag| vragen)?((?:[ ,]|\d|en|t/m|-)+):?\s*", line)
        numbers = [int(number) for number in re.findall(r"\d+", match[1])] if match else []
        if match and len(numbers) == 2 and ("t/m" in match[1] or "-" in match[1]):
            numbers = list(range(numbers[0], numbers[1] + 1))
        found.update(numbers)
    return found


def listed(text: str) -> set[int]:
    """The numbers 1, 2, 3 … that stand alone or with a full stop at the start of lines, in order."""
    due = 1
    for line in text.splitlines():
        if re.match(rf"{due}(?:\.? *$|\. )", line):
            due += 1
    return set(range(1, due))


@pytest.mark.parametrize("path", list(files()), ids=lambda path: path.name[:24])
def test_every_heading_is_a_vraag(path: Path) -> None:
    if path.name in FAILURES or path.name in EXCEPTIONS:
        pytest.skip(FAILURES.get(path.name) or EXCEPTIONS[path.name])
    text = path.read_text(encoding="utf-8-sig")
    (document,) = parse_file(path)
    asked, answered = counted(text, "Vraag"), counted(text, "Antwoord")
    assert {int(vraag.number) for vraag in document.vragen} == (
        set(asked) or listed(text) if document.vragen else set()
    )
    assert all(count == 1 for count in asked.values())
    parsed = {int(vraag.number) for vraag in document.vragen if vraag.answer}
    bare = len(re.findall(r"(?m)^Antwoord:?\s*$", text))
    assert parsed == set(answered) if answered else len(parsed) == bare


@pytest.mark.parametrize("folder", FOLDERS)
def test_counts_of_a_folder(folder: str) -> None:
    failures: list[ParseFailure] = []
    documents = list(parse_paths([DOCUMENTS / folder], failures))
    vragen = [vraag for document in documents for vraag in document.vragen]
    questions = sum(bool(vraag.question) for vraag in vragen)
    answers = sum(bool(vraag.answer) for vraag in vragen)
    both = sum(bool(vraag.question and vraag.answer) for vraag in vragen)
    assert (len(documents), questions, answers, both) == EXPECTED[folder]
    known = {path.name for path in (DOCUMENTS / folder).iterdir()} & set(FAILURES)
    assert {Path(failure.document).name for failure in failures} == known


@pytest.mark.parametrize("path", list(files()), ids=lambda path: path.name[:24])
def test_no_furniture_is_left(path: Path) -> None:
    if path.name in FAILURES:
        pytest.skip(FAILURES[path.name])
    (document,) = parse_file(path)
    text = "\n".join(f"{vraag.question}\n{vraag.answer}" for vraag in document.vragen)
    assert not re.search(r"ISSN|Gravenhage 20|Tweede Kamer, vergaderjaar.*Aanhangsel \d|^\d+ ?$|\f", text, re.MULTILINE)
    assert not re.search(r"(?m)^(?:Vraag|Antwoord) \d", text)


def test_every_footnote_mark_but_a_few_has_its_note() -> None:
    notes: Counter[bool] = Counter()
    for path in files():
        if path.name not in FAILURES:
            for vraag in parse_file(path)[0].vragen:
                notes.update(bool(note) for note in vraag.footnotes.values())
    assert notes[True] > 250
    assert notes[False] == 1  # ah-tk-20232024-2273 marks a note 3 and prints none


def test_the_letters_of_goals_are_kept_apart() -> None:
    (document,) = parse_file(DOCUMENTS / "text/ah-tk-2023-2024/ah-tk-20232024-1770.txt")
    assert [vraag.number for vraag in document.vragen] == "1 2l 3l 2m 3m 2n 3n 2o 3o 4".split()
    assert all(vraag.question and vraag.answer for vraag in document.vragen)


@pytest.mark.parametrize(
    ("name", "count"),
    [("011_none.txt", 6), ("039_none.txt", 9), ("053_none.txt", 7), ("058_none.txt", 2), ("072_none.txt", 11)],
)
def test_lists_without_numbers(name: str, count: int) -> None:
    (document,) = parse_file(DOCUMENTS / "text/nov-2024" / name)
    assert [vraag.number for vraag in document.vragen] == [str(at) for at in range(1, count + 1)]
    assert all("?" in (vraag.question or "") and not vraag.answer for vraag in document.vragen)
