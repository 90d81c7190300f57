import pytest

from tests.app.terminal import make_shop, run
from vitrail.app.cli.letters import harmless, shown
from vitrail.app.cli.portrait import sparkline
from vitrail.app.cli.session import Interrupted, Session, environment_language, told_language


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return Session(make_shop(tmp_path_factory.mktemp("session") / "shop"), "en")


def test_stopping_before_anything_was_done_says_so(here):
    with pytest.raises(Interrupted) as stopped, here.opened():
        raise KeyboardInterrupt
    assert not stopped.value.changed


def test_stopping_after_it_was_done_says_so(here):
    with pytest.raises(Interrupted) as stopped, here.opened() as ws:
        ws.catalogue.declare(purposes=["marketing"])
        raise KeyboardInterrupt
    assert stopped.value.changed


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "VITRAIL_LANGUAGE": "fr"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_environment_says_the_language(environment, language):
    assert environment_language(environment) == language


@pytest.mark.parametrize(
    "told", [["--language", "fr"], ["--language=fr"], ["count", "--language", "fr", "--nonsense"]]
)
def test_a_command_line_says_the_language_even_when_it_makes_no_sense(told):
    assert told_language(told) == "fr"


def test_nothing_in_the_data_commands_the_terminal():
    assert harmless("\x1b[31mred\x07\u202egnp") == "�[31mred��gnp"


def test_firm_spaces_hold_on_the_screen(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    Session(None, "fr").paper.print("x" * 17 + " " + shown("5\u00a0%"))
    assert capsys.readouterr().out == "x" * 17 + " \n5\u00a0%\n"


@pytest.mark.parametrize(("sizes", "drawn"), [([1, 8], "▁█"), ([5, 5], "▄▄"), ([0, 50, 100], "▁▅█")])
def test_sizes_are_drawn_between_the_smallest_and_the_greatest(sizes, drawn):
    assert sparkline(sizes) == drawn


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("cuont",), "la commande « cuont » n’existe pas"),
        (("serve", "--port", "abc"), "il faut un nombre entier"),
        (("serve", "--port", "-1"), "il faut au moins 0"),
        (("count", "a", "b"), "« b » est de trop"),
        (("count", "a", "--as-of"), "il manque une valeur après --as-of"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_said_in_french(line, said):
    assert said in " ".join(run(*line, language="fr").stderr.replace("\u202f", " ").split())
