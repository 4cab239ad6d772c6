"""What somebody typed, taken apart. Plain Python."""

import re
from dataclasses import dataclass

from wayfolk.identity.search import spelling
from wayfolk.kit import text

LENGTH_MAX = 200
WORDS_MAX = 6
ABROAD_LEAST = 10  # digits of a number with 00 and the country in front
WORD_MAX = 40  # letters of a word, and of what is written without spaces
_PHONE = re.compile(r"(?:\+|00|\()?[\d\s()+./\-–]*\d[\d\s()+./\-–]*")
_CODE = re.compile(r"#?[0-9A-Za-z][0-9A-Za-z._/\-]*")
EMPTY = "Type a name, an email address, a phone number or a number to search for."
NOTHING = "There is no letter or digit in this search. Type a part of a name, email or phone."
CUT = (
    f"This is long: only its first {WORDS_MAX} words were searched for,"
    f" and {WORD_MAX} letters of each."
)


@dataclass(frozen=True, slots=True)
class Query:
    """words: ASCII words of names; digits: of a phone or number; code: a token as typed.

    signs: the Chinese characters, kana and such among them.
    """

    words: tuple[str, ...] = ()
    email: str = ""
    digits: str = ""
    code: str = ""
    is_international: bool = False
    signs: frozenset[str] = frozenset()
    message: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.email or self.digits or self.code)


def parse(query: str) -> Query:
    """Take a query apart; `message` says what was left out, or why nothing is searched for."""
    cleaned = text.clean(query[: LENGTH_MAX * 4])[:LENGTH_MAX]
    if not cleaned:
        return Query(message=EMPTY)
    plain = text.fold_digits(cleaned)
    if _PHONE.fullmatch(plain):
        return _numeric(plain, is_cut=len(query) > LENGTH_MAX)
    emails = [token for token in plain.lower().split() if "@" in token and len(token) > 1]
    rest = [token for token in plain.split() if "@" not in token]
    written = [word for token in rest for word in spelling.words(token[: WORD_MAX * 2])]
    words = [word[:WORD_MAX] for word in written]
    is_cut = len(query) > LENGTH_MAX or len(words) > WORDS_MAX or words != written
    message = CUT if is_cut else ""
    code = rest[0] if len(rest) == 1 and not emails and _CODE.fullmatch(rest[0]) else ""
    found = Query(
        words=tuple(word for word in words if not word.isdigit() or len(words) == 1)[:WORDS_MAX],
        email=emails[0] if emails else "",
        digits=_digits_beside(words),
        code=code,
        signs=spelling.signs(plain),
        message=message,
    )
    return Query(message=NOTHING) if found.is_empty else found


def _numeric(plain: str, *, is_cut: bool) -> Query:
    digits = text.digits(plain)
    is_international = plain.lstrip(" (").startswith("+")
    # A few digits behind two zeros are rather from the middle of a number than all of it.
    if plain.startswith("00") and len(digits) >= ABROAD_LEAST:
        digits, is_international = digits.removeprefix("00"), True
    bare = plain.strip().lstrip("#")
    return Query(
        digits=digits[:20],
        is_international=is_international,
        code=plain.strip() if bare.isalnum() and not is_international else "",
        message=CUT if is_cut else "",
    )


def _digits_beside(words: list[str]) -> str:
    """The digits of a phone that stands beside a name; "" if there are too few."""
    digits = "".join(word for word in words if word.isdigit()) if len(words) > 1 else ""
    return digits if len(digits) >= 4 else ""
