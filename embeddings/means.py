"""Mean-centring: what a corpus's vectors have in common is subtracted from them, and from questions what those have."""

from abc import ABC

from embeddings.encoder import Vectors, normalise


class Centring(ABC):
    """Whoever has the means of a corpus.

    Attributes:
        means: shape (2, dimension): subtracted from queries, subtracted from passages.
    """

    means: Vectors

    def centre_query(self, query: Vectors) -> Vectors:
        """Return query vectors, shape (n, dimension), less the mean query and scaled to length 1."""
        return normalise(query - self.means[0])

    def centre_passage(self, passages: Vectors) -> Vectors:
        """Return passage vectors, shape (n, dimension), less the mean passage and scaled to length 1."""
        return normalise(passages - self.means[1])
