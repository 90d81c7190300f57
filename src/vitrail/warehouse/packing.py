"""How Parquet files are packed that we write ourselves: a byte that changes on the disk does not go unseen.

Those that DuckDB writes (profiles) have no sums of their pages: there, a changed byte is seen where the page
no longer unpacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PACKED: Mapping[str, Any] = {"compression": "zstd", "write_page_checksum": True}
