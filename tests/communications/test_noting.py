"""Calls and notes: written down, mended, removed, each to be taken back (KP-39)."""

from datetime import timedelta

import pytest

from tests.communications.making import make_customer, use_mail
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.audit.change_sets import last_written_id
from wayfolk.communications.models import Communication
from wayfolk.communications.operations import noting, settings
from wayfolk.communications.operations.sending import send_message
from wayfolk.communications.rules.notes import NoteData
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed


def stored(note: Communication) -> Communication | None:
    with tenancy.scope(note.organization_id):
        return Communication.objects.filter(id=note.id).first()


def take_back(by) -> None:
    change = last_written_id()
    assert change is not None
    taking_back.take_back(change, by=by)


def test_each_step_can_be_taken_back(cast: Cast) -> None:
    anna, by = make_customer(cast.advisor), cast.advisor
    note = noting.add_note(anna.id, NoteData("call", "Wants a pool", minutes=3), by=by)
    noting.update_note(note.id, NoteData("call", "Wants two pools", minutes=4), by=by)
    take_back(by)
    mended = stored(note)
    assert mended is not None
    assert (mended.body, mended.minutes) == ("Wants a pool", 3)
    noting.remove_note(note.id, by=by)
    assert stored(note) is None
    take_back(by)
    assert stored(note) is not None
    other = noting.add_note(anna.id, NoteData("note", "Prefers mornings"), by=by)
    take_back(by)
    assert stored(other) is None


def test_what_was_sent_is_no_note(cast: Cast) -> None:
    anna, by = make_customer(cast.advisor), cast.advisor
    message = send_message(
        customer=anna,
        address="anna@example.com",
        channel="email",
        subject="A",
        body="B",
        by=by,
    )
    with pytest.raises(noting.SentAlready):
        noting.update_note(message.id, NoteData("note", "C"), by=by)
    with pytest.raises(noting.SentAlready):
        noting.remove_note(message.id, by=by)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (NoteData("email", "x"), "channel"),
        (NoteData("note", " "), "body"),
        (NoteData("note", "x", direction="in"), "direction"),
        (NoteData("call", "x", minutes=-1), "minutes"),
        (NoteData("call", "x", at=clock.now() + timedelta(days=3)), "at"),
    ],
)
def test_what_cannot_be_noted(cast: Cast, data: NoteData, field: str) -> None:
    anna = make_customer(cast.advisor)
    with pytest.raises(InvalidValues) as refused:
        noting.add_note(anna.id, data, by=cast.advisor)
    assert set(refused.value.errors) == {field}


def test_somebody_else_was_faster(cast: Cast) -> None:
    anna, by = make_customer(cast.advisor), cast.advisor
    note = noting.add_note(anna.id, NoteData("note", "One"), by=by)
    noting.update_note(note.id, NoteData("note", "Two"), by=by, version=note.version)
    with pytest.raises(noting.StaleNote):
        noting.update_note(note.id, NoteData("note", "Three"), by=by, version=note.version)


def test_an_undo_of_the_settings_does_not_take_the_password_elsewhere(cast: Cast) -> None:
    """It belongs to the server for which it was entered."""

    class Server:
        port = 2525

    by = cast.administrator
    use_mail(Server(), by, user="crm")
    settings.save_mail_server(values_of(cast), by=by, password="first")
    settings.save_mail_server({**values_of(cast), "host": "b.example"}, by=by, password="second")
    take_back(by)
    with tenancy.scope(cast.organization.id), pytest.raises(settings.NotSetUp, match="not known"):
        settings.load_mail()
    with pytest.raises(NotAllowed):
        settings.save_mail_server(values_of(cast), by=cast.manager)


def values_of(cast: Cast) -> dict:
    return {
        "host": "a.example",
        "port": 587,
        "security": "starttls",
        "user": "crm",
        "from_address": "hello@azure.example",
    }
