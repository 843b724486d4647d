"""PDF and DOCX: small files made here for each rule, and the real ones, counted apart and compared with their text."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ParseError
from rag.parsing import parse_bytes, parse_file
from rag.parsing.docx import docx_text
from rag.parsing.pdf import pdf_text
from rag.parsing.typed_notes import settle_typed_notes
from rag.records import Kamervraag, Person

DOCUMENTS = Path(__file__).parents[2] / "shared" / "data" / "documents"
PDFS = sorted((DOCUMENTS / "pdf").glob("*.pdf"))
WORDS = sorted((DOCUMENTS / "docx").glob("*.docx"))
UNNUMBERED = {"Lahlah": "2024Z03808"}  # prints no vraagnummer: its name has to
real = pytest.mark.skipif(not DOCUMENTS.exists(), reason="the real documents are not at ../shared/data")


def make_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with a line of text each 12 points, and each note ("1 …" after "--") close below the one before."""
    contents = []
    for lines in pages:
        y, operators = 800.0, []
        step = 12.0
        for line in lines:
            if line == "--":
                step = 4.0
                continue
            escaped = re.sub(r"([()\\])", r"\\\1", line)
            operators.append(f"BT /F1 {min(step, 9)} Tf 50 {y} Td ({escaped}) Tj ET")
            y -= step
        contents.append("\n".join(operators).encode("cp1252"))
    count = len(pages)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(count))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for at, content in enumerate(contents):
        place = "/MediaBox [0 0 600 850] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {place} /Contents {5 + 2 * at} 0 R >>".encode())
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
    body, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode() + item + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def p(text: str, properties: str = "") -> str:
    """Return a Word paragraph; "^2" becomes a reference to note 2, "|" a line break."""
    runs = re.sub(r"\^(\d)", r'</w:t></w:r><w:r><w:footnoteReference w:id="\1"/></w:r><w:r><w:t>', text)
    runs = runs.replace("|", "</w:t><w:br/><w:t>")
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{runs}</w:t></w:r></w:p>"


def make_docx(body: str, notes: Sequence[str] = (), **parts: str) -> bytes:
    """Return a DOCX with that body; `parts` are other parts such as numbering="…"."""
    files = {"document": f"<w:document {W}><w:body>{body}</w:body></w:document>"}
    if notes:
        texts = "".join(f'<w:footnote w:id="{at}">{p(note)}</w:footnote>' for at, note in enumerate(notes, 1))
        separator = f'<w:footnote w:type="separator" w:id="-1">{p("---")}</w:footnote>'
        files["footnotes"] = f"<w:footnotes {W}>{separator}{texts}</w:footnotes>"
    files.update({name: f"<w:{name} {W}>{part}</w:{name}>" for name, part in parts.items()})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"word/{name}.xml", content)
    return packed.getvalue()


