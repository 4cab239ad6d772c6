"""Why a customer was found, in words, and what of its name answers the query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wayfolk.identity.search import parsing, ranking, spelling
from wayfolk.identity.search.parsing import Query
from wayfolk.identity.search.queries import Hit, Reason
from wayfolk.kit import text

_Token = tuple[re.Match[str], str]
_TOKEN = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
# From here on a word of the name counts as what was meant by a typed one.
_MEANT = 0.55
_KINDS_OF_NAME = {
    "swapped": "names in the other order",
    "inside": "inside the name",
    "transliterated": "same name in another script",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A word of a name that answers a typed one. kind: as in Reason.

    start, end: where it stands in the name as shown.
    """

    typed: str
    shown: str
    start: int
    end: int
    kind: str


def why(hit: Hit, query: str) -> str:
    """All reasons of a hit in words; "" where it plainly is what was typed."""
    return " · ".join(words for each in hit.reasons if (words := in_words(each, hit, query)))


def in_words(reason: Reason, hit: Hit, query: str) -> str:
    """One reason, such as "spelled Meier" or "phone ends in 4711"; "" where it is plain."""
    if reason.field in {"name", "company"}:
        return _of_name(reason, hit, query)
    if reason.field == "email":
        return _with_value(_of_email(reason), reason.text, hit.email)
    if reason.field == "phone":
        return _with_value(_of_phone(reason, query), reason.text, hit.phone)
    if reason.field == "city":
        return f"lives in {reason.text}" if reason.text else ""
    if reason.field == "number":
        return "number of a merged record" if reason.kind == "merged" else "customer number"
    return f"{reason.field.replace('_', ' ')} {reason.text}".strip()


@lru_cache(maxsize=64)
def parsed(query: str) -> Query:
    """A query taken apart once for all the people that it found."""
    return parsing.parse(query)


def answers(query: str, name: str) -> list[Answer]:
    """The words of a name that answer the typed ones, from left to right."""
    tokens = [(found, "".join(spelling.words(found[0]))) for found in _TOKEN.finditer(name)]
    found = [each for typed in parsed(query).words for each in _answers(typed, tokens)]
    return sorted(found, key=lambda each: each.start)


def _answers(typed: str, tokens: Sequence[_Token]) -> list[Answer]:
    """The word that this one resembles most, or those that are joined or split in it."""
    judged = [(*ranking.likeness(typed, word), token) for token, word in tokens if word]
    quality, kind, token = max(judged, key=lambda each: each[0], default=(0.0, "", None))
    if token is not None and quality >= _MEANT:
        word = next(w for t, w in tokens if t is token)
        return [_at(token, typed, _plain_kind(typed, word) or kind)]
    if len(typed) < 3:
        return []
    parts = [token for token, word in tokens if len(word) >= 3 and (word in typed or typed in word)]
    return [_at(token, typed, "joined") for token in parts]


def _plain_kind(typed: str, word: str) -> str:
    """What anybody sees, where the same is also true of the spelling."""
    if typed == word:
        return "exact"
    return "beginning" if word.startswith(typed) else "inside" if typed in word else ""


def _at(token: re.Match[str], typed: str, kind: str) -> Answer:
    return Answer(typed, token[0], token.start(), token.end(), kind)


def _of_name(reason: Reason, hit: Hit, query: str) -> str:
    if reason.field == "company" and reason.text != hit.name:
        return f"company {reason.text}"
    found = answers(query, reason.text)
    meant = [each for each in found if each.kind == reason.kind]
    words = " ".join(dict.fromkeys(each.shown for each in meant)) or reason.text
    if reason.kind == "spelling" and (meant or not found):
        return f"spelled {words}"
    if reason.kind in {"beginning", "spelling"}:
        is_inside = any(each.kind == "inside" for each in found)
        return f"inside the {reason.field}" if is_inside else f"{reason.field} begins so"
    if reason.kind == "nickname":
        is_short = any(len(each.shown) < len(each.typed) for each in meant)
        return f"nickname {words}" if is_short else f"nickname of {words}"
    plain = {**_KINDS_OF_NAME, "joined": f"written {reason.text}", "exact": "", "city": ""}
    return plain.get(reason.kind, reason.kind)


def _of_email(reason: Reason) -> str:
    words = {
        "beginning": "email begins so",
        "spelling": "similar email",
        "inside": "in the email",
        "merged": "email of a merged record",
    }
    return words.get(reason.kind, "email")


def _of_phone(reason: Reason, query: str) -> str:
    if reason.kind == "tail":
        return f"phone ends in {text.digits(query)}"
    words = {
        "beginning": "phone begins so",
        "spelling": "phone differs in one digit",
        "inside": f"{text.digits(query)} in the phone",
        "merged": "phone of a merged record",
    }
    return words.get(reason.kind, "phone")


def _with_value(words: str, value: str, shown: str) -> str:
    """The value as well where it is not the one that is shown anyway."""
    return words if not value or value == shown or value in words else f"{words}: {value}"
