"""How a passage is stored: what its document has in common and what is its own, each as JSON; and back."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from rag.document_form import person_from_json, person_to_json
from rag.records import MEDEDELING, Kamervraag, Mededeling, Passage, Vraag


def common_to_json(passage: Passage) -> dict[str, Any]:
    """Return what all passages of a document share."""
    return {
        "document": passage.document,
        "title": passage.title,
        "asked": passage.asked.isoformat() if passage.asked else None,
        "answered": passage.answered.isoformat() if passage.answered else None,
        "askers": [person_to_json(person) for person in passage.askers],
        "answerers": [person_to_json(person) for person in passage.answerers],
        "topics": list(passage.topics),
        "question_url": passage.question_url,
        "answer_url": passage.answer_url,
        "answer_id": passage.answer_id,
    }


def own_to_json(passage: Passage) -> dict[str, Any]:
    """Return what a passage has of its own, but for its id and what is empty."""
    own = {
        "number": passage.number,
        "question": passage.question,
        "answer": passage.answer,
        "answered_with": list(passage.answered_with),
        "footnotes": dict(passage.footnotes),
    }
    return {key: value for key, value in own.items() if value or isinstance(value, str)}


def kamervraag_of(passages: Sequence[Passage]) -> Kamervraag:
    """Return the document that passages make, in their order; the days of mededelingen are not stored."""
    first = passages[0]
    vragen = [passage for passage in passages if not passage.number.startswith(MEDEDELING)]
    return Kamervraag(
        id=first.document,
        vragen=tuple(
            Vraag(item.number, item.question, item.answer, item.answered_with, item.footnotes) for item in vragen
        ),
        title=first.title,
        asked=first.asked,
        answered=first.answered,
        askers=first.askers,
        answerers=first.answerers,
        topics=first.topics,
        question_url=first.question_url,
        answer_url=first.answer_url,
        answer_id=first.answer_id,
        mededelingen=tuple(Mededeling(item.answer or "") for item in passages if item.number.startswith(MEDEDELING)),
    )


def passage_to_text(passage: Passage) -> str:
    """Return all of a passage as one text, for where nothing is kept apart; `passage_of` reads it."""
    return json.dumps({**common_to_json(passage), **own_to_json(passage), "id": passage.id}, ensure_ascii=False)


def passage_of(common: str, own: str = "{}") -> Passage:
    """Return a passage from both texts."""
    empty: dict[str, Any] = {"question": None, "answer": None, "answered_with": (), "footnotes": {}}
    item = {**empty, **json.loads(common), **json.loads(own)}
    people = {key: tuple(person_from_json(person, key) for person in item[key]) for key in ("askers", "answerers")}
    days = {key: date.fromisoformat(item[key]) if item[key] else None for key in ("asked", "answered")}
    lists = {key: tuple(item[key]) for key in ("topics", "answered_with")}
    return Passage(**{"id": f"{item['document']}/{item['number']}", **item, **people, **days, **lists})


def facets_of(passage: Passage) -> set[tuple[str, str]]:
    """Return what a passage can be filtered by: kinds with their values."""
    facets = {("topic", topic) for topic in passage.topics}
    if passage.answer_id:
        facets.add(("answer_id", passage.answer_id))
    for person in passage.askers:
        facets |= {("asker", person.name)} | ({("party", person.party)} if person.party else set())
    for person in passage.answerers:
        facets |= {("answerer", person.name)} | ({("role", person.role)} if person.role else set())
    return facets
