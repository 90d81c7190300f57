"""Places a distance is measured from."""

from __future__ import annotations

from vitrail.model.tree import Distance, Trait


def is_home(value: Distance) -> bool:
    """Whether the distance is that of the profile itself, by the usual names."""
    return value.latitude == Trait("latitude") and value.longitude == Trait("longitude")
