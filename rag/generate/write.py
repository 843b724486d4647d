"""Let a model write an answer, check each sentence as it completes, and keep the quotes where nothing stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.generate.contract import EMPTY, Generator, GeneratorError
from rag.generate.notices import cut_notice, failure_notice, written_notice
from rag.generate.prompt import messages_for, usable
from rag.generate.reader import SentenceReader, Written
from rag.records import Answer, Passage, Sentence, Unsupported
from rag.signals import language_of
from rag.verify import NAME, Checker, Verdict
from rag.wording import answer_text

_MARKUP = re.compile(r"https?:\S*|www\.\S+|[<>`|{}]|\]\(|\b[\w-]+\.(?:nl|com|org|net|eu|io|ru|cn)\b", re.IGNORECASE)


def written(
    answer: Answer, generator: Generator, checker: Checker, language: str = "nl"
) -> Iterator[Sentence | Answer]:
    """Yield checked sentences as they complete, and last the answer that they make.

    The last item replaces what came before it: where the model fails half-way or nothing it wrote is supported, it is
    the answer given, in the cabinet's own sentences, with a notice that says why.

    Args:
        answer: An answer made of quotes; its hits are what the model is given.
        generator: The model.
        checker: Reads the sentences against the passages they cite.
        language: "nl" or "en", of the notice.
    """
    passages = usable(answer.hits)
    supported: list[Sentence] = []
    unsupported: list[Unsupported] = []
    try:
        for sentence in _sentences(answer, generator, passages):
            checked = _check(sentence, passages, checker)
            if isinstance(checked, Unsupported):
                unsupported.append(checked)
            elif all(checked.text.casefold() != other.text.casefold() for other in supported):
                supported.append(checked)
                yield checked
    except GeneratorError as error:
        yield _noted(answer, failure_notice(error, language), unsupported)
        return
    if not supported:
        yield _noted(answer, cut_notice(len(unsupported), language), unsupported)
        return
    noted = _noted(answer, written_notice(generator.name, len(unsupported), language), unsupported)
    yield replace(
        noted,
        text=answer_text(supported, {passage.id: passage for passage in passages}, language, quoted=False),
        sentences=tuple(supported),
        model=generator.name,
    )


def _noted(answer: Answer, notice: str, unsupported: Sequence[Unsupported]) -> Answer:
    """Return the answer with a notice behind the one it has, and what was left out."""
    notices = [notice for notice in (answer.notice, notice) if notice]
    return replace(answer, notice=" ".join(notices), unsupported=tuple(unsupported))


def _sentences(answer: Answer, generator: Generator, passages: Sequence[Passage]) -> Iterator[Written]:
    """Yield the sentences of the model; the question is put to it in its own language.

    Raises:
        GeneratorError: The model fails, or there is no passage to give it.
    """
    if not passages:
        raise GeneratorError(EMPTY, "No passage that was found can be given to a language model.")
    question = answer.understood or answer.query
    reader = SentenceReader()
    seen: set[Written] = set()
    for piece in generator.stream(messages_for(question, passages, language_of(answer.query))):
        yield from _unseen(reader.feed(piece), seen)
    yield from _unseen(reader.close(), seen)


def _unseen(sentences: Sequence[Written], seen: set[Written]) -> Iterator[Written]:
    """Yield what was not written before: small models repeat themselves."""
    for sentence in sentences:
        if sentence not in seen:
            seen.add(sentence)
            yield sentence


def _check(sentence: Written, passages: Sequence[Passage], checker: Checker) -> Sentence | Unsupported:
    cited = [passages[number - 1] for number in sentence.numbers if 1 <= number <= len(passages)]
    names = tuple(passage.id for passage in cited)
    verdict = _markup(sentence.text, cited) or checker.check(sentence.text, cited)
    if verdict.supported:
        return Sentence(sentence.text, names)
    return Unsupported(sentence.text, names, verdict.reason, verdict.detail)


def _markup(text: str, cited: Sequence[Passage]) -> Verdict | None:
    """Return a verdict on a link or markup that the passages do not have; None where there is none."""
    given = " ".join(passage.answer or "" for passage in cited)
    strange = next((match[0] for match in _MARKUP.finditer(text) if match[0] not in given), None)
    return Verdict(NAME, strange) if strange else None
