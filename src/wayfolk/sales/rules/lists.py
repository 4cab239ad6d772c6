"""Lists that administrators keep: reasons for closing an offer, catalogues."""

from wayfolk.kit import text
from wayfolk.kit.errors import InvalidValue

LABEL_MAX = 80
CLOSE_REASONS = (
    "Too expensive",
    "Booked elsewhere",
    "Does not travel",
    "No answer",
    "Not available",
)
CATALOGUES = ("Main brochure",)


def checked_label(label: str) -> str:
    """The label cleaned; raises InvalidValue for none or a long one."""
    cleaned = text.clean(label)
    if not 0 < len(cleaned) <= LABEL_MAX:
        raise InvalidValue(f"A name of 1 to {LABEL_MAX} characters is needed.", field="label")
    return cleaned
