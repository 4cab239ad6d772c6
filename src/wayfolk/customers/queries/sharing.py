"""Who uses an email or phone, and what that makes of it: in bulk, never stored.

Who belongs together is known by the packages above, which register it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers import rules
from wayfolk.customers.models import (
    ContactPoint,
    Customer,
    CustomerQuerySet,
    Kind,
    SharingSettings,
    Status,
)
from wayfolk.customers.queries import list_customers
from wayfolk.customers.rules import name_of
from wayfolk.customers.rules.sharing import COUNT_CAP, DESK, Group, Sharing, judge
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor

GroupsOf = Callable[[Collection[UUID], Actor], Mapping[UUID, Iterable[Group]]]
_sources: list[GroupsOf] = []


@dataclass(frozen=True, slots=True)
class SharedPoint:
    """A contact point of a customer; sharing: None where it is their own."""

    point: ContactPoint
    sharing: Sharing | None


def on_groups(source: GroupsOf) -> None:
    """Register who belongs together today: customer -> groups, for any number at once.

    It tells the truth whoever asks; a group that the actor may not know has no name.
    """
    _sources.append(source)


# The points of a value are read no further than the cap needs; a customer has ten at most.
_USERS = f"""
    SELECT DISTINCT v.value, c.id, c.kind, c.number, c.given_name, c.middle_name, c.family_name,
           c.company_name
    FROM unnest(%(values)s::text[]) AS v(value)
    CROSS JOIN LATERAL (
        SELECT p.customer_id FROM customers_contactpoint p
        WHERE p.organization_id = %(org)s AND p.normalised = v.value LIMIT {4 * COUNT_CAP}
    ) p
    CROSS JOIN LATERAL (
        SELECT * FROM customers_customer q
        WHERE q.organization_id = %(org)s AND q.id = p.customer_id AND q.deleted_at IS NULL
          AND q.status <> %(merged)s OFFSET 0
    ) c
"""


def sharing_of(values: Collection[str], *, by: Actor) -> dict[str, Sharing]:
    """Those of these normalised values that are more than one person's own.

    A fixed number of queries for any number of values. Who may see the values themselves is for
    the caller.
    """
    asked = {value for value in values if value}
    if not asked:
        return {}
    users, groups = _users_of(asked)
    for source in _sources:
        for customer_id, found in source(list(groups), by).items():
            groups[customer_id].extend(found)
    settings = load_settings()
    judged = {
        value: judge(
            value,
            [groups[user] for user in sorted(users[value])[:COUNT_CAP]],
            relays=settings.domains,
            shared_from=settings.shared_from,
        )
        for value in asked
    }
    return {value: sharing for value, sharing in judged.items() if sharing is not None}


def load_settings() -> SharingSettings:
    """The organisation's own, or those that hold until it says otherwise."""
    return SharingSettings.objects.first() or SharingSettings()


def list_points(customer: Customer, *, by: Actor) -> list[SharedPoint]:
    """The contact points that the actor may see, with whom they are shared."""
    rows = ContactPoint.objects.filter(customer_id=customer.id).order_by("set", "kind")
    points = [row for row in rows if by.may_see(rules.FIELD_RULES[row.kind])]
    shared = sharing_of([point.normalised for point in points], by=by)
    return [SharedPoint(point, shared.get(point.normalised)) for point in points]


def get_point(customer: Customer, point_id: UUID, *, by: Actor) -> ContactPoint:
    """One contact point of the customer; raises NotFound, also for one that is hidden."""
    point: ContactPoint | None = ContactPoint.objects.filter(
        customer_id=customer.id, id=point_id
    ).first()
    if point is None or not by.may_see(rules.FIELD_RULES[point.kind]):
        raise NotFound("There is no such contact point. It may have been changed meanwhile.")
    return point


def users_of(point: ContactPoint, *, by: Actor) -> CustomerQuerySet:
    """Everybody who has the same email or phone, in no order: see `kit.paging`."""
    same = ContactPoint.objects.filter(normalised=point.normalised) if point.normalised else None
    if same is None:
        return list_customers(by=by).filter(id=point.customer_id)
    return list_customers(by=by).filter(id__in=same.values("customer_id"))


def _users_of(values: Collection[str]) -> tuple[dict[str, list[UUID]], dict[UUID, list[Group]]]:
    """Value -> present customers, and customer -> groups, of which a company is one itself."""
    users: dict[str, list[UUID]] = defaultdict(list)
    groups: dict[UUID, list[Group]] = {}
    asked: dict[str, Any] = {
        "values": list(values),
        "org": tenancy.current_organization_id(),
        "merged": Status.MERGED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USERS, asked)
        for value, customer_id, kind, number, *names in cursor.fetchall():
            users[value].append(customer_id)
            is_company = kind == Kind.COMPANY
            own = [Group(DESK, number, name_of(kind, *names), is_own=True)] if is_company else []
            groups.setdefault(customer_id, own)
    return users, groups
