"""What a user is told when something goes wrong: a plain sentence, and what the program said for whoever helps."""

from embeddings.errors import EncoderError, IndexingError, UnreachableError
from rag.errors import BusyError, DocumentsError, FilterError, KamerwijzerError, NothingFoundError, QuestionError
from rag.fetch import ContentError, FetchError, TransportError
from rag.ui.texts import text


class DayError(FilterError):
    """A day of a filter that cannot be read; `value` is what was written."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{value!r} in {name} is not a day; write it as 2022-06-02.")
        self.value = value


def failure_in_words(error: KamerwijzerError | IndexingError | OSError, language: str) -> tuple[str, str | None]:
    """Return what went wrong and what to do, in the user's language; and the program's own words where they add."""
    if isinstance(error, DayError):
        return text("bad_day", language, value=error.value), None
    if isinstance(error, NothingFoundError):
        return text("nothing_in_period", language), None
    if isinstance(error, BusyError):
        return text("renewed_elsewhere", language), None
    if isinstance(error.__cause__, TransportError):  # a service that gave up after several documents
        error = error.__cause__
    for kind, key in (
        (FilterError, "bad_filter"),
        (QuestionError, "bad_question"),
        (DocumentsError, "bad_documents"),
        (TransportError, "service_silent"),
        (ContentError, "service_strange"),
        (FetchError, "fetch_failed"),
        (OSError, "disk_refuses"),
        (EncoderError, "encoder_gone"),
        (UnreachableError, "index_unreachable"),
        (IndexingError, "index_gone"),
    ):
        if isinstance(error, kind):
            return text(key, language), str(error)
    return text("broken", language), str(error)
