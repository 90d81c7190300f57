"""Nothing in the repository depends on the machine it was written on, nor says where to download from."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LEAKS = {
    "an address in a lock file": r'"resolved"\s*:\s*"http|registry\s*=\s*["\']?https?:',
    "an index or a folder to download from": r"(?<!\w)--((extra-)?index-url|find-links|trusted-host)\b",
    "a path of one machine": r"(?<![\w.~-])/(wo[r]k|ro[o]t|ho[m]e/\w+|Us[e]rs/\w+)/",
}

# In two halves each, since this file is read too.
SAMPLES = ['"resolved":' + ' "https://x.org/y.tgz"', "--index" + "-url x", "see /ro" + "ot/x"]


def tracked_files() -> list[Path]:
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def leaks_in(file: Path) -> list[str]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    return [
        f"{file.relative_to(ROOT)}:{number}: {what}: {line.strip()[:120]}"
        for number, line in enumerate(lines, start=1)
        for what, pattern in LEAKS.items()
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize("line", SAMPLES)
def test_a_leak_is_seen(line, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "file").write_text(line)
    assert leaks_in(tmp_path / "file")


def test_no_tracked_file_leaks():
    found = [leak for file in tracked_files() for leak in leaks_in(file)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
