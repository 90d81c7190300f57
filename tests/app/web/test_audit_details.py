"""The details of the audit trail, as people read them."""

import pytest

from vitrail.app.web.privacy.details import details_words
from vitrail.app.web.speech import Speech
from vitrail.ledger.audit import Detail

NAMES = {"big_basket": "Gros paniers", "newsletter": "Lettre d’information"}


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (
            {"rows": 1234, "masked": False},
            "lignes\u00a0: 1\u202f234 · données personnelles masquées\u00a0: non",
        ),
        ({"role": "privacy_officer"}, "rôle\u00a0: Délégué à la protection des données"),
        (
            {"purpose": "newsletter", "channel": "sms"},
            "finalité\u00a0: Lettre d’information · canal\u00a0: SMS",
        ),
        ({"keys": ("big_basket", "unheard_of")}, "modifié\u00a0: Gros paniers, unheard_of"),
        ({"right": "erasure"}, "droit\u00a0: effacement (article 17)"),
        ({"bytes": 2_000_000}, "taille\u00a0: 2\u00a0Mo"),
        ({"something_new": "x"}, "something new\u00a0: x"),
        ({}, ""),
    ],
)
def test_details_are_said_in_words(details: dict[str, Detail], said: str):
    assert details_words(details, names=NAMES, speech=Speech("fr")) == said
