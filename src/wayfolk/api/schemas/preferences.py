"""What people prefer: allergies, diet, accessibility, room, style, special requests."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Body, Text, Version

Kind = Literal["allergy", "diet", "accessibility", "room", "communication_style", "special_request"]
Severity = Annotated[
    Literal["", "mild", "severe", "life-threatening"],
    Field(description='Of allergies alone; "" where it is not known.'),
]
Source = Annotated[
    Literal["said", "noticed"], Field(description="By the customer, or by who looked after them.")
]


class PreferenceFields(BaseModel):
    value: str = Field(description="Such as nuts, vegetarian, quiet room.")
    severity: Severity = ""
    source: Source = "said"
    note: Text


class NewPreference(Body, PreferenceFields):
    """Each thing once for each kind."""

    kind: Kind


class PreferenceChanges(Body):
    """Fields that are absent stay as they are; the kind always does."""

    value: Text
    severity: Severity = ""
    source: Source = "said"
    note: Text
    version: Version | None = None


class Preference(PreferenceFields):
    """One of health (allergy, diet, accessibility) is absent where the role hides those."""

    id: UUID
    version: int
    kind: Kind


class PreferenceList(BaseModel):
    items: list[Preference]
    language: str = Field(description='ISO 639-1 code of today, the household\'s or the own; "".')
    channel: str = Field(description='Preferred channel of today; "" where none is known.')
