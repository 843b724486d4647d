"""Choose the sentences that answer a question, word for word, from the antwoorden of the best passages.

A sentence is scored by meaning (the encoder), by the question's rare words in it, by the kind of answer asked for
(an amount, a day, a yes or no) and by the place of its passage; then the best are taken, in reading order.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from embeddings.encoder import Encoder
from embeddings.means import Centring
from rag.acquainted import asks_what_is_known, says_nothing
from rag.index import Words
from rag.lists import introduces, introductions
from rag.newer import answered_later
from rag.records import MEDEDELING, Hit, Passage, Sentence
from rag.references import vragen_meant
from rag.sentences import YES_OR_NO, split_sentences
from rag.wanted import Wanted

MOST_SENTENCES = 6
_ENCODED = 6
"""Sentences whose meaning is compared, those with the most words and signs asked for: each takes some 20 ms."""

_UNREAD = 0.15
"""The similarity that the others are taken to have."""

_MEANING = 2.0
"""What a similarity of 1 adds to the score of a sentence."""

_LEADER_SENTENCES = 6
_REFERRED = 2
"""Sentences of a vraag that is quoted because another one refers to it."""

_ITEMS = 3
"""Items that an introducing sentence of which none is taken brings along."""

_LEADER_REACH, _OTHER_REACH = 0.9, 0.6
"""How far below the best a sentence may score: in the passage of the best or a newer one about as good; in others."""

_AS_GOOD = 1.2
"""Hits whose score lies less than this (standard deviations) below the best count as about as good."""

_BARE = re.compile(rf"{YES_OR_NO}\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence with the place it stands in.

    Attributes:
        sentence: The literal text with its citation.
        rank: Place of its passage among the hits, from 0.
        place: Place among the sentences of the antwoord, from 0.
        score: How well it answers; comparable within one question.
        similarity: Centred inner product of `Wanted.vector` and sentence, -1 to 1; 0 where it was not encoded.
    """

    sentence: Sentence
    rank: int
    place: int
    score: float
    similarity: float


Lists = Mapping[tuple[int, int], Quote]
"""The introducing sentence of each item of a list, by rank and place of the item."""


def choose_quotes(
    wanted: Wanted,
    hits: Sequence[Hit],
    encoder: Encoder,
    means: Centring,
    lexical: Words,
    asked: Collection[str] = (),
) -> list[Quote]:
    """Return 1 to 6 quotes in reading order: the best passage first, sentences as they stand in it.

    Args:
        wanted: What they are to answer.
        hits: Best first; read are the antwoorden of those asked for and of three others, or five after a question
            before. None gives no quotes.
        encoder: For the meaning of sentences.
        means: Whose mean passage is subtracted.
        lexical: For the rarity of words.
        asked: Ids of the vragen that the question names: each is quoted, as far as there is room, and no other one
            but for what they refer to.
    """
    rarities = lexical.rarities(wanted.question)
    candidates = [
        Quote(Sentence(text, (hit.id,)), rank, place, wanted.plain_score(text, rank, place, hits, rarities), 0.0)
        for rank, hit in enumerate(hits)
        if hit.id in asked or (rank < wanted.passages + len(asked) and _may_answer(hit.passage, wanted))
        for place, text in enumerate(split_sentences(hit.passage.answer or ""))
    ]
    if not any(not asked or hits[quote.rank].id in asked for quote in candidates):
        return []
    candidates.sort(key=lambda quote: (hits[quote.rank].id not in asked, -quote.score, quote.rank, quote.place))
    read = candidates[:_ENCODED]
    vectors = means.centre_passage(encoder.encode_passages([quote.sentence.text for quote in read]))
    scored = [
        dataclasses.replace(quote, score=quote.score + _MEANING * float(nearness), similarity=float(similarity))
        for quote, nearness, similarity in zip(read, vectors @ wanted.meaning, vectors @ wanted.vector, strict=True)
    ]
    unread = [dataclasses.replace(quote, score=quote.score + _MEANING * _UNREAD) for quote in candidates[_ENCODED:]]
    taken, leader = _take(scored + unread, _lists_in(candidates, hits), hits, asked)
    return in_reading_order(taken, hits, leader if wanted.last else 0)


def _may_answer(passage: Passage, wanted: Wanted) -> bool:
    """Whether sentences of a passage that was not asked for may answer: it is a vraag that says something."""
    if passage.number.startswith(MEDEDELING):
        return False
    return not says_nothing(passage) or asks_what_is_known(wanted.question)


def _lists_in(candidates: list[Quote], hits: Sequence[Hit]) -> Lists:
    """Return for each item of a list, by rank and place, the sentence that introduces it."""
    known = {(quote.rank, quote.place): quote for quote in candidates}
    return {
        (rank, place): known[rank, opening]
        for rank in dict.fromkeys(quote.rank for quote in candidates)
        for place, opening in introductions(hits[rank].passage.answer or "").items()
    }


