"""Filters over passages: who asked, which party, who answered, when. All given ones must hold."""

import calendar
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rag.aliases import MINISTRY_NAMES, NAME_PARTICLES, PARTY_HEIRS, PARTY_NAMES
from rag.errors import FilterError
from rag.visible import whole_signs

Values = Callable[[str], Mapping[str, int]]
_FACETS = ("asker", "party", "answerer", "role", "topic")
PEOPLE = ("asker", "answerer")
"""Facets whose values are names of persons."""

_VRAAGNUMMER = re.compile(r"((?:19|20|21)\d\d)\s*z\s*(\d{5})", re.IGNORECASE)
_PERIOD = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_OFFICES = ("minister", "staatssecretaris")
_TITLED = re.compile(
    r"(?P<title>ministerie|departement|ministry|minister|staatssecretaris)\s+(?:(?:van|voor|of|for)\s+)?(?P<rest>\S.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is restricted to; None leaves a thing open.

    Attributes:
        asker: Name of the member who asks, or its last part ("Kröger").
        party: Party of an asker.
        answerer: Name of the minister, or its last part.
        role: Function of the answerer, or a part of it ("Financiën").
        topic: A topic.
        asked_from: First day of asking; `asked_to`, `answered_from`, `answered_to` likewise, both ends included.
        document: A vraagnummer; "2099z00017" is kept as "2099Z00017".
        answered: True for vragen with an answer, False for those without.
    """

    asker: str | None = None
    party: str | None = None
    answerer: str | None = None
    role: str | None = None
    topic: str | None = None
    asked_from: date | None = None
    asked_to: date | None = None
    answered_from: date | None = None
    answered_to: date | None = None
    document: str | None = None
    answered: bool | None = None

    def __post_init__(self) -> None:
        """Keep the vraagnummer as the index spells it."""
        if self.document is not None:
            object.__setattr__(self, "document", _vraagnummer(self.document))

    def checked(self) -> "Filters":
        """Return the filters as they are, where no period ends before it begins.

        For what a user sets; what is read in a question may cross with it, and is then let go of.

        Raises:
            FilterError: A first day is later than the last one.
        """
        for side in ("asked", "answered"):
            first, last = getattr(self, f"{side}_from"), getattr(self, f"{side}_to")
            if first is not None and last is not None and first > last:
                raise FilterError(
                    f"{side}_from ({first}) is later than {side}_to ({last}); swap them or leave one out."
                )
        return self

    def named(self, values: Values) -> dict[str, list[str]]:
        """Return the known values that each facet asked for means, by kind.

        Raises:
            FilterError: A value does not occur in the index.
        """
        wanted = {kind: getattr(self, kind) for kind in _FACETS}
        return {kind: _matching(kind, value, values(kind)) for kind, value in wanted.items() if value is not None}

    def conditions(self, values: Values) -> tuple[list[str], list[str | int]]:
        """Return SQL conditions over the table `passages`, and their parameters.

        Raises:
            FilterError: A value does not occur in the index.
        """
        where: list[str] = []
        parameters: list[str | int] = []
        for kind, matches in self.named(values).items():
            marks = ", ".join("?" * len(matches))
            where.append(f"row IN (SELECT row FROM facets WHERE kind = ? AND value IN ({marks}))")  # noqa: S608
            parameters += [kind, *matches]
        for column in ("asked", "answered"):
            for end, sign in (("from", ">="), ("to", "<=")):
                day = getattr(self, f"{column}_{end}")
                if day is not None:
                    where.append(f"{column} {sign} ?")
                    parameters.append(day.isoformat())
        if self.document is not None:
            where.append("document = ?")
            parameters.append(whole_signs(self.document))
        if self.answered is not None:
            where.append("has_answer = ?")
            parameters.append(int(self.answered))
        return where, parameters


def end_of(text: str, *, last: bool) -> date:
    """Return the first or the last day of a day, a month ("2022-06") or a year.

    Raises:
        ValueError: It is none of them.
    """
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no day, month or year")
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    return date(year, month, int(found[3] or (calendar.monthrange(year, month)[1] if last else 1)))


def _matching(kind: str, wanted: str, known: Mapping[str, int]) -> list[str]:
    """Return the known values that a wanted one names, under the name given or else under another usual one.

    Raises:
        FilterError: There is none.
    """
    for name in (wanted, *_other_names(kind, wanted)):
        if held := _held(kind, name, known):
            return held
    raise unknown(kind, wanted, _nearest(wanted, known))


def unknown(kind: str, wanted: str, near: Sequence[str]) -> FilterError:
    """Return the complaint about a value that the index does not hold, with those most like it."""
    offer = f"nearest are {', '.join(map(repr, near))}" if near else "the index holds none"
    return FilterError(f"No {kind} {wanted!r} in the index; {offer}.")


def _held(kind: str, wanted: str, known: Mapping[str, int]) -> list[str]:
    """Return the known values equal to a wanted one but for case and accents, else those holding its words.

    A person's surname holds whoever has it: "Jetten" the passages of "Jetten" and of "Rob Jetten".
    """
    folded = _plain(wanted)
    for plain in (str.casefold, _plain):  # "Kroger" names Kröger, unless there is a Kroger
        equal = [value for value in known if plain(value) == plain(wanted.strip())]
        if equal:
            return [*equal, *(_bearers(plain(wanted.strip()), known, plain) if kind in PEOPLE else ())]
    if kind != "party" and folded:
        words = re.compile(rf"(?<!\w){re.escape(folded)}(?!\w)")
        return [value for value in known if words.search(_plain(value))]
    return []


def _bearers(surname: str, known: Mapping[str, int], plain: Callable[[str], str]) -> list[str]:
    """Return the full names of which a name is the surname: some sources name a minister by it alone."""
    if _surname(surname) != surname:
        return []
    return [value for value in known if plain(value) != surname == _surname(plain(value))]


def left_by_name(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how many passages a filter on each person leaves, most first.

    Args:
        counts: How many have each name; a surname leaves those of full names with it as well.
    """
    bearers: Counter[str] = Counter()
    for name, count in counts.items():
        bearers[_surname(name.casefold())] += count
    left = {name: bearers.get(name.casefold(), count) for name, count in counts.items()}
    return dict(sorted(left.items(), key=lambda entry: -entry[1]))


def _surname(name: str) -> str:
    """Return the last word of a name in small letters, with the "van der" before it."""
    *before, last = name.split() or [""]
    while before and before[-1] in NAME_PARTICLES:
        last = f"{before.pop()} {last}"
    return last


def _other_names(kind: str, wanted: str) -> list[str]:
    """Return how else a party or a role is named, the likeliest first."""
    other_names = {"party": _party_names, "role": _role_names}.get(kind)
    return other_names(wanted) if other_names else []


def _party_names(wanted: str) -> list[str]:
    """Return the names of a party, and then those of the party that it asked under later."""
    name = _plain(wanted)
    own = next((names for names in PARTY_NAMES if name in map(_plain, names)), ())
    heirs = {PARTY_HEIRS[former] for former in map(_plain, own) if former in PARTY_HEIRS}
    return [*own, *(other for names in PARTY_NAMES if heirs & {*names} for other in names)]


def _role_names(wanted: str) -> list[str]:
    """Return the names of a ministry or of an office in it; "ministerie van X" is every role that names X."""
    titled = _TITLED.fullmatch(" ".join(wanted.split()))
    ministries = _ministry_names(titled["rest"] if titled else wanted)
    if titled and titled["title"].casefold() in _OFFICES:
        return [f"{titled['title']} {link}{name}" for name in ministries for link in ("van ", "voor ", "")]
    return ministries


def _ministry_names(wanted: str) -> list[str]:
    """Return what an abbreviation stands for, and the name itself with "en" for "&"."""
    name = _plain(wanted)
    full = next((names for short, names in MINISTRY_NAMES.items() if _plain(short) == name), ())
    return [*full, wanted, re.sub(r"\s+&\s+", " en ", wanted)]


def _vraagnummer(text: str) -> str:
    """Return a vraagnummer with its Z as a capital and no white space; other ids without white space around them."""
    found = _VRAAGNUMMER.fullmatch(text.strip())
    return f"{found[1]}Z{found[2]}" if found else text.strip()


def _nearest(wanted: str, known: Mapping[str, int]) -> list[str]:
    """Return the three known values most like a wanted one, wholly or in one of its words."""

    def likeness(value: str) -> float:
        parts = [_plain(value), *_plain(value).split()]
        return max(difflib.SequenceMatcher(None, _plain(wanted), part).ratio() for part in parts)

    return sorted(known, key=lambda value: (-likeness(value), -known[value], value))[:3]


@lru_cache(maxsize=1 << 14)
def _plain(text: str) -> str:
    """Return a text in small letters without accents, white space made single."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def merged(given: Filters, understood: Filters) -> Filters:
    """Return the given filters, and what was understood where they leave a thing open."""
    opened = {name: getattr(understood, name) for name in Filters.__dataclass_fields__ if getattr(given, name) is None}
    return replace(given, **opened)
