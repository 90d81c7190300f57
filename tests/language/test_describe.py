"""The sentence of a condition, in French and in English: what a person reads."""

import re
import time
import typing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import yaml

from tests.language.shop import CATALOGUE, label
from vitrail.language.describe import describe, describe_selection, describe_value, describe_window
from vitrail.language.parse import parse
from vitrail.language.sentences.english.grammar import plural as english_plural
from vitrail.language.sentences.french.grammar import definite, elides, noun, of, to
from vitrail.language.sentences.french.grammar import plural as french_plural
from vitrail.model import tree
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import AnyOf, Compare, Integer, Not, Number, Property, Rank, Text, Trait
from vitrail.model.walk import walk

SENTENCES = yaml.load((Path(__file__).parent / "sentences.yaml").read_text("utf-8"), yaml.CSafeLoader)
RULES = [each["rule"] for each in SENTENCES]
SPACES = str.maketrans({"\u202f": " ", "\u00a0": " "})


def french(rule: str, catalogue: Catalogue = CATALOGUE) -> str:
    return describe(parse(rule), catalogue)


def english(rule: str, catalogue: Catalogue = CATALOGUE) -> str:
    return describe(parse(rule), catalogue, language="en")


@pytest.mark.parametrize("case", SENTENCES, ids=RULES)
def test_a_rule_reads_as_a_sentence_in_french(case):
    assert french(case["rule"]) == case["fr"]


@pytest.mark.parametrize("case", SENTENCES, ids=RULES)
def test_a_rule_reads_as_a_sentence_in_english(case):
    assert english(case["rule"]) == case["en"]


# --- the fixtures cover the language ------------------------------------------------------------


def node_types() -> set[type]:
    unions = (tree.Condition, tree.Value, tree.Window)
    return {each for union in unions for each in typing.get_args(union)}


def test_every_node_has_a_sentence_in_the_fixtures():
    seen = {type(node) for rule in RULES for _, node in walk(parse(rule))}
    assert node_types() <= seen


def test_every_test_is_negated_in_the_fixtures():
    nodes = [node for rule in RULES for _, node in walk(parse(rule))]
    negated = {type(node.condition) for node in nodes if isinstance(node, Not)}
    assert set(typing.get_args(tree.Condition)) <= negated


def test_no_two_fixtures_are_the_same_rule():
    assert len(set(RULES)) == len(RULES) >= 120


# --- unknown values -----------------------------------------------------------------------------


def test_an_operator_of_difference_says_that_the_value_is_known():
    assert french('country != "FR"') == "le pays est connu et n’est pas France"
    assert english('country != "FR"') == "the country is known and is not France"


def test_a_negation_says_that_the_value_may_be_unknown():
    assert french('not country = "FR"') == "le pays n’est pas France, ou est inconnu"
    assert english('not country = "FR"') == "the country is not France, or is unknown"


def test_a_count_is_never_unknown():
    assert french("not count(order) >= 2") == french("count(order) < 2")


# --- windows that look alike --------------------------------------------------------------------

ALIKE = [
    *("last 1 month", "last month", "this month", "last 31 days", "last 2 months", "since 2025-01-01"),
    *("last 1 day", "yesterday", "today", "last 1 week", "last week", "this week", "last 1 hour"),
    *("last 1 quarter", "last quarter", "this quarter", "last 1 year", "last year", "this year"),
    *(
        "before 2025-01-01",
        "between 2025-01-01 and 2025-02-01",
        "last 1 minute",
        "since 2025-01-01T00:00:00Z",
    ),
]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_windows_that_differ_never_read_the_same(language):
    sentences = {describe(parse(f"did(order, {window})"), CATALOGUE, language=language) for window in ALIKE}
    assert len(sentences) == len(ALIKE)


def test_an_instant_is_said_by_the_clocks_of_the_workspace():
    rule = "last_login > 2025-07-01T08:30:15Z"
    assert french(rule) == "la dernière connexion est postérieure au 1er juillet 2025 à 10:30:15"
    abroad = msgspec.structs.replace(CATALOGUE, timezone="America/New_York")
    assert french(rule, abroad) == "la dernière connexion est postérieure au 1er juillet 2025 à 04:30:15"


