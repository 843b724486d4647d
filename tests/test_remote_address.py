"""Where an index is: folders stay folders, addresses are read strictly, and nothing heavy is loaded for either."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from embeddings.errors import IndexFolderError
from rag.cli import main
from rag.filters import Filters
from rag.remote import Address, place_of
from rag.remote.layout import document_key, expression, key_of, pieces

ADDRESSES = {
    "milvus://db:19530/kamervragen": Address("http://db:19530", "kamervragen"),
    "milvus://127.0.0.1:1/": Address("http://127.0.0.1:1", "kamerwijzer"),
    "milvus+tls://db.example:443/k2?db=open": Address("https://db.example:443", "k2", "open"),
    "milvus:///data/k.db?name=kamer": Address("/data/k.db", "kamer"),
    "milvus:///data/k.db": Address("/data/k.db", "kamerwijzer"),
}
HOSTILE = 'x"] or 1 == 1'


@pytest.mark.parametrize(("text", "address"), ADDRESSES.items())
def test_an_address_is_read_and_written(text: str, address: Address) -> None:
    assert place_of(text) == address
    assert place_of(str(address)) == address


@pytest.mark.parametrize("folder", ["index", "/srv/milvus", "milvus", "./milvus:/x"])
def test_a_folder_stays_a_folder(folder: str) -> None:
    assert place_of(folder) == Path(folder)


@pytest.mark.parametrize(
    "text",
    [
        "milvus://db/kamer",
        "milvus://:19530/kamer",
        "milvus://db:port/kamer",
        "milvus://db:99999/kamer",
        "milvus://db:19530/two/names",
        "milvus://db:19530/naam-met-streep",
        "milvus://user:password@db:19530/kamer",
        "milvus+udp://db:19530/kamer",
        "milvus:///data/k.sqlite",
        "milvus:",
    ],
)
def test_what_is_no_address_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(IndexFolderError, match="cannot be read; write milvus://host:port/name"):
        place_of(text)
    with pytest.raises(SystemExit, match="2"):
        main(["search", "trein", "--index", text])
    assert "cannot be read; write milvus://host:port/name" in capsys.readouterr().err


def test_help_loads_no_database() -> None:
    program = "import sys, rag.cli.options; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pymilvus", "numpy", "grpc"} & set(loaded)


def values(kind: str) -> dict[str, int]:
    return {"party": {"LKOM": 4}, "role": {"minister van Energie": 2, "staatssecretaris Energie": 1}}.get(kind, {})


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ""),
        (Filters(party="lkom"), f"array_contains_any(marks, [{key_of('party', 'LKOM')}])"),
        (
            Filters(role="Energie"),
            "array_contains_any(marks, "
            f"[{key_of('role', 'minister van Energie')}, {key_of('role', 'staatssecretaris Energie')}])",
        ),
        (Filters(asked_from=date(1, 1, 2), answered=True), "asked >= 2 and has_answer == true"),
        (Filters(answered_to=date(1, 1, 9)), "answered > 0 and answered <= 9"),
        (Filters(document=HOSTILE), f"document == {document_key(HOSTILE)}"),
    ],
)
def test_filters_become_an_expression_of_numbers(filters: Filters, expected: str) -> None:
    assert expression(filters, values) == expected


def test_of_documents_it_counts_vragen_with_or_without_an_answer() -> None:
    assert expression(Filters(answered=False), values, documents=True) == "without_answer > 0"
    assert expression(Filters(answered=True), values, documents=True) == "with_answer > 0"


@pytest.mark.parametrize("size", [0, 1, 16_000, 16_001, 50_000])
def test_long_texts_are_cut_and_whole_again(size: int) -> None:
    text = "é€𝄞a"[:4] * (size // 4) + "x" * (size % 4)
    parts = pieces(text)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= 65_535 for part in parts)
