"""Speed, side by side in one run: building, searching, opening, at several sizes. Writes RESULTS.md's speed section.

    python benchmarks/speed.py --sizes 10000 100000 500000 --folder /tmp/speed --peers /tmp/peers/bin/python

Passages are real sentences recombined (`big_corpus`); above the encoding test their vectors are made up. The peers
(LangChain's ensemble, txtai) run in a virtual environment of their own, given with --peers; without it they are left
out.
"""

import argparse
import dataclasses
import json
import platform
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import faiss
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from big_corpus import VRAGEN, SyntheticEncoder, big_corpus  # noqa: E402

from embeddings.cache import VectorCache, as_keys, key_of  # noqa: E402
from embeddings.dense import DenseIndex  # noqa: E402
from embeddings.encoder import DEFAULT_ENCODER, Vectors, normalise, open_encoder  # noqa: E402
from embeddings.folder import VECTORS, open_build  # noqa: E402
from rag.build import build_index  # noqa: E402
from rag.documents import read_documents  # noqa: E402
from rag.passages import embedded_text, passages_of, windows_of  # noqa: E402


def encoding(texts: Sequence[str], rounds: int = 3) -> list[str]:
    """Return the table of passages a second: each way in turn, the median of the rounds."""
    from embeddings.sentence_encoder import SentenceEncoder

    half, full = (SentenceEncoder.open(DEFAULT_ENCODER, half=half) for half in (True, False))

    def plain() -> Vectors:
        vectors: Vectors = full._model.encode(list(texts), prompt="passage: ", batch_size=32, normalize_embeddings=True)
        return vectors

    ways: dict[str, Callable[[], Vectors]] = {
        "SentenceTransformer.encode(batch_size=32), float32": plain,
        "ours, float32": lambda: full.encode_passages(texts),
        "ours, bfloat16": lambda: half.encode_passages(texts),
    }
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    vectors = {}
    for _ in range(rounds):
        for name, way in ways.items():
            start, used = time.perf_counter(), time.process_time()
            vectors[name] = way()
            seconds[name].append((time.perf_counter() - start, time.process_time() - used))
    lines = [
        f"{len(texts)} real passages, {np.mean(half.count_tokens(texts)):.0f} tokens on average, one run, medians of "
        f"{rounds} rounds. The processor's own seconds count no other work on the machine.",
        "",
        "| way | passages/s | ratio | passages per processor second | ratio | cosine with the first, least |",
        "|---|---|---|---|---|---|",
    ]
    medians = {name: np.median(pairs, axis=0) for name, pairs in seconds.items()}
    first, reference = next(iter(medians.values())), next(iter(vectors.values()))
    for name, (wall, used) in medians.items():
        cosine = float((vectors[name] * reference).sum(axis=1).min())
        lines.append(
            f"| {name} | {len(texts) / wall:.1f} | {first[0] / wall:.2f} | {len(texts) / used:.1f} | "
            f"{first[1] / used:.2f} | {cosine:.4f} |"
        )
    return [*lines, ""]


def built(folder: Path, data: Path, size: int) -> dict[str, Any]:
    """Build an index of a size, then once more with ten documents more; return what it took."""
    encoder = SyntheticEncoder(open_encoder())
    documents = list(big_corpus(data, size + 10 * VRAGEN))
    first = build_index(documents[:-10], folder, encoder)
    again = build_index(documents, folder, encoder)
    home, _ = open_build(folder)
    files = {path.relative_to(home).as_posix(): path.stat().st_size for path in home.rglob("*") if path.is_file()}
    text = sum(len(embedded_text(passage).encode()) for document in documents for passage in passages_of(document))
    kept = sum(path.stat().st_size for path in (folder / VECTORS).rglob("*.npy"))
    passages = again.passages
    return {
        "size": size,
        "windows": again.windows / passages,
        "build_s": first.seconds,
        "ten_more": dataclasses.asdict(again),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "bytes": {
            "text": text / passages,
            "store": files["passages.sqlite"] / passages,
            "vectors": files["vectors.faiss"] / passages,
            "lexical": sum(size for name, size in files.items() if name.startswith("lexical")) / passages,
            "kept vectors": kept / passages,
        },
        "recall": recall(folder, documents, encoder),
    }


