"""A group of records that may be one, as the lane shows it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from wayfolk.customers.models import Customer, Status
from wayfolk.identity.matching.queue import Compared, Group
from wayfolk.identity.search import trips
from wayfolk.kit import text
from wayfolk.staff.rules import Actor
from wayfolk.web.customers.candidates import Line, Weighed, lines_of
from wayfolk.web.customers.forms import STATUS_TONES

# Of the best pair: probability from which on, in words, with the tone of its badge.
_LEVELS = ((0.99, "Very likely the same", "warning"), (0.5, "Likely the same", "info"))
_UNLIKELY = ("Possibly the same", "neutral")
_REACH = ("email", "phone", "mobile", "evening_phone", "fax")


@dataclass(frozen=True, slots=True)
class Value:
    """`is_shared`: another record of the group has the same."""

    text: str
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A row: `key` is the digit that makes it the main record, "" beyond the ninth."""

    number: int
    version: int
    name: Value
    url: str
    key: str
    reach: Sequence[Value]
    address: Sequence[Value]
    born: Value
    trips: str
    added: str
    status: str
    status_tone: str


@dataclass(frozen=True, slots=True)
class PairShown(Weighed):
    """`names`: of both, "" where the group has no others."""

    names: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class GroupShown:
    records: Sequence[Record]
    pairs: Sequence[PairShown]
    level: str
    tone: str
    more: int

    @property
    def title(self) -> str:
        return f"{len(self.records)} records that may be one"

    @property
    def key(self) -> str:
        """The same as long as the records are."""
        return " ".join(f"{each.number}.{each.version}" for each in self.records)


def shown(group: Group, *, by: Actor) -> GroupShown:
    values = {each.id: _values(each, by) for each in group.customers}
    common = Counter(key for of in values.values() for key in {k for k, _ in of.values() if k})
    best = max((pair.score.probability for pair in group.pairs), default=0.0)
    level, tone = next(
        ((words, tone) for least, words, tone in _LEVELS if best >= least), _UNLIKELY
    )
    records = [
        _record(index, each, values[each.id], common, by)
        for index, each in enumerate(group.customers, 1)
    ]
    pairs = [_pair(pair, group, by) for pair in group.pairs]
    return GroupShown(records, pairs, level, tone, group.more)


def _values(customer: Customer, by: Actor) -> dict[str, tuple[str, str]]:
    """Name -> (what is compared, what is shown), of what the reader may see."""
    found: dict[str, tuple[str, str]] = {}
    if by.may_see("customer.name"):
        found["name"] = (f"name {text.fold(customer.name)}", customer.name)
    for point in customer.points:
        field = "customer.email" if point.kind == "email" else "customer.phone"
        if point.kind in _REACH and by.may_see(field):
            found[f"reach {point.set} {point.kind}"] = (point.normalised, point.value)
    if by.may_see("customer.address"):
        for place in customer.places:
            town = " ".join(part for part in (place.postcode, place.city, place.country) if part)
            if place.lines:
                found[f"address {place.set} 1"] = (text.fold(place.lines), place.lines)
            if town:
                found[f"address {place.set} 2"] = (text.fold(town), town)
    if customer.birth_on and by.may_see("customer.birth_on"):
        found["born"] = (f"{customer.birth_on:%Y%m%d}", f"{customer.birth_on:%-d %b %Y}")
    return found


def _record(
    index: int,
    customer: Customer,
    values: dict[str, tuple[str, str]],
    common: Counter[str],
    by: Actor,
) -> Record:
    said = {name: Value(shown, common[key] > 1) for name, (key, shown) in values.items()}
    created = timezone.localtime(customer.created_at)
    return Record(
        number=customer.number,
        version=customer.version,
        name=said.get("name", Value(f"Customer {customer.number}")),
        url=reverse("customers:detail", args=[customer.number]),
        key=str(index) if index < 10 else "",
        reach=[value for name, value in said.items() if name.startswith("reach")],
        address=[value for name, value in said.items() if name.startswith("address")],
        born=said.get("born", Value("")),
        trips=f"{trips.count_past(customer.id):,}" if by.may("bookings.view") else "",
        added=f"{created:%-d %b %Y}",
        status=customer.get_status_display(),
        status_tone=STATUS_TONES[Status(customer.status)],
    )


def pair_shown(pair: Compared, names: str) -> PairShown:
    return PairShown(names, lines_of(pair.score.evidence))


def _pair(pair: Compared, group: Group, by: Actor) -> PairShown:
    names = ""
    if len(group.customers) > 2:
        numbers = {each.id: each for each in group.customers}
        names = " and ".join(named(numbers[each], by) for each in (pair.low, pair.high))
    return pair_shown(pair, names)


def named(customer: Customer, by: Actor) -> str:
    """With the number, which tells namesakes apart."""
    name = customer.name if by.may_see("customer.name") else "Customer"
    return f"{name} ({customer.number})"
