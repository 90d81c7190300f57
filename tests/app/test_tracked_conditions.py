"""What sites send can be asked for: the examples of the page on the tracking plan."""

from pathlib import Path

from tests.collect.tracked import filed, identify, message, track
from vitrail.app.declaration_files import read_declaration
from vitrail.app.workspace import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "tracking-plan.md"


def members(ws: Workspace, rule: str) -> list[str]:
    return ws.members(rule).column("profile").to_pylist()


def bought(who: str, *products: dict[str, object]) -> dict[str, object]:
    return track("Order Completed", {"order_id": who, "products": list(products)}, userId=who)


def test_a_condition_on_products_bought(empty: Workspace):
    bottle, glass = {"category": "bottles", "quantity": 2}, {"category": "glasses", "quantity": 9}
    filed(empty.store, bought("anne", bottle), bought("zoe", glass))
    (rule,) = [line.strip() for line in PAGE.read_text("utf-8").splitlines() if line.startswith("    sum(")]
    assert members(empty, rule) == ["anne"]
    assert members(empty, "did(`Order Completed`, last 30 days)") == ["anne", "zoe"]


def test_a_condition_on_circumstances_traits_and_groups(empty: Workspace):
    page = message("page", context={"locale": "fr-FR"})
    filed(empty.store, page, identify({"address": {"city": "Lille"}}), message("group", groupId="acme"))
    for rule in ('did(page_view where locale = "fr-FR")', '`address.city` = "Lille"', '`group` = "acme"'):
        assert members(empty, rule) == ["anne"]


def test_the_declared_plan_of_the_page_is_a_declaration(empty: Workspace, tmp_path: Path):
    text = PAGE.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "plan.yaml").write_text(text, "utf-8")
    declared = empty.catalogue.declare(read_declaration(tmp_path / "plan.yaml", empty.catalogue.current()))
    assert not declared.collections["page_view"].inferred
