"""Find the members, ministers, parties, ministries and topics of an index in a query.

A name found is no more than a mention; whether it asks, answers or is the subject is decided in
`rag.understand.frames`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.aliases import MINISTRY_ENGLISH, MINISTRY_NAMES, NAME_PARTICLES, PARTY_HEIRS, PARTY_NAMES
from rag.filters import Values
from rag.understand.folding import fold
from rag.understand.tables import ORDINARY_WORDS

PERSON, PARTY, ROLE, BARE_ROLE = "\ue000", "\ue001", "\ue002", "\ue003"
"""Kinds of mention, each a character that stands for the mention in the patterns of `rag.understand.frames`.

A role is bare where no title announces it: "antwoorden van Energie".
"""

_TITLED = re.compile(
    r"\b(?P<title>(?:minister|bewindspersoon|staatssecretaris|ministerie|departement|ministry|state secretary"
    r"|secretary of state)) (?:(?:van|voor|of|for) )?(?:the )?(?=(?P<rest>.+))"
)
_HONORIFIC = re.compile(
    r"(?:\blid|leden|minister|staatssecretaris|heer|meneer|mevrouw|mevr\.?|mw\.?|dhr\.?|premier|secretary|mp) $"
)
_DOMAIN = re.compile(
    r"^(?:.*?\b(?:van|voor|of|for)|(?:minister|staatssecretaris))\s+(?P<domain>.+?)(?:\s+\([^)]*\))?$", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?:'s|'ers?|-(?:fractie|kamerlid|kamerleden|lid|leden|kamervragen|vragen|questions))$")
_FUNCTION = re.compile(r"(?:minister|staatssecretaris)\b", re.IGNORECASE)
_OF = re.compile(r"\b(?:vragen|vraag|antwoord(?:en)?|standpunt|mening) $")
_PARTICLE_SHORT = {"van der": ("vd", "v.d.", "v/d"), "van den": ("vd", "v.d.", "v/d"), "van de": ("vd", "v.d.", "v/d")}
_DOUBLE = re.compile(r"^(?P<first>.*?[^\s–-])\s*[–-]\s*(?:(?:[Vv]an|[Dd]e|[Tt]en|[Tt]er)\b.*|[^\s–-]+)$")
_SHORTEST, _MOST_WORDS = 2, 12
_OTHER_NAMES = {**MINISTRY_NAMES, **MINISTRY_ENGLISH}
_Forms = dict[str, tuple[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a query.

    Attributes:
        kind: `PERSON`, `PARTY`, `ROLE` or `BARE_ROLE`.
        start: First character in the query; `end` is the one behind the last.
        values: Field of `Filters` to the value that the name stands for.
    """

    kind: str
    start: int
    end: int
    values: Mapping[str, str]


class Names:
    """The names of an index in all forms that people write."""

    def __init__(self, values: Values) -> None:
        """Read the names from the facets of an index; the forms are worked out once for each set of names."""
        self._roles = tuple(values("role"))
        self._domains = {fold(domain): domain for domain in map(_domain, self._roles)}
        self._topics = {fold(topic): topic for topic in values("topic")}
        self._forms = _forms(tuple(values("asker")), tuple(values("answerer")), tuple(values("party")), self._roles)

    def mentions(self, query: str, text: str) -> list[Mention]:
        """Return the names in a query, in order, without overlap; of two that overlap the longer.

        Args:
            query: The query as written.
            text: The same, folded, of the same length or shorter.
        """
        taken: list[Mention] = []
        found = [*self._titled(text), *self._bare(query, text)]
        for mention in sorted(found, key=lambda mention: (mention.start - mention.end, mention.start)):
            if not any(mention.start < other.end and other.start < mention.end for other in taken):
                taken.append(mention)
        return sorted(taken, key=lambda mention: mention.start)

    def topic(self, name: str) -> str | None:
        """Return the longest topic that a folded text begins with, as the index spells it, or None."""
        fitting = [topic for topic in self._topics if re.match(rf"{re.escape(topic)}(?!\w)", name)]
        return self._topics[max(fitting, key=len)] if fitting else None

    def _bare(self, query: str, text: str) -> Iterator[Mention]:
        words = [match.span() for match in re.finditer(r"[^\s,;:?!()«»\"/]+|[&/]", text)]
        for place, (start, _) in enumerate(words):
            for _, end in words[place : place + _MOST_WORDS]:
                for stop in {end, start + len(text[start:end].rstrip(".'")), *_before_suffix(text, start, end)}:
                    form = text[start:stop]
                    if (
                        form in self._forms
                        and _is_name(query[start:stop], text, start)
                        and not self._of(text, form, start)
                    ):
                        kind, values = self._forms[form]
                        yield Mention(kind, start, stop, values)

    def _of(self, text: str, form: str, start: int) -> bool:
        """Say whether a form owes its "van" to the words before it: "vragen van Dijk" beside a "Van Dijk"."""
        return form.startswith("van ") and form[4:] in self._forms and bool(_OF.search(text, max(0, start - 20), start))

    def _titled(self, text: str) -> Iterator[Mention]:
        for match in _TITLED.finditer(text):
            rest, start = match["rest"], match.start("rest")
            short = next((s for s in _OTHER_NAMES if re.match(rf"{re.escape(fold(s))}(?![\w&])", rest)), None)
            if short:
                wanted = next((name for name in map(fold, _OTHER_NAMES[short]) if self._named(name)), None)
                end = start + len(short)
            else:
                wanted = self._longest(rest)
                end = start + len(wanted or "")
            if wanted and (value := self._role(match["title"], wanted)):
                yield Mention(ROLE, match.start(), end, {"role": value})

    def _longest(self, rest: str) -> str | None:
        """Return the longest beginning of a text that is a domain or the first words of one."""
        ends = [match.end() for match in re.finditer(r"[\w'-]+|&", rest[:200])][:_MOST_WORDS]
        return next((rest[:end] for end in reversed(ends) if self._named(rest[:end])), None)

    def _named(self, name: str) -> str | None:
        return _named(name, self._domains) or self._shared(name)

    def _shared(self, name: str) -> str | None:
        """Return the beginning that several domains share, as they spell it: ministries are renamed with a cabinet."""
        fitting = [domain for domain in self._domains if re.match(rf"{re.escape(name)}(?:, | en )", domain)]
        return self._domains[fitting[0]][: len(name)] if fitting else None

    def _role(self, title: str, wanted: str) -> str | None:
        domain = self._named(wanted)
        if domain is None or title.startswith(("ministerie", "departement", "ministry", "bewinds")):
            return domain
        function = "staatssecretaris" if "secretar" in title else "minister"
        held = [role for role in self._roles if _domain(role) == domain]
        exact = [role for role in held if fold(role).startswith(f"{function} ")]
        # Several spellings of one function ("minister X", "minister van X") are all meant: the domain has them all.
        return exact[0] if exact and (len(exact) == 1 or len(exact) < len(held)) else domain


