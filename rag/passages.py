"""Documents into passages (one a vraag, one a mededeling), and passages into the windows that are embedded."""

import re
from collections.abc import Callable, Iterator

from rag.records import MEDEDELING, Kamervraag, Passage
from rag.sentences import split_sentences

_MARKS = re.compile(r"(?<=[^\s\d])[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=[\s.,;:!?»)]|$)")
CountTokens = Callable[[list[str]], list[int]]


def passages_of(document: Kamervraag) -> Iterator[Passage]:
    """Yield the passages of a document: its vragen in order, then its mededelingen."""
    for vraag in document.vragen:
        yield _passage(document, vraag.number, vraag.question, vraag.answer, vraag.answered_with, dict(vraag.footnotes))
    for index, mededeling in enumerate(document.mededelingen, 1):
        number = MEDEDELING if index == 1 else f"{MEDEDELING}-{index}"
        yield _passage(document, number, None, mededeling.text, (), {})


def embedded_text(passage: Passage) -> str:
    """Return the text that stands for a passage in the index: title, vraag and antwoord, footnote marks left out."""
    parts = (passage.title, passage.question, passage.answer)
    return _MARKS.sub("", "\n".join(part for part in parts if part))


def windows_of(passage: Passage, max_tokens: int, count_tokens: CountTokens) -> list[str]:
    """Cut the embedded text at sentence borders into windows of at most `max_tokens` tokens.

    Each window after the first begins with the title, so that none loses its subject. A single sentence longer
    than the encoder reads stays one window (the encoder reads its beginning).
    """
    text = embedded_text(passage)
    if len(text) < 2 * max_tokens or count_tokens([text])[0] <= max_tokens:
        return [text]
    sentences = split_sentences(text)
    lengths = count_tokens(sentences)
    head = passage.title[:200]
    budget = max_tokens - count_tokens([head])[0]
    windows: list[list[str]] = [[]]
    used = 0
    for sentence, length in zip(sentences, lengths, strict=True):
        if windows[-1] and used + length > budget:
            windows.append([head] if head else [])
            used = 0
        windows[-1].append(sentence)
        used += length
    return ["\n".join(window) for window in windows]


def _passage(
    document: Kamervraag,
    number: str,
    question: str | None,
    answer: str | None,
    answered_with: tuple[str, ...],
    footnotes: dict[str, str],
) -> Passage:
    return Passage(
        id=f"{document.id}/{number}",
        document=document.id,
        number=number,
        title=document.title,
        question=question,
        answer=answer,
        answered_with=answered_with,
        footnotes=footnotes,
        asked=document.asked,
        answered=document.answered,
        askers=document.askers,
        answerers=document.answerers,
        topics=document.topics,
        question_url=document.question_url,
        answer_url=document.answer_url,
        answer_id=document.answer_id,
    )
