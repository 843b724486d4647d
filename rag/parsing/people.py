"""Who asks and who answers, from the sentences that official publications use for it."""

import re

from rag.records import Person

_GROUP = re.compile(r"(?:^|(?<=[()]))([^()]*)\(([^()]*)\)")  # only from a border on: in linear time
_LEAD = re.compile(
    r"^(?:\s*(?:,|en\b|(?:het )?van (?=het|de)|het lid\b|de leden\b|leden\b|lid\b|de heer\b|mevrouw\b))+\s*"
)
_SPLIT = re.compile(r"\s*(?:,|;|\ben\b)\s*")
_OFFICE = r"(?:[Mm]inister-[Pp]resident|[Mm]inisters?|[Ss]taatss?ecretaris(?:sen)?)\b"
_MINISTER = re.compile(rf"({_OFFICE})\s+(?!van\s|voor\s)([^(),]{{2,60}})(?:\(([^()]{{0,160}})\)?|(?=,|$))")
_OFFICES = re.compile(rf"(?:(?:,|\ben)\s+)?(?:\bde\s+)?({_OFFICE})")
_OF_QUESTIONS = re.compile(r"\s(?:op|naar aanleiding van) (?:de |uw )?(?:schriftelijke )?(?:[Kk]amer)?vragen\b")
_GLUED = re.compile(r"(?<=[^\W\d_A-Z])(?<!\bMc)(?<!\bMac)(?=[A-Z][a-z])")
_PORTFOLIO = re.compile(r"(?:,?\s*\ben|,)\s+(?=(?:van|voor)\s)")
_SINGULAR = {"ministers": "minister", "staatssecretarissen": "staatssecretaris", "staatsecretaris": "staatssecretaris"}


def parse_askers(text: str) -> tuple[Person, ...]:
    """Return the members that a phrase names: "de leden Jansen, Vos en Smit (allen SP)".

    A party in brackets belongs to the name before it; "beiden" and "allen" spread it over the two or all names
    since the last bracket. A name without brackets has no party.
    """
    found: list[Person] = []
    position = 0
    for match in _GROUP.finditer(text):
        party, spread = _party(match[2])
        names = _names(match[1])
        first = 0 if spread == "allen" else len(names) - (2 if spread else 1)
        found += [Person(name, party if at >= first else None) for at, name in enumerate(names)]
        position = match.end()
    found += [Person(name) for name in _names(text[position:].partition("(")[0])]
    return tuple(dict.fromkeys(found))


def parse_answerers(text: str) -> tuple[Person, ...]:
    """Return who answered: "Minister Vos (Financiën), mede namens de Staatssecretaris van Cultuur".

    The role is the office with its portfolio ("minister Financiën"). Those in whose name the minister answers
    too are not named in the source: their office stands for the name, and the role says "mede namens".
    """
    own, _, shared = _OF_QUESTIONS.split(text, maxsplit=1)[0].partition("mede namens")
    found = [_minister(match) for match in _MINISTER.finditer(own)]
    for office, portfolios in _offices(" ".join(shared.partition("(")[0].split())):
        for portfolio in _PORTFOLIO.split(portfolios):
            title = f"{_office(office)} {_unglued(portfolio.strip(' ,.'))}".strip()
            found.append(Person(title[0].upper() + title[1:], role=f"{title} (mede namens)"))
    return tuple(dict.fromkeys(found))


def parse_listed(text: str) -> tuple[Person, ...]:
    """Return the people of a list in which each has name, role and party in brackets, or part of that.

    The form of openkamer: "Rob Vos (minister financiën) (D66), Els Smit (CDA), Jansen". A bracket that names an
    office is the role, any other the party.
    """
    found: list[Person] = []
    for entry in _top_level(text):
        brackets = [bracket.strip() for bracket in re.findall(r"\(([^()]*)\)", entry)]
        roles = [bracket for bracket in brackets if re.match(_OFFICE, bracket, re.IGNORECASE)]
        parties = [bracket for bracket in brackets if bracket and bracket not in roles]
        name = entry.partition("(")[0].strip()
        if name:
            found.append(Person(name, parties[-1] if parties else None, roles[0] if roles else None))
    return tuple(found)


def _offices(text: str) -> list[tuple[str, str]]:
    """Return each office of "de Minister van A en de Staatssecretaris van B" with its portfolio.

    "Minister-President, Minister van Algemene Zaken" is one office.
    """
    parts = _OFFICES.split(text)[1:]
    found = [(office, portfolio.strip(" ,.")) for office, portfolio in zip(parts[::2], parts[1::2], strict=True)]
    head = next((at for at, (office, portfolio) in enumerate(found[:-1]) if "-" in office and not portfolio), None)
    if head is not None and found[head + 1][1].endswith("Algemene Zaken"):
        del found[head + 1]
    return found


def _minister(match: re.Match[str]) -> Person:
    portfolio = _unglued(" ".join((match[3] or "").split()))
    return Person(_unglued(" ".join(match[2].split())), role=f"{_office(match[1])} {portfolio}".strip())


def _unglued(text: str) -> str:
    """Give a name or office the space back that text from PDF loses: "Inge vanDijk". Parties do have such capitals."""
    return _GLUED.sub(" ", text)


def _office(word: str) -> str:
    return _SINGULAR.get(word.lower(), word.lower())


def _party(text: str) -> tuple[str | None, str]:
    match = re.match(r"\s*(beiden|beide|allebei|allen|alle)\b[\s,:]*", text, re.IGNORECASE)
    party = text[match.end() :] if match else text
    spread = (
        "" if match is None else "allen" if match[1].lower().startswith("alle") and match[1] != "allebei" else "beiden"
    )
    return " ".join(party.split()) or None, spread


def _names(text: str) -> list[str]:
    parts = (_LEAD.sub("", part).strip(" .") for part in _SPLIT.split(_LEAD.sub("", text)))
    return [_unglued(" ".join(part.split())) for part in parts if part and part != "c.s"]


def _top_level(text: str) -> list[str]:
    """Split at commas outside brackets."""
    entries, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")" and depth > 0)
        if character == "," and not depth:
            entries.append("")
        else:
            entries[-1] += character
    return entries
