"""How badly a customer fits a query: the benchmark's own measure, for telling ties from misses.

Every function takes the query and a customer and answers with figures of which the first
decides, smaller is likelier. A cost is only compared with that of the customer who was meant.
"""

import itertools
from collections.abc import Iterable

from bench.searching import scripts, spelling
from bench.searching.nicknames import NICKNAMES
from bench.searching.queries import Cost, Query
from bench.searching.truth import Person

Forms = tuple[str, ...]
_NICKNAME_COST = 0.5
_FORMAL = {
    spelling.plain(nickname): {
        spelling.plain(formal) for formal, known in NICKNAMES.items() if nickname in known
    }
    for names in NICKNAMES.values()
    for nickname in names
}


def of_names(query: Query, person: Person) -> Cost:
    """Letters that differ, words out of order, words of the name that were not typed."""
    return _names(_typed_words(query.text), _known_words(person), is_beginning=False)


def of_beginnings(query: Query, person: Person) -> Cost:
    """The same where every typed word may be the beginning of one."""
    return _names(_typed_words(query.text), _known_words(person), is_beginning=True)[:2]


def of_name_and_city(query: Query, person: Person) -> Cost:
    names = _names(_typed_words(f"{query.given} {query.family}"), _known_words(person))
    city = min(
        spelling.distance(one, other)
        for one in spelling.forms(query.city)
        for other in spelling.forms(person.city)
    )
    return (names[0] + city, *names[1:])


def of_nickname(query: Query, person: Person) -> Cost:
    """A nickname fits nearly as well as the very name that was typed."""
    given = min((_called(query.given, each) for each in spelling.words(person.given)), default=9)
    family = "".join(spelling.words(query.family))
    return (given + spelling.distance(family, "".join(spelling.words(person.family))),)


def of_joined_words(query: Query, person: Person) -> Cost:
    """Letters that differ when nobody cares where a word ends; last name first is as good."""
    asked = "".join(spelling.words(query.text))
    given, middle, family = (
        "".join(spelling.words(part)) for part in (person.given, person.middle, person.family)
    )
    spelled = [
        (spelling.distance(asked, joined), unasked)
        for unasked, first in ((0.0, given + middle), (float(bool(middle)), given))
        for joined in (first + family, family + first)
    ]
    return min(spelled)


def of_email(query: Query, person: Person) -> Cost:
    asked = query.text.lower()
    return (_nearest(asked, (email.lower() for email in person.emails)),)


def of_local_part(query: Query, person: Person) -> Cost:
    asked = query.text.lower()
    return (_nearest(asked, (email.lower().partition("@")[0] for email in person.emails)),)


def of_phone(query: Query, person: Person) -> Cost:
    """Digits that differ at the end, where the digits are that tell numbers apart."""
    asked = digits(query.text).removeprefix("00").lstrip("0")
    numbers = [digits(phone)[-len(asked) :] for phone in person.phones]
    return (min((_different(asked, number) for number in numbers), default=len(asked)),)


def of_phone_part(query: Query, person: Person) -> Cost:
    """Whether these digits stand together in a phone number, or are a number of another kind."""
    is_numbered = query.text in {str(person.number), *person.numbers}
    is_inside = any(query.text in digits(phone) for phone in person.phones)
    return (int(not (is_numbered or is_inside)),)


def digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _different(one: str, other: str) -> int:
    if len(one) != len(other):
        return max(len(one), len(other))
    return sum(a != b for a, b in zip(one, other, strict=True))


def _nearest(asked: str, known: Iterable[str]) -> int:
    return min((spelling.distance(asked, each) for each in known), default=len(asked))


def _called(typed: str, name: str) -> float:
    one, other = spelling.plain(typed), spelling.plain(name)
    if one == other:
        return 0
    formal, of_other = _FORMAL.get(one, {one}), _FORMAL.get(other, {other})
    if formal & of_other or one in of_other or other in formal:
        return _NICKNAME_COST
    return spelling.distance(one, other)


def _typed_words(text: str) -> list[Forms]:
    return [spelling.forms(word) for word in _split(text)]


def _known_words(person: Person) -> list[Forms]:
    """The words of the name, each as written and as spelled in Latin letters."""
    return [
        (*spelling.forms(word), *map(str.lower, scripts.latin_spellings(word, person.language)))
        for word in _split(person.name)
    ]


def _split(text: str) -> list[str]:
    return text.replace("-", " ").replace(",", " ").split()


def _names(asked: list[Forms], known: list[Forms], *, is_beginning: bool = False) -> Cost:
    """The cheapest way to give each typed word a word of the name of its own."""
    measure = spelling.distance_to_beginning if is_beginning else spelling.distance
    costs = [[min(measure(a, b) for a in typed for b in word) for word in known] for typed in asked]

    def best(at: int, taken: tuple[int, ...]) -> Cost:
        if at == len(asked):
            turns = sum(one > other for one, other in itertools.pairwise(taken))
            return (0.0, float(turns))
        choices = [
            (costs[at][place] + rest[0], rest[1])
            for place in range(len(known))
            if place not in taken
            for rest in [best(at + 1, (*taken, place))]
        ]
        unmatched = best(at + 1, taken)
        choices.append((unmatched[0] + len(asked[at][0]), unmatched[1]))
        return min(choices)

    return (*best(0, ()), float(max(0, len(known) - len(asked))))
