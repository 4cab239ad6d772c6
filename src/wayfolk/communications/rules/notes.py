"""What can be noted of a call, a letter, a form, or among ourselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wayfolk.communications.rules.texts import BODY_MAX, SUBJECT_MAX
from wayfolk.kit.checking import Checks

CALL, NOTE, FORM, LETTER = "call", "note", "form", "letter"
# A channel that people note by hand, and the directions that it can have, the usual one first.
DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    CALL: ("out", "in"),
    NOTE: ("within",),
    FORM: ("in",),
    LETTER: ("out", "in"),
}
_MINUTES_MAX = 24 * 60
_AHEAD = timedelta(days=1)  # clocks differ; what lies further ahead has not been said yet


@dataclass(frozen=True, slots=True)
class NoteData:
    """What somebody writes down. at: None for just now; minutes: how long a call took."""

    channel: str
    body: str
    subject: str = ""
    direction: str = ""
    at: datetime | None = None
    minutes: int | None = None


def checked(data: NoteData, *, now: datetime) -> NoteData:
    """As it is stored; raises InvalidValues."""
    checks = Checks()
    channel = checks.choice("channel", data.channel, DIRECTIONS, label="kind of note")
    directions = DIRECTIONS.get(channel, ("within",))
    direction = data.direction or directions[0]
    if direction not in directions:
        checks.fault("direction", f"A {channel} cannot be “{direction[:20]}”.")
    subject = checks.line("subject", data.subject, SUBJECT_MAX, label="subject")
    body = checks.line("body", data.body, BODY_MAX, label="text", multiline=True)
    if not (body or subject):
        checks.fault("body", "There is nothing to note. Write what was said.")
    at = data.at or now
    if at > now + _AHEAD:
        checks.fault("at", f"{at:%d %b %Y} is yet to come. Note what was said, not what will be.")
    if at.year < 1990:
        checks.fault("at", f"{at.year} is too long ago.")
    minutes = data.minutes if channel == CALL else None
    if minutes is not None and not 0 <= minutes <= _MINUTES_MAX:
        checks.fault("minutes", f"{minutes} minutes is no call. Use 0 to {_MINUTES_MAX:,}.")
    checks.finish()
    return NoteData(channel, body, subject, direction, at, minutes)
