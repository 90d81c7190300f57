import pytest

import vitrail
from tests.app.terminal import answer, codes, run
from vitrail.app.cli.session import Session

CUSTOMERS = """customer_id;Prénom;cp;né le;panier moyen
A;Zoé;01000;02/03/1990;12,5
B;Léo;75001;31/12/1985;=2+3
C;Léa;;;3
"""
RECIPE = """kind: profiles
columns: {key: customer_id}
rename: {Prénom: first_name, cp: postcode, né le: birth_date, panier moyen: basket}
types: {postcode: text, basket: decimal}
"""
ORDERS = """order_id,customer_id,ordered_at,amount
1,A,2026-01-01 10:00,10
2,Z,2026-02-01 10:00,20
"""


@pytest.fixture
def place(tmp_path):
    """A folder with an empty workspace, a file of customers, one of orders, and a recipe."""
    vitrail.create(tmp_path / "shop").close()
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    (tmp_path / "recipe.yaml").write_text(RECIPE, "utf-8")
    return tmp_path


def load(place, *arguments, **how):
    paths = [str(place / each) if "." in each and not each.startswith("-") else each for each in arguments]
    return run("import", *paths, workspace=place / "shop", **how)


ORDER = (
    "events",
    "order",
    "orders.csv",
    "--profile",
    "customer_id",
    "--at",
    "ordered_at",
    "--key",
    "order_id",
)


def test_a_file_is_loaded_and_counted(place):
    result = load(place, *ORDER)
    assert result.exit_code == 0
    assert "2 rows accepted: 2 new, 0 updated, 0 unchanged." in result.stdout


def test_loading_twice_changes_nothing(place):
    load(place, *ORDER)
    assert answer(load(place, *ORDER, "--json"))["report"]["unchanged"] == 2


def test_times_without_zone_are_told(place):
    assert "Europe/Paris" in load(place, *ORDER).stdout


def test_a_recipe_names_and_types_the_columns(place):
    load(place, "file", "customers.csv", "--mapping", "recipe.yaml")
    with vitrail.open(place / "shop") as ws:
        types = {name: field.type for name, field in ws.catalogue.traits.items()}
    assert types == {"first_name": "text", "postcode": "text", "birth_date": "date", "basket": "decimal"}


def test_refused_rows_leave_with_1_and_are_told(place):
    result = load(place, "file", "customers.csv", "--mapping", "recipe.yaml")
    assert result.exit_code == 1
    assert (
        "1 row refused." in result.stdout
        and "“basket”: the value is not of" in result.stdout
        and "=2+3" in result.stdout
    )


def test_refused_rows_are_told_in_french(place):
    told = load(place, "file", "customers.csv", "--mapping", "recipe.yaml", language="fr").stdout
    assert "1 ligne refusée." in told and "=2+3" in told and "Que faire" in told


def test_refused_rows_go_to_a_file_as_they_stood(place):
    load(place, "file", "customers.csv", "--mapping", "recipe.yaml", "--rejects", "rejects.csv")
    lines = (place / "rejects.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "vitrail_line,vitrail_column,vitrail_reason,customer_id,Prénom,cp,né le,panier moyen"
    assert lines[1].startswith("3,basket,") and lines[1].endswith(",B,Léo,75001,31/12/1985,'=2+3")


def test_refused_rows_come_back_once_repaired(place):
    load(place, "file", "customers.csv", "--mapping", "recipe.yaml", "--rejects", "rejects.csv")
    (place / "rejects.csv").write_bytes((place / "rejects.csv").read_bytes().replace(b",'=2+3", b",5"))
    report = answer(load(place, "file", "rejects.csv", "--mapping", "recipe.yaml", "--json"))["report"]
    assert (report["created"], report["rejected"]) == (1, 0)


def test_a_trial_loads_nothing(place):
    result = load(place, "file", "customers.csv", "--mapping", "recipe.yaml", "--dry-run")
    assert result.exit_code == 1 and "nothing was loaded" in result.stdout
    with vitrail.open(place / "shop") as ws:
        assert not ws.catalogue.traits and ws.store.version.number == 0


def test_a_trial_tells_what_would_change(place):
    load(place, *ORDER)
    (place / "orders.csv").write_text(ORDERS + "3,A,2026-03-01 10:00,30\n", "utf-8")
    report = answer(load(place, *ORDER, "--dry-run", "--json"))["report"]
    assert (report["created"], report["unchanged"]) == (1, 2)


def test_options_win_over_the_recipe(place):
    (place / "recipe.yaml").write_text(
        "kind: events\nname: order\ncolumns: {profile: nope, at: ordered_at}\n"
    )
    result = load(
        place, "events", "order", "orders.csv", "--mapping", "recipe.yaml", "--profile", "customer_id"
    )
    assert result.exit_code == 0


def test_a_header_without_the_key_is_refused_with_the_nearest_column(place):
    result = load(place, "profiles", "customers.csv", "--key", "customer")
    assert result.exit_code == 2
    assert "Did you mean customer_id?" in result.stderr


def test_a_recipe_that_asks_for_a_missing_column_changes_nothing(place):
    (place / "recipe.yaml").write_text(RECIPE + "rename: {nope: x}\n", "utf-8")
    assert load(place, "file", "customers.csv", "--mapping", "recipe.yaml").exit_code == 2
    with vitrail.open(place / "shop") as ws:
        assert not ws.catalogue.traits


def test_a_column_that_is_not_told_is_asked_for(place):
    result = load(place, "events", "order", "orders.csv", "--at", "ordered_at", "--json")
    assert (result.exit_code, codes(result)) == (2, ["part_missing"])


def test_a_file_that_is_not_there_is_refused(place):
    result = load(place, "profiles", "customer.csv", "--key", "customer_id")
    assert result.exit_code == 2 and "Did you mean customers.csv" in result.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: [", ["not_yaml"]),
        ("- a\n", ["not_a_mapping"]),
        ("kinds: profiles\ncolumn: {}\n", ["unknown_part", "unknown_part"]),
        ("kind: profile\n", ["bad_value"]),
        ("kind: profiles\ntypes: {a: txt}\n", ["unknown_type"]),
        ("columns: {key: a}\n", ["no_kind"]),
        ("kind: events\ncolumns: {profile: a, at: b}\n", ["no_name"]),
    ],
)
def test_a_recipe_with_a_mistake_is_refused(place, text, expected):
    (place / "recipe.yaml").write_text(text)
    result = load(place, "file", "customers.csv", "--mapping", "recipe.yaml", "--json")
    assert (result.exit_code, codes(result)) == (2, expected)


