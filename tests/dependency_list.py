"""Installed packages: what a package needs, and under which licence each is. Run as a program it writes the docs.

python tests/dependency_list.py     # = make licences: fills docs/dependencies.md in
"""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "dependencies.md"
_LONG = 60
_KNOWN = (("MIT License", "MIT"), ("Apache", "Apache-2.0"), ("BSD 3", "BSD-3-Clause"), ("BSD", "BSD"))


def named(requirement: str) -> str:
    """Return the name of a requirement as package indexes compare it: "PyStemmer>=3" is "pystemmer"."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]).lower()


def closure() -> list[str]:
    """Return the names of all packages that the program needs without extras, as they are installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, frozenset[str]] = {}
    waiting = [Requirement(line) for line in project["dependencies"]]
    while waiting:
        needed = waiting.pop()
        name, extras = named(needed.name), frozenset(needed.extras)
        if (needed.marker and not needed.marker.evaluate({"extra": ""})) or (name in found and extras <= found[name]):
            continue
        found[name] = found.get(name, frozenset()) | extras
        for line in metadata.requires(name) or []:
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *found[name])):
                inner.marker = None
                waiting.append(inner)
    return sorted(found)


def licence_of(package: str) -> str:
    """Return the licence that an installed package states, short."""
    about = metadata.metadata(package).json
    stated = str(about.get("license_expression") or "")
    classified = [line.rsplit(" :: ", 1)[1] for line in about.get("classifier") or [] if line.startswith("License ::")]
    if not stated and classified and classified != ["OSI Approved"]:
        stated = " / ".join(name for name in classified if name != "OSI Approved")
    if not stated:
        first = str(about.get("license") or "").strip().splitlines()
        stated = first[0] if first else ""
    if len(stated) > _LONG or not stated:
        body = f"{stated} {about.get('license') or ''}"
        stated = next((short for long, short in _KNOWN if long.lower() in body.lower()), stated[:_LONG] or "unknown")
    return stated.replace("|", "/")


def lock(report: Path) -> None:
    """Write requirements-hashed.txt from what `pip install --dry-run --report` found."""
    pins = []
    for item in json.loads(report.read_text(encoding="utf-8"))["install"]:
        about, hashes = item["metadata"], item["download_info"].get("archive_info", {}).get("hashes", {})
        if named(about["name"]) != "kamerwijzer":
            pins.append(f"{named(about['name'])}=={about['version']} \\\n    --hash=sha256:{hashes['sha256']}\n")
    head = (
        "# Written by `make lock`: the files that this version was tested with, and no others\n"
        "# (Linux x86-64; torch is the build without CUDA, from https://download.pytorch.org/whl/cpu).\n"
    )
    (ROOT / "requirements-hashed.txt").write_text(head + "".join(sorted(pins)), encoding="utf-8")


def main() -> None:
    """Fill in the licences of the table, and the list of all packages."""
    text = DOCUMENT.read_text(encoding="utf-8")

    def filled(row: re.Match[str]) -> str:
        try:
            return f"| `{row[1]}` | {row[2]} | {licence_of(row[1])} |"
        except metadata.PackageNotFoundError:
            return row[0]

    text = re.sub(r"^\| `([^`]+)` \| ([^|]+) \|[^|]*\|", filled, text, flags=re.MULTILINE)
    text = re.sub(r" +\|", " |", text)
    listed = ", ".join(f"{name} ({licence_of(name)})" for name in closure())
    head = text.split("<!-- all -->\n")[0]
    DOCUMENT.write_text(f"{head}<!-- all -->\n{listed}.\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["lock"]:
        lock(Path(sys.argv[2]))
    else:
        main()
