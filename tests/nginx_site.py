"""nginx as docs/deploy/nginx.conf sets it up, on a free port."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from browser_server import ROOT, free_port

WRAPPER = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/kamerwijzer.conf;
}}
"""


@contextmanager
def nginx_site(processes: Sequence[str], folder: Path) -> Iterator[str]:
    """Run nginx before two processes, with the very file of the manual, its addresses aside; give its own."""
    written, port = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8"), free_port()
    for documented, address in zip(("127.0.0.1:7860 ", "127.0.0.1:7861 "), processes, strict=True):
        assert f"server {documented}" in written
        written = written.replace(f"server {documented}", f"server {httpx.URL(address).netloc.decode()} ")
    (folder / "kamerwijzer.conf").write_text(written.replace("listen 80;", f"listen 127.0.0.1:{port};"))
    (folder / "nginx.conf").write_text(WRAPPER.format(folder=folder))
    command = [str(shutil.which("nginx")), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            assert process.poll() is None, (folder / "error.log").read_text()
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
