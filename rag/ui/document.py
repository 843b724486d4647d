"""A conversation as a Word document (DOCX), with its sources as links. The one owner of python-docx."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from rag.records import Passage
from rag.ui.texts import text
from rag.ui.turns import Turn
from rag.ui.words import builds_in_words, formal_citation
from rag.wording import day_in_words, people_in_words

_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_WORD_LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}


def docx(turns: Sequence[Turn], passages: Mapping[str, Passage], language: str = "nl") -> bytes:
    """Return the bytes of a DOCX: each question a heading, quotations with their footnotes, and its numbered sources.

    Args:
        turns: The conversation.
        passages: Those that the turns cite, by id.
        language: Of the words around the quotations.
    """
    from docx import Document

    document = Document()
    document.core_properties.title = "Kamerwijzer"
    document.core_properties.author = "Kamerwijzer"
    document.core_properties.language = _WORD_LANGUAGES[language]
    document.add_heading("Kamerwijzer", 0)
    for turn in turns:
        document.add_heading(_clean(turn.query), 1)
        for remark in (turn.understood and f"{text('understood', language)}: {turn.understood}", turn.note):
            if remark:
                document.add_paragraph().add_run(_clean(remark)).italic = True
        if turn.reason:
            document.add_paragraph(_clean(turn.reason))
        for words, numbers in turn.runs(passages):
            document.add_paragraph(f"{_clean(words)} {numbers}", style=None if turn.model else "Quote")
        for note in turn.notes(passages, language):
            document.add_paragraph(_clean(note))
        _sources(document, turn, passages, language)
    for line in (*builds_in_words((turn.build for turn in turns), language), text("footer", language)):
        document.add_paragraph(line).runs[0].italic = True
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _sources(document: Any, turn: Turn, passages: Mapping[str, Passage], language: str) -> None:  # noqa: ANN401
    known = [(number, passages[name]) for number, name in enumerate(turn.cited, 1) if name in passages]
    if known:
        document.add_heading(text("sources", language), 2)
    for number, passage in known:
        day = day_in_words(passage.answered, language) if passage.answered else ""
        parts = [passage.citation, passage.title, people_in_words(passage.answerers, with_role=True), day]
        parts.append(formal_citation(passage.answer_id) or "")
        paragraph = document.add_paragraph(f"[{number}] " + _clean(", ".join(part for part in parts if part)))
        if passage.url and passage.url.startswith(("http://", "https://")):
            paragraph.add_run(", ")
            _link(paragraph, passage.url)


def _link(paragraph: Any, url: str) -> None:  # noqa: ANN401
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, _LINK, is_external=True))
    run = paragraph.add_run(_clean(url))
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _clean(words: str) -> str:
    """Return words on one line without control characters, which XML cannot hold."""
    return " ".join("".join(character if character.isprintable() else " " for character in words).split())
