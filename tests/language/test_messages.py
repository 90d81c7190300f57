"""What each mistake is told, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tests.language.shop import CATALOGUE
from vitrail.language.check import check
from vitrail.language.parse import parse
from vitrail.model.catalogue import Choice, Collection, Field
from vitrail.model.errors import Problem, UserError
from vitrail.model.tree import Compare, Condition, Did, Integer, Not, Property, Selection, Trait, from_json

SENSITIVE = Field("health", "text", "health", sensitive=True, purposes=("care",))
COLOURS = Field("colour", "text", "colour", choices=(Choice("red"), Choice("blue")))
DEAL = Collection("deal", "record", "deal", properties={"size": Field("size", "integer", "size")})
SHOP = msgspec.structs.replace(
    CATALOGUE,
    traits={**CATALOGUE.traits, "health": SENSITIVE, "colour": COLOURS},
    collections={**CATALOGUE.collections, "deal": DEAL},
    segments={"vip": parse('member("loop")'), "loop": parse('member("vip")')},
)

TEXTS: list[tuple[str, str, str, str]] = [
    # --- spelling ---
    ("x == 1", "sign", 'Write a single "=".', "Écrivez un seul « = »."),
    ("x <> 1", "sign", 'Write "!=" instead of "<>".', "Écrivez « != » au lieu de « <> »."),
    ("x ≥ 1", "sign", 'Write ">="', "Écrivez « >= »"),
    ("x = 1 && y = 2", "sign", 'Write "and"', "Écrivez « and »"),
    ("x = 1 AND y = 2", "capital_letters", 'lower case: "and"', "en minuscules : « and »"),
    ("x = 1 Or y = 2", "capital_letters", 'lower case: "or"', "en minuscules : « or »"),
    ("Country = 1", "name_needs_backticks", "`Country`", "`Country`"),
    (
        "catégorie = 1",
        "name_needs_backticks",
        "between backticks: `catégorie`",
        "accents graves : `catégorie`",
    ),
    ("x = 'FR'", "quotes", 'double quotes: "FR"', 'guillemets droits doubles : "FR"'),
    ("x = “FR”", "quotes", 'double quotes: "FR"', 'guillemets droits doubles : "FR"'),
    ("x = « FR »", "quotes", 'double quotes: "FR"', 'guillemets droits doubles : "FR"'),
    ("x = FR", "missing_quotes", 'double quotes: "FR"', 'entre guillemets : "FR"'),
    ("x contains wine", "missing_quotes", 'after "contains": "wine"', "Après « contains »"),
    ('x = "FR', "unclosed_text", "closes this text is missing", "Il manque le guillemet"),
    ("`x = 1", "unclosed_name", "closes this name is missing", "Il manque l’accent grave"),
    ('x matches "\\d+"', "backslash", 'written twice: "\\\\d+"', 's’écrit deux fois : "\\\\d+"'),
    ('x = "a\nb"', "control_character", "write \\n for a line break", "écrivez \\n pour un saut de ligne"),
    ("x > 31/03/2025", "date_format", "year-month-day: 2025-03-31", "année-mois-jour : 2025-03-31"),
    ("x > 31.03.2025", "date_format", "year-month-day: 2025-03-31", "année-mois-jour : 2025-03-31"),
    ("x > 03/31/2025", "date_format", "year-month-day: 2025-03-31", "année-mois-jour : 2025-03-31"),
    ("x > 2025-3-1", "date_format", "year-month-day: 2025-03-01", "année-mois-jour : 2025-03-01"),
    # --- form ---
    ("", "empty", "The rule is empty", "La règle est vide"),
    ("x > 2,5", "decimal_comma", "with a point: 2.5", "avec un point : 2.5"),
    ("count(order where x > 2,5) > 1", "decimal_comma", "with a point: 2.5", "avec un point : 2.5"),
    (
        "x > 1 000",
        "number_in_pieces",
        "without spaces or separators: 1000",
        "sans espace ni séparateur : 1000",
    ),
    ("x > 2025-03-31 08:00", "instant_in_pieces", "2025-03-31T08:00:00Z", "2025-03-31T08:00:00Z"),
    ("x > 2025-03-31T08:00", "bad_literal", "An instant says its zone", "Un instant dit son fuseau"),
    ("x = 2025-02-30", "bad_literal", "does not exist", "n’existe pas"),
    ("x = 99999999999999999999", "bad_literal", "at most 64 bits", "64 bits au plus"),
    ('x = "\\ud800"', "bad_literal", "half a character", "demi-caractère"),
    ("x in last days", "bad_literal", '"last day" in the singular', "« last day » au singulier"),
    ("(x = 1", "unclosed_bracket", "This bracket is not closed", "Cette parenthèse n’est pas fermée"),
    ("x = 1)", "extra_bracket", "This bracket closes nothing", "Cette parenthèse ne ferme rien"),
    (
        "count(order, last 9 days > 1",
        "missing_bracket",
        '")" is probably missing',
        "Il manque sans doute « ) »",
    ),
    ("summ(order.amount) > 1", "unknown_function", 'no function "summ"', "pas de fonction « summ »"),
    ("count(order, last 90) > 1", "missing_unit", "write 90 days", "écrivez 90 days"),
    ("count(order, last 90 jours) > 1", "missing_unit", "write 90 days", "écrivez 90 days"),
    ("sample(10)", "missing_percent", "in percent: 10%", "en pour cent : 10%"),
    ("sum(order) > 1", "missing_property", 'which property of "order"', "quelle propriété de « order »"),
    ('x in "FR"', "list_without_brackets", 'in ("FR")', 'in ("FR")'),
    ("x not = 3", "misplaced_not", 'Write "!="', "Écrivez « != »"),
    ("did(order last 3 days)", "missing_comma", 'comma is missing before "last"', "virgule avant « last »"),
    ("count(order) last 3 days > 1", "window_outside", "inside the brackets", "dans les parenthèses"),
    ("did(order, 90 days)", "bare_duration", "last 90 days, next 90 days", "last 90 days, next 90 days"),
    ("x est connu", "other_word", 'write "is"', "écrivez « is »"),
    ("x is null", "other_word", 'write "unknown"', "écrivez « unknown »"),
    ("x = 1 and", "unfinished", 'ends with "and"', "finit par « and »"),
    ("x = ", "unfinished", 'missing after "="', "après « = »"),
    ("vip", "missing_comparison", '"vip" is compared with nothing', "« vip » n’est comparé à rien"),
    ("did(order where paid)", "missing_comparison", '"paid" is compared', "« paid » n’est comparé à rien"),
    ("order.amount > 1", "bare_property", "sum(order.amount)", "sum(order.amount)"),
    ("did(order where order.amount > 1)", "bare_property", "write it alone", "écrivez-la seule"),
    ("count > 3", "reserved_word", '"count" is a function', "« count » est une fonction"),
    ("and x = 1", "misplaced_word", '"and" is a word of the language', "« and » est un mot du langage"),
    ("x = 1 ; y = 2", "syntax", '";" does not belong here', "« ; » n’a pas sa place ici"),
    ("age(" * 100 + "x" + ")" * 100 + " > 1", "too_deep", "too deeply", "trop imbriquée"),
    ("x" * 60_000, "too_long", "60000 characters", "60000 caractères"),
    # --- names ---
    (
        "contry = 1",
        "unknown_trait",
        '"contry" is not in the catalogue',
        "« contry » est inconnu du catalogue",
    ),
    ("zzz = 1", "unknown_trait", "between double quotes", "entre guillemets"),
    ("country = null", "unknown_trait", 'write "is unknown"', "écrivez « is unknown »"),
    ("amount > 1", "unknown_trait", 'a property of "order"', "une propriété de « order »"),
    ("did(ordre)", "unknown_collection", "", "La collection « ordre » est inconnue"),
    ("did(order where prix > 1)", "unknown_property", '"prix"', "La propriété « prix »"),
    ("sum(order.prix) > 1", "unknown_property", '"prix"', "La propriété « prix »"),
    ('member("x")', "unknown_segment", '"x"', "Le segment « x » est inconnu"),
    ('score("x") > 1', "unknown_score", '"x"', "Le score « x » est inconnu"),
    ("consented(x)", "unknown_purpose", '"x"', "La finalité « x » est inconnue"),
    ("consented(marketing, x)", "unknown_channel", '"x"', "Le canal « x » est inconnu"),
    ('did(order where country = "FR")', "not_about_a_record", '"country" is about', "« country » porte sur"),
    ("did(order where count(order) > 1)", "not_about_a_record", '"count" is about', "« count » porte sur"),
    # --- types ---
    ("country < 3", "not_comparable", "a text with a whole number", "un texte avec un nombre entier"),
    ("now - last_login > 180", "not_comparable", "Give the number a unit", "Donnez une unité au nombre"),
    ('birth_date > "2000-01-01"', "not_comparable", "without quotes", "sans guillemets"),
    ('interests = "trail"', "not_comparable", 'Write "has"', "Écrivez « has »"),
    ("newsletter > true", "not_ordered", 'write "= true"', "écrivez « = true »"),
    (
        "avg(order.category) > 1",
        "wrong_type",
        '"avg" takes a number, not a text',
        "attend un nombre, pas un texte",
    ),
    ("children in today", "wrong_type", "a date or an instant", "une date ou un instant"),
    ("hour(birth_date) > 1", "wrong_type", "an instant, not a date", "un instant, pas une date"),
    ("country + 1 > 2", "bad_arithmetic", '"+" does not apply', "« + » ne s’applique pas"),
    ("birth_date + (now - last_login) < now", "not_whole_days", "A date moves by", "Une date se décale"),
    ("birth_date - 3 hours < now", "not_whole_days", "A date moves by", "Une date se décale"),
    ("now - last_login > 3 months", "calendar_duration", "no fixed length", "pas de longueur fixe"),
    ("now - last_login in (3 months)", "calendar_duration", "no fixed length", "pas de longueur fixe"),
    ("sequence(order, order within 1 month)", "calendar_duration", "no fixed length", "de longueur fixe"),
    ("birth_date in last 3 hours", "hours_on_a_date", "A date has no hour", "Une date n’a pas d’heure"),
    ("anniversary(birth_date) = now", "misplaced_anniversary", 'with "in" alone', "seulement avec « in »"),
    (
        "anniversary(birth_date) in since 2025-01-01",
        "bad_anniversary_window",
        "An anniversary is looked for",
        "Un anniversaire se cherche",
    ),
    # --- limits ---
    ("children between 9 and 1", "impossible_range", "This range is empty", "Cet intervalle est vide"),
    ("now - last_login between 2 days and 3 hours", "impossible_range", "is empty", "est vide"),
    ("did(order, last 0 days)", "empty_window", "This window is empty", "Cette période est vide"),
    ("did(order, last 2000000 years)", "endless_window", "beyond any calendar", "dépasse tout calendrier"),
    ("did(order, next 3 days)", "future_window", "to come does not exist", "à venir n’existe pas"),
    ("did(order, next month)", "future_window", "to come does not exist", "à venir n’existe pas"),
    ("did(deal, last 3 days)", "no_time", '"last 3 days" means', "« last 3 days » n’y a"),
    ("first(deal.size) > 1", "no_time", '"first" means nothing', "« first » n’y a pas de sens"),
    ("last_time(deal) < now", "no_time", '"last_time" means', "« last_time » n’y a"),
    ("sequence(deal)", "no_time", '"sequence" means', "« sequence » n’y a"),
    ("did(deal where at < now)", "no_time", '"at" means nothing', "« at » n’y a pas de sens"),
    ("regularly(order, every day, at least 5 of last 4)", "bad_regularity", "at least 1", "au moins 1"),
    ("sample(101%)", "bad_share", "from 0% to 100%", "de 0 % à 100 %"),
    ("distance(latitude, longitude, 91, 0) < 1", "bad_place", "from -90 to 90", "de -90 à 90"),
    ("sequence(not order)", "bad_sequence", "The first step", "La première étape"),
    ("sequence(order within 3 days)", "bad_sequence", "The first step", "La première étape"),
    ('country matches "("', "bad_pattern", "not a valid RE2", "RE2 valable"),
    ('member("vip")', "cycle", "vip → loop → vip", "vip → loop → vip"),
    (" or ".join(["children = 1"] * 200), "too_large", "more than 500 parts", "plus de 500 éléments"),
    ("not " * 35 + "children = 1", "too_deep", "more than 32 levels", "plus de 32 niveaux"),
    # --- doubts ---
    ("country = 1 or not children = 2", "or_with_negation", "nearly everybody", "presque tout le monde"),
    ('colour = "pink"', "always_false", "never true", "jamais vraie"),
    ('"pink" = colour', "always_false", "never true", "jamais vraie"),
    (
        'colour in ("red", "blue")',
        "always_true",
        "whenever the value is known",
        "dès que la valeur est connue",
    ),
    ('colour in ("red", "bleu")', "undeclared_choice", "not one of the declared", "pas une des valeurs"),
    ('interests has any of ("trail", "vélo")', "undeclared_choice", '"vélo"', "« vélo »"),
    ('interests has all of ("trail", "vélo")', "always_false", "never true", "jamais vraie"),
    ("count(order) >= 0", "always_true", "never negative", "jamais négatif"),
    ("count(order) < 0", "always_false", "never negative", "jamais négatif"),
    ("percentile(children) >= 90%", "percentile_scale", "write 90", "écrivez 90"),
    ('health = "x"', "sensitive", '"health" is sensitive', "donnée sensible"),
]

JSONS: list[tuple[str, str, str, str]] = [
    ("", "not_json", "not JSON", "n’est pas du JSON"),
    ('{"is": "not"', "not_json", "not JSON", "n’est pas du JSON"),
    ('{"is":"member","segment":"\udfff"}', "not_json", "half a character", "demi-caractère"),
    (
        '{"is": "not"}',
        "not_a_condition",
        "missing required field `condition`",
        "il manque le champ « condition »",
    ),
    ("[]", "not_a_condition", "Expected `object`, got `array`", "on attend un objet, pas une liste"),
    ('{"is": "truth"}', "not_a_condition", "'truth'", "n’est le nom d’aucun élément"),
    ('{"is": "constant", "value": 1}', "not_a_condition", 'at "value"', "à l’endroit « value »"),
    (
        '{"is": "constant", "value": true, "no": 1}',
        "not_a_condition",
        "unknown field `no`",
        "« no » n’existe pas",
    ),
    ('{"is":"not","condition":' * 100_000, "too_deep", "too deep", "trop profond"),
]


def problem_of(rule: str, code: str) -> Problem:
    found = {each.code: each for each in check(rule, SHOP)}
    assert code in found
    return found[code]


@pytest.mark.parametrize(
    ("rule", "code", "english", "french"), TEXTS, ids=[f"{c}: {r[:40]}" for r, c, _, _ in TEXTS]
)
def test_a_text_is_told_what_to_do(rule: str, code: str, english: str, french: str) -> None:
    problem = problem_of(rule, code)
    assert english in problem.message.en
    assert french in problem.message.fr
    assert problem.span is not None and 0 <= problem.span[0] <= problem.span[1] <= len(rule)


@pytest.mark.parametrize(
    ("text", "code", "english", "french"), JSONS, ids=[f"{c}: {t[:30]!a}" for t, c, _, _ in JSONS]
)
def test_json_is_told_what_is_wrong(text: str, code: str, english: str, french: str) -> None:
    with pytest.raises(UserError) as caught:
        from_json(text)
    [problem] = caught.value.problems
    assert problem.code == code
    assert english in problem.message.en
    assert french in problem.message.fr


def test_every_code_is_shown_here() -> None:
    room = Path(check.__code__.co_filename).parent
    files = [room / f"{name}.py" for name in ("messages", "warnings", "mistakes", "syntax", "parse")]
    files.append(room.parent / "model" / "unreadable.py")
    source = "\n".join(file.read_text("utf-8") for file in files)
    written = set(re.findall(r'(?:problem|_told|_wrong|_refused)\(\s*(?:stop,\s*|piece,\s*)?"(\w+)"', source))
    written |= set(re.findall(r'code="(\w+)"', source))
    assert len(written) > 50
    assert written <= {code for _, code, _, _ in [*TEXTS, *JSONS]} | {"not_about_a_profile"}


@pytest.mark.parametrize(
    ("rule", "piece"),
    [
        ("country == 1 and children = 2", "=="),
        ('children = 2 and country = "FR" and contry = 1', "contry"),
        ("did(order where amount > 1 and prix = 2)", "prix"),
        ("did(order, last 3 days) and birth_date in last 3 hours", "birth_date in last 3 hours"),
        ("count(order, next 3 days) > 1", "next 3 days"),
        ("sum(order.category) > 1", "sum(order.category)"),
        ("summ(order.amount) > 3", "summ"),
        ("count(order, last 90 jours) > 2", "jours"),
        ("country = 2,5", "2,5"),
        ("x = 1 and (y = 2", "("),
    ],
)
def test_the_span_is_that_of_the_fault(rule: str, piece: str) -> None:
    problem = check(rule, SHOP)[0]
    assert problem.span is not None
    assert rule[slice(*problem.span)] == piece


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("x == 1 AND y <> 'a'", ["sign", "capital_letters", "sign", "quotes"]),
        ("a = 1 and b == 2 and summ(x) > 3", ["sign", "unknown_function"]),
        ("count(order, last 90) > 2 or sample(10) or did(order last 2 days)",
         ["missing_unit", "missing_percent", "missing_comma"]),
        ("x between 1 and 2 and y is null", ["other_word"]),
        ('contry = 1 and did(ordre) and country < 3 and member("x")',
         ["unknown_trait", "unknown_collection", "not_comparable", "unknown_segment"]),
        ("did(ordre where count(order) > 1, last 0 days)",
         ["unknown_collection", "not_about_a_record", "empty_window"]),
        ('contry = 1 or colour = "pink"', ["unknown_trait", "always_false"]),
    ],
)  # fmt: skip
def test_all_problems_are_found_at_once(rule: str, codes: list[str]) -> None:
    assert [each.code for each in check(rule, SHOP)] == codes


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("contry = 1", "country"),
        ("did(ordre)", "order"),
        ("summ(order.amount) > 1", "sum"),
        ("somme(order.amount) > 1", "sum"),
        ("moyenne(order.amount) > 1", "avg"),
        ("count(order, last 2 semaines) > 1", "weeks"),
        ('colour = "Red"', "red"),
        ('health = "x"', "care"),
    ],
)
def test_the_nearest_valid_choice_comes_first(rule: str, hint: str) -> None:
    assert next(each.hint[0] for each in check(rule, SHOP) if each.hint) == hint


def test_a_purpose_that_allows_it_may_use_a_sensitive_trait() -> None:
    assert check('health = "x"', SHOP, purpose="care") == ()


def test_a_set_may_hold_other_values_than_all_those_declared() -> None:
    assert check('interests has any of ("trail", "velo")', SHOP) == ()


def test_a_property_outside_where_is_refused() -> None:
    [problem] = check(Compare(Property("amount"), ">", Integer(1)), SHOP)
    assert problem.code == "not_about_a_profile"
    assert "« amount » est une propriété" in problem.message.fr
    assert '"amount" is a property' in problem.message.en


def test_a_trait_inside_where_is_refused() -> None:
    condition = Did(Selection("order", Compare(Trait("children"), ">", Integer(1))))
    assert [each.code for each in check(condition, SHOP)] == ["not_about_a_record"]
    assert check(condition, SHOP)[0].path == "of.where.left"


def test_a_tree_of_any_depth_is_refused_in_good_order() -> None:
    condition: Condition = Compare(Trait("children"), ">", Integer(1))
    for _ in range(50_000):
        condition = Not(condition)
    assert [each.code for each in check(condition, SHOP)] == ["too_deep", "too_large"]


def test_a_tree_whose_branches_are_shared_is_refused_soon() -> None:
    condition = parse("children > 1 and children > 2")
    for _ in range(60):
        condition = type(condition)((condition, condition))  # type: ignore[call-arg]
    assert "too_large" in [each.code for each in check(condition, SHOP)]


def test_a_chain_of_segments_of_any_length_is_followed() -> None:
    chain = {f"s{number}": parse(f'member("s{number + 1}")') for number in range(3_000)}
    looped = {**chain, "s3000": parse('member("s2999")')}
    [problem] = check('member("s0")', SHOP.with_segments(looped))
    assert problem.message.en.endswith("s2999 → s3000 → s2999.")
