"""A run of the tests says the same thing twice; `HYPOTHESIS_RANDOM=1` looks in new places instead."""

import os

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("new", deadline=None, database=None)
settings.load_profile("new" if os.environ.get("HYPOTHESIS_RANDOM") else "same")


@pytest.fixture(autouse=True, scope="session")
def config_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys that tests make lie with the tests, not with who runs them."""
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))
