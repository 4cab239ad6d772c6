"""Opening, changing, closing and reopening service cases (TQ-46 to TQ-48)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import ContactPoint, Customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound, Refusal
from wayfolk.organization import brands, numbering
from wayfolk.organization.models import Brand, NumberKind
from wayfolk.service.models import CaseReason, CaseStatus, Reason, ServiceCase
from wayfolk.service.rules import cases
from wayfolk.service.rules.cases import CaseData
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

MODULE = "service"


class StaleCase(Conflict):
    """Somebody saved the case meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


class CasesOpen(Refusal):
    """Cases of the customer are to be closed first."""

    code = "cases_open"


def create_case(
    data: CaseData,
    *,
    by: Actor,
    customer_id: UUID | None = None,
    booking_number: int | None = None,
    brand: Brand | None = None,
) -> ServiceCase:
    """Open a case about a booking (whose customer it takes), or about a customer alone.

    `brand`: the booking's, where the organisation has several; another one is refused (TQ-46).

    Without other words it is opened today, handled by whoever opens it, and reached at the
    customer's email and phone; those are the case's own from then on. Raises NotAllowed,
    InvalidValues (field -> message).
    """
    require_rights(by)
    given = dict(cases.checked(data).fields)
    if not given.get("reason_ids"):
        raise InvalidValues({"reason_ids": "Choose at least one reason."})
    reasons = given.pop("reason_ids")
    require_editable((name for name, value in given.items() if value), by)
    with change_set(by=by, operation="service.open_case", summary="") as current:
        booking = _booking(booking_number, by)
        _require_brand(brand, booking)
        customer = _customer(customer_id, booking)
        case = ServiceCase(number=numbering.take_number(NumberKind.SERVICE_CASE))
        case.customer, case.booking = customer, booking
        for name, value in {**_defaults(customer, by), **given}.items():
            setattr(case, name, value)
        _require_whole(case, {**given, "handler_id": case.handler_id})
        _follow_status(case, by)
        current.summary = current.summary or f"Opened case {case.number} of {customer.name}"
        case.save(force_insert=True)
        _write_reasons(case, reasons)
    return case


def update_case(
    case_id: UUID, data: CaseData, *, by: Actor, version: int | None = None
) -> ServiceCase:
    """Change a case. Email and phone change on the case alone (TQ-47).

    Closing notes the day and who; reopening clears both. `version` is the one that the editor
    saw; another present one raises StaleCase. Values equal to the present ones are no change.
    Raises NotFound, NotAllowed, InvalidValues.
    """
    require_rights(by)
    cleaned = dict(cases.checked(data).fields)
    reasons = cleaned.pop("reason_ids", None)
    with change_set(by=by, operation="service.update_case", summary="") as current:
        case = lock_case(case_id)
        require_version(case, version)
        changed = {n: v for n, v in cleaned.items() if getattr(case, n) != v}
        require_editable(changed, by)
        for name, value in changed.items():
            setattr(case, name, value)
        _require_whole(case, changed)
        others = _follow_status(case, by) if "status" in changed else ()
        current.summary = current.summary or _summary(case, changed)
        has_other_reasons = reasons is not None and _write_reasons(case, reasons)
        if changed or has_other_reasons:
            case.save_changes(*changed, *others)
    return case


def set_status(case_id: UUID, status: str, *, by: Actor, version: int | None = None) -> ServiceCase:
    """Close, reopen, or move on: the short way of `update_case`."""
    return update_case(case_id, CaseData({"status": status}), by=by, version=version)


def keep_open_cases(customer: Customer, by: Actor) -> None:  # noqa: ARG001 - the registered form
    """Before a customer goes: whoever still waits for an answer is not deleted."""
    open_ones = ServiceCase.objects.filter(customer_id=customer.id).exclude(
        status=CaseStatus.CLOSED
    )
    numbers = list(open_ones.order_by("number").values_list("number", flat=True)[:4])
    if numbers:
        shown = ", ".join(map(str, numbers[:3])) + (" and others" if len(numbers) > 3 else "")
        raise CasesOpen(
            f"{customer.name} has service cases that are not closed ({shown}). Close them first,"
            " or make the customer inactive instead."
        )


def lock_case(case_id: UUID) -> ServiceCase:
    """The case with what it is about, locked until the transaction ends; raises NotFound."""
    list(ServiceCase.objects.filter(id=case_id).locked().values_list("id"))
    case: ServiceCase | None = ServiceCase.objects.filter(id=case_id).in_lines().first()
    if case is None:
        raise NotFound("There is no such service case. It may have been taken back meanwhile.")
    return case


def require_version(case: ServiceCase, version: int | None) -> None:
    """Raises StaleCase unless `version` is the present one (None: whatever it is)."""
    if version is not None and case.version != version:
        raise StaleCase(
            f"Case {case.number} was changed by someone else while you were editing.",
            details={"version": case.version, "expected": version},
        )


