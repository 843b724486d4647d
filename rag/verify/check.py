"""Check the sentences a writer made against the passages they cite: literally where that can be, else by meaning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from embeddings.encoder import Encoder, Vectors
from embeddings.means import Centring
from rag.index import Words
from rag.records import Passage
from rag.sentences import split_sentences
from rag.signals import is_english
from rag.verify import alignment
from rag.verify.names import missing_names
from rag.verify.overlap import Overlap
from rag.verify.polarity import contradicts, has_negation, is_bare, opening_of, opposes
from rag.verify.quantities import Quantity, quantities, same

SUPPORTED, NUMBER, NAME, NEGATION, MEANING, UNCITED = "supported", "number", "name", "negation", "meaning", "uncited"

_FEW, _MOST = 5, 40
"""How many pieces are read by the encoder: those with most words in common; in another language more."""

_ASKS = re.compile(r"\?[⁰¹²³⁴⁵⁶⁷⁸⁹»”]*$")
_LEAST_SIMILAR = 0.3
_NEAR_ENOUGH = 0.9
_SIMILAR_ENGLISH = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker says of a sentence.

    Attributes:
        reason: SUPPORTED, or what fails: NUMBER (a number, amount or day), NAME, NEGATION, MEANING, or UNCITED (it
            cites no passage that was given).
        detail: The number or name that the passages do not have; "" otherwise.
        overlap: Share of its content words in the piece of the passages it comes closest to, 0 to 1.
        similarity: Centred inner product with that piece, -1 to 1.
    """

    reason: str
    detail: str = ""
    overlap: float = 0.0
    similarity: float = 0.0

    @property
    def supported(self) -> bool:
        """Whether the sentence may be shown."""
        return self.reason == SUPPORTED


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage on which a claim may rest.

    Attributes:
        sentences: One or two sentences of the antwoord; or the vraag, where the antwoord opens with "Ja" or "Nee".
        asked: The first sentence of the vraag that asks.
        opening: Whether the antwoord opens with "Ja" (True) or "Nee" (False), or neither (None).
        title: Of the Kamervraag.
    """

    sentences: tuple[str, ...]
    asked: str
    opening: bool | None
    title: str

    @property
    def text(self) -> str:
        """The sentences together."""
        return " ".join(self.sentences)


class Checker:
    """Checks sentences against passages. Keeps the vectors of what it has read; make one for each answer."""

    def __init__(self, encoder: Encoder, means: Centring, lexical: Words) -> None:
        self._encoder = encoder
        self._means = means
        self._lexical = lexical
        self._vectors: dict[str, Vectors] = {}

    def check(self, sentence: str, passages: Sequence[Passage]) -> Verdict:
        """Return whether the passages support the sentence.

        Args:
            sentence: One sentence, without citation marks.
            passages: Those it cites; none gives UNCITED.
        """
        if not passages:
            return Verdict(UNCITED)
        if any(sentence in split_sentences(passage.answer or "") for passage in passages):
            return Verdict(SUPPORTED, overlap=1.0, similarity=1.0)
        if _opposed(sentence, passages):
            return Verdict(NEGATION)
        if is_bare(sentence):
            return Verdict(MEANING)
        english = is_english(sentence)
        claimed = quantities(sentence, english=english)
        missing = _missing_quantity(claimed, passages)
        if missing:
            return Verdict(NUMBER, sentence[missing.start : missing.end].strip(" ."))
        names = missing_names(sentence, [text for passage in passages for text in _context(passage)])
        if names:
            return Verdict(NAME, names[0])
        return self._by_meaning(sentence, claimed, passages, english=english)

    def _by_meaning(
        self, sentence: str, claimed: Sequence[Quantity], passages: Sequence[Passage], *, english: bool
    ) -> Verdict:
        pieces = [piece for passage in passages for piece in pieces_of(passage)]
        if not pieces:
            return Verdict(MEANING)
        shared = Overlap(sentence, claimed, self._lexical)
        overlaps = {piece: shared.within(piece.text, quantities(piece.text)) for piece in pieces}
        near = sorted(pieces, key=lambda piece: (-overlaps[piece], len(piece.text)))[: _MOST if english else _FEW]
        similarities = self._similarities(sentence, [piece.text for piece in near])
        best, similarity = max(
            zip(near, similarities, strict=True),
            key=lambda pair: (pair[1] + (0.0 if english else overlaps[pair[0]]), -len(pair[0].text)),
        )
        text = f"{best.text} {best.asked} {best.title}"
        around = shared.within(text, quantities(text))
        reason = SUPPORTED
        if not near_enough(overlaps[best], around, similarity, english=english):
            reason = MEANING
        elif english:
            reason = self._denied_in_translation(sentence, best)
        else:
            reason = _changed(sentence, best)
        return Verdict(reason, "", round(overlaps[best], 4), round(similarity, 4))

    def _denied_in_translation(self, sentence: str, piece: Piece) -> str:
        """Compare negations across languages: of the clauses of the piece, the one nearest in meaning decides."""
        if has_negation(sentence, denials=True):
            given = has_negation(piece.text, denials=True) or piece.opening is False
            return SUPPORTED if given else NEGATION
        clauses = [clause for clause in re.split(r"[,;:]", piece.text) if len(clause.split()) > 3] or [piece.text]
        similarities = self._similarities(sentence, clauses)
        nearest = clauses[similarities.index(max(similarities))]
        return NEGATION if has_negation(nearest) else SUPPORTED

    def _similarities(self, sentence: str, texts: Sequence[str]) -> list[float]:
        new = [text for text in dict.fromkeys([sentence, *texts]) if text not in self._vectors]
        if new:
            vectors = self._means.centre_passage(self._encoder.encode_passages(new))
            self._vectors.update(zip(new, vectors, strict=True))
        return [float(self._vectors[text] @ self._vectors[sentence]) for text in texts]


def pieces_of(passage: Passage) -> list[Piece]:
    """Return the sentences of the antwoord, each two that follow one another, and the vraag where "Ja" says it."""
    sentences = split_sentences(passage.answer or "")
    opening = opening_of(passage.answer or "")
    questions = [sentence for sentence in split_sentences(passage.question or "") if _ASKS.search(sentence)]
    asked = questions[0] if questions else ""
    runs: list[tuple[str, ...]] = [(sentence,) for sentence in sentences]
    runs += [(one, other) for one, other in pairwise(sentences)]
    if opening is not None and asked:
        runs.append((asked,))
    return [Piece(run, asked, opening, passage.title) for run in runs]


def near_enough(overlap: float, around: float, similarity: float, *, english: bool) -> bool:
    """Whether a piece of text says what a sentence says, as far as words and meaning tell.

    Args:
        overlap: Share of the sentence's content words in the piece, weighed by rarity, 0 to 1.
        around: The same with the vraag and the title added.
        similarity: Centred inner product of both, -1 to 1.
        english: Whether the sentence is English, where words tell nothing.
    """
    if english:
        return similarity >= _SIMILAR_ENGLISH
    return similarity >= _LEAST_SIMILAR and overlap + 0.5 * (around - overlap) + similarity >= _NEAR_ENOUGH


def _changed(sentence: str, piece: Piece) -> str:
    """Return SUPPORTED, or what the sentence says otherwise than the piece it rests on."""
    answered = piece.sentences != (piece.asked,)
    for given in piece.sentences if answered else ():
        changes = alignment.changes(sentence, given)
        for change in changes:
            if alignment.number_changed(change):
                return NUMBER
            if alignment.name_changed(change):
                return NAME
            if alignment.negation_changed(change) and not alignment.negation_moved(changes):
                return NEGATION
    evidence = piece.sentences if answered else ()
    if contradicts(sentence, evidence, piece.asked, piece.opening) or opposes(sentence, evidence):
        return NEGATION
    return SUPPORTED


def _missing_quantity(claimed: Sequence[Quantity], passages: Sequence[Passage]) -> Quantity | None:
    """Return the first quantity that no passage has."""
    if not claimed:
        return None
    given = [quantity for passage in passages for text in _context(passage) for quantity in quantities(text)]
    missing = (quantity for quantity in claimed if not any(same(quantity, other) for other in given))
    return next(missing, None)


def _context(passage: Passage) -> Iterator[str]:
    """Yield the texts that may back a number or a name: antwoord, vraag, notes, title, people, days, citation."""
    yield from (
        passage.answer or "",
        passage.question or "",
        passage.title,
        passage.citation,
        *passage.footnotes.values(),
    )
    for person in (*passage.askers, *passage.answerers):
        yield from (person.name, person.party or "", person.role or "")
    yield from (day.isoformat() for day in (passage.asked, passage.answered) if day)


def _opposed(sentence: str, passages: Sequence[Passage]) -> bool:
    """Whether the sentence opens with "Ja" where an antwoord opens with "Nee", or the other way round."""
    ours = opening_of(sentence)
    return ours is not None and any(opening_of(passage.answer or "") is (not ours) for passage in passages)
