"""How long an SMS is, and what placeholders become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.communications.rules import texts
from wayfolk.communications.rules.reach import fitting_address


@pytest.mark.parametrize(
    ("body", "characters", "parts"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("–" + "a" * 69, 70, 1),
        ("–" + "a" * 70, 71, 2),
        ("🌊" * 35, 70, 1),
        ("🌊" * 36, 72, 2),
    ],
)
def test_sms_are_counted_as_the_network_does(body: str, characters: int, parts: int) -> None:
    length = texts.sms_length(body)
    assert (length.characters, length.parts) == (characters, parts)


def test_placeholders_leave_no_gaps() -> None:
    values = {"title": "", "first_name": "Anna", "last_name": ""}
    assert texts.filled("Dear {title} {first_name} {last_name},\n  x", values) == "Dear Anna,\n  x"


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert texts.filled("{first_name}", {"first_name": "{name}", "name": "no"}) == "{name}"


@given(st.text())
def test_what_has_no_faults_has_no_stray_braces(written: str) -> None:
    if not texts.faulty_placeholders(written):
        filled = texts.filled(written, dict.fromkeys(texts.PLACEHOLDERS, "x"))
        assert "{" not in filled
        assert "}" not in filled


@given(st.text())
def test_no_address_carries_a_line_break(written: str) -> None:
    for channel in ("email", "sms"):
        address = fitting_address(channel, written, "PT")
        assert not any(c in address for c in "\r\n ,;<>")
