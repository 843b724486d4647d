"""The records that travel through the program; a leaf module, standard library only.

`Kamervraag` is what is written in a documents file, `Passage` what is embedded and retrieved (one vraag),
`Hit` a retrieved passage, `Answer` what a user is shown. All are frozen.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MEDEDELING = "mededeling"
"""The `number` of a passage that is a mededeling (a note that the answer will be late)."""

FICTION_TOPIC = "fictief"
"""The topic that marks an invented document; the sample corpus carries it in every document."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member who asks or a minister who answers.

    `role` is the function of an answerer ("minister van Financiën"); `party` may be unknown.
    """

    name: str
    party: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Vraag:
    """One numbered question with its antwoord; at least one of the two is present.

    Attributes:
        number: As the document prints it: "4", "1a".
        question: Text of the vraag, paragraphs separated by newlines.
        answer: Text of the antwoord, word for word, or None while unanswered.
        answered_with: Numbers of the other vragen of the document that share this very answer.
        footnotes: Mark to note text ("" where the source does not give it); the marks stand in question and
            answer as superscript digits, `motie Amhaouch.²`, so that no digit is glued to a word.
    """

    number: str
    question: str | None = None
    answer: str | None = None
    answered_with: tuple[str, ...] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mededeling:
    """A note to Parliament that the answer will be late, or other remark outside the vragen."""

    text: str
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Kamervraag:
    """One set of written questions with its answers: a line of a documents file.

    Attributes:
        id: The vraagnummer, for example "2022Z04736"; unique in a corpus.
        answer_id: The official number of the answer, for example "ah-tk-20212022-2957".
    """

    id: str
    vragen: tuple[Vraag, ...]
    title: str = ""
    asked: datetime.date | None = None
    answered: datetime.date | None = None
    askers: tuple[Person, ...] = ()
    answerers: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    question_url: str | None = None
    answer_url: str | None = None
    answer_id: str | None = None
    mededelingen: tuple[Mededeling, ...] = ()

    @property
    def fictional(self) -> bool:
        """Whether the document is invented (the sample corpus)."""
        return FICTION_TOPIC in self.topics


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded, retrieved and cited: one vraag with its antwoord, or one mededeling.

    `id` is "2022Z04736/4" or "2022Z04736/mededeling".
    """

    id: str
    document: str
    number: str
    title: str = ""
    question: str | None = None
    answer: str | None = None
    answered_with: tuple[str, ...] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)
    asked: datetime.date | None = None
    answered: datetime.date | None = None
    askers: tuple[Person, ...] = ()
    answerers: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    question_url: str | None = None
    answer_url: str | None = None
    answer_id: str | None = None

    @property
    def day(self) -> datetime.date | None:
        """When it was answered, or else asked."""
        return self.answered or self.asked

    @property
    def citation(self) -> str:
        """The one citation form: `Kamervraag 2022Z04736, vraag 4`."""
        return citation_of(self.document, self.number)

    @property
    def url(self) -> str | None:
        """The official publication: of the answer, else of the question, else None."""
        return self.answer_url or self.question_url

    @property
    def fictional(self) -> bool:
        """Whether the passage belongs to an invented document."""
        return FICTION_TOPIC in self.topics


