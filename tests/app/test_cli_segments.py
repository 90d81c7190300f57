import csv
import datetime as dt

import openpyxl
import pyarrow.parquet as parquet
import pytest

import vitrail
from tests.app.terminal import SEGMENTS, answer, codes, make_shop, run


@pytest.fixture(scope="module")
def defined(tmp_path_factory):
    """A workspace with segments that were evaluated once."""
    shop = make_shop(tmp_path_factory.mktemp("segments") / "shop")
    (shop.parent / "segments.yaml").write_text(SEGMENTS, "utf-8")
    assert run("apply", str(shop.parent / "segments.yaml"), "--yes", workspace=shop).exit_code == 0
    assert run("refresh", workspace=shop).exit_code == 0
    return shop


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "segments.yaml").write_text(SEGMENTS, "utf-8")
    return make_shop(tmp_path / "shop")


def apply(shop, *options, **how):
    return run("apply", str(shop.parent / "segments.yaml"), *options, workspace=shop, **how)


def keys(shop):
    with vitrail.open(shop) as ws:
        return set(ws.catalogue.segments)


def test_a_plan_is_only_shown_when_asked(shop):
    planned = answer(apply(shop, "--dry-run", "--json"))
    assert {each["key"]: each["size_after"] for each in planned["changes"]} == {
        "loyal": 1, "french": 1, "activity.active": 2, "activity.dormant": 1, "activity.inactive": 1,
    }  # fmt: skip
    assert not planned["applied"] and not keys(shop)


def test_a_plan_is_drawn(shop):
    told = apply(shop, "--dry-run").stdout
    assert "Plan: 5 to add." in told and "+A" in told


def test_nothing_is_applied_where_nobody_can_say_yes(shop):
    result = apply(shop)
    assert result.exit_code == 2 and "--yes" in result.stderr and not keys(shop)


def test_yes_applies(shop):
    assert answer(apply(shop, "--yes", "--json"))["applied"] and "loyal" in keys(shop)


def test_applying_twice_changes_nothing(shop):
    apply(shop, "--yes")
    assert "Nothing to change" in apply(shop, "--yes").stdout


def test_a_changed_rule_is_shown_before_and_after(shop):
    apply(shop, "--yes")
    (shop.parent / "segments.yaml").write_text(SEGMENTS.replace(">= 2", ">= 1"), "utf-8")
    told = apply(shop, "--dry-run").stdout
    assert "- count(order) >= 2" in told and "+ count(order) >= 1" in told


def test_pruning_removes_what_the_files_do_not_define(shop):
    apply(shop, "--yes")
    (shop.parent / "segments.yaml").write_text(SEGMENTS.split("segmentations")[0], "utf-8")
    apply(shop, "--yes", "--prune")
    assert keys(shop) == {"loyal", "french"}


def test_a_segment_is_removed(shop):
    apply(shop, "--yes")
    assert run("remove", "loyal", "activity", "--yes", workspace=shop).exit_code == 0
    assert keys(shop) == {"french"}


def test_removing_what_is_not_there_is_refused(defined):
    result = run("remove", "loyl", "--yes", workspace=defined)
    assert result.exit_code == 2 and "Did you mean loyal?" in result.stderr


def test_a_rule_with_a_mistake_is_quoted_with_its_place(shop):
    (shop.parent / "segments.yaml").write_text(SEGMENTS.replace("count(order)", "count(ordr)"), "utf-8")
    told = apply(shop, "--yes").stderr
    assert "segments.loyal.rule" in told and "count(ordr) >= 2" in told and "^^^^" in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [("edition: [", "not_yaml"), ("edition: 2025\n", "bad_edition"), ("[]\n", "not_a_mapping")],
)
def test_a_file_that_is_no_definitions_is_refused(shop, text, expected):
    (shop.parent / "segments.yaml").write_text(text)
    result = apply(shop, "--yes", "--json")
    assert (result.exit_code, codes(result)) == (2, [expected])


def test_the_problems_of_all_files_come_together(shop):
    (shop.parent / "segments.yaml").write_text("edition: [")
    result = run("apply", str(shop.parent / "segments.yaml"), "nowhere.yaml", "--json", workspace=shop)
    assert codes(result) == ["not_yaml", "file_not_found"]


def test_a_key_of_two_files_is_refused(shop):
    file = str(shop.parent / "segments.yaml")
    assert codes(run("apply", file, file, "--json", workspace=shop)) == ["repeated_key"] * 3


def test_a_refresh_says_what_it_did(defined):
    done = answer(run("refresh", "--full", "--json", workspace=defined))
    assert (done["segments"], done["entered"], done["full"]) == (5, 0, True)


