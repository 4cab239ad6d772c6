"""The lane of possible duplicates in the browser, by keys alone (TQ-38 to TQ-40, KP-33)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, OpenPage
from tests.segments import making
from tests.world import Cast
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.matching import pairs
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.kit import tenancy

pytestmark = pytest.mark.browser
Check = Callable[[Page], None]
ALIKE = {"household": "email", "given": "near", "family": "same"}


@pytest.fixture
def waiting(committed_cast: Cast) -> dict[str, Customer]:
    """Three pairs: the Holms, the Eks, the Dahls, in this order."""
    by = committed_cast.manager
    made: dict[str, Customer] = {}
    found = []
    for weight, (one, other, family) in enumerate(
        [("Bo", "Boe", "Dahl"), ("Zoë", "Zoe", "Ek"), ("Anna", "Anne", "Holm")], start=3
    ):
        both = [
            making.customer(by, given_name=given, family_name=family, email=f"{family}@example.com")
            for given in (one, other)
        ]
        made |= {each.given_name: each for each in both}
        low, high = sorted(each.id for each in both)
        found.append(Proposal(low, high, float(weight), ALIKE))
    with tenancy.scope(by.organization_id):
        pairs.store_all(found)
    return made


def shows(page: Page, name: str) -> None:
    expect(page.locator("#lane").get_by_role("link", name=name, exact=True)).to_be_visible()


def test_tq40_pairs_are_judged_and_taken_back_by_keys(
    committed_cast: Cast,
    waiting: dict[str, Customer],
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    page = open_page(committed_cast.manager, "/duplicates/")
    shows(page, "Anna Holm")
    assert_accessible(page)
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Anne Holm")).to_be_checked()
    page.keyboard.press("m")
    shows(page, "Zoë Ek")
    expect(page.locator(".wf-toast").get_by_text("Merged Anna Holm")).to_be_visible()
    page.keyboard.press("n")
    shows(page, "Bo Dahl")
    expect(page.locator(".wf-toast").get_by_text("Not the same: Zoë Ek")).to_be_visible()
    page.keyboard.press("u")
    shows(page, "Zoë Ek")
    page.keyboard.press("l")
    shows(page, "Bo Dahl")
    assert_accessible(page)
    with tenancy.scope(committed_cast.organization.id):
        statuses = dict(Customer.objects.values_list("given_name", "status"))
    assert statuses["Anna"] == Status.MERGED
    assert statuses["Anne"] == statuses["Zoë"] == statuses["Zoe"] == Status.ACTIVE
    page.goto(page.url.replace("/duplicates/", f"/customers/{waiting['Anna'].number}/"))
    expect(page.get_by_role("heading", name="Anne Holm").first).to_be_visible()


def test_the_lane_fits_a_phone(
    committed_cast: Cast,
    waiting: dict[str, Customer],
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    page = open_page(committed_cast.manager, "/duplicates/?reason=same_email", width=NARROW)
    shows(page, "Anna Holm")
    assert_accessible(page)
    overflow = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not overflow
