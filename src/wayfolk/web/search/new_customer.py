"""What somebody searched for in vain, as the first fields of a new customer."""

from django.urls import reverse
from django.utils.http import urlencode

from wayfolk.identity.search import parsing, spelling
from wayfolk.kit import text
from wayfolk.staff.rules import Actor

PHONE_MIN = 6  # digits; fewer are a number of something


def create_url(query: str, by: Actor) -> str:
    """Where a customer is created with what was typed; "" without the right or for nothing."""
    may = by.may("customers.edit") and by.may_edit("customer.name")
    cleaned = text.clean(query)[: parsing.LENGTH_MAX]
    if not may or not fields_of(cleaned):
        return ""
    return f"{reverse('customers:create')}?{urlencode({'q': cleaned})}"


def fields_of(query: str) -> dict[str, str]:
    """given_name and family_name, email or phone, as the query names them; {} for nothing.

    Names typed in small letters get capitals, as one would write them.
    """
    cleaned = text.clean(query)[: parsing.LENGTH_MAX]
    parsed = parsing.parse(cleaned)
    if parsed.is_empty:
        return {}
    if parsed.digits and not parsed.words and not parsed.email:
        return {"phone": cleaned} if len(parsed.digits) >= PHONE_MIN else {}
    tokens = cleaned.split()
    names = [token for token in tokens if any(c.isalpha() for c in token) and "@" not in token]
    given, family = _halves([_capital(n) if cleaned.islower() else n for n in names])
    email = next((token for token in tokens if "@" in token), "")
    found = {"given_name": given, "family_name": family, "email": email}
    return {name: value for name, value in found.items() if value}


def _halves(names: list[str]) -> tuple[str, str]:
    """First and last name; the last one begins with its particle: van den Berg."""
    last = max(len(names) - 1, 1)
    particles = (at for at in range(1, last) if names[at].lower() in spelling.PARTICLES)
    at = next(particles, last)
    return " ".join(names[:at]), " ".join(names[at:])


def _capital(name: str) -> str:
    return name if name in spelling.PARTICLES else name[:1].upper() + name[1:]
