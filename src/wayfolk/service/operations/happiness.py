"""What the organisation calls the two scores (decision 9), and how long links hold."""

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.checking import Checks
from wayfolk.service.models import HappinessSettings
from wayfolk.staff.rules import Actor

LABEL_MAX = 40
LINK_DAYS = range(1, 366)


def set_happiness(
    *,
    overall_label: str,
    representative_label: str,
    shows_representative: bool,
    link_days: int,
    by: Actor,
) -> HappinessSettings:
    """Name the scores, and say for how many days a link holds. Raises NotAllowed, InvalidValues."""
    by.require_module("questionnaires")
    by.require("organization.administer")
    checks = Checks()
    wished = {
        name: checks.line(name, value, LABEL_MAX, label="name")
        for name, value in (
            ("overall_label", overall_label),
            ("representative_label", representative_label),
        )
    }
    for name, value in wished.items():
        if not value:
            checks.fault(name, "The name is missing.")
    if link_days not in LINK_DAYS:
        checks.fault("link_days", f"{link_days} is no number of days. Use 1 to 365.")
    checks.finish()
    values = {**wished, "shows_representative": shows_representative, "link_days": link_days}
    with change_set(by=by, operation="questionnaires.set_happiness", summary="") as current:
        stored: HappinessSettings | None = HappinessSettings.objects.all().locked().first()
        present = stored or HappinessSettings()
        changed = [name for name, value in values.items() if getattr(present, name) != value]
        for name in changed:
            setattr(present, name, values[name])
        current.summary = current.summary or "Changed the happiness scores"
        if stored is None and changed:
            present.save(force_insert=True)
        elif changed:
            present.save_changes(*changed)
    return present
