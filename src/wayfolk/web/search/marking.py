"""Marks the part of a text that a query matched, whatever its accents, capitals and spaces."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wayfolk.identity.search import wording
from wayfolk.identity.search.wording import Answer
from wayfolk.kit import text

_Spans = Iterable[tuple[int, int]]
DIGITS_MIN = 2


def marked(shown: str, words: Iterable[str]) -> SafeString:
    """`shown` as safe HTML with `<mark>` around what the folded words match.

    Of a word, the place where it begins a word is preferred to one inside.
    """
    folded, origins = _folded(shown)
    spans = [found for word in words if word and (found := _place(folded, word))]
    return _with_marks(shown, [(origins[a], origins[b - 1] + 1) for a, b in spans])


def marked_name(name: str, query: str) -> SafeString:
    """A name with the words marked that answer the query; of one only begun, its beginning."""
    return _with_marks(name, [_span(each) for each in wording.answers(query, name)])


def marked_digits(shown: str, query: str) -> SafeString:
    """A phone number with the digits marked that were typed, however either is spaced."""
    places = [at for at, letter in enumerate(shown) if letter.isdecimal()]
    digits, typed = text.digits(shown), text.digits(query)
    for sought in (typed, typed.lstrip("0")):
        at = digits.find(sought) if len(sought) >= DIGITS_MIN else -1
        if at >= 0:
            return _with_marks(shown, [(places[at], places[at + len(sought) - 1] + 1)])
    return _with_marks(shown, [])


def _span(answer: Answer) -> tuple[int, int]:
    folded, origins = _folded(answer.shown)
    at = folded.find(answer.typed)
    if at < 0:
        return answer.start, answer.end
    last = origins[at + len(answer.typed) - 1]
    return answer.start + origins[at], answer.start + last + 1


def _place(folded: str, word: str) -> tuple[int, int] | None:
    at = f" {folded}".find(f" {word}")
    at = at if at >= 0 else folded.find(word)
    return (at, at + len(word)) if at >= 0 else None


def _with_marks(shown: str, spans: _Spans) -> SafeString:
    parts: list[tuple[str, str]] = []
    end = 0
    for start, stop in _merged(spans):
        parts.append((shown[end:start], shown[start:stop]))
        end = stop
    html = format_html_join("", "{}<mark>{}</mark>", parts)
    return format_html("{}{}", html, shown[end:])


def _folded(shown: str) -> tuple[str, list[int]]:
    """The folded letters in a row, and for each the position of the letter it comes from."""
    folded = ""
    origins: list[int] = []
    for position, letter in enumerate(shown):
        piece = letter.lower() if letter in " @._-+" else text.fold(letter)
        folded += piece
        origins += [position] * len(piece)
    return folded, origins


def _merged(spans: _Spans) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
