"""Who stands behind an email or phone that several use: a relay, a household, a desk (KP-02).

Pure decisions; customers.queries.sharing knows who uses a value.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from wayfolk.kit.errors import InvalidValues

# Booking sites give the seller an address that leads to the guest for a while, or to nobody.
RELAYS: Mapping[str, str] = {
    "guest.booking.com": "Booking.com",
    "mchat.booking.com": "Booking.com",
    "m.expediapartnercentral.com": "Expedia",
    "guest.airbnb.com": "Airbnb",
    "reply.airbnb.com": "Airbnb",
    "messages.homeaway.com": "Vrbo",
    "agoda-messaging.com": "Agoda",
    "guest.trip.com": "Trip.com",
    "guest.ctrip.com": "Trip.com",
}
# Mailboxes of a task rather than of a person, in the languages of our customers.
ROLES = frozenset(
    "accounting accounts admin backoffice booking bookings buchung contact contacto desk enquiries"
    " finance frontdesk groups hello hola info invoice invoices kontakt mail office operations"
    " ops post reception reservas reservation reservations reservierung sales service support team"
    " travel viajes".split()
)
SHARED_FROM = 5  # customers who use it, unless the organisation says otherwise
SHARED_FROM_RANGE = (2, 50)
COUNT_CAP = 50
RELAYS_MAX = 100
_DOMAIN = re.compile(r"(?=.{4,120}$)[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")

RELAY, HOUSEHOLD, DESK, MANY, SOME, ROLE = "relay", "household", "desk", "many", "some", "role"
NOT_A_FAMILY = frozenset({RELAY, DESK})


@dataclass(frozen=True, slots=True)
class Group:
    """What people have in common. kind: HOUSEHOLD or DESK; number: of the household, company.

    name: "" where the reader may not know which it is. is_own: the customer is the company.
    """

    kind: str
    number: int
    name: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Sharing:
    """What is to be known of a value before one takes it for one person's own.

    brief: the part of the words that does where there is little room. count: of the customers
    who use it, no further than COUNT_CAP. number: of the household or company; None for others,
    and where the reader may not know which.
    """

    kind: str
    words: str
    brief: str
    count: int
    number: int | None = None

    @property
    def is_capped(self) -> bool:
        return self.count >= COUNT_CAP


def relay_of(value: str, own: Collection[str] = ()) -> str:
    """The booking site whose relay the email address is, "" for none. own: further domains."""
    domain = value.rpartition("@")[2] if "@" in value else ""
    while "." in domain:
        if domain in RELAYS:
            return RELAYS[domain]
        if domain in own:
            return domain
        domain = domain.partition(".")[2]
    return ""


def is_role_mailbox(value: str) -> bool:
    """info@, booking@: read by whoever is there."""
    local, at, _ = value.rpartition("@")
    return bool(at) and re.split(r"[.+_-]|\d", local)[0] in ROLES


def judge(
    value: str, groups: Sequence[Collection[Group]], *, relays: Collection[str], shared_from: int
) -> Sharing | None:
    """What the value is; `groups` has an entry for each customer who uses it.

    None: one person's own as far as anybody knows.
    """
    count = len(groups)
    site = relay_of(value, relays)
    if site:
        return Sharing(RELAY, f"relay of {site}", site, count)
    if count < 2:
        is_role = is_role_mailbox(value)
        return Sharing(ROLE, "role mailbox", "role", count) if is_role else None
    common = _common(groups)
    if common is not None:
        number = common.number if common.name else None
        return Sharing(common.kind, *_words(common), count, number)
    if count >= shared_from:
        many = f"{COUNT_CAP} or more" if count >= COUNT_CAP else str(count)
        return Sharing(MANY, f"shared by {many} customers", f"{many} customers", count)
    brief = f"{count - 1} other{'s' if count > 2 else ''}"
    return Sharing(SOME, f"also used by {brief}", brief, count)


def checked_domains(written: str) -> tuple[str, ...]:
    """Domains, one on a line, as they compare; raises InvalidValues naming the first fault."""
    found = [line.strip().casefold().lstrip("@.") for line in written.splitlines()]
    domains = tuple(dict.fromkeys(domain for domain in found if domain))
    wrong = next((domain for domain in domains if not _DOMAIN.fullmatch(domain)), None)
    if wrong is not None:
        raise InvalidValues(
            {
                "relay_domains": f"“{wrong[:80]}” is not a domain. Write one on each line, like"
                " guest.example.com."
            }
        )
    if len(domains) > RELAYS_MAX:
        raise InvalidValues(
            {"relay_domains": f"{len(domains)} domains are too many; at most {RELAYS_MAX}."}
        )
    return domains


def checked_threshold(value: int) -> int:
    """Raises InvalidValues outside SHARED_FROM_RANGE."""
    least, most = SHARED_FROM_RANGE
    if not least <= value <= most:
        raise InvalidValues({"shared_from": f"{value} is not possible. Use {least} to {most}."})
    return value


def _common(groups: Sequence[Collection[Group]]) -> Group | None:
    """The household of all of them, the one company among them, or the company of all."""
    shared = {(group.kind, group.number) for group in groups[0]}
    for each in groups[1:]:
        shared &= {(group.kind, group.number) for group in each}
    companies = {group.number: group for each in groups for group in each if group.is_own}
    if len(companies) == 1 and not any(kind == HOUSEHOLD for kind, _ in shared):
        return next(iter(companies.values()))
    if not shared:
        return None
    kind, number = min(shared, key=lambda key: (key[0] != HOUSEHOLD, key[1]))
    return next(group for group in groups[0] if (group.kind, group.number) == (kind, number))


def _words(group: Group) -> tuple[str, str]:
    """In words, and in brief."""
    if group.kind == HOUSEHOLD:
        named = f"household {group.name}" if group.name else "a household"
        return f"shared in {named}", group.name or "household"
    return f"desk of {group.name or 'a company'}", group.name or "desk"
