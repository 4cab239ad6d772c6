"""Records that a body names by their human numbers."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from wayfolk.customers import queries as customer_queries
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotFound
from wayfolk.organization import brands
from wayfolk.organization.models import Brand
from wayfolk.partners import queries as partner_queries
from wayfolk.staff.rules import Actor


def customer_ids(numbers: Iterable[int], *, by: Actor, field: str) -> dict[int, UUID]:
    """Customer No -> id; raises InvalidValues naming `field` and the numbers that are none."""
    wanted = set(numbers)
    rows = customer_queries.list_customers(by=by).filter(number__in=wanted)
    found = dict(rows.values_list("number", "id"))
    missing = sorted(wanted - set(found))
    if missing:
        shown = ", ".join(map(str, missing[:10]))
        raise InvalidValues({field: f"There is no customer with number {shown}."})
    return found


def customer_id(number: int | None, *, by: Actor, field: str) -> UUID | None:
    """The id behind a Customer No, None for none."""
    return None if number is None else customer_ids([number], by=by, field=field)[number]


def itinerary_id(number: int | None, *, by: Actor, field: str) -> UUID | None:
    """The id behind the number of a Trip ID; raises InvalidValues naming `field`."""
    if number is None:
        return None
    try:
        return itinerary_queries.get_itinerary_by_number(number, by=by).id
    except NotFound as error:
        raise InvalidValues({field: error.message}) from error


def partner_id(number: int | None, *, by: Actor, field: str) -> UUID | None:
    """The id of the trade partner with this Customer No; raises InvalidValues naming `field`."""
    if number is None:
        return None
    try:
        return partner_queries.get_partner_by_number(number, by=by).id
    except NotFound as error:
        raise InvalidValues({field: error.message}) from error


def brand(code: str | None) -> Brand | None:
    """The brand with this code or name, None for none; raises InvalidValues naming `brand`."""
    return None if code is None else brands.find_brand(code)


def brand_id(code: str | None) -> UUID | None:
    """What records of the brand refer to: None for the first one, too."""
    found = brand(code)
    return None if found is None else brands.reference_of(found)


def stage_id(code: str) -> UUID:
    """Raises InvalidValues naming the stages that there are."""
    stages = itinerary_queries.list_stages()
    found = next((stage.id for stage in stages if stage.code == code), None)
    if found is None:
        known = ", ".join(stage.code for stage in stages)
        raise InvalidValues({"stage": f"“{code}” is not a stage. There are: {known}."})
    return found


@contextmanager
def naming(names: Mapping[str, str]) -> Iterator[None]:
    """Refusals of a domain name its columns; here they name the fields of the body."""
    try:
        yield
    except InvalidValues as error:
        named = {names.get(field, field): words for field, words in error.errors.items()}
        raise InvalidValues(named) from error
    except InvalidValue as error:
        error.field = names.get(error.field, error.field)
        raise
