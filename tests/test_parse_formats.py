"""One Kamervraag in every format: the same vragen come out, whitespace aside."""

import bz2
import json
from xml.sax.saxutils import escape

import pytest
from test_parse_pdf_docx import make_docx, make_pdf
from test_parse_pdf_docx import p as paragraph

from rag.parsing import parse_bytes
from rag.records import Vraag

BLOCKS = [  # kind, heading, paragraphs; "^1" is the mark of note 1
    ("vraag", "1", ["Kent u het bericht «Pot lekt»?^1 Wat vindt u van het theekopjesinventarisatieplan dat er ligt?"]),
    ("antwoord", "1", ["Ja.", "Het plan is goed; de uitstoot van CO2 daalt sinds 2029.^2"]),
    ("vraag", "2, 3", ["Hoeveel koppen zijn er nu?", "Hoeveel daarvan zijn nog heel?"]),
    ("antwoord", "2, 3", ["Er zijn er 3.500, van 10 soorten, en alle zijn heel."]),
    ("vraag", "4", ["Komt er meer thee?"]),
    ("antwoord", "4", ["Zie mijn antwoord op vraag 1."]),
]
NOTES = {"1": "Theeblad, 1 maart 2031.", "2": "Kamerstuk 1, nr. 2."}
SENT = "Vragen van het lid Bos (ABC) aan de Minister van Servies over thee (ingezonden 3 maart 2031)."
RECEIVED = "Antwoord van Minister Vos (Servies) (ontvangen 1 april 2031)."
EXPECTED = (
    Vraag("1", BLOCKS[0][2][0].replace("^1", "¹"), "\n".join(BLOCKS[1][2]).replace("^2", "²"), footnotes=NOTES),
    Vraag("2", BLOCKS[2][2][0], BLOCKS[3][2][0], ("3",)),
    Vraag("3", BLOCKS[2][2][1], BLOCKS[3][2][0], ("2",)),
    Vraag("4", BLOCKS[4][2][0], BLOCKS[5][2][0]),
)


def heading(kind: str, numbers: str) -> str:
    return f"{kind.title()} {numbers.replace(', ', ' en ')}"


def as_text() -> bytes:
    lines = ["2031Z00007", SENT, RECEIVED]
    for kind, numbers, texts in BLOCKS:
        lines += [heading(kind, numbers), *texts]
    notes = [f"{mark}{note}" for mark, note in NOTES.items()]
    lines += [*notes, "ah-tk-20302031-70", "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel 1"]
    return "\n".join(lines).replace("^", "").encode()


def wrapped(text: str) -> list[str]:
    """Break a text as a typeset page does: below 70 characters, in the middle of a word where that is due."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) < 70:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif len(word) > 20:
            lines[-1] += f" {word[:10]}-"
            lines.append(word[10:])
        else:
            lines.append(word)
    return lines


def as_pdf() -> bytes:
    pages = [["Vergaderjaar 2030–2031 Aanhangsel van de Handelingen", "2031Z00007", *wrapped(SENT), *wrapped(RECEIVED)]]
    foot = "Tweede Kamer, vergaderjaar 2030–2031, Aanhangsel {}"
    for kind, numbers, texts in BLOCKS:
        if numbers == "4" and kind == "vraag":
            notes = [f"{mark} {note}" for mark, note in NOTES.items()]
            pages[0] += ["--", *notes, "ah-tk-20302031-70", foot.format(1)]
            pages.append([])
        pages[-1] += [heading(kind, numbers), *(line for text in texts for line in wrapped(text))]
    pages[-1].append(foot.format(2))
    return make_pdf([[line.replace("^", "") for line in page] for page in pages])


def as_docx() -> bytes:
    body = paragraph("2031Z00007") + paragraph(SENT) + paragraph(RECEIVED)
    for kind, numbers, texts in BLOCKS:
        body += paragraph(heading(kind, numbers)) + "".join(map(paragraph, texts))
    return make_docx(body, list(NOTES.values()))


def elements(kind: str, numbers: str, texts: list[str]) -> str:
    body = "".join(f"<al>{escape(text)}</al>" for text in texts)
    for mark, note in NOTES.items():
        text = f'<noot id="n{mark}" type="voet"><noot.nr>{mark}</noot.nr><noot.al>{note}</noot.al></noot>'
        body = body.replace(f"^{mark}", text)
    return f'<{kind}><nr status="officieel">{kind.title()} {numbers}</nr>{body}</{kind}>'


def as_xml() -> bytes:
    heads = f"<kamervraagomschrijving>{SENT}</kamervraagomschrijving>"
    heads += f"<kamervraagomschrijving>{RECEIVED}</kamervraagomschrijving>"
    body = "".join(elements(*block) for block in BLOCKS)
    return f"<officiele-publicatie><kamervragen>{heads}{body}</kamervragen></officiele-publicatie>".encode()


def as_html() -> bytes:
    body = f"<h1>{SENT}</h1><h1>{RECEIVED}</h1>"
    for kind, numbers, texts in BLOCKS:
        inner = "".join(f"<p>{escape(text)}</p>" for text in texts)
        body += f'<div class="{kind}"><h2>{kind.title()} {numbers}</h2>{inner}</div>'
    for mark, note in NOTES.items():
        body = body.replace(f"^{mark}", f'<a href="#n{mark}" class="nootnum"><sup>{mark}</sup></a>')
        body += f'<div class="voet noot" id="n{mark}"><p><span class="nootnum">{mark}</span>{note}</p></div>'
    return f"<!DOCTYPE html><html><body><main>{body}</main></body></html>".encode()


def as_data_set() -> bytes:
    pairs = {
        numbers.replace(", ", " "): {
            "vraag": ["x", elements("vraag", numbers, texts)],
            "antwoord": ["x", elements("antwoord", numbers, answer)],
        }
        for (_, numbers, texts), (_, _, answer) in zip(BLOCKS[::2], BLOCKS[1::2], strict=True)
    }
    return bz2.compress(json.dumps({"ah-tk-20302031-70": {"vraagdata": dict(sorted(pairs.items()))}}).encode())


@pytest.mark.parametrize("make", [as_text, as_pdf, as_docx, as_xml, as_html, as_data_set])
def test_the_vragen_are_the_same_in_every_format(make: object) -> None:
    assert callable(make)
    (document,) = parse_bytes(make(), "2031Z00007")
    bare = [
        (item.number, _joined(item.question), _joined(item.answer), item.answered_with, dict(item.footnotes))
        for item in document.vragen
    ]
    assert bare == [
        (item.number, _joined(item.question), _joined(item.answer), item.answered_with, dict(item.footnotes))
        for item in EXPECTED
    ]


def _joined(text: str | None) -> str:
    return " ".join((text or "").split())
