"""Importing a file in the browser: choose, map, watch it run, take it back."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Gallery, OpenPage
from tests.integrations import making
from tests.world import Cast
from wayfolk.integrations.imports import running
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import tenancy

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def guests(tmp_path: Path) -> Path:
    lines = [making.reservation(n, adults=n % 7) for n in range(1, 31)]
    return making.write(tmp_path / "July guests.csv", making.reservations(*lines))


def carry_out(cast: Cast) -> None:
    """What the worker would do."""
    with tenancy.scope(cast.organization.id):
        run = ImportRun.objects.latest("created_at")
    running.carry_out(run.id, by=cast.manager)


def test_the_pages_are_accessible(committed_cast: Cast, gallery: Gallery, tmp_path: Path) -> None:
    page = gallery.open(committed_cast.manager, "/imports/")
    gallery.look(page, "imports-empty")
    page.goto("/imports/new/")
    gallery.look(page, "imports-new")
    page.get_by_label("File").set_input_files(guests(tmp_path))
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    gallery.look(page, "imports-mapping")
    page.get_by_role("button", name="Import 30 rows").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    gallery.look(page, "imports-progress")
    carry_out(committed_cast)
    expect(page.get_by_text("Finished, rows refused")).to_be_visible()
    gallery.look(page, "imports-result")
    page.goto("/imports/")
    gallery.look(page, "imports-list")


def test_partners_come_in_from_the_template_and_go_again(
    committed_cast: Cast, gallery: Gallery, tmp_path: Path
) -> None:
    """KP-08: the template, one row that no hierarchy accepts, the result, and undo."""
    page = gallery.open(committed_cast.manager, "/imports/new/")
    with page.expect_download() as download:
        page.get_by_role("link", name="trade-partners.csv").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    lost = text.splitlines()[1].replace("C1,Northern Alliance,consortium,", "X9,Lost,agent,Nobody")
    page.get_by_label("File").set_input_files(
        making.write(tmp_path / "partners.csv", f"{text}{lost}\n".encode())
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("There is no trade partner “Nobody”")).to_be_visible()
    gallery.look(page, "imports-partners-mapping")
    page.get_by_role("button", name="Import 4 rows").click()
    carry_out(committed_cast)
    expect(page.get_by_text("Finished, rows refused")).to_be_visible()
    expect(page.get_by_role("row", name="Trade partners 2 0 0")).to_be_visible()
    gallery.look(page, "imports-partners-result")
    page.goto("/partners/")
    expect(page.get_by_role("link", name="Nordic Horizons")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Undo the import").click()
    page.goto("/partners/")
    expect(page.get_by_role("link", name="Nordic Horizons")).to_have_count(0)


def test_a_column_is_mapped_again_and_the_preview_follows(
    committed_cast: Cast, open_page: OpenPage, tmp_path: Path
) -> None:
    file = making.write(tmp_path / "list.csv", making.people("Ann Lee,ann@example.com,,Faro"))
    page = open_page(committed_cast.manager, "/imports/new/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_label("What the column Name fills").select_option("customer.company_name")
    expect(page.get_by_role("columnheader", name="Customer: company")).to_be_visible()


def test_the_whole_way_without_javascript(
    committed_cast: Cast, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(committed_cast.manager, "/imports/new/", javascript=False)
    page.get_by_label("File").set_input_files(guests(tmp_path))
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="Import 30 rows").click()
    carry_out(committed_cast)
    page.reload()
    expect(page.get_by_text("Finished, rows refused")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows with the reasons").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.count("Nobody stays") == 4


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    committed_cast: Cast, open_page: OpenPage, tmp_path: Path, settings: Any
) -> None:
    settings.MAX_IMPORT_BYTES = 1_000_000
    large = making.write(tmp_path / "large.csv", making.people(*["Ann Lee,,,"] * 200_000))
    page = open_page(committed_cast.manager, "/imports/new/")
    page.get_by_label("File").set_input_files(large)
    page.get_by_role("button", name="Read the file").click()
    said = page.get_by_label("File").evaluate("input => input.validationMessage")
    assert said == "This file has 2 MB; at most 1 MB can be imported at once. Split the file."
    expect(page).to_have_url(re.compile("/imports/new/$"))
    page.get_by_label("File").set_input_files(guests(tmp_path))
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
