"""What people expect of their data: declared in the catalogue, watched by the quality gate."""

from __future__ import annotations

import msgspec


class FieldExpectation(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is expected of a trait or a property.

    `age`: days that its latest observation may be old (traits). `fill`: the least share of profiles, or
    of the rows of a week, where it is known (0 to 1). `choices`: no value but the declared choices.
    `unique`: no value twice.
    """

    age: float | None = None
    fill: float | None = None
    choices: bool = False
    unique: bool = False


class CollectionExpectation(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is expected of events or records.

    `age`: days that the latest may be old. `rows_per_day`: the fewest that a whole day brings.
    """

    age: float | None = None
    rows_per_day: int | None = None
