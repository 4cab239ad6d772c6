"""What the lists show in the demo: saved views, and who takes the newsletter."""

from collections.abc import Mapping

from wayfolk.customers.models import Customer
from wayfolk.customers.operations import consent
from wayfolk.segments import operations
from wayfolk.staff.rules import Actor

VIEWS = (
    ("Best customers", "sort=-turnover&columns=turnover,bookings,last_departure,newsletter,city"),
    ("Newsletter", "newsletter=yes&columns=email,language,country,newsletter"),
    ("Companies", "kind=company&columns=email,phone,city,country,turnover"),
)


def tell(customers: Mapping[str, Customer], *, by: Actor) -> None:
    """Three shared views; every second person takes the newsletter, every fourth does not."""
    for name, query in VIEWS:
        operations.save_view(name, query, is_shared=True, by=by)
    ids = [customers[key].id for key in sorted(customers)]
    consent.set_newsletter(ids[::2], takes_it=True, by=by)
    consent.set_newsletter(ids[1::4], takes_it=False, by=by)
