"""An index in a Milvus database.

`address` says where it is, `layout` and `facts` what lies there, `sending` brings it there; `index` is the seam of
`rag.index` over it, with its passages in `store`.
"""

from rag.remote.address import Address, Place, place_of
from rag.remote.index import MilvusSource
from rag.remote.sending import Pushed, push

__all__ = ["Address", "MilvusSource", "Place", "Pushed", "place_of", "push"]
