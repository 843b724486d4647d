"""Does a sentence deny what its source affirms, or the other way round? Negations compared with what they deny.

A negation is read with its scope, the content words of its clause, and its head, the content word behind it ("niet
*verlengd*"). A claim may deny only what the source denies, and may not affirm the head of a denial.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from embeddings.lexical import stems

_NO_NEGATION = re.compile(
    r"\b(?:niet alleen|not only|al dan niet|of niet|whether or not|zo (?:nee|niet)|if not|niettemin|"
    r"(?:niet|no|not) (?:meer|minder|later|eerder|langer|more|less|fewer|later|earlier|longer) (?:dan|than))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:niet|niets|geen|nooit|niemand|nergens|noch|zonder|evenmin|geenszins|nimmer|no|not|never|none|nobody|nothing|"
    r"neither|nor|without|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:on(?:voldoende|mogelijk|duidelijk|bekend|juist|terecht|wenselijk|nodig|gewijzigd|verplicht|toereikend|bewapend|"
    r"bevoegd|haalbaar|aanvaardbaar|acceptabel|toelaatbaar|verantwoord|bereid)\w*|niet-\w+|ontbre\w+|ontbrak\w*|"
    r"verbied\w*|\w*verbod\w*|verboden|weiger\w*|geweigerd\w*|ontken\w*|afgewezen|wees|wijst|afwij[sz]\w+|uitgesloten|"
    r"uitsluit\w*|verval\w*|stop\w*|gestopt|stil(?:gelegd|leg\w*)|op(?:schort\w*|geschort)|gestaakt|mist|missen|"
    r"nauwelijks|te (?:weinig|laag|klein|kort)|laag|lager|minder|"
    r"forbid\w*|bann?(?:ed|s)?|prohibit\w*|refus\w*|den(?:y|ies|ied)|reject\w*|insufficient\w*|impossible|"
    r"un(?:known|armed|clear|necessary|just\w*)|lack\w*|fail\w*|suspend\w*)\b",
    re.IGNORECASE,
)
_STRONG_DENIAL = re.compile(
    r"\b(?:verboden|afgewezen|geweigerd|uitgesloten|onvoldoende|onmogelijk|onjuist|onterecht)\b", re.IGNORECASE
)
_BORDER = re.compile(
    r",(?!\d)|[;:()–«»]|\s-\s|\b(?:maar|omdat|want|terwijl|doordat|zodat|hoewel|tenzij|als|en|of|dat|die|waarmee|waarvan|totdat|"
    r"but|because|while|although|unless|and|or|that|which|who|until|so)\b",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(
    r"\W*(?:(?P<no>nee|neen|no|dat klopt niet|dat is (?:niet juist|onjuist))|"
    r"(?P<yes>ja|jazeker|zeker|dat klopt|klopt|inderdaad|yes|dat is (?:juist|correct)))(?=[,.;!\s]|$)",
    re.IGNORECASE,
)
_SHORT_REPLY = re.compile(
    r"(?:dat|die|dit|deze|daar\w*|hier\w*|ik|wij)\b(?P<reply>[^.;]{0,70})(?:[.;]|, (?:omdat|aangezien|want))",
    re.IGNORECASE,
)
_UNDONE = re.compile(r"\bon(\w{4,})", re.IGNORECASE)
_SPLIT_VERB = re.compile(
    r"\b(aan|af|bij|door|in|mee|na|op|over|samen|tegen|terug|toe|uit|voor|weg) te (?=\w)", re.IGNORECASE
)
"""Makes "afschaffen" of "af te schaffen"."""

_SHARED = 0.5
_OFFICES = frozenset(stems("kabinet minister staatssecretaris regering overheid"))


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence.

    Attributes:
        stems: Of its content words.
        heads: Stem behind each of its negations; "" where none follows.
        denials: How many words deny without being a negation ("verbod", "onvoldoende").
        strong: Whether one of these forbids or refuses.
        undone: Stems of what a word with "on-" denies: "vervuld" of "onvervuld".
    """

    stems: frozenset[str]
    heads: tuple[str, ...]
    denials: int
    strong: bool
    undone: frozenset[str] = frozenset()


def opening_of(text: str) -> bool | None:
    """Return True where a text opens with "Ja" or the like, False where with "Nee", else None.

    "Die garantie kan ik niet geven." is a "Nee", too.
    """
    if match := _FIRST_WORD.match(text):
        return not match["no"]
    reply = _SHORT_REPLY.match(text)
    return False if reply and _NEGATION.search(reply["reply"]) else None


def is_bare(text: str) -> bool:
    """Whether a text says nothing beyond "Ja" or "Nee"."""
    match = _FIRST_WORD.match(text)
    return match is not None and not re.search(r"\w", text[match.end() :])


def has_negation(text: str, *, denials: bool = False) -> bool:
    """Whether something is denied in the text, an opening "Nee" left aside; by denials ("verbod"), too, if asked."""
    read = _NO_NEGATION.sub(" ", _without_opening(text))
    return bool(_NEGATION.search(read)) or (denials and bool(_DENIAL.search(read)))


