"""What a merge of customers does with trade partners and those who speak for them."""

from dataclasses import dataclass

from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.moving import Links
from wayfolk.identity.merging.rules import Guard
from wayfolk.identity.merging.uniting import PeriodLinks, Union, united_period
from wayfolk.partners.models import Partner, PartnerContact
from wayfolk.partners.operations import partners


@dataclass(frozen=True)
class _PartnerLinks(Links):
    def guards(self, parties: Parties) -> list[Guard]:
        """A company is one partner; which terms and members count, a person has to say."""
        if self.of(parties.ids).count() < 2:
            return []
        words = (
            "More than one of them is a trade partner, each with terms, contacts and bookings of"
            " its own. Move what is to be kept to one of them and end the other's partnership"
            " first (“Trade partner” on its page)."
        )
        return [Guard("two_partners", words, is_blocking=True)]

    def move(self, parties: Parties) -> None:
        self.reassign(parties)
        moved = Partner.objects.filter(customer_id=parties.survivor.id)
        partners.derive_sort_keys(list(moved.values_list("id", flat=True)))


def _unite(kept: PartnerContact, other: PartnerContact) -> Union:
    role = kept.get_role_display().lower()
    words = f"Both speak for {kept.partner.name} as {role}: kept once, for the whole time."
    return Union(united_period(kept, other), words)


LINKS = (
    _PartnerLinks(Partner, "customer"),
    PeriodLinks(
        PartnerContact,
        "person",
        label="companies that they speak for",
        key=("partner_id", "role"),
        unite=_unite,
        stays_because="it would overlap with several of the main record's",
        related=("partner__customer",),
    ),
)
