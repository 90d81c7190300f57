"""Why a profile is in a segment or not, what would change it, and when time alone will."""

from vitrail.engine.explain.answer import explain
from vitrail.engine.explain.flip import smallest_change
from vitrail.engine.explain.timeline import next_change, since

__all__ = ["explain", "next_change", "since", "smallest_change"]
