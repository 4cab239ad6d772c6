"""Noting, changing and removing what people prefer. Each function is one change set.

Summaries name the customer alone: the history of a preference about health is not for everybody.
"""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.operations import lock_customer
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.passengers.models import Preference, PreferenceKind
from wayfolk.passengers.preferences import queries, rules
from wayfolk.passengers.preferences.rules import PreferenceData
from wayfolk.staff.rules import CONTROLLED_FIELDS, Actor


class StalePreference(Conflict):
    """Somebody saved it meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def add_preference(customer_id: UUID, kind: str, data: PreferenceData, *, by: Actor) -> Preference:
    """Note what a person prefers. Raises NotAllowed, InvalidValues (of companies, and twice)."""
    _require_rights(kind, by)
    fields = rules.checked(kind, PreferenceData({"value": "", **data.fields}))
    with change_set(by=by, operation="preferences.add", summary="") as current:
        customer = lock_customer(customer_id)
        _require_person(customer)
        preference = Preference(customer=customer, kind=kind, **fields)
        _settle_folded(preference)
        current.summary = current.summary or f"Noted a preference of {customer.name}"
        preference.save(force_insert=True)
    return preference


def update_preference(
    preference_id: UUID, data: PreferenceData, *, by: Actor, version: int | None = None
) -> Preference:
    """Change what is said of it; its kind stays. Raises as add_preference, and StalePreference."""
    with change_set(by=by, operation="preferences.update", summary="") as current:
        preference = _lock(preference_id, version, by)
        cleaned = rules.checked(preference.kind, data)
        changed = [n for n, value in cleaned.items() if getattr(preference, n) != value]
        for name in changed:
            setattr(preference, name, cleaned[name])
        _settle_folded(preference)
        name = preference.customer.name
        current.summary = current.summary or f"Changed a preference of {name}"
        if changed:
            preference.save_changes(*changed, "folded")
    return preference


def remove_preference(preference_id: UUID, *, by: Actor, version: int | None = None) -> Preference:
    """It no longer holds. Raises NotFound, NotAllowed, StalePreference."""
    with change_set(by=by, operation="preferences.remove", summary="") as current:
        preference = _lock(preference_id, version, by)
        name = preference.customer.name
        current.summary = current.summary or f"Removed a preference of {name}"
        Preference.objects.filter(id=preference.id).delete()
    return preference


def _require_rights(kind: str, by: Actor) -> None:
    by.require("customers.edit")
    field = rules.field_of(kind)
    if field and not by.may_edit(field):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not change “{CONTROLLED_FIELDS[field]}”. An"
            " administrator can change that under Settings, Roles.",
            details={"field": field},
        )


def _lock(preference_id: UUID, version: int | None, by: Actor) -> Preference:
    """The preference and its customer, locked: nobody else writes of this person meanwhile."""
    by.require("customers.edit")
    seen = queries.get_preference(preference_id, by=by)
    _require_rights(seen.kind, by)
    customer = lock_customer(seen.customer_id)
    preference: Preference | None = Preference.objects.filter(id=preference_id).locked().first()
    if preference is None:
        raise NotFound("There is no such preference. It may have been removed meanwhile.")
    if version is not None and preference.version != version:
        raise StalePreference(
            "This preference was changed by someone else while you were editing.",
            details={"version": preference.version, "expected": version},
        )
    preference.customer = customer
    return preference


def _require_person(customer: Customer) -> None:
    if customer.kind != Kind.PERSON:
        raise InvalidValues(
            {"customer": f"{customer.name} is a company. Note preferences of people who travel."}
        )


def _settle_folded(preference: Preference) -> None:
    """Derive what is compared; raises InvalidValues for what is noted already."""
    preference.folded = rules.fold(preference.value)
    same = Preference.objects.filter(
        customer_id=preference.customer_id, kind=preference.kind, folded=preference.folded
    )
    if same.exclude(id=preference.id).exists():
        kind = PreferenceKind(preference.kind).label.lower()
        raise InvalidValues(
            {"value": f"“{preference.value}” is noted as {kind} already. Change that one."}
        )
