"""What a search saw of a question, measured so that corpora of any size compare; `rag.support` decides on it."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from embeddings.encoder import Vectors
from rag.index import Words
from rag.passages import embedded_text
from rag.records import Hit, Signals

_READ = 3
_LEFT_OUT = 5
"""How many content words are left out in turn, the rarest."""

_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")
_DUTCH = frozenset(
    "de het een zijn waren wat hoe hoeveel wanneer waarom wie welke van voor naar op aan bij met door kan kunnen moet "
    "mag wordt worden er ze zij hun ons mijn ik je niet geen dat die dit te om over ook nog "
    "en als heeft hebben uit tot gaat komt na sinds tussen tijdens zonder tegen omdat al nog wel".split()
)
_ENGLISH = frozenset(
    "the are what how many much when why who which do does did for to on at by from can could should would has have "
    "had been it they there their our my i you and or not "
    "will be a with where this these your if about any must after before since between during still than its his her "
    "only more most into up against without within because number share amount list lists cost costs".split()
)


def is_english(question: str) -> bool:
    """Whether more of its function words are English than Dutch."""
    found = re.findall(r"[a-z]+", question.lower())
    return sum(word in _ENGLISH for word in found) > sum(word in _DUTCH for word in found)


def language_of(question: str) -> str:
    """Return "nl" or "en"."""
    return "en" if is_english(question) else "nl"


def signals_of(
    question: str,
    hits: Sequence[Hit],
    sides: Sequence[tuple[float, float]],
    level: tuple[float, float],
    lexical: Words,
    off_topic: float,
    late: float,
    whole: str,
    last: float = 0.0,
) -> Signals:
    """Return the signals of a search.

    Args:
        question: As it was searched.
        hits: Best first, at least one.
        sides: Of every candidate the dense and the lexical score, in standard deviations above the background.
        level: Mean and standard deviation of the dense background.
        lexical: For the rarity of words.
        off_topic: As `rag.offtopic` gives it.
        late: The best match token by token; 0 where there are no tokens.
        whole: The question with the words that were read as filters.
        last: The match of the last question alone, where it stands behind others.
    """
    dense = sorted((score for score, _ in sides), reverse=True)
    tops = [set(np.argsort([-side[which] for side in sides], kind="stable")[:10].tolist()) for which in (0, 1)]
    passages = [hit.passage for hit in hits[:_READ]]
    read = "\n".join(embedded_text(passage) for passage in passages)
    days = " ".join(f"{passage.asked or ''} {passage.answered or ''}" for passage in passages)
    english = is_english(question)
    content, length = len(lexical.rarities(question)), len(whole.split())
    named = max(0, length - len(question.split()))
    return Signals(
        dense=round(dense[0] * level[1] + level[0], 6),
        dense_z=round(dense[0], 6),
        margin=round(dense[0] - dense[min(9, len(dense) - 1)], 6),
        lexical_z=round(max(score for _, score in sides), 6),
        coverage=0.0 if english else round(lexical.coverage(question), 6),
        absent=0.0 if english else round(1 - lexical.coverage(question, read), 6),
        numbers_missing=sum(number not in read and number not in days for number in _NUMBER.findall(question)),
        words=content,
        passages=lexical.count,
        english=english,
        agreement=len(tops[0] & tops[1]) / 10,
        off_topic=round(off_topic, 6),
        late=round(late, 6),
        length=length + content + named,
        last=round(last, 6),
    )


def level_of(background: Vectors, vector: Vectors, prior: tuple[float, float]) -> tuple[float, float]:
    """Return mean and standard deviation of a question's inner product with background passages.

    Args:
        background: shape (n, dimension), centred.
        vector: shape (dimension,), the centred question.
        prior: A standard deviation, and how many passages it weighs.
    """
    scores = background @ vector
    count = len(scores)
    variance = (count * float(scores.var()) + prior[1] * prior[0] ** 2) / (count + prior[1])
    return float(scores.mean()), variance**0.5


def foreign_of(question: str, rarities: Mapping[str, float], nearness: Callable[[list[str]], Sequence[float]]) -> float:
    """Return how much nearer the best passage comes when a word of the question is left out, weighed by rarity.

    A word that the passage speaks of, in whatever words, brings the question nearer; one that is foreign to it keeps
    it away. 0 where each word helps.

    Args:
        question: As it was searched.
        rarities: Its content words, each with its rarity.
        nearness: Inner products of questions with the best passage.
    """
    words = sorted(rarities, key=lambda word: -rarities[word])[:_LEFT_OUT]
    if len(words) < 2:
        return 0.0
    whole, *others = nearness([question, *(_without(question, word) for word in words)])
    gains = [rarities[word] * max(0.0, other - whole) for word, other in zip(words, others, strict=True)]
    return round(float(sum(gains)) / sum(rarities[word] for word in words), 6)


def _without(question: str, word: str) -> str:
    kept = " ".join(token for token in question.split() if word not in token.lower())
    return kept or question