@lru_cache(maxsize=8)
def _forms(
    askers: tuple[str, ...], answerers: tuple[str, ...], parties: tuple[str, ...], roles: tuple[str, ...]
) -> _Forms:
    """Return what each folded name stands for; a person's name goes before a party's, that before a department's."""
    people: dict[str, dict[str, str]] = defaultdict(dict)
    for field, names in (("asker", askers), ("answerer", answerers)):
        for form, value in _person_forms(names).items():
            people[form][field] = value
    domains = {fold(domain): domain for domain in map(_domain, roles)}
    forms: _Forms = {form: (BARE_ROLE, {"role": domain}) for form, domain in _domain_forms(domains)}
    forms |= {form: (PARTY, {"party": value}) for form, value in _party_forms(parties).items()}
    return forms | {form: (PERSON, fields) for form, fields in people.items()}


def _domain_forms(domains: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from domains.items()
    for short, names in MINISTRY_NAMES.items():
        found = next(filter(None, (_named(fold(name), domains) for name in names)), None)
        if found:
            yield fold(short), found
    for domain in domains:
        first = re.split(r", | en ", domain)[0]
        if first not in domains and (whole := _named(first, domains)):
            yield first, whole


def _named(name: str, domains: Mapping[str, str]) -> str | None:
    """Return the one domain that is, begins with, or lists the words given; None where several do."""
    name = re.sub(r"\s+&\s+", " en ", name)
    if name in domains:
        return domains[name]
    fitting = [domain for domain in domains if re.match(rf"{re.escape(name)}(?!\w)", domain)]
    fitting = fitting or [d for d in domains if re.search(rf"(?:, | en ){re.escape(name)}(?!\w)", d)]
    return domains[fitting[0]] if len(fitting) == 1 else None


def _before_suffix(text: str, start: int, end: int) -> list[int]:
    """Return where a word ends without "-fractie", "-vragen" or "'s"."""
    suffix = _SUFFIX.search(text[start:end])
    return [start + suffix.start()] if suffix else []


def _is_name(form: str, text: str, start: int) -> bool:
    ordinary = fold(form.split()[-1]) in ORDINARY_WORDS
    return not ordinary or form != form.lower() or bool(_HONORIFIC.search(text, max(0, start - 20), start))


def _domain(role: str) -> str:
    match = _DOMAIN.match(role)
    return match["domain"].strip() if match else role


def _person_forms(people: Iterable[str]) -> dict[str, str]:
    """Return folded full names and surnames; a surname of several people stands for them all."""
    bearers: dict[str, set[str]] = defaultdict(set)
    spelling: dict[str, str] = {}
    for name in people:
        if _FUNCTION.match(name):  # some sources name an answerer by the office alone
            continue
        words = name.split()
        for first in range(len(words)):
            for form in _written(words[first:]):
                if len(form) >= _SHORTEST and fold(form) not in NAME_PARTICLES and form[0].isalpha():
                    bearers[fold(form)].add(name)
                    spelling.setdefault(fold(form), form)
    return {form: next(iter(names)) if len(names) == 1 else spelling[form] for form, names in bearers.items()}


def _written(words: list[str]) -> Iterator[str]:
    """Return a name and how else it is written: the first half of a double surname, "vd" for "van den"."""
    form = " ".join(words)
    yield form
    double = _DOUBLE.match(form)
    if double:
        yield double["first"]
    for long, shorts in _PARTICLE_SHORT.items():
        if fold(form).startswith(f"{long} "):
            for beginning in filter(None, (form, double and double["first"])):
                yield from (f"{short} {beginning[len(long) + 1 :]}" for short in shorts)


def _party_forms(parties: Iterable[str]) -> dict[str, str]:
    known = {fold(party): party for party in parties}
    forms = dict(known)
    for names in PARTY_NAMES:
        held = [known[fold(name)] for name in names if fold(name) in known]
        if held:
            forms |= {fold(name): known.get(fold(name), held[0]) for name in names}
    for former, heir in PARTY_HEIRS.items():
        names = next(names for names in PARTY_NAMES if former in map(fold, names))
        if fold(heir) in forms:
            forms |= {fold(name): forms[fold(heir)] for name in names if fold(name) not in forms}
    return forms
