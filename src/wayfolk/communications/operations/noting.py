"""Noting what was said: calls, letters, forms, and notes among ourselves."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.models import Channel, Communication, State
from wayfolk.communications.operations.sending import require_rights
from wayfolk.communications.rules import notes
from wayfolk.communications.rules.notes import NoteData
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.staff.rules import Actor

_FIELDS = ("channel", "direction", "at", "subject", "body", "minutes")


class SentAlready(Conflict):
    """What was sent is a fact, and stays as it was."""

    code = "sent_already"


class StaleNote(Conflict):
    """Somebody changed the note meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def add_note(
    customer_id: UUID, data: NoteData, *, by: Actor, about: UUID | None = None
) -> Communication:
    """Write down a call, a letter, a form or a note; raises NotAllowed, InvalidValues, NotFound."""
    require_rights(by)
    cleaned = notes.checked(data, now=clock.now())
    with change_set(by=by, operation="communications.note", summary="") as current:
        customer = Customer.objects.present().filter(id=customer_id).first()
        if customer is None:
            raise NotFound("There is no such customer. It may have been deleted meanwhile.")
        word = Channel(cleaned.channel).label.lower()
        current.summary = current.summary or f"Noted a {word} with {customer.name}"
        note: Communication = Communication.objects.create(
            customer=customer,
            author_id=by.author_id,
            about=about,
            **{name: getattr(cleaned, name) for name in _FIELDS},
        )
    return note


def update_note(
    note_id: UUID, data: NoteData, *, by: Actor, version: int | None = None
) -> Communication:
    """Mend what was noted; raises as `add_note`, SentAlready for a message, StaleNote."""
    require_rights(by)
    with change_set(by=by, operation="communications.update_note", summary="") as current:
        note = _lock(note_id)
        if version is not None and note.version != version:
            raise StaleNote(
                "The note was changed by someone else while you were editing.",
                details={"version": note.version, "expected": version},
            )
        cleaned = notes.checked(data, now=clock.now())
        changed = [name for name in _FIELDS if getattr(note, name) != getattr(cleaned, name)]
        for name in changed:
            setattr(note, name, getattr(cleaned, name))
        current.summary = current.summary or f"Changed {_words(note)}"
        if changed:
            note.save_changes(*changed)
    return note


def remove_note(note_id: UUID, *, by: Actor) -> Communication:
    """Take a note away; undo brings it back. Raises NotAllowed, NotFound, SentAlready."""
    require_rights(by)
    with change_set(by=by, operation="communications.remove_note", summary="") as current:
        note = _lock(note_id)
        current.summary = current.summary or f"Removed {_words(note)}"
        Communication.objects.filter(id=note.id).delete()
    return note


def _lock(note_id: UUID) -> Communication:
    note: Communication | None = Communication.objects.filter(id=note_id).locked().first()
    if note is None:
        raise NotFound("There is no such note. It may have been removed meanwhile.")
    require_noted(note)
    return note


def require_noted(note: Communication) -> None:
    """Raises SentAlready for what is no note."""
    if note.state != State.NOTED:
        raise SentAlready(
            "This was sent, or is about to be, so it stays as it was written. Add a note beside"
            " it instead; what still waits can be cancelled."
        )


def _words(note: Communication) -> str:
    who = note.customer.name if note.customer else "somebody"
    return f"a {note.get_channel_display().lower()} of {who}"
