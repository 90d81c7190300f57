import pytest

from tests.app.terminal import answer, codes, make_shop, run

WORDS = """edition: 2026
traits:
  country: {label: {fr: pays, en: country, gender: m}, choices: {FR: {fr: France, en: France}, BE: Belgique}}
  newsletter: boolean
events:
  order:
    label: {fr: commande, en: order, fr_plural: commandes, en_plural: orders, gender: f}
    properties: {amount: {label: {fr: montant, en: amount}, unit: EUR}, coupon: text}
purposes: [marketing]
channels: {email: {fr: e-mail, en: e-mail}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("catalogue") / "shop")


@pytest.fixture
def fresh(tmp_path):
    return make_shop(tmp_path / "shop")


def declared(shop, text, *options):
    file = shop.parent / "words.yaml"
    file.write_text(text, "utf-8")
    return run("declare", str(file), *options, workspace=shop)


def test_the_catalogue_tells_how_full_a_trait_is(shop):
    traits = {each["name"]: each for each in answer(run("catalogue", "--json", workspace=shop))["traits"]}
    assert (traits["country"]["known"], traits["country"]["share"]) == (2, 0.5)


def test_the_catalogue_tells_how_many_events_and_how_full(shop):
    (order,) = answer(run("catalogue", "--json", workspace=shop))["collections"]
    assert (order["rows"], order["properties"][0]["known"]) == (4, 3)


def test_the_catalogue_tells_how_fresh_events_are(shop):
    (order,) = answer(run("catalogue", "--json", workspace=shop))["collections"]
    assert order["first"] < order["last"] < order["loaded"]


def test_the_catalogue_is_drawn_in_french(shop):
    told = run("catalogue", workspace=shop, language="fr").stdout
    assert "4 clients" in told and "order : 4 événements" in told and "50,0" in told


def test_an_empty_workspace_says_how_to_begin(tmp_path):
    run("init", str(tmp_path / "shop"))
    assert "vitrail import profiles" in run("catalogue", workspace=tmp_path / "shop").stdout


def test_declared_words_are_used_in_sentences(fresh):
    assert declared(fresh, WORDS).exit_code == 0
    said = run("describe", "count(order) >= 2", workspace=fresh, language="fr").stdout
    assert "commandes" in said


def test_what_is_not_said_stays(fresh):
    declared(fresh, WORDS)
    declared(fresh, "traits: {country: {sensitive: true}}\n")
    traits = {each["name"]: each for each in answer(run("catalogue", "--json", workspace=fresh))["traits"]}
    assert traits["country"]["sensitive"] and traits["country"]["label"]["fr"] == "pays"


def test_every_mistake_of_a_declaration_is_told(shop):
    text = "trait: {}\ntraits: {a: txt, b: {labl: x}, c: {unit: EUR}, country: {sensitive: often}}\n"
    result = declared(shop, text, "--json")
    assert result.exit_code == 2
    assert codes(result) == ["unknown_part", "bad_value", "bad_value", "no_type", "bad_value"]


def test_a_type_that_has_data_stays(shop):
    result = declared(shop, "traits: {country: integer}\n", "--json")
    assert (result.exit_code, codes(result)) == (2, ["type_fixed"])


def test_a_word_that_is_no_choice_is_told_with_the_choices(fresh):
    result = declared(fresh, "traits: {a: {type: money}}\n", "--json")
    assert "decimal" in answer(result)["problems"][0]["hint"]


@pytest.mark.parametrize(("language", "shown"), [("fr", "4,5"), ("en", "4.5")])
def test_decimals_are_shown_as_people_write_them(fresh, tmp_path, language, shown):
    (tmp_path / "marks.csv").write_text("id,mark\na,3.0\nb,3.0\nc,4.5\n")
    run("import", "profiles", str(tmp_path / "marks.csv"), "--key", "id", "--yes", workspace=fresh)
    told = run("catalogue", workspace=fresh, language=language).stdout
    assert shown in told and ".0000" not in told
