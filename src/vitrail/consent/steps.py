"""The steps between a segment and its audience, each on whole sets of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from vitrail.consent.addresses import (
    KINDS,
    Addressed,
    address_field,
    addresses_of,
    in_one_form,
    listed,
    usable_places,
)
from vitrail.consent.minors import reason
from vitrail.consent.refusing import may_oppose
from vitrail.consent.rights.standing import Standing
from vitrail.consent.rules import Rule, rules_for
from vitrail.consent.sensitive.permitting import blocked, blocked_by_name
from vitrail.consent.waterfall import Cut, Step
from vitrail.engine.source import Source
from vitrail.language.uses import uses
from vitrail.ledger.suppressions import Suppression
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Message
from vitrail.model.purposes import Channel, Purpose, Relation, Words
from vitrail.model.tree import Condition


class Scene(msgspec.Struct, frozen=True):
    """All that the steps look at: what is asked, and the sets of people the facts amount to.

    `counted` are the consents whose refusal counts. `proved` are the addresses, hashed, that erased people
    said no under, and when.
    """

    segment: str
    rule: Condition
    named: tuple[str, ...]
    purpose: Purpose
    channel: Channel
    at_us: int
    catalogue: Catalogue
    source: Source
    members: BitMap
    agreed: BitMap
    refused: BitMap
    relations: dict[Relation, BitMap]
    standing: Standing
    suppressed: dict[str, Suppression]
    suppression_key: str
    counted: tuple[str, ...]
    proved: dict[str, int]
    age: int | None = None
    minors: BitMap = BitMap()
    ageless: BitMap = BitMap()

    @property
    def day(self) -> dt.date:
        """The day of the question in the workspace."""
        instant = dt.datetime.fromtimestamp(self.at_us / 1_000_000, dt.UTC)
        return instant.astimezone(ZoneInfo(self.catalogue.timezone)).date()


def by_law(scene: Scene) -> Iterator[Cut]:
    """What the law stops, and what the person opposed, in order."""
    yield from _purpose(scene)
    yield from _sensitive(scene)
    if scene.age is not None:
        yield Cut("minor", "minor", scene.minors, reason("minor", scene.age), _MINORS)
    yield from _basis(scene)
    yield from _objection(scene)


def frozen(scene: Scene) -> Cut:
    """Whose data are frozen."""
    return Cut("restriction", "restricted", scene.standing.restricted, _RESTRICTED, _ARTICLE_18)


def by_address(scene: Scene, left: BitMap, *, addresses: Addressed | None) -> Iterator[Cut]:
    """Who of those left is on the suppression list, and who has no valid address for the channel."""
    kind = KINDS.get(scene.channel)
    if kind is None or not left:
        return
    if addresses is None:
        yield Cut("unreachable", "no_address", left, _NO_ADDRESS)
        return
    here = addresses.among(left)
    profiles, forms = here.profiles, here.forms
    if blocking := _blocking(scene):
        found = listed(forms, blocking, key=scene.suppression_key, kind=kind)
        for reason in ("complaint", "unsubscribe", "bounce", "manual"):
            places = [place for place, mark in found.items() if blocking[mark].reason == reason]
            yield Cut("suppression", reason, BitMap(profiles[places]), _SUPPRESSED[reason])
    unusable = BitMap(profiles[~usable_places(forms)])
    yield Cut("unreachable", "no_address", unusable, _NO_ADDRESS)


def contacts(scene: Scene, people: BitMap) -> pa.Array:
    """The address of each of some people on the channel, in one form; none where it has no address."""
    kind = KINDS.get(scene.channel)
    profiles = np.frombuffer(people.to_array(), dtype=np.uint32)
    field = None if kind is None else address_field(scene.catalogue, kind)
    if kind is None or field is None:
        return pa.nulls(len(profiles), pa.string())
    return in_one_form(addresses_of(scene.source, field, profiles=profiles), kind)


def _purpose(scene: Scene) -> Iterator[Cut]:
    """Without a purpose of its own, a segment is counted and no more; traits keep to theirs."""
    key, asked = scene.purpose.key, scene.purpose.asked
    if not scene.named:
        yield Cut("purpose", "no_purpose", scene.members, _said(_NO_PURPOSE, scene.segment), _ARTICLE_5)
    elif key not in scene.named:
        yield Cut("purpose", "other_purpose", scene.members, _said(_OTHER_PURPOSE, scene.segment), _ARTICLE_5)
    fields = (scene.catalogue.traits[name] for name in uses(scene.rule, scene.catalogue).traits)
    kept = [each.name for each in fields if each.purposes and not {key, asked} & set(each.purposes)]
    if kept:
        yield Cut(
            "purpose", "trait_purpose", scene.members, _said(_TRAIT_PURPOSE, ", ".join(kept)), _ARTICLE_5
        )


def _sensitive(scene: Scene) -> Iterator[Cut]:
    """What the rule or the name reveals, and the purpose does not permit, keeps it from reaching anybody."""
    told = blocked(scene.rule, scene.catalogue, purposes=(scene.purpose,))
    for each in (*told, *blocked_by_name(scene.segment, scene.catalogue, purposes=(scene.purpose,))):
        yield Cut("sensitive", each.code, scene.members, each.message, _ARTICLE_9)


def _basis(scene: Scene) -> Iterator[Cut]:
    rules = rules_for(scene.purpose, scene.channel, on=scene.day)
    if not rules:
        yield Cut("basis", "channel_not_allowed", scene.members, _NO_CHANNEL, _ARTICLE_6)
        return
    granted = BitMap.union(BitMap(), *(_granted(rule, scene) for rule in rules))
    code = "no_consent" if rules[0].needs == "consent" else "no_relation"
    yield Cut("basis", code, scene.members - granted, _otherwise(rules), _message(rules[0].law))


def _granted(rule: Rule, scene: Scene) -> BitMap:
    """Those of the segment that one row of the table grants to."""
    found = scene.members & scene.agreed if rule.needs == "consent" else scene.members
    for relation in rule.relations:
        found = found & scene.relations.get(relation, BitMap())
    return found


def _objection(scene: Scene) -> Iterator[Cut]:
    standing, purpose = scene.standing, scene.purpose
    if purpose.marketing:
        yield Cut("objection", "marketing", standing.objects_to_marketing, _OBJECTS_MARKETING, _ARTICLE_21_2)
        yield Cut("objection", "refused", scene.refused, _REFUSED, _ARTICLE_L34_5)
    if may_oppose(purpose):
        for key in dict.fromkeys((purpose.key, purpose.asked)):
            people = standing.objects_to.get(key, BitMap())
            yield Cut("objection", "purpose", people, _OBJECTS, _ARTICLE_21)


def _blocking(scene: Scene) -> dict[str, Suppression]:
    """What on the list stops this purpose: who unsubscribed still gets what is no marketing."""
    if scene.purpose.marketing:
        return scene.suppressed
    return {mark: each for mark, each in scene.suppressed.items() if each.reason != "unsubscribe"}


def _otherwise(rules: tuple[Rule, ...]) -> Message:
    reasons = [_message(rule.otherwise) for rule in rules]
    french, english = (" et ".join(each.fr for each in reasons), " and ".join(each.en for each in reasons))
    return Message(fr=f"Cette personne {french}.", en=f"This person {english}.")


def _message(words: Words) -> Message:
    return Message(fr=words.get("fr", ""), en=words.get("en", ""))


def _said(message: Message, name: str) -> Message:
    return Message(fr=message.fr.format(name), en=message.en.format(name))


HELD: tuple[Step, ...] = ("cap", "quiet_hours", "holdout")

_ARTICLE_5 = Message(fr="RGPD, article 5(1)(b)", en="GDPR, article 5(1)(b)")
_ARTICLE_6 = Message(fr="RGPD, article 6(1) ; CPCE, article L.34-5", en="GDPR, article 6(1); CPCE, L.34-5")
_ARTICLE_9 = Message(fr="RGPD, articles 9, 10 et 87", en="GDPR, articles 9, 10 and 87")
_MINORS = Message(
    fr="RGPD, article 8 ; loi 78-17, article 45 ; règlement (UE) 2022/2065, article 28(2)",
    en="GDPR, article 8; French law 78-17, article 45; Regulation (EU) 2022/2065, article 28(2)",
)
_ARTICLE_18 = Message(fr="RGPD, article 18", en="GDPR, article 18")
_ARTICLE_21 = Message(fr="RGPD, article 21(1)", en="GDPR, article 21(1)")
_ARTICLE_L34_5 = Message(
    fr="CPCE, article L.34-5, alinéa 4 ; RGPD, article 21(2)",
    en="CPCE, article L.34-5, paragraph 4; GDPR, article 21(2)",
)
_ARTICLE_21_2 = Message(fr="RGPD, article 21(2) et (3)", en="GDPR, article 21(2) and (3)")
_NO_PURPOSE = Message(
    fr="Le segment « {} » ne nomme aucune finalité : il se compte, et c’est tout.",
    en="The segment “{}” names no purpose: it is counted, and no more.",
)
_OTHER_PURPOSE = Message(
    fr="Le segment « {} » ne nomme pas cette finalité.", en="The segment “{}” does not name this purpose."
)
_TRAIT_PURPOSE = Message(
    fr="La règle lit ce qui a été recueilli pour d’autres finalités : {}.",
    en="The rule reads what was collected for other purposes: {}.",
)
_NO_CHANNEL = Message(
    fr="Cette finalité ne peut joindre personne sur ce canal.",
    en="This purpose may reach nobody on this channel.",
)
_OBJECTS_MARKETING = Message(
    fr="Cette personne s’est opposée à toute prospection, profilage compris.",
    en="This person objected to all direct marketing, profiling included.",
)
_REFUSED = Message(
    fr="Cette personne a refusé la prospection sur ce canal, ou retiré son accord.",
    en="This person refused marketing on this channel, or withdrew their agreement.",
)
_OBJECTS = Message(
    fr="Cette personne s’est opposée à cette finalité.", en="This person objected to this purpose."
)
_RESTRICTED = Message(
    fr="Les données de cette personne sont gelées à sa demande.",
    en="The data of this person are frozen at their request.",
)
_NO_ADDRESS = Message(
    fr="Cette personne n’a pas d’adresse valable pour ce canal.",
    en="This person has no valid address for this channel.",
)
_SUPPRESSED = {
    "bounce": Message(fr="Les messages à cette adresse reviennent.", en="Messages to this address bounce."),
    "complaint": Message(
        fr="Cette personne a signalé un message comme indésirable.",
        en="This person reported a message as unwanted.",
    ),
    "unsubscribe": Message(fr="Cette adresse est désabonnée.", en="This address is unsubscribed."),
    "manual": Message(
        fr="Cette adresse est sur la liste d’exclusion.", en="This address is on the suppression list."
    ),
}
