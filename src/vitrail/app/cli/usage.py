"""What is wrong with a command line itself, said in both languages."""

from __future__ import annotations

from typer.exceptions import TyperException

from vitrail.model.errors import Message, Problem


def is_usage(error: TyperException) -> bool:
    """Whether a command line makes no sense (and not only asks for help)."""
    return error.exit_code == 2 and type(error).__name__ != "NoArgsIsHelpError"


def usage_problem(error: TyperException) -> Problem:
    """The problem of a command line, with the nearest valid choices."""
    name = _parameter(error)
    hint = tuple(getattr(error, "possibilities", None) or ())
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
            told = error.message.removeprefix("Value error, ")
            return Message(
                fr=f"La valeur de {name} ne convient pas : {told}", en=f"{name} does not fit: {told}"
            )
        case _:
            told = error.format_message()
            return Message(fr=f"Cette commande ne se comprend pas : {told}", en=told)


def _parameter(error: TyperException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    options = getattr(parameter, "opts", [])
    if parameter.param_type_name == "argument" or not options:
        return str(parameter.metavar or parameter.name.upper())
    return str(options[0])
