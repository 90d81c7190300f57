"""From an empty folder to first segments: in the page, quickly, with and without script."""

import csv
import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import vitrail
from tests.app.http.browsing import browsing
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_user

ROWS = 5_000
SECONDS = 120
PASSWORD = "a long sentence to sign in"


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders as Excel writes them in French."""
    path = tmp_path_factory.mktemp("files") / "commandes.csv"
    draw, today = random.Random(7), dt.datetime.now(dt.UTC).date()
    with path.open("w", encoding="cp1252", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["N° client", "Date", "Montant TTC", "Famille"])
        for _ in range(ROWS):
            day = today - dt.timedelta(days=int(draw.random() ** 2 * 700))
            amount = f"{draw.uniform(5, 400):.2f} €".replace(".", ",")
            rows.writerow(
                [f"C{draw.randrange(1400):05d}", f"{day:%d/%m/%Y}", amount, draw.choice(["Jardin", "Déco"])]
            )
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    root = tmp_path / "new"
    vitrail.create(root).close()
    with serving(root, "", role="all", options=("--requests-a-second", "0")) as served:
        yield served


def become_owner(page: Page, served: Served) -> None:
    page.goto(served.first_link)
    page.fill("[name=email]", "ann@example.org")
    page.fill("[name=name]", "Ann")
    page.fill("[name=password]", PASSWORD)
    page.locator("button").last.click()


def load(page: Page) -> None:
    expect(page.get_by_text("Windows-1252 (Western European)")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Take the ready-made register").click()
    page.get_by_label("Customer knowledge").check()
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Load 5,000 rows").click(timeout=60_000)
    expect(page.get_by_role("heading", name="The file is loaded")).to_be_visible(timeout=60_000)


def apply_segments(page: Page) -> None:
    page.get_by_role("link", name="Go on to first segments").click()
    page.get_by_role("button", name="Apply them all").click()
    expect(page.get_by_text("Your first segments are ready")).to_be_visible(timeout=90_000)


def test_from_an_empty_folder_to_first_segments_in_two_minutes(
    empty: Served, orders: Path, record_property: Callable[[str, object], None]
):
    began = time.monotonic()
    with browsing() as browser:
        page = browser.new_page(locale="en-GB")
        become_owner(page, empty)
        expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
        page.get_by_role("link", name="Choose a file").click()
        page.set_input_files("#file", orders)
        page.wait_for_url("**/data/imports/*")
        load(page)
        apply_segments(page)
        page.get_by_role("link", name="See all segments").click()
        expect(page.get_by_role("link", name="Big baskets")).to_be_visible()
        page.close()
    seconds = time.monotonic() - began
    record_property("seconds", round(seconds, 1))
    assert seconds < SECONDS


def test_a_file_is_imported_without_script(empty: Served, orders: Path):
    with browsing() as browser:
        context = browser.new_context(locale="en-GB", java_script_enabled=False)
        page = context.new_page()
        become_owner(page, empty)
        page.get_by_role("link", name="Choose a file").click()
        page.set_input_files("#file", orders)
        page.get_by_role("button", name="Send the file").click()
        load(page)
        context.close()


def test_a_file_is_only_taken_from_our_own_pages(empty: Served):
    owner = Visitor(empty)
    owner.sign_in(make_user(empty, "owner").email)
    for address in ("/data/import/wrong", "/data/import/" + "0" * 64):
        answer = owner.client.post(address + "?name=a.csv", content=b"a;b\n1;2\n")
        assert answer.status_code == 403
    assert not (empty.root / "tasks").exists()


def test_a_reader_brings_no_file(empty: Served):
    reader = Visitor(empty)
    reader.sign_in(make_user(empty, "reader").email)
    assert reader.client.get("/data/import", headers={"accept": "text/html"}).status_code == 403
