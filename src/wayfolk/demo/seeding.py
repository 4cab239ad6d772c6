"""Filling an empty database with the demo organisation."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wayfolk.demo import conversations, reservations, stories
from wayfolk.demo.capturing import Ports
from wayfolk.integrations.imports import operations, running, shipped
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit import clock, tenancy
from wayfolk.organization import actors, founding
from wayfolk.organization.models import Organization
from wayfolk.staff.models import User
from wayfolk.staff.rules import Actor

NAME = "Azure Coast Travel"
FILE_NAME = "hotel reservations.csv"
PASSWORD = "wayfolk-demo"  # noqa: S105 - printed at every start of the demo, and only made there
SHARED_FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "hotel_reservations_10k.csv"

Report = Callable[[str], None]


@dataclass(frozen=True)
class Login:
    """Somebody of the demo organisation who can sign in."""

    email: str
    password: str
    role: str


PEOPLE = (
    ("ana@wayfolk.example", "Ana Costa", "administrator"),
    ("mats@wayfolk.example", "Mats Berg", "manager"),
    ("ida@wayfolk.example", "Ida Lund", "consultant"),
    ("vera@wayfolk.example", "Vera Novak", "viewer"),
)


def logins() -> list[Login]:
    return [Login(email, PASSWORD, role) for email, _, role in PEOPLE]


def seed(report: Report) -> list[Login]:
    """Found the demo organisation unless some organisation is there; returns its logins.

    A seeding that was interrupted is continued at the next start. An organisation that is
    not the demo's leaves the database alone and returns no logins.
    """
    if Organization.objects.exclude(name=NAME).exists():
        return []
    organization = Organization.objects.filter(name=NAME).first()
    if organization is None:
        organization = founding.found_organization(
            name=NAME, country="PT", currency="EUR", time_zone="Europe/Lisbon"
        )
    _add_people(organization)
    by = actors.get_system_actor(organization, "Demo")
    with tenancy.scope(organization.id):
        if not stories.are_told():
            report("Writing the cast: families, a couple, a group, an agency")
            consultant = _member("ida@wayfolk.example", organization)
            stories.tell(by=consultant, office=_member("ana@wayfolk.example", organization))
    _import_reservations(report, by=by)
    return logins()


def use_capture(web_port: int) -> None:
    """Let the demo organisation write by the servers that catch what it sends."""
    organization = Organization.objects.filter(name=NAME).first()
    if organization is not None:
        by = actors.get_system_actor(organization, "Demo")
        conversations.point_at(Ports.beside(web_port), by=by)


def _add_people(organization: Organization) -> None:
    for email, name, role in PEOPLE:
        if not User.objects.filter(email=email).exists():
            founding.add_user(organization, email=email, name=name, role=role, password=PASSWORD)


def _member(email: str, organization: Organization) -> Actor:
    user = User.objects.get(email=email)
    actor = actors.find_actor(user_id=user.id)
    if actor is None:
        message = f"{email} is no longer a member of {organization.name}."
        raise RuntimeError(message)
    return actor


def _source() -> Path | None:
    given = os.environ.get("WAYFOLK_DEMO_RESERVATIONS")
    path = Path(given) if given else SHARED_FILE
    return path if path.is_file() else None


def _import_reservations(report: Report, *, by: Actor) -> None:
    with tenancy.scope(by.organization_id):
        begun = ImportRun.objects.filter(file_name=FILE_NAME).order_by("-created_at").first()
    if begun is not None and begun.state == RunState.FINISHED:
        return
    if begun is not None and begun.state != RunState.DRAFT:
        report("Going on with the hotel reservations")
        running.carry_out(begun.id, by=by, waits=True)
        return
    source = _source()
    today = clock.today(by.time_zone)
    with tempfile.TemporaryDirectory() as folder:
        moved = Path(folder) / FILE_NAME
        if source is None:
            count = reservations.write_made_up(moved, today=today)
        else:
            count = reservations.write_moved(source, moved, today=today)
        report(f"Importing {count:,} hotel reservations")
        operations.import_file(moved, shipped.SHIPPED[shipped.HOTEL_RESERVATIONS], by=by)
