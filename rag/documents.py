"""The documents file: JSONL, UTF-8, one Kamervraag a line, of the form that `rag.document_form` reads and writes."""

import hashlib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TextIO

from rag.document_form import dump_document, parse_document
from rag.errors import DocumentsError
from rag.records import Kamervraag


@dataclass(frozen=True)
class Line:
    """A line of a documents file, not yet parsed.

    Attributes:
        text: As it stands in the file, without its end.
        where: File and line, for messages.
    """

    text: str
    where: str

    @cached_property
    def digest(self) -> bytes:
        """The hash of the text; that of its document where `dump_document` wrote it."""
        return digest_of(self.text)

    def parse(self) -> Kamervraag:
        """Return the document.

        Raises:
            DocumentsError: The line is not JSON of the documented form.
        """
        return parse_document(self.text, self.where)


def digest_of(line: str) -> bytes:
    """Return the hash by which an unchanged document is known, 16 bytes."""
    return hashlib.blake2b(line.encode(), digest_size=16).digest()


def read_changed(path: Path, known: Container[bytes]) -> Iterator[Kamervraag | Line]:
    """Yield the documents of a file or folder as `read_documents` does, those with a known hash unparsed.

    Args:
        path: A JSONL file or a folder of them.
        known: Hashes of lines that were parsed before.

    Raises:
        DocumentsError: As for `read_documents`, but for ids that occur twice.
    """
    for line in _read_lines(path):
        yield line if line.digest in known else line.parse()


def read_documents(path: Path) -> Iterator[Kamervraag]:
    """Yield the Kamervragen of a documents file, or of every `*.jsonl` in a folder, in name order.

    Args:
        path: A JSONL file or a folder of them.

    Raises:
        DocumentsError: The file is missing, empty, not UTF-8, or a line is malformed (the message has file
            and line number); or an id occurs twice.
    """
    seen: dict[str, str] = {}
    for line in _read_lines(path):
        document = line.parse()
        if document.id in seen:
            raise DocumentsError(
                f"{line.where}: the id {document.id!r} was already used at {seen[document.id]}; "
                "give each Kamervraag its own line and remove the other."
            )
        seen[document.id] = line.where
        yield document


def write_documents(documents: Iterable[Kamervraag], stream: TextIO) -> int:
    """Write Kamervragen as JSONL to a text stream and return how many were written."""
    count = 0
    for document in documents:
        stream.write(dump_document(document) + "\n")
        count += 1
    return count


def documents_files(path: Path) -> list[Path]:
    """Return the files that a documents file or folder consists of, in the order in which they are read.

    Raises:
        DocumentsError: It does not exist, or is a folder without any.
    """
    if path.is_dir():
        files = sorted(path.glob("*.jsonl"))
        if not files:
            raise DocumentsError(f"{path} is a folder without *.jsonl files; put documents files in it.")
        return files
    if not path.exists():
        raise DocumentsError(f"{path} does not exist; name a documents file (JSONL) or a folder of them.")
    return [path]


def _read_lines(path: Path) -> Iterator[Line]:
    found = False
    for file in documents_files(path):
        for line in _read_file(file):
            found = True
            yield line
    if not found:
        raise DocumentsError(f"{path} holds no Kamervragen; expected one JSON object a line.")


def _read_file(file: Path) -> Iterator[Line]:
    line_number = 0
    try:
        with file.open(encoding="utf-8-sig", newline="\n") as stream:
            for line_number, line in enumerate(stream, 1):
                if line.strip():
                    yield Line(line.strip(), f"{file}, line {line_number}")
    except UnicodeDecodeError as error:
        raise DocumentsError(
            f"{file}, after line {line_number}: not UTF-8 ({error.reason}); save the file as UTF-8."
        ) from error
    except OSError as error:
        raise DocumentsError(f"{file} cannot be read: {error.strerror}.") from error
