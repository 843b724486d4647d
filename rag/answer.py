"""The assistant: a question in, the cabinet's own sentences out, each with its vraag, or an honest "not found"."""

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rag.conversation import Reading, read_question
from rag.errors import QuestionError
from rag.filters import Filters
from rag.found import Found
from rag.generate import Generator, generator_from_environment, written
from rag.newer import newer_hits
from rag.offtopic import is_empty, is_no_question
from rag.quote import Quote, choose_quotes
from rag.records import Answer, Hit, Sentence, cited_in
from rag.referred import readable, with_referred
from rag.remote import Address
from rag.retrieve import RESTRICTING, Retriever, check_question
from rag.signals import language_of
from rag.support import ANSWERED, DECLINED, NEAREST, is_heard, is_settled, is_sure, outcome_of, support_of
from rag.verify import Checker
from rag.wording import TEXTS, answer_text, dropped_text, missing_text, records_text, refusal_text, restricted_text

_HITS = 10
_BY_OTHERS = RESTRICTING - {"answered"}
"""Fields that a question may name beside its subject, and without which it may have an answer by others."""


class Assistant:
    """Answers questions from one index. Deterministic: the same build, question and settings give the same answer.

    Args:
        retriever: The opened index.
        generator: A language model that writes what is answered; None for the cabinet's own sentences.
    """

    def __init__(self, retriever: Retriever, generator: Generator | None = None) -> None:
        self.retriever = retriever
        self.generator = generator

    def stream(self, query: str, *, language: str | None = None, **settings: Any) -> Iterator[Sentence | Answer]:  # noqa: ANN401
        """Yield the checked sentences of a language model as they complete, and last the answer.

        The last item replaces what came before it: it holds the cabinet's own sentences where the model failed.
        Without a model it is the only one. Arguments and errors as for `ask`.
        """
        engine = self.retriever.pinned()  # all of one answer comes from one build
        quoted = Assistant(engine).ask(query, language=language, **settings)
        yield from Assistant(engine, self.generator)._written(quoted, quoted.settings["language"])

    def ask(
        self,
        query: str,
        *,
        turns: Sequence[str] = (),
        k: int = _HITS,
        filters: Filters | None = None,
        language: str | None = None,
        sort: str | None = None,
        unread: Collection[str] = (),
        **restrictions: Any,  # noqa: ANN401
    ) -> Answer:
        """Answer a question with sentences quoted from the best passages, or written from them by the model.

        Args:
            query: A question in words.
            turns: The questions before it in the conversation, oldest first.
            k: How many hits the answer carries.
            filters: What the passages are restricted to.
            language: "nl" or "en", of the words around the sentences; None for that of the question.
            sort: "relevance", "newest" or "oldest"; None for what the question asks.
            unread: Fields of `Filters` (or "sort", "document" and so on) that are not to be read in the question.
            restrictions: Fields of `Filters` by name, on top of `filters`.

        Raises:
            QuestionError: The question is too long. (An empty one is declined.)
            FilterError: A filter names something that does not occur.
        """
        engine = self.retriever.pinned()
        if engine is not self.retriever:  # all of one answer comes from one build
            pinned = type(self)(engine, self.generator)
            return pinned.ask(
                query, turns=turns, k=k, filters=filters, language=language, sort=sort, unread=unread, **restrictions
            )
        question = "" if is_empty(query) else check_question(query)
        language = language or language_of(question)
        if language not in TEXTS:
            raise QuestionError(f"The language {language!r} is unknown; choose from {', '.join(TEXTS)}.")
        given = dataclasses.replace(filters or Filters(), **restrictions)
        settings = _settings(given, k=k, language=language, sort=sort, turns=list(turns), unread=sorted(unread))
        if is_no_question(question):
            reason = TEXTS[language]["no_question" if question else "no_words"]
            refusal = self._refusal(question or query.strip(), DECLINED, reason, Found.nothing(), language)
            return dataclasses.replace(refusal, settings=settings)
        reading = read_question(question, turns, self.retriever, k, given, sort, unread)
        answer = self._from_reading(question, reading, k, language)
        restricting = [span for span in reading.found.understood.spans if span.field in _BY_OTHERS]
        if answer.refused and not answer.listed and restricting:
            wider = read_question(reading.found.understood.rest, (), self.retriever, k, given, sort, unread)
            if self._from_reading(question, wider, k, language).outcome == ANSWERED:
                reason = restricted_text(restricting, language)
                answer = self._refusal(question, NEAREST, reason, wider.found, language)
        understood = {span.field: span.value for span in reading.found.understood.spans}
        notices = [dropped_text(reading.found.dropped, language), answer.notice]
        if reading.found.named and reading.found.missing:  # of several vragen that were named
            notices.insert(0, missing_text(reading.found.missing, language))
        answer = dataclasses.replace(
            answer,
            understood=reading.text if reading.follows else None,
            filters=understood,
            settings=settings,
            notice=" ".join(filter(None, notices)) or None,
        )
        *_, last = self._written(answer, language)
        return last if isinstance(last, Answer) else answer

    def _written(self, answer: Answer, language: str) -> Iterator[Sentence | Answer]:
        """Let the model write the answer, where there is one and the question is answered at all."""
        if self.generator is None or answer.refused:
            yield answer
            return
        checker = Checker(self.retriever.encoder, self.retriever.means, self.retriever.words)
        yield from written(answer, self.generator, checker, language)

    def _from_reading(self, question: str, reading: Reading, k: int, language: str) -> Answer:
        found, engine = reading.found, self.retriever
        if not found.hits:
            return self._refusal(question, DECLINED, TEXTS[language]["empty"], found, language)
        if found.missing and not found.named:
            return self._refusal(question, NEAREST, missing_text(found.missing, language), found, language)
        if found.kamervragen or found.without_subject:
            return self._list(question, found, k, language)
        found = dataclasses.replace(found, hits=with_referred(found.hits, engine.store))
        hits = found.hits if found.vragen else readable(found.hits, engine.store)
        quotes = choose_quotes(reading.wanted, hits, engine.encoder, engine.means, engine.words, found.vragen)
        best = max((quote.similarity for quote in quotes), default=0.0)
        signals = dataclasses.replace(found.signals, sentence=round(best, 6))
        if not (found.named or is_settled(signals)):
            foreign = engine.foreign(found.understood.rest or reading.text, found.hits[0])
            signals = dataclasses.replace(signals, foreign=foreign)
        found = dataclasses.replace(found, signals=signals)
        outcome = outcome_of(reading.text, found.signals)
        if found.named:
            outcome = ANSWERED
        if not quotes:
            outcome = NEAREST
        if outcome != ANSWERED:
            return self._refusal(question, outcome, TEXTS[language][outcome], found, language)
        return self._answer(question, found, quotes, language)

    def _list(self, question: str, found: Found, k: int, language: str) -> Answer:
        """Return the Kamervragen that a question is after, where it is not after what they say."""
        listed = found.kamervragen or found.hits
        counted = records_text(len(listed), language, more=len(listed) >= k)
        reason = TEXTS[language]["no_subject"] if found.without_subject else counted
        return self._refusal(question, NEAREST, reason, dataclasses.replace(found, hits=listed), language, listed=True)

    def _answer(self, question: str, found: Found, quotes: Sequence[Quote], language: str) -> Answer:
        sentences = tuple(quote.sentence for quote in quotes)
        passages = {hit.id: hit.passage for hit in found.hits}
        cited = cited_in(sentences)
        unsure = _is_unsure(found)
        return Answer(
            query=question,
            outcome=ANSWERED,
            text=answer_text(sentences, passages, language),
            sentences=sentences,
            hits=found.hits,
            found=found.hits,
            newer=newer_hits([hit for hit in found.hits if hit.id in cited], found.hits),
            build=self.retriever.build,
            signals=found.signals,
            support=round(support_of(found.signals), 4),
            unsure=unsure,
            notice=TEXTS[language]["unsure"] if unsure else None,
        )

    def _refusal(
        self, question: str, outcome: str, reason: str, found: Found, language: str, *, listed: bool = False
    ) -> Answer:
        hits: tuple[Hit, ...] = found.hits if outcome == NEAREST else ()
        return Answer(
            query=question,
            outcome=outcome,
            text=refusal_text(outcome, reason, hits, language, listed=listed),
            reason=reason,
            listed=listed,
            hits=hits,
            found=found.hits,
            build=self.retriever.build,
            signals=found.signals,
            support=round(support_of(found.signals), 4),
        )


