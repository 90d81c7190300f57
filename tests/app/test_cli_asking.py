import pytest

from tests.app.terminal import answer, codes, make_shop, run

LOYAL = "count(order) >= 2"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("asking") / "shop")


def test_a_right_condition_is_said_to_be_right(shop):
    result = run("check", LOYAL, workspace=shop)
    assert (result.exit_code, result.stdout) == (0, "This condition is right.\n")


def test_a_wrong_condition_is_answered_with_status_1(shop):
    assert run("check", 'contry = "FR"', workspace=shop).exit_code == 1


def test_check_tells_every_problem(shop):
    result = run("check", 'contry = "FR" and count(ordr) > 1', "--json", workspace=shop)
    assert codes(result) == ["unknown_trait", "unknown_collection"]


def test_a_problem_stands_over_its_words(shop):
    told = run("check", 'count(order) > 1 and contry = "FR"', workspace=shop).stdout.splitlines()
    place = told[1].index("contry")
    assert told[2].rstrip() == " " * place + "^^^^^^"


def test_a_problem_comes_with_the_nearest_name(shop):
    assert "Did you mean country?" in run("check", 'contry = "FR"', workspace=shop).stdout


def test_problems_are_told_in_french(shop):
    told = run("check", 'contry = "FR"', workspace=shop, language="fr").stdout
    assert "est inconnu du catalogue" in told and "Vouliez-vous dire country" in told


def test_a_doubt_alone_is_not_a_no(shop):
    result = run("check", "1 = 2 or did(order)", "--json", workspace=shop)
    assert (result.exit_code, answer(result)["valid"]) == (0, True)


@pytest.mark.parametrize(("language", "said"), [("fr", "au moins 2"), ("en", "at least 2")])
def test_a_condition_is_said_in_the_language_asked_for(shop, language, said):
    assert said in run("describe", LOYAL, "--language", language, workspace=shop).stdout


def test_a_program_gets_the_sentence_in_both_languages(shop):
    assert answer(run("describe", LOYAL, "--json", workspace=shop)).keys() == {"text", "fr", "en"}


def test_a_count_is_a_bare_number_for_other_programs(shop):
    assert run("count", LOYAL, workspace=shop).stdout == "1\n"


def test_a_count_knows_the_population(shop):
    counted = answer(run("count", "did(order)", "--json", workspace=shop))
    assert (counted["count"], counted["population"]) == (3, 4)


def test_a_condition_is_read_from_standard_input(shop):
    assert run("count", "-", workspace=shop, answer=LOYAL).stdout == "1\n"


def test_a_question_is_asked_as_of_the_past(shop):
    assert run("count", "did(order)", "--as-of", "2001-01-01", workspace=shop).stdout == "0\n"


def test_a_time_without_zone_is_read_in_that_of_the_workspace(shop):
    result = run("count", LOYAL, "--as-of", "2026-03-01T08:00", "--json", workspace=shop)
    assert answer(result)["as_of"] == "2026-03-01T07:00:00Z"
    assert "Europe/Paris" in result.stderr


def test_a_date_is_its_midnight_in_the_zone_of_the_workspace(shop):
    result = run("count", LOYAL, "--as-of", "2026-07-01", "--json", workspace=shop)
    assert answer(result)["as_of"] == "2026-06-30T22:00:00Z"


def test_a_time_with_its_zone_needs_no_note(shop):
    assert run("count", LOYAL, "--as-of", "2026-03-01T08:00Z", workspace=shop).stderr == ""


def test_what_is_no_instant_is_refused(shop):
    assert run("count", LOYAL, "--as-of", "2026-33-01", workspace=shop).exit_code == 2


def test_members_are_one_key_per_line(shop):
    assert run("members", "did(order)", workspace=shop).stdout.split() == ["A", "B", "D"]


def test_fewer_members_are_shown_when_asked_and_it_is_said(shop):
    result = run("members", "did(order)", "--limit", "2", workspace=shop)
    assert result.stdout.split() == ["A", "B"]
    assert "2 customers shown of 3" in result.stderr


def test_an_answer_of_out_is_an_answer(shop):
    result = run("explain", LOYAL, "--profile", "B", workspace=shop)
    assert result.exit_code == 0
    assert "B is not in." in result.stdout and "order 3" in result.stdout


def test_an_explanation_is_given_whole_to_a_program(shop):
    explained = answer(run("explain", LOYAL, "--profile", "A", "--json", workspace=shop))
    assert explained["inside"] and explained["finding"]["truth"]


def test_an_explanation_is_told_in_french(shop):
    assert "A en fait partie" in run("explain", LOYAL, "--profile", "A", workspace=shop, language="fr").stdout


def test_who_is_unknown_cannot_be_explained(shop):
    assert run("explain", LOYAL, "--profile", "Z", workspace=shop).exit_code == 2


def test_a_question_with_a_mistake_is_refused_with_carets(shop):
    result = run("count", "count(ordr) > 1", workspace=shop)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "^" in result.stderr


def test_a_long_text_is_cut_around_the_words_that_are_wrong(shop):
    text = " or ".join(["did(order)"] * 30) + ' or contry = "FR"'
    line = run("check", text, workspace=shop).stdout.splitlines()[1]
    assert len(line) <= 120 and line.strip().startswith("…") and "contry" in line
