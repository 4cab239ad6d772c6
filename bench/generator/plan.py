"""How many of what, and the ids by which rows find each other without a look-up."""

from dataclasses import dataclass
from random import Random
from uuid import UUID

# Milliseconds of 2026-01-01 UTC: ids sort as if everything had been entered from then on.
_EPOCH_MS = 1_767_225_600_000
_KINDS = (
    *("customer", "contact", "address", "itinerary", "link", "property", "stay", "booking"),
    *("household", "member", "partner", "term"),
)

# What the benchmarks of pages open: one heavy customer and one heavy itinerary.
HEAVY_BOOKINGS = 200
HEAVY_PARTY = 60
CUSTOMERS_PER_PARTNER = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """One company: its size, its seed, and what its rows refer to."""

    organization_id: int
    seed: int
    customers: int
    stages: tuple[UUID, ...] = ()
    assignees: tuple[UUID, ...] = ()

    @property
    def bookings(self) -> int:
        return self.customers * 2

    @property
    def stays(self) -> int:
        return max(1, self.customers // 2)

    @property
    def itineraries(self) -> int:
        return max(1, self.customers // 8)

    @property
    def households(self) -> int:
        return max(1, self.customers * 35 // 100)

    @property
    def partners(self) -> int:
        return self.customers // CUSTOMERS_PER_PARTNER

    @property
    def properties(self) -> int:
        return max(2, min(200, self.customers // 100))

    def count(self, kind: str) -> int:
        """Rows of a kind that is loaded in slices."""
        counts = {
            "customer": self.customers,
            "itinerary": self.itineraries,
            "property": self.properties,
            "stay": self.stays,
            "booking": self.bookings,
            "household": self.households,
            "partner": self.partners,
        }
        return counts[kind]

    def rng(self, kind: str, place: int) -> Random:
        """Chance for one slice: the same whatever process draws it."""
        return Random(f"{self.seed}/{kind}/{place}")


def row_id(kind: str, place: int, part: int = 0) -> UUID:
    """A UUIDv7 made of the row's place; `part` tells the rows that belong to it apart."""
    moment = (_EPOCH_MS + place) & ((1 << 48) - 1)
    tail = (2 << 62) | (place << 16) | part
    return UUID(int=(moment << 80) | (7 << 76) | (_KINDS.index(kind) << 64) | tail)


def customer_number(place: int) -> int:
    return 10_001 + place


def itinerary_number(place: int) -> int:
    return 1 + place


def booking_number(place: int) -> int:
    return 100_001 + place


def partner_customer(place: int) -> int:
    """The place of the customer who is this trade partner."""
    return place * CUSTOMERS_PER_PARTNER + 1


def is_company(place: int) -> bool:
    """Whether the customer is one: every trade partner, and nobody else."""
    return place % CUSTOMERS_PER_PARTNER == 1


def household_number(place: int) -> int:
    return 1 + place
