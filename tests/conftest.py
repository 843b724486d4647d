"""What several test files share: one Chromium, one index of the sample with the real encoder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from rag.build import build_index
from rag.documents import read_documents
from rag.sample import sample_path


def _chromium(playwright: Playwright) -> str | None:
    own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the sample, made with the default encoder; not to be changed."""
    from embeddings.encoder import open_encoder

    folder = tmp_path_factory.mktemp("sample") / "index"
    build_index(read_documents(sample_path()), folder, open_encoder())
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a Chromium; the test is skipped where there is none, and fails in CI."""
    with sync_playwright() as playwright:
        program = _chromium(playwright)
        if program is None:
            remedy = "no Chromium found; install it with: sudo apt-get install chromium chromium-driver"
            if os.environ.get("CI"):
                pytest.fail(remedy)
            pytest.skip(remedy)
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=program, args=flags)
        yield opened
        opened.close()
