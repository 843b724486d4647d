"""A conversation to keep: as Markdown with its sources, or its citations as BibTeX, RIS or CSL-JSON."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from rag.records import Passage
from rag.ui.document import docx
from rag.ui.texts import text
from rag.ui.turns import Turn
from rag.ui.words import builds_in_words, formal_citation
from rag.wording import answer_text, day_in_words, people_in_words

FORMS: Mapping[str, str] = {"docx": "docx", "markdown": "md", "bibtex": "bib", "ris": "ris", "csl": "json"}
"""The forms offered, each with the ending of its file."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$"}


def file_of(form: str, turns: Sequence[Turn], passages: Mapping[str, Passage], language: str = "nl") -> dict[str, str]:
    """Return a file in one of `FORMS` as the page saves it: `name`, and `text` or, for a DOCX, `base64`.

    Raises:
        KeyError: The form is none of them.
    """
    name = {"name": f"kamerwijzer.{FORMS[form]}"}
    if form == "docx":
        return {**name, "base64": b64encode(docx(turns, passages, language)).decode()}
    return {**name, "text": export(form, turns, passages, language)}


def export(form: str, turns: Sequence[Turn], passages: Mapping[str, Passage], language: str = "nl") -> str:
    """Return the text of a file in one of `FORMS` but DOCX.

    Raises:
        KeyError: The form is none of them.
    """
    writers = {"bibtex": bibtex, "ris": ris, "csl": csl_json}
    if form == "markdown":
        return markdown(turns, passages, language)
    cited = dict.fromkeys(name for turn in turns for name in turn.cited if name in passages)
    return writers[form]([passages[name] for name in cited])


def markdown(turns: Sequence[Turn], passages: Mapping[str, Passage], language: str = "nl") -> str:
    """Return the conversation: questions as headings, quotations, under each its footnotes and sources; last the build.

    A remark above an answer, such as that it is unsure, stands there too.
    """
    parts = ["# Kamerwijzer"]
    for turn in turns:
        parts.append(f"## {_plain(turn.query)}")
        if turn.reason:
            parts.append(_plain(turn.reason))
        if turn.note:
            parts.append(f"*{_plain(turn.note)}*")
        parts += [f"{'' if turn.model else '> '}{_plain(words)} {numbers}" for words, numbers in turn.runs(passages)]
        parts += [_plain(note) for note in turn.notes(passages, language)]
        sources = [
            f"{number}. {_source_markdown(passages[name], language)}"
            for number, name in enumerate(turn.cited, 1)
            if name in passages
        ]
        if sources:
            parts.append("\n".join([f"{text('sources', language)}:", "", *sources]))
    parts += builds_in_words((turn.build for turn in turns), language)
    return "\n\n".join(parts) + "\n"


def plain_text(turn: Turn, passages: Mapping[str, Passage], language: str = "nl") -> str:
    """Return an answer to paste anywhere: question, remark, sentences with citations, footnotes, sources, build.

    Raises:
        KeyError: A cited passage is not among the passages.
    """
    cited = {name: passages[name] for name in turn.cited}
    sources = [
        f"{number}. {_flat(', '.join(filter(None, (_source(passage, language), passage.url))))}"
        for number, passage in enumerate(cited.values(), 1)
    ]
    answer = answer_text(turn.sentences, cited, language, quoted=not turn.model)
    remarks = [turn.note] if turn.note else []
    listed = "\n".join([f"{text('sources', language)}:", *sources])
    notes = turn.notes(cited, language)
    below = ["\n".join(notes)] if notes else []
    return "\n\n".join([turn.query, *remarks, answer, *below, listed, *builds_in_words([turn.build], language)])


def bibtex(cited: Sequence[Passage]) -> str:
    """Return one `@misc` for each vraag."""
    entries = []
    for passage in cited:
        fields = {
            "title": passage.title or passage.citation,
            "author": " and ".join(f"{{{_tex(person.name)}}}" for person in passage.answerers),
            "year": str(passage.answered.year) if passage.answered else "",
            "date": passage.answered.isoformat() if passage.answered else "",
            "howpublished": formal_citation(passage.answer_id) or "",
            "note": passage.citation,
            "url": passage.url or "",
        }
        raw = ("author", "url")
        lines = [f"  {key} = {{{value if key in raw else _tex(value)}}}" for key, value in fields.items() if value]
        entries.append(f"@misc{{{_key(passage)},\n" + ",\n".join(lines) + "\n}\n")
    return "\n".join(entries)


def ris(cited: Sequence[Passage]) -> str:
    """Return one government document (`GOVDOC`) for each vraag."""
    records = []
    for passage in cited:
        lines = ["TY  - GOVDOC", f"TI  - {_flat(passage.title or passage.citation)}"]
        lines += [f"AU  - {_flat(person.name)}" for person in passage.answerers]
        if passage.answered:
            lines.append(f"DA  - {passage.answered:%Y/%m/%d}")
        formal = formal_citation(passage.answer_id)
        lines += [f"T2  - {formal}"] if formal else []
        lines.append(f"N1  - {passage.citation}")
        lines += [f"UR  - {_flat(passage.url)}"] if passage.url else []
        records.append("\n".join([*lines, "ER  - "]))
    return "\n\n".join(records) + "\n" if records else ""


def csl_json(cited: Sequence[Passage]) -> str:
    """Return a CSL-JSON list, one `document` for each vraag."""
    items: list[dict[str, Any]] = []
    for passage in cited:
        item: dict[str, Any] = {
            "id": _key(passage),
            "type": "document",
            "title": passage.title or passage.citation,
            "author": [{"literal": person.name} for person in passage.answerers],
            "container-title": formal_citation(passage.answer_id),
            "note": passage.citation,
            "URL": passage.url,
        }
        if passage.answered:
            item["issued"] = {"date-parts": [[passage.answered.year, passage.answered.month, passage.answered.day]]}
        items.append({key: value for key, value in item.items() if value})
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _source_markdown(passage: Passage, language: str) -> str:
    words = _plain(_source(passage, language))
    return f"{words}, <{passage.url}>" if passage.url else words


def _source(passage: Passage, language: str) -> str:
    parts = [passage.citation, passage.title, people_in_words(passage.answerers, with_role=True)]
    if passage.answered:
        parts.append(day_in_words(passage.answered, language))
    parts.append(formal_citation(passage.answer_id) or "")
    return ", ".join(part for part in parts if part)


def _plain(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", _flat(words))


def _tex(words: str) -> str:
    return "".join(_TEX.get(character, character) for character in _flat(words))


def _flat(words: str) -> str:
    return " ".join(words.split())


def _key(passage: Passage) -> str:
    return re.sub(r"[^\w-]", "-", passage.id)