def test_a_refresh_before_the_last_one_is_refused(defined):
    assert run("refresh", "--as-of", "2001-01-01", workspace=defined).exit_code == 2


def test_a_refresh_as_of_the_future_is_refused(defined):
    result = run("refresh", "--as-of", "2999-01-01", "--json", workspace=defined)
    assert (result.exit_code, codes(result)) == (2, ["instant_in_the_future"])


def test_segments_are_listed_with_their_sizes(defined):
    listed = answer(run("segments", "--json", workspace=defined))
    assert {each["key"]: each["size"] for each in listed["segments"]}["activity.active"] == 2
    assert listed["profiles"] == 4


def test_a_segment_that_was_never_evaluated_is_listed_as_such(shop):
    apply(shop, "--yes")
    assert "have not been evaluated yet" in run("segments", workspace=shop).stdout


def test_those_who_came_and_went_are_counted(shop):
    apply(shop, "--yes")
    earlier = (dt.datetime.now(dt.UTC) - dt.timedelta(days=350)).isoformat()
    assert run("refresh", "--as-of", earlier, workspace=shop).exit_code == 0
    run("refresh", workspace=shop)
    rows = {each["key"]: each for each in answer(run("segments", "--json", workspace=shop))["segments"]}
    assert (rows["activity.active"]["entered"], rows["activity.active"]["left"]) == (2, 1)


def test_a_segment_is_shown_with_its_words(defined):
    told = run("segment", "french", workspace=defined).stdout
    assert "Live in France." in told and 'country = "FR"' in told and "1 customers" not in told


def test_a_class_says_what_it_owes_to_those_before(defined):
    assert "not in the class before" in run("segment", "activity.dormant", workspace=defined).stdout


def test_a_segmentation_is_shown_with_its_classes(defined):
    shown = answer(run("segment", "activity", "--json", workspace=defined))
    assert [each["key"] for each in shown["segments"]] == [
        f"activity.{key}" for key in ("active", "dormant", "inactive")
    ]


def test_a_segment_that_is_not_there_is_refused(defined):
    assert run("segment", "loyl", workspace=defined).exit_code == 2


def test_an_export_runs_no_formula(defined, tmp_path):
    assert run("export", "loyal", "--to", str(tmp_path / "l.csv"), workspace=defined).exit_code == 0
    with (tmp_path / "l.csv").open(encoding="utf-8-sig") as file:
        assert list(csv.reader(file))[1] == ["A", "FR", "'=cmd|x"]


def test_an_export_holds_the_traits_that_are_chosen(defined, tmp_path):
    run("export", "loyal", "--to", str(tmp_path / "l.xlsx"), "--traits", "country", workspace=defined)
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").active
    assert [cell.value for cell in sheet[2]] == ["A", "FR"]


def test_an_export_for_programs_keeps_the_values(defined, tmp_path):
    run("export", "loyal", "--to", str(tmp_path / "l.parquet"), workspace=defined)
    assert parquet.read_table(tmp_path / "l.parquet")["name"].to_pylist() == ["=cmd|x"]


@pytest.mark.parametrize(
    ("name", "options"), [("l.pdf", ()), ("nowhere/l.csv", ()), ("l.csv", ("--traits", "contry"))]
)
def test_an_export_that_cannot_be_leaves_no_file(defined, tmp_path, name, options):
    result = run("export", "loyal", "--to", str(tmp_path / name), *options, workspace=defined)
    assert result.exit_code == 2 and not list(tmp_path.iterdir())


def test_ready_made_segments_are_written_to_be_applied(shop):
    file = str(shop.parent / "ready.yaml")
    assert run("ready", "--to", file, workspace=shop).exit_code == 0
    assert run("apply", file, "--yes", workspace=shop).exit_code == 0
    assert "lifecycle.prospect" in keys(shop)


def test_ready_made_segments_keep_files_that_are_there(shop):
    assert run("ready", "--to", str(shop.parent / "segments.yaml"), workspace=shop).exit_code == 2
    assert (shop.parent / "segments.yaml").read_text("utf-8") == SEGMENTS


def test_ready_made_segments_follow_a_mapping(shop):
    mapping = shop.parent / "mapping.yaml"
    run("ready", "--mapping-to", str(mapping), workspace=shop)
    mapping.write_text(mapping.read_text("utf-8").replace("order: order", "order: purchase"), "utf-8")
    fitted = answer(run("ready", "--mapping", str(mapping), "--json", workspace=shop))
    assert "lifecycle" in {each["key"] for each in fitted["left_out"]}
