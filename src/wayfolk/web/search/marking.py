"""Marks the part of a text that a query matched, whatever its accents and capitals."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wayfolk.kit import text


def marked(shown: str, words: Iterable[str]) -> SafeString:
    """`shown` as safe HTML with `<mark>` around what the folded words match."""
    folded, origins = _folded(shown)
    spans = _merged(_spans(folded, [word for word in words if word]))
    parts: list[tuple[str, str, str]] = []
    end = 0
    for start, stop in spans:
        first, last = origins[start], origins[stop - 1] + 1
        parts.append((shown[end:first], shown[first:last], ""))
        end = last
    html = format_html_join("", "{}<mark>{}</mark>{}", parts)
    return format_html("{}{}", html, shown[end:])


def _folded(shown: str) -> tuple[str, list[int]]:
    """The folded letters in a row, and for each the position of the letter it comes from."""
    folded = ""
    origins: list[int] = []
    for position, letter in enumerate(shown):
        piece = letter.lower() if letter in "@._-+" else text.fold(letter)
        folded += piece
        origins += [position] * len(piece)
    return folded, origins


def _spans(folded: str, words: list[str]) -> list[tuple[int, int]]:
    return [(start, start + len(word)) for word in words if (start := folded.find(word)) >= 0]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
