"""A client for any server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp, `transformers serve`.

The format is that of https://platform.openai.com/docs/api-reference/chat/streaming: server-sent events, each
`data: {"choices":[{"delta":{"content":"…"}}]}`, closed by `data: [DONE]`. Time, bytes and text are bounded.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from rag.generate.contract import (
    BROKEN,
    EMPTY,
    ENDLESS,
    NONSENSE,
    SETTINGS,
    STATUS,
    TIMEOUT,
    UNREACHABLE,
    GeneratorError,
    Message,
)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server may take of us.

    Attributes:
        connect: Seconds to connect.
        silence: Seconds without a byte.
        total: Seconds for the whole answer.
        text: Characters of text.
        body: Bytes, with everything around the text.
        tokens: What the server is asked to stop at.
    """

    connect: float = 5.0
    silence: float = 60.0
    total: float = 180.0
    text: int = 6_000
    body: int = 4_000_000
    tokens: int = 700


class ChatClient:
    """A model behind `URL/chat/completions`.

    Args:
        url: Base address, such as http://localhost:11434/v1, or the whole address.
        model: Name of the model.
        api_key: Sent as bearer token; None for none.
        limits: What it may take.

    Raises:
        GeneratorError: The address is none.
    """

    def __init__(self, url: str, model: str, api_key: str | None = None, limits: Limits | None = None) -> None:
        self.name = model
        self._limits = limits or Limits()
        self._url = _address(url)
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the text as it comes; errors as `Generator` says."""
        body = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "stream": True,
            "temperature": 0,
            "seed": 1,
            "max_tokens": self._limits.tokens,
        }
        wait = httpx.Timeout(self._limits.silence, connect=self._limits.connect)
        try:
            # A model on this machine is never behind a proxy; redirects are not followed: the key stays here.
            with (
                httpx.Client(timeout=wait, trust_env=self._url.host not in _LOOPBACK) as client,
                client.stream("POST", self._url, json=body, headers=self._headers) as response,
            ):
                yield from self._text(response)
        except httpx.TimeoutException as error:
            raise GeneratorError(TIMEOUT, f"{self._url} did not answer in time.") from error
        except (httpx.ConnectError, httpx.UnsupportedProtocol) as error:
            raise GeneratorError(UNREACHABLE, f"No model answers at {self._url}: {error}") from error
        except httpx.HTTPError as error:
            raise GeneratorError(BROKEN, f"{self._url} broke off: {error}") from error

    def _text(self, response: httpx.Response) -> Iterator[str]:
        if response.status_code != 200:
            status = str(response.status_code)
            raise GeneratorError(STATUS, f"{self._url} answered with HTTP {status}.", status)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            pieces = _of_whole(_json(b"".join(self._chunks(response))))
        elif kind == "text/event-stream":
            pieces = _of_events(self._chunks(response))
        else:
            raise GeneratorError(NONSENSE, f"{self._url} answered with {kind or 'no content type'!r}, not with a chat.")
        length = 0
        for piece in pieces:
            length += len(piece)
            if length > self._limits.text:
                raise GeneratorError(ENDLESS, f"{self._url} went on beyond {self._limits.text} characters.")
            yield piece
        if not length:
            raise GeneratorError(EMPTY, f"{self._url} answered with nothing.")

    def _chunks(self, response: httpx.Response) -> Iterator[bytes]:
        end = time.monotonic() + self._limits.total
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self._limits.body:
                raise GeneratorError(ENDLESS, f"{self._url} sent more than {self._limits.body} bytes.")
            if time.monotonic() > end:
                raise GeneratorError(TIMEOUT, f"{self._url} took more than {self._limits.total:g} seconds.")
            yield chunk


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.strip().rstrip("/"))
    except httpx.InvalidURL as error:
        raise GeneratorError(SETTINGS, f"{url!r} is no address of a language model: {error}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise GeneratorError(
            SETTINGS, f"{url!r} is no address of a language model; it is like http://localhost:8000/v1."
        )
    path = address.path.rstrip("/")
    return address if path.endswith("/chat/completions") else address.copy_with(path=f"{path}/chat/completions")


def _of_events(chunks: Iterator[bytes]) -> Iterator[str]:
    """Yield the text of server-sent events; a stream must say that it ends."""
    ended = False
    for line in _lines(chunks):
        name, _, value = line.partition(b":")
        if name != b"data" or not value.strip():
            continue
        if value.strip() == b"[DONE]":
            return
        choice = _choice(_json(value))
        if choice is None:
            continue
        delta = choice.get("delta")
        content = delta.get("content") if isinstance(delta, dict) else None
        if isinstance(content, str) and content:
            yield content
        ended = ended or bool(choice.get("finish_reason"))
    if not ended:
        raise GeneratorError(BROKEN, "The model's answer stopped half-way.")


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.rstrip(b"\r") for line in lines)
    yield rest.rstrip(b"\r")


def _of_whole(value: dict[str, Any]) -> Iterator[str]:
    """Yield the text of an answer that came in one piece."""
    choice = _choice(value)
    message = choice.get("message") if choice else None
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, str):
        raise GeneratorError(NONSENSE, "The model's answer has no text.")
    yield content


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GeneratorError(NONSENSE, "The model's answer is not JSON.") from error
    if not isinstance(value, dict):
        raise GeneratorError(NONSENSE, "The model's answer is not a JSON object.")
    return value


def _choice(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return the first choice; None where there is none yet (usage counts, keep-alives).

    Raises:
        GeneratorError: The server reports an error, or the choices are no such thing.
    """
    if value.get("error"):
        raise GeneratorError(NONSENSE, f"The model's server reports an error: {value['error']!r:.200}")
    choices = value.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(choice, dict) for choice in choices):
        raise GeneratorError(NONSENSE, "The model's answer has no choices.")
    return choices[0] if choices else None
