"""Find the names in a sentence (capitalised words and abbreviations) that the texts it cites do not have."""

import re
from collections.abc import Iterable

from rag.verify.numerals import CARDINALS, MONTHS, ORDINALS, WEEKDAYS

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_JOINED = re.compile(r"[-'’]")
_INSIDE_CAPITAL = re.compile(r"\w[A-Z]")

_COMMON = frozenset(
    """kamer tweede eerste kamers kamerleden kamerlid kamervraag kamervragen kabinet minister ministers staatssecretaris
    minister-president regering euro ja nee neen cabinet government parliament house representatives state
    secretary member members parliamentary yes no dutch i euros ministry
    kerst kerstmis pasen pinksteren oud nieuw nieuwjaar christmas easter new year year's eve""".split()
)
"""Capitalised words that name nobody: they stand for whoever answers or asks."""

_OPENERS = frozenset(
    """aan aangezien about according achteraf additionally afgelopen after al aldus alle alleen alles als alsnog also
    although among an and andere anders another any are as at based because before begin beide beiden besides
    between bij bijna bijvoorbeeld binnen both boven bovendien buiten but by can citizens companies currently
    daar daaraan daarbij daardoor daarin daarmee daarna daarnaast daarom daaronder daarop daarover daartegen
    daartoe daarvan daarvoor dan dankzij dat de desondanks despite destijds deze dezelfde die dit does door
    doordat due during dus each earlier echter een eerder eind elk elke employees employers en enkele er even
    eveneens every farmers finally first following for from furthermore gedurende geen gelet gemiddeld gezien
    given haar has have he hen her here het hetzelfde hierbij hierdoor hiermee hierna hierom hierop hiertoe
    hiervan hiervoor hij his hoe hoeveel hoewel however hun ieder iedere iedereen iemand if ik in indien
    inmiddels instead intussen inzake is it its jaarlijks je kan kunnen landelijk last later maar many mede meer
    meestal men met mijn mijns minder mits mocht moet mogelijk momenteel more moreover most much municipalities
    my na naar naast nadat namelijk net nevertheless next niemand niet nieuwe noch nog not now nu of ofschoon om
    omdat omtrent on once ondanks onder one ongeveer onlangs only ons onze ook op or other our out over
    overigens owners parents passengers patients people per pupils residents rond ruim samen schools since sinds
    slechts so some sommige soms still such te tegelijk tegen tegenover ten ter terwijl tevens than that the
    their them then there therefore these they this those through thus tijdens to toch toen too tot totdat
    travellers tussen u uit uiteindelijk uiteraard uiterlijk under until up uw van vanaf vandaag vanuit vanwege
    veel verder verschillende vervolgens via volgens voor vooraf vooral vooralsnog voordat voorlopig voorts waar
    waarbij waardoor waarom waarvan wanneer want was wat we wegens wel welke werd were what when where whether
    which while who why wie wij wil will with within without worden wordt would you your zal ze zeker zelfs zij
    zijn zo zoals zodat zodra zolang zonder zou zowel zulke""".split()
)
"""Words that open a sentence with a capital and are no names."""

_COUNTED = frozenset([*CARDINALS, *ORDINALS, *MONTHS, *WEEKDAYS])
_ARTICLE = re.compile(
    r"\s+(?:de|het|een|u|uw|ik|wij|we|hij|zij|ze|je|er|dit|dat|deze|die|geen|the|a|an|you|your|of|van|in|voor|to)\b"
)
"""Behind the first word of a sentence these show that it is a verb or a noun, not a name."""

_ENDINGS = ("", "s", "se", "e", "en", "er", "ers", "aan", "isch", "ische", "'s", "’s", "land", "landse")
_SHORTEST_ROOT = 4
_PLURAL = re.compile(r"(?:en|s|es)$")


def missing_names(sentence: str, texts: Iterable[str]) -> list[str]:
    """Return the names of a sentence that stand in none of the texts, in order.

    Args:
        sentence: One sentence.
        texts: What it cites: antwoord, vraag, title, people.
    """
    known = _Known(texts)
    return [word for word in _names(sentence, known) if not known.has(word)]


def is_usual_word(word: str) -> bool:
    """Whether a word with a capital may well be no name: it opens sentences, names an office, or is a plural."""
    folded = word.casefold()
    if _INSIDE_CAPITAL.search(word):
        return False
    return folded in _COMMON or folded in _OPENERS or folded in _COUNTED or bool(_PLURAL.search(folded))


class _Known:
    """The words of the texts, as they are written and folded."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.words: set[str] = set()
        for text in texts:
            self.words.update(word for found in _WORD.findall(text) for word in (found, *_JOINED.split(found)))
        self.folded = {word.casefold() for word in self.words}
        # "Nederland" lets "Nederlandse" pass: what both begin with, when only an ending differs.
        self.roots = {word[:_SHORTEST_ROOT] for word in self.folded if len(word) >= _SHORTEST_ROOT}

    def has(self, name: str) -> bool:
        folded = name.casefold()
        if folded in self.folded:
            return True
        parts = [part for part in _JOINED.split(folded) if len(part) > 1]
        if len(parts) > 1 and all(self._has_part(part) for part in parts):
            return True
        return self._has_part(folded)

    def _has_part(self, folded: str) -> bool:
        if folded in self.folded or folded in _COMMON:
            return True
        if folded[:_SHORTEST_ROOT] not in self.roots:
            return False
        return any(_related(folded, word) for word in self.folded if word[:_SHORTEST_ROOT] == folded[:_SHORTEST_ROOT])

    def in_lower_case(self, word: str) -> bool:
        return word.casefold() in self.words


def _related(one: str, other: str) -> bool:
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= _SHORTEST_ROOT and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS


def _names(sentence: str, known: _Known) -> Iterable[str]:
    opening = True
    for match in _WORD.finditer(sentence):
        word = match[0]
        ordinary = opening and not _INSIDE_CAPITAL.search(word) and _ARTICLE.match(sentence[match.end() :])
        if not ordinary and _is_name(word, known, opening=opening):
            yield word
        between = sentence[match.end() : match.end() + 3]
        opening = bool(re.match(r"[.:?!]\W|\s?[«\"“(]", between))


def _is_name(word: str, known: _Known, *, opening: bool) -> bool:
    folded = word.casefold()
    if (
        len(word) == 1
        or folded in _COMMON
        or folded in _COUNTED
        or not (word[0].isupper() or _INSIDE_CAPITAL.search(word))
    ):
        return False
    if not opening or _INSIDE_CAPITAL.search(word):
        return True
    # The first word of a sentence has a capital anyhow; a plural seldom is a name, a word also written small never.
    return not (is_usual_word(word) or known.in_lower_case(word))
