"""Reports of a period: of bookings, with money; of passengers, without."""

from typing import Any

from django.http import HttpRequest
from ninja import Query

from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import reports as shapes
from wayfolk.bookings.reports import of_bookings, of_passengers
from wayfolk.bookings.statements import Period

router = Resource()


@router.get("/reports/bookings", response=shapes.BookingReport)
def get_booking_report(request: HttpRequest, asked: Query[shapes.BookingReportAsked]) -> Any:
    """What the bookings of a period came to."""
    by = actor_of(request)
    period = Period(asked.first, asked.last, asked.of)
    found = of_bookings.booking_report(period, asked.by, by=by)
    return shapes.BookingReport.model_construct(
        currency=by.currency,
        lines=[
            shapes.BookingLine.model_construct(key=line.key, name=line.name, **_sums(line))
            for line in found.lines
        ],
        total=shapes.BookingFigures.model_construct(**_sums(found.total)),
    )


@router.get("/reports/passengers", response=shapes.PassengerReport)
def get_passenger_report(request: HttpRequest, asked: Query[shapes.PassengerReportAsked]) -> Any:
    """Who travelled in a period."""
    by = actor_of(request)
    found = of_passengers.passenger_report(Period(asked.first, asked.last), asked.by, by=by)
    return shapes.PassengerReport.model_construct(
        lines=[
            shapes.PassengerLine.model_construct(key=line.key, name=line.name, **_counts(line))
            for line in found.lines
        ],
        total=shapes.PassengerFigures.model_construct(**_counts(found.total)),
        unnamed=found.unnamed,
    )


def _sums(line: of_bookings.Line) -> dict[str, Any]:
    counts = ("confirmed", "waitlisted", "cancelled", "pax", "infants", "without_cost")
    amounts = {name: getattr(line, name) for name in ("turnover", "cost", "profit")}
    return {name: getattr(line, name) for name in counts} | {
        f"{name}_minor": None if amount is None else amount.minor
        for name, amount in amounts.items()
    }


def _counts(line: of_passengers.Line) -> dict[str, Any]:
    return {"journeys": line.journeys, "people": line.people, "firsts": line.firsts}
