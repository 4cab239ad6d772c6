"""Writing the organisation's own settings: profile and modules."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, available_timezones

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import countries, money, text, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotFound
from wayfolk.organization.models import DateOrder, Module, ModuleCode, Organization
from wayfolk.staff.rules import Actor

NAME_MAX = 200
_ADMINISTER = "organization.administer"
