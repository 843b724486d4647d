"""What a user keeps or sends: the conversation as DOCX, and a judgement in the feedback file."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from rag.errors import KamerwijzerError
from rag.records import Passage, Person, Sentence
from rag.ui import feedback as feedback_module
from rag.ui.document import docx
from rag.ui.export import markdown, plain_text
from rag.ui.feedback import Feedback
from rag.ui.turns import Turn

PASSAGE = Passage(
    "2022Z09999/1",
    "2022Z09999",
    "1",
    title="De brug bij Lent",
    answered=date(2022, 6, 2),
    answerers=(Person("Rob Jetten", "D66", "minister voor Klimaat"),),
    answer_url="https://zoek.officielebekendmakingen.nl/ah-tk-20212022-2957.html",
    answer_id="ah-tk-20212022-2957",
)
QUOTED = Turn(
    "Wat kost de brug?\x0b",
    "answered",
    sentences=(Sentence("De brug kost € 12 miljoen.", (PASSAGE.id,)), Sentence("Het Rijk betaalt.", (PASSAGE.id,))),
    understood="Wat kost de brug bij Lent?",
    restrictions={"party": "GL"},
    build="b1",
)
REFUSED = Turn("Hoi", "declined", "Geen vraag.")


def test_docx_has_questions_quotations_and_linked_sources() -> None:
    read = Document(io.BytesIO(docx([QUOTED, REFUSED], {PASSAGE.id: PASSAGE})))
    shown = [(paragraph.style.name, paragraph.text) for paragraph in read.paragraphs if paragraph.style]
    assert shown[:6] == [
        ("Title", "Kamerwijzer"),
        ("Heading 1", "Wat kost de brug?"),
        ("Normal", "Begrepen als: Wat kost de brug bij Lent?"),
        ("Quote", "De brug kost € 12 miljoen. Het Rijk betaalt. [1]"),
        ("Heading 2", "Bronnen"),
        (
            "Normal",
            "[1] Kamervraag 2022Z09999, vraag 1, De brug bij Lent, Rob Jetten, minister voor Klimaat, 2 juni 2022, "
            "Aanhangsel Handelingen II 2021/22, nr. 2957, "
            "https://zoek.officielebekendmakingen.nl/ah-tk-20212022-2957.html",
        ),
    ]
    assert ("Heading 1", "Hoi") in shown
    assert ("Normal", "Geen vraag.") in shown
    assert [link.url for paragraph in read.paragraphs for link in paragraph.hyperlinks] == [PASSAGE.answer_url]


def test_docx_links_no_address_that_is_none() -> None:
    passage = Passage("a/1", "a", "1", answer_url="javascript:alert(1)")
    turn = Turn("Q", "answered", sentences=(Sentence("Ja.", ("a/1",)),))
    read = Document(io.BytesIO(docx([turn], {"a/1": passage}, "en")))
    assert [link for paragraph in read.paragraphs for link in paragraph.hyperlinks] == []
    assert read.core_properties.language == "en-GB"


def test_copies_keep_the_remark_and_name_the_build() -> None:
    held = {PASSAGE.id: PASSAGE}
    unsure = replace(QUOTED, note="Het is *niet zeker*.")
    assert "## Wat kost de brug?\n\n*Het is \\*niet zeker\\*.*\n\n> De brug" in markdown([unsure], held)
    assert plain_text(unsure, held).startswith(f"{unsure.query}\n\nHet is *niet zeker*.\n\nDe brug kost")
    assert plain_text(unsure, held).endswith("-2957.html\n\nBouwnummer: b1")
    assert "niet zeker" not in markdown([QUOTED], held) + plain_text(QUOTED, held)
    turns = [unsure, REFUSED, QUOTED, replace(QUOTED, build="b2")]
    assert markdown(turns, held, "en").endswith("\n\nBuild: b1, b2\n")


def test_copies_carry_the_footnotes_of_what_is_quoted() -> None:
    passage = replace(
        PASSAGE, answer="De brug kost € 12 mln.² Dat is 30 m².", footnotes={"2": "Begroting *XII*.", "3": "B"}
    )
    turn = replace(QUOTED, sentences=(Sentence("De brug kost € 12 mln.²", (passage.id,)),))
    held = {passage.id: passage}
    note = "Voetnoot 2 (Kamervraag 2022Z09999, vraag 1): Begroting *XII*."
    assert f"(Kamervraag 2022Z09999, vraag 1, 2 juni 2022)\n\n{note}\n\nBronnen:" in plain_text(turn, held)
    assert f"² [1]\n\n{note.replace('*', chr(92) + '*')}\n\nBronnen:" in markdown([turn], held)
    shown = [paragraph.text for paragraph in Document(io.BytesIO(docx([turn], held))).paragraphs]
    assert shown[shown.index("De brug kost € 12 mln.² [1]") + 1] == note
    written = replace(turn, model="klein")
    assert "Voetnoot" not in markdown([written], held) + plain_text(written, held)


def test_copies_name_no_build_where_none_is_known() -> None:
    held = {PASSAGE.id: PASSAGE}
    assert "Bouwnummer" not in markdown([REFUSED], held) + plain_text(replace(QUOTED, build=""), held)


def test_a_judgement_is_a_line_that_names_nobody(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "new" / "feedback.jsonl")
    feedback.write(QUOTED, good=False, reasons=["outdated", "made up"], remark=" Uit 2022. " + "x" * 2000)
    feedback.write(REFUSED, good=True)
    lines = [json.loads(line) for line in feedback.path.read_text(encoding="utf-8").splitlines()]
    assert set(lines[0]) == {
        "day", "good", "reasons", "remark", "query", "understood", "filters", "outcome", "sources", "build",
    }  # fmt: skip
    assert (lines[0]["reasons"], lines[0]["sources"], len(lines[0]["remark"])) == (["outdated"], [PASSAGE.id], 1000)
    assert [line["good"] for line in lines] == [False, True]


def test_a_full_or_unwritable_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KamerwijzerError, match="cannot be written"):
        Feedback(tmp_path / "file" / "feedback.jsonl").write(REFUSED, good=True)
    monkeypatch.setattr(feedback_module, "MOST_BYTES", 300)
    feedback = Feedback(tmp_path / "feedback.jsonl")
    feedback.write(REFUSED, good=True)
    with pytest.raises(KamerwijzerError, match="is full"):
        feedback.write(REFUSED, good=True)
    assert len(feedback.path.read_text().splitlines()) == 1


def test_processes_that_share_a_feedback_file_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    program = (
        "import sys; from pathlib import Path; from rag.ui.feedback import Feedback; from rag.ui.turns import Turn\n"
        "for at in range(40): "
        "Feedback(Path(sys.argv[1])).write(Turn('x' * 2000, 'answered'), good=True, remark=f'{sys.argv[2]}-{at}')"
    )
    command = [sys.executable, "-c", program, str(path)]
    processes = [subprocess.Popen([*command, str(number)]) for number in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {line["remark"] for line in lines} == {f"{number}-{at}" for number in range(3) for at in range(40)}
    assert len(lines) == 120


def test_a_feedback_file_that_another_holds_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_module, "_PATIENCE", 0.1)
    path = tmp_path / "feedback.jsonl"
    hold = "import sys, filelock as f; l = f.FileLock(sys.argv[1]); l.acquire(); print('held', flush=True); input()"
    command = [sys.executable, "-c", hold, f"{path}.lock"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(KamerwijzerError, match="Another process holds"):
            Feedback(path).write(REFUSED, good=True)
        other.kill()
