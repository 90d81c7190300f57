import pytest

from vitrail.collect.reference.communes import Commune, Communes
from vitrail.collect.reference.countries import country_of
from vitrail.collect.reference.departments import OWN, departments
from vitrail.collect.reference.geography import ABROAD, UNKNOWN, Address, Place, locate

SHARED = Communes(
    "2026",
    (
        Commune("35000", "35238", "Rennes", 48.11, -1.68),
        Commune("42100", "42218", "Saint-Étienne", 45.43, 4.39),
        Commune("42100", "42186", "La Ricamarie", 45.40, 4.36),
    ),
)


@pytest.mark.parametrize(
    ("written", "department"),
    [
        ("75011", "75"),
        ("F-75 011", "75"),
        ("75008 CEDEX 08", "75"),
        ("20167", "2A"),
        ("20200", "2B"),
        ("97400", "974"),
        ("97133", "977"),
        ("98800", "988"),
        ("94390", "91"),
        ("94310", "94"),
        ("20900", UNKNOWN),
        ("99132", UNKNOWN),
        ("1000", UNKNOWN),
        ("SW1A 1AA", UNKNOWN),
    ],
)
def test_the_digits_of_a_postcode_say_the_department(written: str, department: str):
    assert locate(Address(postcode=written)).department == department


def test_a_zero_that_a_spreadsheet_dropped_comes_back_when_the_country_is_known():
    assert locate(Address("1000", "France")).department == "01"


def test_the_same_digits_abroad_are_no_french_postcode():
    assert locate(Address("75011", "DE")) == Place("DE", "EU", *[ABROAD] * 6)


def test_monaco_has_french_digits_and_is_not_france():
    assert (locate(Address("98000", "France")).country_code, locate(Address("98000")).region) == (
        "MC",
        ABROAD,
    )


@pytest.mark.parametrize(
    ("postcode", "zone", "region"),
    [
        ("33000", "A", "Nouvelle-Aquitaine"),
        ("35000", "B", "Bretagne"),
        ("34000", "C", "Occitanie"),
        ("20000", OWN, "Corse"),
        ("97200", OWN, "Martinique"),
    ],
)
def test_the_department_says_the_region_and_the_zone(postcode: str, zone: str, region: str):
    place = locate(Address(postcode))
    assert (place.holiday_zone, place.region) == (zone, region)


def test_overseas_is_france_on_another_continent_however_the_country_is_written():
    by_postcode, by_country = locate(Address("97400", "France")), locate(Address(None, "La Réunion"))
    assert by_postcode == by_country
    assert (by_postcode.country_code, by_postcode.continent, by_postcode.territory) == (
        "FR",
        "AF",
        "overseas",
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [("Belgique", "BE"), ("the Netherlands", "NL"), ("ALLEMAGNE", "DE"), ("CHE", "CH"), ("us", "US"),
     ("Côte d'Ivoire", "CI"), ("Royaume-Uni", "GB"), ("Congo", None), ("Narnia", None)],
)  # fmt: skip
def test_countries_are_known_by_their_names_and_codes(written: str, code: str | None):
    assert country_of(written) == code


def test_a_country_nobody_knows_is_not_taken_for_france():
    assert locate(Address("75011", "Narnia")) == Place()


def test_every_department_has_a_region_and_an_academy():
    found = [each for each in departments().values() if each.academy]
    assert (len(found), len({each.region for each in found})) == (101, 18)
    assert {each.academy for each in found if each.zone == OWN} == {
        "Corse", "Guadeloupe", "Guyane", "La Réunion", "Martinique", "Mayotte"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "commune"),
    [
        (Address("35000"), "Rennes"),
        (Address("42100", None, "ST ETIENNE CEDEX 2"), "Saint-Étienne"),
        (Address("42100", None, "ricamarie"), "La Ricamarie"),
        (Address("42100"), UNKNOWN),
        (Address("42100", None, "Lyon"), UNKNOWN),
    ],
)
def test_a_postcode_that_communes_share_needs_the_name_of_the_town(address: Address, commune: str):
    assert locate(address, SHARED).commune == commune
