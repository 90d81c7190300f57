"""Arrow kept from importing pandas where nobody asks for it."""

from __future__ import annotations

import sys
from functools import cache

import pyarrow as pa


class Hiding:
    """Says of pandas that it is not installed."""

    def find_spec(self, name: str, *_: object) -> None:
        """Answer what is asked at the import of a module."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


@cache
def hide_pandas() -> None:
    """Have Arrow look for pandas once, while it is hidden; Arrow finds it when a frame is asked of it later.

    With the first list that becomes a column, Arrow imports pandas to see whether the list is one of its own:
    a third of a second and some 90 MB, for nothing here. Does nothing where pandas is in use.
    """
    if "pandas" in sys.modules:
        return
    hiding = Hiding()
    sys.meta_path.insert(0, hiding)
    try:
        pa.table({"": [0]})
    finally:
        sys.meta_path.remove(hiding)
