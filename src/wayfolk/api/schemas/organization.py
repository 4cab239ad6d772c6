"""The caller and the organisation's lists."""

from pydantic import BaseModel


class OrganizationFacts(BaseModel):
    name: str
    currency: str
    time_zone: str
    country: str
    modules: list[str]


class Me(BaseModel):
    """For whom the token speaks, and what it may do."""

    name: str
    email: str
    role: str
    permissions: list[str]
    fields: dict[str, str]
    organization: OrganizationFacts
