"""The ready-made definitions: they read, they fit the sample shop, they adapt to other names."""

from pathlib import Path

import pytest

from vitrail.app.ready import library, read_mapping, ready, roles
from vitrail.app.shop.declare import CATALOGUE
from vitrail.app.workspace import create
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.definitions import Segment, Segmentation

LIBRARY = {one.key: one for one in library()}
SEGMENTATIONS = [one for one in library() if isinstance(one, Segmentation)]
SEGMENTS = [one for one in library() if isinstance(one, Segment)]
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "ready-made-segments.md"


def parts(one):
    return [one] if isinstance(one, Segment) else [one, *one.classes, one.otherwise]


def small_catalogue(**properties):
    fields = {name: Field(name, kind, name) for name, kind in properties.items()}
    return Catalogue(collections={"achat": Collection("achat", "event", "achat", properties=fields)})


def test_there_is_enough_to_start_with():
    assert len(SEGMENTATIONS) >= 8
    assert len(SEGMENTS) >= 20


def test_everything_fits_the_sample_shop():
    fitted = ready(read_mapping(), CATALOGUE)
    assert fitted.left_out == ()
    assert len(fitted.definitions.segments) == len(SEGMENTS)
    assert len(fitted.definitions.segmentations) == len(SEGMENTATIONS)


def test_fitted_rules_are_read_again():
    for one in ready(read_mapping(), CATALOGUE).definitions.segmentations:
        assert all(parse(part.rule) for part in one.classes)


@pytest.mark.parametrize("one", LIBRARY.values(), ids=LIBRARY)
def test_every_name_is_in_both_languages(one):
    for part in parts(one):
        assert part.name["fr"].strip(), part.key
        assert part.name["en"].strip(), part.key


@pytest.mark.parametrize("one", LIBRARY.values(), ids=LIBRARY)
def test_every_description_says_who_and_what_to_do(one):
    """Two sentences in each language, but for the bare scores of RFM, whose names say all."""
    for part in parts(one):
        if part.key[1:] not in "12345" or len(part.key) != 2:
            assert all(part.description[language].count(".") >= 2 for language in ("fr", "en")), part.key


@pytest.mark.parametrize("one", LIBRARY.values(), ids=LIBRARY)
def test_every_role_is_in_the_mapping_we_ship(one):
    assert set(roles(one)) <= set(read_mapping())


def test_every_line_of_the_mapping_is_used():
    assert {role for one in library() for role in roles(one)} == set(read_mapping())


def test_names_are_replaced():
    fitted = ready({"order": "achat", "order.amount": "montant"}, small_catalogue(montant="decimal"))
    rules = {one.key: one.rule for one in fitted.definitions.segments}
    assert rules["big_basket"] == "max(achat.montant, last 1 year) >= 500"


def test_values_are_replaced():
    mapping = {"order": "achat", "order.status": "etat", "order.status.late": "tardif"}
    fitted = ready(mapping, small_catalogue(etat="text"))
    rules = {one.key: one.rule for one in fitted.definitions.segments}
    assert rules["late_twice"] == 'count(achat where etat = "tardif", last 1 year) >= 2'


def test_values_of_traits_are_replaced():
    gardeners = {one.key: one for one in ready(read_mapping(), CATALOGUE).definitions.segments}["gardeners"]
    assert gardeners.rule.endswith('or interests has "jardin"')


def test_the_place_of_the_store_is_set():
    local = {one.key: one for one in ready(read_mapping(), CATALOGUE).definitions.segments}["local"]
    assert "48.853, 2.369" in local.rule


def test_what_lacks_a_role_is_left_out_with_the_reason():
    left = {one.key: one.reason for one in ready({"order": "achat"}, small_catalogue()).left_out}
    assert "birth_date" in left["birthdays"].fr
    assert "birth_date" in left["birthdays"].en
    assert "lifecycle" not in left


def test_what_the_catalogue_does_not_know_is_left_out_with_the_reason():
    left = {one.key: one.reason.en for one in ready(read_mapping(), small_catalogue()).left_out}
    assert set(left) == set(LIBRARY)
    assert "order" in left["lifecycle"]


def test_what_rests_on_something_left_out_is_left_out_too():
    mapping = {"order": "achat"}  # without amounts there is no frequency score, hence no RFM map
    left = {one.key for one in ready(mapping, small_catalogue()).left_out}
    assert {"rfm_frequency", "rfm"} <= left
    assert "rfm_recency" not in left


def test_the_page_tells_what_exists():
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    told = [tuple(cell.strip() for cell in row.strip("|").split("|"))[:3] for row in rows]
    expected = [(f"`{one.key}`", one.name["en"], one.name["fr"]) for one in library()]
    assert sorted(told) == sorted(expected)


def test_the_catalogue_of_an_open_workspace_will_do(tmp_path):
    with create(tmp_path / "shop") as ws:
        ws.catalogue.declare(events={"achat": {"montant": "decimal"}})
        fitted = ready({"order": "achat", "order.amount": "montant"}, ws.catalogue)
    assert "big_basket" in {one.key for one in fitted.definitions.segments}
