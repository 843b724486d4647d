"""A Kamervraag as a JSON object: one line of the documents file. A strict reader and a writer.

The form is fixed (README, "The documents file"). Only `id` and `vragen` are required, and in a vraag only
`number` and one of `question` and `answer`; an unknown key is an error that names it, so that a misspelt key
never loses data unseen.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from rag.errors import DocumentsError
from rag.records import Kamervraag, Mededeling, Person, Vraag

_ID = re.compile(r"[^\s/]+")
_Object = Mapping[str, Any]
T = TypeVar("T")


def parse_document(line: str, where: str) -> Kamervraag:
    """Read one line of a documents file.

    Args:
        line: A JSON object.
        where: File and line, for messages.

    Raises:
        DocumentsError: The line is not JSON of the documented form.
    """
    try:
        raw = json.loads(line, parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        raise DocumentsError(f"{where}: not valid JSON ({error}); expected one JSON object a line.") from error
    return _document(raw, where)


def dump_document(document: Kamervraag) -> str:
    """Return the document as one line of JSON, empty fields left out."""
    return json.dumps(document_to_json(document), ensure_ascii=False)


def document_to_json(document: Kamervraag) -> dict[str, Any]:
    """Return the document as the JSON object of the documents file, empty fields left out."""
    return _without_empty(
        {
            "id": document.id,
            "title": document.title,
            "asked": _iso(document.asked),
            "answered": _iso(document.answered),
            "askers": [person_to_json(person) for person in document.askers],
            "answerers": [person_to_json(person) for person in document.answerers],
            "topics": list(document.topics),
            "question_url": document.question_url,
            "answer_url": document.answer_url,
            "answer_id": document.answer_id,
            "vragen": [_vraag_to_json(vraag) for vraag in document.vragen],
            "mededelingen": [
                _without_empty({"date": _iso(item.date), "text": item.text}) for item in document.mededelingen
            ],
        },
        keep=("id", "vragen"),
    )


def person_to_json(person: Person) -> dict[str, str]:
    """Return a person as JSON: name, and role and party where known."""
    return _without_empty({"name": person.name, "role": person.role, "party": person.party})


def person_from_json(raw: object, where: str) -> Person:
    """Read a person.

    Raises:
        DocumentsError: Not an object with a `name`, or with unknown keys.
    """
    item = _object(raw, where, {"name", "party", "role"})
    name = _text(item, "name", where)
    if not name:
        raise DocumentsError(f"{where}: 'name' is missing or empty; give the person a name.")
    return Person(name, _text(item, "party", where), _text(item, "role", where))


def _document(raw: object, where: str) -> Kamervraag:
    item = _object(raw, where, set(Kamervraag.__dataclass_fields__))
    identifier = _text(item, "id", where)
    if not identifier or not _ID.fullmatch(identifier):
        raise DocumentsError(
            f"{where}: 'id' is {identifier!r}; expected a vraagnummer such as \"2022Z04736\", without spaces or '/'."
        )
    where = f"{where} ({identifier})"
    vragen = _each(item, "vragen", where, _vraag)
    mededelingen = _each(item, "mededelingen", where, _mededeling)
    if "vragen" not in item:
        raise DocumentsError(f"{where}: 'vragen' is missing; expected a list of vragen.")
    if not vragen and not mededelingen:
        raise DocumentsError(f"{where}: has no vragen and no mededelingen; remove the line or complete it.")
    for number, count in Counter(vraag.number for vraag in vragen).items():
        if count > 1:
            raise DocumentsError(f"{where}: vraag {number!r} occurs {count} times; number each once.")
    return Kamervraag(
        id=identifier,
        vragen=vragen,
        title=_text(item, "title", where) or "",
        asked=_date(item, "asked", where),
        answered=_date(item, "answered", where),
        askers=_each(item, "askers", where, person_from_json),
        answerers=_each(item, "answerers", where, person_from_json),
        topics=_texts(item, "topics", where),
        question_url=_text(item, "question_url", where),
        answer_url=_text(item, "answer_url", where),
        answer_id=_text(item, "answer_id", where),
        mededelingen=mededelingen,
    )


def _vraag(raw: object, where: str) -> Vraag:
    item = _object(raw, where, set(Vraag.__dataclass_fields__))
    number = _text(item, "number", where)
    if not number or not _ID.fullmatch(number):
        raise DocumentsError(f"{where}: 'number' is {number!r}; expected the vraag's number as text, such as \"4\".")
    where = f"{where}, vraag {number}"
    question, answer = _text(item, "question", where), _text(item, "answer", where)
    if not question and not answer:
        raise DocumentsError(f"{where}: has neither 'question' nor 'answer'; give at least one of them.")
    notes = item.get("footnotes") or {}
    if not isinstance(notes, dict) or not all(isinstance(note, str) for note in notes.values()):
        raise DocumentsError(f"{where}: 'footnotes' is {notes!r}; expected an object of mark and text.")
    return Vraag(number, question, answer, _texts(item, "answered_with", where), notes)


def _mededeling(raw: object, where: str) -> Mededeling:
    item = _object(raw, where, {"date", "text"})
    text = _text(item, "text", where)
    if not text:
        raise DocumentsError(f"{where}: 'text' is missing or empty; give the mededeling its text.")
    return Mededeling(text, _date(item, "date", where))


def _vraag_to_json(vraag: Vraag) -> dict[str, Any]:
    return _without_empty(
        {
            "number": vraag.number,
            "question": vraag.question,
            "answer": vraag.answer,
            "answered_with": list(vraag.answered_with),
            "footnotes": dict(vraag.footnotes),
        }
    )


def _object(raw: object, where: str, known: set[str]) -> _Object:
    if not isinstance(raw, dict):
        raise DocumentsError(f"{where}: found {_kind(raw)}; expected a JSON object.")
    unknown = sorted(set(raw) - known)
    if unknown:
        raise DocumentsError(
            f"{where}: unknown key {', '.join(map(repr, unknown))}; known are {', '.join(sorted(known))}."
        )
    return raw


def _each(item: _Object, key: str, where: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    raw = item.get(key)
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise DocumentsError(f"{where}: {key!r} is {_kind(raw)}; expected a list.")
    return tuple(read(entry, f"{where}, {key}[{index}]") for index, entry in enumerate(raw))


def _text(item: _Object, key: str, where: str) -> str | None:
    value = item.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise DocumentsError(f"{where}: {key!r} is {_kind(value)}; expected text.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DocumentsError(f"{where}: {key!r} holds half a surrogate pair; expected valid Unicode.") from error
    return value.strip() or None


def _texts(item: _Object, key: str, where: str) -> tuple[str, ...]:
    def read(raw: object, place: str) -> str:
        return _text({"text": raw}, "text", place) or ""

    return tuple(text for text in _each(item, key, where, read) if text)


def _date(item: _Object, key: str, where: str) -> date | None:
    value = _text(item, key, where)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise DocumentsError(f'{where}: {key!r} is {value!r}; expected a date such as "2022-06-02".') from error


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _kind(value: object) -> str:
    return f"{type(value).__name__} {value!r:.60}"


def _without_empty(item: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value or key in keep}


def _reject_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
