"""The demo's families: a household with children and guardians, a daughter who moved out."""

from tests.world import Cast
from wayfolk.demo import stories
from wayfolk.households import queries, suggestions
from wayfolk.kit import clock, tenancy


def test_the_demo_shows_families_and_leaves_one_to_be_suggested(cast: Cast) -> None:
    by = cast.advisor
    with tenancy.scope(cast.organization.id):
        stories.tell(by=by, office=cast.administrator)
        homes = {home.name: home for home in queries.list_households(by=by)}
        today = clock.today(by.time_zone)
        living = {
            name: [member.customer.given_name for member in queries.members_on(h.id, today, by=by)]
            for name, h in homes.items()
        }
        children = queries.list_guardians(
            [m.customer_id for m in queries.members_on(homes["Lindqvist"].id, today, by=by)], by=by
        )
        suggested = suggestions.look(by=by).suggestions
    assert living == {
        "Lindqvist": ["Karin", "Jonas", "Elsa", "Nils"],
        "Fonseca": ["Duarte", "Helena"],
        "Inês Fonseca": ["Inês"],
    }
    assert len(children) == 4
    assert [[c.given_name for c in each.people] for each in suggested] == [["Tom", "Grace"]]
