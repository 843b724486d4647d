"""What can go wrong, as one small tree.

    KamerwijzerError            anything a user can be told in one sentence
    ├── DocumentsError          a documents file cannot be read (file, line, what, what to do)
    │   └── NothingFoundError   there are no documents where some were looked for
    ├── ParseError              a source document cannot be understood (document, number)
    ├── ClusterError            a cluster that a build was to run on cannot be used, or was lost
    ├── FilterError             a filter names something unknown (with the nearest known values)
    ├── QuestionError           a question that cannot be searched (empty, too long)
    └── BusyError               another process does this very work on the same files

`embeddings.errors.IndexingError` is the other tree: encoders and indexes. Only the command line and the
browser turn either into words and exit codes.
"""


class KamerwijzerError(Exception):
    """A failure with a message fit for a user: what, where, what to do."""


class DocumentsError(KamerwijzerError):
    """A documents file (JSONL) is missing, empty or malformed."""


class NothingFoundError(DocumentsError):
    """There are no documents where some were looked for, such as in a period."""


class ParseError(KamerwijzerError):
    """A source document cannot be turned into a Kamervraag without loss."""


class ClusterError(KamerwijzerError):
    """A Ray cluster that cannot be used: not there, of another version, lost; or a worker that cannot do its work."""


class FilterError(KamerwijzerError):
    """A filter value that does not occur in the index, or is not a value at all."""


class QuestionError(KamerwijzerError):
    """A question that cannot be searched: empty or too long."""


class BusyError(KamerwijzerError):
    """Another process does this very work on the same files."""
