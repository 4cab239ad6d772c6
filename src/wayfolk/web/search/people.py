"""A customer who was found, as every search shows one: palette, pickers, link dialog."""

from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from wayfolk.customers.models import Kind, Status
from wayfolk.identity.search import wording
from wayfolk.identity.search.parsing import Query
from wayfolk.identity.search.queries import Hit
from wayfolk.web.search.marking import marked, marked_digits, marked_name

# Below this the name is only similar: Enter prefers a command or page that is named as typed.
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Person:
    """title, detail: safe text with what matched marked; detail tells people apart (TP-42)."""

    number: int
    name: str
    title: SafeString | str
    detail: SafeString | str
    reason: str = ""
    icon: str = "user"
    is_inactive: bool = False
    is_unsure: bool = False


def person(hit: Hit, query: str) -> Person:
    """A hit with its reasons in words; nothing that the reader may not see is in a hit."""
    name = hit.name or f"Customer {hit.number}"
    return Person(
        number=hit.number,
        name=name,
        title=marked_name(name, query) if hit.name else name,
        detail=_detail(hit, query),
        reason=wording.why(hit, query),
        icon="building" if hit.kind == Kind.COMPANY else "user",
        is_inactive=hit.status == Status.INACTIVE,
        is_unsure=hit.score < SURE,
    )


def _detail(hit: Hit, query: str) -> SafeString:
    """Email, phone, city, number and past trips in a line; what was searched for comes first."""
    typed = wording.parsed(query)
    fields = {reason.field for reason in hit.reasons}
    parts = [
        ("email", _email(hit, typed) if "email" in fields else hit.email),
        ("phone", marked_digits(hit.phone, typed.digits) if "phone" in fields else hit.phone),
        ("city", marked(hit.city, typed.words) if "city" in fields else hit.city),
        ("number", _number(hit, typed) if "number" in fields else f"No {hit.number}"),
        ("trips", trips_in_words(hit.trips)),
    ]
    parts.sort(key=lambda part: part[0] not in fields or part[0] == "city")
    return format_html_join(" · ", "{}", ((shown,) for _, shown in parts if shown))


def _email(hit: Hit, typed: Query) -> SafeString:
    return marked(hit.email, [typed.email or typed.code.lower()])


def _number(hit: Hit, typed: Query) -> SafeString:
    return marked(f"No {hit.number}", [typed.code.lstrip("#")])


def trips_in_words(trips: int) -> str:
    """Past trips, "" for nobody's first."""
    return "" if not trips else "1 past trip" if trips == 1 else f"{trips} past trips"
