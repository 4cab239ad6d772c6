"""Forms of messages and notes: shape only; what may be sent is decided in communications.rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.communications.models import Communication, Direction
from wayfolk.communications.queries import Choice
from wayfolk.communications.rules import notes, reach, texts
from wayfolk.communications.rules.notes import NoteData

_AT = "%Y-%m-%dT%H:%M"


class MessageForm(forms.Form):
    """An email or SMS to one of the customer's own addresses."""

    address = forms.ChoiceField(
        label="To", error_messages={"required": "Choose where it is to go."}
    )
    subject = forms.CharField(max_length=texts.SUBJECT_MAX, required=False)
    body = forms.CharField(
        label="Text", required=False, widget=forms.Textarea(attrs={"rows": 10}), strip=False
    )
    is_advertising = forms.BooleanField(
        label="This is advertising",
        required=False,
        help_text="Goes only to those who take the newsletter, with a link to decline it.",
    )

    def __init__(
        self, data: QueryDict | None = None, *, channel: str, choices: Sequence[Choice]
    ) -> None:
        super().__init__(data)
        address = self.fields["address"]
        assert isinstance(address, forms.ChoiceField)
        address.choices = [(choice.value, _words(choice)) for choice in choices]
        if channel == reach.SMS:
            del self.fields["subject"]
            measure_sms(self.fields["body"])


class BulkForm(forms.Form):
    """One text to many."""

    channel = forms.ChoiceField(
        label="Send as", choices=[("email", "Email"), ("sms", "SMS")], widget=forms.RadioSelect
    )
    subject = forms.CharField(
        max_length=texts.SUBJECT_MAX, required=False, help_text="For email only."
    )
    body = forms.CharField(
        label="Text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        strip=False,
        help_text="Each gets their own values: "
        + ", ".join(f"{{{name}}} {label}" for name, (_, label) in texts.PLACEHOLDERS.items()),
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=[
            ("advertising", "Advertising: only to those who take the newsletter"),
            ("service", "A service message about something they booked or asked for"),
        ],
        widget=forms.RadioSelect,
    )

    def values(self) -> dict[str, Any]:
        """As the operations take them."""
        cleaned = self.cleaned_data
        return {
            "channel": cleaned["channel"],
            "subject": cleaned["subject"],
            "body": cleaned["body"],
            "is_advertising": cleaned["kind"] != "service",
        }


class NoteForm(forms.Form):
    """A call or a note."""

    direction = forms.ChoiceField(label="Who called", widget=forms.RadioSelect)
    subject = forms.CharField(label="Summary", max_length=texts.SUBJECT_MAX, required=False)
    body = forms.CharField(
        label="What was said", required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    at = forms.DateTimeField(
        label="When",
        required=False,
        input_formats=[_AT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_AT),
        help_text="Empty for just now.",
        error_messages={"invalid": "That is no time. Write it like 2026-01-31T14:30."},
    )
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "max": 1440, "inputmode": "numeric"}),
        error_messages={"invalid": "That is not a number of minutes."},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        channel: str,
        note: Communication | None = None,
    ) -> None:
        self.channel = channel
        names = ("direction", "subject", "body", "at", "minutes")
        initial = {name: getattr(note, name) for name in names} if note else {"direction": "out"}
        super().__init__(data, initial=initial)
        if channel != notes.CALL:
            del self.fields["minutes"]
        if len(notes.DIRECTIONS[channel]) < 2:
            del self.fields["direction"]
        else:
            direction = self.fields["direction"]
            assert isinstance(direction, forms.ChoiceField)
            is_call = channel == notes.CALL
            words = ("We called", "They called") if is_call else Direction.labels[1::-1]
            direction.choices = list(zip(notes.DIRECTIONS[channel], words, strict=True))
            direction.label = "Who called" if is_call else "Direction"
        if channel == notes.NOTE:
            self.fields["body"].label = "Note"

    def data_of(self) -> NoteData:
        cleaned = self.cleaned_data
        return NoteData(
            channel=self.channel,
            body=cleaned["body"],
            subject=cleaned["subject"],
            direction=cleaned.get("direction") or "",
            at=cleaned["at"],
            minutes=cleaned.get("minutes"),
        )


class MailServerForm(forms.Form):
    """How mail leaves."""

    host = forms.CharField(label="Mail server", required=False, help_text="Like smtp.example.com")
    port = forms.IntegerField(
        initial=587, error_messages={"invalid": "That is not a port. Use 587 or 465."}
    )
    security = forms.ChoiceField(
        choices=[
            ("starttls", "STARTTLS (usually port 587)"),
            ("tls", "TLS from the start (usually port 465)"),
            ("none", "None: for a server on this machine only"),
        ]
    )
    user = forms.CharField(label="User name", required=False)
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    from_name = forms.CharField(label="Sender name", required=False)
    from_address = forms.CharField(label="Sender address", required=False)
    reply_to = forms.CharField(label="Answers go to", required=False)
    link_base = forms.CharField(
        label="Address of Wayfolk",
        required=False,
        help_text="As customers reach it, like https://wayfolk.example.com. Advertising has a link"
        " there to decline it.",
    )


class GatewayForm(forms.Form):
    """How SMS leave."""

    url = forms.CharField(
        label="Address of the gateway",
        required=False,
        help_text="Like https://sms.example.com/messages",
    )
    sender = forms.CharField(required=False, help_text="A number, or up to 11 letters and digits")
    token = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def measure_sms(field: forms.Field) -> None:
    """messages.js counts the characters as they are typed."""
    field.widget.attrs |= {"data-sms": "", "rows": 5}
    field.help_text = "160 characters in one SMS, 70 with letters of other alphabets or emoji."


def _words(choice: Choice) -> str:
    shared = f" · {choice.sharing.words}" if choice.sharing else ""
    return f"{choice.value} ({choice.label.lower()}{shared})"
