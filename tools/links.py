"""Links of the documentation: where they lead, and which lead nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


def pages(root: Path) -> list[Path]:
    """The pages people read: those at the top and those under docs/."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def slug(heading: str) -> str:
    """The anchor that repositories give to a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*:", link):
        return True
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists():
        return False
    return (
        not anchor
        or target.suffix != ".md"
        or anchor in {slug(found) for found in HEADING.findall(prose(target))}
    )


def broken(root: Path) -> Iterator[str]:
    """`page: link` for each relative link without a target."""
    for page in pages(root):
        for link in LINK.findall(prose(page)):
            if not leads_somewhere(page, link):
                yield f"{page.relative_to(root)}: the link {link} leads nowhere"
