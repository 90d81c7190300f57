"""One server for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.app.http.serving import Served, make_workspace, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("served") / "shop"
    with serving(root, make_workspace(root)) as server:
        yield server
