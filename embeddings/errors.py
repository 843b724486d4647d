"""What can go wrong with encoders and indexes.

IndexingError               anything a user can be told in one sentence
├── EncoderError            an encoder cannot be loaded (package, file, checksum, name)
└── IndexFolderError        an index is missing, damaged, of another format or of another encoder
    └── UnreachableError    the database that holds an index does not answer
"""


class IndexingError(Exception):
    """A failure with a message fit for a user: what, where, what to do."""


class EncoderError(IndexingError):
    """An encoder that cannot be loaded."""


class IndexFolderError(IndexingError):
    """An index that cannot be opened or written, in a folder or a database."""


class UnreachableError(IndexFolderError):
    """A database that does not answer, or not any more: a failure, which says nothing about what it holds."""