def _is_unsure(found: Found) -> bool:
    """Whether an answer needs the remark that it may be none.

    What is asked of a document that is named is answered from it, with the remark where it would be refused elsewhere.
    """
    if found.named:
        within = found.understood.asks_within
        return within and outcome_of(found.understood.rest, found.signals) != ANSWERED
    return not (is_sure(found.signals) and is_heard(found.signals))


def _settings(given: Filters, **others: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return all that an answer depends on besides question and build, as JSON has it; what was not set is left out."""
    filters = {name: str(value) for name, value in dataclasses.asdict(given).items() if value is not None}
    chosen = {name: value for name, value in {"filters": filters, **others}.items() if value}
    return {**chosen, "day": date.today().isoformat()}


def open_assistant(
    index: str | Path | Address | None = None, model: str | None = None, *, llm: bool | None = None
) -> Assistant:
    """Open an index and return its assistant.

    Args:
        index: The index folder or address; None for the user's own folder, where the sample is built if there is none.
        model: The encoder expected; None for the one that made the index.
        llm: Whether a language model writes the answers; None where the environment names one (KAMERWIJZER_LLM_URL).

    Raises:
        GeneratorError: The language model is asked for and not set up, or not rightly.
        IndexFolderError: The index is missing, damaged, or was made with another encoder.
        EncoderError: The encoder cannot be loaded.
    """
    from rag.home import ready_index

    generator = None if llm is False else generator_from_environment(required=llm is True)
    return Assistant(Retriever.open(ready_index(index, model=model), model), generator)
