"""What a name sounds and looks like in ASCII: the words that search compares. Plain Python.

Writer and reader use the same functions. KEYS_VERSION changes whenever the output of any of
them, or of keys.py or deletions.py, changes; entries of another version are derived again.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from wayfolk.identity.search import readings

KEYS_VERSION = 2

# Words that stand in many names and tell nobody apart.
PARTICLES = frozenset(
    "van von vom zu zum zur de der den del della dello di da do das dos du la le les lo el al"
    " ten ter te het op y e af av bin ibn abu san st".split()
)
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_DOUBLED = re.compile(r"(.)\1+")
_REPEATED = re.compile("(.)々")
_SPECIAL = str.maketrans({"İ": "I", "ı": "i", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"})
_GREEK = (
    ("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "b"), ("γγ", "ng"), ("γχ", "nch"),
)  # fmt: skip
# Letters that are swapped between languages or transliterations without changing the name.
# Longest first; each is replaced before the single letters below.
_SOUNDS = re.compile("ph|ck|ae|oe|ue|aa|ou|x")
_SOUND_OF = {
    "ph": "f", "ck": "k", "ae": "a", "oe": "o", "ue": "u", "aa": "a", "ou": "u", "x": "ks",
}  # fmt: skip
_UMLAUTS = re.compile("[aou]e|aa")
_LETTERS = str.maketrans({"y": "i", "j": "i", "w": "v"})
_CONSONANTS = re.compile("th|kh|gh|dh|sh|ch|ph|[aeiouwy]|q|c|g|v")
_CONSONANT_OF = {
    "th": "s", "kh": "k", "gh": "j", "dh": "d", "sh": "s", "ch": "s", "ph": "f",
    "q": "k", "c": "k", "g": "j", "v": "f",
}  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a name in lower-case ASCII: "Müller-Søn" -> muller, son."""
    lowered = text.lower() if text.isascii() else _latinised(text).lower()
    return _NOT_WORD.sub(" ", lowered.replace("'", "").replace("`", "")).split()


@lru_cache(maxsize=20_000)
def _latinised(text: str) -> str:
    letters = _REPEATED.sub(r"\1\1", unicodedata.normalize("NFKC", text).translate(_SPECIAL))
    if any("\u0370" <= c <= "\u03ff" or "\u1f00" <= c <= "\u1fff" for c in letters):
        letters = _without_marks(letters).lower()
        for greek, latin in _GREEK:
            letters = letters.replace(greek, latin)
    # Marks are taken off letters, never off kana, where they make another syllable.
    return anyascii("".join(c if c >= "\u2e80" else _without_marks(c) for c in letters))


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def readings_of(text: str) -> list[list[str]]:
    """Other ways to read a Japanese name in Latin letters, each as words, the likeliest first.

    A part whose reading is not known stays as `words` has it; none if that is all of them.
    """
    if text.isascii() or not any("\u4e00" <= c <= "\u9fff" for c in text):
        return []
    parts = text.split()
    known = [readings.japanese(part) for part in parts]
    if not any(known):
        return []
    first = [w for part, read in zip(parts, known, strict=True) for w in read[:1] or words(part)]
    others = [[reading] for reading in known[0][1:]] if len(parts) == 1 else []
    return [first, *others]


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """What spellings of one name share: "muller" and "mueller", "meier" and "meyer"."""
    sounds = _SOUNDS.sub(lambda found: _SOUND_OF[found[0]], word)
    return _DOUBLED.sub(r"\1", sounds.translate(_LETTERS))


@lru_cache(maxsize=50_000)
def beginning_form(word: str) -> str:
    """Like skeleton, but true of beginnings too: doubled letters stay ("lee" is not "le...")."""
    return _UMLAUTS.sub(lambda found: found[0][0], word).translate(_LETTERS)


@lru_cache(maxsize=50_000)
def consonants(word: str) -> str:
    """What Arabic and Hebrew write of a name: "mohammed", "muhammad" -> "mhmd"."""
    kept = _CONSONANTS.sub(lambda found: _CONSONANT_OF.get(found[0], ""), word)
    return _DOUBLED.sub(r"\1", kept.removesuffix("h"))


def with_articles(typed: tuple[str, ...]) -> tuple[str, ...]:
    """Arabic articles joined to what they stand before, as Arabic writes them."""
    joined: list[str] = []
    for word in typed:
        if joined and joined[-1] in {"al", "el"}:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def signs(text: str) -> frozenset[str]:
    """Its Chinese characters, kana and Korean syllables."""
    return frozenset() if text.isascii() else frozenset(c for c in text if c >= "\u2e80")


def is_written_without_vowels(text: str) -> bool:
    """Whether the text is in Arabic or Hebrew script."""
    return not text.isascii() and any("\u0590" <= c <= "\u06ff" for c in text)
