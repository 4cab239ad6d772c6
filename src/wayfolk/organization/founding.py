"""Founding an organisation: its row, modules, roles and first administrator."""

from collections.abc import Callable

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import clock, countries, money
from wayfolk.kit.errors import InvalidValue
from wayfolk.organization.models import Module, ModuleCode, Organization
from wayfolk.staff import memberships
from wayfolk.staff.models import User
from wayfolk.staff.rules import system_actor

_on_founded: list[Callable[[], None]] = []


def on_founded(step: Callable[[], None]) -> None:
    """Register what a domain above gives every new organisation, in the founding change set."""
    _on_founded.append(step)


def found_organization(
    *, name: str, country: str, currency: str, time_zone: str, date_order: str = "dmy"
) -> Organization:
    """Create an organisation with the four roles and every module on.

    Raises InvalidValue for a country, currency or time zone that does not exist.
    """
    _check(country, currency, time_zone)
    organization = Organization.objects.create(
        name=name,
        country=country,
        currency=currency,
        time_zone=time_zone,
        date_order=date_order,
        created_at=clock.now(),
    )
    by = system_actor(organization.id, "Wayfolk")
    with change_set(by=by, operation="organization.found", summary=f"Founded {name}"):
        Module.objects.bulk_create(Module(code=code) for code in ModuleCode.values)
        memberships.create_roles()
        for step in _on_founded:
            step()
    return organization


def _check(country: str, currency: str, time_zone: str) -> None:
    if not countries.is_country(country):
        raise InvalidValue(f"“{country}” is not a country code such as PT.", field="country")
    if not money.is_currency(currency):
        raise InvalidValue(f"“{currency}” is not a currency code such as EUR.", field="currency")
    if time_zone not in clock.time_zones():
        raise InvalidValue(
            f"“{time_zone}” is not a time zone. Write it like Europe/Lisbon.", field="time_zone"
        )


def add_user(
    organization: Organization, *, email: str, name: str, role: str, password: str | None
) -> User:
    """A user with a membership, for founding and the command line. Returns the user."""
    by = system_actor(organization.id, "Wayfolk")
    return memberships.add_member(email=email, name=name, role_code=role, password=password, by=by)
