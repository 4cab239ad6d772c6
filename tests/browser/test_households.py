"""Households in a real browser: make one, move people, split, ask the past (KP-19 to KP-21)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making as booked
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.households.making import day, household, person
from tests.world import Cast
from wayfolk.households.models import Household
from wayfolk.households.operations import connecting, guarding, moving

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


def family(cast: Cast) -> Household:
    """Parents, a child with a guardian, a son who moved out, an aunt to be called, bookings."""
    anna = person(cast, "Anna", born=day(-15_000), email="anna@example.com")
    bent = person(cast, "Bent", "Hansen-Featherstonehaugh", lines="Kollegiet 5", city="Odense")
    emil, karl, ulla = (person(cast, name) for name in ("Emil", "Karl", "Ulla"))
    home = household(
        cast,
        (anna, "head"),
        (bent, "partner"),
        (emil, "child"),
        (karl, "child"),
        lines="Elmevej 1, 2. tv.",
        postcode="8000",
        city="Aarhus",
        country="DK",
        language="da",
        channel="post",
        newsletter_by_post=True,
        notes="Never call before noon.",
    )
    moving.move_out(home.id, [karl.id], on=day(900), by=cast.advisor)
    guarding.add_guardian(emil.id, anna.id, from_on=day(0), by=cast.advisor)
    connecting.connect_person(
        home.id, ulla.id, kind="emergency", from_on=day(5), note="Aunt", by=cast.advisor
    )
    for customer, product in ((anna, "Douro wine walk, 5 days"), (karl, "Surf lesson")):
        booked.booking(cast.advisor, customer, product=product)
    person(cast, "Tom", "Okafor", email="home@example.com")
    person(cast, "Grace", "Okafor", email="home@example.com")
    household(cast, name="Østergård", city="Ribe")
    return home


def test_a_suggestion_becomes_a_household_and_a_child_moves_out(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    family(committed_cast)
    page = open_page(committed_cast.advisor, "/households/")
    page.get_by_role("link", name="Suggestions").click()
    expect(page.locator("#main")).to_contain_text("Tom Okafor, Grace Okafor")
    page.goto(page.url.replace("households/suggestions/", "customers/?q=grace"))
    page.get_by_role("link", name="Grace Okafor").click()
    page.locator("#household").scroll_into_view_if_needed()  # suggestions load when they are seen
    expect(page.locator("#household")).to_contain_text("Tom Okafor, Grace Okafor")
    page.get_by_role("link", name="Make a household…").click()
    page.get_by_label("Grace Okafor").select_option("partner")
    page.get_by_role("button", name="Create household").click()
    members = page.locator("#household-members")
    expect(members).to_contain_text("Grace Okafor")
    page.get_by_role("link", name="Move in…").click()
    page.locator("#dialog input[type=search]").press_sequentially("ulla")
    page.locator("#dialog").get_by_text("Ulla Hansen").first.click()
    page.locator("#dialog").get_by_label("Role").select_option("relative")
    page.get_by_role("button", name="Move in", exact=True).click()
    expect(members).to_contain_text("Ulla Hansen")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#main")).not_to_contain_text("Ulla Hansen")


def test_a_refused_split_says_why_and_a_good_one_answers_the_past(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    home = family(committed_cast)
    page = open_page(committed_cast.advisor, f"/households/{home.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Split…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Split").click()
    expect(dialog).to_contain_text("Choose who moves out")
    dialog.get_by_label("Emil Hansen, child").check()
    dialog.locator("input[name=on]").fill("2024-05-01")
    dialog.get_by_label("Name of the new one").fill("Emil")
    dialog.get_by_role("button", name="Split").click()
    expect(page.locator("#household-members")).not_to_contain_text("Emil")
    page.get_by_label("Day").fill("2024-04-30")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#residents")).to_contain_text("Emil Hansen")
    page.get_by_label("Day").fill("2024-05-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#residents")).not_to_contain_text("Emil Hansen")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_in_both_themes_and_widths(
    committed_cast: Cast,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    home = family(committed_cast)
    page = open_page(committed_cast.advisor, "/households/", width=width, theme=theme)

    def look(name: str) -> None:
        screenshot(page, f"households-{name}-{width}-{theme}")
        assert_accessible(page)

    look("list")
    for name, address in (
        ("page", f"/households/{home.number}/?on=2021-01-01"),
        ("new", "/households/new"),
        ("edit", f"/households/{home.number}/edit"),
        ("suggestions", "/households/suggestions/"),
        ("customer", "/customers/1/"),
    ):
        page.goto(address)
        look(name)
    page.goto(f"/households/{home.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Split…").click()
    expect(page.locator("#dialog")).to_be_visible()
    look("split")
