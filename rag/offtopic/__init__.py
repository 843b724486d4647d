"""What people also ask a chat, and Parliament never answers: recipes, jokes, code, feelings, orders to the program.

`off.txt` has examples of those, `on.txt` questions about policy as users type them; both were written for this purpose.
A build learns from them the direction in which the two differ, for its own encoder (ridge regression on the centred
vectors); where a question lies on it is one of the signals of `rag.support`.
"""

import re
from functools import lru_cache
from pathlib import Path

import numpy as np

from embeddings.encoder import Vectors

DIRECTION_FILE = "off_topic.npy"
"""Where a build keeps what `direction` gave."""

_PENALTY = 1.0
_WORD = re.compile(r"[^\W\d_]{2,}|\d{4}Z\d{3,}")
_GREETING = (
    r"(?:hoi|hallo|hey|hi|hello|goeden?\s?(?:morgen|middag|avond|nacht|dag)|good (?:morning|afternoon|evening)|bedankt"
    r"|dank ?(?:je|u|jullie)(?: ?wel)?|thanks?|thank you|doei|tot ziens|bye)"
)
_SMALL_TALK = (
    r"(?:dag|daar|allemaal|iedereen|mensen|there|all|everyone|everybody|world|again|alles|goed|hoe|gaat|is|het"
    r"|met|je|jij|jou|jullie|u|jouw|uw|hoor|wel|zeer|heel|erg|veel|hartelijk|ben|er|ik|mij|me|how|are|you|your"
    r"|doing|today|so|very|much|a|lot|for|the|help|answer|voor|de|hulp|antwoord|informatie|uitleg|kun|kan|kunt|can|helpen|en|and"
    r"|fijne|prettige|nog|een|vandaag|what'?s|up|chatbot|bot|assistent|kamerwijzer)"
)
"""Words that may stand behind a greeting; a question of substance has others."""

_STRONG = r"(?:je|jouw|uw|your|alle|all|any|bovenstaande|vorige|voorgaande|eerdere|previous|prior|earlier)"
_WEAK = (
    r"(?:al|of|the|de|het|deze|die|dit|these|those|this|that|above|van|eerste|first|system|geheime?|secret|oude|old)"
)
_RULES = (
    r"(?:instructies?|instructions?|opdracht(?:en)?|(?:veiligheids)?regels|rules|guidelines|(?:veiligheids)?richtlijnen|prompts?"
    r"|(?:system|systeem) ?prompt)\b"
)
_OBJECT = (
    rf"(?:(?:{_STRONG}|{_WEAK})\s+){{0,5}}{_RULES}|(?:{_WEAK}\s+){{0,3}}{_STRONG}\s+(?:[\w-]+\s+){{1,2}}{_RULES}"
    r"|(?:all |everything |the )*above\b|everything (?:said )?(?:before|previous)|(?:alles )?(?:wat )?hierboven\b"
)
"""What an order is about, right behind its verb: in "Vergeet het kabinet de regels?" somebody stands between them."""

_YOURS = (
    rf"(?:(?:{_STRONG}|{_WEAK})\s+){{0,3}}(?:je|jouw|uw|your|bovenstaande|vorige|voorgaande|eerdere|previous|prior"
    rf"|earlier|above)\s+(?:[\w-]+\s+){{0,2}}{_RULES}"
)
_IGNORED = rf"(?:negeer|ignore|disregard)\s+(?:(?:{_STRONG}|{_WEAK})\s+){{1,5}}(?:[\w-]+\s+){{1,3}}{_RULES}"
"""An order with more words before the rules ("the very strict safety rules"); no question opens with these verbs."""

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN = 4
"""From so many neighbouring keys on, letters are taken for mere typing."""

