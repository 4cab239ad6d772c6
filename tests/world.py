"""The named cast: one organisation with a person of each role, and an outsider.

Deterministic but for ids and numbers. Use `cast.advisor` unless the test is about rights.
"""

import itertools
from dataclasses import dataclass

from wayfolk.kit import tenancy
from wayfolk.organization import actors, founding
from wayfolk.organization.models import Organization
from wayfolk.staff.rules import Actor

PASSWORD = "correct-horse-battery"
_counter = itertools.count(1)


@dataclass(frozen=True)
class Cast:
    """Actors of one organisation, and `outsider`, an administrator of another."""

    organization: Organization
    administrator: Actor
    manager: Actor
    advisor: Actor
    viewer: Actor
    outsider: Actor


def found() -> Cast:
    """Found both organisations with their members (password: PASSWORD)."""
    number = next(_counter)
    organization = founding.found_organization(
        name=f"Azure Coast {number}", country="PT", currency="EUR", time_zone="Europe/Lisbon"
    )
    other = founding.found_organization(
        name=f"Polar Tours {number}", country="NO", currency="NOK", time_zone="Europe/Oslo"
    )
    return Cast(
        organization=organization,
        administrator=_member(organization, "administrator", "Ana Costa", number),
        manager=_member(organization, "manager", "Mats Berg", number),
        advisor=_member(organization, "consultant", "Ida Lund", number),
        viewer=_member(organization, "viewer", "Vera Novak", number),
        outsider=_member(other, "administrator", "Olav Dahl", number),
    )


def _member(organization: Organization, role: str, name: str, number: int) -> Actor:
    first = name.split(maxsplit=1)[0].lower()
    user = founding.add_user(
        organization,
        email=f"{first}.{number}.{organization.id}@example.com",
        name=name,
        role=role,
        password=PASSWORD,
    )
    with tenancy.scope(organization.id):
        actor = actors.find_actor(user_id=user.id)
    assert actor is not None
    return actor
