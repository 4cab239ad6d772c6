"""What can be sent: subjects, texts, placeholders, and how many parts an SMS takes."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wayfolk.communications.rules.reach import EMAIL
from wayfolk.kit import text
from wayfolk.kit.checking import Checks

SUBJECT_MAX = 250
BODY_MAX = 50_000
SMS_PARTS_MAX = 10
# What a customer's own values can be put in for: the field rule that shows the value, and the word.
PLACEHOLDERS: Mapping[str, tuple[str, str]] = {
    "first_name": ("customer.name", "First name"),
    "last_name": ("customer.name", "Last name"),
    "name": ("customer.name", "Full name"),
    "title": ("customer.name", "Title"),
    "customer_number": ("", "Customer No"),
}
# What the text of a message has where its reader alone gets a link.
PRIVATE_LINK = "(a link for the recipient alone)"
_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,40})\}")
_GAP = re.compile(r"(?P<between>(?<=\S) {2,}(?=\S))| +(?=[,.!?;:])")

# GSM 03.38: the alphabet of an SMS of 160 characters; those of the second row count twice.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class SmsLength:
    """How long an SMS is: characters as the network counts them, and the parts it is paid by."""

    characters: int
    parts: int
    is_unicode: bool


def sms_length(body: str) -> SmsLength:
    """160 or 70 characters in one part, 153 or 67 in each of several."""
    if all(character in _GSM or character in _GSM_TWICE for character in body):
        count = sum(2 if character in _GSM_TWICE else 1 for character in body)
        single, several = 160, 153
        is_unicode = False
    else:
        count = len(body.encode("utf-16-le")) // 2
        single, several = 70, 67
        is_unicode = True
    parts = 1 if count <= single else -(-count // several)
    return SmsLength(count, parts if count else 0, is_unicode)


def checked_text(channel: str, subject: str, body: str) -> tuple[str, str]:
    """Subject and text as they are sent; raises InvalidValues. An SMS has no subject."""
    checks = Checks()
    # A line break in a subject is no slip of the hand: it would begin another header.
    if "\n" in subject.strip() or "\r" in subject.strip():
        checks.fault("subject", "A subject is one line. Remove the line breaks from it.")
    subject = checks.line("subject", subject, SUBJECT_MAX, label="subject")
    body = checks.line("body", body, BODY_MAX, label="text", multiline=True)
    if channel == EMAIL and not subject:
        checks.fault("subject", "An email needs a subject. Write what it is about.")
    if not body:
        checks.fault("body", "There is no text to send. Write something.")
    if channel != EMAIL:
        subject = ""
        length = sms_length(body)
        if length.parts > SMS_PARTS_MAX:
            checks.fault(
                "body",
                f"The text takes {length.parts} SMS; at most {SMS_PARTS_MAX} go out as one."
                " Shorten it.",
            )
    checks.finish()
    return subject, body


def faulty_placeholders(written: str, known: Collection[str] = tuple(PLACEHOLDERS)) -> list[str]:
    """Placeholders that stand for nothing, and braces that are not closed, as written."""
    faults = [f"{{{name}}}" for name in _PLACEHOLDER.findall(written) if name not in known]
    rest = _PLACEHOLDER.sub("", written)
    return list(dict.fromkeys([*faults, *(brace for brace in "{}" if brace in rest)]))


def filled(written: str, values: Mapping[str, str]) -> str:
    """The text with a customer's values; gaps that an empty value leaves are closed."""
    result = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), written)
    return _GAP.sub(lambda gap: " " if gap["between"] else "", result)


def preview_line(body: str, limit: int = 160) -> str:
    """The beginning of a text in one line."""
    line = text.clean(body)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