_VERB = r"(?:negeer|vergeet|ignore|disregard|forget|override|bypass)\b(?:\s+about\b)?"
_CODE = (
    r"select\s+(?:distinct\s+)?\*\s*from\s|select\s.{1,80}\sfrom\s.{1,80}(?:;\W*$|\bwhere\b.*[=<>]|\blimit\s+\d)"
    r"|(?:drop|create|alter|truncate)\s+table\s|insert\s+into\s+\w+\s*(?:\(|values\b)"
    r"|delete\s+from\s+\w+\s*(?:;|where\b)"
    r"|update\s+\w+\s+set\s+\w+\s*=|</?(?:script|html|head|body|div|span|img|iframe|svg|a|p)\b[^>]*>|<!doctype\b"
    r"|<\?(?:php|xml)"
    r"|def \w+\(|class \w+(?:\(\w*\))?:|function\s*\w*\(|print\(|console\.log\(|#!/|```"
    r"|import (?:numpy|pandas|sys|re|json|torch)\b|from [\w.]+ import \w"
)
_NO_QUESTION = re.compile(
    rf"^\W*{_GREETING}\b(?:[\s,.!?]+{_SMALL_TALK}\b){{0,8}}\W*$"
    rf"|^\W*{_GREETING}(?:[\s,.!?]+{_GREETING}\b)*\W*$"
    r"|^\W*dag(?:\s+(?:allemaal|iedereen|daar|mensen|kamerwijzer|hoor))?\W*$"
    rf"|(?:^\W*|[.!?]\s+)(?:(?:please|nu|now|so|ok|oké|okay|alsjeblieft)[\s,]+)?{_VERB}\s+(?:{_OBJECT})"
    rf"|(?:^\W*|[.!?]\s+)(?:(?:please|nu|now|so|ok|oké|okay|alsjeblieft)[\s,]+)?{_IGNORED}"
    rf"|(?:[,;:]\s+|\b(?:en|and|please|nu|now|so|then|dan)\s+|\byou\s+(?:\w+\s+){{0,2}})"
    rf"{_VERB}\s+{_YOURS}"
    rf"|\b(?:en|nu|dan)\s+negeer\s+{_STRONG}\s+{_RULES}"
    rf"|\b(?:je|jouw)\s+(?:[\w-]+\s+)?{_RULES}\s+(?:te\s+)?(?:negeren|vergeten)\b"
    rf"|\b(?:your|je|jouw|show|print|reveal|toon|geef|what(?:'s| is)|wat is)\s+(?:(?:me|mij|the|de|your|je|jouw)\s+)"
    r"{0,2}(?:systeemprompt|system ?prompt)\b"
    r"|\b(?:developer mode|DAN mode|jailbreak mode)\b|^\W*jailbreak\W*$"
    r"|^\s*(?:system|assistant)\s*:"
    rf"|^\s*(?:{_CODE})",
    re.IGNORECASE,
)


def is_no_question(question: str) -> bool:
    """Whether the text is a greeting, an order to the program or no words at all: nothing to search for."""
    return bool(_NO_QUESTION.search(question)) or not _WORD.search(question) or _is_typing(question)


def is_empty(question: str) -> bool:
    """Whether there is neither letter nor digit in a text."""
    return not any(character.isalnum() for character in question)


def _is_typing(question: str) -> bool:
    """Whether a text is keys pressed side by side ("asdf qwer zxcv"), with nothing that may be a word among them."""
    words = re.findall(r"\w+", question.lower())
    typed = [_typed(word) for word in words]
    return any(typed) and all(run or not re.search("[aeiouy0-9]", word) for run, word in zip(typed, words, strict=True))


def _typed(word: str) -> bool:
    """Whether a word is a run of neighbouring keys, in either direction."""
    return len(word) >= _RUN and any(word in row or word in row[::-1] for row in _KEYS)


@lru_cache(maxsize=1)
def examples() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the examples: off topic, and on."""
    folder = Path(__file__).parent
    off, on = (tuple((folder / name).read_text(encoding="utf-8").splitlines()) for name in ("off.txt", "on.txt"))
    return off, on


def direction(off: Vectors, on: Vectors) -> Vectors:
    """Return weights and intercept, shape (dimension + 1,), that give about 1 off topic and -1 on topic.

    Ridge regression in which both sides weigh the same (Hoerl and Kennard 1970).

    Args:
        off: Query vectors of the off-topic examples, shape (n, dimension), centred.
        on: Those of the others, shape (m, dimension).
    """
    rows = np.concatenate([off, on]).astype(np.float64)
    rows = np.column_stack([rows, np.ones(len(rows))])
    signs = np.concatenate([np.ones(len(off)), -np.ones(len(on))])
    weights = np.where(signs > 0, len(rows) / (2 * len(off)), len(rows) / (2 * len(on)))
    weighted = (rows * weights[:, None]).T
    solved: Vectors = np.linalg.solve(weighted @ rows + _PENALTY * np.eye(rows.shape[1]), weighted @ signs)
    return solved.astype(np.float32)


def off_topic_of(vector: Vectors, weights: Vectors) -> float:
    """Return where a centred question, shape (dimension,), lies: about 1 off topic, about -1 on topic."""
    return float(vector @ weights[:-1] + weights[-1])
