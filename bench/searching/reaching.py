"""Queries by email, phone and number, and by names in other scripts."""

import re
from collections.abc import Callable
from random import Random

from bench.searching import likeness, scripts, typos
from bench.searching.queries import Cost, Query, QueryClass, meant, typed
from bench.searching.truth import Person, Pool

_SEPARATORS = ("", " ", "-", ".", "/")
# Countries whose national numbers begin with a zero that the international form leaves out.
_WITH_ZERO = ("+44", "+49", "+33", "+31", "+90")
_SCRIPTS = {"el": "Greek", "ru": "Cyrillic", "ar": "Arabic", "zh": "Chinese", "ja": "Japanese"}
Text = Callable[[Person, Random], str]


def classes() -> list[QueryClass]:
    reach, simple = frozenset({"reach", "simple"}), frozenset({"simple"})
    return [
        _by_email("email", lambda p, _: p.emails[0], likeness.of_email, reach),
        _by_email("email, local part", _local_part, likeness.of_local_part, reach),
        _by_email("email, one typo", _mistyped_email, likeness.of_email, reach),
        _by_phone("phone", lambda p, _: p.phones[0], reach),
        _by_phone("phone, formatted", _formatted, reach),
        _by_phone("phone, national", _national, reach),
        _by_phone("phone, last digits", _last_digits, reach),
        _by_phone("phone, one wrong digit", _wrong_digit, reach),
        _class(
            "phone, digits inside",
            _digits_inside,
            likeness.of_phone_part,
            reach,
            lambda person: bool(person.phones),
        ),
        QueryClass("customer number", _customer_numbers, None, simple),
        QueryClass("booking number", _numbers("booking"), None, simple),
        QueryClass("reservation number", _numbers("stay"), None, simple),
        QueryClass("trip number", _numbers("itinerary"), None, simple),
        *(_in_script(code, name) for code, name in _SCRIPTS.items()),
        *(_in_latin(code, name) for code, name in _SCRIPTS.items()),
    ]


def _by_email(
    name: str, text: Text, cost: Callable[[Query, Person], Cost], limits: frozenset[str]
) -> QueryClass:
    return _class(name, text, cost, limits, lambda person: bool(person.emails))


def _by_phone(name: str, text: Text, limits: frozenset[str]) -> QueryClass:
    return _class(name, text, likeness.of_phone, limits, lambda person: bool(person.phones))


def _class(
    name: str,
    text: Text,
    cost: Callable[[Query, Person], Cost],
    limits: frozenset[str],
    accepted: Callable[[Person], bool],
) -> QueryClass:
    def make(rng: Random, pool: Pool, count: int) -> list[Query]:
        people = meant(pool.people, count, accepted)
        return [Query(text(person, rng), person.id) for person in people]

    return QueryClass(name, make, cost, limits)


# --- email and phone --------------------------------------------------------------------------


def _local_part(person: Person, _rng: Random) -> str:
    return person.emails[0].partition("@")[0]


def _mistyped_email(person: Person, rng: Random) -> str:
    """Three in four slips happen before the @, the others in the name of the host."""
    local, _, host = person.emails[0].partition("@")
    if rng.random() < 0.75:
        return f"{typos.mistyped(local, rng)}@{host}"
    name, dot, ending = host.rpartition(".")
    return f"{local}@{typos.mistyped(name, rng)}{dot}{ending}"


def _formatted(person: Person, rng: Random) -> str:
    """The international number with other signs between its groups, or with 00 for the plus."""
    prefix, *groups = rng.choice(person.phones).split()
    start = prefix.replace("+", rng.choice(("+", "00")))
    separator = rng.choice(_SEPARATORS)
    style = rng.random()
    if style < 0.3:
        return f"{start} ({groups[0]}) {separator.join(groups[1:])}"
    return f"{start}{separator}{separator.join(groups)}"


def _national(person: Person, rng: Random) -> str:
    prefix, *groups = rng.choice(person.phones).split()
    zero = "0" if prefix in _WITH_ZERO else ""
    return zero + rng.choice(_SEPARATORS[:3]).join(groups)


def _last_digits(person: Person, rng: Random) -> str:
    digits = re.sub(r"\D", "", rng.choice(person.phones))
    return digits[-rng.randint(6, 8) :]


def _digits_inside(person: Person, rng: Random) -> str:
    """Six or seven, neither the first nor the last of the number."""
    digits = re.sub(r"\D", "", rng.choice(person.phones))[2:-1]
    length = min(len(digits), rng.randint(6, 7))
    start = rng.randint(0, len(digits) - length)
    return digits[start : start + length]


def _wrong_digit(person: Person, rng: Random) -> str:
    """Anywhere behind the country's prefix, in the international or the national form."""
    phone = rng.choice(person.phones)
    if rng.random() < 0.5:
        return typos.wrong_digit(phone, rng, first=len(phone.split()[0]) - 1)
    return typos.wrong_digit(_national(person, rng), rng, first=1)


# --- numbers ----------------------------------------------------------------------------------


def _customer_numbers(_rng: Random, pool: Pool, count: int) -> list[Query]:
    return [Query(str(p.number), p.id) for p in meant(pool.people, count, lambda _: True)]


def _numbers(kind: str) -> Callable[[Random, Pool, int], list[Query]]:
    """Numbers as documents show them; the first customer behind one is the one that is meant."""

    def make(_rng: Random, pool: Pool, count: int) -> list[Query]:
        return [Query(each.number, each.customers[0]) for each in pool.numbers[kind][:count]]

    return make


# --- other scripts ----------------------------------------------------------------------------


def _in_script(code: str, name: str) -> QueryClass:
    """As it is written; Chinese and Japanese last name first and mostly without a space."""

    def text(person: Person, rng: Random) -> str:
        if code in {"zh", "ja"}:
            return f"{person.family}{rng.choice(('', '', ' '))}{person.given}"
        return typed(f"{person.given} {person.family}", rng)

    return _class(name, text, likeness.of_joined_words, frozenset({"simple"}), _speaks(code))


def _in_latin(code: str, name: str) -> QueryClass:
    """In one of the Latin spellings that its bearers use."""

    def text(person: Person, rng: Random) -> str:
        parts = (person.given, person.family)
        spelled = [rng.choice(scripts.latin_spellings(part, code)) for part in parts]
        return typed(" ".join(spelled), rng)

    return _class(
        f"{name} in Latin letters",
        text,
        likeness.of_names,
        frozenset(),
        lambda p: (
            _speaks(code)(p)
            and all(scripts.latin_spellings(part, code) for part in (p.given, p.family))
        ),
    )


def _speaks(code: str) -> Callable[[Person], bool]:
    return lambda p: p.kind == "person" and p.language == code and bool(p.given) and bool(p.family)
