"""What each answer of the server tells the browser not to do, and the mark that lets our own scripts run."""

import base64
import hashlib
import re
import secrets

_SCRIPT = re.compile(rb"<script\b")

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
}
"""Headers of every answer."""


def content_policy(nonce: str, scripts: tuple[str, ...]) -> str:
    """Return the Content-Security-Policy of a page.

    Scripts: the server's own files, what carries the nonce, and those named by hash; no handler in an attribute, no
    `javascript:` link. 'unsafe-eval' is what Gradio needs to run `js=` and `js_on_load`. Styles may stand in
    attributes: Gradio's and our bars do.

    Args:
        nonce: Of this answer alone.
        scripts: The scripts that Gradio puts in the head at run time, whole.
    """
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' {hashes} 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def with_nonce(page: bytes) -> tuple[bytes, str]:
    """Return a page with a fresh nonce on every script of its own, and the nonce.

    What documents hold stands in it as JSON in which "<" is written as an escape, so no script of theirs gets one.
    """
    nonce = secrets.token_urlsafe(16)
    return _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), page), nonce


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
