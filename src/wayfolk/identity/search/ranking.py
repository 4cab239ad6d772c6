"""How well a customer answers what was typed, from 0 to 1, and why. Plain Python.

Each word that was typed is held against the words of the name; the scale is in `likeness`.
The score is the mean over the typed words, a little less for words that the customer has
beyond those (UNASKED and its kin), for an order other than typed (SWAPPED), and where all that
was typed is taken for one name otherwise spelled, called or parted, rather than for its
beginning (RATHER_BEGUN).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise, permutations

from rapidfuzz.distance import OSA

from wayfolk.identity.search import nicknames, spelling
from wayfolk.identity.search.spelling import PARTICLES, beginning_form, consonants, skeleton

UNASKED = 0.03
# Who typed two words of a name meant rather somebody with a nickname than "Kim-Smith" for Kim
# Smith, or one with two names more.
FIRST_UNASKED = 0.03
FURTHER_UNASKED = 0.03
FAMILY_UNASKED = 0.03
RATHER_BEGUN = 0.07
SIGNS_BEGUN = 0.03  # "tay" is rather Taylor than 拓也, spelled taye
SWAPPED = 0.016
# "edw jack" is rather Edward Jackson than Jack Edwards: last names first are typed in full.
SWAPPED_BEGUN = 0.04
# A slip and another spelling as well: "jnsen" is rather Jansen than Janssen.
OTHERWISE_SPELLED = 0.005
SECOND_NICKNAME = 0.1  # Jim Jack for James John is far-fetched
OTHER_SIGNS = 0.05  # the same sound written with other Chinese characters
JOINED = 0.96
IN_CITY = 0.95
GOOD = 0.8  # from here on a word counts as found
_PARTICLE = 0.3  # how much an untyped particle counts
_LIGHT = 0.4  # how much a particle or a single letter weighs against a word

EXACT, SPELLING, BEGINNING, NICKNAME = "exact", "spelling", "beginning", "nickname"
INSIDE, TRANSLITERATED, NOTHING = "inside", "transliterated", ""
JOINED_KIND = "joined"
SHORT = 4


_SHORT_VOWELS = str.maketrans({"a": "", "e": "", "y": "i", "w": "u", "o": "u"})


@dataclass(frozen=True, slots=True)
class Name:
    """The words of a customer's name and which field each comes from.

    family_from: place of the first word of the last name.
    """

    words: tuple[str, ...]
    fields: tuple[str, ...]
    family_from: int = 99
    is_translated: bool = False
    is_without_vowels: bool = False
    is_in_signs: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """score 0..1; weakest: that of the word found worst; kinds: of the matches, the weakest
    first; fields: "name", "company".
    """

    score: float
    weakest: float = 0.0
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@lru_cache(maxsize=100_000)
def likeness(typed: str, word: str) -> tuple[float, str]:
    """How well one typed word answers one word of a name."""
    if typed == word:
        return 1.0, EXACT
    mine, its = skeleton(typed), skeleton(word)
    if mine == its:
        return (0.97 if len(mine) >= 3 else 0.91), SPELLING
    closeness = nicknames.closeness(mine, its)
    if closeness:
        return 0.93 if closeness > 1 else 0.88, NICKNAME
    if beginning_form(word).startswith(beginning_form(typed)):
        return 0.92 if word.startswith(typed) else 0.82, BEGINNING
    return _unlike(typed, word, mine, its)


def _unlike(typed: str, word: str, mine: str, its: str) -> tuple[float, str]:
    """A slip, or letters from inside; mine, its: the skeletons."""
    quality = max(_misspelled(typed, word), _misspelled(mine, its) - OTHERWISE_SPELLED)
    if quality < 0.7 and len(typed) >= 4 and len(word) > len(typed):
        quality = max(quality, _misspelled_beginning(typed, word))
    if quality < 0.6 and len(mine) >= 3 and mine in its:
        return 0.6, INSIDE
    return quality, SPELLING if quality else NOTHING


def _misspelled(mine: str, its: str) -> float:
    """By edits (a swap of neighbours is one) against length; first letters are rarely wrong."""
    longer = max(len(mine), len(its))
    if abs(len(mine) - len(its)) > 2 or longer < 2:
        return 0.0
    edits = OSA.distance(mine, its, score_cutoff=2)
    if edits > 2 or (edits == 2 and longer < 4):
        return 0.0
    quality = (0.83, 0.64)[edits - 1] - (0.06 if longer < 4 else 0.03 if longer == 4 else 0)
    return quality if mine[0] == its[0] else quality - 0.02


def _misspelled_beginning(mine: str, its: str) -> float:
    """A typo while the word is still being typed."""
    cuts = (its[: len(mine) + more] for more in (-1, 0, 1))
    return 0.68 if any(OSA.distance(mine, cut, score_cutoff=1) <= 1 for cut in cuts) else 0.0


@lru_cache(maxsize=20_000)
def names_of(given: str, middle: str, family: str, company: str) -> tuple[Name, ...]:
    """The name in Latin letters, and its other readings."""
    person = [(w, "name") for w in spelling.words(f"{given} {middle} {family}")]
    words = [*person, *((w, "company") for w in spelling.words(company))]
    family_from = len(spelling.words(f"{given} {middle}"))
    is_in_signs = bool(spelling.signs(given + family))
    name = replace(_name(words), family_from=family_from, is_in_signs=is_in_signs)
    found = [name]
    if not (given + family).isascii():
        found += _readings(f"{given} {middle}".strip(), family)
    return tuple(found)


def _name(words: list[tuple[str, str]], *, translated: bool = False, bare: bool = False) -> Name:
    return Name(
        tuple(w for w, _ in words),
        tuple(f for _, f in words),
        is_translated=translated,
        is_without_vowels=bare,
    )


def _readings(given: str, family: str) -> list[Name]:
    found = []
    givens, families = spelling.readings_of(given), spelling.readings_of(family)
    if givens or families:
        for first in givens or [spelling.words(given)]:
            for last in families or [spelling.words(family)]:
                words = [(w, "name") for w in (*first, *last)]
                found.append(_name(words, translated=True))
    if spelling.is_written_without_vowels(given + family):
        written = spelling.words(f"{given} {family}")
        found.append(_name([(w, "name") for w in written], translated=True, bare=True))
    return found


@lru_cache(maxsize=20_000)
def without_vowels(typed: str, word: str) -> tuple[float, str]:
    """A Latin spelling against a word of a script that leaves most vowels out."""
    mine, its = consonants(typed), consonants(word)
    if not mine or mine != its:
        return 0.0, NOTHING
    certainty = (0.7, 0.9, 1.0)[min(len(mine), 3) - 1]
    likeness_of_vowels = OSA.normalized_similarity(_long_vowels(typed), _long_vowels(word))
    return certainty * (0.9 + 0.1 * likeness_of_vowels), TRANSLITERATED


def _long_vowels(word: str) -> str:
    """Without a and e, which these scripts rarely write; i and u stay."""
    return word.translate(_SHORT_VOWELS)


def judge(
    typed: tuple[str, ...], names: tuple[Name, ...], city: frozenset[int], *, is_begun: bool = True
) -> Verdict:
    """The best verdict over the ways to write a name. city: typed words that are its city.

    is_begun: all of the words may also be the beginning of one.
    """
    verdicts = (_judge(typed, name, city, is_begun=is_begun and not city) for name in names)
    return max(verdicts, key=lambda verdict: verdict.score)


def _judge(typed: tuple[str, ...], name: Name, city: frozenset[int], *, is_begun: bool) -> Verdict:
    asked = [at for at in range(len(typed)) if at not in city]
    if not asked or not name.words:
        return Verdict(0.0)
    if name.is_without_vowels and not city:
        typed = spelling.with_articles(typed)
        asked = list(range(len(typed)))
    match = _assign(typed, name, asked)
    _join(typed, name.words, asked, match)
    weights = [_LIGHT if len(w) == 1 or w in PARTICLES else 1.0 for w in typed]
    total = sum(weights[at] * match[at][0] for at in asked if at in match)
    total += sum(weights[at] * IN_CITY for at in city)
    places = [match[at][2] for at in asked if at in match]
    unasked = sum(
        _PARTICLE if word in PARTICLES else 1.0
        for at, word in enumerate(name.words)
        if at not in places
    )
    is_swapped = any(a > b for a, b in pairwise(places))
    score = total / sum(weights) - UNASKED * unasked / (unasked + len(set(places)) + len(city))
    if len(asked) > 1:
        score -= FURTHER_UNASKED * max(0.0, unasked - 1)
        score -= FIRST_UNASKED if name.fields[0] == "name" and 0 not in places else 0
        score -= FAMILY_UNASKED if _has_more_last_names(name, places) else 0
    if is_swapped:
        score -= SWAPPED + (SWAPPED_BEGUN if any(m[1] == BEGINNING for m in match.values()) else 0)
    score -= RATHER_BEGUN if is_begun and _is_rather_begun(typed, match) else 0
    score -= SECOND_NICKNAME * max(0, sum(m[1] == NICKNAME for m in match.values()) - 1)
    kinds = [match[at][1] for at in sorted(match, key=lambda at: match[at][0])]
    if name.is_translated:
        kinds, score = [TRANSLITERATED], score - 0.02
    elif name.is_in_signs and is_begun and BEGINNING in kinds:
        score -= SIGNS_BEGUN
    elif is_swapped and set(kinds) == {EXACT}:
        kinds = ["swapped"]
    fields = tuple(dict.fromkeys(name.fields[at] for at in places))
    weakest = min(match[at][0] if at in match else 0.0 for at in asked)
    return Verdict(max(0.0, score), weakest, tuple(dict.fromkeys(kinds)), fields)


Match = dict[int, tuple[float, str, int]]


def _has_more_last_names(name: Name, places: list[int]) -> bool:
    """Whether one of several last names was typed: "Susan Miller" of Susan Miller-Morgan."""
    asked = [
        at in places
        for at, (word, field) in enumerate(zip(name.words, name.fields, strict=True))
        if at >= name.family_from and field == "name" and word not in PARTICLES
    ]
    return any(asked) and not all(asked)


def _is_rather_begun(typed: tuple[str, ...], match: Match) -> bool:
    """Whether "nor" was found as Noor, "bela" as Isabel, or "mari ria" as Mariria."""
    kinds = {each[1] for each in match.values()}
    if len(typed) == 1 and len(typed[0]) <= SHORT and kinds == {SPELLING}:
        return True
    return kinds == {JOINED_KIND} or (len(typed) == 1 and kinds == {NICKNAME})


def _assign(typed: tuple[str, ...], name: Name, asked: list[int]) -> Match:
    """Each typed word to the word it resembles most, none taken twice."""
    pairs = []
    measure = without_vowels if name.is_without_vowels else likeness
    for at in asked:
        for place, word in enumerate(name.words):
            quality, kind = measure(typed[at], word)
            if quality:
                pairs.append((quality, -abs(at - place), at, place, kind))
    pairs.sort(reverse=True)
    match: Match = {}
    taken: set[int] = set()
    for quality, _, at, place, kind in pairs:
        if at not in match and place not in taken:
            match[at] = (quality, kind, place)
            taken.add(place)
    return match


def _join(typed: tuple[str, ...], words: tuple[str, ...], asked: list[int], match: Match) -> None:
    """Words joined or split otherwise than in the record: annamaria, anna maria."""
    known = {at: match[at][0] if at in match else 0.0 for at in asked}
    for at in asked:
        if known[at] < GOOD:
            place = _joined_place(skeleton(typed[at]), words, in_any_order=len(typed) == 1)
            if place is not None:
                match[at] = (JOINED, JOINED_KIND, place)
        if at + 1 in known and min(known[at], known[at + 1]) < GOOD:
            both = skeleton(typed[at] + typed[at + 1])
            for place, word in enumerate(words):
                if both == skeleton(word):
                    match[at] = match[at + 1] = (JOINED, JOINED_KIND, place)


def _joined_place(wanted: str, words: tuple[str, ...], *, in_any_order: bool) -> int | None:
    """Where words of the name begin that make `wanted` when written as one."""
    for place, end in combinations(range(len(words) + 1), 2):
        if end > place + 1 and skeleton("".join(words[place:end])) == wanted:
            return place
    if in_any_order:
        for first, second in permutations(range(len(words)), 2):
            if skeleton(words[first] + words[second]) == wanted:
                return first
    return None
