"""What other domains show on the customer page, each part only where module and role allow."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.narrowing import list_old
from wayfolk.bookings.payments import queries as payment_queries
from wayfolk.bookings.queries import list_for_customer
from wayfolk.communications import queries as communications
from wayfolk.customers.models import Customer, Kind
from wayfolk.households import queries as household_queries
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.operations import deletion
from wayfolk.itineraries.queries import links_of
from wayfolk.kit.errors import NotFound
from wayfolk.partners import queries as partner_queries
from wayfolk.passengers.preferences import queries as preference_queries
from wayfolk.sales.queries import offers as offer_queries
from wayfolk.sales.queries.offers import OfferFilters, list_offers
from wayfolk.sales.queries.orders import OrderFilters, list_orders
from wayfolk.service.queries import CaseFilters, list_cases
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import StayQuerySet
from wayfolk.web.bookings import of_customer as bookings
from wayfolk.web.changes import presenters as changes
from wayfolk.web.customers import counts, warnings
from wayfolk.web.households import on_customers as households
from wayfolk.web.households.on_customers import Lives
from wayfolk.web.partners import on_customers as partners
from wayfolk.web.passengers import preference_rows

STAYS_SHOWN = 50
# Names of counts that are no section's.
LATE, GUARDIANS = warnings.LATE, "guardians"


@dataclass(frozen=True)
class Lazy:
    """A section that another part of the product fills when it is opened.

    `url_name` takes the customer's number and answers with the content alone to htmx, with a
    whole page to a browser without scripts. `is_open_to`: where it takes more than the two.
    """

    id: str
    title: str
    url_name: str
    module: str
    permission: str
    is_open_to: Callable[[Actor], bool] = lambda _by: True


LAZY = (
    Lazy("offers", "Offers", "offers:of_customer", "offers", "offers.view"),
    Lazy("cases", "Service cases", "cases:of_customer", "service", "service.view"),
    Lazy("bonus", "Bonus packages", "bonus:of_customer", "loyalty", "loyalty.view"),
    Lazy("catalogs", "Catalog orders", "catalogs:of_customer", "catalogs", "catalogs.view"),
    Lazy("extras", "Customer extras", "extras:of_customer", "loyalty", "loyalty.view"),
    Lazy(
        "payments",
        "Payments",
        "payments:of_customer",
        "payments",
        "payments.view",
        is_open_to=payment_queries.may_see,
    ),
    Lazy(
        "communications",
        "Communications",
        "communications:of_customer",
        "communications",
        "communications.view",
    ),
)


@dataclass
class Part:
    """A section of the page. `lazy_url` loads its content when it is first opened."""

    id: str
    title: str
    template: str = ""
    count: int | str = ""
    flush: bool = True
    is_open: bool = True
    lazy_url: str = ""
    content: Any = None

    @property
    def remembered_as(self) -> str:
        return f"customer-{self.id}"


@dataclass(frozen=True)
class Own:
    """A section that this module fills: at once where it is open, else when it is opened.

    `fill(request, customer, by)` gives what its template reads as part.content. Where it `is_rows`,
    nothing is asked if their count says that there are none.
    """

    id: str
    title: str
    template: str
    is_shown: Callable[[Customer, Actor], bool]
    fill: Callable[[HttpRequest, Customer, Actor], Any]
    is_open: bool = True
    is_rows: bool = False


def sections(request: HttpRequest, customer: Customer, *, by: Actor) -> dict[str, Any]:
    """The parts in their order; a closed one costs nothing but its place in the counts.

    `counted` says how many there are of what the page shows, so that nobody asks for none.
    """
    shown: list[Own | Lazy] = [
        *_shown_own(customer, by),
        *(lazy for lazy in LAZY if _is_shown(lazy, by)),
    ]
    names = [section.id for section in shown]
    found = counts.counts_of(customer, [*names, *_asked_besides(customer, by)], by=by)
    lives = _lives(customer, by, found)
    parts = [
        _lazy_part(section, customer, found)
        if isinstance(section, Lazy)
        else _own_part(section, request, customer, found, by)
        for section in shown
    ]
    if lives is not None:
        parts.append(_household_part(lives, customer, by))
    if partner_queries.may_see(by):
        parts += _trade_parts(customer, by)
    if by.may("history.view"):
        address = reverse("customers:history", args=[customer.number])
        parts.append(Part("history", "History", flush=False, is_open=False, lazy_url=address))
    parts.sort(key=lambda part: ORDER.index(part.id))
    return {"parts": parts, "lives": lives, "counted": found}


def _asked_besides(customer: Customer, by: Actor) -> Iterator[str]:
    """What most customers have none of and the page would ask for by itself."""
    if payment_queries.may_see(by):
        yield LATE
    if _has_home(customer, by):
        yield GUARDIANS


def section(request: HttpRequest, customer: Customer, name: str, *, by: Actor) -> Part:
    """One section with its content; raises NotFound for none that this reader has."""
    lives = _lives(customer, by, {})
    if name == "household" and lives is not None:
        return _household_part(lives, customer, by, is_filled=True)
    for own in _shown_own(customer, by):
        if own.id == name:
            return Part(own.id, own.title, own.template, content=own.fill(request, customer, by))
    raise NotFound("The page of this customer has no such section, or not for your role.")


def _shown_own(customer: Customer, by: Actor) -> list[Own]:
    return [own for own in OWN if own.is_shown(customer, by)]


def _own_part(
    own: Own, request: HttpRequest, customer: Customer, found: Mapping[str, int], by: Actor
) -> Part:
    part = Part(own.id, own.title, count=counts.in_words(found.get(own.id)), is_open=own.is_open)
    if _is_open(part, by):
        is_empty = own.is_rows and found.get(own.id) == 0
        part.template = own.template
        part.content = [] if is_empty else own.fill(request, customer, by)
    else:
        part.lazy_url = reverse("customers:section", args=[customer.number, own.id])
    return part


def _is_open(part: Part, by: Actor) -> bool:
    return by.sections.get(part.remembered_as, part.is_open)


def _lazy_part(lazy: Lazy, customer: Customer, found: Mapping[str, int]) -> Part:
    address = reverse(lazy.url_name, args=[customer.number])
    count = counts.in_words(found.get(lazy.id))
    return Part(lazy.id, lazy.title, count=count, is_open=False, lazy_url=address)


def _is_shown(lazy: Lazy, by: Actor) -> bool:
    return by.has_module(lazy.module) and by.may(lazy.permission) and lazy.is_open_to(by)


def _has_home(customer: Customer, by: Actor) -> bool:
    return customer.kind == Kind.PERSON and household_queries.may_see(by)


def _lives(customer: Customer, by: Actor, counted: Mapping[str, int]) -> Lives | None:
    """The households, which the head of the page names too."""
    if not _has_home(customer, by):
        return None
    return households.of_customer(customer, by=by, has_guardians=counted.get(GUARDIANS, 1) > 0)


def _household_part(
    lives: Lives, customer: Customer, by: Actor, *, is_filled: bool = False
) -> Part:
    part = Part("household", "Household", count=len(lives.rows) or "")
    if is_filled or _is_open(part, by):
        part.template, part.content = "households/of_customer.html", lives
    else:
        part.lazy_url = reverse("customers:section", args=[customer.number, part.id])
    return part


def _trade_parts(customer: Customer, by: Actor) -> list[Part]:
    """What makes the customer a trade partner, and the partners that they speak for."""
    parts = []
    as_partner, contact_at = partners.of_customer(customer, by=by)
    if as_partner:
        parts.append(Part("trade", "Trade partner", "partners/of_company.html", content=as_partner))
    if contact_at:
        template = "partners/of_person.html"
        parts.append(
            Part("contact-at", "Contact at", template, len(contact_at), content=contact_at)
        )
    return parts


def _sees_bookings(_customer: Customer, by: Actor) -> bool:
    return booking_queries.may_see(by)


def _sees_itineraries(_customer: Customer, by: Actor) -> bool:
    return by.has_module("itineraries") and by.may("itineraries.view")


def _sees_stays(_customer: Customer, by: Actor) -> bool:
    return stay_queries.may_see(by)


def _itineraries(_request: HttpRequest, customer: Customer, by: Actor) -> Any:
    return itinerary_queries.list_for_customer(customer.id, by=by)


def _latest_stays(_request: HttpRequest, customer: Customer, by: Actor) -> Any:
    return list(_stays(customer, by).order_by("-arrival_on", "id")[:STAYS_SHOWN])


def _bookings(request: HttpRequest, customer: Customer, by: Actor) -> Any:
    return bookings.for_customer(request.GET, customer, by=by)


def _old_bookings(request: HttpRequest, customer: Customer, by: Actor) -> Any:
    return bookings.for_customer(request.GET, customer, by=by, is_old=True)


def _is_person(customer: Customer, _by: Actor) -> bool:
    return customer.kind == Kind.PERSON


def _preferences(_request: HttpRequest, customer: Customer, by: Actor) -> Any:
    return preference_rows.of_customer(customer, by=by)


def _stays(customer: Customer, by: Actor) -> StayQuerySet:
    return stay_queries.list_stays(by=by).filter(guest_id=customer.id)


OWN = (
    Own("bookings", "Bookings", "bookings/for_customer.html", _sees_bookings, _bookings),
    Own(
        "old-bookings",
        "Old bookings",
        "bookings/for_customer.html",
        _sees_bookings,
        _old_bookings,
        is_open=False,
    ),
    Own(
        "itineraries",
        "Itineraries",
        "customers/_itineraries.html",
        _sees_itineraries,
        _itineraries,
        is_rows=True,
    ),
    Own("stays", "Stays", "customers/_stays.html", _sees_stays, _latest_stays, is_rows=True),
    Own(
        "preferences",
        "Preferences",
        "passengers/preferences_of_customer.html",
        _is_person,
        _preferences,
        is_open=False,
    ),
)
# As a consultant reads a page: what was bought, what became of it, who they are to whom.
ORDER = (
    *("bookings", "offers", "cases", "old-bookings", "bonus", "catalogs", "extras"),
    *("itineraries", "stays", "preferences", "household", "trade", "contact-at"),
    *("payments", "communications", "history"),
)
counts.register("bookings", lambda customer, by: list_for_customer(customer.id, by=by))
counts.register("old-bookings", lambda customer, by: list_old(customer.id, by=by))
counts.register("itineraries", lambda customer, by: links_of(customer.id, by=by))
counts.register("stays", _stays)
counts.register(
    "preferences", lambda customer, by: preference_queries.list_preferences(customer.id, by=by)
)
counts.register(
    "offers", lambda customer, by: list_offers(OfferFilters(customer_id=customer.id), by=by)
)
counts.register(
    "cases", lambda customer, by: list_cases(CaseFilters(customer_id=customer.id), by=by)
)
counts.register(
    "catalogs", lambda customer, by: list_orders(OrderFilters(customer_id=customer.id), by=by)
)
counts.register(
    "payments", lambda customer, by: payment_queries.list_of_customer(customer.id, by=by)
)
counts.register(
    LATE, lambda customer, by: payment_queries.list_late(by=by).filter(customer_id=customer.id)
)
counts.register(
    GUARDIANS, lambda customer, by: household_queries.guardians_of([customer.id], by=by)
)
counts.register(
    "communications", lambda customer, by: communications.list_for_customer(customer, by=by)
)


def history(request: HttpRequest, subject_id: UUID, *, by: Actor) -> HttpResponse:
    """The History section of a record."""
    context = changes.history_for(request, subject_id, by=by)
    return render(request, "changes/history.html", context)


def deletion_preview(customer: Customer, *, by: Actor) -> dict[str, Any]:
    """What deleting touches: itineraries with who is promoted, and what keeps its record."""
    departures = deletion.preview(customer.id, by=by)
    return {
        "itineraries": [
            {
                "trip_id": departure.itinerary.trip_id,
                "name": departure.itinerary.name,
                "promoted": departure.promoted.name if departure.promoted else "",
            }
            for departure in departures
        ],
        "touched": _kept_in_words(customer, by),
    }


def _kept_in_words(customer: Customer, by: Actor) -> str:
    """Which records keep the customer; of what this actor may see."""
    kept: list[tuple[int, str, str]] = []  # how many, the noun, what follows it
    if booking_queries.may_see(by):
        bought = booking_queries.list_for_customer(customer.id, by=by).count()
        travelled = booking_queries.list_travelled(customer.id, by=by).count()
        kept += [(bought, "booking", ""), (travelled, "booking", " of others on which they travel")]
    if stay_queries.may_see(by):
        kept.append((_stays(customer, by).count(), "stay", ""))
    if offer_queries.may_see(by):
        made = offer_queries.list_offers(OfferFilters(customer_id=customer.id), by=by)
        kept.append((made.count(), "offer", ""))
    words = [f"{n} {noun}{'' if n == 1 else 's'}{rest}" for n, noun, rest in kept if n]
    if not words:
        return ""
    verb = "keeps its" if sum(n for n, *_ in kept) == 1 else "keep their"
    listed = " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
    return f"{listed} {verb} record of this customer."
