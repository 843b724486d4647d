"""A connection to Milvus: collections, rows and searches in plain values. The one owner of pymilvus.

The same calls go to a cluster, a standalone server, or Milvus Lite (a file, or `milvus-lite server`). Every call is
bounded in time, and whatever goes wrong becomes one of our errors with one sentence.
"""

import logging
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import IndexFolderError, UnreachableError
from embeddings.milvus_schema import Column, schema_of

_CONNECTING, _ASKING, _WRITING = 10.0, 20.0, 300.0
"""Seconds that connecting, a question and a batch of writing may take."""

_A_MOMENT = 0.05
"""Seconds between two calls for a collection that is not loaded yet."""

_CHANNEL = {"grpc.keepalive_time_ms": 60_000, "grpc.keepalive_permit_without_calls": False}
"""The library pings every ten seconds, for which servers hang up."""

_OLDEST = {"": (2, 4), "milvus_lite": (3, 2)}
"""The first versions with all that is used here, of Milvus and of Milvus Lite."""

_PAGE = 1000
_AT_ONCE = 256
_UNLOADED = ("released", "not loaded", "state 'loading'")
"""Words of a refusal to read a collection that is on the server's disk only, or on its way from there."""

_GONE = ("unavailable", "deadline", "timeout", "timed out", "fail connecting", "closed channel", "retry")
_NOT_FOUND = 100


@dataclass(frozen=True, slots=True)
class Match:
    """A row that was found.

    Attributes:
        key: Of the row.
        score: Its inner product with what was searched.
        fields: What was asked of it.
    """

    key: int
    score: float
    fields: Mapping[str, Any] = field(default_factory=dict)


