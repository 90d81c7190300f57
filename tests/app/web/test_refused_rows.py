"""The whole road of refused rows on the pages: taken out with reasons, corrected, brought again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_user

ROWS = 300
BROKEN = {40: "12,3O", 90: "offert", 120: "offert"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("refused") / "shop"
    vitrail.create(root).close()
    with serving(root, "", role="all", options=("--requests-a-second", "0")) as found:
        yield found


@pytest.fixture(scope="module")
def page(served: Served) -> Iterator[Page]:
    owner = Visitor(served)
    owner.sign_in(make_user(served, "owner").email)
    with browsing() as browser:
        context = browser.new_context(locale="en-GB", accept_downloads=True)
        context.set_default_timeout(120_000)
        context.add_cookies(
            [{"name": "vitrail", "value": owner.client.cookies["vitrail"], "url": served.url}]
        )
        yield context.new_page()
        context.close()


def bring(page: Page, served: Served, path: Path) -> None:
    page.goto(f"{served.url}/data/import")
    page.set_input_files("#file", path)
    page.wait_for_url("**/data/imports/*")
    expect(page.locator("#mapping")).to_be_visible()


def load(page: Page, rows: int) -> None:
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name=f"Load {rows} row").click()
    expect(page.get_by_role("heading", name="The file is loaded")).to_be_visible()


def tally(page: Page) -> list[str]:
    """New, updated, unchanged, refused."""
    return page.locator(".tally dd").all_inner_texts()


@pytest.fixture(scope="module")
def refused(page: Page, served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The refused rows of a first file, as they were taken out."""
    folder = tmp_path_factory.mktemp("files")
    rows = [f"C{number};Zoé;{BROKEN.get(number, f'{number},50')}" for number in range(ROWS)]
    (folder / "Clients d'été.csv").write_text("\n".join(["Client;Prénom;Montant", *rows, ""]))
    bring(page, served, folder / "Clients d'été.csv")
    page.get_by_label("refuse these rows").check()
    page.get_by_role("button", name="Take the ready-made register").click()
    page.get_by_label("Customer knowledge").check()
    load(page, ROWS - len(BROKEN))
    assert tally(page) == ["297", "0", "0", "3"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    path.with_suffix(".first").write_bytes(path.read_bytes())
    return path


@pytest.fixture(scope="module")
def corrected(page: Page, served: Served, refused: Path) -> Page:
    """The page, once the corrected rows are loaded."""
    text = refused.read_text("utf-8-sig")
    refused.write_text(text.replace('"12,3O"', "8").replace("Zoé,offert", "Zoé,8"))
    bring(page, served, refused)
    load(page, len(BROKEN))
    assert tally(page) == ["3", "0", "0", "0"]
    return page


def test_the_file_of_refused_rows_bears_the_name_of_the_first(refused: Path):
    assert refused.name == "refused-Clients-d-ete.csv"


def test_refused_rows_stand_as_they_were_after_their_reasons(refused: Path):
    found = refused.with_suffix(".first").read_text("utf-8-sig").splitlines()
    assert found[0] == "vitrail_line,vitrail_column,vitrail_reason,Client,Prénom,Montant"
    assert found[1].startswith("42,Montant,") and found[1].endswith(',C40,Zoé,"12,3O"')


def test_corrected_rows_are_recognised(corrected: Page, served: Served, refused: Path):
    bring(corrected, served, refused)
    expect(corrected.get_by_text("These rows were refused before")).to_be_visible()
    assert corrected.locator("table.map tbody th").all_inner_texts() == ["Client", "Prénom", "Montant"]
    assert corrected.locator("fieldset.asks").count() == 0


def test_corrected_rows_are_loaded_as_what_they_are(corrected: Page, served: Served):
    with vitrail.open(served.root) as ws:
        assert set(ws.store.catalogue.traits) == {"Prénom", "Montant"}
        assert (ws.count("`Montant` >= 0"), ws.count("`Montant` = 8")) == (ROWS, len(BROKEN))


def test_the_history_shows_both(corrected: Page, served: Served):
    corrected.goto(f"{served.url}/data/imports")
    rows = corrected.locator("tbody tr").all_inner_texts()
    assert ["refused-Clients-d-ete.csv" in row for row in rows] == [True, False]
    assert [row.split()[-4:] for row in rows] == [["3", "0", "0", "0"], ["297", "0", "0", "3"]]
