"""The filters, columns and orders of the customers list, and who may use which.

One table for the page, the API, saved views and exports: what the reader may not see is in none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from wayfolk.staff.rules import Actor


class Shape(StrEnum):
    """How a filter's value is read."""

    TEXT = "text"
    NUMBER = "number"
    DIGITS = "digits"
    DAY = "day"
    AMOUNT = "amount"
    ONE_OF = "one_of"
    ANY_OF = "any_of"


@dataclass(frozen=True, slots=True)
class Need:
    """What must hold for the reader: a controlled field to be seen, a module with its `.view`."""

    field: str = ""
    module: str = ""

    def is_met(self, by: Actor) -> bool:
        if self.field and not by.may_see(self.field):
            return False
        return not self.module or (by.has_module(self.module) and by.may(f"{self.module}.view"))


NOTHING = Need()
NAME = Need("customer.name")
EMAIL = Need("customer.email")
PHONE = Need("customer.phone")
ADDRESS = Need("customer.address")
STATUS = Need("customer.status")
BOOKINGS = Need(module="bookings")
MONEY = Need("booking.total", "bookings")


@dataclass(frozen=True, slots=True)
class Filter:
    """`choices`: value -> words, of the filters that do not take them from the organisation.

    `group`: how the panel arranges them. `configurable`: shown where the organisation wants it.
    """

    name: str
    label: str
    shape: Shape
    need: Need = NOTHING
    choices: Mapping[str, str] | None = None
    group: str = "Customer"
    configurable: bool = False


YES_NO = {"yes": "Yes", "no": "No"}
STATUSES = {"active": "Active", "inactive": "Inactive", "restricted": "Restricted"}
KINDS = {"person": "Person", "company": "Company"}
NEWSLETTER = {**YES_NO, "unknown": "Not asked"}
_REACH, _TRAVEL, _WORTH = "Contact and address", "Bookings", "Worth"

