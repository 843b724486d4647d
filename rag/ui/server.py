"""Start the server of the page: nothing leaves the machine, and Gradio's own furniture stays out."""

import importlib.util
import json
from typing import Any

import gradio as gr

from rag.answer import Assistant
from rag.errors import KamerwijzerError
from rag.ui.layout import Page, head_html, theme
from rag.ui.office import Settings


def launch(
    assistant: Assistant, settings: Settings, *, host: str, port: int, share: bool = False, mcp: bool = False
) -> str:
    """Serve the page in the background and return its address.

    Args:
        assistant: Answers the questions.
        settings: What the administrator may do, and what is kept.
        host: Address to listen on.
        port: Port to listen on.
        share: Whether a public link is made (through the servers of Gradio's makers).
        mcp: Whether the endpoints are served to agents as well.

    Raises:
        KamerwijzerError: `mcp` is asked for and its package is not installed.
        OSError: The port is taken.
    """
    if mcp and importlib.util.find_spec("mcp") is None:
        raise KamerwijzerError('--mcp needs the package "mcp"; install it with: pip install "mcp>=1.30,<2".')
    blocks = Page(assistant, settings).build()
    _, local, public = blocks.launch(
        server_name=host,
        server_port=port,
        share=share,
        mcp_server=mcp,
        quiet=True,
        prevent_thread_lock=True,
        show_error=True,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        head=head_html(),
        theme=theme(),
    )
    if mcp:
        _answer_in_json(blocks)
    return str(public or local)


def _answer_in_json(blocks: gr.Blocks) -> None:
    """Let the tools answer in JSON, as the endpoints do; Gradio would write Python's own notation."""
    server: Any = blocks.mcp_server_obj
    content = server.types.TextContent
    server.postprocess_output_data = lambda data, root_url: [
        content(type="text", text=json.dumps(output, ensure_ascii=False)) for output in data
    ]
