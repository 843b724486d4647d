"""Fold a text for comparison, one character for one, so that positions stay the same."""

import unicodedata


def fold(text: str) -> str:
    """Return the text in small letters without accents and with plain apostrophes; the length is kept."""
    return "".join(map(_fold, text))


def _fold(character: str) -> str:
    if character in "’‘`´":
        return "'"
    plain = unicodedata.normalize("NFD", character)[0].lower()
    return plain if len(plain) == 1 else character
