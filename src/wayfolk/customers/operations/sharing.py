"""The organisation's own say on shared contact points."""

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import SharingSettings
from wayfolk.customers.rules import sharing
from wayfolk.staff.rules import Actor


def set_sharing(*, shared_from: int, relay_domains: str, by: Actor) -> SharingSettings:
    """From how many customers on a value counts as shared, and further relay domains.

    `relay_domains`: one on each line, beside those that are known anyway. Raises NotAllowed,
    InvalidValues.
    """
    by.require("organization.administer")
    wished = {
        "shared_from": sharing.checked_threshold(shared_from),
        "relay_domains": "\n".join(sharing.checked_domains(relay_domains)),
    }
    with change_set(by=by, operation="customers.set_sharing", summary="") as current:
        stored: SharingSettings | None = SharingSettings.objects.all().locked().first()
        settings = stored or SharingSettings()
        changed = [name for name, value in wished.items() if getattr(settings, name) != value]
        for name in changed:
            setattr(settings, name, wished[name])
        current.summary = current.summary or "Changed what counts as a shared contact point"
        if stored is None and changed:
            settings.save(force_insert=True)
        elif changed:
            settings.save_changes(*changed)
    return settings
