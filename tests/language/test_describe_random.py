"""Whatever the condition, its sentence exists, is well written, and no other meaning has it."""

import re
import typing

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.language.random_sentences import COMPARISONS, conditions, figures, moments, numbers, single
from tests.language.shop import CATALOGUE
from vitrail.language.describe import describe
from vitrail.model import tree
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Aggregate, Compare, Count, Date, Node, Not, Text, Trait
from vitrail.model.walk import rebuild

EXAMPLES = settings(max_examples=100, deadline=None)
NODES = {each.__name__ for each in typing.get_args(tree.Tree)}
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def french(condition) -> str:
    return describe(condition, CATALOGUE)


def uncited(sentence: str) -> str:
    """The words that are ours: what the data says is taken out, with its quotation marks."""
    before = None
    while before != sentence:
        before = sentence
        sentence = re.sub("«\u202f[^«»]*\u202f»|“[^“”]*”|‘[^‘’]*’", "X", sentence)
    return sentence


# --- the sentence exists ------------------------------------------------------------------------


@LANGUAGES
@EXAMPLES
@given(condition=conditions)
def test_every_condition_has_a_sentence(language, condition):
    for catalogue in (CATALOGUE, Catalogue()):
        sentence = describe(condition, catalogue, language=language)
        assert sentence == sentence.strip() != ""
        assert "None" not in sentence
        assert not re.search(rf"\b({'|'.join(NODES)})\(", sentence)


@LANGUAGES
@EXAMPLES
@given(condition=conditions)
def test_what_is_open_is_closed(language, condition):
    sentence = describe(condition, CATALOGUE, language=language)
    for first, last in ("()", "“”", "«»"):
        assert sentence.count(first) == sentence.count(last)


@LANGUAGES
@EXAMPLES
@given(condition=conditions)
def test_each_item_of_a_list_has_its_line(language, condition):
    lines = describe(condition, CATALOGUE, language=language).split("\n")
    assert all(re.match("( {2})+– \\S", line) for line in lines[1:])


# --- it is well written -------------------------------------------------------------------------


@EXAMPLES
@given(condition=conditions)
def test_french_has_the_spaces_and_apostrophes_of_books(condition):
    sentence = uncited(french(condition))
    assert not re.search("['\"]", sentence)
    assert not re.search("(?<!\u202f)[;!?]", sentence)
    assert not re.search("(?<![\u00a0\\d]):", sentence)
    assert not re.search("(?<!\u00a0)[%€]", sentence)
    assert not re.search("\\S {2}", sentence)
    assert not re.search(" [,.)]|\\( ", sentence)


@EXAMPLES
@given(condition=conditions)
def test_french_elides_and_contracts(condition):
    sentence = uncited(french(condition))
    assert not re.search(r"\b([dD]e|[lL]e|[lL]a|ne|que|jusque) [aeiouéèêâîôûœ]", sentence)
    assert not re.search(r"\b(de les?|à les?|de le) (?!X)", sentence)


@EXAMPLES
@given(condition=conditions)
def test_english_has_no_french_and_no_stray_space(condition):
    sentence = uncited(describe(condition, CATALOGUE, language="en"))
    assert not re.search(r"\b(le|la|les|des|est|une?|pas)\b", sentence)
    assert not re.search("\\S {2}| [,.)]|\\( ", sentence)


# --- it tells operators apart -------------------------------------------------------------------


def sentences(changed, language) -> list[str]:
    return [describe(each, CATALOGUE, language=language) for each in changed]


@LANGUAGES
@EXAMPLES
@given(left=figures | st.just(Trait("basket")), right=numbers)
def test_six_operators_make_six_sentences(language, left, right):
    six = sentences((Compare(left, operator, right) for operator in COMPARISONS), language)
    assert len(set(six)) == 6


@LANGUAGES
@EXAMPLES
@given(left=moments, right=st.dates().map(Date))
def test_six_operators_make_six_sentences_about_moments(language, left, right):
    six = sentences((Compare(left, operator, right) for operator in COMPARISONS), language)
    assert len(set(six)) == 6


@LANGUAGES
@pytest.mark.parametrize("name", ["country", "city"])
def test_six_operators_make_six_sentences_about_texts(language, name):
    six = sentences((Compare(Trait(name), operator, Text("FR")) for operator in COMPARISONS), language)
    assert len(set(six)) == 6


def always_known(condition) -> bool:
    return all(
        isinstance(side, Count) or (isinstance(side, Aggregate) and side.function in ("sum", "distinct"))
        for side in (condition.left, condition.right)
        if not isinstance(side, tree.Constant)
    )


OPPOSITES = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@LANGUAGES
@EXAMPLES
@given(
    left=figures | moments | st.just(Trait("basket")), operator=st.sampled_from(COMPARISONS), right=numbers
)
def test_the_opposite_operator_is_not_the_negation(language, left, operator, right):
    """`x != 1` needs a known x, `not x = 1` does not; of a count they say the same."""
    opposite = Compare(left, OPPOSITES[operator], right)
    same = describe(opposite, CATALOGUE, language=language) == describe(
        Not(Compare(left, operator, right)), CATALOGUE, language=language
    )
    assert same == always_known(opposite)


@LANGUAGES
@EXAMPLES
@given(condition=single)
def test_a_condition_and_its_negation_never_read_the_same(language, condition):
    affirmed, negated = sentences((condition, Not(condition)), language)
    assert affirmed != negated


@LANGUAGES
@EXAMPLES
@given(condition=conditions)
def test_two_negations_read_as_none(language, condition):
    once, twice = sentences((condition, Not(Not(condition))), language)
    assert once == twice


@LANGUAGES
@EXAMPLES
@given(condition=conditions, data=st.data())
def test_a_negation_inside_changes_the_sentence(language, condition, data):
    flags = [node for node in nodes(condition) if hasattr(node, "negated")]
    assume(flags)
    chosen = data.draw(st.sampled_from(flags))
    flipped = msgspec.structs.replace(chosen, negated=not chosen.negated)
    before, after = sentences((condition, replaced(condition, chosen, flipped)), language)
    assert before != after


def nodes(node: Node) -> list[Node]:
    found = [node]
    rebuild(node, lambda below: found.extend(nodes(below)) or below)
    return found


def replaced(node: Node, old: Node, new: Node) -> Node:
    if node is old:
        return new
    return rebuild(node, lambda below: replaced(below, old, new))
