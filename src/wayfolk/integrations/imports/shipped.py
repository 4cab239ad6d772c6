"""Mappings that come with the product. No Django here."""

from collections.abc import Mapping as Dictionary

from wayfolk.integrations.imports.mapping import Mapping, Rule

HOTEL_RESERVATIONS = "hotel reservations"

_NIGHTS = ("stays_in_weekend_nights", "stays_in_week_nights")
_STAY_STATUS = {"canceled": "cancelled", "check out": "departed", "no show": "no_show"}
_BOOKING_STATUS = {"canceled": "cancelled", "check out": "confirmed", "no show": "confirmed"}
_SOURCE = {"ta to": "trade", "gds": "trade", "corporate": "email", "direct": "web"}

_hotel_reservations = Mapping(
    rules=(
        Rule("customer.full_name", columns=("name",)),
        Rule("customer.primary_email", columns=("email",)),
        Rule("customer.primary_phone", columns=("phone-number",)),
        Rule("customer.nationality", columns=("country",)),
        Rule("stay.reservation_number", columns=("row_id",)),
        Rule("stay.hotel", columns=("hotel",)),
        Rule(
            "stay.arrival_on",
            "date_parts",
            ("arrival_date_year", "arrival_date_month", "arrival_date_day_of_month"),
        ),
        Rule("stay.departure_on", "plus_days", _NIGHTS, base="stay.arrival_on"),
        Rule(
            "stay.status", "lookup", ("reservation_status",), value="expected", table=_STAY_STATUS
        ),
        Rule("stay.room_type", columns=("reserved_room_type",)),
        Rule(
            "stay.room", "template", ("assigned_room_type",), value="assigned {assigned_room_type}"
        ),
        Rule("stay.meal_plan", columns=("meal",)),
        Rule("stay.adults", columns=("adults",)),
        Rule("stay.children", columns=("children",)),
        Rule("stay.infants", columns=("babies",)),
        Rule("stay.source", columns=("market_segment",)),
        Rule("booking.reference", "template", ("row_id",), value="PMS {row_id}"),
        Rule(
            "booking.product",
            "template",
            ("hotel", "reserved_room_type", "meal"),
            value="{hotel} · room {reserved_room_type} · {meal}",
        ),
        Rule("booking.booked_on", "minus_days", ("lead_time",), base="stay.arrival_on"),
        Rule("booking.departs_on", "plus_days", (), base="stay.arrival_on"),
        Rule("booking.returns_on", "plus_days", (), base="stay.departure_on"),
        Rule("booking.status", "lookup", ("reservation_status",), "confirmed", "", _BOOKING_STATUS),
        Rule("booking.currency", "constant", value="EUR"),
        Rule("booking.total", "times_nights", ("adr", *_NIGHTS)),
        Rule("booking.source", "lookup", ("distribution_channel",), table=_SOURCE),
        Rule("booking.agency", "template", ("agent",), value="Agency {agent}"),
        Rule("booking.hotel", columns=("hotel",)),
        Rule("booking.adults", columns=("adults",)),
        Rule("booking.children", columns=("children",)),
        Rule("booking.infants", columns=("babies",)),
    ),
    system="hotel reservations",
)

SHIPPED: Dictionary[str, Mapping] = {HOTEL_RESERVATIONS: _hotel_reservations}
