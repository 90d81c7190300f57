"""What is kept can no longer be read: something other than Vitrail cut, changed or deleted it."""

from __future__ import annotations

_LEDGER = ("database disk image is malformed", "file is not a database")
_READERS = ("pyarrow", "duckdb")


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the ledger or a file of a workspace cannot be read."""
    said = str(error).casefold()
    if any(words in said for words in _LEDGER):
        return True
    reads = isinstance(error, OSError) or type(error).__module__.partition(".")[0] in _READERS
    return reads and "parquet" in said
