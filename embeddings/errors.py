"""What can go wrong with encoders and indexes.

IndexingError               anything a user can be told in one sentence
├── EncoderError            an encoder cannot be loaded (package, file, checksum, name)
└── IndexFolderError        an index folder is missing, damaged, of another format or of another encoder
"""


class IndexingError(Exception):
    """A failure with a message fit for a user: what, where, what to do."""


class EncoderError(IndexingError):
    """An encoder that cannot be loaded."""


class IndexFolderError(IndexingError):
    """An index folder that cannot be opened or written."""
