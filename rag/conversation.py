"""Read a question in the light of the turns before it, without a language model.

Two readings are searched: the question alone, and the question behind what it may follow; `rag.followup` tells which
one is meant. docs/answers.md has the figures.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.filters import Filters
from rag.followup import Searches, follows, is_ellipsis
from rag.found import Found
from rag.kamervragen import by_day_of_kamervraag
from rag.passages import embedded_text
from rag.predecessor import asks_predecessor, predecessor, with_name
from rag.records import Hit
from rag.renamed import renamed
from rag.retrieve import RELEVANCE, Retriever, check_question
from rag.signals import is_english
from rag.staying import in_order, kamervragen_read
from rag.support import DECLINED, outcome_of
from rag.understand import asks_of_those, names_vraag
from rag.wanted import Last, Wanted

_TURNS = 4
_WIDE = 50
"""Hits of the searches whose scores are added up for a follow-up."""

_BEHIND = " – "
"""What stands between a question and the one before."""

_YEAR = re.compile(r"\b(?:19|20|21)\d\d\b")
_ONLY_YEAR = re.compile(r"(?:(?:en|maar|and) )?(?:(?:in|over|voor|van|for|about) )?((?:19|20|21)\d\d)", re.IGNORECASE)
_ONLY_ABOUT = re.compile(r"^\W*(?:en|maar|and|but)\s+((?:over|about)(?:\s+[\w’'-]+){1,4})\W*$", re.IGNORECASE)
_ENDS_ABOUT = re.compile(r"\b(?:over|about)(?:\s+[\w’'-]+){1,4}\W*$", re.IGNORECASE)
_WHO_IS = re.compile(r"^\W*(?:wie|who)\s+(?:is|was|zijn|waren|are|were)\b", re.IGNORECASE)
_CORRECTS = re.compile(
    r"^\W*(?:(?:nee+|no|neen|sorry|pardon|oeps|oh|o|ho|wacht|wait|maar|but)[\s,.!:;–-]+)*"
    r"(?:ik bedoel(?:de)?|i mean(?:t)?)\b(?:\s+(?:eigenlijk|actually))?[\s,:–-]+(?=\w)",
    re.IGNORECASE,
)
"""How a correction opens: "Nee, ik bedoel het warmtenet"; what is meant stands behind it."""

_FEW_WORDS = 8
"""A correction of at most so many words, without a question mark, names a subject and is no question of its own."""

_REPLACED = 4
"""Words of the earlier question, the rarest, that a correction may take the place of."""

_ARTICLE = r"(?:de|het|een|die|dat|deze|dit|the|an?)"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was understood.

    Attributes:
        text: What is searched and answered.
        found: What the search for it found.
        follows: Whether it was read as following the earlier turns.
        last: The last question, where `text` holds the one that opened the subject as well.
        opened: What opened the subject, a question or "vuurwerk" of one after Kamervragen on it; None where `text` did.
    """

    text: str
    found: Found
    follows: bool
    last: Last | None = None
    opened: str | None = None

    @property
    def subject(self) -> str:
        """What a question that follows this one is searched behind."""
        return self.opened or self.text

    @property
    def wanted(self) -> Wanted:
        """What the sentences of an answer are to answer."""
        return Wanted(self.text, self.found.vector, self.last)


@dataclass(frozen=True, slots=True)
class Search:
    """How the readings of a question are searched; arguments as for `read_question`."""

    retriever: Retriever
    k: int = 10
    filters: Filters | None = None
    sort: str | None = None
    unread: Collection[str] = ()

    def values(self, kind: str) -> Mapping[str, int]:
        """Return the values of a facet."""
        return self.retriever.store.values(kind)

    def __call__(self, text: str, *, without: Collection[str] = (), last: str = "", wide: bool = False) -> Found:
        """Return what a text finds.

        Args:
            text: The question, or several.
            without: Further fields that are left unread in it.
            last: The last question that it holds.
            wide: Whether more hits are wanted, of which some will go.
        """
        k = max(self.k, _WIDE) if wide else self.k
        return self.retriever.find(text, k, self.filters, self.sort, [*self.unread, *without], last, lists=True)

    def within(self, document: str) -> "Search":
        """Return the search of one Kamervraag alone."""
        return dataclasses.replace(self, filters=dataclasses.replace(self.filters or Filters(), document=document))


