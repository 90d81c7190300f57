"""A run of the tests says the same thing twice; `HYPOTHESIS_RANDOM=1` looks in new places instead.

`--ledger=postgresql` runs the same bodies on workspaces whose ledger lies in a real PostgreSQL. A file of
tests marked `both_ledgers` runs on both each time; a test marked `sqlite_only` says why it does not.
"""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.collect.sources import postgres
from tests.new_ledgers import upgrade_again
from vitrail.ledger.address import VARIABLE
from vitrail.warehouse import whereabouts

settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("new", deadline=None, database=None)
settings.load_profile("new" if os.environ.get("HYPOTHESIS_RANDOM") else "same")

# While tests are found, and for what was found, nothing is garbage: looking for it takes a tenth of a run.
gc.disable()

ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--ledger", choices=ENGINES, default="sqlite", help="where the ledgers of workspaces lie"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked on both, unless one was asked for."""
    asked = metafunc.config.getoption("--ledger")
    if metafunc.definition.get_closest_marker("both_ledgers") and asked == "sqlite":
        metafunc.fixturenames.append("ledger_engine")
        metafunc.parametrize("ledger_engine", ENGINES, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, on PostgreSQL, what is about the file of SQLite."""
    for item in items:
        alone = item.get_closest_marker("sqlite_only")
        if alone and "postgresql" in (config.getoption("--ledger"), *_engine_of(item)):
            item.add_marker(pytest.mark.skip(reason=alone.args[0]))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on garbage is looked for, among what tests make."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)
    gc.enable()


def _engine_of(item: pytest.Item) -> tuple[str, ...]:
    call = getattr(item, "callspec", None)
    return (str(call.params["ledger_engine"]),) if call and "ledger_engine" in call.params else ()


@pytest.fixture(autouse=True, scope="session")
def config_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys that tests make lie with the tests, not with who runs them."""
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))


@pytest.fixture(autouse=True, scope="session")
def migrations_run_once() -> None:
    """Most tests make a workspace, and each takes the migrations of its ledger a tenth of a second."""
    whereabouts.upgrade = upgrade_again


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL that is there for the tests alone."""
    with postgres.running() as address:
        yield address


@pytest.fixture(autouse=True, scope="session")
def ledgers_lie(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every workspace that is made has its ledger where the option says."""
    if request.config.getoption("--ledger") == "sqlite":
        os.environ.pop(VARIABLE, None)
        yield
        return
    os.environ[VARIABLE] = request.getfixturevalue("postgres_server")
    yield
    del os.environ[VARIABLE]


@pytest.fixture
def ledger_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the workspaces of a test have their ledger."""
    if request.param == "postgresql":
        monkeypatch.setenv(VARIABLE, request.getfixturevalue("postgres_server"))
    return str(request.param)