def _take(scored: list[Quote], lists: Lists, hits: Sequence[Hit], asked: Collection[str]) -> tuple[list[Quote], int]:
    """Take the best, leave what is far behind, complete lists and the leading passage; its rank beside them."""
    scored.sort(key=lambda quote: (-quote.score, quote.rank, quote.place))
    open_to = [quote for quote in scored if not asked or hits[quote.rank].id in asked]
    leader, floor = open_to[0].rank, open_to[0].score
    wide = {hits[leader].id, *[hit.id for hit in answered_later(hits[leader].passage, hits) if _is_near(hit, hits)]}
    taken: list[Quote] = []
    seen: set[str] = set()
    firsts = {quote.rank: quote for quote in reversed(open_to)} if asked else {}
    for quote in [*(firsts[rank] for rank in sorted(firsts)), *open_to]:
        folded = quote.sentence.text.casefold()
        reach = _LEADER_REACH if hits[quote.rank].id in wide else _OTHER_REACH
        near = quote.score >= floor - reach or quote is firsts.get(quote.rank)
        if near and folded not in seen and len(taken) < MOST_SENTENCES:
            seen.add(folded)
            taken.append(quote)
    taken = with_introductions(taken, lists)
    taken = quotes_referred_to(_with_bare_openings(taken, scored), scored, hits)
    taken = _completed(with_first_items(taken, scored, lists), scored, leader)
    return with_introductions(taken, lists), leader


def with_introductions(taken: list[Quote], lists: Lists) -> list[Quote]:
    """Put before each item of a list the sentence that introduces it; an item for which both find no room is left.

    Args:
        taken: The most important first.
        lists: The introducing sentence of each item, by rank and place.
    """
    kept: dict[tuple[int, int], Quote] = {}
    for quote in taken:
        added = {(quote.rank, quote.place): quote}
        while (opening := lists.get((quote.rank, quote.place))) is not None:
            quote = opening
            added = {(quote.rank, quote.place): quote, **added}
        if len(kept | added) <= MOST_SENTENCES:
            kept |= added
    return list(kept.values())


def with_first_items(taken: list[Quote], scored: list[Quote], lists: Lists) -> list[Quote]:
    """Add behind an introducing sentence of which no item is taken the first items, while there is room."""
    introduced = {(lists[key].rank, lists[key].place) for quote in taken if (key := (quote.rank, quote.place)) in lists}
    known = {(quote.rank, quote.place): quote for quote in scored}
    for quote in [quote for quote in taken if introduces(quote.sentence.text)]:
        if (quote.rank, quote.place) in introduced:
            continue
        place = quote.place + 1
        while (
            (item := known.get((quote.rank, place))) and len(taken) < MOST_SENTENCES and place <= quote.place + _ITEMS
        ):
            if lists.get((quote.rank, place)) == quote and item not in taken:
                taken = [*taken, item]
            place += 1
    return taken


def _with_bare_openings(taken: list[Quote], scored: list[Quote]) -> list[Quote]:
    """Add the "Ja." that opens an antwoord of which something is quoted; it says what the rest explains."""
    ranks = {quote.rank for quote in taken}
    bare = [
        quote
        for quote in scored
        if quote not in taken and quote.place == 0 and quote.rank in ranks and _BARE.match(quote.sentence.text)
    ]
    return taken[: MOST_SENTENCES - len(bare)] + bare


def quotes_referred_to(taken: list[Quote], scored: list[Quote], hits: Sequence[Hit]) -> list[Quote]:
    """Add the best sentences of a vraag that a quotation refers to ("zie vraag 7") and of which none is taken."""
    meant = set()
    for quote in taken:
        document = hits[quote.rank].passage.document
        numbers = [hit.passage.number for hit in hits if hit.passage.document == document]
        meant |= {(document, number) for number in vragen_meant(quote.sentence.text, numbers)}
    added = [
        quote
        for rank in {quote.rank for quote in scored} - {quote.rank for quote in taken}
        if (hits[rank].passage.document, hits[rank].passage.number) in meant
        for quote in [other for other in scored if other.rank == rank][:_REFERRED]
    ]
    return [*taken[: MOST_SENTENCES - len(added)], *added]


def _completed(taken: list[Quote], scored: list[Quote], leader: int) -> list[Quote]:
    """Add to the leading passage the sentences next to those taken, so that it reads on, while there is room."""
    places = {quote.place for quote in taken if quote.rank == leader}
    rest = [quote for quote in scored if quote.rank == leader and quote not in taken]
    while rest and len(taken) < MOST_SENTENCES and len(places) < _LEADER_SENTENCES:
        near = [quote for quote in rest if quote.place - 1 in places or quote.place + 1 in places]
        if not near:
            break
        added = max(near, key=lambda quote: (quote.place - 1 in places and quote.place + 1 in places, quote.score))
        taken = [*taken, added]
        rest.remove(added)
        places.add(added.place)
    return taken


def in_reading_order(taken: list[Quote], hits: Sequence[Hit], leader: int = 0) -> list[Quote]:
    """Sort by passage, then place: the newest first among passages about as good as the best, then by rank.

    Args:
        taken: The sentences.
        hits: Best first.
        leader: Rank of the passage that counts as the best.
    """

    def key(quote: Quote) -> tuple[bool, int, bool, int, int]:
        hit = hits[quote.rank]
        near = _is_near(hit, hits) or quote.rank == leader
        age = -hit.passage.answered.toordinal() if near and hit.passage.answered else 0
        return (not near, age, quote.rank != leader, quote.rank, quote.place)

    return sorted(taken, key=key)


def _is_near(hit: Hit, hits: Sequence[Hit]) -> bool:
    return hits[0].score - hit.score < _AS_GOOD
