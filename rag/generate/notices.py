"""The one line above an answer that says what a language model had to do with it."""

from rag.generate.contract import (
    BROKEN,
    EMPTY,
    ENDLESS,
    NONSENSE,
    SETTINGS,
    STATUS,
    TIMEOUT,
    UNREACHABLE,
    GeneratorError,
)

_WHY = {
    "nl": {
        UNREACHABLE: "het taalmodel is niet bereikbaar",
        TIMEOUT: "het taalmodel antwoordde niet op tijd",
        STATUS: "het taalmodel gaf een foutmelding (HTTP {detail})",
        NONSENSE: "het taalmodel gaf iets anders dan een antwoord",
        BROKEN: "het taalmodel brak halverwege af",
        EMPTY: "het taalmodel gaf een leeg antwoord",
        ENDLESS: "het taalmodel hield niet op",
        SETTINGS: "het taalmodel is niet goed ingesteld",
    },
    "en": {
        UNREACHABLE: "the language model cannot be reached",
        TIMEOUT: "the language model did not answer in time",
        STATUS: "the language model gave an error (HTTP {detail})",
        NONSENSE: "the language model gave something else than an answer",
        BROKEN: "the language model broke off half-way",
        EMPTY: "the language model gave an empty answer",
        ENDLESS: "the language model did not stop",
        SETTINGS: "the language model is not set up rightly",
    },
}
_QUOTED = {
    "nl": "Dit zijn de letterlijke zinnen van het kabinet: {why}.",
    "en": "These are the cabinet's own sentences: {why}.",
}
_NOTHING = {
    "nl": "geen zin van het taalmodel was onderbouwd ({count} weggelaten)",
    "en": "no sentence of the language model was supported ({count} left out)",
}
_WRITTEN = {
    "nl": "Geschreven door het taalmodel {model}; elke zin is nagekeken in de bron waarnaar hij verwijst.",
    "en": "Written by the language model {model}; each sentence was checked against the source it cites.",
}
_LEFT_OUT = {
    "nl": (" Eén zin is weggelaten: niet onderbouwd.", " {count} zinnen zijn weggelaten: niet onderbouwd."),
    "en": (" One sentence was left out: not supported.", " {count} sentences were left out: not supported."),
}


def failure_notice(error: GeneratorError, language: str) -> str:
    """Return why the quotes stand although a model was asked."""
    return _QUOTED[language].format(why=_WHY[language][error.kind].format(detail=error.detail))


def cut_notice(count: int, language: str) -> str:
    """Return that nothing the model wrote was supported."""
    return _QUOTED[language].format(why=_NOTHING[language].format(count=count))


def written_notice(model: str, left_out: int, language: str) -> str:
    """Return that a model wrote the answer, and how many of its sentences were left out."""
    left = _LEFT_OUT[language][left_out > 1].format(count=left_out) if left_out else ""
    return _WRITTEN[language].format(model=model) + left
