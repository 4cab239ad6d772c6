"""What people prefer, as far as a reader may see it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from wayfolk.kit.errors import NotFound
from wayfolk.passengers.models import Preference, PreferenceQuerySet
from wayfolk.passengers.preferences import rules
from wayfolk.staff.rules import Actor


def list_preferences(customer_id: UUID, *, by: Actor) -> PreferenceQuerySet:
    """Those of a customer that the role may see, in no order; see `ordered`."""
    by.require("customers.view")
    rows: PreferenceQuerySet = _open_to(by).filter(customer_id=customer_id)
    return rows


def get_preference(preference_id: UUID, *, by: Actor) -> Preference:
    """One of them with its customer; raises NotFound, also for one that the role hides."""
    by.require("customers.view")
    rows = _open_to(by).filter(id=preference_id, customer__deleted_at=None)
    found: Preference | None = rows.select_related("customer").first()
    if found is None:
        raise NotFound("There is no such preference. It may have been removed meanwhile.")
    return found


def list_allergies(customer_id: UUID, *, by: Actor) -> list[Preference]:
    """The gravest first; one query, none for a role that sees no health data."""
    if not by.may_see(rules.HEALTH):
        return []
    return ordered(list_preferences(customer_id, by=by).filter(kind=rules.ALLERGY))


def for_journey(customer_ids: Collection[UUID], *, by: Actor) -> dict[UUID, list[Preference]]:
    """Customer -> what matters on the way; one query for any number of people.

    Empty for an actor for whom customers do not exist.
    """
    if not by.may("customers.view") or not customer_ids:
        return {}
    rows = _open_to(by).filter(customer_id__in=list(customer_ids), kind__in=rules.ON_THE_WAY)
    found: dict[UUID, list[Preference]] = defaultdict(list)
    for row in ordered(rows):
        found[row.customer_id].append(row)
    return dict(found)


def ordered(rows: Iterable[Preference]) -> list[Preference]:
    """What can harm first."""
    return sorted(rows, key=lambda row: rules.precedence(row.kind, row.severity, row.folded))


def _open_to(by: Actor) -> PreferenceQuerySet:
    rows: PreferenceQuerySet = Preference.objects.all()
    return rows if by.may_see(rules.HEALTH) else rows.exclude(kind__in=rules.HEALTH_KINDS)
