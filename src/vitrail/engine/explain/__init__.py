"""Why a profile is in a segment or not, what would change it, and when time alone will."""

from vitrail.engine.explain.timeline import next_change, since

__all__ = ["next_change", "since"]
