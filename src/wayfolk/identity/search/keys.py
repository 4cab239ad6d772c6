"""The keys under which a customer stands in the index. Plain Python.

A key is a 32-bit hash in which the organisation takes part. Two names may share one; whoever
a key proposes is compared in full, so that costs time and never a wrong answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from zlib import crc32

from wayfolk.identity.search import spelling
from wayfolk.identity.search.spelling import PARTICLES, beginning_form, consonants, skeleton

WORDS_MAX = 8
# What the vocabulary holds beside words: a city ("@" and its key's text), and the sign that some
# name is written without vowels. Searches that need neither are spared when it has none.
PLACE = "@"
VOWELLESS = "#vowelless"
BEGINNING = 3
LONG_BEGINNING = 4
# Whose domain says nothing about the person.
MAIL_PROVIDERS = frozenset(
    "gmail googlemail outlook hotmail live yahoo icloud me aol gmx web mail freenet orange wanadoo"
    " free laposte libero virgilio tiscali ziggo kpn telia sapo wp onet interia yandex rambler qq"
    " 163 126 proton protonmail".split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """What of a customer is searched by name."""

    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    company_name: str = ""
    emails: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """The row of the index; `words` are those of the vocabulary, as spelled."""

    pair: int | None
    second_pair: int | None
    family: int | None
    keys: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(slots=True)
class _Names:
    """A name in one writing: the skeletons of its words, and the words as `spelled`."""

    given: list[str]
    family: list[str]
    company: list[str]
    spelled: list[str]
    everything: list[str] = field(init=False)
    particles: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.everything = list(dict.fromkeys([*self.given, *self.family, *self.company]))
        # By the spelling: the skeleton of Lee is an article.
        telling = {skeleton(part) for part in self.spelled if part not in PARTICLES}
        self.particles = set(self.everything) - telling

    def content(self, words: list[str]) -> list[str]:
        """Those of `words` that tell people apart; all of them if none does."""
        return [part for part in words if part not in self.particles] or words

    def beginnings(self) -> list[str]:
        return [beginning_form(part) for part in self.spelled if part not in PARTICLES][:6]


def hashed(organization_id: int, kind: str, text: str) -> int:
    """The key of a `text` of this kind, as a signed integer of PostgreSQL."""
    value = crc32(f"{organization_id}{kind}{text}".encode())
    return value - (1 << 32) if value >= 1 << 31 else value


def pair_text(first: str, second: str) -> str:
    return f"{first} {second}" if first <= second else f"{second} {first}"


def pair(organization_id: int, first: str, second: str) -> int:
    """Key of two words of a name in either order."""
    return hashed(organization_id, "p", pair_text(first, second))


def word(organization_id: int, text: str) -> int:
    return hashed(organization_id, "w", text)


def family(organization_id: int, text: str) -> int:
    return hashed(organization_id, "f", text)


def beginnings(organization_id: int, first: str, second: str) -> int:
    """Key of two words that begin so; in beginning_form, of which three letters count."""
    return hashed(organization_id, "b", pair_text(first[:BEGINNING], second[:BEGINNING]))


def long_beginnings(organization_id: int, first: str, second: str) -> int:
    """The same of four letters, for beginnings with a typo: few enough to look at all."""
    text = pair_text(first[:LONG_BEGINNING], second[:LONG_BEGINNING])
    return hashed(organization_id, "d", text)


def pair_in_city(organization_id: int, first: str, second: str, city: str) -> int:
    """Key of a name of just two words, and the city."""
    return hashed(organization_id, "q", f"{pair_text(first, second)}@{city}")


def in_city(organization_id: int, text: str, city: str) -> int:
    """Key of a word of the name and the city, the latter's words joined."""
    return hashed(organization_id, "c", f"{text}@{city}")


def consonant_pair(organization_id: int, first: str, second: str) -> int:
    return hashed(organization_id, "k", pair_text(first, second))


def email_part(organization_id: int, text: str) -> int:
    return hashed(organization_id, "e", text)


def consonant_word(organization_id: int, text: str) -> int:
    return hashed(organization_id, "K", text)


def city_text(words: Iterable[str]) -> str:
    return "".join(skeleton(part) for part in words)


def place_text(words: Iterable[str]) -> str:
    """What the vocabulary holds of a city."""
    return PLACE + city_text(words)


def derive(person: Person, organization_id: int) -> Entry:
    """The entry of a customer."""
    names = _latin(person)
    others = list(_other_readings(person))
    main, second, family_word = _main_keys(names, organization_id)
    found: dict[int, None] = {}
    for each in (names, *others):
        found.update(dict.fromkeys(_name_keys(each, organization_id, is_main=each is names)))
        found.update(dict.fromkeys(_city_keys(each, person.cities, organization_id)))
    without_vowels = list(_consonant_keys(person, organization_id))
    found.update(dict.fromkeys(without_vowels))
    found.update(dict.fromkeys(_email_keys(person, names, organization_id)))
    vocabulary = {part: None for each in (names, *others) for part in each.spelled}
    vocabulary |= {place_text(spelling.words(city)): None for city in person.cities}
    if without_vowels:
        vocabulary[VOWELLESS] = None
    return Entry(main, second, family_word, tuple(found), tuple(vocabulary))


