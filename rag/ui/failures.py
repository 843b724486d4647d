"""What a user is told when something goes wrong: a plain sentence, and what the program said for whoever helps."""

from embeddings.errors import EncoderError, IndexingError
from rag.errors import FilterError, KamerwijzerError, QuestionError
from rag.ui.texts import text


class DayError(FilterError):
    """A day of a filter that cannot be read; `value` is what was written."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{value!r} in {name} is not a day; write it as 2022-06-02.")
        self.value = value


def failure_in_words(error: KamerwijzerError | IndexingError, language: str) -> tuple[str, str | None]:
    """Return what went wrong and what to do, in the user's language; and the program's own words where they add."""
    if isinstance(error, DayError):
        return text("bad_day", language, value=error.value), None
    for kind, key in (
        (FilterError, "bad_filter"),
        (QuestionError, "bad_question"),
        (EncoderError, "encoder_gone"),
        (IndexingError, "index_gone"),
    ):
        if isinstance(error, kind):
            return text(key, language), str(error)
    return text("broken", language), str(error)
