"""Builds on a Ray cluster: many machines prepare and embed, one puts the index together. Needs the extra `ray`.

engine.py   on this side: hands out the work, reads what comes back; loads no Ray
driver.py   a process of its own that talks to the cluster, as Ray ends a process that loses its cluster
worker.py   what each worker does: pieces of documents files into passages, chunks of texts into vectors
shards.py   the Parquet files between them
"""

from importlib.util import find_spec

from rag.errors import ClusterError

if missing := [name for name in ("ray", "pyarrow") if find_spec(name) is None]:
    raise ClusterError(
        f"Building on Ray needs {' and '.join(missing)}; install what is missing: pip install 'kamerwijzer[ray]'."
    )

from rag.cluster.engine import OnRay, build_on_ray

__all__ = ["OnRay", "build_on_ray"]
