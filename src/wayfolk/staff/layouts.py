"""How each member left the pages: which of their sections are open."""

import json
import re
from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from wayfolk.kit import clock, ids, tenancy
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.rules import Actor

SECTIONS_MAX = 200  # known to one member; there are far fewer in the product
_NAME = re.compile(r"[a-z][a-z0-9-]{0,59}")

# What was known already stays beside what is new, so that two tabs do not undo each other.
_REMEMBER = f"""
    INSERT INTO staff_pagelayout AS kept
        (id, organization_id, version, created_at, updated_at, membership_id, sections)
    VALUES (%s, %s, 1, %s, %s, %s, %s::jsonb)
    ON CONFLICT (organization_id, membership_id) DO UPDATE
    SET sections = kept.sections || excluded.sections,
        version = kept.version + 1, updated_at = excluded.updated_at
    WHERE (SELECT count(*) FROM jsonb_object_keys(kept.sections || excluded.sections))
        <= {SECTIONS_MAX}
"""


def remember_sections(states: Mapping[str, bool], *, by: Actor) -> None:
    """Note sections as open or closed for this member, in every browser.

    No change set: where somebody folded a page is nobody's history. Raises InvalidValue for a
    name that no section can have. An actor who is no member has no pages.
    """
    wrong = next((name for name in states if not _NAME.fullmatch(name)), None)
    if wrong is not None or len(states) > SECTIONS_MAX:
        raise InvalidValue(f"“{(wrong or '')[:60]}” is not the name of a section.", field="section")
    if by.author_id is not None and states:
        _store(by.author_id, dict(states))


def _store(membership_id: UUID, states: dict[str, bool]) -> None:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            [
                ids.new_id(),
                tenancy.current_organization_id(),
                now,
                now,
                membership_id,
                json.dumps(states),
            ],
        )