def make_odt() -> bytes:
    """Return a packed office document of another kind than Word's."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
    return packed.getvalue()


ANSWER = [
    [
        "Tweede Kamer der Staten-Generaal",
        "2",
        "Vergaderjaar 2030–2031 Aanhangsel van de Handelingen",
        "Vragen van het lid Bos (ABC) aan de Minister van Servies over thee (ingezonden 3 maart 2031).",
        "Antwoord van Minister Vos (Servies) (ontvangen 1 april 2031).",
        "Vraag 1",
        "Kent u het bericht?1 Zo ja, wat vindt u van het theekopjesin-",
        "ventarisatieplan (2030)?",
        "Antwoord 1",
        "Ja.2 Het plan is goed.",
        "Vraag 2",
        "Komt er meer",
        "--",
        "1 Theeblad, 1 maart 2031.",
        "2 Kamerstuk 1, nr. 2.",
        "ah-tk-20302031-70",
        "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1",
    ],
    ["thee?", "Antwoord 2", "Nee.", "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 2"],
]


def test_a_pdf() -> None:
    (document,) = parse_bytes(make_pdf(ANSWER), "2031Z00007.pdf")
    first, second = document.vragen
    assert first.question == "Kent u het bericht?¹ Zo ja, wat vindt u van het theekopjesinventarisatieplan (2030)?"
    assert first.answer == "Ja.² Het plan is goed."
    assert first.footnotes == {"1": "Theeblad, 1 maart 2031.", "2": "Kamerstuk 1, nr. 2."}
    assert (second.question, second.answer) == ("Komt er meer thee?", "Nee.")
    assert document.answer_id == "ah-tk-20302031-70"
    assert document.askers == (Person("Bos", "ABC"),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.4\nniets", "is a PDF that cannot be read"),
        (make_pdf(ANSWER)[:900], "is a PDF"),
        (make_pdf([[]]), "is a PDF without text"),
        (make_pdf([["Goedemorgen."]]), "prints no vraagnummer|holds no vragen|no numbered vragen"),
    ],
)
def test_a_pdf_that_is_no_kamervraag(data: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse_bytes(data, "ah.pdf")


def test_a_word_document() -> None:
    body = p("AH 612|2031Z00007") + p("Antwoord van minister Vos (Servies) (ontvangen 1 april 2031)")
    body += p("Vraag 1") + p("Kent u het bericht?^1") + p("Antwoord 1") + p("Ja.^2") + p("Het klopt.")
    body += f"<w:tbl><w:tr><w:tc>{p('Jaar')}</w:tc><w:tc>{p('Kop')}{p('pen')}</w:tc></w:tr></w:tbl>"
    body += f"<w:tbl><w:tr><w:tc>{p('Vraag 2')}{p('Hoe?')}{p('Antwoord 2')}{p('Zo.')}</w:tc></w:tr></w:tbl>"
    body += "<w:p><w:del><w:r><w:delText>weg</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    (document,) = parse_bytes(make_docx(body, ["Theeblad.", "Kamerstuk 1."]), "brief.docx")
    assert document.id == "2031Z00007"
    first, second = document.vragen
    assert (first.question, first.answer) == ("Kent u het bericht?¹", "Ja.²\nHet klopt.\nJaar | Kop pen")
    assert first.footnotes == {"1": "Theeblad.", "2": "Kamerstuk 1."}
    assert (second.question, second.answer) == ("Hoe?", "Zo.")


def level(number: int, form: str, text: str) -> str:
    values = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{values}</w:lvl>'


NUMBERING = (
    f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "%1%2)")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="8">{level(0, "bullet", "x")}{level(1, "lowerRoman", "%2.")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
    "</w:lvlOverride></w:num>"
)
STYLES = (
    '<w:style w:styleId="Vraag"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="Lus"><w:basedOn w:val="Lus"/><w:pPr/></w:style>'
)


def numbered(text: str, list_id: int, depth: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_the_numbers_of_automatic_lists_are_written_out() -> None:
    body = numbered("Een?", 1) + numbered("sub", 1, 1) + numbered("sub", 1, 1) + numbered("Twee?", 1) + p("Tekst")
    body += p("Drie?", '<w:pStyle w:val="Vraag"/>') + numbered("bol", 2) + numbered("i", 2, 1) + numbered("ii", 2, 1)
    body += numbered("Vijf?", 3) + numbered("", 1) + numbered("x", 9) + p("lus", '<w:pStyle w:val="Lus"/>')
    text = docx_text(make_docx(body, numbering=NUMBERING, styles=STYLES), "brief.docx")
    assert text.split("\n\n") == [
        "1. Een?", "1a) sub", "1b) sub", "2. Twee?", "Tekst", "3. Drie?", "• bol", "i. i", "ii. ii", "5. Vijf?", "x",
        "lus", "",
    ]  # fmt: skip


def test_questions_in_an_automatic_list_are_vragen() -> None:
    body = p("2031Z00007") + numbered("Een?", 1) + p("Antwoord:") + p("Ja.") + numbered("Twee?", 1)
    body += p("Antwoord:") + p("Nee.")
    (document,) = parse_bytes(make_docx(body, numbering=NUMBERING), "brief.docx")
    assert [(item.number, item.question, item.answer) for item in document.vragen] == [
        ("1", "Een?", "Ja."),
        ("2", "Twee?", "Nee."),
    ]


@pytest.mark.parametrize(
    ("blocks", "expected", "count"),
    [
        (["Is dat zo?1)", "1) Krant."], ["Is dat zo? [1]", "1) Krant."], 1),
        (["Zo?1) En gedrag2)?", "1. Krant.", "2. Blad."], ["Zo? [1] En gedrag [2]?", "1) Krant.", "2) Blad."], 2),
        (["Zo? [1] [2]", "[1] Krant[2] Blad."], ["Zo? [1],[2]", "1) Krant", "2) Blad."], 2),
        (["Een lijst:", "1. punt", "2. punt"], ["Een lijst:", "1. punt", "2. punt"], 0),
        (["Zo? 1)", "1) Krant.", "Vraag 2", "Hoe?"], ["Zo? 1)", "1) Krant.", "Vraag 2", "Hoe?"], 0),
        ([], [], 0),
    ],
)
def test_typed_notes(blocks: list[str], expected: list[str], count: int) -> None:
    assert settle_typed_notes(blocks) == (expected, count)


def test_typed_notes_and_those_of_word_are_one_series() -> None:
    body = p("2031Z00007") + p("Vraag 1") + p("Klopt dat?1)") + p("Antwoord 1") + p("Ja.^1") + p("1) Theeblad.")
    (document,) = parse_bytes(make_docx(body, ["Kamerstuk 1."]), "brief.docx")
    (item,) = document.vragen
    assert (item.question, item.answer) == ("Klopt dat?¹", "Ja.²")
    assert item.footnotes == {"1": "Theeblad.", "2": "Kamerstuk 1."}


def test_a_sentence_in_two_paragraphs_is_whole() -> None:
    body = p("In antwoord op uw brief van 3 maart 2031 deel ik u mede") + p("dat de vragen worden beantwoord.")
    text = docx_text(make_docx(body + p("a. punt") + p("Vraag 1") + p("kunt u dat?")), "brief.docx")
    whole = "In antwoord op uw brief van 3 maart 2031 deel ik u mede dat de vragen worden beantwoord."
    assert text.split("\n\n")[:4] == [whole, "a. punt", "Vraag 1", "kunt u dat?"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (make_docx(p("Vraag 1"))[:200], "damaged"),
        (make_docx("<w:p>"), "no well-formed XML"),
        (make_docx("", document="<w:geen/>"), "without a text"),
        (make_docx("<w:tbl><w:tr><w:tc>" * 90 + "</w:tc></w:tr></w:tbl>" * 90), "deeper|well-formed"),
        (make_docx(p("x" * 3_000_000)), "unpacks to more than is safe"),
    ],
)
def test_a_word_document_that_is_broken(data: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse_bytes(data, "brief 2031Z00007.docx")


@pytest.mark.parametrize(
    ("start", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "DOCX"),
        (b"{\\rtf1 Vraag 1}", "DOCX"),
        (b"\x1f\x8b\x08", "unpack"),
        (b"\x89PNG\r\n", "picture"),
        (make_odt(), "ODT"),
    ],
)
def test_what_holds_no_text_is_refused_by_name(start: bytes, word: str) -> None:
    with pytest.raises(ParseError, match=word):
        parse_bytes(start, "bijlage")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 2000), st.sampled_from(["pdf", "docx"]))
def test_broken_bytes_are_a_parse_error_or_a_kamervraag(noise: bytes, at: int, kind: str) -> None:
    whole = make_pdf(ANSWER) if kind == "pdf" else make_docx(p("Vraag 1") + p("Hoe?") + p("Antwoord 1") + p("Zo."))
    data = whole[:at] + noise + whole[at + len(noise) :]
    try:
        documents = parse_bytes(data, "2031Z00007")
    except ParseError:
        documents = []
    assert all(isinstance(document, Kamervraag) for document in documents)


def headings(text: str, word: str) -> list[int]:
    """Return the numbers in the headings of a raw text: an independent count."""
    found: list[int] = []
    for line in re.findall(rf"(?m)^\s*{word}(?: op)?(?: vragen| vraag)? ((?:[ ,]|\d|en)+):?\s*$", text):
        found += [int(number) for number in re.findall(r"\d+", line)]
    return found


@real
@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem[:8])
def test_a_real_pdf_loses_no_vraag_and_reads_as_its_text(path: Path) -> None:
    (document,) = parse_file(path)
    raw = (DOCUMENTS / "pdf-text" / f"{path.stem}.txt").read_text(encoding="utf-8")
    assert sorted(int(item.number) for item in document.vragen) == sorted(headings(raw, "Vraag"))
    assert sorted(int(item.number) for item in document.vragen if item.answer) == sorted(headings(raw, "Antwoord"))
    (text,) = parse_file(DOCUMENTS / "pdf-text" / f"{path.stem}.txt")

    def bare(item: Kamervraag) -> str:
        return re.sub(r"\s", "", repr(item).replace(r"\n", ""))

    assert bare(document) == bare(text)


@real
@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem[-40:])
def test_a_real_word_document_loses_no_vraag(path: Path) -> None:
    number = next((value for key, value in UNNUMBERED.items() if key in path.name), "")
    (document,) = parse_bytes(path.read_bytes(), f"{number} {path.name}")
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode()
    paragraphs = re.sub(r"<w:br/>", "\n", xml).replace("</w:p>", "\n")
    raw = re.sub(r"<[^>]+>", "", paragraphs)
    assert sorted(int(item.number) for item in document.vragen) == sorted(headings(raw, "Vraag"))
    assert all(item.question and item.answer for item in document.vragen)
    assert document.title
    assert document.askers
    marks = {mark: note for item in document.vragen for mark, note in item.footnotes.items()}
    assert all(marks.values())
    assert len(marks) >= xml.count("<w:footnoteReference ")


@real
def test_the_pages_of_a_real_pdf_keep_their_words() -> None:
    for path in PDFS:
        words = re.sub(r"[\s-]", "", pdf_text(path.read_bytes(), path.name))
        text = (DOCUMENTS / "pdf-text" / f"{path.stem}.txt").read_text(encoding="utf-8")
        expected = re.sub(r"[\s-]", "", text)
        assert words.replace("\f", "") == expected.replace("\f", "")
