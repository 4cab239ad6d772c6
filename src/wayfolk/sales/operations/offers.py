"""Creating and changing offers, closing them and opening them again."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.organization import brands, numbering
from wayfolk.organization.models import NumberKind
from wayfolk.sales import folding
from wayfolk.sales.models import CloseReason, Offer, OfferStatus
from wayfolk.sales.rules import offers as rules
from wayfolk.sales.rules.offers import OfferData
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

_WHOLE = ("title", "customer_id", "offeree_name", "departs_on", "returns_on")
_MONEY = ("currency", "exchange_rate", "price_minor")


class StaleOffer(Conflict):
    """Somebody saved the offer meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_offer(data: OfferData, *, by: Actor) -> Offer:
    """A new offer with the next number, not sent yet; for a customer or for an offeree.

    Without other words it is a customer's request, in the organisation's currency, looked after
    by whoever creates it, and of the first brand. The number is of its brand's range (TQ-53).
    Raises NotAllowed, InvalidValues (field -> message), NumbersUsedUp.
    """
    require_rights(by)
    given = rules.checked(data).fields
    fields = {**_defaults(by), **given}
    _require_editable((n for n, v in given.items() if v != _default(n, by)), by)
    rules.require_consistent(fields, base_currency=by.currency)
    with change_set(by=by, operation="offers.create", summary="") as current:
        _require_references(fields)
        brand = brands.chosen(fields.get("brand_id"))
        fields["brand_id"] = brand.id if brand else None
        number = numbering.take_number(NumberKind.OFFER, brand_id=fields["brand_id"])
        offer = Offer(number=number, **fields)
        offer.created_by_id = offer.updated_by_id = author_of(by)
        offer.folded_text = folding.fold_offer(offer.title, offer.offeree_name)
        of_brand = f" ({brand})" if brand else ""
        current.summary = current.summary or f"Created offer {offer}{of_brand}"
        offer.save(force_insert=True)
    return offer


def update_offer(
    offer_id: UUID, data: OfferData, *, by: Actor, version: int | None = None
) -> Offer:
    """Change what is offered, to whom, or its dates; a new “valid until” also revives or expires.

    `version` is the one that the editor saw; another present one raises StaleOffer and changes
    nothing. Raises NotFound, NotAllowed, InvalidValues.
    """
    require_rights(by)
    cleaned = rules.checked(data).fields
    with change_set(by=by, operation="offers.update", summary="") as current:
        offer = lock_offer(offer_id)
        require_version(offer, version)
        changed = {n: v for n, v in cleaned.items() if getattr(offer, n) != v}
        if "brand_id" in changed:
            raise InvalidValues(
                {
                    "brand_id": f"Offer {offer.number} keeps its brand, of whose range its number"
                    " is. Close it and make a new one of the other brand."
                }
            )
        _require_editable(changed, by)
        rules.require_price_restated(changed, cleaned, has_price=offer.price_minor is not None)
        for name, value in changed.items():
            setattr(offer, name, value)
        rules.require_consistent(
            {name: getattr(offer, name) for name in (*_WHOLE, *_MONEY)}, base_currency=by.currency
        )
        _require_references(changed)
        current.summary = current.summary or f"Updated offer {offer}"
        if changed:
            offer.folded_text = folding.fold_offer(offer.title, offer.offeree_name)
            settle(offer, clock.today(by.time_zone))
            save(offer, by, *changed, "folded_text", "status")
    return offer


def follow_up(offer_id: UUID, on: date | None, *, by: Actor, version: int | None = None) -> Offer:
    """Follow it up on that day next; None: no more."""
    return update_offer(offer_id, OfferData({"follow_up_on": on}), by=by, version=version)


def close_offer(
    offer_id: UUID, reason_id: UUID | None, *, by: Actor, version: int | None = None
) -> Offer:
    """It came to nothing, for a reason of the organisation's list; reminders go no more.

    Raises WrongStatus, InvalidValues without a reason that is offered.
    """
    require_rights(by)
    with change_set(by=by, operation="offers.close", summary="") as current:
        offer = lock_offer(offer_id)
        require_version(offer, version)
        rules.require_step(offer.status, "close", number=offer.number)
        reason = CloseReason.objects.filter(id=reason_id, is_closed=False).first()
        if reason is None:
            raise InvalidValues(
                {"close_reason": "Say why the offer is closed: choose a reason from the list."}
            )
        current.summary = current.summary or f"Closed offer {offer}: {reason.label}"
        offer.status, offer.close_reason = OfferStatus.CLOSED, reason
        save(offer, by, "status", "close_reason_id")
    return offer


