"""What can go wrong while fetching.

    KamerwijzerError
    └── FetchError            the run cannot go on, or was asked something impossible
        ├── TransportError    no usable answer after all retries (time-out, 429, 5xx, half bodies)
        └── ContentError      an answer came, but it is not the document, page or record that was asked for

A TransportError or ContentError over one document is counted in the report as failed; over a listing it ends
the run, because without the listing nobody knows what is missing.
"""

from rag.errors import KamerwijzerError


class FetchError(KamerwijzerError):
    """Fetching cannot be done: a wrong request, a folder that cannot be written, or a service that refuses."""


class TransportError(FetchError):
    """A service gave no usable answer after all retries."""


class ContentError(FetchError):
    """A service answered with something else than was asked for."""
