"""`make docs`: write docs/reference from the code, then check that every link of the docs leads somewhere."""

import argparse
import importlib.util
import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tools import links, python_reference

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code; change the code, not this page. -->\n\n"


def python_page() -> str:
    """The public names of the package, from their docstrings."""
    body = python_reference.page("vitrail")
    return f"# Python\n\nEverything below is imported from `vitrail`.\n\n{body}" if body else ""


def command_line_page() -> str:
    """Every command with its arguments and options, as Typer tells them."""
    if importlib.util.find_spec("vitrail.app.cli") is None:
        return ""
    command = [sys.executable, "-m", "typer", "vitrail.app.cli", "utils", "docs"]
    told = [*command, "--name", "vitrail", "--title", "Command line"]
    page = subprocess.run(told, capture_output=True, check=True, text=True, cwd=ROOT).stdout
    return "\n".join(line.rstrip() for line in page.splitlines()).strip() + "\n"


def language_page() -> str:
    """The grammar itself: what it accepts is the language."""
    grammars = sorted((ROOT / "src" / "vitrail" / "language").glob("*.lark"))
    blocks = [f"```lark\n{grammar.read_text('utf-8').strip()}\n```\n" for grammar in grammars]
    opening = "# Grammar of conditions\n\nThis is the grammar that reads conditions, in Lark's notation.\n\n"
    return opening + "\n".join(blocks) if blocks else ""


def definition_schema() -> dict[str, object]:
    """The JSON Schema of a definition file; empty while there is no such type."""
    if importlib.util.find_spec("vitrail.model.definitions") is None:
        return {}
    module = importlib.import_module("vitrail.model.definitions")
    return msgspec.json.schema(module.DefinitionFile) if hasattr(module, "DefinitionFile") else {}


def schema_file() -> str:
    schema = definition_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n" if schema else ""


def definitions_page() -> str:
    """What a definition file may hold, one table for each kind of value."""
    tables = definition_schema().get("$defs", {})
    assert isinstance(tables, dict)
    if not tables:
        return ""
    opening = (
        "# Definition files\n\nYAML, one document in a file. "
        "Editors and other programs read the same thing as a [JSON Schema](definitions.schema.json).\n"
    )
    return opening + "".join(f"\n## {name}\n\n{kind_table(kind)}" for name, kind in tables.items())


def sources_page() -> str:
    """What a file of sources may hold, one table for each kind of source and of its parts."""
    if importlib.util.find_spec("vitrail.collect.sources.definition") is None:
        return ""
    module = importlib.import_module("vitrail.collect.sources.definition")
    tables = msgspec.json.schema(module.Source).get("$defs", {})
    opening = (
        "# Sources\n\nA file of sources is YAML: `edition: 2026`, then `sources:`, a list of sources. "
        "The word at `kind` tells which table says the rest. "
        "[Pull from where your data are](../how-to/pull-sources.md) shows each at work.\n"
    )
    return opening + "".join(f"\n## {name}\n\n{kind_table(kind)}" for name, kind in tables.items())


def purpose_schema() -> dict[str, object]:
    """The JSON Schema of a register of purposes; empty while there is no such type."""
    if importlib.util.find_spec("vitrail.model.purposes") is None:
        return {}
    module = importlib.import_module("vitrail.model.purposes")
    return msgspec.json.schema(module.PurposeFile)


def purpose_schema_file() -> str:
    schema = purpose_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n" if schema else ""


def purposes_page() -> str:
    """What a register of purposes may hold, one table for each kind of value."""
    tables = purpose_schema().get("$defs", {})
    assert isinstance(tables, dict)
    if not tables:
        return ""
    opening = (
        "# Registers of purposes\n\nYAML, for `vitrail purposes apply`. "
        "Editors and other programs read the same thing as a [JSON Schema](purposes.schema.json).\n"
    )
    return opening + "".join(f"\n## {name}\n\n{kind_table(kind)}" for name, kind in tables.items())


def rules_page() -> str:
    """Whom the law lets one reach, row by row, in both languages."""
    if importlib.util.find_spec("vitrail.consent.rules") is None:
        return ""
    rules = importlib.import_module("vitrail.consent.rules").decision_table()
    opening = (
        "# Whom the law lets one reach\n\nFrance, November 2026. A row grants to those who meet its "
        "conditions; whom no row grants to is not reached. Objection, restriction and the suppression list "
        "come after. "
        "[Legal bases and the gate](../concepts/legal-bases.md) explains it; it is no legal advice.\n"
    )
    return opening + "".join(rule_section(rule) for rule in rules)


