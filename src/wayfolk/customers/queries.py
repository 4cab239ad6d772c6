"""Finding customers. Every function returns only what this actor may see."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.models import Address, ContactPoint, Customer, CustomerQuerySet, Status
from wayfolk.kit import contact, text
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor

QUERY_MAX = 200
RESULTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Match:
    """A search result. `reason`: which field the query was found in ("name", "email", ...)."""

    customer: Customer
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """A query taken apart: name words, fragments of the folded text, a number if it is one."""

    words: list[str]
    fragments: list[str]
    number: int | None


def list_customers(*, by: Actor) -> CustomerQuerySet:
    """All customers that exist for this actor."""
    by.require("customers.view")
    return Customer.objects.present()


def get_customer(customer_id: UUID, *, by: Actor) -> Customer:
    """One customer with contact points and addresses; raises NotFound."""
    customer = list_customers(by=by).filter(id=customer_id).with_reach().first()
    if customer is None:
        raise NotFound("There is no such customer. It may have been deleted.")
    return customer


def get_customer_by_number(number: int, *, by: Actor) -> Customer:
    """One customer by Customer No; raises NotFound."""
    customer = list_customers(by=by).filter(number=number).with_reach().first()
    if customer is None:
        raise NotFound(f"There is no customer with number {number}. It may have been deleted.")
    return customer


def find_ids(
    query: str, *, by: Actor, limit: int = RESULTS_MAX, with_inactive: bool = True
) -> list[UUID]:
    """Ids of matching customers, best first: number, beginning of a name, anywhere.

    Folded text of name, email, phone and number (TP-04, TP-05). Empty for an empty query.
    """
    by.require("customers.view")
    terms = parse(query)
    if not terms.fragments:
        return []
    statuses = [Status.ACTIVE, Status.RESTRICTED] + ([Status.INACTIVE] if with_inactive else [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id FROM customers_search(%s::text[], %s::text[], %s, %s::text[], %s)"
            " GROUP BY customer_id ORDER BY min(tier), customer_id LIMIT %s",
            [
                terms.words,
                terms.fragments,
                terms.number,
                [str(status) for status in statuses],
                limit,
                limit,
            ],
        )
        ids = [row[0] for row in cursor.fetchall()]
    if by.may_see("customer.email") and by.may_see("customer.phone"):
        return ids
    return [match.customer.id for match in _matches(ids, terms, by)]


def search_customers(
    query: str, *, by: Actor, limit: int = 10, with_inactive: bool = True
) -> list[Match]:
    """The best matches with contact points and addresses, active ones first."""
    ids = find_ids(query, by=by, limit=limit, with_inactive=with_inactive)
    matches = _matches(ids, parse(query), by)
    return sorted(matches, key=lambda match: match.customer.status == Status.INACTIVE)


def _matches(ids: list[UUID], terms: Terms, by: Actor) -> list[Match]:
    """The customers in the order of `ids`, without those found by a field this actor may not see.

    Otherwise a hidden email could be learned by guessing it letter by letter.
    """
    customers = Customer.objects.filter(id__in=ids).with_reach()
    found = {customer.id: customer for customer in customers}
    matches = [Match(found[i], match_reason(found[i], terms)) for i in ids if i in found]
    return [
        match
        for match in matches
        if match.reason not in {"email", "phone"} or by.may_see(f"customer.{match.reason}")
    ]


def parse(query: str) -> Terms:
    """Take a query apart: phone digits, email fragments, name words."""
    cleaned = text.clean(query)[:QUERY_MAX]
    digits = text.digits(cleaned)
    if digits and not any(c.isalpha() for c in cleaned) and "@" not in cleaned:
        number = int(digits) if digits == cleaned.lstrip("#") and len(digits) <= 15 else None
        return Terms([], [digits.removeprefix("00") or digits], number)
    words: list[str] = []
    fragments: list[str] = []
    for token in cleaned.lower().split():
        if "@" in token or "." in token.strip(".") or "_" in token:
            fragments.append(_escaped(token))
        else:
            folded = text.fold(token).split()
            words.extend(folded)
            fragments.extend(folded)
    return Terms(words[:6], fragments[:8], None)


def _escaped(fragment: str) -> str:
    return fragment.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def match_reason(customer: Customer, terms: Terms) -> str:
    """Where the first fragment that decides was found."""
    if terms.number is not None and customer.number == terms.number:
        return "number"
    company = text.fold(customer.company_name)
    names = f"{customer.folded_given} {customer.folded_family} {company}"
    plain = [fragment.replace("\\", "") for fragment in terms.fragments]
    for fragment in plain:
        if fragment in names:
            continue
        if any(fragment in c.normalised for c in customer.points if c.kind == "email"):
            return "email"
        if fragment.isdigit():
            return "phone"
    return "name"


def living_in(rows: CustomerQuerySet, *, country: str = "", city: str = "") -> CustomerQuerySet:
    """Those of `rows` with an address in the country (ISO code) and the city (as folded)."""
    if not country and not city:
        return rows
    addresses = Address.objects.filter(customer_id=OuterRef("id"))
    if country:
        addresses = addresses.filter(country=country)
    if city:
        addresses = addresses.filter(folded_city__startswith=text.fold(city))
    return rows.filter(Exists(addresses))


def reachable_at(rows: CustomerQuerySet, value: str, *, by: Actor) -> CustomerQuerySet:
    """Those of `rows` with this very email address or phone number, however it is written."""
    is_email = "@" in value
    if not by.may_see("customer.email" if is_email else "customer.phone"):
        return rows.none()
    normalised = (
        contact.normalise_email(value) if is_email else contact.normalise_phone(value, by.country)
    )
    kinds = ["email"] if is_email else list(PHONE_KINDS)
    points = ContactPoint.objects.filter(
        customer_id=OuterRef("id"), normalised=normalised, kind__in=kinds
    )
    return rows.filter(Exists(points))