# --- without labels -----------------------------------------------------------------------------


def test_names_without_labels_are_cited():
    rule = "sum(sale.`Prix TTC`, last 90 days) >= 10 and `Code postal` is known"
    assert french(rule, Catalogue()).translate(SPACES) == (
        "le total de « Prix TTC » de ses « sale » au cours des 90 derniers jours est d’au moins 10 "
        "et « Code postal » est connu"
    )
    assert english(rule, Catalogue()) == (
        "the total “Prix TTC” of their “sale” in the last 90 days is at least 10 and “Code postal” is known"
    )


def test_a_label_without_gender_is_cited():
    town = Field("town", "text", "town", label("commune", "town"))
    sentence = french('town = "Lyon"', Catalogue(traits={"town": town}))
    assert sentence.translate(SPACES) == "« commune » est « Lyon »"


def test_a_control_character_never_breaks_the_sentence():
    assert french('city = "a\\nb"').translate(SPACES) == "la ville est « a\\nb »"


# --- French grammar -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "gender", "expected"),
    [
        ("pays", "m", ("le pays", "du pays", "au pays")),
        ("ville", "f", ("la ville", "de la ville", "à la ville")),
        ("âge", "m", ("l’âge", "de l’âge", "à l’âge")),
        ("historique", "m", ("l’historique", "de l’historique", "à l’historique")),
        ("hauteur", "f", ("la hauteur", "de la hauteur", "à la hauteur")),
        ("œuvre", "f", ("l’œuvre", "de l’œuvre", "à l’œuvre")),
    ],
)
def test_articles_elide_and_contract(word, gender, expected):
    phrase = definite(noun(label(word, "", gender), word))
    assert (phrase.text, of(phrase), to(phrase)) == expected


@pytest.mark.parametrize("word", ["hasard", "héros", "hors-stock", "onze", "yaourt", "« x »", "12"])
def test_some_words_do_not_elide(word):
    assert not elides(word)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("commande", "commandes"),
        ("page vue", "pages vues"),
        ("ajout au panier", "ajouts au panier"),
        ("visite d’atelier", "visites d’atelier"),
        ("cadeau", "cadeaux"),
        ("journal", "journaux"),
        ("prix", "prix"),
        ("SMS", "SMS"),
    ],
)
def test_french_words_have_their_usual_plural(one, many):
    assert french_plural(one) == many


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("order", "orders"),
        ("page view", "page views"),
        ("reply", "replies"),
        ("visit to the shop", "visits to the shop"),
    ],
)
def test_english_words_have_their_usual_plural(one, many):
    assert english_plural(one) == many


def test_a_feminine_noun_agrees():
    assert french("city is unknown") == "la ville est inconnue"
    assert french("avg(order.amount) < 30").startswith(
        "la moyenne des montants de ses commandes est inférieure à"
    )


# --- money and numbers --------------------------------------------------------------------------


def test_money_follows_the_language():
    assert french("basket >= 1234.5") == "le panier moyen est d’au moins 1\u202f234,50\u00a0€"
    assert english("basket >= 1234.5") == "the average basket is at least €1,234.50"


def test_thousands_are_kept_when_there_are_no_cents():
    assert english("basket >= 5000") == "the average basket is at least €5,000"
    assert french("basket >= 5000") == "le panier moyen est d’au moins 5\u202f000\u00a0€"


def test_a_number_keeps_all_its_digits():
    assert french('score("churn") > 0.12345').endswith("dépasse 0,12345")


# --- groups -------------------------------------------------------------------------------------


