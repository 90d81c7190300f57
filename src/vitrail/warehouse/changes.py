"""What applying definitions would change, told before it is done: who would enter and who would leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np

from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, evaluate
from vitrail.engine.plan import Asked
from vitrail.ledger import runs
from vitrail.ledger.database import Transaction
from vitrail.model.definitions import Class, DefinitionFile, Remainder
from vitrail.model.errors import Problem, refuse
from vitrail.model.tree import Condition, Member
from vitrail.model.walk import walk
from vitrail.warehouse.definitions import Compiled, compile_definitions
from vitrail.warehouse.people import keys_of
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store

Action = Literal["added", "changed", "removed", "follows", "renamed", "unchanged"]
"""`follows`: its own rule is the same, but it refers to a segment that changes."""

SAMPLE = 5

Also = Callable[[Transaction, int], None]
"""What else the ledger keeps in the step that makes a version, which has this number."""


class Change(msgspec.Struct, frozen=True):
    """What happens to one segment or class.

    Sizes are as of one instant with both rules, so that only the definition makes the difference;
    None where there is no rule. The samples hold the keys of a few of those who move.
    """

    key: str
    action: Action
    rule_before: str = ""
    rule_after: str = ""
    size_before: int | None = None
    size_after: int | None = None
    entering: int = 0
    leaving: int = 0
    sample_entering: tuple[str, ...] = ()
    sample_leaving: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """What applying a document would do; `version` is the version it starts from."""

    version: int
    document: DefinitionFile
    changes: tuple[Change, ...]
    warnings: tuple[Problem, ...] = ()

    def count(self, action: Action) -> int:
        """How many segments and classes meet with this."""
        return sum(1 for change in self.changes if change.action == action)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        return all(change.action == "unchanged" for change in self.changes)


def plan_changes(
    store: Store, document: DefinitionFile, *, database: DuckDB, at_us: int | None = None
) -> Plan:
    """Compare a whole document with the definitions in force, as of an instant (now by default).

    Raises `UserError` with all problems of the document; nothing is changed.
    """
    version, before = defined(store)
    after = compile_definitions(document, store.catalogue)
    actions = _actions(before, after)
    moving = {key for key, action in actions.items() if action in ("added", "changed", "removed", "follows")}
    instant = store.now_us() if at_us is None else at_us
    old = _evaluated(store, before, keys=moving, at_us=instant, database=database)
    new = _evaluated(store, after, keys=moving, at_us=instant, database=database)
    texts = _Texts(_rules(before), _rules(after))
    changes = [
        _change(store, key, action=action, texts=texts, found=(old, new)) for key, action in actions.items()
    ]
    return Plan(version, document, tuple(changes), after.warnings)


def apply_plan(store: Store, plan: Plan, *, note: str = "", also: Also | None = None) -> int:
    """Put the document of a plan in force; answers the number of its version.

    `also` is done in the same step, and told the number of the version; 0 where nothing changed.
    Raises `UserError` when other definitions have been applied since the plan was made.
    """
    with store.writing(), store.ledger.writing() as connection:
        present = runs.current_definitions(connection)
        if (0 if present is None else present.version) != plan.version:
            raise _overtaken()
        version = runs.save_definitions(connection, plan.document, at_us=store.now_us(), note=note)
        if also is not None:
            also(connection, version if version != plan.version else 0)
        return version


class _Texts(msgspec.Struct, frozen=True):
    before: dict[str, str]
    after: dict[str, str]


def _rules(compiled: Compiled) -> dict[str, str]:
    document = compiled.document
    rules = {segment.key: segment.rule for segment in document.segments}
    for segmentation in document.segmentations:
        for each in segmentation.classes:
            rules[f"{segmentation.key}.{each.key}"] = each.rule
        rules[f"{segmentation.key}.{segmentation.otherwise.key}"] = "otherwise"
    return rules


def _actions(before: Compiled, after: Compiled) -> dict[str, Action]:
    keys = dict.fromkeys([*after.conditions, *before.conditions])
    own = {key: _own_action(key, before, after=after) for key in keys}
    moved = {key for key, action in own.items() if action not in ("unchanged", "renamed")}
    return {
        key: "follows"
        if action in ("unchanged", "renamed") and _refers(key, moved, compiled=after)
        else action
        for key, action in own.items()
    }


def _own_action(key: str, before: Compiled, *, after: Compiled) -> Action:
    if key not in before.conditions:
        return "added"
    if key not in after.conditions:
        return "removed"
    if before.conditions[key] != after.conditions[key]:
        return "changed"
    return "unchanged" if _words(key, before) == _words(key, after) else "renamed"


def _words(key: str, compiled: Compiled) -> object:
    """Everything said of a key besides its rule: names, descriptions, tags, owner, purposes."""
    base, _, inner = key.partition(".")
    named = [msgspec.structs.replace(each, rule="") for each in compiled.document.segments if each.key == key]
    grouped = [each for each in compiled.document.segmentations if each.key == base]
    whole = [(each.name, each.description, each.tags, each.purposes) for each in grouped]
    parts: list[Class | Remainder] = []
    for each in grouped:
        parts += [*each.classes, each.otherwise]
    return named, whole, [(part.name, part.description) for part in parts if part.key == inner]


def _refers(key: str, moved: set[str], *, compiled: Compiled) -> bool:
    """Whether a segment refers, directly or not, to one that changes."""
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting.pop()
        condition: Condition | None = compiled.conditions.get(current)
        if current in seen or condition is None:
            continue
        seen.add(current)
        referred = {node.segment for _, node in walk(condition) if isinstance(node, Member)}
        if referred & moved:
            return True
        waiting.extend(referred)
    return False


def _evaluated(
    store: Store, compiled: Compiled, *, keys: set[str], at_us: int, database: DuckDB
) -> Evaluation:
    conditions = {key: each for key, each in compiled.conditions.items() if key in keys}
    asked = Asked(compiled.catalogue(store.catalogue), at_us)
    return evaluate(conditions, asked, source=store.source(), database=database)


def _change(
    store: Store, key: str, *, action: Action, texts: _Texts, found: tuple[Evaluation, Evaluation]
) -> Change:
    before, after = (each.members.get(key) for each in found)
    size = found[1].size
    nobody = bits.nobody(size)
    old = nobody if before is None else _resized(before, nobody)
    new = nobody if after is None else after
    entering, leaving = new & ~old, old & ~new
    return Change(
        key=key,
        action=action,
        rule_before=texts.before.get(key, ""),
        rule_after=texts.after.get(key, ""),
        size_before=None if before is None else bits.count(old),
        size_after=None if after is None else bits.count(new),
        entering=bits.count(entering),
        leaving=bits.count(leaving),
        sample_entering=_sample(store, entering, size=size),
        sample_leaving=_sample(store, leaving, size=size),
    )


def _resized(members: Bits, like: Bits) -> Bits:
    """The same members among as many profiles as there are now."""
    resized = like.copy()
    resized[: len(members)] = members
    return resized


def _sample(store: Store, members: Bits, *, size: int) -> tuple[str, ...]:
    profiles = bits.profiles_of(members, size)[:SAMPLE]
    if not len(profiles):
        return ()
    return tuple(keys_of(store.source(), profiles.astype(np.int32)))


def _overtaken() -> Exception:
    return refuse(
        "overtaken",
        fr="D’autres définitions ont été appliquées depuis ce plan : rien n’a été changé. Refaites le plan.",
        en="Other definitions were applied since this plan was made: nothing was changed. Plan again.",
    )
