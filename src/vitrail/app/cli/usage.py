"""What is wrong with a command line itself, said in both languages."""

from __future__ import annotations

import re

from typer.exceptions import TyperException

from vitrail.model.errors import Message, Problem


def is_usage(error: TyperException) -> bool:
    """Whether a command line makes no sense (and not only asks for help)."""
    return error.exit_code == 2 and type(error).__name__ != "NoArgsIsHelpError"


def usage_problem(error: TyperException) -> Problem:
    """The problem of a command line, with the nearest valid choices."""
    name = _parameter(error)
    hint = tuple(getattr(error, "possibilities", None) or _commands_like(error))
    return Problem(code="usage", path=name, message=_message(error, name), hint=hint)


def help_command(error: TyperException) -> str:
    """What to type to be told how the command is used."""
    context = getattr(error, "ctx", None)
    return "vitrail --help" if context is None else f"{context.command_path} --help"


def _message(error: TyperException, name: str) -> Message:
    match type(error).__name__:
        case "MissingParameter":
            return Message(fr=f"Il manque {name}.", en=f"{name} is missing.")
        case "NoSuchOption":
            option = getattr(error, "option_name", "")
            return Message(fr=f"L’option {option} n’existe pas.", en=f"There is no option {option}.")
        case "BadParameter":
            told = _told(error.message.removeprefix("Value error, "))
            return Message(
                fr=f"La valeur de {name} ne convient pas : {told.fr}", en=f"{name} does not fit: {told.en}"
            )
        case _:
            told = _told(error.format_message())
            return Message(fr=f"Cette commande ne se comprend pas : {told.fr}", en=told.en)


def _told(reason: str) -> Message:
    """What the parser of command lines says, in both languages."""
    for pattern, fr, en in _REASONS:
        if (found := re.fullmatch(pattern, reason)) is not None:
            words = [each.replace("'", "") for each in found.groups()]
            return Message(fr=fr.format(*words), en=en.format(*words))
    return Message(fr=reason, en=reason)


def _commands_like(error: TyperException) -> tuple[str, ...]:
    """The commands whose names are like one that does not exist."""
    meant = error.format_message().partition("Did you mean ")[2]
    return tuple(re.findall(r"'(.*?)'", meant))


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    options = getattr(parameter, "opts", [])
    if parameter.param_type_name == "argument" or not options:
        return str(parameter.metavar or parameter.name.upper())
    return str(options[0])


_REASONS = (
    (
        r"'(.*?)' is not one of (.*)\.",
        "« {0} » n’est pas un choix possible. Choix : {1}.",
        "“{0}” is not one of the choices: {1}.",
    ),
    (r"Input should be a valid integer.*", "il faut un nombre entier.", "a whole number is needed."),
    (r"Input should be a valid number.*", "il faut un nombre.", "a number is needed."),
    (r"Input should be greater than or equal to (.*)", "il faut au moins {0}.", "{0} is the least."),
    (r"Input should be less than or equal to (.*)", "il faut au plus {0}.", "{0} is the most."),
    (
        r"Got unexpected extra argument\(s\) \((.*)\)",
        "« {0} » est de trop (entre guillemets, une condition est un seul mot).",
        "“{0}” is too much (between quotes, a condition is one word).",
    ),
    (r"No such command '(.*?)'\..*", "la commande « {0} » n’existe pas.", "There is no command “{0}”."),
    (
        r"Option '(.*)' requires an argument\.",
        "il manque une valeur après {0}.",
        "A value is missing after {0}.",
    ),
)
