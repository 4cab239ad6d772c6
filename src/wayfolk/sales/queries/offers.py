"""Finding offers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from wayfolk.kit import text
from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.organization import brands
from wayfolk.organization.models import Brand
from wayfolk.sales import folding
from wayfolk.sales.models import (
    BrandReminders,
    Offer,
    OfferQuerySet,
    OfferReminder,
    OfferSettings,
)
from wayfolk.sales.rules import offers as rules
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

RESULTS_MAX = 200
NUMBER_DIGITS_MAX = 15
_NO_PATTERN = str.maketrans("", "", "\\%_")


@dataclass(frozen=True, slots=True)
class OfferFilters:
    """What a list is narrowed to; None and "" do not narrow.

    `text`: words of the title or of the offeree's name, or an Offer No. `due_by`: open offers
    whose follow-up date has come by that day. The period is of the proposed departure.
    """

    text: str = ""
    status: str = ""
    kind: str = ""
    assignee_id: UUID | None = None
    customer_id: UUID | None = None
    departs_from: date | None = None
    departs_to: date | None = None
    due_by: date | None = None
    brand: Brand | None = None


def may_see(by: Actor) -> bool:
    """Whether offers exist for this actor at all: permission and module."""
    return by.may("offers.view") and by.has_module("offers")


def list_offers(filters: OfferFilters | None = None, *, by: Actor) -> OfferQuerySet:
    """Offers with customer, assignee and what became of them, in no order: see `kit.paging`.

    Text finds at most RESULTS_MAX offers, the newest ones.
    """
    by.require_module("offers")
    by.require("offers.view")
    narrowed = filters or OfferFilters()
    offers = Offer.objects.select_related(
        *("customer", "assignee", "close_reason", "booking", "created_by", "updated_by"),
        "brand",
    )
    exact = {
        "status": narrowed.status,
        "kind": narrowed.kind,
        "assignee_id": narrowed.assignee_id,
        "customer_id": narrowed.customer_id,
        "departs_on__gte": narrowed.departs_from,
        "departs_on__lte": narrowed.departs_to,
        "follow_up_on__lte": narrowed.due_by,
    }
    offers = offers.filter(**{name: value for name, value in exact.items() if value})
    if narrowed.brand is not None:
        offers = offers.filter(**brands.records_of(narrowed.brand))
    if narrowed.due_by is not None:
        offers = offers.filter(status__in=rules.OPEN)
    return offers.filter(_matching(narrowed)) if narrowed.text else offers


def get_offer(offer_id: UUID, *, by: Actor) -> Offer:
    """One offer; raises NotFound."""
    offer = list_offers(by=by).filter(id=offer_id).first()
    if offer is None:
        raise NotFound("There is no such offer. It may have been taken back since.")
    return offer


def get_offer_by_number(number: int, *, by: Actor) -> Offer:
    """One offer by Offer No; raises NotFound."""
    offer = list_offers(by=by).filter(number=number).first()
    if offer is None:
        raise NotFound(f"There is no offer {number}. It may have been taken back since.")
    return offer


def list_reminders(offer_id: UUID, *, by: Actor) -> Sequence[OfferReminder]:
    """The reminders of an offer in the order of their days, of former sendings too."""
    by.require_module("offers")
    by.require("offers.view")
    rows = OfferReminder.objects.filter(offer_id=offer_id)
    return list(rows.order_by("due_on", "created_at", "id"))


def list_follow_ups(
    due_by: date, *, by: Actor, assignee_id: UUID | None = None
) -> TenantQuerySet[Offer]:
    """Open offers to follow up by that day."""
    filters = OfferFilters(due_by=due_by, assignee_id=assignee_id)
    return list_offers(filters, by=by).in_lines()


def get_settings() -> OfferSettings:
    """What the organisation has set, or the defaults (not stored)."""
    return OfferSettings.objects.first() or OfferSettings()


def reminder_days(brand_id: UUID | None) -> str:
    """The days on which offers of the brand remind: its own, else those set for all."""
    own = BrandReminders.objects.filter(brand_id=brand_id).first() if brand_id else None
    return str(get_settings().reminder_days if own is None else own.days)


def brand_reminders() -> dict[UUID, str]:
    """Brand -> its own days ("" for never); without those that remind as set for all."""
    return dict(BrandReminders.objects.values_list("brand_id", "days"))


def list_users(*, by: Actor) -> Sequence[Membership]:
    """Who can be the assignee of an offer, by name."""
    by.require("offers.view")
    return list(Membership.objects.filter(is_active=True).order_by("name", "id"))


def find_ids(filters: OfferFilters, *, limit: int = RESULTS_MAX) -> list[UUID]:
    """Ids of offers whose title and offeree have every word, newest first."""
    fragments = _fragments(filters.text)
    if not fragments:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sales_search(%s::text[], %s, %s, %s, %s, %s)",
            [
                fragments,
                filters.status or None,
                filters.assignee_id,
                filters.departs_from,
                filters.departs_to,
                limit,
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def ids_of_offers(ids: Collection[UUID]) -> set[UUID]:
    """Those of these ids that are offers."""
    return set(Offer.objects.filter(id__in=list(ids)).values_list("id", flat=True))


def _fragments(query: str) -> list[str]:
    folded = folding.fold_offer(query, "")
    return [w for word in folded.split()[:8] if (w := word.translate(_NO_PATTERN))]


def _matching(filters: OfferFilters) -> Q:
    """By title or offeree, or by an Offer No.

    Of one customer there are few offers: there the text is compared row by row.
    """
    cleaned = text.clean(filters.text)[:200]
    number = text.fold_digits(cleaned).lstrip("#")
    is_number = number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS_MAX
    named = Q(number=int(number)) if is_number else Q(id__in=[])
    if filters.customer_id is None:
        return named | Q(id__in=find_ids(filters))
    words = _fragments(cleaned)
    return named | Q(*(Q(folded_text__contains=word) for word in words)) if words else named
