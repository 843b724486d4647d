"""Numbers that ship with an encoder: the means and usual passages that small corpora borrow, and an adapter.

One file a model under `embeddings/models/`, an `.npz` without pickles: `means` (2, dimension), `background`
(n, dimension), and for an adapted model the low-rank difference of each weight, `<weight>.up` (rows, rank) and
`<weight>.down` (rank, columns), or of a vector `<weight>` itself (Hu et al. 2021, arXiv:2106.09685, for the form).
`docs/encoder.md` says how they were made; they hold no text.
"""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def shipped_arrays(name: str) -> dict[str, Array]:
    """Return the arrays that ship for an encoder, float32, by name; empty where none do."""
    path = _path(name)
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as arrays:
        return {key: arrays[key].astype(np.float32) for key in arrays.files}


def adapted(state: dict[str, Array], arrays: dict[str, Array]) -> dict[str, Array]:
    """Return the weights with the shipped difference added; weights without one stay as they are."""
    changed = dict(state)
    for key, weight in state.items():
        if f"{key}.up" in arrays:
            exact = (
                arrays[f"{key}.up"].astype(np.float64) @ arrays[f"{key}.down"]
            )  # alike on every machine, once rounded
            changed[key] = weight + exact.astype(np.float32)
        elif key in arrays:
            changed[key] = weight + arrays[key]
    return changed


def shipped_version(name: str) -> str:
    """Return a short hash of what ships for an encoder; "" where nothing does."""
    path = _path(name)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else ""


def _path(name: str) -> Path:
    return Path(__file__).parent / "models" / f"{Path(name).name}.npz"
