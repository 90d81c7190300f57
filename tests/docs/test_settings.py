"""Every variable of the environment is on one page, and the page names no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"\bVITRAIL_[A-Z]+(?:_[A-Z]+)*\b")
OF_EXAMPLES = {"VITRAIL_SECRET_CRM_TOKEN", "VITRAIL_SECRET_NAME", "VITRAIL_SECRET_NOM", "VITRAIL_SECRET"}


def test_every_setting_is_on_the_page():
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.html")]
    used = {name for file in sources for name in NAME.findall(file.read_text("utf-8"))}
    told = set(NAME.findall((ROOT / "docs" / "how-to" / "settings.md").read_text("utf-8")))
    assert told - OF_EXAMPLES == used - OF_EXAMPLES