def citation_of(document: str, number: str | None) -> str:
    """Return the citation of a vraag or mededeling, or of a whole Kamervraag."""
    if number is None:
        return f"Kamervraag {document}"
    place = number.replace("-", " ") if number.startswith(MEDEDELING) else f"vraag {number}"
    return f"Kamervraag {document}, {place}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage with its score (higher is better; comparable within one search only).

    `also` names passages that give the same answer and are folded into this hit.
    """

    passage: Passage
    score: float
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The passage's id."""
        return self.passage.id

    @property
    def citation(self) -> str:
        """The passage's citation."""
        return self.passage.citation


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, word for word the cabinet's, and the passages it stands in.

    Where a language model wrote it (`Answer.model`): checked against the passages it cites.
    """

    text: str
    citations: tuple[str, ...]


def cited_in(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """Return the ids of the passages that sentences cite, each once, in order."""
    return tuple(dict.fromkeys(name for sentence in sentences for name in sentence.citations))


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A sentence that a language model wrote and the passages it cites do not support: left out of the answer.

    Attributes:
        text: As it was written, without citation marks.
        citations: Ids of the passages it cites; none where it cites nothing that was given.
        reason: "number", "name", "negation", "meaning" or "uncited".
        detail: The number or name that the passages do not have; "" otherwise.
    """

    text: str
    citations: tuple[str, ...]
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the search saw of a question; the decision whether anything supports an answer rests on it.

    Attributes:
        dense: Best centred inner product of question and passage, -1 to 1.
        dense_z: The same in standard deviations above the question's background over the corpus.
        margin: How far the best dense score lies above the tenth, in the same unit.
        lexical_z: Best BM25 score in standard deviations above its mean over the corpus.
        coverage: Share of the question's content words known to the corpus, weighed by rarity, 0 to 1.
        absent: Share of them that stand in none of the three best passages, weighed by rarity, 0 to 1.
        numbers_missing: How many numbers of the question stand neither there nor in the dates.
        words: How many content words the question has.
        passages: How many passages the corpus has.
        english: Whether the question is English; coverage and absent are then 0.
        agreement: Overlap of the ten best of both sides, 0 to 1.
        off_topic: About 1 for what people ask a chat and never Parliament, about -1 for policy (`rag.offtopic`).
        sentence: Best centred inner product of question and a single sentence, -1 to 1; 0 before any is chosen.
        foreign: How much nearer the best passage comes when one word of the question is left out, weighed by rarity;
            high where the passage says nothing of that word. 0 before an answer is sought, and where the outcome is
            settled without it (`rag.support.is_settled`).
        late: Best match of question and passage token by token (`embeddings.late`); 0 where the encoder has no tokens.
        length: How many words the whole question has, those of content and those that name a filter counted twice;
            0 where it is not known.
        last: Best match of the words of a follow-up, among those before it, and the best passage, token by token; 0
            where the question follows nothing or there are no tokens.
        kept: How much higher `dense` is for the question behind its past than for the question before; 0 likewise.
    """

    dense: float = 0.0
    dense_z: float = 0.0
    margin: float = 0.0
    lexical_z: float = 0.0
    coverage: float = 0.0
    absent: float = 0.0
    numbers_missing: int = 0
    words: int = 0
    passages: int = 0
    english: bool = False
    agreement: float = 0.0
    off_topic: float = 0.0
    sentence: float = 0.0
    foreign: float = 0.0
    late: float = 0.0
    length: int = 0
    last: float = 0.0
    kept: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a user is shown.

    Attributes:
        query: The question as it was asked.
        outcome: "answered"; "nearest" (nothing supports an answer, the hits come closest); or "declined" (no
            question to Parliament, or nothing at all was found).
        text: The whole answer in plain text: the sentences, each vraag with its citation; or the refusal.
        reason: Why it was refused, one sentence; None when answered.
        sentences: Word for word the cabinet's, in reading order, or written by `model` and checked; empty when refused.
        hits: The passages shown, best first; none where the question is declined.
        found: The passages the search found, whether shown or not.
        newer: For a cited passage the id of a later one on the same subject, which is among the hits.
        understood: The question as it was read after earlier turns, or None where it stands by itself.
        filters: What was read in the question besides its subject: field of `Filters` (or "document", "number",
            "answer_id", "sort") to value.
        build: Id of the build that answered.
        settings: All else that the answer depends on: k, language, sort, the filters set, earlier turns, what was not
            to be read in the question, the day it was asked on; with `build` and `query` it can be reproduced.
        signals: What the decision rested on.
        support: Estimated probability that the passages answer the question, 0 to 1.
        unsure: Whether it is answered with the remark that this may be no answer; `notice` then says so.
        listed: Whether the question is after Kamervragen themselves or names no subject: the hits are these, by day.
        model: The language model that wrote the sentences; None where they are quotes.
        notice: What a reader should know before the answer: that it is unsure, what a language model had to do with it
            or why it had nothing; None where there is nothing to say.
        unsupported: What the model wrote and was left out.
    """

    query: str
    outcome: str
    text: str
    reason: str | None = None
    sentences: tuple[Sentence, ...] = ()
    hits: tuple[Hit, ...] = ()
    found: tuple[Hit, ...] = ()
    newer: Mapping[str, str] = field(default_factory=dict)
    understood: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    build: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    signals: Signals = Signals()
    support: float = 0.0
    unsure: bool = False
    listed: bool = False
    model: str | None = None
    notice: str | None = None
    unsupported: tuple[Unsupported, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether no answer was given."""
        return self.outcome != "answered"
