"""The generated company that benchmarks of pages, searches and lists are run on."""

from dataclasses import dataclass, field

from bench import ground
from bench.generator import loading
from bench.generator.plan import Plan
from bench.searching import building

EMAIL = "advisor@bench.example"


@dataclass(frozen=True)
class Company:
    """Where the rows are: the organisation, and the person who looks at them."""

    plan: Plan
    owner_url: str


@dataclass(frozen=True)
class Recipe:
    """What kind of company: how its databases are named, how many of what, made how."""

    name: str = "wayfolk_bench"
    plan: type[Plan] = Plan
    makers: loading.Makers = field(default_factory=lambda: loading.COMPANY)
    made_by: tuple[str, ...] = ground.GENERATOR


OF_PAGES = Recipe()


def prepared(rows: int, seed: int, recipe: Recipe = OF_PAGES) -> Company:
    """A company of `rows` customers, by default with two bookings each; loaded once.

    What search looks things up in is derived again whenever it has changed.
    """
    name = f"{recipe.name}_{rows}_{seed}"
    building.drop_outdated(ground.url_of(name))
    url = ground.own_database(name, lambda url: _load(rows, seed, url, recipe), recipe.made_by)
    of = Company(_plan(rows, seed, recipe), url)
    building.built(url, of.plan.organization_id, rows)
    return of


def _load(rows: int, seed: int, url: str, recipe: Recipe) -> None:
    from wayfolk.organization import founding

    organization = founding.found_organization(
        name="Bench Travel", country="PT", currency="EUR", time_zone="Europe/Lisbon"
    )
    founding.add_user(
        organization, email=EMAIL, name="Ada Bench", role="administrator", password=None
    )
    _ensure_stages(organization.id)
    loading.load(_plan(rows, seed, recipe), url, recipe.makers)


def _plan(rows: int, seed: int, recipe: Recipe) -> Plan:
    from wayfolk.itineraries.models import Stage
    from wayfolk.kit import tenancy
    from wayfolk.organization.models import Organization
    from wayfolk.staff.models import Membership

    organization = Organization.objects.get()
    with tenancy.scope(organization.id):
        return recipe.plan(
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
