"""Rules become conditions together: every problem of every rule comes at once, with its place."""

import pytest

from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segment, Segmentation
from vitrail.model.errors import UserError
from vitrail.warehouse.definitions import compile_definitions, merge, without

CATALOGUE = Catalogue(
    traits={"country": Field("country", "text", "country")},
    collections={"order": Collection("order", "event", "order")},
)


def segment(key, rule, **words):
    return Segment(key, {"en": key}, rule, **words)


def segmentation(key, *rules, among=""):
    classes = tuple(Class(f"c{number}", {"en": "x"}, rule) for number, rule in enumerate(rules))
    return Segmentation(key, {"en": key}, classes, Remainder("rest", {"en": "Rest"}), among=among)


def document(*definitions):
    return DefinitionFile(
        edition=2026,
        segments=tuple(each for each in definitions if isinstance(each, Segment)),
        segmentations=tuple(each for each in definitions if isinstance(each, Segmentation)),
    )


def problems_of(*definitions):
    with pytest.raises(UserError) as refused:
        compile_definitions(document(*definitions), CATALOGUE)
    return refused.value.problems


def test_segments_and_classes_are_conditions():
    compiled = compile_definitions(document(segment("a", "true"), segmentation("s", "did(order)")), CATALOGUE)
    assert list(compiled.conditions) == ["a", "s.c0", "s.rest"]


def test_a_segment_may_refer_to_one_that_comes_later():
    compiled = compile_definitions(document(segment("a", 'member("b")'), segment("b", "true")), CATALOGUE)
    assert set(compiled.conditions) == {"a", "b"}


def test_a_segment_may_refer_to_a_class():
    rules = (segment("a", 'member("s.c0")'), segmentation("s", "did(order)"))
    assert "a" in compile_definitions(document(*rules), CATALOGUE).conditions


def test_a_cycle_is_refused_with_its_path():
    found = problems_of(segment("a", 'member("b")'), segment("b", 'member("c")'), segment("c", 'member("a")'))
    assert {each.code for each in found} == {"cycle"}
    assert all(key in found[0].message.en for key in ("a", "b", "c"))
    assert found[0].path.startswith("segments.a.rule")


def test_a_segment_may_not_refer_to_itself():
    assert {each.code for each in problems_of(segment("a", 'did(order) and member("a")'))} == {"cycle"}


def test_a_cycle_through_a_class_is_refused():
    found = problems_of(segment("a", 'member("s.c0")'), segmentation("s", 'member("a")'))
    assert {each.code for each in found} == {"cycle"}


def test_an_unknown_segment_comes_with_the_nearest():
    (found,) = problems_of(segment("loyal", "true"), segment("a", 'member("loyale")'))
    assert (found.code, found.hint[0]) == ("unknown_segment", "loyal")


def test_all_problems_of_all_rules_come_at_once():
    found = problems_of(
        segment("a", "contry = 1"),
        segment("b", "did(order"),
        segment("B", "true"),
        segment("a", "true"),
        Segment("nameless", {}, "true"),
        segmentation("s", "country > 3", among="did(shop)"),
    )
    assert {each.path.partition(":")[0] for each in found} == {
        "segments.a",
        "segments.a.rule",
        "segments.b.rule",
        "segments.B",
        "segments.nameless.name",
        "segmentations.s.among",
        "segmentations.s.c0.rule",
    }


def test_every_problem_speaks_both_languages():
    found = problems_of(segment("a", "contry = 1"), segment("b", "did(order"), segment("é", "true"))
    assert all(each.message.fr and each.message.en for each in found)
    assert all(each.message.fr != each.message.en for each in found)


def test_a_key_is_defined_once_whatever_it_is():
    assert [each.code for each in problems_of(segment("s", "true"), segmentation("s", "true"))] == [
        "repeated_key"
    ]


def test_classes_of_two_segmentations_may_share_a_key():
    compiled = compile_definitions(document(segmentation("s", "true"), segmentation("t", "true")), CATALOGUE)
    assert {"s.c0", "t.c0"} <= set(compiled.conditions)


def test_a_name_in_one_language_serves_both():
    label = compile_definitions(document(segment("a", "true")), CATALOGUE).labels["a"]
    assert (label.fr, label.en) == ("a", "a")


def test_doubts_are_told_and_do_not_refuse():
    compiled = compile_definitions(document(segment("a", 'did(order) or not country = "FR"')), CATALOGUE)
    assert [each.path.partition(":")[0] for each in compiled.warnings] == ["segments.a.rule"]


# --- putting documents together ----------------------------------------------------------------


def test_merging_adds_and_replaces():
    merged = merge(document(segment("a", "true"), segment("b", "true")), document(segment("b", "did(order)")))
    assert [(each.key, each.rule) for each in merged.segments] == [("a", "true"), ("b", "did(order)")]


def test_pruning_keeps_only_what_is_given():
    changes = document(segment("b", "did(order)"))
    assert merge(document(segment("a", "true")), changes, prune=True) == changes


def test_removing_takes_a_segment_or_a_whole_segmentation():
    present = document(segment("a", "true"), segment("b", "true"), segmentation("s", "true"))
    assert without(present, ["a", "s"]) == document(segment("b", "true"))


def test_removing_what_is_not_there_comes_with_the_nearest():
    with pytest.raises(UserError) as refused:
        without(document(segment("loyal", "true")), ["loyl", "other"])
    assert [each.hint for each in refused.value.problems] == [("loyal",), ()]