FILTERS: tuple[Filter, ...] = (
    Filter("number", "Customer No", Shape.NUMBER),
    Filter("given_name", "First name", Shape.TEXT, NAME),
    Filter("family_name", "Last name", Shape.TEXT, NAME),
    Filter("company", "Company", Shape.TEXT, NAME),
    Filter("contact", "Contact", Shape.TEXT, Need("customer.name", "partners")),
    Filter("status", "Status", Shape.ONE_OF, STATUS, STATUSES),
    Filter("kind", "Account type", Shape.ONE_OF, NOTHING, KINDS),
    Filter("newsletter", "Newsletter", Shape.ONE_OF, NOTHING, NEWSLETTER),
    Filter("special", "Special guest", Shape.ONE_OF, NOTHING, YES_NO),
    Filter("household", "Household", Shape.ONE_OF, Need(module="households"), YES_NO),
    Filter("email", "Email", Shape.TEXT, EMAIL, group=_REACH),
    Filter("phone", "Phone", Shape.DIGITS, PHONE, group=_REACH),
    Filter("mobile", "Mobile", Shape.DIGITS, PHONE, group=_REACH),
    Filter("evening_phone", "Ev Phone", Shape.DIGITS, PHONE, group=_REACH),
    Filter("fax", "Fax", Shape.DIGITS, PHONE, group=_REACH),
    Filter("address", "Address", Shape.TEXT, ADDRESS, group=_REACH),
    Filter("postcode", "Zip", Shape.TEXT, ADDRESS, group=_REACH),
    Filter("city", "City", Shape.TEXT, ADDRESS, group=_REACH),
    Filter("country", "Country", Shape.ONE_OF, ADDRESS, group=_REACH),
    Filter("departs_from", "Departure from", Shape.DAY, BOOKINGS, group=_TRAVEL),
    Filter("departs_to", "Departure to", Shape.DAY, BOOKINGS, group=_TRAVEL),
    Filter("users", "Users", Shape.ANY_OF, BOOKINGS, group=_TRAVEL, configurable=True),
    Filter("transports", "Transports", Shape.ANY_OF, BOOKINGS, group=_TRAVEL, configurable=True),
    Filter("hotels", "Hotels", Shape.ANY_OF, BOOKINGS, group=_TRAVEL, configurable=True),
    Filter("turnover_from", "Turnover from", Shape.AMOUNT, MONEY, group=_WORTH),
    Filter("turnover_to", "Turnover to", Shape.AMOUNT, MONEY, group=_WORTH),
    Filter("last_departure_from", "Last departure from", Shape.DAY, BOOKINGS, group=_WORTH),
    Filter("last_departure_to", "Last departure to", Shape.DAY, BOOKINGS, group=_WORTH),
)
CONFIGURABLE = tuple(each.name for each in FILTERS if each.configurable)
# Filters whose two ends belong together.
PERIODS = (
    ("departs_from", "departs_to"),
    ("turnover_from", "turnover_to"),
    ("last_departure_from", "last_departure_to"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """`sort`: the order that its heading gives, where there is one. `is_figure`: right-aligned."""

    name: str
    label: str
    need: Need = NOTHING
    sort: str = ""
    is_figure: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("number", "No", sort="number"),
    Column("name", "Name", sort="name"),
    Column("kind", "Account type"),
    Column("title", "Title", NAME),
    Column("given_name", "First name", NAME),
    Column("family_name", "Last name", NAME),
    Column("company", "Company", NAME),
    Column("email", "Email", EMAIL),
    Column("phone", "Phone", PHONE),
    Column("mobile", "Mobile", PHONE),
    Column("evening_phone", "Ev Phone", PHONE),
    Column("fax", "Fax", PHONE),
    Column("address", "Address", ADDRESS),
    Column("postcode", "Zip", ADDRESS, "postcode"),
    Column("city", "City", ADDRESS, "city"),
    Column("country", "Country", ADDRESS, "country"),
    Column("birth_on", "Date of birth", Need("customer.birth_on")),
    Column("language", "Language"),
    Column("household", "Household", Need(module="households")),
    Column("newsletter", "Newsletter"),
    Column("special", "Special guest"),
    Column("turnover", "Turnover", MONEY, "turnover", is_figure=True),
    Column("bookings", "Bookings", BOOKINGS, "bookings", is_figure=True),
    Column("pax", "Pax", BOOKINGS, "pax", is_figure=True),
    Column("last_departure", "Last departure", BOOKINGS, "last_departure", is_figure=True),
    Column("status", "Status", STATUS),
    Column("created", "Created", sort="created"),
    Column("changed", "Changed", sort="changed"),
)
DEFAULT_COLUMNS = "number name email phone city household newsletter turnover status".split()
# Without these a line would not say whom it is about.
ALWAYS_SHOWN = ("number", "name")


@dataclass(frozen=True, slots=True)
class Order:
    """`table`: which row the column belongs to: "customer", "totals" or "address".

    `lacking`: whom the order leaves out, because they have nothing to be ordered by.
    """

    name: str
    table: str
    column: str
    need: Need = NOTHING
    lacking: str = ""


_HOMELESS = "an address"
ORDERS: tuple[Order, ...] = (
    Order("name", "customer", "sort_key", NAME),
    Order("number", "customer", "number"),
    Order("created", "customer", "created_at"),
    Order("changed", "customer", "updated_at"),
    Order("turnover", "totals", "turnover_minor", MONEY),
    Order("bookings", "totals", "confirmed", BOOKINGS),
    Order("pax", "totals", "pax", BOOKINGS),
    Order("last_departure", "totals", "last_departure_on", BOOKINGS, "a departure"),
    Order("city", "address", "folded_city", ADDRESS, _HOMELESS),
    Order("postcode", "address", "postcode", ADDRESS, _HOMELESS),
    Order("country", "address", "country", ADDRESS, _HOMELESS),
)
DEFAULT_ORDER = "name"

Named = TypeVar("Named", Filter, Column, Order)
BY_NAME = {each.name: each for each in FILTERS}
COLUMN_BY_NAME = {each.name: each for each in COLUMNS}
ORDER_BY_NAME = {each.name: each for each in ORDERS}


def allowed(each: Iterable[Named], by: Actor) -> list[Named]:
    """Those that this reader may use."""
    return [one for one in each if one.need.is_met(by)]


def columns_for(names: Iterable[str], by: Actor) -> list[Column]:
    """The columns of these names that the reader may see, in this order; none: the usual ones."""
    wanted = [name for name in dict.fromkeys(names) if name in COLUMN_BY_NAME]
    chosen = wanted or DEFAULT_COLUMNS
    missing = [name for name in ALWAYS_SHOWN if name not in chosen]
    return allowed((COLUMN_BY_NAME[name] for name in (*missing, *chosen)), by)


def order_for(name: str, by: Actor) -> str:
    """The order if there is one and the reader may see what it tells, else by name."""
    order = ORDER_BY_NAME.get(name.removeprefix("-"))
    return name if order is not None and order.need.is_met(by) else DEFAULT_ORDER
