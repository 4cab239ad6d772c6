"""The customers list in a real browser: filters, columns, a view, a change of many, an export."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.segments import making
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.integrations.exports import operations as exports
from wayfolk.integrations.exports import running
from wayfolk.integrations.models import ExportRun
from wayfolk.kit import tenancy
from wayfolk.segments import operations
from wayfolk.segments.models import BulkChange
from wayfolk.segments.operations import many

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]
PEOPLE: tuple[tuple[str, str, str, str, int], ...] = (
    ("Anna", "Holm", "Faro", "PT", 120_000),
    ("Bo", "Dahl", "Oslo", "NO", 0),
    ("Carla", "Silva Marques de Albuquerque", "São Brás de Alportel", "PT", 1_980_050),
    ("Zoë", "Ek", "Lagos", "PT", 45_000),
)


@pytest.fixture
def people(committed_cast: Cast) -> dict[str, Customer]:
    by = committed_cast.manager
    made = {}
    for given, family, city, country, total in PEOPLE:
        made[given] = making.customer(
            by,
            given_name=given,
            family_name=family,
            city=city,
            country=country,
            email=f"{given.lower()}@example.com".replace("ë", "e"),
            phone="+351 912 345 678",
        )
        if total:
            making.booked(
                by,
                made[given],
                departs_on=date(2026, 6, 11),
                total_minor=total,
                transport="TP 1343",
                hotel="Casa Azul",
            )
    with tenancy.scope(by.organization_id):
        operations.save_view(
            "Algarve in June", "country=PT&departs_from=2026-06-01", is_shared=True, by=by
        )
    return made


def test_tq33_narrow_the_list_keep_it_as_a_view_and_change_all_that_match(
    committed_cast: Cast, people: dict[str, Customer], open_page: OpenPage, assert_accessible: Check
) -> None:
    by = committed_cast.manager
    page = open_page(by, "/customers/")
    page.get_by_role("button", name="Filters").click()
    page.get_by_text("More filters").click()
    page.get_by_label("Transports").select_option("TP 1343")
    page.get_by_label("Country", exact=True).select_option("Portugal")
    page.get_by_label("Turnover from (EUR)").fill("1000")
    assert_accessible(page)
    page.get_by_role("button", name="Display").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("group", name="Filters in use")).to_contain_text("TP 1343")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Columns").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Country", exact=True).check()
    names = dialog.get_by_role("group", name="Columns").locator("label")
    before = [name.strip() for name in names.all_inner_texts()].index("Country")
    with page.expect_response(lambda response: response.request.method == "POST"):
        dialog.get_by_role("button", name="Move Country to the left").click()
    expect(names.nth(before - 1)).to_have_text("Country")
    expect(dialog.get_by_label("Country", exact=True)).to_be_checked()
    dialog.get_by_role("button", name="Show these columns").click()
    expect(page.get_by_role("columnheader", name="Country")).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Save as a view").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Big in Portugal")
    assert_accessible(page)
    dialog.get_by_role("button", name="Save").click()
    tabs = page.get_by_role("navigation", name="Saved views")
    expect(tabs.get_by_role("link", name="Big in Portugal")).to_have_attribute(
        "aria-current", "page"
    )
    page.get_by_label("Tick Anna Holm").check()
    page.get_by_label("all 2 that match").check()
    assert_accessible(page)
    page.get_by_role("button", name="Newsletter", exact=True).click()
    expect(page.locator("#job-progress")).to_be_visible()
    with tenancy.scope(by.organization_id):
        change = BulkChange.objects.get()
    many.carry_out(change.id, by=by)
    expect(page.get_by_text("Undo this change")).to_be_visible()
    assert_accessible(page)


def test_tq35_an_export_is_asked_for_without_javascript(
    committed_cast: Cast,
    people: dict[str, Customer],
    open_page: OpenPage,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    by = committed_cast.manager
    page = open_page(by, "/customers/?country=PT", javascript=False)
    page.goto("/exports/new?all=1&query=country%3DPT")
    page.get_by_label("Excel").check()
    page.get_by_role("button", name="Export").click()
    with tenancy.scope(by.organization_id):
        run = ExportRun.objects.get()
    running.carry_out(run.id, by=by)
    page.reload()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download").click()
    assert waited.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_kept_as_a_picture(
    committed_cast: Cast,
    people: dict[str, Customer],
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    settings: Any,
    tmp_path: Path,
    width: int,
    theme: str,
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    by = committed_cast.administrator
    with tenancy.scope(by.organization_id):
        run = exports.ask_for(by=by)
        change = many.ask_for(Customer.objects.all(), "newsletter", "yes", by=by)
    running.carry_out(run.id, by=by)
    many.carry_out(change.id, by=by)
    addresses = {
        "customer-list": "/customers/?country=PT&departs_from=2026-06-01&sort=-turnover",
        "customer-list-empty": "/customers/?country=PT&city=oslo",
        "customer-list-columns": "/customers/columns?columns=email,turnover",
        "customer-list-view": "/customers/views/new?country=PT",
        "customer-list-settings": "/customers/list-settings",
        "customer-list-many": f"/customers/selection/change/{change.id}/",
        "exports": "/exports/",
        "exports-one": f"/exports/{run.id}/",
        "exports-new": "/exports/new?all=1&query=country%3DPT",
    }
    page = open_page(by, "/customers/", theme=theme, width=width)
    for name, address in addresses.items():
        page.goto(address)
        assert_accessible(page)
        screenshot(page, f"{name}-{width}-{theme}")
    page.goto("/customers/?country=PT&departs_from=2026-06-01")
    page.get_by_role("button", name="Filters").click()
    assert_accessible(page)
    screenshot(page, f"customer-list-filters-{width}-{theme}")
