"""The customers whom the tests of search look for."""

from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.search import deriving, queries
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

PEOPLE = {
    "Müller": ("Jürgen", "Müller", "juergen.mueller@example.de", "+49 30 1234 5678", "Berlin"),
    "Sørensen": ("Søren", "Sørensen", "soren@travel-desk.dk", "+45 12 34 56 78", "Århus"),
    "Smith": ("Anna", "Smith", "anna_smith99@example.org", "+1 669 792 1661", "New York"),
    "Robert": ("Robert", "Johnson", "rj@example.com", "+44 20 7946 0958", "London"),
    "Rossi": ("Anna Maria", "Rossi", "", "", "Roma"),
    "Bianchi": ("Mariaelena", "Bianchi", "", "", ""),
    "Heuvel": ("Piet", "van den Heuvel", "piet@example.nl", "", "Utrecht"),
    "Lee": ("Kim", "Lee", "", "", ""),
    "Papadopoulos": ("Γιώργος", "Παπαδόπουλος", "", "", "Αθήνα"),
    "Shcherbakov": ("Дмитрий", "Щербаков", "", "", ""),
    "Mansouri": ("محمد", "المنصوري", "", "", ""),
    "Li": ("小明", "李", "", "", ""),
    "Sato": ("翔太", "佐藤", "", "", "東京"),
    "Yamakawa": ("サトシ", "山川", "", "", ""),
    "Yilmaz": ("İpek", "Yılmaz", "ipek@example.tr", "", ""),
    "O'Brien": ("Conan", "O'Brien", "", "", ""),
    "Oliveira": ("Beatriz", "Oliveira e Costa", "", "", "Lisboa"),
}
COMPANY = "Nordlys Expeditions Ltd"


def enter(cast: Cast) -> dict[str, Customer]:
    """Everybody above and the company, entered by the advisor; the job has caught up."""
    found = {
        key: operations.create_customer(
            CustomerData(
                fields={"given_name": given, "family_name": family},
                contacts={("primary", "email"): email, ("primary", "phone"): phone},
                addresses={("primary", "city"): city},
            ),
            by=cast.advisor,
        )
        for key, (given, family, email, phone, city) in PEOPLE.items()
    }
    found["company"] = operations.create_customer(
        CustomerData(fields={"kind": "company", "company_name": COMPANY}), by=cast.advisor
    )
    catch_up(cast)
    return found


def catch_up(cast: Cast) -> None:
    """What the job does every second."""
    while deriving.catch_up(cast.organization.id):
        pass
    while not deriving.rebuild_step(cast.organization.id).is_finished:
        pass


def found(query: str, by: Actor, limit: int = 10) -> list[str]:
    """Names, best first."""
    return [hit.name for hit in hits(query, by, limit)]


def hits(query: str, by: Actor, limit: int = 10) -> list[queries.Hit]:
    with tenancy.scope(by.organization_id):
        return queries.find_customers(query, by=by, limit=limit).hits