def test_a_recipe_for_something_else_is_refused(place):
    result = load(place, "events", "order", "orders.csv", "--mapping", "recipe.yaml", "--json")
    assert (result.exit_code, codes(result)) == (2, ["another_kind"])


AMBIGUOUS = "Client;Né le;Ville\nA;03/04/1968;Évry\nB;05/06/1984;Nîmes\n"


@pytest.fixture
def ambiguous(place):
    (place / "dates.csv").write_text(AMBIGUOUS, "utf-8")
    return place


def test_what_nobody_accepted_is_not_imported(ambiguous):
    result = load(ambiguous, "file", "dates.csv", "--json")
    assert (result.exit_code, codes(result)) == (2, ["not_accepted", "question"])


def test_an_answer_on_the_command_line_settles_a_question(ambiguous):
    result = load(ambiguous, "file", "dates.csv", "--yes", "--answer", "day-month=month", "--json")
    assert answer(result)["report"]["created"] == 2
    with vitrail.open(ambiguous / "shop") as ws:
        assert ws.count("`Né le` = 1968-03-04") == 1


def test_a_kept_recipe_asks_nothing_of_the_next_file(ambiguous):
    kept = ambiguous / "kept.yaml"
    load(ambiguous, "file", "dates.csv", "--yes", "--answer", "day-month=day", "--save-mapping", "kept.yaml")
    assert "day-month:Né le: day" in kept.read_text("utf-8")
    (ambiguous / "next.csv").write_text("Client;Né le;Ville\nC;07/08/1990;Lyon\n", "utf-8")
    assert (
        answer(load(ambiguous, "file", "next.csv", "--mapping", "kept.yaml", "--json"))["report"]["created"]
        == 1
    )


def test_a_file_is_shown_before_it_is_imported(ambiguous):
    shown = run("inspect", str(ambiguous / "dates.csv"), language="fr").stdout
    assert "03/04/1968 · 05/06/1984" in shown and "clé de la ligne" in shown
    assert '--answer "day-month:Né le=day"' in shown and "le 3 avril" in shown


def test_letters_are_written_in_words(ambiguous):
    (ambiguous / "old.csv").write_bytes("Client;Prénom\nA;Hélène\nB;Jérôme\n".encode("cp1252"))
    assert (
        "Windows-1252 (Europe de l’Ouest)" in run("inspect", str(ambiguous / "old.csv"), language="fr").stdout
    )
    assert answer(run("inspect", str(ambiguous / "old.csv"), "--json"))["facts"]["encoding"] == "cp1252"


def test_a_proposal_is_told_to_programs(ambiguous):
    told = answer(run("inspect", str(ambiguous / "dates.csv"), "--json"))
    assert [(each["name"], each["role"], each["type"]) for each in told["columns"]] == [
        ("Client", "key", "text"),
        ("Né le", "field", "date"),
        ("Ville", "field", "text"),
    ]
    assert [each["key"] for each in told["questions"]] == ["day-month:Né le"]


def test_a_person_in_a_terminal_is_asked(ambiguous, monkeypatch):
    monkeypatch.setattr(Session, "converses", True)
    result = load(ambiguous, "file", "dates.csv", answer="2\n3\n\n")
    assert result.exit_code == 0 and "2 rows accepted" in result.stdout
    with vitrail.open(ambiguous / "shop") as ws:
        assert list(ws.catalogue.traits) == ["Né le"]
        assert ws.count("`Né le` = 1968-03-04") == 1
