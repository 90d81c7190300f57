from tests.ledger.databases import empty, new_ledger
from tests.storage import clock, store

__all__ = ["clock", "empty", "new_ledger", "store"]
