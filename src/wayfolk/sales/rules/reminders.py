"""When an offer reminds, and with which words (TQ-51)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues

DEFAULT_DAYS = "3,7,14,21"
DAYS_MAX, REMINDERS_MAX = 365, 12
NEVER = "never"  # how a brand says that it reminds on no day
SUBJECT_MAX, BODY_MAX = 250, 20_000
LATE_DAYS = 2  # a reminder that could not go on its day still goes this much later
FIRST_HOUR, LAST_HOUR = 8, 20  # nobody is written to at night
CHANNELS = ("email", "sms")
PLACEHOLDERS = ("name", "title", "number", "price", "dates", "valid_until", "sender")
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")

OFFER_SUBJECT = "Our offer {number}: {title}"
OFFER_BODY = """Dear {name},

thank you for your interest. We are happy to offer you:

{title}
{dates}
{price}

The offer is valid until {valid_until}.

Kind regards
{sender}"""
REMINDER_SUBJECT = "Our offer {number}: {title}"
REMINDER_BODY = """Dear {name},

some days ago we sent you our offer {number}, {title}.
It is valid until {valid_until}.

Do you have questions, or would you like to change something? Just answer this message.

Kind regards
{sender}"""


class Verdict(StrEnum):
    """What the daily run does with a reminder that is due."""

    SEND = "send"
    SKIP = "skip"


class Due(Protocol):
    """A planned reminder."""

    @property
    def due_on(self) -> date: ...


Reminder = TypeVar("Reminder", bound=Due)


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason`: why it is skipped, in words for the offer's page."""

    verdict: Verdict
    reason: str = ""


def parse_days(written: str) -> tuple[int, ...]:
    """The days of "3, 7, 14", in order and once each; raises InvalidValues naming what is none."""
    days: set[int] = set()
    for part in filter(None, (part.strip() for part in re.split(r"[,;\s]+", written))):
        is_day = part.isascii() and part.isdigit() and len(part) <= 3
        if not is_day or not 1 <= int(part) <= DAYS_MAX:
            raise InvalidValues(
                {
                    "reminder_days": f"“{part[:20]}” is no number of days. Write days after sending"
                    f" from 1 to {DAYS_MAX} with commas between, such as {DEFAULT_DAYS}."
                }
            )
        days.add(int(part))
    if len(days) > REMINDERS_MAX:
        raise InvalidValues(
            {"reminder_days": f"{len(days)} reminders are too many; at most {REMINDERS_MAX}."}
        )
    return tuple(sorted(days))


def plan(sent_on: date, days: Sequence[int]) -> list[tuple[int, date]]:
    """Each day of the list with the date that it falls on."""
    return [(day, sent_on + timedelta(days=day)) for day in days]


def decide(due: Sequence[Reminder], *, today: date, obstacle: str) -> dict[date, Decision]:
    """What happens to the reminders of one offer that are due by today; due_on -> decision.

    At most one goes a day, the latest; what should have gone long ago is skipped, so that nobody
    gets a burst of old mails after the program was down. `obstacle`: why none may go, "" if any.
    """
    latest = max((reminder.due_on for reminder in due), default=None)
    return {reminder.due_on: _decide(reminder.due_on, latest, today, obstacle) for reminder in due}


def _decide(due_on: date, latest: date | None, today: date, obstacle: str) -> Decision:
    if obstacle:
        return Decision(Verdict.SKIP, obstacle)
    if due_on < today - timedelta(days=LATE_DAYS):
        return Decision(Verdict.SKIP, "Its day had passed before it could be sent.")
    if due_on != latest:
        return Decision(Verdict.SKIP, "A later reminder was due by the same time.")
    return Decision(Verdict.SEND)


def is_writing_hour(at: datetime) -> bool:
    """Whether people are written to at this hour of their organisation's day."""
    return FIRST_HOUR <= at.hour < LAST_HOUR


def fill(template: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; a line of which nothing is known is left out."""
    lines = []
    for line in template.splitlines():
        names = _PLACEHOLDER.findall(line)
        if names and not any(values.get(name, "") for name in names):
            continue
        lines.append(_PLACEHOLDER.sub(lambda found: values.get(found[1], ""), line).rstrip())
    return "\n".join(lines)


def checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Subjects and bodies cleaned, or InvalidValues naming a text that is missing or unknown."""
    checks = Checks()
    cleaned: dict[str, str] = {}
    for name, value in texts.items():
        is_body = name.endswith("body")
        limit = BODY_MAX if is_body else SUBJECT_MAX
        label = "text" if is_body else "subject"
        cleaned[name] = checks.line(name, value, limit, label=label, multiline=is_body)
        if not cleaned[name]:
            checks.fault(name, f"The {label} is missing.")
        unknown = _unknown(_PLACEHOLDER.findall(cleaned[name]))
        if unknown:
            known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            checks.fault(name, f"“{{{unknown[:40]}}}” is no placeholder. There are: {known}.")
    checks.finish()
    return cleaned


def _unknown(names: Iterable[str]) -> str:
    return next((name for name in names if name not in PLACEHOLDERS), "")
