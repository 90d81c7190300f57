"""The Python reference: signatures as they stand in the source, docstrings as they were written."""

import ast
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator


def page(package: str) -> str:
    """One section for each public name of the package; empty when it has none yet."""
    module = importlib.import_module(package)
    names = [name for name in getattr(module, "__all__", ()) if not name.startswith("_")]
    return "\n".join(section(name, getattr(module, name)) for name in names)


def section(name: str, value: object) -> str:
    if inspect.isclass(value):
        return class_section(name, value)
    if inspect.isfunction(value):
        return f"## `{name}{signature(value)}`\n\n{told(value)}"
    return f"## `{name}`\n\n`{type(value).__name__}`\n"


def class_section(name: str, kind: type) -> str:
    fields = "".join(f"- `{field}`\n" for field in getattr(kind, "__struct_fields__", ()))
    members = "\n".join(member_section(member, value, owner=name) for member, value in public_members(kind))
    return "\n".join(part for part in (f"## `{name}`\n\n{told(kind)}", fields, members) if part)


def member_section(name: str, value: object, *, owner: str) -> str:
    match value:
        case property(fget=getter):
            return f"### `{owner}.{name}`\n\n{told(getter)}"
        case staticmethod() | classmethod():
            return f"### `{owner}.{name}{signature(value.__func__)}`\n\n{told(value.__func__)}"
        case _ if inspect.isfunction(value):
            return f"### `{owner}.{name}{signature(value)}`\n\n{told(value)}"
        case _:
            return ""


def public_members(kind: type) -> Iterator[tuple[str, object]]:
    """Methods and properties that the class itself writes, in the order of the source."""
    for name, value in vars(kind).items():
        if not name.startswith("_") and (
            inspect.isfunction(value) or isinstance(value, property | staticmethod | classmethod)
        ):
            yield name, value


def signature(function: Callable[..., object]) -> str:
    """Parameters and result word for word; the source says them better than an evaluated annotation."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
    arguments = tree.args
    plain = [*arguments.posonlyargs, *arguments.args]
    if plain and plain[0].arg in {"self", "cls"}:
        (arguments.posonlyargs or arguments.args).pop(0)
    result = f" -> {ast.unparse(tree.returns)}" if tree.returns else ""
    return f"({ast.unparse(arguments)}){result}"


def told(value: object) -> str:
    """The docstring, its examples as blocks of code."""
    lines = (inspect.getdoc(value) or "").splitlines()
    return "\n".join(fenced(lines)) + "\n"


def fenced(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if line.lstrip().startswith(">>>") and not inside:
            inside = True
            yield "```python"
        elif inside and not line.strip():
            inside = False
            yield "```"
        yield line
    if inside:
        yield "```"
