"""Which model is used: three environment variables say it."""

import os

from rag.generate.client import ChatClient
from rag.generate.contract import SETTINGS, Generator, GeneratorError

URL, MODEL, API_KEY = "KAMERWIJZER_LLM_URL", "KAMERWIJZER_LLM_MODEL", "KAMERWIJZER_LLM_API_KEY"


def generator_from_environment(*, required: bool = False) -> Generator | None:
    """Return the model that the environment names; None where it names none.

    Args:
        required: Whether none is an error.

    Raises:
        GeneratorError: An address without a model's name, an address that is none, or none where one is required.
    """
    url, model = os.environ.get(URL, "").strip(), os.environ.get(MODEL, "").strip()
    if not url:
        if required:
            raise GeneratorError(
                SETTINGS, f"No language model is set up: set {URL} and {MODEL} (docs/language-model.md)."
            )
        return None
    if not model:
        raise GeneratorError(SETTINGS, f"{URL} is set but {MODEL} is not; set it to the model's name on that server.")
    return ChatClient(url, model, os.environ.get(API_KEY, "").strip() or None)
