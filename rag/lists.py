"""Lists in an antwoord: which sentence introduces an item ("… de volgende maatregelen:"), by the places of both."""

import re

from rag.sentences import split_sentences

_ITEM = re.compile(r"(?:[•●▪◦·*–—-]\s*\S|[(]?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s|[^\W\d_A-Z][^\W_])")
"""How the line of an item begins: with a mark, a number or letter, or in small letters."""


def introduces(sentence: str) -> bool:
    """Whether a sentence announces what comes behind it."""
    return sentence.endswith(":")


def introductions(answer: str) -> dict[int, int]:
    """Return for each sentence that stands in a list the sentence that introduces it; both by place, from 0.

    A list is what follows a sentence that ends in a colon: the next line in any case, then the lines that look like
    items. Within a line the sentence right behind such a sentence is its item.
    """
    found: dict[int, int] = {}
    place, opened, just = 0, None, False
    for line in filter(str.strip, answer.splitlines()):
        sentences = split_sentences(line)
        if opened is not None and not just and not _ITEM.match(line.strip()) and not line.rstrip().endswith(";"):
            opened = None
        for step, sentence in enumerate(sentences):
            if step and introduces(sentences[step - 1]):
                found[place] = place - 1
            elif opened is not None:
                found[place] = opened
            last = sentence
            place += 1
        just = bool(sentences) and introduces(last)
        if just:
            opened = place - 1
    return found
