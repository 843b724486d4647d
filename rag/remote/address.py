"""Where an index is: a folder, or an address of a Milvus database."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from embeddings.errors import IndexFolderError
from embeddings.milvus import Milvus

_SCHEMES = {"milvus": "http", "milvus+tls": "https"}
_NAME = "kamerwijzer"
_TOKEN = "KAMERWIJZER_MILVUS_TOKEN"  # noqa: S105 - the name of a variable
_FORMS = "milvus://host:port/name, milvus+tls://host:port/name or milvus:///path/to/file.db?name=name"


@dataclass(frozen=True, slots=True)
class Address:
    """An index in a Milvus database.

    Attributes:
        uri: Of the server, or the path of a file of Milvus Lite.
        name: Of the index: an alias there; its collections are `name_v<build>` and so on.
        database: A database of the server; "" for its default.
    """

    uri: str
    name: str
    database: str = ""

    def __str__(self) -> str:
        """Return it as a user writes it."""
        kind, _, rest = self.uri.rpartition("://")
        database = f"?db={self.database}" if self.database else ""
        if not kind:
            return f"milvus://{rest}?name={self.name}"
        return f"milvus{'+tls' if kind == 'https' else ''}://{rest}/{self.name}{database}"

    def connect(self) -> Milvus:
        """Connect, with the token in KAMERWIJZER_MILVUS_TOKEN where there is one.

        Raises:
            UnreachableError: Nothing answers there.
            IndexFolderError: pymilvus is missing, or the server is too old or refuses.
        """
        return Milvus(self.uri, token=os.environ.get(_TOKEN, ""), database=self.database)


Place = Path | Address
"""Where an index is."""


def place_of(index: str | Path | Address) -> Place:
    """Return where an index is: an address where it begins with `milvus`, else a folder.

    Raises:
        IndexFolderError: The address cannot be read.
    """
    if not isinstance(index, str) or not re.match(r"milvus(\+\w+)?:", index):
        return index if isinstance(index, Address) else Path(index)
    parts = urlsplit(index)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    local = not parts.netloc and parts.scheme == "milvus"
    name = options.get("name", "") if local else parts.path.strip("/")
    try:
        whole = parts.port is not None and bool(parts.hostname) and parts.username is None
    except ValueError:
        whole = False
    good = re.fullmatch(r"[A-Za-z]\w{0,99}", name or _NAME, re.ASCII) and parts.scheme in _SCHEMES
    if not good or not (parts.path.endswith(".db") if local else whole):
        raise IndexFolderError(
            f"The address {index!r} cannot be read; write {_FORMS} (a name has letters, digits and _; "
            f"a password goes into {_TOKEN})."
        )
    uri = parts.path if local else f"{_SCHEMES[parts.scheme]}://{parts.netloc}"
    return Address(uri, name or _NAME, options.get("db", ""))
