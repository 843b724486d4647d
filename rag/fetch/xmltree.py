"""XML of a service into an element tree, with DTDs (hence entities and the network) refused and depth bounded."""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from rag.fetch.errors import ContentError

_MAX_DEPTH = 100


def read_xml(body: bytes, where: str) -> Element:
    """Parse a small XML answer; namespaced names come as "{namespace}name".

    Args:
        body: The bytes, whose size the caller has bounded.
        where: What it is, for messages.

    Raises:
        ContentError: Not well-formed, with a DTD, or nested deeper than 100 elements.
    """
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise ContentError(f"{where}: the XML is nested deeper than {_MAX_DEPTH} elements.")
        builder.start(_tag(name), {_tag(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_tag(name))

    def doctype(name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise ContentError(f"{where}: the XML declares a DTD, which this service does not use; it was not read.")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise ContentError(f"{where}: not well-formed XML ({error}).") from error
    return builder.close()


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name
