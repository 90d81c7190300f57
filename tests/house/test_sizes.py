"""The size laws, which keep every file readable in one sitting (CONTRIBUTING.md gives the reasons)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
FILE, BODY, MEDIAN, CLASS, PARAMETERS, POSITIONAL = 600, 60, 8, 200, 5, 2

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for file in python_files(*folders):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            yield file, node


def body_lines(function: Function) -> int:
    """Lines from the first statement to the last; a docstring is free."""
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 1


def is_command(function: Function) -> bool:
    """The signature of a command is its options: the command line decides how many."""
    calls = (mark.func for mark in function.decorator_list if isinstance(mark, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in {"command", "callback"} for call in calls)


def signature_faults(function: Function) -> Iterator[str]:
    if is_command(function) or (function.name.startswith("__") and function.name != "__init__"):
        return
    positional = [
        a.arg for a in function.args.posonlyargs + function.args.args if a.arg not in {"self", "cls"}
    ]
    if len(positional) > POSITIONAL:
        yield f"{len(positional)} positional parameters; at most {POSITIONAL}, then keyword-only"
    if (count := len(positional) + len(function.args.kwonlyargs)) > PARAMETERS:
        yield f"{count} parameters; at most {PARAMETERS}"


def faults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, FUNCTIONS):
        if (lines := body_lines(node)) > BODY:
            yield f"{node.name}: a body of {lines} lines; at most {BODY}"
        yield from (f"{node.name}: {fault}" for fault in signature_faults(node))
    if isinstance(node, ast.ClassDef) and (lines := node.end_lineno - node.lineno + 1) > CLASS:
        yield f"{node.name}: a class of {lines} lines; at most {CLASS}"


def report(found: list[str]) -> None:
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_files_are_short():
    lengths = (
        (file, len(file.read_text("utf-8").splitlines()))
        for file in python_files("src", "tests", "tools", "benchmarks")
    )
    report(
        [
            f"{file.relative_to(ROOT)}:1: {lines} lines; at most {FILE}"
            for file, lines in lengths
            if lines > FILE
        ]
    )


def test_functions_and_classes_are_small():
    found = ((file, node, fault) for file, node in nodes("src", "tools") for fault in faults(node))
    report([f"{file.relative_to(ROOT)}:{node.lineno}: {fault}" for file, node, fault in found])


def test_half_of_the_functions_are_tiny():
    lengths = [body_lines(node) for _, node in nodes("src") if isinstance(node, FUNCTIONS)]
    assert not lengths or median(lengths) <= MEDIAN, (
        f"src: the median body has {median(lengths)} lines; at most {MEDIAN}"
    )
