"""Queries by name: whole, begun, mistyped, swapped, spelled or parted in another way."""

import re
from collections.abc import Callable
from random import Random

from bench.searching import likeness, spelling, typos
from bench.searching.nicknames import NICKNAMES
from bench.searching.queries import Cost, Query, QueryClass, is_latin_person, meant, typed
from bench.searching.truth import Person, Pool

_FORMALS = {
    nickname: tuple(formal for formal, known in NICKNAMES.items() if nickname in known)
    for names in NICKNAMES.values()
    for nickname in names
}
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_MISTYPED_LENGTH = 4  # shorter words have a class of their own
Text = Callable[[Person, Random], str]


def classes() -> list[QueryClass]:
    """In the order of the table. `limits` are the names of the targets in targets.py."""
    simple, prefix = frozenset({"simple"}), frozenset({"prefix", "simple"})
    return [
        _class("last name", _last, likeness.of_names, simple),
        _class("beginning of a last name", _beginning, likeness.of_beginnings, prefix),
        _class("beginnings of two names", _beginnings, likeness.of_beginnings, prefix),
        _class("first name and beginning", _given_and_beginning, likeness.of_beginnings, prefix),
        _class("full name", _full, likeness.of_names, simple),
        _class("one typo", _one_typo, likeness.of_names, frozenset({"one typo", "simple"}), _long),
        _class("two typos", _two_typos, likeness.of_names, frozenset({"two typos"}), _long),
        _class("swapped order", _swapped, likeness.of_names, frozenset({"other way", "simple"})),
        _class(
            "other diacritics", _other_marks, likeness.of_names,
            frozenset({"other way", "simple"}), _has_variant,
        ),
        QueryClass(
            "nickname", _nicknames, likeness.of_nickname, frozenset({"other way", "simple"})
        ),
        _class("typo in three letters", _short_typo, likeness.of_names, frozenset(), _has_short),
        _class("joined words", _joined, likeness.of_joined_words, frozenset(), _has_two_words),
        _class("split words", _split, likeness.of_joined_words, frozenset(), _can_be_split),
        _class(
            "typo in a beginning", _mistyped_beginning, likeness.of_beginnings, frozenset(),
            lambda person: len(_first(person.given)) > 4 and len(_first(person.family)) > 4,
        ),
        QueryClass("name and city", _name_and_city, likeness.of_name_and_city,
                   frozenset({"name and city", "simple"})),
        QueryClass("company", _companies, likeness.of_names, simple),
    ]  # fmt: skip


def _class(
    name: str,
    text: Text,
    cost: Callable[[Query, Person], Cost],
    limits: frozenset[str],
    accepted: Callable[[Person], bool] = lambda _: True,
) -> QueryClass:
    def make(rng: Random, pool: Pool, count: int) -> list[Query]:
        people = meant(pool.people, count, lambda p: is_latin_person(p) and accepted(p))
        return [Query(typed(text(person, rng), rng), person.id) for person in people]

    return QueryClass(name, make, cost, limits)


# --- what is typed --------------------------------------------------------------------------


def _last(person: Person, _rng: Random) -> str:
    return person.family


def _beginning(person: Person, rng: Random) -> str:
    return _begun(person.family, rng, 3, 6)


def _beginnings(person: Person, rng: Random) -> str:
    return f"{_begun(_first(person.given), rng, 3, 5)} {_begun(person.family, rng, 3, 5)}"


def _given_and_beginning(person: Person, rng: Random) -> str:
    return f"{person.given} {_begun(person.family, rng, 2, 5)}"


def _full(person: Person, _rng: Random) -> str:
    return f"{person.given} {person.family}"


def _swapped(person: Person, rng: Random) -> str:
    comma = "," if rng.random() < 0.3 else ""
    return f"{person.family}{comma} {person.given}"


def _one_typo(person: Person, rng: Random) -> str:
    return mistyped_name(_full(person, rng), rng)


def _two_typos(person: Person, rng: Random) -> str:
    """Two slips anywhere, sometimes in one word; the second never takes back the first."""
    name = _full(person, rng)
    text = name
    while spelling.distance(spelling.plain(text), spelling.plain(name)) < 2:
        text = mistyped_name(mistyped_name(name, rng), rng)
    return text


def mistyped_name(name: str, rng: Random, length: int = _MISTYPED_LENGTH) -> str:
    """One slip in a word of at least `length` letters, a long word likelier than a short one."""
    parts = re.split(r"([ -])", name)
    least = min(length, max(map(len, parts)))  # an omission may have shortened the longest
    places = [at for at, part in enumerate(parts) if len(part) >= least]
    at = rng.choices(places, [len(parts[place]) for place in places])[0]
    parts[at] = typos.mistyped(parts[at], rng)
    return "".join(parts)


