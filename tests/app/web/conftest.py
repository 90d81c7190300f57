"""The sample shop, small, with a server and a browser for all tests of pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.entering import Entered
from tests.app.http.serving import Served, serving
from vitrail.app.shop.load import define_ready, load_shop
from vitrail.app.web.desk import Desk


@pytest.fixture(scope="session")
def shop_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pages") / "shop"
    with vitrail.create(root) as ws:
        load_shop(ws, customers=400)
        define_ready(ws)
        ws.refresh()
    return root


@pytest.fixture(scope="session")
def app(shop_root: Path) -> Iterator[Served]:
    with serving(shop_root, "") as served:
        yield served


@pytest.fixture(scope="session")
def browser(app: Served) -> Iterator[Entered]:
    """Somebody who owns the workspace, signed in."""
    with browsing() as opened:
        yield Entered(opened, app)


@pytest.fixture
def desk(shop_root: Path) -> Iterator[Desk]:
    """What pages are made from, over the sample shop."""
    with vitrail.open(shop_root) as ws:
        yield Desk(ws)
