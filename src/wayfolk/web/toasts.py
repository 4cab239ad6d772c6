"""Short notices of what has just been done, with Undo where it can be undone.

They travel with Django's messages, so they survive a redirect; a fragment brings them along
out of band. A toast passes; Recent changes keeps the same change to undo it later.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import reverse

from wayfolk.audit import change_sets

Level = Literal["success", "info", "warning", "error"]

_DJANGO_LEVELS: dict[Level, int] = {
    "success": messages.SUCCESS,
    "info": messages.INFO,
    "warning": messages.WARNING,
    "error": messages.ERROR,
}
_LEVELS: dict[int, Level] = {code: level for level, code in _DJANGO_LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Toast:
    """`undo_url` is posted to by the Undo button; `link_url` leads to what was changed."""

    text: str
    level: Level = "success"
    undo_url: str = ""
    link_url: str = ""
    link_label: str = ""


def add(
    request: HttpRequest,
    text: str,
    *,
    level: Level = "success",
    undo_url: str = "",
    link_url: str = "",
    link_label: str = "",
) -> None:
    """Show a toast with the next page or fragment that this person gets."""
    toast = Toast(text, level, undo_url, link_url, link_label)
    extra = {key: value for key, value in asdict(toast).items() if key.endswith(("url", "label"))}
    messages.add_message(request, _DJANGO_LEVELS[level], text, extra_tags=json.dumps(extra))


def undo_url() -> str:
    """Where this thread's latest operation is taken back, "" when it changed nothing."""
    written = change_sets.last_written_id()
    return reverse("changes:undo", args=[written]) if written else ""


def take(request: HttpRequest) -> list[Toast]:
    """The toasts that wait for this person; each is shown once."""
    return [_from_message(message) for message in messages.get_messages(request)]


def _from_message(message: Message) -> Toast:
    """Messages of other applications (a login, say) become toasts without Undo."""
    level = _LEVELS.get(message.level, "info")
    text = str(message.message)
    try:
        extra = json.loads(message.extra_tags or "")
    except ValueError:
        return Toast(text, level)
    return Toast(text, level, **extra) if isinstance(extra, dict) else Toast(text, level)