def recall(index: Path, documents: list[Any], encoder: SyntheticEncoder, queries: int = 100) -> dict[str, float]:
    """Return recall@10 of windows against exact float32, over all and under filters of several shares."""
    home, manifest = open_build(index)
    dense = DenseIndex.open(home)
    cache = VectorCache(index / VECTORS, str(manifest["encoder_fingerprint"]), encoder.dimension)
    passages = (passage for document in documents for passage in passages_of(document))
    keys = [
        key_of(window)
        for passage in passages
        for window in windows_of(passage, encoder.max_tokens, encoder.count_tokens)
    ]
    exact = faiss.IndexFlatIP(encoder.dimension)
    exact.add(normalise(cache.take(as_keys(keys)).astype(np.float32) - dense.means[1]))
    noise = np.random.default_rng(3)
    near = exact.reconstruct_batch(noise.integers(0, len(keys), queries))
    asked = normalise(near + noise.standard_normal(near.shape, np.float32) * 0.04)
    found: dict[str, float] = {}
    for name, share in (("all", 1.0), ("10 %", 0.1), ("0.5 %", 0.005)):
        rows = np.flatnonzero(noise.random(len(dense.owners)) < share) if share < 1 else None
        allowed = None if rows is None else np.unique(dense.owners[rows])
        selector = None if allowed is None else faiss.IDSelectorBatch(np.flatnonzero(np.isin(dense.owners, allowed)))
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        hits = []
        for query in asked:
            _, windows = exact.search(query[None], 40, params=parameters)
            best = list(dict.fromkeys(dense.owners[windows[0][windows[0] >= 0]].tolist()))[:10]
            hits.append(len({row for row, _ in dense.search(query, 10, allowed)} & set(best)) / len(best))
        found[name] = float(np.mean(hits))
    return found


def served(index: Path, questions: Path) -> dict[str, Any]:
    """Return what `speed_serve` measures, in a process of its own."""
    command = [sys.executable, str(ROOT / "benchmarks" / "speed_serve.py"), str(index), str(questions)]
    result = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True
    )
    if result.returncode:
        raise RuntimeError(result.stderr)
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def scale(folder: Path, data: Path, sizes: Sequence[int], questions: Path) -> list[str]:
    """Return the tables of size; the raw figures go to `speed.json` in the folder."""
    rows = []
    for size in sizes:
        index = folder / f"index-{size}"
        command = [sys.executable, __file__, "--build", str(index), "--size", str(size), "--data", str(data)]
        made = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        rows.append({**made, "serve": served(index, questions)})
        (folder / "speed.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
        print(json.dumps(rows[-1]), flush=True)
    lines = [
        "| passages | p50 ms | p95 | p99 | filtered p95 | of it: encoding p50 | open s | resident MB |"
        " users 8 / 32: p95 ms | recall@10, under 10 %, 0.5 % |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        serve, users = row["serve"], row["serve"]["users"]
        lines.append(
            f"| {row['size']:,} | {serve['p50']} | {serve['p95']} | {serve['p99']} | {serve['filtered']['p95']} | "
            f"{serve['encode']['p50']} | {serve['open_s']} | {serve['resident_mb']:,} | "
            f"{users['8']['p95']} / {users['32']['p95']} | {', '.join(f'{v:.4f}' for v in row['recall'].values())} |"
        )
    lines += [
        "",
        "| passages | build s (vectors made up) | ten documents more, s | peak MB |"
        " bytes a passage: text, store, vectors, lexical, kept vectors |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {row['size']:,} | {row['build_s']:.0f} | {row['ten_more']['seconds']:.1f} | {row['peak_mb']:,.0f} | "
            f"{', '.join(f'{v:,.0f}' for v in row['bytes'].values())} |"
        )
    return [*lines, ""]


def write(section: str, lines: Sequence[str]) -> None:
    """Put a section into RESULTS.md, in place of an earlier one."""
    path = ROOT / "benchmarks" / "RESULTS.md"
    text = re.sub(rf"\n## {re.escape(section)}\n.*?(?=\n## |\Z)", "", path.read_text(encoding="utf-8"), flags=re.S)
    machine = (
        f"{date.today()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}, two cores."
    )
    path.write_text("\n".join([text.rstrip(), "", f"## {section}", "", machine, "", *lines]), encoding="utf-8")


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = ROOT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=shared / "pairs" / "dev_pairs.jsonl")
    parser.add_argument("--questions", type=Path, default=shared / "questions" / "dev_questions.jsonl")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 500_000])
    parser.add_argument("--encode", type=int, default=256, metavar="N", help="passages of the encoding test; 0: none")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/kamerwijzer-speed"))  # noqa: S108
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.data.exists():
        print(f"{arguments.data} is absent: the benchmark draws its sentences from it; give --data.")
        return 1
    if arguments.build:
        print(json.dumps(built(arguments.build, arguments.data, arguments.size)))
        return 0
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.encode:
        passages = [passage for document in read_documents(arguments.data) for passage in passages_of(document)]
        texts = [embedded_text(passage) for passage in passages[:: max(1, len(passages) // arguments.encode)]]
        write("Encoding (`make bench-speed`)", encoding(texts[: arguments.encode]))
    if arguments.sizes:
        asked = [json.loads(line)["q"] for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
        questions = arguments.folder / "questions.json"
        questions.write_text(json.dumps(asked[:200]), encoding="utf-8")
        write("Scale (`make bench-speed`)", scale(arguments.folder, arguments.data, arguments.sizes, questions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
