"""The lane of possible duplicates in the browser, by keys alone (TQ-38 to TQ-40, KP-33)."""

from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NARROW, OpenPage
from tests.segments import making
from tests.world import Cast
from wayfolk.customers.models import Customer, Status
from wayfolk.identity import tasks
from wayfolk.identity.matching import pairs
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.models import DuplicatePair, DuplicateSearch, PairState
from wayfolk.kit import tenancy

pytestmark = pytest.mark.browser
Check = Callable[[Page], None]
TOO_SOON_MS = 250  # a second press before that was meant for the pair before
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
    page.wait_for_timeout(TOO_SOON_MS)
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


def test_tq39_the_next_pair_is_there_before_the_server_has_answered(
    committed_cast: Cast, waiting: dict[str, Customer], open_page: OpenPage
) -> None:
    page = open_page(committed_cast.manager, "/duplicates/")
    shows(page, "Anna Holm")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/duplicates/decision", hold)
    page.keyboard.press("n")
    shows(page, "Zoë Ek")
    expect(page.get_by_role("link", name="Anna Holm", exact=True)).to_be_hidden()
    page.wait_for_timeout(TOO_SOON_MS)
    page.keyboard.press("2")
    page.keyboard.press("l")
    page.wait_for_timeout(TOO_SOON_MS)
    assert len(held) == 1, "decisions are made one after the other"
    held[0].continue_()
    expect(page.locator(".wf-toast").get_by_text("Not the same: Anna Holm")).to_be_visible()
    for _ in range(100):
        page.wait_for_timeout(50)
        if len(held) > 1:
            break
    shows(page, "Bo Dahl")
    assert f"main={waiting['Zoe'].number}&" in (held[1].request.post_data or "")
    held[1].continue_()
    expect(page.locator(".wf-toast").get_by_text("Later: Zoë Ek")).to_be_visible()
    with tenancy.scope(committed_cast.organization.id):
        states = Counter(DuplicatePair.objects.values_list("state", flat=True))
    assert states == {PairState.OPEN: 1, PairState.LATER: 1, PairState.CLOSED: 1}


def test_a_pair_that_could_not_be_decided_about_is_shown_again(
    committed_cast: Cast, waiting: dict[str, Customer], open_page: OpenPage
) -> None:
    page = open_page(committed_cast.manager, "/duplicates/")
    shows(page, "Anna Holm")
    page.route("**/duplicates/decision", lambda route: route.fulfill(status=503))
    page.keyboard.press("m")
    expect(page.locator(".wf-toast").get_by_text("Something went wrong")).to_be_visible()
    shows(page, "Anna Holm")
    expect(page.get_by_role("link", name="Zoë Ek", exact=True)).to_be_hidden()
    page.unroute("**/duplicates/decision")
    page.wait_for_timeout(TOO_SOON_MS)
    page.keyboard.press("m")
    expect(page.locator(".wf-toast").get_by_text("Merged Anne Holm")).to_be_visible()
    shows(page, "Zoë Ek")


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


def test_everybody_is_looked_through_and_the_rules_are_changed(
    committed_cast: Cast,
    waiting: dict[str, Customer],
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    page = open_page(committed_cast.administrator, "/duplicates/")
    shows(page, "Anna Holm")
    page.get_by_role("button", name="Look through all customers").click()
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    assert_accessible(page)
    with tenancy.scope(committed_cast.organization.id):
        search = DuplicateSearch.objects.get()
    tasks.find_everywhere(committed_cast.organization.id, str(search.id))
    expect(page.get_by_text("Looked through 6 customers")).to_be_visible()
    page.goto(page.url.replace("/duplicates/", "/settings/duplicates/"))
    expect(page.get_by_text("Change something to see what it would do")).to_be_visible()
    page.get_by_label("Suggest from").fill("39")
    page.get_by_label("Ask from").fill("39")
    page.get_by_label("Ask from").press("Tab")
    expect(page.get_by_role("heading", name="No longer suggested")).to_be_visible()
    page.get_by_text("Points for each").click()
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".wf-toast").get_by_text("Saved how duplicates are found")).to_be_visible()
    expect(page.get_by_label("Suggest from")).to_have_value("39")
    page.locator(".wf-toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Suggest from")).to_have_value("2")
