"""The passages of a build in SQLite: their form (`form`), written once (`writing`), read and filtered (`reading`)."""

from rag.store.form import common_to_json, kamervraag_of, own_to_json, passage_of
from rag.store.reading import PassageStore
from rag.store.writing import Stored, write_store

FILE = "passages.sqlite"

__all__ = [
    "FILE",
    "PassageStore",
    "Stored",
    "common_to_json",
    "kamervraag_of",
    "own_to_json",
    "passage_of",
    "write_store",
]
