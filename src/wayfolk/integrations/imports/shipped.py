"""Mappings that come with the product, and files to begin with. No Django here."""

import csv
import io
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from wayfolk.integrations.imports.mapping import Mapping, Rule

HOTEL_RESERVATIONS = "hotel reservations"
TRADE_PARTNERS = "Trade partners"
HOUSEHOLDS = "Customers with households"

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


@dataclass(frozen=True)
class Template:
    """A file to fill in: header, field and sample values of each column, read by its mapping.

    `slug` is its name in addresses and of the file.
    """

    name: str
    slug: str
    about: str
    columns: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def mapping(self) -> Mapping:
        rules = tuple(Rule(target, columns=(header,)) for header, target, _ in self.columns)
        return Mapping(rules, system=self.slug)

    def csv(self) -> str:
        """With the mark by which spreadsheet programs know UTF-8."""
        lines = io.StringIO()
        writer = csv.writer(lines)
        writer.writerow([header for header, _, _ in self.columns])
        writer.writerows(zip(*(values for _, _, values in self.columns), strict=True))
        return "\ufeff" + lines.getvalue()


TEMPLATES: tuple[Template, ...] = (
    Template(
        TRADE_PARTNERS,
        "trade-partners",
        "Consortia, agencies and agents with contacts and commission",
        (
            ("Key", "partner.key", ("C1", "A1", "A1")),
            ("Company", "partner.name",
             ("Northern Alliance", "Nordic Horizons", "Nordic Horizons")),
            ("Level", "partner.level", ("consortium", "agency", "")),
            ("Belongs to", "partner.parent", ("", "C1", "")),
            ("Business id country", "partner.id_country", ("", "DK", "")),
            ("Business id kind", "partner.id_scheme", ("", "cvr", "")),
            ("Business id number", "partner.id_number", ("", "13585628", "")),
            ("Default currency", "partner.currency", ("EUR", "DKK", "")),
            ("Days to pay", "partner.payment_days", ("30", "14", "")),
            ("Payment terms", "partner.payment_terms", ("", "Net after departure", "")),
            ("Status", "partner.status", ("active", "active", "")),
            ("Email", "partner.email",
             ("office@northern.example", "hello@nordic.example", "")),
            ("Phone", "partner.phone", ("+45 70 10 20 30", "+45 86 12 34 56", "")),
            ("Address", "partner.lines", ("Havnegade 1", "Åboulevarden 12", "")),
            ("Zip code", "partner.postcode", ("1058", "8000", "")),
            ("City", "partner.city", ("København", "Aarhus", "")),
            ("Country", "partner.country", ("DK", "DK", "")),
            ("Contact person", "partner.contact_name", ("", "Mette Dahl", "Bo Lund")),
            ("Contact email", "partner.contact_email",
             ("", "mette@nordic.example", "bo@nordic.example")),
            ("Contact phone", "partner.contact_phone", ("", "+45 86 12 34 57", "")),
            ("Contact role", "partner.contact_role", ("", "reservations", "accounting")),
            ("Commission kind", "partner.term_kind", ("tiered", "percentage", "per_booking")),
            ("Commission", "partner.term_value", ("0:8; 50000:10; 100000:12", "12", "25.00")),
            ("Commission currency", "partner.term_currency", ("", "", "DKK")),
            ("Commission product", "partner.term_product", ("", "", "Spa weekend")),
            ("Valid from", "partner.term_from", ("2026-01-01", "2026-01-01", "2026-01-01")),
            ("Valid to", "partner.term_to", ("", "2027-01-01", "")),
        ),
    ),
    Template(
        HOUSEHOLDS,
        "customers-with-households",
        "People, and who lives with whom since when",
        (
            ("Customer id", "customer.external_id", ("1001", "1002")),
            ("Title", "customer.title", ("", "")),
            ("First name", "customer.given_name", ("Bent", "Ida")),
            ("Last name", "customer.family_name", ("Hansen", "Hansen")),
            ("Date of birth", "customer.birth_on", ("1980-03-14", "2016-06-02")),
            ("Language", "customer.language", ("da", "da")),
            ("Nationality", "customer.nationality", ("DK", "DK")),
            ("Email", "customer.primary_email", ("bent@example.com", "")),
            ("Phone", "customer.primary_phone", ("+45 86 12 34 56", "")),
            ("Address", "customer.lines", ("Åboulevarden 12", "")),
            ("Zip code", "customer.postcode", ("8000", "")),
            ("City", "customer.city", ("Aarhus", "")),
            ("Country", "customer.country", ("DK", "")),
            ("Household key", "customer.household_key", ("H7", "H7")),
            ("Household name", "customer.household_name", ("Hansen", "Hansen")),
            ("Role in household", "customer.household_role", ("head", "child")),
            ("Lived there from", "customer.household_from", ("2019-08-01", "2019-08-01")),
            ("Lived there to", "customer.household_to", ("", "")),
            ("Use household address", "customer.household_address", ("yes", "yes")),
        ),
    ),
)  # fmt: skip

SHIPPED: Dictionary[str, Mapping] = {
    HOTEL_RESERVATIONS: _hotel_reservations,
    **{template.name: template.mapping for template in TEMPLATES},
}


def template_called(slug: str) -> Template | None:
    return next((template for template in TEMPLATES if template.slug == slug), None)