def contradicts(claim: str, evidence: Sequence[str], asked: str = "", opening: bool | None = None) -> bool:
    """Whether the claim denies what the evidence does not, or affirms what it denies.

    Args:
        claim: One sentence.
        evidence: The sentences it rests on, in the same language.
        asked: The vraag as far as "Ja" or "Nee" answers it.
        opening: Whether it was answered with "Ja" (True) or "Nee" (False); None where with neither.
    """
    ours = clauses_of(claim)
    theirs = [clause for text in evidence for clause in clauses_of(text)]
    question = clauses_of(asked) if opening is not None else []
    denying = [clause for clause in theirs if clause.heads or clause.denials]
    if opening is True:
        denying += [clause for clause in question if clause.heads or clause.denials]
    if opening is False:
        # "Nee" denies what was asked; where the question itself denies ("Klopt het dat … niet …?"), it stays one.
        denying += [replace(clause, heads=clause.heads or ("",)) for clause in question]
    if any(clause.heads and not _backed(clause, denying, theirs, ours) for clause in ours):
        return True
    if any(_affirms(clause, other, theirs) for other in theirs for clause in ours):
        return True
    return opening is False and any(_affirms_the_question(clause, question, theirs) for clause in ours)


def _backed(clause: Clause, denying: Sequence[Clause], theirs: Sequence[Clause], ours: Sequence[Clause]) -> bool:
    """Whether one of the denials has to do with what the clause denies, no less than what is affirmed has."""
    if {*clause.heads} & frozenset[str]().union(*(other.undone for other in theirs)):
        return True
    scope = clause.stems if len(clause.stems) > 1 else _union(ours)
    near = [
        other for other in denying if scope & other.stems and (other.heads or clause.denials < max(1, other.denials))
    ]
    if any({*clause.heads} & (other.stems | {*other.heads}) - {""} for other in near):
        return True
    affirming = [other for other in theirs if not other.heads and not other.denials]
    return bool(near) and _share(scope, near) >= 0.7 * _share(scope, affirming)


def _union(clauses: Sequence[Clause]) -> frozenset[str]:
    return frozenset[str]().union(*(clause.stems for clause in clauses))


def _share(scope: frozenset[str], clauses: Sequence[Clause]) -> int:
    return max((len(scope & clause.stems) for clause in clauses), default=0)


def _affirms(clause: Clause, denial: Clause, theirs: Sequence[Clause]) -> bool:
    """Whether a clause without negation says what a clause of the evidence denies."""
    if clause.heads or clause.denials > denial.denials or not clause.stems:
        return False
    shared = len(clause.stems & denial.stems)
    covered = shared >= max(2, _SHARED * len(denial.stems))
    if denial.strong and not clause.denials:
        return covered
    if not denial.heads and not denial.undone:
        return False
    affirmed = {head for other in theirs if not other.heads for head in other.stems}
    if ({*denial.heads} | denial.undone) & clause.stems - affirmed:
        return True
    elsewhere = _share(clause.stems, [other for other in theirs if not other.heads])
    return bool(denial.heads) and covered and shared > elsewhere


def _affirms_the_question(clause: Clause, question: Sequence[Clause], theirs: Sequence[Clause]) -> bool:
    """Whether a clause says without negation what was answered with "Nee", and the evidence does not say it."""
    if clause.heads or any(other.heads for other in question) or clause.denials > sum(one.denials for one in question):
        return False
    said = clause.stems - _OFFICES
    asked = len(said & _union(question))
    return asked >= 2 and asked >= 0.6 * len(said) and asked > len(said & _union(theirs))


def clauses_of(text: str) -> list[Clause]:
    """Return the clauses of a sentence; a clause of fewer than two content words joins the one before it."""
    pieces: list[str] = []
    read = _SPLIT_VERB.sub(r"\1", _NO_NEGATION.sub(" ", _without_opening(text)))
    for piece in _BORDER.split(read):
        if pieces and (_size(piece) < 2 or _size(pieces[-1]) < 2):
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    return [_clause(piece) for piece in pieces if _size(piece) or _NEGATION.search(piece)]


def _without_opening(text: str) -> str:
    match = _FIRST_WORD.match(text)
    return text[match.end() :] if match else text


def _size(piece: str) -> int:
    return len(stems(_NEGATION.sub(" ", piece)))


def _clause(piece: str) -> Clause:
    return Clause(
        frozenset(stems(_NEGATION.sub(" ", piece))),
        tuple(next(iter(stems(_NEGATION.sub(" ", piece[match.end() :]))), "") for match in _NEGATION.finditer(piece)),
        len(_DENIAL.findall(piece)),
        bool(_STRONG_DENIAL.search(piece)),
        frozenset(stems(" ".join(_UNDONE.findall(piece)))),
    )


_OPPOSITES = (
    (
        r"stij[gk]\w*|steeg|stegen|gestegen|toename\w*|toegenomen|neemt toe|groei\w*",
        r"daal\w*|daling\w*|gedaald|afname|afgenomen|neemt af|krimp\w*",
    ),
    (r"hoger\w*|verhoog\w*|verhoging\w*", r"lager\w*|verlaag\w*|verlaging\w*"),
    (r"ten minste|minimaal|minstens|at least", r"ten hoogste|maximaal|hooguit|hoogstens|at most|up to"),
    (r"verplicht\w*", r"vrijwillig\w*"),
)
_PAIRS = [tuple(re.compile(rf"\b(?:{side})\b", re.IGNORECASE) for side in pair) for pair in _OPPOSITES]


def opposes(claim: str, evidence: Sequence[str]) -> bool:
    """Whether the claim says "stijgt" where the evidence says only "daalt", or the like."""
    text = " ".join(evidence)
    if _NEGATION.search(claim):
        return False
    return any(
        one.search(claim) and not other.search(claim) and other.search(text) and not one.search(text)
        for pair in _PAIRS
        for one, other in (pair, pair[::-1])
    )
