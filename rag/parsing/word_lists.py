"""The numbers that Word gives to the paragraphs of automatic lists; they are not in the text of the file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.parsing.markup import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_STYLES = 20  # how long a chain of styles based on each other is followed


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered: `form` is Word's ("decimal"), `text` a pattern such as "%1.%2"."""

    form: str = "decimal"
    text: str = "%1."
    start: int = 1


class ListNumbers:
    """Counts through a document.

    Args:
        numbering: The root of `word/numbering.xml`, if there is one.
        styles: The root of `word/styles.xml`, if there is one.
    """

    def __init__(self, numbering: "_Element | None", styles: "_Element | None") -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._styles = {_attribute(style, "styleId"): style for style in (styles if styles is not None else ())}
        self._counts: dict[str, dict[int, int]] = {}
        for element in numbering if numbering is not None else ():
            if local_name(element) == "abstractNum":
                self._levels[_attribute(element, "abstractNumId")] = {
                    _number(_attribute(level, "ilvl")): _read_level(level) for level in element.iter(f"{_W}lvl")
                }
            elif local_name(element) == "num":
                identifier = _attribute(element, "numId")
                self._lists[identifier] = _value(element, "abstractNumId")
                for override in element.iter(f"{_W}lvlOverride"):
                    start = _value(override, "startOverride")
                    if start:
                        self._starts[identifier, _number(_attribute(override, "ilvl"))] = _number(start)

    def label(self, paragraph: "_Element") -> str:
        """Return the label of a paragraph ("3.", "b)", "•"), "" if it is in no list; counts it."""
        identifier, depth = self._place(paragraph)
        levels = self._levels.get(self._lists.get(identifier, ""), {})
        if depth not in levels:
            return ""
        if levels[depth].form in ("bullet", "none"):
            return "•" if levels[depth].form == "bullet" else ""
        override = self._starts.pop((identifier, depth), None)
        counts = self._counts.setdefault(self._lists[identifier], {})
        if override is not None:
            counts.pop(depth, None)
        counts[depth] = counts[depth] + 1 if depth in counts else (override or levels[depth].start)
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        text = levels[depth].text
        for level in range(depth + 1):
            form = levels.get(level, _Level())
            text = text.replace(f"%{level + 1}", _written(counts.get(level, form.start), form.form))
        return text.strip()

    def _place(self, paragraph: "_Element") -> tuple[str, int]:
        """Return the list and the level of a paragraph, by itself or by its style."""
        properties = paragraph.find(f"{_W}pPr")
        for _ in range(_MAX_STYLES):
            if properties is None:
                return "", 0
            own = properties.find(f"{_W}numPr")
            if own is not None and _value(own, "numId"):
                return _value(own, "numId"), _number(_value(own, "ilvl"))
            style = self._styles.get(_value(properties, "pStyle") or _value(properties.getparent(), "basedOn"))
            properties = style.find(f"{_W}pPr") if style is not None else None
        return "", 0


def _read_level(element: "_Element") -> _Level:
    return _Level(
        _value(element, "numFmt") or "decimal",
        _value(element, "lvlText"),
        _number(_value(element, "start") or "1"),
    )


def _value(element: "_Element | None", name: str) -> str:
    """Return the value of a child element ("" if there is none)."""
    child = element.find(f"{_W}{name}") if element is not None else None
    return _attribute(child, "val") if child is not None else ""


def _attribute(element: "_Element", name: str) -> str:
    return element.get(f"{_W}{name}") or ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _written(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        text += sign * (min(number, 100) // value)
        number = min(number, 100) % value
    return text
