"""How names may be written: our own plain forms, other diacritics, distance between spellings.

Deliberately not the product's folding: what a reader would call the same name must not
depend on the code that is measured.
"""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss"}
)
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’")


@lru_cache(100_000)
def plain(text: str) -> str:
    """Lower case without marks: "Søren Müller" -> "soren muller"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(100_000)
def written_out(text: str) -> str:
    """Lower case with the second letter of umlauts: "Søren Müller" -> "soeren mueller"."""
    return plain(text.lower().translate(_WRITTEN_OUT))


def words(text: str) -> list[str]:
    """The words of a name in plain letters; an apostrophe does not part a word, a hyphen does."""
    return _WORD.findall(plain(text.translate(_APOSTROPHES)))


@lru_cache(200_000)
def forms(word: str) -> tuple[str, ...]:
    """The plain spellings of one word as it is written."""
    lowered = word.translate(_APOSTROPHES)
    return tuple(dict.fromkeys((plain(lowered), written_out(lowered))))


def has_marks(text: str) -> bool:
    return plain(text) != text.lower()


@lru_cache(400_000)
def distance(left: str, right: str) -> int:
    """Letters to change, add, leave out or swap with the next one (optimal string alignment)."""
    if left == right:
        return 0
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def distance_to_beginning(typed: str, word: str) -> int:
    """The distance of `typed` from the beginning of `word` that is nearest to it."""
    if word.startswith(typed):
        return 0
    shortest = min(len(word), max(0, len(typed) - 2))
    ends = range(shortest, min(len(word), len(typed) + 2) + 1)
    return min(distance(typed, word[:end]) for end in ends)
