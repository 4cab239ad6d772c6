"""Slips of the finger: a neighbouring key, a letter left out, doubled, swapped or slipped in."""

import itertools
from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TRIES = 50


def _neighbours() -> dict[str, str]:
    """Letter -> the letters whose keys touch its own; rows are shifted by half a key."""
    found: dict[str, set[str]] = {}
    for row in _ROWS:
        for left, right in itertools.pairwise(row):
            found.setdefault(left, set()).add(right)
            found.setdefault(right, set()).add(left)
    for upper, lower in itertools.pairwise(_ROWS):
        for at, letter in enumerate(lower):
            for above in upper[at : at + 2]:
                found[letter].add(above)
                found[above].add(letter)
    return {letter: "".join(sorted(near)) for letter, near in found.items()}


NEIGHBOURS = _neighbours()


def mistyped(word: str, rng: Random) -> str:
    """`word` with one slip, never the same word; a word of one letter only ever grows."""
    for _ in range(_TRIES):
        slip = rng.choice((_substituted, _substituted, _omitted, _doubled, _swapped, _inserted))
        typed = slip(word, rng)
        if typed.casefold() != word.casefold() and typed:
            return typed
    return word + word[-1:]


def _substituted(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    near = NEIGHBOURS.get(word[at].lower())
    return word[:at] + rng.choice(near) + word[at + 1 :] if near else word


def _omitted(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    return word[: at + 1] + word[at].lower() + word[at + 1 :]


def _swapped(word: str, rng: Random) -> str:
    if len(word) < 2:
        return word
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _inserted(word: str, rng: Random) -> str:
    """A key beside the one that was meant, hit together with it."""
    at = rng.randrange(len(word))
    near = NEIGHBOURS.get(word[at].lower())
    return word[: at + 1] + rng.choice(near) + word[at + 1 :] if near else word


def wrong_digit(number: str, rng: Random, *, first: int = 0) -> str:
    """`number` with one of its digits replaced, none of the first `first` digits."""
    places = [at for at, character in enumerate(number) if character.isdigit()][first:]
    at = rng.choice(places)
    digit = rng.choice([each for each in "0123456789" if each != number[at]])
    return number[:at] + digit + number[at + 1 :]
