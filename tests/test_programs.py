"""Programs as users: the examples of the README over HTTP, and an agent's client over MCP."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from apart import apart, run
from browser_server import served
from gradio_client import Client  # type: ignore[import-untyped]
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.documents import read_documents
from rag.retrieve import Retriever
from rag.sample import sample_path
from rag.wire import answer_to_json, hit_to_json

README = Path(__file__).parents[1] / "README.md"
QUESTION = "Krijg ik mijn geld terug als de nachttrein uitvalt?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs") / "index"
    build_index(read_documents(sample_path()), folder, HashEncoder())
    return folder


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    with served(index, "--mcp", "--no-feedback") as url:
        yield url


def test_the_examples_of_the_readme_run(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    examples = [block.replace("http://127.0.0.1:7860/", address) for block in blocks if "127.0.0.1" in block]
    assert len(examples) == 2
    for example in examples:
        apart(partial(exec, compile(example, str(README), "exec"), {}))
    assert "Kamervraag 2097Z00112" in capsys.readouterr().out


def test_endpoints_return_what_the_command_line_prints(address: str, index: Path) -> None:
    client = Client(address, verbose=False)
    assistant = Assistant(Retriever.open(index))
    hits = assistant.retriever.search(QUESTION, 10)
    assert client.predict(QUESTION, api_name="/search") == json.loads(json.dumps([hit_to_json(hit) for hit in hits]))
    assert client.predict(QUESTION, api_name="/ask") == json.loads(json.dumps(answer_to_json(assistant.ask(QUESTION))))


async def called(address: str, tool: str, arguments: dict[str, Any]) -> Any:  # noqa: ANN401
    async with (
        streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        tools = {item.name: item for item in (await session.list_tools()).tools}
        assert set(tools) == {"search", "ask"}
        assert next(iter(tools[tool].inputSchema["properties"])) == "query"
        return await session.call_tool(tool, arguments)


def test_an_agent_searches_and_asks_and_gets_json(address: str) -> None:
    found = run(called(address, "search", {"query": QUESTION, "k": 2, "party": "DSTR"}))
    hits = json.loads(found.content[0].text)
    assert all("DSTR" in [asker["party"] for asker in hit["askers"]] for hit in hits)
    assert 0 < len(hits) <= 2
    answer = json.loads(run(called(address, "ask", {"query": QUESTION})).content[0].text)
    assert set(answer) >= {"query", "refused", "reason", "text", "sentences", "hits"}


def test_an_agent_is_told_what_is_wrong(address: str) -> None:
    refused = run(called(address, "search", {"query": QUESTION, "party": "XYZ"}))
    assert refused.isError
    assert "No party 'XYZ'" in refused.content[0].text
