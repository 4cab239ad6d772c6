"""The cast's families: who lives with whom, who moved out, who answers for the children.

The Okafors, who share an email address, are left to be suggested.
"""

from datetime import date
from uuid import UUID

from wayfolk.customers import operations as customers
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.demo.people import Person
from wayfolk.households.operations import connecting, guarding, keeping, moving, splitting
from wayfolk.households.operations.moving import Placement
from wayfolk.households.operations.splitting import Split
from wayfolk.staff.rules import Actor

RELATIVES = (
    Person("birgitta", "Birgitta", "Lindqvist", "", "+46 70 174 06 20", "Gävle", "SE",
           notes="Karin's mother. Call her when nobody else answers."),
    Person("ines", "Inês", "Fonseca", "ines.fonseca@demo-mail.example", "+351 910 000 117",
           "Porto", "PT", notes="Daughter of Helena and Duarte, studies in Porto."),
)  # fmt: skip
BORN = {"karin": 42, "jonas": 44, "elsa": 9, "nils": 6, "helena": 51, "duarte": 53, "ines": 21}


def tell(people: dict[str, Customer], *, by: Actor, today: date) -> None:
    """`people`: the cast by key; the relatives are added to it."""
    people |= {each.key: customers.create_customer(each.data(), by=by) for each in RELATIVES}
    ids = {key: customer.id for key, customer in people.items()}
    for key, age in BORN.items():
        born_on = _years_ago(today, age, month=3)
        customers.update_customer(ids[key], CustomerData({"birth_on": born_on}), by=by)
    _lindqvists(ids, by, today)
    _fonsecas(ids, by, today)


def _lindqvists(ids: dict[str, UUID], by: Actor, today: date) -> None:
    """Parents and two children, each there since birth, and a grandmother to be called."""
    fields = {
        "name": "Lindqvist",
        "lines": "Kyrkogårdsgatan 12",
        "postcode": "753 12",
        "city": "Uppsala",
        "country": "SE",
        "language": "sv",
        "channel": "email",
        "newsletter_by_post": True,
        "notes": "Travel in the Swedish school holidays only.",
    }
    parents = [Placement(ids["karin"], "head"), Placement(ids["jonas"], "partner")]
    since = _years_ago(today, 12)
    home = keeping.create_household(fields, by=by, members=parents, on=since).household
    for key in ("elsa", "nils"):
        born_on = _years_ago(today, BORN[key], month=3)
        moving.move_in(home.id, [Placement(ids[key], "child")], on=born_on, by=by)
        for parent in ("karin", "jonas"):
            guarding.add_guardian(ids[key], ids[parent], from_on=born_on, by=by)
    connecting.connect_person(
        home.id,
        ids["birgitta"],
        kind="emergency",
        from_on=_years_ago(today, 5),
        note="Grandmother",
        by=by,
    )


def _fonsecas(ids: dict[str, UUID], by: Actor, today: date) -> None:
    """A daughter who moved out to study; her father pays for her trips."""
    fields = {
        "name": "Fonseca",
        "lines": "Rua da Sofia 48",
        "postcode": "3000-389",
        "city": "Coimbra",
        "country": "PT",
        "language": "pt",
        "channel": "phone",
    }
    roles = (("duarte", "head"), ("helena", "partner"), ("ines", "child"))
    members = [Placement(ids[key], role) for key, role in roles]
    home = keeping.create_household(
        fields, by=by, members=members, on=_years_ago(today, 20)
    ).household
    gone_on = _years_ago(today, 2)
    split = Split(
        frozenset({ids["ines"]}), new={"name": "Inês Fonseca"}, roles={ids["ines"]: "head"}
    )
    own = splitting.split_household(home.id, split, on=gone_on, by=by).household
    connecting.connect_person(own.id, ids["duarte"], kind="payer", from_on=gone_on, by=by)


def _years_ago(today: date, years: int, *, month: int = 9) -> date:
    """The first of a month; the same every day of the year."""
    return date(today.year - years, month, 1)
