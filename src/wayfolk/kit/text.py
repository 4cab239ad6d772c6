"""Folding of text: what readers see as the same letters becomes the same ASCII.

Writer and reader use the same functions. FOLDING_VERSION changes whenever the output
of any of them changes; stored folded text carries it so that it can be derived again.
"""

import re
import unicodedata

from anyascii import anyascii

FOLDING_VERSION = 1

_CONTROL_OR_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT_FORMAT = {"\u200c", "\u200d"}  # joiners carry meaning in Persian, Indic scripts and emoji
_SPACES = re.compile(r"\s+")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_LINE_BREAKS = {"\n", "\t"}
# Letters whose everyday Latin spelling differs from what a transliteration table gives.
_SPECIAL = str.maketrans({"İ": "I", "ı": "i", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"})


def clean(value: str, *, multiline: bool = False) -> str:
    """`value` as a person meant it: NFC, no control or invisible characters, single spaces.

    With `multiline`, line breaks and tabs stay as typed.
    """
    if not multiline and value.isascii() and value.isprintable():  # nearly every cell of a file
        return _SPACES.sub(" ", value).strip()
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        character
        for character in text
        if character in _KEPT_FORMAT
        or character in _LINE_BREAKS
        or unicodedata.category(character) not in _CONTROL_OR_INVISIBLE
    )
    text = "".join(kept)
    if multiline:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return _SPACES.sub(" ", text).strip()


def fold(value: str) -> str:
    """Lower-case ASCII words separated by single spaces: "Müller-Søn" -> "muller son"."""
    if value.isascii():
        lowered = value.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", value.translate(_SPECIAL))
        marks_gone = "".join(c for c in decomposed if not unicodedata.combining(c))
        lowered = anyascii(marks_gone).lower()
    return _NOT_WORD.sub(" ", lowered.replace("'", "")).strip()


def sort_key(*parts: str) -> str:
    """A key that orders names the same way in every script and on every engine."""
    return " ".join(folded for part in parts if (folded := fold(part)))[:200]


def digits(value: str) -> str:
    """Only the decimal digits, of any script, as ASCII."""
    if value.isascii():
        return _NOT_DIGIT.sub("", value)
    return "".join(str(unicodedata.digit(c)) for c in value if c.isdecimal())


def fold_digits(value: str) -> str:
    """`value` with the decimal digits of every script as ASCII digits, the rest untouched."""
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in value)


def neutralise_formula(value: str) -> str:
    """`value` for a spreadsheet cell: text that a program would run as a formula is quoted."""
    if value[:1] in {"=", "+", "-", "@", "\t", "\r"} or value.lstrip()[:1] in {"=", "@"}:
        return "'" + value
    return value