def read_question(
    question: str,
    earlier: Sequence[str],
    retriever: Retriever,
    k: int = 10,
    filters: Filters | None = None,
    sort: str | None = None,
    unread: Collection[str] = (),
) -> Reading:
    """Return how a question is to be read after the earlier questions of the conversation.

    Args:
        question: The last question.
        earlier: The questions before it, oldest first; only the last four are read.
        retriever: Searched up to five times a turn.
        k: How many hits.
        filters: What the search is restricted to.
        sort: The order of the hits; None for what the question asks.
        unread: Fields that are not to be read in the question.

    Raises:
        QuestionError: The question is empty or too long.
    """
    before, past = None, Search(retriever, filters=filters)
    for turn in [check_question(turn) for turn in earlier if turn.strip()][-_TURNS:]:
        before = _read(turn, before, past)
    return _read(check_question(question), before, Search(retriever, k, filters, sort, unread))


def _read(question: str, before: Reading | None, search: Search) -> Reading:
    """Return how a question is read after the one before, with no more hits than were asked for."""
    reading = _read_widely(question, before, search)
    return dataclasses.replace(reading, found=dataclasses.replace(reading.found, hits=reading.found.hits[: search.k]))


def _read_widely(question: str, before: Reading | None, search: Search) -> Reading:
    if before and before.found.hits and asks_of_those(question):
        found = dataclasses.replace(before.found, kamervragen=_those(before))
        return Reading(before.text, found, follows=True, opened=before.opened)
    corrects = _CORRECTS.match(question) if before else None
    if before and corrects:
        question = question[corrects.end() :].rstrip(" .!")
        if "?" not in question and len(question.split()) <= _FEW_WORDS:
            return _corrected(before.text, question, search)
    if asks_predecessor(question):
        whole = joined(before.subject, question) if before else question
        if name := predecessor(search(whole)):
            whole = check_question(with_name(whole, name))
            return Reading(whole, search(whole), follows=True)
    alone = search(question, wide=before is not None)
    if before and names_vraag(question) and (place := _place(alone, before)):
        text = check_question(f"{question.rstrip(' ?!.')} {'of' if is_english(question) else 'van'} {place}?")
        return Reading(text, search(text), follows=True)
    if alone.without_subject and _WHO_IS.match(question):
        return Reading(question, alone, follows=False)
    if before and (other := renamed(before.text, before.found.understood, alone.understood, search.values)):
        return Reading(other, search(other), follows=True)
    followed = _following(question, before, alone, search) if before else None
    opened = alone.understood.rest if alone.understood.records else None
    return followed or Reading(question, alone, follows=False, opened=opened)


def _those(before: Reading) -> tuple[Hit, ...]:
    """Return the Kamervragen that a question listed or was answered from; none where it was not."""
    found = before.found
    if found.kamervragen or outcome_of(before.text, found.signals) == DECLINED:
        return found.kamervragen
    read = kamervragen_read(found.hits)
    return by_day_of_kamervraag([hit for hit in found.hits if hit.passage.document in read], newest=True)


def _following(question: str, before: Reading, alone: Found, search: Search) -> Reading | None:
    """Return the question behind what it follows; None where it follows nothing."""
    text, searches = searches_of(question, before, alone, search)
    if not follows(question, searches, search.retriever):
        return None
    found = _beyond(question, text, searches.together, search)
    if not stands_behind(question, text):
        return Reading(text, found, follows=True)
    kept = round(found.signals.dense - before.found.signals.dense, 6)
    found = dataclasses.replace(found, signals=dataclasses.replace(found.signals, kept=kept))
    if is_ellipsis(question):
        return Reading(text, found, follows=True, opened=before.subject)
    by_relevance = search.sort is None and found.understood.sort == RELEVANCE
    if by_relevance and not (found.named or alone.named) and found.hits and searches.within:
        own = [*alone.hits, *searches.within]
        found = dataclasses.replace(found, hits=in_order(found.hits, own, searches.read))
    return Reading(text, found, follows=True, last=Last(question, alone.vector), opened=before.subject)


