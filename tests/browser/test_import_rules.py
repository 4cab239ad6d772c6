"""Building rules over several columns in the browser, with and without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Accessible, Gallery, OpenPage
from tests.integrations import making
from tests.world import Cast

pytestmark = pytest.mark.browser

# The date columns of the hotel reservations, under names that give nothing away.
HEADER = "row_id,hotel,year_in,month_in,day_in,nights,adults,reservation_status,name"
ROWS = (
    "1,City Hotel,2026,July,10,3,2,Check-Out,Ann Lee",
    "2,City Hotel,2026,August,1,2,1,Canceled,Bo Ek",
    "3,Resort Hotel,2026,August,5,7,2,Check-Out,Cy Dahl",
)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def begin(open_page: OpenPage, cast: Cast, tmp_path: Path, **how: Any) -> Page:
    file = making.write(tmp_path / "guests.csv", "\n".join([HEADER, *ROWS, ""]).encode())
    page: Page = open_page(cast.manager, "/imports/new/", **how)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", name="Fields made from several columns")).to_be_visible()
    return page


def add(page: Page, field: str) -> None:
    page.get_by_label("Add a rule for").select_option(label=field)
    page.get_by_role("button", name="Add a rule").click()


def control(page: Page, label: str) -> Locator:
    """A control of the rule that is open."""
    return page.get_by_role("group", name="Rule for").get_by_label(label, exact=True)


def test_the_date_of_the_hotel_reservations_is_built_by_hand(
    committed_cast: Cast, open_page: OpenPage, tmp_path: Path
) -> None:
    page = begin(open_page, committed_cast, tmp_path)
    add(page, "Stay: arrival *")
    rule = page.get_by_role("group", name="Rule for Stay: arrival")
    expect(rule.get_by_label("How")).to_be_focused()
    control(page, "Year").select_option("year_in")
    control(page, "Month").select_option("month_in")
    expect(rule.get_by_text("Choose a column for: day.")).to_be_visible()
    control(page, "Day").select_option("day_in")
    expect(page.get_by_role("cell", name="2026-07-10")).to_be_visible()
    rule.get_by_role("button", name="Done").click()
    words = "Stay: arrival = year, month and day from “year_in”, “month_in” and “day_in”"
    expect(page.get_by_text(words)).to_be_visible()
    page.reload()
    expect(page.get_by_text(words)).to_be_visible()


def test_rules_are_built_and_imported_without_javascript(
    committed_cast: Cast, open_page: OpenPage, tmp_path: Path
) -> None:
    page = begin(open_page, committed_cast, tmp_path, javascript=False)
    for column, field in (
        ("row_id", "stay.reservation_number"),
        ("hotel", "stay.hotel"),
        ("name", "customer.full_name"),
    ):
        page.get_by_label(f"What the column {column} fills").select_option(field)
    add(page, "Stay: arrival *")
    control(page, "Year").select_option("year_in")
    control(page, "Month").select_option("month_in")
    control(page, "Day").select_option("day_in")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("group", name="Rule for Stay: arrival")).to_be_visible()
    expect(page.get_by_role("cell", name="2026-08-05")).to_be_visible()
    add(page, "Stay: departure *")
    expect(control(page, "Nights or days").first).to_have_value("nights")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("cell", name="2026-07-13")).to_be_visible()
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()


def test_what_is_chosen_while_an_answer_is_on_its_way_stays(
    committed_cast: Cast, open_page: OpenPage, tmp_path: Path
) -> None:
    page = begin(open_page, committed_cast, tmp_path)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/mapping/", hold)
    with page.expect_request("**/mapping/"):
        page.get_by_label("What the column nights fills").select_option("customer.city")
    page.get_by_label("Add a rule for").select_option(label="Stay: status")
    page.get_by_label("Name of the mapping").fill("Houses")
    waiting[0].continue_()
    expect(page.get_by_role("columnheader", name="Customer: city")).to_be_visible()
    expect(page.get_by_label("Add a rule for")).to_have_value("stay.status")
    expect(page.get_by_label("Name of the mapping")).to_have_value("Houses")


def test_rules_are_accessible(
    committed_cast: Cast, gallery: Gallery, tmp_path: Path, assert_accessible: Accessible
) -> None:
    page = begin(gallery.open, committed_cast, tmp_path)
    assert_accessible(page)
    add(page, "Stay: arrival *")
    control(page, "Year").select_option("year_in")
    expect(page.get_by_text("Choose a column for: month, day.").first).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    gallery.look(page, "imports-rule-faulty")
    control(page, "Month").select_option("month_in")
    control(page, "Day").select_option("day_in")
    add(page, "Booking: reference *")
    control(page, "Text").fill("{hotel}-{row_id}")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("cell", name="City Hotel-1")).to_be_visible()
    add(page, "Stay: status")
    control(page, "Column").select_option("reservation_status")
    page.get_by_label("What “Canceled” becomes").select_option("cancelled")
    expect(page.get_by_role("columnheader", name="Stay: status")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    gallery.look(page, "imports-rules")
