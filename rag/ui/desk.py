"""What the interface does on each event, without Gradio: conversation in, conversation and HTML out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from embeddings.errors import IndexingError
from rag.answer import Assistant
from rag.errors import KamerwijzerError
from rag.index import Passages
from rag.records import Answer, Passage, Sentence, cited_in
from rag.ui.examples import example_questions
from rag.ui.failures import failure_in_words
from rag.ui.nexts import next_questions
from rag.ui.render import thread_html
from rag.ui.restrictions import filters_of
from rag.ui.sources import Panel
from rag.ui.texts import text
from rag.ui.turns import FAILED, FOLLOWING, SORT, Turn, turn_of


@dataclass(frozen=True, slots=True)
class View:
    """What is shown after an event: the conversation, and both columns as HTML.

    While an answer is under way `sources` is None: only the thread changes.
    """

    turns: tuple[Turn, ...]
    thread: str
    sources: str | None


class Desk:
    """Answers the events of the page from one assistant. Keeps nothing of what users ask."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    @property
    def store(self) -> Passages:
        """The passages of the index that is live now."""
        return self.assistant.retriever.store

    def show(self, turns: Sequence[Turn], language: str, *, fresh: bool = False) -> View:
        """Return the page of a conversation.

        Args:
            turns: Oldest first.
            language: "nl" or "en".
            fresh: Whether the last turn has just been answered; its sentences then appear one by one.
        """
        passages = self.passages(name for turn in turns for name in turn.shown)
        examples = () if turns else example_questions(self.store, language)
        thread = thread_html(turns, passages, language, examples, fresh=fresh)
        return View(tuple(turns), thread, self._panel_of(turns, passages, language))

    def _under_way(self, question: str, turns: Sequence[Turn], language: str, written: Sequence[Sentence]) -> View:
        """Return the page while a question is being answered, with the sentences of the answer so far."""
        passages = self.passages([*(name for turn in turns for name in turn.shown), *cited_in(written)])
        return View(tuple(turns), thread_html(turns, passages, language, (), question, written=written), None)

    def stream(
        self,
        question: str,
        turns: Sequence[Turn],
        language: str,
        restrictions: Mapping[str, str],
        build: str | None = None,
        unread: Sequence[str] = (),
    ) -> Iterator[View]:
        """Answer a question: yield the page at once, after each sentence that a language model writes, and at the end.

        What a user can be told of a failure becomes a turn that says so.

        Args:
            question: As typed.
            turns: The conversation so far.
            language: "nl" or "en".
            restrictions: Filters in force, as text; and "sort".
            build: The build that a shared link was made with; where another is live now, the turn says so.
            unread: Fields not to be read in the question; `FOLLOWING` for one that stands by itself.
        """
        yield self._under_way(question, turns, language, ())
        written: list[Sentence] = []
        try:
            for item in self._parts(question, turns, language, restrictions, unread):
                if isinstance(item, Answer):
                    turn = turn_of(item, restrictions, unread)
                else:
                    written.append(item)
                    yield self._under_way(question, turns, language, written)
            asked = [question, *(earlier.query for earlier in turns)]
            turn = replace(turn, suggested=next_questions(turn, asked, self.store))
        except (KamerwijzerError, IndexingError) as error:
            reason, detail = failure_in_words(error, language)
            turn = Turn(question, FAILED, reason, restrictions=dict(restrictions), unread=tuple(unread), detail=detail)
        if build and build != self.assistant.retriever.build:
            turn = replace(turn, note=" ".join(filter(None, (text("moved_on", language), turn.note))))
        yield self.show([*turns, turn], language, fresh=True)

    def _parts(
        self,
        question: str,
        turns: Sequence[Turn],
        language: str,
        restrictions: Mapping[str, str],
        unread: Sequence[str],
    ) -> Iterator[Sentence | Answer]:
        return self.assistant.stream(
            question,
            turns=[] if FOLLOWING in unread else _context(turns),
            filters=filters_of({name: value for name, value in restrictions.items() if name != SORT}),
            language=language,
            sort=restrictions.get(SORT) or None,
            unread=unread,
        )

    def broken(self, question: str, turns: Sequence[Turn], language: str) -> View:
        """Return the page after an error that nobody foresaw (the server's log has it)."""
        return self.show(
            [*turns, Turn(question or text("failed", language), FAILED, text("broken", language))], language
        )

    def cite(self, turns: Sequence[Turn], place: int, passage_id: str, language: str) -> str:
        """Return the sources of a turn with one of them open."""
        if not 0 <= place < len(turns):
            return self.read(turns, place, passage_id, language)
        turn = turns[place]
        if passage_id not in turn.sources:
            return self.read(turns, place, passage_id, language)
        return self._panel(language).sources(turn, place, self.passages(turn.shown), passage_id)

    def read(self, turns: Sequence[Turn], place: int, passage_id: str, language: str) -> str:
        """Return the whole Kamervraag of a passage, with what the turn quotes from it marked."""
        turn = turns[place] if 0 <= place < len(turns) else None
        return self._panel(language).document(passage_id, turn, place)

    def passages(self, names: Iterable[str]) -> dict[str, Passage]:
        """Return the passages that are in the index, by id."""
        return {passage.id: passage for passage in self.store.by_id(dict.fromkeys(names))}

    def _panel(self, language: str) -> Panel:
        return Panel(self.store, language, date.today())

    def _panel_of(self, turns: Sequence[Turn], passages: Mapping[str, Passage], language: str) -> str:
        panel = self._panel(language)
        return panel.sources(turns[-1], len(turns) - 1, passages) if turns else panel.empty()


def _context(turns: Sequence[Turn]) -> list[str]:
    """Return the questions that a next one may follow: from the last that was asked by itself."""
    start = max((place for place, turn in enumerate(turns) if FOLLOWING in turn.unread), default=0)
    return [turn.query for turn in turns[start:] if turn.outcome != FAILED]
