"""Whether texts come one after the other, each behind the one before it: then none comes twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FIRST_ROWS = 1 << 10
"""So many show at once, most often, that texts do not rise."""


class Rising:
    """Texts as they come: a shorter one is before a longer one, others go by their bytes (a9, a10, a11).

    Most systems number what they export in this way. `holds` turns false for good with the first text that
    is not behind the one before it, or is unknown.
    """

    def __init__(self) -> None:
        self.holds = True
        self._last = pa.array([], pa.string())

    def see(self, texts: pa.Array) -> None:
        """Look at the next texts."""
        if not self.holds or not len(texts):
            return
        if not pa.types.is_string(texts.type) or texts.null_count:
            self.holds = False
            return
        joined = pa.concat_arrays([self._last, texts])
        self.holds = _rise(joined.slice(0, FIRST_ROWS)) and _rise(joined)
        self._last = pa.array(texts.slice(len(texts) - 1).to_pylist(), pa.string())


def _rise(texts: pa.Array) -> bool:
    longer = np.diff(pc.binary_length(texts).to_numpy())
    if (longer < 0).any():
        return False
    behind = pc.greater(texts.slice(1), texts.slice(0, len(texts) - 1)).to_numpy(zero_copy_only=False)
    return bool((behind | (longer > 0)).all())
