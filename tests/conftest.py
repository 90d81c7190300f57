"""A run of the tests says the same thing twice; `HYPOTHESIS_RANDOM=1` looks in new places instead."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("new", deadline=None, database=None)
settings.load_profile("new" if os.environ.get("HYPOTHESIS_RANDOM") else "same")