def _short_typo(person: Person, rng: Random) -> str:
    parts = _full(person, rng).split()
    at = rng.choice([at for at, part in enumerate(parts) if len(part) == 3])
    parts[at] = typos.mistyped(parts[at], rng)
    return " ".join(parts)


def _mistyped_beginning(person: Person, rng: Random) -> str:
    """Beginnings of four to six letters, one of them with a slip before its last letter."""
    begun = [_begun(_first(each), rng, 4, 6) for each in (person.given, person.family)]
    at = rng.randrange(2)
    whole = begun[at]
    begun[at] = typos.mistyped(whole[:-1], rng) + whole[-1]
    return " ".join(begun)


def _other_marks(person: Person, rng: Random) -> str:
    return rng.choice(_variants(_full(person, rng)))


def _joined(person: Person, _rng: Random) -> str:
    parts = re.split(r"[ -]", person.given)
    given = "".join(parts) if len(parts) > 1 else person.given
    family = person.family if len(parts) > 1 else re.sub(r"[ -]", "", person.family)
    return f"{given} {family}"


def _split(person: Person, rng: Random) -> str:
    parts = _full(person, rng).split(" ")
    at = rng.choice([at for at, part in enumerate(parts) if _is_long(part)])
    cut = rng.randint(3, len(parts[at]) - 3)
    parts[at] = f"{parts[at][:cut]} {parts[at][cut:]}"
    return " ".join(parts)


def _nicknames(rng: Random, pool: Pool, count: int) -> list[Query]:
    """Both ways: Bob for a Robert, and Robert for someone who was entered as Bob."""
    others = {**NICKNAMES, **{name: formals for name, formals in _FORMALS.items() if formals}}
    people = meant(pool.people, count, lambda p: is_latin_person(p) and p.given in others)
    queries = []
    for person in people:
        given = rng.choice(others[person.given])
        text = typed(f"{given} {person.family}", rng)
        queries.append(Query(text, person.id, given=given, family=person.family))
    return queries


def _name_and_city(rng: Random, pool: Pool, count: int) -> list[Query]:
    queries = []
    for person in meant(pool.people, count, lambda p: is_latin_person(p) and bool(p.city)):
        given = person.given if rng.random() < 0.5 else ""
        text = typed(f"{given} {person.family} {person.city}".strip(), rng)
        queries.append(Query(text, person.id, given=given, family=person.family, city=person.city))
    return queries


def _companies(rng: Random, pool: Pool, count: int) -> list[Query]:
    """The whole name, or without its legal form."""
    queries = []
    for person in meant(pool.people, count, lambda p: p.kind == "company"):
        parts = person.company.split()
        kept = parts if rng.random() < 0.5 else parts[: max(2, len(parts) - 1)]
        queries.append(Query(typed(" ".join(kept), rng), person.id))
    return queries


# --- who can be looked for in this way --------------------------------------------------------


def _long(person: Person) -> bool:
    parts = re.split(r"[ -]", f"{person.given} {person.family}")
    return any(len(part) >= _MISTYPED_LENGTH for part in parts)


def _has_short(person: Person) -> bool:
    return any(len(part) == 3 for part in f"{person.given} {person.family}".split())


def _has_variant(person: Person) -> bool:
    return bool(_variants(f"{person.given} {person.family}"))


def _has_two_words(person: Person) -> bool:
    return bool(re.search(r"[ -]", f"{person.given}{person.family}"))


def _can_be_split(person: Person) -> bool:
    return any(_is_long(part) for part in f"{person.given} {person.family}".split(" "))


def _is_long(word: str) -> bool:
    return len(word) >= 7 and "-" not in word


# --- parts ------------------------------------------------------------------------------------


def _variants(name: str) -> list[str]:
    """Other ways to write the marks of a name: left out, written out, or put back in."""
    found = []
    if spelling.has_marks(name):
        found = [spelling.plain(name), spelling.written_out(name)]
    found += [
        re.sub(pair, mark, name)
        for pair, mark in _UMLAUTS.items()
        if re.search(f"[MSJG]{pair}[a-z]", name)
    ]
    return [each for each in dict.fromkeys(found) if each.lower() != name.lower()]


def _first(name: str) -> str:
    return name.split(" ", maxsplit=1)[0]


def _begun(name: str, rng: Random, least: int, most: int) -> str:
    """The first letters, as typed so far: never ending in a space or hyphen."""
    return name[: rng.randint(least, most)].rstrip(" -'")
