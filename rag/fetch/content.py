"""Is this the document that was asked for? The form of a body, told from its bytes.

The services may answer an unknown id with an HTML page and status 200, so a body is only kept if it is what it
should be. XML is accepted by its root element (officiele-publicatie, or one of the older roots) and its closing
tag; nothing is parsed here but the small metadata records, with DTDs refused.
"""

import re

from rag.fetch.errors import ContentError
from rag.fetch.xmltree import read_xml

_ROOT = re.compile(rb"<(officiele-publicatie|vraagdoc|kamerwrk|metadata_gegevens)[\s>]")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_HEAD = 2000  # the root stands within the first 2,000 bytes, after BOM, declaration and DOCTYPE
_METADATA_ROOT = b"metadata_gegevens"


def file_extension(body: bytes, name: str) -> str:
    """Return the extension that fits a document's bytes: xml, pdf, docx or doc.

    Args:
        body: The whole body as received.
        name: The document's id, for messages; an HTML page counts as the document only if it
            names this id and carries the official metadata in its head.

    Raises:
        ContentError: The body is empty, an HTML error page, broken off, or of no known form.
    """
    head = body[:_HEAD]
    root = _root(body)
    if root and root != _METADATA_ROOT:
        return "xml"
    if body.startswith(b"%PDF-"):
        return "pdf"
    if body.startswith(b"PK\x03\x04"):
        return "docx"
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        return "doc"
    if _HTML.search(head):
        if name.encode() in body and b"OVERHEIDop." in body:
            return "html"
        raise ContentError(f"{name}: the service answered with an HTML page instead of the document (unknown id?).")
    raise ContentError(f"{name}: the body ({len(body):,} bytes) is neither official XML, PDF nor a Word document.")


def read_topics(body: bytes, name: str) -> tuple[str, ...]:
    """Return the topics (OVERHEID.category) of an official metadata record, in its order, each once.

    Raises:
        ContentError: The body is no metadata record.
    """
    if _root(body) != _METADATA_ROOT:
        raise ContentError(f"{name}: the body ({len(body):,} bytes) is no metadata record.")
    topics: dict[str, None] = {}
    for element in read_xml(body, name).iter("metadata"):
        if element.get("name") == "OVERHEID.category" and (content := (element.get("content") or "").strip()):
            topics[content] = None
    return tuple(topics)


def _root(body: bytes) -> bytes | None:
    """The root element if it is a known one and its closing tag ends the body."""
    match = _ROOT.search(body[:_HEAD])
    if not match:
        return None
    end = body.rstrip()[-_HEAD:]
    # A comment may follow the closing tag; what matters is that the document did not break off before it.
    return match[1] if re.search(rb"</" + match[1] + rb"\s*>", end) else None
