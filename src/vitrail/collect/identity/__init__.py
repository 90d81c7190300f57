"""Who is who: identities in one form, claims that profiles have them, and the people that follow."""

from vitrail.collect.identity.claims import Claimed, claim
from vitrail.collect.identity.forms import Reject, normalise
from vitrail.collect.identity.settling import settle

__all__ = ["Claimed", "Reject", "claim", "normalise", "settle"]
