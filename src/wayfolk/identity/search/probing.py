"""From typed words to the keys that are looked up. Plain Python."""

import math
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Self

from rapidfuzz.distance import OSA

from wayfolk.identity.search import keys, nicknames, slips, spelling
from wayfolk.identity.search.spelling import PARTICLES, beginning_form, consonants, skeleton
from wayfolk.identity.search.vocabulary import Vocabulary

PAIRS_MAX = 300
BEGUN_MAX = 5  # letters: if all words have more, none is taken for a beginning
NICKNAMES_MAX = 120
NEAR_SETS = 12
NEAR_NICKNAMES = 5  # so many nicknames beside so many misspelled words
NEAR_CITIES = 30  # words near one that stands beside a city
NEAR_MAX = 80  # words near a misspelled one that are tried


@dataclass(slots=True)
class City:
    """Which typed words are taken for the city, and the keys that must all be there."""

    places: frozenset[int]
    keys: list[int]


@dataclass(slots=True)
class Words:
    """Typed words in the forms that keys are made of. `likely`: those that tell people apart."""

    organization_id: int
    typed: tuple[str, ...]
    skeletons: list[str] = field(init=False)
    likely: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.skeletons = [skeleton(word) for word in self.typed]
        content = [at for at, word in enumerate(self.typed) if word not in PARTICLES]
        self.likely = content or list(range(len(self.typed)))

    def alternatives(self, at: int) -> list[str]:
        """The word and what else its bearer may be called."""
        return [self.skeletons[at], *nicknames.others(self.skeletons[at])]

    def pairs(self) -> list[int]:
        """Every two of the words."""
        twos = combinations(self.likely, 2)
        return [keys.pair(self.organization_id, *self._two(a, b)) for a, b in twos]

    def nickname_pairs(self) -> list[int]:
        """Every two of the words, one of them or both as another name of the same people."""
        found: dict[int, None] = {}
        for a, b in combinations(self.likely, 2):
            for first in self.alternatives(a):
                for second in self.alternatives(b):
                    found[keys.pair(self.organization_id, first, second)] = None
        typed = set(self.pairs())
        most = NICKNAMES_MAX // max(1, len(self.likely) - 1)
        return list(islice((key for key in found if key not in typed), most))

    def parted_pairs(self) -> list[int]:
        """First and last name parted otherwise than typed."""
        parted = {keys.pair(self.organization_id, *two): None for two in self.splits()}
        return list(parted | dict.fromkeys(self._joined_pairs()))

    def splits(self) -> Iterator[tuple[str, str]]:
        """First and last name typed without the space, or with the space elsewhere."""
        if len(self.typed) > 2:
            return
        whole = "".join(self.typed)
        for cut in range(2, len(whole) - 1):
            yield skeleton(whole[:cut]), skeleton(whole[cut:])

    def sets(self) -> list[list[int]]:
        """Sets of keys of which each leads to people by itself."""
        org = self.organization_id
        found = [[keys.word(org, part)] for part in keys.joined(list(self.typed))[-1:]]
        for a, b in combinations(self.likely, 2):
            found.append([keys.pair(org, *self._two(a, b))])
        return found + [[key] for key in self._joined_pairs()]

    def whole(self) -> list[list[int]]:
        """Every pair at once, of three words or more."""
        return [self.pairs()] if len(self.likely) > 2 else []

    def _two(self, a: int, b: int) -> tuple[str, str]:
        return self.skeletons[a], self.skeletons[b]

    def _joined_pairs(self) -> Iterator[int]:
        """Anna Maria Rossi, for a record Annamaria Rossi."""
        for at in range(len(self.typed) - 1 if len(self.typed) > 2 else 0):
            one = skeleton(self.typed[at] + self.typed[at + 1])
            for other in self.likely:
                if other not in {at, at + 1}:
                    yield keys.pair(self.organization_id, one, self.skeletons[other])

    def begun_sets(self) -> list[list[int]]:
        """Four letters of each lead to fewer people than three, where so many are typed."""
        org = self.organization_id
        forms = [beginning_form(self.typed[at]) for at in self.likely]
        if all(len(form) > BEGUN_MAX for form in forms):
            return []
        found = [
            keys.long_beginnings(org, first, second)
            if min(len(first), len(second)) >= keys.LONG_BEGINNING
            else keys.beginnings(org, first, second)
            for first, second in combinations(forms[:4], 2)
        ]
        return [found] if found else []

    def near_sets(self, near: dict[int, list["Near"]]) -> list[list[int]]:
        """All pairs of three words or more, one of them replaced by a neighbour."""
        found: list[list[int]] = []
        for at in self.likely[:4] if len(self.likely) > 2 else []:
            for each in near.get(at, [])[: NEAR_SETS * 3 // len(self.likely)]:
                spelled = [self.skeletons[i] if i != at else each.skeleton for i in self.likely[:4]]
                pairs = combinations(spelled, 2)
                found.append([keys.pair(self.organization_id, a, b) for a, b in pairs])
        return found

    def mistyped_beginnings(self) -> list[int]:
        """Keys of the first letters of two words, one of them with every possible slip."""
        forms = [beginning_form(self.typed[at]) for at in self.likely][:3]
        long = [form for form in forms if len(form) >= keys.LONG_BEGINNING]
        found: dict[int, None] = {}
        for form in long:
            mistyped = slips.one_edit(form[:5], slips.LETTERS)
            begun = {each[: keys.LONG_BEGINNING] for each in mistyped}
            for other in long:
                if other is not form:
                    for slip in begun:
                        key = keys.long_beginnings(self.organization_id, slip, other)
                        found[key] = None
        return list(found)

    def consonant_keys(self) -> list[int]:
        """What names in Arabic and Hebrew script have in common with these words."""
        parts = [consonants(word) for word in spelling.with_articles(self.typed)]
        if not all(parts):
            return []
        if len(parts) == 1:
            return [keys.consonant_word(self.organization_id, parts[0])]
        return [
            keys.consonant_pair(self.organization_id, first, second)
            for first, second in islice(combinations(parts, 2), 6)
        ]

    def texts(self) -> list[str]:
        """What else the vocabulary is asked for: the words that may be a city, and a sign."""
        spans = (keys.place_text(self.typed[low:high]) for low, high in self._city_spans())
        return [*spans, keys.VOWELLESS]

    def _city_spans(self) -> list[tuple[int, int]]:
        """Which neighbouring words may be the city: the first or last ones, never all."""
        count = len(self.typed)
        spans = {(count - 1, count), (0, 1), (count - 2, count), (0, 2), (count - 3, count)}
        return sorted((low, high) for low, high in spans if low >= 0 and high <= count)

    def cities(self, known: Container[str] | None) -> list[City]:
        """The last or the first words as the city of the others; None: any may be one."""
        found = []
        org = self.organization_id
        for low, high in self._city_spans():
            places = frozenset(range(low, high))
            rest = [at for at in self.likely if at not in places]
            city = keys.city_text(self.typed[low:high])
            if not rest or (known is not None and keys.PLACE + city not in known):
                continue
            if len(rest) == 2:
                two = keys.pair_in_city(org, *self._two(*rest), city)
                found.append(City(places, [two]))
            found.append(City(places, [keys.in_city(org, self.skeletons[at], city) for at in rest]))
        return found

    def near_in_city(self, near: dict[int, list["Near"]]) -> list[int]:
        """Two words, one a city and the other misspelled."""
        found = []
        for at, other in ((0, 1), (1, 0)) if len(self.typed) == 2 else ():
            place = keys.city_text([self.typed[other]])
            nearest = near.get(at, [])[:NEAR_CITIES]
            found += [keys.in_city(self.organization_id, each.skeleton, place) for each in nearest]
        return found

    def beginnings(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """(given, family) and (family, given) beginnings, led by what narrows more."""
        whole = " ".join(self.typed)
        given_led, family_led = [(whole, "")], [(whole, "")]
        for cut in range(1, min(len(self.typed), 4)):
            left, right = " ".join(self.typed[:cut]), " ".join(self.typed[cut:])
            for given, family in ((left, right), (right, left)):
                if len(given) > len(family):
                    given_led.append((given, family))
                else:
                    family_led.append((family, given))
        return given_led, family_led


@dataclass(frozen=True, slots=True)
class Ways:
    """Which ways of looking are worth their price, by what the vocabulary says.

    begun: as the beginning of longer words; parted: as words joined or split otherwise;
    places: the texts of cities among the words, None if any may be one; vowelless: as names
    written without vowels.
    """

    begun: bool
    parted: bool
    places: frozenset[str] | None
    vowelless: bool

    @classmethod
    def all(cls, *, sees_address: bool) -> Self:
        return cls(True, True, None if sees_address else frozenset(), True)

    @classmethod
    def worth_going(
        cls,
        words: Words,
        vocabulary: Vocabulary,
        near: dict[int, list["Near"]],
        *,
        sees_address: bool,
        is_in_signs: bool,
    ) -> Self:
        if vocabulary.is_behind:
            return cls.all(sees_address=sees_address)
        unknown = [at for at in words.likely if words.typed[at] not in vocabulary.words]
        strange = [at for at in unknown if words.typed[at] not in vocabulary.begun]
        places = vocabulary.known if sees_address else frozenset()
        return cls(
            # A strange word without neighbours may be anything.
            begun=bool(vocabulary.begun or strange) and not any(near[at] for at in strange),
            # Chinese is written without spaces: a first name may sound like a whole name.
            parted=bool(unknown) or len(words.typed) > 2 or is_in_signs,
            places=places,
            vowelless=keys.VOWELLESS in vocabulary.known,
        )


# (rank, minus frequency, one word, the other): a pair of words, the least is looked up first.
_Costed = tuple[int, float, str, str]


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the vocabulary near a typed one."""

    edits: int
    frequency: int
    word: str

    @property
    def skeleton(self) -> str:
        return skeleton(self.word)


def near_words(
    words: Words, vocabulary: dict[str, int], edits: int, most: int = NEAR_MAX
) -> dict[int, list[Near]]:
    """For each likely word its neighbours, the nearest and most frequent first.

    Of many words fewer neighbours each: the pairs of all of them grow with the square.
    """
    found: dict[int, list[Near]] = {}
    most = most * 2 // max(2, len(words.likely))
    for at in words.likely:
        mine = words.typed[at]
        near = []
        for word, frequency in vocabulary.items():
            distance = OSA.distance(mine, word, score_cutoff=edits)
            if 0 < distance <= edits:
                near.append(Near(distance, frequency, word))
        near.sort(key=lambda each: (each.edits, -each.frequency))
        found[at] = near[:most]
    return found


def near_pairs(words: Words, near: dict[int, list[Near]], edits: int) -> list[int]:
    """Keys of pairs at this total distance, those of frequent words first."""
    costed: list[_Costed] = []
    for a, b in combinations(words.likely, 2):
        costed += _one_misspelled(words, near[a], b, edits)
        costed += _one_misspelled(words, near[b], a, edits)
        if edits == 2:
            costed += _both_misspelled(near[a], near[b])
    first = sorted(costed)[:PAIRS_MAX]  # before they are hashed, which costs more
    org = words.organization_id
    return list({keys.pair(org, one, other): None for _, _, one, other in first})


def _one_misspelled(words: Words, near: list[Near], other: int, edits: int) -> Iterator[_Costed]:
    """Neighbours with the other word as typed, or a nickname."""
    is_short = len(words.likely) <= 3
    names = words.alternatives(other)[1 : NEAR_NICKNAMES + 1] if is_short else []
    for at, each in enumerate(near):
        if each.edits == edits:
            yield 0, -each.frequency, each.skeleton, words.skeletons[other]
            for name in names if at < NEAR_NICKNAMES else ():
                yield 1, -each.frequency, each.skeleton, name


def _both_misspelled(first: list[Near], second: list[Near]) -> Iterator[_Costed]:
    others = [(each.skeleton, each.frequency) for each in second if each.edits == 1]
    for one in first:
        if one.edits == 1:
            for name, frequency in others:
                yield 0, -math.sqrt(one.frequency * frequency), one.skeleton, name


def word_keys(organization_id: int, words: Iterable[str]) -> list[int]:
    return [keys.word(organization_id, skeleton(word)) for word in words]


def family_keys(organization_id: int, words: Iterable[str]) -> list[int]:
    return [keys.family(organization_id, skeleton(word)) for word in words]
