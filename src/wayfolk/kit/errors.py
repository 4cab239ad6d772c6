"""Refusals: expected answers "no", each with a stable code and words for the reader.

Domain packages subclass these beside the function that raises them. The pages turn
them into form errors or alerts, the API into problem+json.
"""

from collections.abc import Mapping


class Refusal(Exception):
    """The request was understood and is not carried out; nothing was changed.

    `field` names the form or API field at fault, "" when none is.
    `details` are facts for machines (JSON values only).
    """

    code = "refused"
    status = 422

    def __init__(
        self, message: str, *, field: str = "", details: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = dict(details or {})


class InvalidValue(Refusal):
    """A value is not of the required form; the message names the field, the value, the remedy."""

    code = "invalid_value"


class InvalidValues(Refusal):
    """Several fields are at fault at once: `errors` maps field -> message."""

    code = "invalid_values"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()), details={"errors": dict(errors)})
        self.errors = dict(errors)


class NotAllowed(Refusal):
    """The actor's role does not include this."""

    code = "not_allowed"
    status = 403


class NotFound(Refusal):
    """No such record that this actor may see."""

    code = "not_found"
    status = 404


class Conflict(Refusal):
    """Somebody else changed the same thing meanwhile."""

    code = "conflict"
    status = 409