class Milvus:
    """One server, or one file."""

    def __init__(self, uri: str, *, token: str = "", database: str = "") -> None:
        """Connect.

        Args:
            uri: `http://host:port`, `https://host:port`, or a path that ends in `.db`.
            token: `user:password` or an API key; "" for none.
            database: A database of the server; "" for its default.

        Raises:
            UnreachableError: Nothing answers there within ten seconds.
            IndexFolderError: pymilvus is missing, or the server is too old or refuses.
        """
        self.place = re.sub(r"^https?://", "", uri)
        try:
            import pymilvus
        except ImportError as error:
            raise IndexFolderError(
                f"An index in Milvus needs the package pymilvus, which is not installed ({error.name}); "
                "run `pip install 'kamerwijzer[milvus]'`."
            ) from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # errors are raised, and told once
        self._library = pymilvus
        given = {key: value for key, value in (("token", token), ("db_name", database)) if value}
        channel = {} if uri.endswith(".db") else {"grpc_options": _CHANNEL}
        try:
            self._client = pymilvus.MilvusClient(uri=uri, timeout=_CONNECTING, **given, **channel)
        except Exception as error:
            raise self._sentence(error, connecting=True) from error
        version = str(self._call("get_server_version", timeout=_CONNECTING))
        self._lite = "lite" in version
        self._check_version(version)

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        return [str(name) for name in self._call("list_collections")]

    def aliased(self, alias: str) -> str | None:
        """Return the collection that an alias names; None where there is no such alias."""
        try:
            found = self._call("describe_alias", alias, timeout=_ASKING)
        except IndexFolderError as error:
            cause = error.__cause__
            missing = getattr(cause, "code", None) in (_NOT_FOUND, 1600) or "not found" in str(cause).lower()
            if isinstance(error, UnreachableError) or not missing:
                raise
            return None
        return str(found["collection_name"])

    def point(self, alias: str, collection: str) -> None:
        """Make an alias name a collection, in one step."""
        self._call("create_alias" if self.aliased(alias) is None else "alter_alias", collection, alias)

    def create(self, name: str, columns: Sequence[Column]) -> None:
        """Create an empty collection and load it; the first column is the key."""
        schema, indexes = schema_of(columns, lists=not self._lite)
        self._call("create_collection", name, schema=schema, index_params=indexes, timeout=_WRITING)
        self.load(name)

    def load(self, name: str) -> None:
        """Make a collection answer questions."""
        self._call("load_collection", name, timeout=_WRITING)

    def rename(self, old: str, new: str) -> None:
        """Give a collection without alias another name."""
        self._call("rename_collection", old, new)
        self.load(new)

    def drop(self, name: str) -> None:
        """Remove a collection with all its rows."""
        self._call("drop_collection", name, timeout=_WRITING)

    def upsert(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows, in place of those with the same key."""
        for start in range(0, len(rows), _AT_ONCE):
            self._call("upsert", name, [dict(row) for row in rows[start : start + _AT_ONCE]], timeout=_WRITING)

    def delete(self, name: str, column: str, values: Sequence[int]) -> None:
        """Delete the rows whose number in a column is one of the values."""
        for start in range(0, len(values), _PAGE):
            part = [int(value) for value in values[start : start + _PAGE]]
            self._loaded("delete", name, filter=f"{column} in {part}", timeout=_WRITING)

    def flush(self, name: str) -> None:
        """Put all that was written on the server's disk."""
        self._call("flush", name, timeout=_WRITING)

    def count(self, name: str, where: str = "") -> int:
        """Return how many rows there are, everything written counted."""
        found = self._loaded("query", name, filter=where, output_fields=["count(*)"], consistency_level="Strong")
        return int(found[0]["count(*)"])

    def scan(self, name: str, columns: Sequence[str], where: str = "", *, fresh: bool = False) -> Iterator[Any]:
        """Yield all rows that pass, in no order.

        Args:
            name: The collection.
            columns: What is wanted of each.
            where: An expression.
            fresh: Whether what was written this moment must be there.
        """
        level = {"consistency_level": "Strong"} if fresh else {}
        pages = self._loaded(
            "query_iterator",
            name,
            batch_size=_PAGE,
            filter=where,
            output_fields=list(columns),
            timeout=_ASKING,
            **level,
        )
        try:
            while page := self._told(pages.next):
                yield from page
        finally:
            self._told(pages.close)

    def some(self, name: str, where: str) -> bool:
        """Whether any row passes."""
        return bool(self._loaded("query", name, filter=where, limit=1))

    def get(self, name: str, keys: Iterable[int], columns: Sequence[str]) -> dict[int, Any]:
        """Return the rows of those keys that there are, by key."""
        wanted, found = [int(key) for key in dict.fromkeys(keys)], {}
        for start in range(0, len(wanted), _PAGE):
            part = wanted[start : start + _PAGE]
            for row in self._loaded("get", name, ids=part, output_fields=["key", *columns]):
                found[int(row["key"])] = row
        return found

    def search(
        self,
        name: str,
        column: str,
        wanted: NDArray[np.float32] | Mapping[int, float],
        limit: int,
        *,
        where: str = "",
        columns: Sequence[str] = (),
    ) -> list[Match]:
        """Return the rows with the highest inner product, best first.

        Args:
            name: The collection.
            column: The vectors compared with.
            wanted: shape (dimension,), or a sparse vector, of which rows with nothing in common are never found.
            limit: How many at the most, up to 16,384.
            where: An expression that all must pass.
            columns: What is wanted of each.
        """
        if isinstance(wanted, Mapping) and not wanted:
            return []
        vector = dict(wanted) if isinstance(wanted, Mapping) else wanted
        search = {"metric_type": "IP", "params": {} if isinstance(wanted, Mapping) else {"ef": max(400, 2 * limit)}}
        found = self._loaded(
            "search",
            name,
            [vector],
            anns_field=column,
            limit=limit,
            filter=where,
            output_fields=list(columns),
            search_params=search,
        )
        return [Match(int(hit["key"]), float(hit["distance"]), hit["entity"]) for hit in found[0]]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _loaded(self, method: str, name: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """Call for the rows of a collection; one not loaded since the server was started again is loaded first.

        A server that is only just back may let go of it again, so it is asked for until the time of a call is over.
        """
        end = time.monotonic() + _ASKING
        while True:
            try:
                return self._call(method, name, *arguments, **named)
            except IndexFolderError as error:
                if not any(sign in str(error) for sign in _UNLOADED) or time.monotonic() > end:
                    raise
            self.load(name)
            time.sleep(_A_MOMENT)

    def _call(self, method: str, *arguments: Any, timeout: float = _ASKING, **named: Any) -> Any:  # noqa: ANN401
        return self._told(getattr(self._client, method), *arguments, timeout=timeout, **named)

    def _told(self, function: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """Call into the library; what it raises becomes one sentence."""
        try:
            return function(*arguments, **named)
        except Exception as error:
            sentence = self._sentence(error)
            if sentence is error:
                raise
            raise sentence from error

    def _sentence(self, error: Exception, *, connecting: bool = False) -> Exception:
        """Return the error to raise: ours for what the library or the network says, the very error for the rest."""
        message = str(getattr(error, "message", "") or error)
        told = isinstance(error, (self._library.exceptions.MilvusException, OSError)) or _is_remote(error)
        if not told:
            return error
        if connecting or _is_remote(error) or any(sign in message.lower() for sign in _GONE):
            return UnreachableError(
                f"The Milvus database at {self.place} does not answer; start it, or check address and network."
            )
        return IndexFolderError(f"The Milvus database at {self.place} refuses: {message.splitlines()[0].rstrip('.')}.")

    def _check_version(self, version: str) -> None:
        lite = "milvus_lite" if self._lite else ""
        numbers = re.findall(r"\d+", version)
        found = tuple(int(number) for number in numbers[:2])
        if found and found < _OLDEST[lite]:
            oldest = ".".join(map(str, _OLDEST[lite]))
            raise IndexFolderError(
                f"The Milvus database at {self.place} has version {version}, and {oldest} is the first that will do; "
                "upgrade it."
            )


def _is_remote(error: Exception) -> bool:
    """Whether an error comes from the transport itself."""
    return any(kind.__module__.startswith("grpc") for kind in type(error).__mro__) or "closed channel" in str(error)
