"""A no reaches whoever has the same address: two profiles nobody has merged may be one person.

Nothing says whether they are. If they are, the no was theirs; the strictest of what is said under one address
therefore counts, as it does among the profiles of one customer (GDPR, articles 7(3) and 21(3); CPCE, L.34-5).
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.compute as compute
from pyroaring import BitMap

from vitrail.consent.addresses import KINDS, Addressed, addressed, listed
from vitrail.consent.refusing import Asking, agreed_since, may_oppose
from vitrail.consent.steps import Scene
from vitrail.consent.waterfall import Cut
from vitrail.model.errors import Message


def by_same_address(scene: Scene, here: Addressed | None) -> Iterator[Cut]:
    """Who has the address of somebody who said no: objected, refused, or withdrew a consent."""
    if here is None or not len(here.profiles):
        return
    said = (
        ("same_address_objects", _objecting(scene), _OBJECTS),
        ("same_address_refused", scene.refused, _REFUSED),
    )
    for code, people, message in said:
        if not people:
            continue
        told = addressed(scene.source, scene.catalogue, channel=scene.channel, people=people)
        if told is not None:
            shared = compute.is_in(here.forms, value_set=compute.drop_null(told.forms), skip_nulls=True)
            found = BitMap(here.profiles[shared.to_numpy(zero_copy_only=False)])
            yield Cut("objection", code, found, message, _LAW)
    yield Cut("objection", "erased_refused", _like_erased(scene, here), _ERASED, _LAW)


def _like_erased(scene: Scene, here: Addressed) -> BitMap:
    """Who has the address of somebody erased who had said no, and has not said yes since."""
    kind = KINDS.get(scene.channel)
    if kind is None or not scene.proved:
        return BitMap()
    found = listed(here.forms, scene.proved, key=scene.suppression_key, kind=kind)
    said_no = {int(here.profiles[place]): scene.proved[mark] for place, mark in found.items()}
    asking = Asking(scene.counted, scene.channel, scene.at_us)
    said_yes = agreed_since(scene.source, BitMap(said_no), asking=asking)
    return BitMap([who for who, no_us in said_no.items() if said_yes.get(who, no_us) <= no_us])


def _objecting(scene: Scene) -> BitMap:
    """Everybody who objects to the purpose, in the segment or not."""
    standing, purpose = scene.standing, scene.purpose
    found = standing.objects_to_marketing.copy() if purpose.marketing else BitMap()
    if may_oppose(purpose):
        for key in dict.fromkeys((purpose.key, purpose.asked)):
            found |= standing.objects_to.get(key, BitMap())
    return found


_LAW = Message(
    fr="RGPD, articles 7(3) et 21(3) ; CPCE, article L.34-5",
    en="GDPR, articles 7(3) and 21(3); CPCE, article L.34-5",
)
_OBJECTS = Message(
    fr="Une autre fiche a la même adresse, et s’est opposée.",
    en="Another profile has the same address, and objected.",
)
_ERASED = Message(
    fr="Quelqu’un qui est effacé avait refusé sous cette adresse.",
    en="Somebody who is erased had said no under this address.",
)
_REFUSED = Message(
    fr="Une autre fiche a la même adresse, et a refusé ou retiré son accord.",
    en="Another profile has the same address, and refused or withdrew their agreement.",
)
