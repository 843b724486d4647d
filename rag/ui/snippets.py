"""The piece of a text that shows why it was found, with the words of the query marked."""

import re
from collections.abc import Callable

from embeddings.lexical import stems, words
from rag.sentences import split_sentences
from rag.ui.words import typeset

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_PART_OF_COMPOUND = 5


def snippet_html(text: str | None, query: str, most: int = 320) -> str:
    """Return safe HTML of the sentences that hold most of the query's words, from the first of them on.

    Args:
        text: Plain text, or None for none.
        query: Its words, their stems, and long words inside a compound are marked.
        most: Characters, about; what is left out shows as "…".
    """
    sentences = split_sentences(text or "")
    if not sentences:
        return ""
    marks = matcher(query)
    best = max(range(len(sentences)), key=lambda place: (_matches(sentences[place], marks), -place))
    taken, place = sentences[best], best + 1
    while place < len(sentences) and len(taken) + len(sentences[place]) < most:
        taken += f" {sentences[place]}"
        place += 1
    start, end = _cut(taken, most, marks)
    before = "… " if best or start else ""
    after = " …" if end < len(taken) or place < len(sentences) else ""
    return before + marked_html(taken[start:end], marks) + after


def matcher(query: str) -> Callable[[str], bool]:
    """Return what says whether a word is one of the query's."""
    wanted, long = set(stems(query)), [word for word in words(query) if len(word) > _PART_OF_COMPOUND]

    def matches(word: str) -> bool:
        folded = word.lower()
        return any(part in folded for part in long) or bool(wanted and wanted & set(stems(folded)))

    return matches


def marked_html(text: str, matches: Callable[[str], bool]) -> str:
    """Return escaped text with the matching words in `<mark>`."""
    pieces, place = [], 0
    for found in _WORD.finditer(text):
        if matches(found.group()):
            pieces += [typeset(text[place : found.start()]), f"<mark>{typeset(found.group())}</mark>"]
            place = found.end()
    return "".join([*pieces, typeset(text[place:])])


def _matches(sentence: str, matches: Callable[[str], bool]) -> int:
    return len({found.lower() for found in _WORD.findall(sentence) if matches(found)})


def _cut(text: str, most: int, matches: Callable[[str], bool]) -> tuple[int, int]:
    """Return where a text is cut, at words, so that its first match is in what remains."""
    if len(text) <= most:
        return 0, len(text)
    first = next((found.start() for found in _WORD.finditer(text) if matches(found.group())), 0)
    start = 0 if first < most * 2 // 3 else text.rfind(" ", 0, first - most // 3) + 1
    if start + most >= len(text):
        return start, len(text)
    end = text.rfind(" ", start, start + most)
    return start, end if end > start else start + most
