"""The generated company that benchmarks of pages, searches and lists are run on."""

from dataclasses import dataclass

from bench import ground
from bench.generator import loading
from bench.generator.plan import Plan

EMAIL = "advisor@bench.example"


@dataclass(frozen=True)
class Company:
    """Where the rows are: the organisation, and the person who looks at them."""

    plan: Plan
    owner_url: str


def prepared(rows: int, seed: int) -> Company:
    """A company of `rows` customers and twice as many bookings, loaded unless it is there."""
    url = ground.own_database(f"wayfolk_bench_{rows}_{seed}", lambda url: _load(rows, seed, url))
    return Company(_plan(rows, seed), url)


def _load(rows: int, seed: int, url: str) -> None:
    from wayfolk.organization import founding

    organization = founding.found_organization(
        name="Bench Travel", country="PT", currency="EUR", time_zone="Europe/Lisbon"
    )
    founding.add_user(
        organization, email=EMAIL, name="Ada Bench", role="administrator", password=None
    )
    _ensure_stages(organization.id)
    loading.load(_plan(rows, seed), url)


def _plan(rows: int, seed: int) -> Plan:
    from wayfolk.itineraries.models import Stage
    from wayfolk.kit import tenancy
    from wayfolk.organization.models import Organization
    from wayfolk.staff.models import Membership

    organization = Organization.objects.get()
    with tenancy.scope(organization.id):
        return Plan(
            organization_id=organization.id,
            seed=seed,
            customers=rows,
            stages=tuple(Stage.objects.values_list("id", flat=True)),
            assignees=tuple(Membership.objects.values_list("id", flat=True)),
        )


def _ensure_stages(organization_id: int) -> None:
    """Founding gives an organisation its stages where the product brings any."""
    from wayfolk.audit.change_sets import change_set
    from wayfolk.itineraries.models import Stage
    from wayfolk.staff.rules import system_actor

    by = system_actor(organization_id, "Bench")
    with change_set(by=by, operation="bench.stages", summary="Stages"):
        if not Stage.objects.exists():
            Stage.objects.create(code="confirmed", label="Confirmed", position=1)
