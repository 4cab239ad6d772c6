"""Writing the organisation's own settings: its profile, and the modules that it uses."""

from dataclasses import dataclass

from django.db import transaction

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import clock, countries, money, text
from wayfolk.kit.errors import InvalidValues
from wayfolk.organization.models import DateOrder, Module, ModuleCode, Organization
from wayfolk.staff.rules import Actor

NAME_MAX = 200
_ADMINISTER = "organization.administer"


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation says of itself; codes are ISO 3166, ISO 4217 and IANA."""

    name: str
    country: str
    currency: str
    time_zone: str
    date_order: str


def update_profile(profile: Profile, *, by: Actor) -> Organization:
    """Change the organisation's row; the new values hold from the next request on.

    The row is global (it is read before any scope is open), so it has no history of its own.
    Amounts stay in the currency in which they were stored. Raises InvalidValues, NotAllowed.
    """
    by.require(_ADMINISTER)
    name = text.clean(profile.name)
    errors = _faults(profile, name)
    if errors:
        raise InvalidValues(errors)
    with transaction.atomic():
        organization = Organization.objects.select_for_update(no_key=True).get(
            id=by.organization_id
        )
        organization.name = name
        organization.country = profile.country
        organization.currency = profile.currency
        organization.time_zone = profile.time_zone
        organization.date_order = profile.date_order
        organization.save(update_fields=["name", "country", "currency", "time_zone", "date_order"])
    return organization


def list_modules() -> list[Module]:
    """One entry for each module; one that has no row yet is on."""
    stored = {module.code: module for module in Module.objects.all()}
    return [stored.get(code) or Module(code=code, is_on=True) for code in ModuleCode.values]


def set_modules(codes_on: frozenset[str], *, by: Actor) -> list[Module]:
    """Use exactly these modules; returns those that changed. Their data stay as they are.

    Raises InvalidValues for an unknown module, NotAllowed.
    """
    by.require(_ADMINISTER)
    unknown = codes_on - set(ModuleCode.values)
    if unknown:
        raise InvalidValues({"modules": f"There is no module “{min(unknown)}”."})
    with change_set(by=by, operation="organization.set_modules", summary="") as current:
        list(Module.objects.all().locked())
        changed = [m for m in list_modules() if m.is_on != (m.code in codes_on)]
        for module in changed:
            module.is_on = module.code in codes_on
            if module._state.adding:
                module.save(force_insert=True)
            else:
                module.save_changes("is_on")
        words = [f"{m.get_code_display()} {'on' if m.is_on else 'off'}" for m in changed]
        current.summary = f"Switched {', '.join(words)}"
    return changed


def _faults(profile: Profile, name: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not 0 < len(name) <= NAME_MAX:
        errors["name"] = f"A name of 1 to {NAME_MAX} characters is needed."
    if not countries.is_country(profile.country):
        errors["country"] = f"“{profile.country[:20]}” is no country. Choose one from the list."
    if not money.is_currency(profile.currency):
        errors["currency"] = f"“{profile.currency[:20]}” is no currency. Choose one from the list."
    if profile.time_zone not in clock.time_zones():
        errors["time_zone"] = f"“{profile.time_zone[:60]}” is no time zone. Choose from the list."
    if profile.date_order not in DateOrder.values:
        errors["date_order"] = f"“{profile.date_order[:20]}” is no order of dates."
    return errors
