"""What the interface does on each event, without Gradio: conversation in, conversation and HTML out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from embeddings.errors import IndexingError
from rag.answer import Assistant
from rag.errors import FilterError, KamerwijzerError
from rag.filters import Filters
from rag.records import Passage
from rag.store import PassageStore
from rag.ui.examples import example_questions
from rag.ui.render import thread_html
from rag.ui.sources import document_html, empty_panel, sources_html
from rag.ui.texts import text
from rag.ui.turns import FAILED, Turn, turn_of


@dataclass(frozen=True, slots=True)
class View:
    """What is shown after an event: the conversation, and both columns as HTML."""

    turns: tuple[Turn, ...]
    thread: str
    sources: str


class Desk:
    """Answers the events of the page from one assistant. Keeps nothing of what users ask."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    @property
    def store(self) -> PassageStore:
        """The passages of the index that is live now."""
        return self.assistant.retriever.store

    def show(self, turns: Sequence[Turn], language: str, pending: str | None = None) -> View:
        """Return the page of a conversation; `pending` is a question that is being answered."""
        passages = self.passages(name for turn in turns for name in turn.sources)
        examples = () if turns or pending else example_questions(self.store, language)
        thread = thread_html(turns, passages, language, examples, pending)
        return View(tuple(turns), thread, self._panel_of(turns, passages, language))

    def ask(
        self,
        question: str,
        turns: Sequence[Turn],
        language: str,
        restrictions: Mapping[str, str],
        build: str | None = None,
    ) -> View:
        """Answer a question after earlier turns. What a user can be told of a failure becomes a turn that says so.

        Args:
            question: As typed.
            turns: The conversation so far.
            language: "nl" or "en".
            restrictions: Filters in force, as text.
            build: The build that a shared link was made with; where another is live now, the turn says so.
        """
        try:
            answer = self.assistant.ask(
                question,
                turns=[turn.query for turn in turns if turn.outcome != FAILED],
                filters=filters_of(restrictions),
                language=language,
            )
            turn = turn_of(answer, restrictions)
        except (KamerwijzerError, IndexingError) as error:
            turn = Turn(question, FAILED, str(error), restrictions=dict(restrictions))
        if build and build != self.assistant.retriever.build:
            turn = replace(turn, note=text("moved_on", language))
        return self.show([*turns, turn], language)

    def broken(self, turns: Sequence[Turn], language: str) -> View:
        """Return the page after an error that nobody foresaw (the server's log has it)."""
        return self.show([*turns, Turn(text("failed", language), FAILED, text("broken", language))], language)

    def cite(self, turns: Sequence[Turn], place: int, passage_id: str, language: str) -> str:
        """Return the sources of a turn with one of them open."""
        if not 0 <= place < len(turns):
            return self.read(turns, place, passage_id, language)
        turn = turns[place]
        return sources_html(turn, place, self.passages(turn.sources), language, date.today(), passage_id)

    def read(self, turns: Sequence[Turn], place: int, passage_id: str, language: str) -> str:
        """Return the whole Kamervraag of a passage, with what the turn quotes from it marked."""
        turn = turns[place] if 0 <= place < len(turns) else None
        document = self.store.document(passage_id.rpartition("/")[0])
        return document_html(document, passage_id, turn, place, language, date.today())

    def passages(self, names: Iterable[str]) -> dict[str, Passage]:
        """Return the passages that are in the index, by id."""
        rows = [row for row in (self.store.row(name) for name in dict.fromkeys(names)) if row is not None]
        return {passage.id: passage for passage in self.store.passages(rows)}

    def _panel_of(self, turns: Sequence[Turn], passages: Mapping[str, Passage], language: str) -> str:
        if not turns:
            return empty_panel(language)
        return sources_html(turns[-1], len(turns) - 1, passages, language, date.today())


def filters_of(restrictions: Mapping[str, str]) -> Filters:
    """Return the filters that named texts give; empty ones are left out.

    Raises:
        FilterError: A name is no filter, or a value none of its values.
    """
    values: dict[str, str | date | bool] = {}
    for name, value in restrictions.items():
        if not value:
            continue
        if name not in Filters.__dataclass_fields__:
            known = ", ".join(Filters.__dataclass_fields__)
            raise FilterError(f"There is no filter {name!r}; choose from {known}.")
        if name == "answered":
            values[name] = _yes(value)
        elif name.endswith(("_from", "_to")):
            values[name] = _day(name, value)
        else:
            values[name] = value
    return Filters(**values)  # type: ignore[arg-type]


def _yes(value: str) -> bool:
    if value not in ("yes", "no"):
        raise FilterError(f"The filter answered is 'yes' or 'no', not {value!r}.")
    return value == "yes"


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise FilterError(f"{value!r} in {name} is not a day; write it as 2022-06-02.") from error
