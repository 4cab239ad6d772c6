"""What a merge of customers does with stays."""

from dataclasses import dataclass

from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.moving import Links
from wayfolk.identity.merging.rules import Guard
from wayfolk.stays.models import Stay, StayStatus


@dataclass(frozen=True)
class _StayLinks(Links):
    def guards(self, parties: Parties) -> list[Guard]:
        """Guests who are in house, or will be, as two records: perhaps two people."""
        present = Stay.objects.filter(
            guest_id__in=parties.ids,
            status__in=[StayStatus.EXPECTED, StayStatus.IN_HOUSE],
            departure_on__gte=parties.today,
        )
        if len(set(present.values_list("guest_id", flat=True))) < 2:
            return []
        words = (
            "More than one of them is in house or has a stay ahead. Two rooms in the same nights"
            " are two people, as a rule: look at the stays first, or merge after departure."
        )
        return [Guard("stays_ahead", words, is_blocking=False)]


LINKS = (_StayLinks(Stay, "guest"),)
