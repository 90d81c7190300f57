"""Whom the law lets one reach, by channel and legal basis: a table of decisions, read from data."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from vitrail.model.purposes import Basis, Channel, Purpose, Relation, Words

Need = Literal["consent", "no_objection", "nothing"]
"""What a row asks of a person besides `relations`: a yes in the ledger; no objection; nothing more."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table: it grants to those who meet all its `relations` and its `needs`.

    `marketing` None: whether the purpose is marketing or not. The row holds from `since` (included) until
    `until` (excluded). `say` is the row in words, `otherwise` why somebody is not granted to.
    """

    key: str
    channels: tuple[Channel, ...]
    bases: tuple[Basis, ...]
    needs: Need
    say: Words
    otherwise: Words
    law: Words
    marketing: bool | None = None
    relations: tuple[Relation, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def concerns(self, purpose: Purpose, channel: Channel, *, on: dt.date) -> bool:
        """Whether the row is about a purpose on a channel, on a day."""
        return (
            channel in self.channels
            and purpose.basis in self.bases
            and self.marketing in (None, purpose.marketing)
            and (self.since is None or on >= self.since)
            and (self.until is None or on < self.until)
        )


@cache
def decision_table() -> tuple[Rule, ...]:
    """Every row, in the order it is read to people."""
    text = files("vitrail.consent").joinpath("rules.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=tuple[Rule, ...])


def rules_for(purpose: Purpose, channel: Channel, *, on: dt.date) -> tuple[Rule, ...]:
    """The rows about a purpose on a channel, on a day; none where it may reach nobody there."""
    if channel not in purpose.channels:
        return ()
    return tuple(rule for rule in decision_table() if rule.concerns(purpose, channel, on=on))