def rule_section(rule: Any) -> str:
    """One row of the table of rules."""
    purposes = {True: "marketing", False: "no marketing", None: "any purpose"}[rule.marketing]
    needs = [*rule.relations, rule.needs] if rule.needs != "nothing" else [*rule.relations]
    told = {
        "channels": ", ".join(rule.channels),
        "legal basis": ", ".join(rule.bases),
        "purpose": purposes,
        "of the person": ", ".join(needs) or "nothing",
        "holds": " ".join(
            f"{word} {day}" for word, day in (("since", rule.since), ("until", rule.until)) if day
        ),
    }
    rows = "".join(f"| {name} | {value} |\n" for name, value in told.items() if value)
    lines = f"{rule.say['en']} — {rule.law['en']}.\n\n{rule.say['fr']} — {rule.law['fr']}.\n\n"
    return f"\n## {rule.key}\n\n{lines}| | |\n|---|---|\n{rows}"


def kind_table(kind: dict[str, object]) -> str:
    properties, required = kind.get("properties", {}), kind.get("required", [])
    assert isinstance(properties, dict) and isinstance(required, list)
    rows = "".join(
        f"| `{name}` | {shape(value)} | {'yes' if name in required else 'no'} |\n"
        for name, value in properties.items()
    )
    description = inspect.cleandoc(str(kind.get("description", "")))
    return f"{description}\n\n| field | value | required |\n|---|---|---|\n{rows}"


def shape(value: dict[str, object]) -> str:
    """A JSON Schema type in a few words."""
    match value:
        case {"$ref": str(reference)}:
            name = reference.rsplit("/", 1)[-1]
            return f"[{name}](#{links.slug(name)})"
        case {"enum": list(choices)}:
            return ", ".join(f"`{choice}`" for choice in choices)
        case {"anyOf": list(kinds)}:
            return " or ".join(shape(kind) for kind in kinds)
        case {"type": "array", "items": dict(items)}:
            return f"list of {shape(items)}"
        case {"type": "object", "additionalProperties": dict(items)}:
            return f"{shape(items)} by key"
        case {"type": "string"}:
            return "text"
        case {"type": "null"}:
            return "nothing"
        case _:
            return str(value.get("type", "anything"))


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "python.md": ("Python", python_page),
    "command-line.md": ("Command line", command_line_page),
    "grammar.md": ("Grammar of conditions", language_page),
    "definitions.md": ("Definition files", definitions_page),
    "purposes.md": ("Registers of purposes", purposes_page),
    "rules.md": ("Whom the law lets one reach", rules_page),
    "sources.md": ("Sources", sources_page),
    "definitions.schema.json": ("JSON Schema of definition files", schema_file),
    "purposes.schema.json": ("JSON Schema of registers of purposes", purpose_schema_file),
}


HAND_WRITTEN = {
    "language.md": "Condition language",
    "tracking-api.md": "The tracking API",
    "sample-shop.md": "The sample shop",
}
"""Pages of the reference that people write; tests read the examples of the first."""


def written() -> dict[Path, str]:
    """Each file of the reference with its text; a page whose room is not built yet is left out."""
    made = {name: write() for name, (_, write) in PAGES.items()}
    pages = {name: text for name, text in made.items() if text}
    titles = {**HAND_WRITTEN, **{name: PAGES[name][0] for name in pages}}
    entries = "".join(f"- [{title}]({name})\n" for name, title in titles.items())
    index = f"# Reference\n\nWhat there is, name by name, taken from the code.\n\n{entries}"
    return {REFERENCE / name: noted(name, text) for name, text in {"index.md": index, **pages}.items()}


def noted(name: str, text: str) -> str:
    return NOTE + text if name.endswith(".md") else text


def stale(pages: dict[Path, str]) -> Iterator[str]:
    """Files of the reference that say something else than the code, or that nothing writes any more."""
    for file, text in pages.items():
        if not file.exists() or file.read_text("utf-8") != text:
            yield f"{file.relative_to(ROOT)}: the code says something else now; run `make docs`"
    for file in REFERENCE.iterdir() if REFERENCE.exists() else ():
        if file not in pages and file.name not in HAND_WRITTEN:
            yield f"{file.relative_to(ROOT)}: nothing writes this file any more; remove it"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which pages are stale")
    asked = parser.parse_args()
    pages = written()
    if not asked.check:
        REFERENCE.mkdir(parents=True, exist_ok=True)
        for file, text in pages.items():
            file.write_text(text, "utf-8")
    faults = [*stale(pages), *links.broken(ROOT)]
    print("\n".join(faults) or f"{len(pages)} files in docs/reference, all links lead somewhere.")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
