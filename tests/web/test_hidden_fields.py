"""A field that a role may not see is nowhere: page, list, filter, sort, search, API, history.

Each controlled field of one customer has a value that occurs nowhere else. Whoever may see
everything finds each of them somewhere, so that the test would notice a value that it looks
for in vain; with a field hidden, nothing that can be opened holds its value (TQ-02, TQ-11, TQ-26).
"""

from datetime import date

import pytest

from tests.api.conftest import restrict
from tests.bookings import making
from tests.partners import making as trade
from tests.passengers.preferring import prefers
from tests.sales import making as selling
from tests.service import making as service
from tests.web import spider
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import commission, travelling
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.loyalty.operations import points
from wayfolk.organization import actors
from wayfolk.staff.rules import ALWAYS_SHOWN, CONTROLLED_FIELDS, Actor

pytestmark = pytest.mark.slow

# What each field's value looks like wherever it is written; spaces are left out of both.
SIGNS: dict[str, tuple[str, ...]] = {
    "customer.email": ("zq.secret@hidden.example", "zq.secret"),
    "customer.phone": ("912345987", "934567812"),
    "customer.address": ("Zqstreet", "7654-321", "Zqville"),
    # The year not alone: it occurs in ids by chance.
    "customer.birth_on": ("1931-07-23", "23Jul1931", "23July1931", ">1931<", '"1931"'),
    "customer.notes": ("zqnotes",),
    "customer.health": ("zqnuts", "zqpens", "zqdiet"),
    "booking.total": ("87,654.32", "8765432", "87654.32"),
    "booking.cost": ("76,543.11", "7654311", "76543.11"),
    "booking.profit": ("11,111.21", "1111121", "11111.21"),
    "booking.commission": ("10,956.79", "1095679", "10956.79"),
    "offer.price": ("65,432.19", "6543219", "65432.19"),
    "service.compensation": ("4,321.98", "432198", "4321.98"),
    # Not the digits alone, which stand in many a timestamp.
    "customer.happiness": (">3.67", "3.67(", '"3.67"', ":3.67"),
    "customer.bonus": ("48,271", "48271"),
}


def secret(by: Actor) -> Customer:
    """Somebody with a value for each field, and a booking sold through a partner."""
    with tenancy.scope(by.organization_id):
        customer = operations.create_customer(
            CustomerData(
                fields={
                    "given_name": "Zacharias",
                    "family_name": "Quist",
                    "birth_on": date(1931, 7, 23),
                    "notes": "zqnotes about the guest",
                },
                contacts={
                    ("primary", "email"): "zq.secret@hidden.example",
                    ("primary", "phone"): "+351 912 345 987",
                    ("secondary", "mobile"): "+351 934 567 812",
                },
                addresses={
                    ("primary", "lines"): "Zqstreet 77",
                    ("primary", "postcode"): "7654-321",
                    ("primary", "city"): "Zqville",
                    ("primary", "country"): "PT",
                },
            ),
            by=by,
        )
    _travels(customer, by)
    return customer


def _travels(customer: Customer, by: Actor) -> None:
    consortium, _, agent = trade.line(by)
    trade.term(by, consortium, "12.5")
    booking = making.booking(
        by,
        customer,
        total_minor=87_654_32,
        cost_minor=76_543_11,
        partner_id=agent.id,
        contact_phone="+351 912 345 987",
    )
    with tenancy.scope(by.organization_id):
        commission.recompute_commission(booking.id, by=by)
        travelling.add_passengers(booking.id, [customer.id], by=by)
    prefers(by, customer, "allergy", "zqnuts", severity="severe", note="zqpens")
    prefers(by, customer, "diet", "zqdiet")
    making.stay(by, customer)
    _tells(customer, booking, by)


def _tells(customer: Customer, booking: Booking, by: Actor) -> None:
    """An offer, a case with compensation, three answers, points."""
    selling.offer(by, customer, price_minor=65_432_19)
    service.case(
        by,
        booking,
        compensation_kind="refund",
        compensation_minor=4_321_98,
        compensation_currency="EUR",
    )
    asked, _ = service.questionnaire_of(by)
    service.answers(by, asked, booking, 4, 4, 3)
    with tenancy.scope(by.organization_id):
        points.grant_points(customer.id, 48_271, reason="Anniversary", by=by)


@pytest.fixture
def owner(cast: Cast) -> Actor:
    """May see everything, and has entered it."""
    secret(cast.administrator)
    return cast.administrator


def everything(by: Actor) -> dict[str, str]:
    return {**spider.pages(by, "/customers/?q=Quist"), **spider.answers(by)}


def places_of(code: str, read: dict[str, str]) -> list[str]:
    """Where the field's value can be read."""
    return [
        address
        for address, text in read.items()
        if any(sign in "".join(text.split()) for sign in SIGNS[code])
    ]


def test_every_controlled_field_is_looked_for() -> None:
    assert set(SIGNS) == CONTROLLED_FIELDS.keys() - ALWAYS_SHOWN


def test_what_is_hidden_is_nowhere(cast: Cast, owner: Actor) -> None:
    """Field by field where it could be read before; then all at once, everywhere."""
    shown = everything(owner)
    for code in SIGNS:
        found = places_of(code, shown)
        assert any(place.startswith("/api/") for place in found), f"{code}: in no answer"
        assert any(not place.startswith("/api/") for place in found), f"{code}: on no page"
        limited = limited_to(cast, owner, {code: "hidden"})
        assert places_of(code, spider.again(limited, found)) == [], code
        limited_to(cast, owner, {code: "edit"})
    read = everything(limited_to(cast, owner, dict.fromkeys(SIGNS, "hidden")))
    assert len(read) > len(shown) // 2, "Too little can be opened for the test to mean much"
    assert {code: places_of(code, read) for code in SIGNS} == {code: [] for code in SIGNS}


def limited_to(cast: Cast, actor: Actor, access: dict[str, str]) -> Actor:
    """The same person with these rights to fields."""
    restrict(actor, **{code.replace(".", "_", 1): given for code, given in access.items()})
    with tenancy.scope(cast.organization.id):
        limited = actors.find_actor(user_id=actor.user_id)
    assert limited is not None
    assert all(limited.may_see(code) == (given != "hidden") for code, given in access.items())
    return limited