def require_rights(by: Actor) -> None:
    by.require_module(MODULE)
    by.require("service.edit")


def require_editable(names: Iterable[str], by: Actor) -> None:
    """Refuse the whole change when a field in it is not this actor's to edit."""
    refused = sorted(
        {
            cases.LABELS[name]
            for name in names
            if name in cases.FIELD_RULES and not by.may_edit(cases.FIELD_RULES[name])
        }
    )
    if refused:
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change"
            f" {', '.join(refused)}. An administrator can allow it under Settings, Roles.",
            details={"fields": refused},
        )


def membership_of(by: Actor) -> UUID | None:
    """The member behind the actor, None for Wayfolk itself and for guests."""
    return by.author_id if by.author_kind in {"user", "api"} else None


def _booking(number: int | None, by: Actor) -> Booking | None:
    if number is None:
        return None
    try:
        return booking_queries.get_booking_by_number(number, by=by)
    except NotFound as missing:
        raise InvalidValues({"booking": missing.message}) from missing


def _require_brand(brand: Brand | None, booking: Booking | None) -> None:
    """A number that was mistyped is rarely one of the same brand's range."""
    if brand is None or booking is None or booking.brand_id == brands.reference_of(brand):
        return
    own = brands.by_reference().get(booking.brand_id)
    raise InvalidValues(
        {
            "booking": f"Booking {booking.number} is of {own or 'another brand'}, not of {brand}."
            " Look at the number, or choose the other brand."
        }
    )


def _customer(customer_id: UUID | None, booking: Booking | None) -> Customer:
    """Whose case it is: of the booking, or the one that was named."""
    if booking is not None and customer_id not in {None, booking.customer_id}:
        raise InvalidValues(
            {
                "customer_id": f"Booking {booking.number} is of {booking.customer.name}. Leave the"
                " customer out, or the booking."
            }
        )
    sought = booking.customer_id if booking else customer_id
    if sought is None:
        raise InvalidValues({"booking": "Say which booking, or which customer, it is about."})
    customer: Customer | None = Customer.objects.present().filter(id=sought).first()
    if customer is None:
        raise InvalidValues(
            {"customer_id": "There is no such customer. It may have been deleted meanwhile."}
        )
    return customer


def _defaults(customer: Customer, by: Actor) -> dict[str, Any]:
    reach = contacts_of(customer)
    return {
        "opened_on": clock.today(by.time_zone),
        "handler_id": membership_of(by),
        "email": reach.get("email", ""),
        "phone": reach.get("mobile") or reach.get("phone", ""),
    }


def contacts_of(customer: Customer) -> dict[str, str]:
    """Kind -> value of the customer's primary contact points."""
    rows = ContactPoint.objects.filter(customer_id=customer.id, set="primary")
    return dict(rows.values_list("kind", "value"))


def _require_whole(case: ServiceCase, changed: Mapping[str, Any]) -> None:
    names = cases.COMPENSATION
    if case.compensation_minor is None and not case.compensation_kind:
        case.compensation_currency = ""
    cases.require_compensation({name: getattr(case, name) for name in names})
    handler = changed.get("handler_id")
    if handler and not Membership.objects.filter(id=handler).exists():
        raise InvalidValues({"handler_id": "There is no such user. Choose one from the list."})


def _follow_status(case: ServiceCase, by: Actor) -> tuple[str, ...]:
    """The closing day and who closed it follow the status; the names of both."""
    if case.is_closed:
        case.closed_on = clock.today(by.time_zone)
        case.closed_by_id = membership_of(by)
    else:
        case.closed_on, case.closed_by_id = None, None
    return ("closed_on", "closed_by")


def _write_reasons(case: ServiceCase, reason_ids: Iterable[UUID]) -> bool:
    """Make these the case's reasons; whether any changed. One switched off may stay, not come."""
    wished = set(reason_ids)
    present = set(CaseReason.objects.filter(case_id=case.id).values_list("reason_id", flat=True))
    if wished == present:
        return False
    added = wished - present
    if Reason.objects.filter(id__in=added, is_active=True).count() != len(added):
        raise InvalidValues({"reason_ids": "There is no such reason. Choose from the list."})
    CaseReason.objects.filter(case_id=case.id, reason_id__in=present - wished).delete()
    for reason_id in sorted(added):
        CaseReason.objects.create(case_id=case.id, reason_id=reason_id)
    return True


def _summary(case: ServiceCase, changed: Mapping[str, Any]) -> str:
    if "status" in changed:
        verb = "Closed" if case.is_closed else f"Set to {case.get_status_display()}:"
        return f"{verb} case {case.number} of {case.customer.name}"
    return f"Updated case {case.number} of {case.customer.name}"
