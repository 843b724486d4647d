"""Fetch axe-core, the accessibility checker, from the npm registry into a cache; it is no part of the repository."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

VERSION = "4.14.1"


def axe_script(cache: Path) -> str:
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
