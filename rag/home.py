"""Where the index is: the one named, else the user's own; built from documents, or from the sample, when needed.

An index in Milvus is built in a folder of this machine first, its workshop, and sent from there.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from rag.document_form import dump_document
from rag.documents import digest_of, read_documents
from rag.remote.address import Address, Place, place_of

Say = Callable[[str], None]


def default_index() -> Path:
    """Return the user's own index folder (it need not exist)."""
    return platformdirs.user_data_path("kamerwijzer", appauthor=False) / "index"


def feedback_path() -> Path:
    """Return the file in which judgements of answers are kept (it need not exist)."""
    return platformdirs.user_data_path("kamerwijzer", appauthor=False) / "feedback.jsonl"


def documents_hash(documents: Path) -> str:
    """Return the hash of documents as the manifest of a build keeps it.

    Raises:
        DocumentsError: They cannot be read.
    """
    digest = hashlib.sha256()
    for document in read_documents(documents):
        digest.update(digest_of(dump_document(document)))
    return digest.hexdigest()


def workshop(address: Address) -> Path:
    """Return the folder in the user's cache in which an index in Milvus is built (it need not exist)."""
    name = hashlib.sha256(str(address).encode()).hexdigest()[:12]
    return platformdirs.user_cache_path("kamerwijzer", appauthor=False) / f"milvus-{name}"


def ready_index(
    index: str | Path | Address | None = None,
    *,
    documents: Path | None = None,
    model: str | None = None,
    say: Say | None = None,
) -> Place:
    """Return an index that can be opened, building it first where that is called for.

    - `documents` given: built from them, unless the live build already was.
    - Neither given, and the user has no index, or one of the sample by an earlier encoder: built from the sample.
    - Only `index` given: returned as it is; opening it complains where it is missing.

    Args:
        index: The index folder or address; None for the user's own, or for `documents` one of their own in the cache.
        documents: A documents file or folder.
        model: Encoder for a build; None for the default.
        say: Told in one line what is built and why.

    Raises:
        DocumentsError: The documents cannot be read.
        IndexFolderError: The folder cannot be written.
        EncoderError: The encoder cannot be loaded.
    """
    if documents is None and index is not None:
        return place_of(index)
    if documents is None:
        from rag.sample import sample_path

        folder, documents = default_index(), sample_path()
        live = _live(folder)
        if live is not None and not (live.stale and live.documents == documents_hash(documents)):
            return folder
        why = f"There is no index of this version yet; building one from the fictional sample in {folder}"
    else:
        wanted = documents_hash(documents)
        cache = platformdirs.user_cache_path("kamerwijzer", appauthor=False)
        place = place_of(index) if index is not None else cache / f"index-{wanted[:12]}"
        if isinstance(place, Address):
            return _ready_address(place, documents, wanted, model, say)
        folder = place
        if _live(folder) == _Live(wanted, stale=False):
            return folder
        why = f"Building the index of {documents} in {folder}"
    if say is not None:
        say(why)
    _build(documents, folder, model, show=say is not None)
    return folder


def _ready_address(address: Address, documents: Path, wanted: str, model: str | None, say: Say | None) -> Address:
    """Return an address whose live build is made of the documents, building and sending it first where it is not."""
    from rag.remote.index import live_build_of

    if live_build_of(address).get("documents_sha256") != wanted:
        if say is not None:
            say(f"Building the index of {documents} in {workshop(address)} and sending it to {address}")
        _build(documents, workshop(address), model, show=say is not None, address=address)
    return address


@dataclass(frozen=True, slots=True)
class _Live:
    """What a live build was made of (hash of the documents), and whether by another version of format or encoder."""

    documents: str
    stale: bool


def _live(index: Path) -> _Live | None:
    """Read the manifest of the live build; None where there is none, no documents where it cannot be read."""
    from embeddings.folder import FORMAT, live_build
    from embeddings.shipped import shipped_version

    folder = live_build(index)
    if folder is None:
        return None
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _Live("", stale=False)
    made_by = (manifest.get("format"), manifest.get("encoder_version"))
    now = (FORMAT, shipped_version(str(manifest.get("encoder", ""))))
    return _Live(str(manifest.get("documents_sha256", "")), stale=made_by != now)


def _build(documents: Path, folder: Path, model: str | None, *, show: bool, address: Address | None = None) -> None:
    from embeddings.encoder import DEFAULT_ENCODER, open_encoder
    from rag.build import build_index
    from rag.progress import Bar, tell_nobody
    from rag.remote.sending import push

    encoder = open_encoder(model or DEFAULT_ENCODER)
    tell = Bar() if show else tell_nobody
    build_index(read_documents(documents), folder, encoder, tell=tell)
    if address is not None:
        push(folder, address, encoder, tell)
