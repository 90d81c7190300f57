"""The small shop of the application, for what is asked of a whole workspace."""

from tests.app.conftest import clock, empty, shop

__all__ = ["clock", "empty", "shop"]