def reopen_offer(offer_id: UUID, *, by: Actor, version: int | None = None) -> Offer:
    """A closed offer stands where it stood: unsent, available, or expired meanwhile."""
    require_rights(by)
    with change_set(by=by, operation="offers.reopen", summary="") as current:
        offer = lock_offer(offer_id)
        require_version(offer, version)
        rules.require_step(offer.status, "reopen", number=offer.number)
        current.summary = current.summary or f"Opened offer {offer} again"
        offer.status, offer.close_reason = OfferStatus.UNSENT, None
        settle(offer, clock.today(by.time_zone))
        save(offer, by, "status", "close_reason_id")
    return offer


def expire_offers(today: date, *, by: Actor) -> int:
    """Mark sent offers as expired whose last day is over; returns how many. Idempotent."""
    with change_set(by=by, operation="offers.expire", summary="") as current:
        over = Offer.objects.filter(status=OfferStatus.AVAILABLE, valid_until__lt=today)
        offers = list(over.order_by("id").locked())
        for offer in offers:
            offer.status = OfferStatus.EXPIRED
            offer.save_changes("status")
        named = f"offer {offers[0]}" if len(offers) == 1 else f"{len(offers)} offers"
        current.summary = f"Expired {named}"
    return len(offers)


def settle(offer: Offer, today: date) -> None:
    """Give an offer that is neither sold nor closed the status that follows from its dates."""
    if offer.is_open:
        offer.status = rules.standing(
            was_sent=offer.sent_on is not None, valid_until=offer.valid_until, today=today
        )


def save(offer: Offer, by: Actor, *fields: str) -> None:
    """Write these fields, and who did."""
    offer.updated_by_id = author_of(by)
    offer.save_changes(*fields, "updated_by_id")


def lock_offer(offer_id: UUID) -> Offer:
    """The offer, locked until the transaction ends; raises NotFound."""
    offer: Offer | None = Offer.objects.filter(id=offer_id).locked().first()
    if offer is None:
        raise NotFound("There is no such offer. It may have been taken back meanwhile.")
    return offer


def require_version(offer: Offer, version: int | None) -> None:
    """Raises StaleOffer unless `version` is the present one (None: whatever it is)."""
    if version is not None and offer.version != version:
        raise StaleOffer(
            f"Offer {offer.number} was changed by someone else meanwhile.",
            details={"version": offer.version, "expected": version},
        )


def require_rights(by: Actor) -> None:
    by.require_module("offers")
    by.require("offers.edit")


def author_of(by: Actor) -> UUID | None:
    """The membership of who writes, None for the program itself."""
    return by.author_id if by.author_kind in {"user", "api"} else None


def derive_folded(offer_ids: Collection[UUID]) -> None:
    """Derive the searched text again, after an undo put former values back."""
    for offer in Offer.objects.filter(id__in=offer_ids).locked():
        folded = folding.fold_offer(offer.title, offer.offeree_name)
        if offer.folded_text != folded:
            offer.folded_text = folded
            offer.save_changes("folded_text")


def _defaults(by: Actor) -> dict[str, Any]:
    return {name: _default(name, by) for name in ("currency", "exchange_rate", "assignee_id")}


def _default(name: str, by: Actor) -> Any:
    """What a new offer has in a field of which nothing is said."""
    own: dict[str, Any] = {
        "currency": by.currency,
        "exchange_rate": Decimal(1),
        "assignee_id": author_of(by),
    }
    if name in own:
        return own[name]
    field = Offer._meta.get_field(name)
    return field.get_default()  # type: ignore[union-attr]


def _require_references(fields: Mapping[str, Any]) -> None:
    errors = {}
    customer_id, assignee_id = fields.get("customer_id"), fields.get("assignee_id")
    if customer_id and not Customer.objects.present().filter(id=customer_id).exists():
        errors["customer_id"] = "There is no such customer. It may have been deleted meanwhile."
    if assignee_id and not Membership.objects.filter(id=assignee_id).exists():
        errors["assignee_id"] = "There is no such user. Choose one from the list."
    if errors:
        raise InvalidValues(errors)


def _require_editable(names: Iterable[str], by: Actor) -> None:
    """Refuse the whole change when a field in it is not this actor's to edit."""
    refused = sorted(
        {
            rules.LABELS[name]
            for name in names
            if name in rules.FIELD_RULES and not by.may_edit(rules.FIELD_RULES[name])
        }
    )
    if refused:
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change"
            f" {', '.join(refused)}. An administrator can allow it under Settings, Roles.",
            details={"fields": refused},
        )
