"""What was measured: figures with what they must hold, as a table for people and JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table


class Figure(msgspec.Struct, frozen=True):
    """One measured number; `most` or `least` is the bound it must hold."""

    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the bound is held; None where there is none."""
        if self.most is not None:
            return self.value <= self.most
        return self.value >= self.least if self.least is not None else None

    @property
    def bound(self) -> str:
        """The bound in words."""
        if self.most is not None:
            return f"≤ {self.most:g} {self.unit}"
        return f"≥ {self.least:g} {self.unit}" if self.least is not None else ""


class Report(msgspec.Struct, frozen=True):
    """All figures of one run; `compared` says how many segments were settled in several ways, equally."""

    profiles: int
    events: int
    compared: int
    figures: tuple[Figure, ...]


def show(report: Report) -> None:
    """Print the figures."""
    title = f"{report.profiles:,} profiles, {report.events:,} events; {report.compared} segments agree"
    table(title, report.figures)


def table(title: str, figures: Sequence[Figure]) -> None:
    """Print figures under a title."""
    drawn = Table(title=title)
    for name in ("what", "measured", "must hold", ""):
        drawn.add_column(name, justify="right" if name == "measured" else "left")
    for figure in figures:
        mark = {True: "yes", False: "NO", None: ""}[figure.holds]
        drawn.add_row(figure.what, f"{figure.value:.4g} {figure.unit}", figure.bound, mark)
    Console().print(drawn)


def named(figures: Sequence[Figure]) -> dict[str, Figure]:
    """The figures by what they are."""
    return {figure.what: figure for figure in figures}
