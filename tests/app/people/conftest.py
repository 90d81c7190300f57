"""A small base whose people are known by heart, for the tests of one customer."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.people.scene import NOW, ORDERS, PEOPLE, SEGMENTS, TRAITS
from vitrail.app.purposes import define_purposes
from vitrail.app.workspace import Workspace


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    root: Path = tmp_path_factory.mktemp("people") / "shop"
    with vitrail.create(root, clock=lambda: NOW) as ws:
        ws.catalogue.declare(traits=TRAITS)
        ws.load_profiles(pa.table(PEOPLE), key="id", source="crm")
        ws.load_events("order", pa.table(ORDERS), profile="customer", at="at", key="id", source="till")
        define_purposes(ws.store)
        for segment in SEGMENTS:
            ws.define(segment)
        ws.refresh()
        yield ws
