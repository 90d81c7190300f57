"""The main values of a field, to be proposed while somebody writes one."""

from __future__ import annotations

from vitrail.app.masking import is_personal
from vitrail.app.web.builder.controls import Suggested
from vitrail.app.web.desk import Desk
from vitrail.engine.statistics import Looked, Statistics, statistics_of_collection, statistics_of_traits
from vitrail.model.catalogue import Field

LARGEST = 3_000_000
"""Beyond so many rows, looking at all values would make the page wait."""


def suggested(desk: Desk, collection: str, *, name: str, hides: bool = False) -> tuple[Suggested, ...]:
    """The values most rows have; none for what tells who somebody is, or is sensitive.

    `hides`: nor for what tells it by its name alone, such as a first name.
    """
    catalogue = desk.ws.store.catalogue
    owner = catalogue.collections.get(collection)
    fields = owner.properties if owner else catalogue.traits
    field = fields.get(name)
    if field is None or field.sensitive or field.identity or field.type not in ("text", "texts"):
        return ()
    if hides and is_personal(field, of_trait=owner is None):
        return ()
    key = ("values", desk.ws.store.version.number, collection, name)
    return desk.keep(key, lambda: _work_out(desk, collection, field=field))


def _work_out(desk: Desk, collection: str, *, field: Field) -> tuple[Suggested, ...]:
    found = _statistics(desk, collection, field=field)
    if found is None:
        return ()
    figures = found.fields[field.name]
    if figures.distinct > 20 and 2 * figures.distinct > figures.known.all:
        return ()
    values = [Suggested(each.text, each.count.all) for each in figures.top if each.count.all]
    return tuple(sorted(values, key=lambda each: -each.count))


def _statistics(desk: Desk, collection: str, *, field: Field) -> Statistics | None:
    ws = desk.ws
    source = ws.store.source()
    looked = Looked(source, ws.store.now_us(), ws.database)
    with ws.database.lock:
        if not collection:
            return statistics_of_traits([field], looked)
        owner = ws.store.catalogue.collections[collection]
        if sum(file.rows for file in source.events.get(collection, ())) > LARGEST:
            return None
        one = type(owner)(owner.name, owner.kind, owner.column, owner.label, {field.name: field})
        return statistics_of_collection(one, looked)
