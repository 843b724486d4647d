"""The columns of a collection in Milvus and how they are indexed, in plain values; for `embeddings.milvus` alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_LONGEST_TEXT, _MOST_TEXTS, _MOST_NUMBERS = 65_535, 128, 4096
_FILTERED = ("number", "flag")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a collection.

    Attributes:
        name: Its name.
        kind: "key", "number", "flag", "text", "texts", "numbers", "dense" or "sparse".
        size: Of a text its longest, in bytes; of a dense vector its length.
        nearest: How a dense vector is indexed: "FLAT" compares with each, "HNSW" walks a graph.
    """

    name: str
    kind: str
    size: int = 0
    nearest: str = "FLAT"


def schema_of(columns: Sequence[Column], *, lists: bool) -> tuple[Any, Any]:
    """Return what pymilvus calls the schema and the index parameters.

    Args:
        columns: The first is the key.
        lists: Whether the server has indexes on lists, as all but Milvus Lite have; without one it looks at each row.
    """
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    indexes = MilvusClient.prepare_index_params()
    for column in columns:
        schema.add_field(column.name, **_field(column, DataType))
        if column.kind == "dense":
            build = {"M": 32, "efConstruction": 200} if column.nearest == "HNSW" else {}
            indexes.add_index(column.name, index_type=column.nearest, metric_type="IP", params=build)
        elif column.kind == "sparse":
            indexes.add_index(column.name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        elif column.kind in _FILTERED or (column.kind == "numbers" and lists):
            indexes.add_index(column.name, index_type="INVERTED")
    return schema, indexes


def _field(column: Column, kinds: Any) -> dict[str, Any]:  # noqa: ANN401 - an enum of pymilvus
    """Return what `add_field` is told of a column."""
    texts = {"element_type": kinds.VARCHAR, "max_length": _LONGEST_TEXT, "max_capacity": _MOST_TEXTS}
    return {
        "key": {"datatype": kinds.INT64, "is_primary": True},
        "number": {"datatype": kinds.INT64},
        "flag": {"datatype": kinds.BOOL},
        "text": {"datatype": kinds.VARCHAR, "max_length": column.size},
        "texts": {"datatype": kinds.ARRAY, **texts},
        "numbers": {"datatype": kinds.ARRAY, "element_type": kinds.INT64, "max_capacity": _MOST_NUMBERS},
        "dense": {"datatype": kinds.FLOAT_VECTOR, "dim": column.size},
        "sparse": {"datatype": kinds.SPARSE_FLOAT_VECTOR},
    }[column.kind]
