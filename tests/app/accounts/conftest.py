from tests.storage import clock, store

__all__ = ["clock", "store"]
