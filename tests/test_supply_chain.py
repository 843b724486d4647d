"""What comes from others: each dependency with its reason and licence, pinned with hashes; nothing that runs data."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from dependency_list import closure, licence_of, named

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|([^|]*)\|", re.MULTILINE)
EVALUATORS = {"eval", "exec", "compile", "__import__"}
SHELLS = {"system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv", "startfile"}
UNWANTED = {"pickle", "dill", "joblib", "cloudpickle", "marshal", "shelve", "subprocess", "pty", "commands"}
STARTS = "rag/cluster/connection.py"
"""Starts a process, this very Python with a module of the package: what talks to Ray, which may be ended by Ray."""
ALLOWED_LICENCES = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python|MPL|Unlicense|Zlib|HPND|LGPL|CNRI", re.IGNORECASE)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in [*sorted((ROOT / "rag").rglob("*.py")), *sorted((ROOT / "embeddings").rglob("*.py")), ROOT / "app.py"]:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_every_direct_dependency_has_its_reason_and_licence() -> None:
    rows = {name: (why.strip(), licence.strip()) for name, why, licence in ROW.findall(DOCUMENT)}
    wanted = {named(line) for line in PROJECT["dependencies"]}
    wanted |= {named(line) for lines in PROJECT["optional-dependencies"].values() for line in lines}
    assert {named(name) for name in rows} >= wanted
    assert [name for name, (why, _) in rows.items() if len(why) < 10] == []
    for name, (_, licence) in rows.items():
        assert licence, name
        if installed(name):
            assert licence == licence_of(name), f"{name}: run `make licences`"


def installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_all_that_the_program_installs_is_free_to_use() -> None:
    licences = {name: licence_of(name) for name in closure()}
    assert len(licences) > 40
    assert {name: licence for name, licence in licences.items() if not ALLOWED_LICENCES.search(licence)} == {}
    for name, licence in licences.items():
        assert f"{name} ({licence})" in DOCUMENT, f"{name}: run `make licences`"


def test_every_pin_has_hashes_and_equals_the_constraint() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    locked = (ROOT / "requirements-hashed.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^([\w.-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", locked, re.MULTILINE)
    assert len(blocks) == len([line for line in locked.splitlines() if "==" in line])
    known = {named(name): version for name, version in pins.items()}
    assert {named(name): version.partition("+")[0] for name, version, _ in blocks}.items() <= known.items()
    assert {named(name) for name, _, _ in blocks} >= set(closure())


@pytest.mark.parametrize(("name", "tree"), [pytest.param(*pair, id=pair[0]) for pair in modules()])
def test_nothing_runs_what_is_data(name: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            forbidden = SHELLS if isinstance(node.func, ast.Attribute) else EVALUATORS
            assert called not in forbidden, f"{name}:{node.lineno} calls {called}"
            words = {keyword.arg: keyword.value for keyword in node.keywords}
            assert "shell" not in words, f"{name}:{node.lineno}"
            if called == "load" and getattr(getattr(node.func, "value", None), "id", "") == "np":
                allowed = words.get("allow_pickle")
                assert isinstance(allowed, ast.Constant), f"{name}:{node.lineno} must say allow_pickle=False"
                assert allowed.value is False
        elif isinstance(node, ast.Import | ast.ImportFrom):
            roots = {alias.name.split(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()
            roots |= {str(node.module).split(".")[0]} if isinstance(node, ast.ImportFrom) else set()
            unwanted = roots & UNWANTED - ({"subprocess"} if name == STARTS else set())
            assert not unwanted, f"{name}:{node.lineno} imports {unwanted}"
