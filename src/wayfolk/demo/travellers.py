"""Who of the cast travels on which booking, and an age that one product has for itself."""

from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import travelling
from wayfolk.customers.models import Customer
from wayfolk.demo import people
from wayfolk.passengers import operations as ages
from wayfolk.passengers.rules import BandData
from wayfolk.staff.rules import Actor

# Whoever booked comes first. The transfer lacks half the family, and for the surf lesson nobody is
# named: one click each.
PARTIES = {
    "Dolphin watching, Lagos": ("karin", "jonas", "elsa", "nils"),
    "Transfer Faro airport": ("karin", "elsa"),
    "Spa: thalasso for two": ("helena", "duarte"),
    "Fado dinner": ("grace", "tom"),
    "Coast path, self-guided": ("tanaka",),
}


def tell(cast: dict[str, Customer], *, by: Actor, office: Actor) -> None:
    """Needs the families: their dates of birth say who is a child."""
    walkers = [person.key for person in people.GROUP if person.key != "moreau"]
    wine_walk = {"Douro wine walk, 5 days": ("moreau", *walkers)}
    for product, keys in (PARTIES | wine_walk).items():
        booking = Booking.objects.get(product=product, customer_id=cast[keys[0]].id)
        travelling.add_passengers(booking.id, [cast[key].id for key in keys], by=by)
    ages.create_band(BandData({"product": "Surf lesson", "child_below": 16}), by=office)
