"""What a merge of customers does with bookings, passengers and payments."""

from dataclasses import dataclass

from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.bookings.payments.models import BookingBalance, Payment
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.moving import Links
from wayfolk.identity.merging.rules import SHOWN_MAX, Guard
from wayfolk.identity.merging.uniting import Union, UnitedLinks
from wayfolk.kit import text
from wayfolk.kit.money import Money


@dataclass(frozen=True)
class _BookingLinks(Links):
    def guards(self, parties: Parties) -> list[Guard]:
        """Money that an absorbed record owes goes along; somebody should know."""
        owed = BookingBalance.objects.filter(
            customer_id__in=parties.absorbed_ids, balance_minor__gt=0
        )
        amounts: dict[str, int] = {}
        for currency, minor in owed.values_list("currency", "balance_minor"):
            amounts[currency] = amounts.get(currency, 0) + minor
        if not amounts or not parties.by.may("payments.view"):
            return []
        total = ", ".join(str(Money(minor, currency)) for currency, minor in amounts.items())
        words = (
            f"The records that go owe {total} on their bookings. The main record owes it"
            " afterwards; settle it first if somebody else is to pay."
        )
        return [Guard("open_balance", words, is_blocking=False)]


@dataclass(frozen=True)
class _PassengerLinks(UnitedLinks):
    def guards(self, parties: Parties) -> list[Guard]:
        """Two passengers on one booking are two people, as a rule."""
        outcome = self.decide(parties)
        rows = [*outcome.gone, *self.model.objects.filter(id__in=list(outcome.staying))]
        numbers = sorted(
            Booking.objects.filter(id__in={row.booking_id for row in rows}).values_list(
                "number", flat=True
            )
        )
        if not numbers:
            return []
        named = ", ".join(str(number) for number in numbers[:SHOWN_MAX])
        words = (
            f"They travel together on booking {named}: two passengers of one booking are two"
            " people, as a rule. If one was entered twice, take one of them off the booking first."
        )
        return [Guard("same_booking", words, is_blocking=False)]


def _unite(kept: BookingPassenger, other: BookingPassenger) -> Union | None:
    """One passenger entered twice; None where the documents were issued in two names."""
    is_same = text.fold(kept.issued_name) == text.fold(other.issued_name)
    if not is_same or (other.given_type and other.given_type != kept.given_type):
        return None
    changes = {"is_lead": True} if other.is_lead and not kept.is_lead else {}
    return Union(changes, f"{other.issued_name} is twice on a booking and stays there once.")


LINKS = (
    _BookingLinks(Booking, "customer", evidence=("contact_phone",)),
    _PassengerLinks(
        BookingPassenger,
        "customer",
        label="journeys as a passenger",
        evidence=("issued_name",),
        key=("booking_id",),
        unite=_unite,
        stays_because="stays on the booking beside the main record: the names as issued differ",
    ),
    Links(Payment, "payer"),
)
