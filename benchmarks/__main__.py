"""The command: measure, print a table, keep the figures as JSON."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import msgspec

from benchmarks.figures import show
from benchmarks.files import Size
from benchmarks.runs import Setting, measure

SIZES = {
    "tiny": Size(2_000, 50_000),
    "small": Size(200_000, 10_000_000),
    "full": Size(1_000_000, 50_000_000),
}
RESULTS = Path(__file__).parent / "results"
KEPT = Path(tempfile.gettempdir()) / "vitrail-benchmarks"


def main() -> None:
    """Measure what Vitrail costs, as ratios within one run."""
    given = _arguments()
    chosen = Size(given.profiles or SIZES[given.size].profiles, given.events or SIZES[given.size].events)
    report = measure(Setting(given.folder, chosen))
    show(report)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{chosen.name}.json"
    kept.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--profiles", type=int, help="an exact number instead")
    parser.add_argument("--events", type=int, help="an exact number instead")
    parser.add_argument("--folder", type=Path, default=KEPT, help="where files are drawn and kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
