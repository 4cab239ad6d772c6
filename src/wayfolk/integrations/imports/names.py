"""Splitting a full name, as Western lists write it. No Django here.

Rules of its own, for speed: a library's 0.4 ms a name would be the larger half of an import.
"""

from dataclasses import dataclass

_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam mme mlle m frau herr fru hr dra dna sra sr srta"
    " don dona rev fr capt captain col lord lady".split()
)
_AMBIGUOUS_TITLES = frozenset({"m", "hr", "sr", "fr", "don", "lady", "lord", "fru", "col"})
_PARTICLES = frozenset(
    "da das de dei del della den der di do dos du e el la las le los of op ten ter van vom von y"
    " zu zum zur af av bin ibn al".split()
)
_LINEAGE = frozenset({"jr", "sr", "ii", "iii", "iv"})
_DEGREES = frozenset({"md", "phd", "dds", "dvm", "esq", "mba", "rn", "cpa", "dmd", "msc", "bsc"})


@dataclass(frozen=True, slots=True)
class PersonName:
    title: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""


def split_name(full: str) -> PersonName:
    """Title, first, middle and last name of a cleaned full name.

    "Last, First Middle" is understood. Degrees join the title, "Jr." stays with the last
    name. One word is a first name.
    """
    before, comma, after = full.partition(",")
    if comma and _bare(after.split()[-1] if after.split() else "") not in _LINEAGE | _DEGREES:
        first = split_name(after.strip()) if after.strip() else PersonName()
        given = " ".join(p for p in (first.given_name, first.middle_name, first.family_name) if p)
        given, _, middle = given.partition(" ")
        return PersonName(first.title, given, middle, before.strip())
    words = full.replace(",", " ").split()
    if len(words) == 2 and _is_plain(words):
        return PersonName(given_name=words[0], family_name=words[1])
    return _split_words(words)


def _is_plain(words: list[str]) -> bool:
    lowered = {_bare(word) for word in words}
    return not lowered & (_TITLES | _DEGREES | _LINEAGE)


def _bare(word: str) -> str:
    return word.strip(".").replace(".", "").lower()


def _split_words(words: list[str]) -> PersonName:
    titles: list[str] = []
    while len(words) > 1 and _is_title(words[0]):
        titles.append(words.pop(0))
    lineage: list[str] = []
    while len(words) > 2 - bool(titles) and _bare(words[-1]) in _LINEAGE | _DEGREES:
        last = words.pop()
        (lineage if _bare(last) in _LINEAGE else titles).append(last)
    if len(words) == 1 and not titles:
        return PersonName(given_name=words[0])
    if len(words) == 1:  # "Mrs. Holm"
        return PersonName(" ".join(titles), family_name=" ".join([words[0], *lineage]))
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    given, middle, family = words[:1], words[1:start], [*words[start:], *lineage]
    return PersonName(*(" ".join(part) for part in (titles, given, middle, family)))


def _is_title(word: str) -> bool:
    bare = _bare(word)
    return bare in _TITLES and (word.endswith(".") or bare not in _AMBIGUOUS_TITLES)
