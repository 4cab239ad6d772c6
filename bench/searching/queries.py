"""What a query is, who was meant by it, and how well somebody else would answer it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from uuid import UUID

from bench.searching import scripts
from bench.searching.truth import Person, Pool

# Smaller is likelier; compared as a whole, so that the first figure decides.
Cost = tuple[float, ...]
_REPEATS = 4  # how often one person may be asked for in a class


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, who is meant; the parts of a name where the cost needs them apart."""

    text: str
    target: UUID
    given: str = ""
    family: str = ""
    city: str = ""


@dataclass(frozen=True)
class QueryClass:
    """Queries of one kind. `cost`: how badly a customer fits a query, None where a number
    leads to nobody else. `limits`: which of the targets it counts for.
    """

    name: str
    make: Callable[[Random, Pool, int], list[Query]]
    cost: Callable[[Query, Person], Cost] | None
    limits: frozenset[str] = frozenset()


def meant(
    people: Iterable[Person], count: int, accepted: Callable[[Person], bool]
) -> Iterator[Person]:
    """`count` of those accepted, some of them again where there are too few."""
    chosen = list(islice((person for person in people if accepted(person)), count))
    return islice(cycle(chosen), min(count, len(chosen) * _REPEATS))


def is_latin_person(person: Person) -> bool:
    """A person with a first and a last name in Latin letters."""
    return bool(
        person.kind == "person"
        and person.language not in scripts.CODES
        and person.given
        and person.family
    )


def typed(text: str, rng: Random) -> str:
    """As people type it: without capitals more often than not."""
    return text.lower() if rng.random() < 0.6 else text
