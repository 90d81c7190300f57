"""Everything that keeps something is held: a table or a kind of file nobody answers for fails here."""

import pkgutil
from importlib import import_module
from typing import get_args

import vitrail.ledger
from vitrail.app.rights.holders import FILES_OF_NOBODY, HOLDERS, TELLS_OF_NOBODY
from vitrail.ledger import inbox, schema, shared
from vitrail.ledger.manifest import FileKind

WHAT_TO_DO = (
    "is held by nobody. If it may hold anything about a customer, add it to the `tables` or `kinds` of a "
    "holder (find, show, erase) beside its data and list the holder in app/rights/holders.py; if it tells of "
    "no customer, list it there among TELLS_OF_NOBODY or FILES_OF_NOBODY."
)


def columns() -> dict[str, tuple[str, ...]]:
    """Every column of the ledger and of the inbox, by table."""
    for module in pkgutil.iter_modules(vitrail.ledger.__path__, "vitrail.ledger."):
        import_module(module.name)
    every = [
        *schema.tables.tables.values(),
        *inbox.tables.tables.values(),
        *shared.tables.tables.values(),
    ]
    return {table.name: tuple(column.name for column in table.columns) for table in every}


def test_every_column_of_the_ledger_has_a_holder_or_tells_of_nobody():
    held = {name for holder in HOLDERS for name in holder.tables}
    loose = [
        f"{table}.{column}"
        for table, names in columns().items()
        if table not in held
        for column in names
        if column not in TELLS_OF_NOBODY.get(table, ())
    ]
    assert not loose, f"{', '.join(loose)} {WHAT_TO_DO}"


def test_every_kind_of_file_has_a_holder_or_tells_of_nobody():
    held = {kind for holder in HOLDERS for kind in holder.kinds}
    loose = set(get_args(FileKind)) - held - set(FILES_OF_NOBODY)
    assert not loose, f"{', '.join(sorted(loose))} {WHAT_TO_DO}"


def test_nothing_is_listed_that_is_not_there():
    known = columns()
    listed = {table: names for table, names in TELLS_OF_NOBODY.items() if table in known}
    assert listed == TELLS_OF_NOBODY
    assert all(set(names) == set(known[table]) for table, names in listed.items())


def test_each_holder_has_a_name_of_its_own():
    names = [holder.name for holder in HOLDERS]
    assert len(set(names)) == len(names)
