"""Possible duplicates: stored, queued, judged, and proposed again when something changed."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from tests.segments import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.identity.matching import pairs, queue
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.merging import executing, planning, unmerging
from wayfolk.identity.models import DuplicatePair, PairState, PairVerdict
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.staff.rules import FieldAccess

ALIKE = {"household": "email", "given": "near", "family": "same"}


@pytest.fixture
def people(cast: Cast) -> Iterator[list[Customer]]:
    by = cast.manager
    reach = {"email": "anna@example.com", "phone": "+47 22 12 34 56"}
    place = {"lines": "Storgata 1", "postcode": "0155", "city": "Oslo"}
    made = [
        making.customer(by, given_name="Anna", family_name="Holm", **reach, **place),
        making.customer(by, given_name="Ana", family_name="Holm", **reach),
        making.customer(by, given_name="Anne", family_name="Holm", **place),
        making.customer(by, given_name="Zoë", family_name="Ek"),
    ]
    with tenancy.scope(by.organization_id):
        yield made


def proposal(one: Customer, other: Customer, weight: float = 5.0, **levels: str) -> Proposal:
    low, high = sorted((one.id, other.id))
    return Proposal(low, high, weight, {**ALIKE, **levels})


def states() -> list[int]:
    return list(DuplicatePair.objects.order_by("-weight").values_list("state", flat=True))


def named(group: queue.Group | None) -> set[str]:
    return {each.given_name for each in group.customers} if group else set()


def test_tq36_pairs_are_queued_by_what_they_share(cast: Cast, people: list[Customer]) -> None:
    anna, ana, anne, zoe = people
    pairs.store_all(
        [
            proposal(anna, ana, 9.0),
            proposal(anna, anne, 3.0),
            proposal(ana, zoe, 1.0, given="different"),
        ]
    )
    found = {(p.same_email, p.same_phone, p.same_address) for p in DuplicatePair.objects.all()}
    assert found == {(True, True, False), (False, False, True), (False, False, False)}
    assert queue.remaining(by=cast.manager) == {
        "": 3,
        "same_email": 1,
        "same_phone": 1,
        "same_address": 1,
        "similar_name": 2,
    }
    weights = [pair.weight for pair in queue.open_pairs("similar_name", by=cast.manager)]
    assert weights == [9.0, 3.0]


def test_tq38_whoever_is_alike_is_looked_at_together(cast: Cast, people: list[Customer]) -> None:
    anna, ana, anne, zoe = people
    pairs.store_all([proposal(anna, ana, 9.0), proposal(ana, anne, 3.0)])
    group = queue.next_group(by=cast.manager)
    assert group is not None
    assert [each.given_name for each in group.customers] == ["Anna", "Ana", "Anne"]
    assert named(queue.group_of(anne.id, by=cast.manager)) == {"Anna", "Ana", "Anne"}
    assert queue.group_of(zoe.id, by=cast.manager) is None
    evidence = {line.text: line.weight for line in group.pairs[0].score.evidence}
    assert evidence["Several of email, phone and address are the same"] > 0
    assert evidence["Same first name, in one home"] > 0


def test_a_group_has_an_end(cast: Cast) -> None:
    by = cast.manager
    many = [making.customer(by, given_name=f"Anna{n}") for n in range(queue.GROUP_MAX + 3)]
    with tenancy.scope(by.organization_id):
        pairs.store_all(proposal(many[0], each, 5.0) for each in many[1:])
        group = queue.next_group(by=by)
    assert group is not None
    assert len(group.customers) == queue.GROUP_MAX
    assert group.more == 3


def test_tq41_d08_not_the_same_is_remembered_for_the_pair_and_its_evidence(
    cast: Cast, people: list[Customer]
) -> None:
    anna, ana, anne, _ = people
    by = cast.manager
    found = [proposal(anna, ana, 9.0), proposal(ana, anne, 3.0)]
    pairs.store_all(found)
    assert pairs.reject_pairs([anna.id, ana.id], by=by) == 1
    assert states() == [PairState.CLOSED, PairState.OPEN]
    assert named(queue.next_group(by=by)) == {"Ana", "Anne"}
    pairs.store_all(found)
    assert states() == [PairState.CLOSED, PairState.OPEN]
    pairs.store_all([proposal(anna, ana, 12.0, birth="same"), found[1]])
    assert states() == [PairState.OPEN, PairState.OPEN]


def test_what_was_decided_is_taken_back_like_everything_else(
    cast: Cast, people: list[Customer]
) -> None:
    anna, ana, *_ = people
    by = cast.manager
    pairs.store_all([proposal(anna, ana)])
    pairs.reject_pairs([anna.id, ana.id], by=by)
    decided = ChangeSet.objects.get(operation="customers.not_same")
    assert decided.summary.endswith("are not the same")
    undoing.undo_change_set(decided.id, by=by)
    assert states() == [PairState.OPEN]
    assert not PairVerdict.objects.exists()


def test_later_goes_to_the_end_and_can_be_decided_then(cast: Cast, people: list[Customer]) -> None:
    anna, ana, anne, zoe = people
    by = cast.manager
    pairs.store_all([proposal(anna, ana, 9.0), proposal(anne, zoe, 3.0)])
    pairs.postpone_pairs([anna.id, ana.id], by=by)
    order = [pair.weight for pair in queue.open_pairs(by=by)]
    assert order == [3.0, 9.0]
    assert named(queue.next_group(by=by)) == {"Anne", "Zoë"}
    pairs.reject_pairs([anna.id, ana.id], by=by)
    assert states() == [PairState.CLOSED, PairState.OPEN]
    assert PairVerdict.objects.count() == 1


def test_pairs_close_and_open_with_their_records(cast: Cast, people: list[Customer]) -> None:
    anna, ana, *_ = people
    by = cast.manager
    pairs.store_all([proposal(anna, ana)])
    operations.delete_customer(ana.id, by=by)
    assert states() == [PairState.CLOSED]
    undoing.undo_change_set(ChangeSet.objects.get(operation="customers.delete").id, by=by)
    assert states() == [PairState.OPEN]


def test_a_record_that_is_undone_takes_its_pairs_along(cast: Cast, people: list[Customer]) -> None:
    anna, _, _, zoe = people
    pairs.store_all([proposal(anna, zoe)])
    made = ChangeSet.objects.get(operation="customers.create", summary__contains="Zoë")
    undoing.undo_change_set(made.id, by=cast.manager)
    assert not Customer.objects.filter(id=zoe.id).exists()
    assert not DuplicatePair.objects.exists()


def test_pairs_not_found_again_go(cast: Cast, people: list[Customer]) -> None:
    anna, ana, anne, _ = people
    pairs.store_all([proposal(anna, ana, 9.0), proposal(ana, anne, 3.0)])
    assert pairs.store_all([proposal(ana, anne, 4.0)]) == 1
    assert [pair.weight for pair in DuplicatePair.objects.all()] == [4.0]
    seen = {anna.id, ana.id, anne.id}
    pairs.store_near({anna.id}, seen, [proposal(anna, ana, 8.0)])
    pairs.store_near({anna.id}, seen, [proposal(anna, anne, 7.0)])
    weights = sorted(pair.weight for pair in DuplicatePair.objects.all())
    assert weights == [4.0, 7.0]
    pairs.store_near({anna.id}, {anna.id, ana.id}, [])
    assert len(DuplicatePair.objects.all()) == 2, "Anne was not looked at, so her pair stays"


def test_only_who_may_merge_judges_and_hidden_fields_give_no_evidence(
    cast: Cast, people: list[Customer]
) -> None:
    anna, ana, *_ = people
    pairs.store_all([proposal(anna, ana)])
    with pytest.raises(NotAllowed):
        pairs.reject_pairs([anna.id, ana.id], by=cast.advisor)
    with pytest.raises(NotAllowed):
        queue.remaining(by=cast.advisor)
    hidden = {"customer.email": FieldAccess.HIDDEN, "customer.phone": FieldAccess.HIDDEN}
    blind = replace(cast.manager, field_access=hidden)
    assert "same_email" not in queue.remaining(by=blind)
    with pytest.raises(NotAllowed):
        queue.next_group("same_email", by=blind)
    group = queue.next_group(by=blind)
    assert group is not None
    said = {line.field for line in group.pairs[0].score.evidence}
    assert "name" in said
    assert not said & {"email", "contact"}


def test_what_is_no_longer_proposed_is_said_so(cast: Cast, people: list[Customer]) -> None:
    anna, ana, *_ = people
    with pytest.raises(NotFound, match="no longer proposed"):
        pairs.reject_pairs([anna.id, ana.id], by=cast.manager)
    with pytest.raises(NotFound, match="does not exist any more"):
        pairs.reject_pairs([anna.id, UUID(int=7)], by=cast.manager)


def test_another_organisation_sees_nothing(cast: Cast, people: list[Customer]) -> None:
    anna, ana, *_ = people
    pairs.store_all([proposal(anna, ana)])
    with tenancy.scope(cast.outsider.organization_id):
        assert queue.next_group(by=cast.outsider) is None


def test_records_that_are_deliberately_taken_apart_are_not_proposed_again(
    cast: Cast, people: list[Customer]
) -> None:
    anna, ana, *_ = people
    by = cast.manager
    found = [proposal(anna, ana)]
    pairs.store_all(found)
    plan = planning.plan_merge(anna.id, [ana.id], by=by)
    done = executing.merge_customers(anna.id, [ana.id], fingerprint=plan.fingerprint, by=by)
    assert states() == [PairState.CLOSED]
    unmerging.unmerge(done.merge.id, by=by)
    assert states() == [PairState.CLOSED]
    pairs.store_all(found)
    assert queue.next_group(by=by) is None


def test_a_merge_taken_back_by_undo_is_proposed_again(cast: Cast, people: list[Customer]) -> None:
    anna, ana, *_ = people
    by = cast.manager
    pairs.store_all([proposal(anna, ana)])
    plan = planning.plan_merge(anna.id, [ana.id], by=by)
    executing.merge_customers(anna.id, [ana.id], fingerprint=plan.fingerprint, by=by)
    undoing.undo_change_set(ChangeSet.objects.get(operation="customers.merge").id, by=by)
    assert states() == [PairState.OPEN]
