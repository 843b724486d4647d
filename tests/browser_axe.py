"""Fetch axe-core, the accessibility checker, from the npm registry into a cache; it is no part of the repository."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from platformdirs import user_cache_path
from playwright.sync_api import Page

VERSION = "4.14.1"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def findings(page: Page) -> list[str]:
    """Return what the checker finds in the page as it stands, a rule and a place each."""
    script = _script(user_cache_path("kamerwijzer-test", appauthor=False))
    page.wait_for_timeout(600)  # until what fades in is there
    page.evaluate(script)
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)["violations"]
    return [f"{finding['id']}: {finding['nodes'][0]['target']}" for finding in found]


def _script(cache: Path) -> str:
    """Return the script; the test is skipped where it cannot be had, and fails in CI."""
    script = cache / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(cache), f"axe-core@{VERSION}"]
        npm = shutil.which("npm")
        done = subprocess.run([npm, *command[1:]], capture_output=True, timeout=120) if npm else None
        if done is None or done.returncode:
            remedy = "axe-core is not there and npm cannot install it; needed is: " + " ".join(command)
            if os.environ.get("CI"):
                pytest.fail(remedy)
            pytest.skip(remedy)
    return script.read_text(encoding="utf-8")
