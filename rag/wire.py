"""Hits and answers as the JSON that the command line prints and the HTTP API returns."""

from dataclasses import asdict
from typing import Any

from rag.document_form import person_to_json
from rag.records import Answer, Hit
from rag.support import ANSWER_FROM, contributions_of


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return a hit with its passage's text, citation and metadata."""
    passage = hit.passage
    return {
        "id": hit.id,
        "score": hit.score,
        "document": passage.document,
        "number": passage.number,
        "title": passage.title,
        "question": passage.question,
        "answer": passage.answer,
        "citation": hit.citation,
        "url": passage.url,
        "asked": passage.asked.isoformat() if passage.asked else None,
        "answered": passage.answered.isoformat() if passage.answered else None,
        "askers": [person_to_json(person) for person in passage.askers],
        "answerers": [person_to_json(person) for person in passage.answerers],
        "footnotes": dict(passage.footnotes),
        "also": list(hit.also),
    }


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer with its sentences, citations and hits."""
    return {
        "query": answer.query,
        "refused": answer.refused,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "text": answer.text,
        "sentences": [{"text": sentence.text, "citations": list(sentence.citations)} for sentence in answer.sentences],
        "hits": [hit_to_json(hit) for hit in answer.hits],
        "newer": dict(answer.newer),
        "understood": answer.understood,
        "filters": dict(answer.filters),
        "build": answer.build,
        "settings": dict(answer.settings),
        "model": answer.model,
        "unsure": answer.unsure,
        "listed": answer.listed,
        "notice": answer.notice,
        "unsupported": [asdict(sentence) for sentence in answer.unsupported],
    }


def explanation_to_json(answer: Answer) -> dict[str, Any]:
    """Return why the answer is what it is: what was understood, support and its terms, what a model wrote in vain."""
    return {
        "outcome": answer.outcome,
        "reason": answer.reason,
        "understood": answer.understood,
        "filters": dict(answer.filters),
        "support": answer.support,
        "threshold": ANSWER_FROM,
        "contributions": {name: round(value, 4) for name, value in contributions_of(answer.signals).items()},
        "signals": asdict(answer.signals),
        "model": answer.model,
        "notice": answer.notice,
        "unsupported": [asdict(sentence) for sentence in answer.unsupported],
    }
