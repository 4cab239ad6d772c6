"""Points, packages and extras as the templates show them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.customers.models import Customer
from wayfolk.kit import clock, paging
from wayfolk.loyalty import queries
from wayfolk.loyalty.models import BonusPackage, CustomerExtra, PackageStatus, PointsEntry
from wayfolk.loyalty.rules import SOON_DAYS
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.presenters import Figure

LEDGER_PAGE = 15


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the ledger."""

    entered_on: date
    kind: str
    points: str
    is_gain: bool
    reason: str
    booking: int | None
    booking_url: str
    expires_on: date | None
    author: str


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """A package or an extra. `left`: "1 of 2", "" where it is one alone."""

    id: UUID
    menu_id: str
    title: str
    what: str
    notes: str
    period: str
    ends_on: date | None
    state: str
    tone: str
    left: str
    is_open: bool
    is_usable: bool


def bonus_of(request: HttpRequest, customer: Customer, by: Actor) -> dict[str, Any]:
    """Context of loyalty/_bonus.html."""
    rows = [package_row(package, by) for package in queries.list_packages(customer.id, by=by)]
    sees_points = queries.may_see_points(by)
    context: dict[str, Any] = {
        "customer": customer,
        "present": [row for row in rows if row.is_open],
        "former": [row for row in rows if not row.is_open],
        "sees_points": sees_points,
        "may_edit_loyalty": by.may("loyalty.edit"),
        "may_edit_points": by.may("loyalty.edit") and by.may_edit("customer.bonus"),
    }
    return context | _ledger(request, customer, by) if sees_points else context


def _ledger(request: HttpRequest, customer: Customer, by: Actor) -> dict[str, Any]:
    points = queries.points_of(customer.id, by=by)
    page = paging.page_of(
        queries.list_entries(customer.id, by=by),
        order="-entered_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=LEDGER_PAGE,
    )
    base = reverse("bonus:of_customer", args=[customer.number])
    figures = [
        Figure("Balance", f"{points.balance:,}"),
        Figure("Earned and granted", f"{points.earned:,}"),
        Figure("Redeemed", f"{points.redeemed:,}"),
    ]
    if points.expired:
        figures.append(Figure("Expired", f"{points.expired:,}"))
    return {
        "figures": figures,
        "has_points": points.balance > 0,
        "lines": [line_row(line, by) for line in page.rows],
        "previous_url": f"{base}?before={page.previous_cursor}" if page.previous_cursor else "",
        "next_url": f"{base}?after={page.next_cursor}" if page.next_cursor else "",
    }


def line_row(line: PointsEntry, by: Actor) -> LineRow:
    sees_booking = line.booking is not None and by.may("bookings.view")
    return LineRow(
        entered_on=line.entered_on,
        kind=str(line.get_kind_display()),
        points=f"{line.points:+,}".replace("-", "\N{MINUS SIGN}"),
        is_gain=line.points > 0,
        reason=line.reason,
        booking=line.booking.number if line.booking and sees_booking else None,
        booking_url=reverse("bookings:detail", args=[line.booking.number])
        if line.booking and sees_booking
        else "",
        expires_on=line.expires_on,
        author=line.author.name if line.author else "Wayfolk",
    )


def package_row(package: BonusPackage, by: Actor) -> BenefitRow:
    today = clock.today(by.time_zone)
    gives = [package.benefit] if package.benefit else []
    if package.points and by.may_see("customer.bonus"):
        gives.insert(0, f"{package.points:,} points")
    is_active = package.status == PackageStatus.ACTIVE
    state, tone = _state(package, today)
    if not is_active and package.closed_on:
        state = f"{package.get_status_display()} {package.closed_on:%-d %b %Y}"
        tone = "info" if package.status == PackageStatus.USED else "neutral"
    is_over = package.valid_to is not None and package.valid_to < today
    return BenefitRow(
        id=package.id,
        menu_id=f"package-{package.id}",
        title=str(package),
        what=", ".join(gives),
        notes=package.notes,
        period=_period(package),
        ends_on=package.valid_to,
        state=state,
        tone=tone,
        left="",
        is_open=is_active and not is_over,
        is_usable=is_active and package.valid_from <= today and not is_over,
    )


def extra_row(extra: CustomerExtra, by: Actor) -> BenefitRow:
    today = clock.today(by.time_zone)
    is_over = extra.valid_to is not None and extra.valid_to < today
    state, tone = _state(extra, today)
    if not extra.left:
        used = f" {extra.used_on:%-d %b %Y}" if extra.used_on else ""
        state, tone = f"Used{used}", "info"
    return BenefitRow(
        id=extra.id,
        menu_id=f"extra-{extra.id}",
        title=str(extra),
        what=extra.description,
        notes=extra.notes,
        period=_period(extra),
        ends_on=extra.valid_to,
        state=state,
        tone=tone,
        left=f"{extra.left} of {extra.quantity} left" if extra.quantity > 1 else "",
        is_open=bool(extra.left) and not is_over,
        is_usable=bool(extra.left) and extra.valid_from <= today and not is_over,
    )


def _state(row: BonusPackage | CustomerExtra, today: date) -> tuple[str, str]:
    if row.valid_to is not None and row.valid_to < today:
        return "Over", "neutral"
    if row.valid_from > today:
        return "Coming", "info"
    if row.valid_to is not None and row.valid_to <= today + timedelta(days=SOON_DAYS):
        return "Ends soon", "warning"
    return "Active", "success"


def _period(row: BonusPackage | CustomerExtra) -> str:
    begins = f"{row.valid_from:%-d %b %Y}"
    if row.valid_to is None:
        return f"from {begins}"
    if row.valid_to == row.valid_from:
        return begins
    return f"{begins} – {row.valid_to:%-d %b %Y}"
