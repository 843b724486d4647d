"""nginx on a free port: with any block, or as docs/deploy/nginx.conf sets it up."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from browser_server import ROOT, free_port

WRAPPER = """
daemon off; pid FOLDER/pid; error_log FOLDER/error.log; worker_processes 1;
events { worker_connections 256; }
http {
    access_log off; client_body_temp_path FOLDER/b; proxy_temp_path FOLDER/p; fastcgi_temp_path FOLDER/f;
    uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;
    SITE
}
"""


@contextmanager
def nginx(folder: Path, site: str) -> Iterator[str]:
    """Run nginx with what stands in its http block, PORT for the port it listens on; give its address."""
    port = free_port()
    written = WRAPPER.replace("FOLDER", str(folder)).replace("SITE", site).replace("PORT", str(port))
    (folder / "nginx.conf").write_text(written)
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


@contextmanager
def nginx_site(processes: Sequence[str], folder: Path) -> Iterator[str]:
    """Run nginx before two processes, with the very file of the manual, its addresses aside; give its own."""
    site = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for documented, address in zip(("127.0.0.1:7860 ", "127.0.0.1:7861 "), processes, strict=True):
        assert f"server {documented}" in site
        site = site.replace(f"server {documented}", f"server {httpx.URL(address).netloc.decode()} ")
    with nginx(folder, site.replace("listen 80;", "listen 127.0.0.1:PORT;")) as address:
        yield address