def searches_of(question: str, before: Reading, alone: Found, search: Search) -> tuple[str, Searches]:
    """Return a question behind what it may follow, and what is found for it.

    Args:
        question: As it was asked.
        before: How the question before was read.
        alone: What this one finds by itself.
        search: How it is searched.
    """
    text = joined(before.subject, question)
    last = question if stands_behind(question, text) else ""
    read = kamervragen_read(before.found.hits)
    within = tuple(hit for document in read for hit in search.within(document)(question, wide=True).hits)
    return text, Searches(before.found, alone, read, within, search(text, last=last, wide=True))


def _place(alone: Found, before: Reading) -> str | None:
    """Return the Kamervraag or answer of which a vraag is meant that is named alone: the one named or found before."""
    if alone.understood.document or alone.understood.answer_id:
        return None
    named = before.found.understood.document or before.found.understood.answer_id
    if named or not before.found.hits or outcome_of(before.text, before.found.signals) == DECLINED:
        return named
    return before.found.hits[0].passage.document


def _beyond(question: str, text: str, found: Found, search: Search) -> Found:
    """Return what a follow-up on named vragen finds: of their Kamervraag, where another vraag speaks more of it."""
    if not found.vragen:
        return found
    whole = search(text, without=["number"])
    if not (whole.named and whole.hits):
        return found
    words = search.retriever.words
    quoted = [hit.passage for hit in found.hits if hit.id in found.vragen]
    said = words.coverage(question, "\n".join(embedded_text(passage) for passage in quoted))
    return whole if words.coverage(question, embedded_text(whole.hits[0].passage)) > said else found


def _corrected(context: str, subject: str, search: Search) -> Reading:
    """Return the earlier question with another subject in the place of one of its words.

    Which word that is: the one without which the best passage speaks most of the new subject, and comes nearest.
    """
    words = search.retriever.words
    rarities = words.rarities(context)
    readings = []
    for word in sorted(rarities, key=lambda word: -rarities[word])[:_REPLACED]:
        text = re.sub(rf"(?:\b{_ARTICLE}\s+)?\b{re.escape(word)}\b", lambda _: subject, context, count=1, flags=re.I)
        if text != context:
            readings.append(Reading(check_question(text[-2000:]), search(text[-2000:]), follows=True))
    if not readings:
        text = check_question(f"{context}{_BEHIND}{subject}"[-2000:])
        return Reading(text, search(text), follows=True)

    def fitness(reading: Reading) -> tuple[float, float]:
        best = embedded_text(reading.found.hits[0].passage) if reading.found.hits else ""
        return words.coverage(subject, best), reading.found.signals.dense

    return max(readings, key=fitness)


def joined(context: str, question: str) -> str:
    """Return context and question as one text.

    A mere other year takes the place of the year in the context; where that has none, it is asked "… in 2021?". So
    does a mere other subject ("en over vuurwerk?") of one that the context ends on ("Wat vroeg KUVE over dijken?").
    """
    subject = _ONLY_ABOUT.match(question)
    if subject and _ENDS_ABOUT.search(context):
        return check_question(_ENDS_ABOUT.sub(lambda _: f"{subject[1]}?", context))
    year = _ONLY_YEAR.fullmatch(" ".join(re.findall(r"\w+", question)))
    if year and _YEAR.search(context):
        return _YEAR.sub(year.group(1), context)
    if year:
        return check_question(f"{context.rstrip(' ?!.,;')} in {year.group(1)}?")
    return check_question(f"{context}{_BEHIND}{question}"[-2000:])


def stands_behind(question: str, text: str) -> bool:
    """Whether a text that was `joined` holds the question as it was asked, behind its past."""
    return text.endswith(f"{_BEHIND}{question}")