def _latin(person: Person) -> _Names:
    parts = (f"{person.given_name} {person.middle_name}", person.family_name, person.company_name)
    given, family_words, company = (spelling.words(part)[:WORDS_MAX] for part in parts)
    return _names(given, family_words, company)


def _names(given: list[str], family_words: list[str], company: list[str]) -> _Names:
    return _Names(
        [skeleton(part) for part in given],
        [skeleton(part) for part in family_words],
        [skeleton(part) for part in company],
        list(dict.fromkeys([*given, *family_words, *company])),
    )


def _other_readings(person: Person) -> Iterator[_Names]:
    """The name read in Japanese, if it is written in Chinese characters or kana."""
    families = spelling.readings_of(person.family_name)
    given_name = f"{person.given_name} {person.middle_name}".strip()
    givens = spelling.readings_of(given_name)
    count = max(len(families), len(givens))
    families = families or [spelling.words(person.family_name)]
    givens = givens or [spelling.words(given_name)]
    for at in range(count):
        yield _names(givens[min(at, len(givens) - 1)], families[min(at, len(families) - 1)], [])


def _main_keys(names: _Names, organization_id: int) -> tuple[int | None, int | None, int | None]:
    """The pair of a name of two words; that of a longer one; the word to sort under.

    Apart, because whoever types two words means the former: among thousands of namesakes
    they must not be crowded out by those who have more names.
    """
    given, family_words = names.given, names.content(names.family)
    if given and family_words:
        main = pair(organization_id, given[0], family_words[-1])
        under = family(organization_id, family_words[0])
        is_short = len(given) == len(family_words) == 1
        return (main, None, under) if is_short else (None, main, under)
    row = names.company or family_words or given
    if not row:
        return None, None, None
    main_of_row = pair(organization_id, row[0], row[1]) if len(row) > 1 else None
    return main_of_row, None, family(organization_id, names.content(row)[0])


def joined(words: list[str]) -> list[str]:
    """Neighbouring words written as one, and all of them."""
    if len(words) < 2:
        return []
    twos = [skeleton(a + b) for a, b in pairwise(words)]
    return list(dict.fromkeys([*twos, skeleton("".join(words))]))


def _name_keys(names: _Names, organization_id: int, *, is_main: bool) -> Iterator[int]:
    words = names.everything[:WORDS_MAX]
    one = [*joined(names.given), *joined(names.family), *joined(names.company)]
    for part in dict.fromkeys([*words, *one]):
        yield word(organization_id, part)
    content = names.content(words)[:6]
    if not is_main or len(words) > 2:
        for first, second in combinations(content, 2):
            yield pair(organization_id, first, second)
    for part in one:
        for other in content:
            if other not in part:
                yield pair(organization_id, part, other)
    for first, second in combinations(names.beginnings(), 2):
        yield beginnings(organization_id, first, second)
        if len(first) >= LONG_BEGINNING and len(second) >= LONG_BEGINNING:
            yield long_beginnings(organization_id, first, second)


def _city_keys(names: _Names, cities: tuple[str, ...], organization_id: int) -> Iterator[int]:
    for city in cities:
        place = city_text(spelling.words(city))
        content = names.content(names.everything)
        if place and len(content) == 2:
            yield pair_in_city(organization_id, content[0], content[1], place)
        if place:
            for part in names.everything[:WORDS_MAX]:
                if part not in names.particles:
                    yield in_city(organization_id, part, place)


def _consonant_keys(person: Person, organization_id: int) -> Iterator[int]:
    name = f"{person.given_name} {person.middle_name} {person.family_name}"
    if spelling.is_written_without_vowels(name):
        written = [consonants(part) for part in spelling.words(name)][:6]
        for part in written:
            yield consonant_word(organization_id, part)
        for first, second in combinations(written, 2):
            yield consonant_pair(organization_id, first, second)


def _email_keys(person: Person, names: _Names, organization_id: int) -> Iterator[int]:
    """Parts of addresses that beginnings do not reach, and that are no words of the name."""
    for address in person.emails:
        local, _, domain = address.partition("@")
        for part in spelling.words(local.replace("_", " "))[1:6]:
            if len(part) > 2 and skeleton(part) not in names.everything:
                yield email_part(organization_id, part)
        label = domain.partition(".")[0]
        if label and label not in MAIL_PROVIDERS:
            yield email_part(organization_id, label)
