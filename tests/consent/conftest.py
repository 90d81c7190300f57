"""The small shop of the application, and one whose customers each test decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import vitrail
from tests.app.conftest import clock, empty, shop, shops
from tests.consent.shop import EVERY, NOW
from tests.copies import Mould
from vitrail.app.purpose_files import ready_purposes
from vitrail.app.purposes import define_purposes
from vitrail.app.workspace import Workspace
from vitrail.model.definitions import Segment

__all__ = ["clock", "empty", "shop", "shops"]


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    def make(root: Path) -> None:
        with vitrail.create(root, clock=lambda: NOW) as opened:
            opened.catalogue.declare(
                traits={"email": "text", "phone": "text", "pro": "boolean"}, events={"order": {}, "visit": {}}
            )
            define_purposes(opened.store, ready_purposes())
            opened.define(Segment(key="all", name={"en": "All"}, rule="true", purposes=EVERY))
            opened.define(Segment(key="counted", name={"en": "Counted"}, rule="true"))

    return Mould(tmp_path_factory.mktemp("ready"), make)


@pytest.fixture
def ws(ready: Mould, tmp_path: Path) -> Iterator[Workspace]:
    with vitrail.open(ready.cast(tmp_path / "shop"), clock=lambda: NOW) as opened:
        yield opened