def test_a_long_group_is_a_list():
    nested = '(city = "Lyon" or city = "Nice" or basket > 3 or did(deal))'
    rule = f'country = "FR" and did(order) and member("vip") and {nested}'
    assert english(rule).split("\n") == [
        "all of these conditions:",
        "  – the country is France",
        "  – the customer has at least one order",
        "  – the customer is in the segment “VIP customers”",
        "  – at least one of these conditions:",
        "    – the city is “Lyon”",
        "    – the city is “Nice”",
        "    – the average basket is more than €3",
        "    – the customer has at least one deal",
    ]


def test_an_or_inside_an_and_is_set_off():
    rule = '(city = "Lyon" or basket > 3) and did(order)'
    first, _, last = english(rule).partition(", and either ")
    assert first == "the customer has at least one order"
    assert last == "the city is “Lyon” or the average basket is more than €3"


def test_the_deepest_tree_has_a_sentence():
    condition = parse('country = "FR"')
    for level in range(30):
        condition = Not(AnyOf((condition, Compare(Trait("basket"), ">", Integer(level)))))
    assert describe(condition, CATALOGUE).count("\n") > 30


def test_the_longest_tree_has_a_sentence():
    condition = AnyOf(tuple(Compare(Trait("basket"), ">", Integer(each)) for each in range(160)))
    assert len(describe(condition, CATALOGUE).split("\n")) == 161


def test_ranks_inside_ranks_cost_no_more_than_their_length():
    among = parse("did(order)")
    for _ in range(14):
        among = Compare(Rank("rank", Trait("basket"), Not(among)), "<", Integer(9))
    start = time.perf_counter()
    assert describe(among, CATALOGUE).count("panier moyen") == 14
    assert time.perf_counter() - start < 1


# --- noun phrases -------------------------------------------------------------------------------


def test_a_value_is_a_noun_phrase():
    value = parse("sum(order.amount, last 1 year) > 3").left
    assert (
        describe_value(value, CATALOGUE)
        == "le total des montants de ses commandes au cours des 12 derniers mois"
    )
    assert (
        describe_value(value, CATALOGUE, language="en")
        == "the total amount of their orders in the last 12 months"
    )


def test_a_constant_is_written_like_what_it_is_compared_with():
    assert describe_value(Text("FR"), CATALOGUE, like=Trait("country")) == "France"
    assert describe_value(Integer(500), CATALOGUE, like=Trait("basket"), language="en") == "€500"
    amount = describe_value(Number(Decimal("12.5")), CATALOGUE, like=Property("amount"), collection="order")
    assert amount == "12,50\u00a0€"


def test_a_property_is_that_of_its_collection():
    assert describe_value(Property("amount"), CATALOGUE, collection="order") == "le montant"
    assert describe_value(Property("amount"), CATALOGUE, language="en") == "“amount”"


def test_a_window_is_a_phrase():
    window = parse("did(order, last 90 days)").of.window
    assert describe_window(window, CATALOGUE) == "au cours des 90 derniers jours"
    assert describe_window(window, CATALOGUE, language="en") == "in the last 90 days"


def test_a_selection_is_a_noun_phrase():
    selection = parse('did(order where category = "wine", last 90 days)').of
    assert (
        describe_selection(selection, CATALOGUE)
        == "commandes de catégorie vin au cours des 90 derniers jours"
    )
    assert (
        describe_selection(selection, CATALOGUE, language="en")
        == "orders of category wine in the last 90 days"
    )


def test_another_language_is_english():
    assert describe(parse("did(order)"), CATALOGUE, language="de") == "the customer has at least one order"


# --- cost ---------------------------------------------------------------------------------------


def test_a_sentence_takes_less_than_a_millisecond():
    conditions = [parse(rule) for rule in RULES]
    describe(conditions[0], CATALOGUE)
    start = time.perf_counter()
    for condition in conditions:
        describe(condition, CATALOGUE)
    assert (time.perf_counter() - start) / len(conditions) < 0.001


def test_collections_without_label_keep_their_verb():
    sale = Collection("sale", "event", "sale")
    sentence = french("did(sale)", Catalogue(collections={"sale": sale}))
    assert re.fullmatch("le client compte au moins un «.sale.»", sentence)
