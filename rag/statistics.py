"""Figures over a set of Kamervragen: how many, by whom, to which ministry, and how long the answers took."""

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rag.records import Kamervraag

LATE_AFTER = 21
"""Days: the Rules of Procedure of the Tweede Kamer ask for an answer within three weeks."""

UNKNOWN = "unknown"
"""The group of documents whose year, ministry or party is not given."""

_OFFICE = re.compile(
    r"^(?:(?:vice|demissionair\s+)?-?\s*(?:minister|staatssecretaris)(?:-president)?s?)\b"
    r"(?:\s+zonder\s+portefeuille)?(?:\s+(?:van|voor))?\s*",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of some documents: all of them, a year's, a ministry's, a party's.

    Attributes:
        name: The year, ministry or party.
        documents: How many Kamervragen.
        vragen: How many vragen in them.
        answered: How many of these vragen have an antwoord.
        days: Days from asking to answering of each document where both are known, ascending.
    """

    name: str
    documents: int = 0
    vragen: int = 0
    answered: int = 0
    days: tuple[int, ...] = ()

    @property
    def median_days(self) -> float | None:
        """The median answer time in days; None where none is known."""
        return float(statistics.median(self.days)) if self.days else None

    @property
    def late_share(self) -> float | None:
        """The share answered after more than `LATE_AFTER` days, 0 to 1; None where no answer time is known."""
        return sum(days > LATE_AFTER for days in self.days) / len(self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What `figures_of` counted.

    Attributes:
        total: All documents.
        question_words: Words of the questions.
        answer_words: Words of the antwoorden; one that several vragen share counts once.
        mededelingen: Notes that an answer will be late.
        reversed_dates: Documents answered before they were asked; their answer time is left out.
        years: By year of asking (else of the vraagnummer, else of answering), ascending.
        ministries: By portfolio of the answerers, most documents first; a document counts for each of its own.
        parties: By party of the askers, most documents first; a document counts for each of its own.
    """

    total: Group
    question_words: int
    answer_words: int
    mededelingen: int
    reversed_dates: int
    years: tuple[Group, ...] = ()
    ministries: tuple[Group, ...] = ()
    parties: tuple[Group, ...] = ()


@dataclass(slots=True)
class _Tally:
    """A group that grows; `spellings` counts the ways its name is written."""

    documents: int = 0
    vragen: int = 0
    answered: int = 0
    days: list[int] = field(default_factory=list)
    spellings: Counter[str] = field(default_factory=Counter)

    def add(self, document: Kamervraag, name: str) -> None:
        self.documents += 1
        self.vragen += len(document.vragen)
        self.answered += sum(vraag.answer is not None for vraag in document.vragen)
        days = answer_days(document)
        if days is not None and days >= 0:
            self.days.append(days)
        self.spellings[name] += 1

    def group(self) -> Group:
        name = max(self.spellings.items(), key=lambda item: (item[1], item[0]), default=("", 0))[0]
        return Group(name, self.documents, self.vragen, self.answered, tuple(sorted(self.days)))


def figures_of(documents: Iterable[Kamervraag]) -> Figures:
    """Return the figures of the documents, which are read once and not kept."""
    total = _Tally()
    years: dict[str, _Tally] = {}
    ministries: dict[str, _Tally] = {}
    parties: dict[str, _Tally] = {}
    question_words = answer_words = mededelingen = reversed_dates = 0
    for document in documents:
        total.add(document, "all")
        for tallies, names in (
            (years, [_year(document)]),
            (ministries, _ministries(document)),
            (parties, _parties(document)),
        ):
            for key, name in {_key(name): name for name in names}.items():
                tallies.setdefault(key, _Tally()).add(document, name)
        question_words += sum(_words(vraag.question) for vraag in document.vragen)
        answer_words += _answer_words(document)
        mededelingen += len(document.mededelingen)
        reversed_dates += (answer_days(document) or 0) < 0
    return Figures(
        total=total.group(),
        question_words=question_words,
        answer_words=answer_words,
        mededelingen=mededelingen,
        reversed_dates=reversed_dates,
        years=_groups(years, key=lambda group: group.name),
        ministries=_groups(ministries, key=_most_first),
        parties=_groups(parties, key=_most_first),
    )


def answer_days(document: Kamervraag) -> int | None:
    """Return the days from asking to answering (negative where the dates are reversed), or None."""
    if document.asked is None or document.answered is None:
        return None
    return (document.answered - document.asked).days


def ministry_of(role: str) -> str:
    """Return the portfolio that a function names, without the office before it and remarks in parentheses.

    >>> ministry_of("minister van Financiën"), ministry_of("staatssecretaris Financiën (mede namens)")
    ('Financiën', 'Financiën')
    """
    role = " ".join(_ASIDE.sub("", role).split())
    last = role.rsplit("minister-president, ", 1)[-1]
    return _OFFICE.sub("", last) or ("Algemene Zaken" if "president" in last.casefold() else role)


def _year(document: Kamervraag) -> str:
    numbered = re.match(r"((?:19|20)\d\d)Z\d", document.id)
    if document.asked is None and numbered:
        return numbered[1]
    day = document.asked or document.answered
    return str(day.year) if day else UNKNOWN


def _ministries(document: Kamervraag) -> list[str]:
    return [ministry_of(person.role) for person in document.answerers if person.role] or [UNKNOWN]


def _parties(document: Kamervraag) -> list[str]:
    return [person.party for person in document.askers if person.party] or [UNKNOWN]


def _key(name: str) -> str:
    """Return what spellings of a name share: "Welzijn enSport" out of a PDF is "Welzijn en Sport"."""
    return re.sub(r"\W+", "", name.casefold()) or name


def _answer_words(document: Kamervraag) -> int:
    counted: set[str] = set()
    words = 0
    for vraag in document.vragen:
        if not counted & set(vraag.answered_with):
            words += _words(vraag.answer)
        counted.add(vraag.number)
    return words


def _words(text: str | None) -> int:
    return len(text.split()) if text else 0


def _groups(tallies: Mapping[str, _Tally], key: Callable[[Group], tuple[int, str] | str]) -> tuple[Group, ...]:
    groups: Sequence[Group] = [tally.group() for tally in tallies.values()]
    return tuple(sorted(groups, key=lambda group: (group.name == UNKNOWN, key(group))))


def _most_first(group: Group) -> tuple[int, str]:
    return (-group.documents, group.name)
