"""Files of trade partners as files: stopped, refused as a whole, templates, headers, preview."""

import dataclasses

import pytest

from tests.integrations import making, trading
from tests.integrations.trading import row
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.integrations.imports import (
    exporting,
    guessing,
    operations,
    previewing,
    running,
    shipped,
)
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.imports.trade import files as trade_files
from wayfolk.integrations.models import RunState
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, NotAllowed


def test_a_stopped_import_goes_on_where_it_ended(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trade_files, "BATCH_ROWS", 2)
    by = committed_cast.manager
    rows = [
        *trading.LINE,
        row(key="B", name="Bad", level="boss"),
        row(key="A1", contact_name="Bo Lund"),
        row(key="E", name="Elsewhere", level="agency"),
    ]
    received = making.receive(trading.content(rows), by)
    operations.start_run(received.id, trading.MAPPING, by=by, is_job=False)
    run = running.carry_out(
        received.id, by=by, on_progress=lambda run: operations.stop_run(run.id, by=by) and None
    )
    assert (run.state, run.position) == (RunState.STOPPED, 2)
    operations.continue_run(run.id, by=by)
    run = running.carry_out(run.id, by=by)
    assert (run.state, run.done_count, run.refused_count) == (RunState.FINISHED, 5, 1)
    assert len(trading.tree(by)) == 4
    assert run.count("partner", "created") == 4
    with tenancy.scope(by.organization_id):
        assert ChangeSet.objects.filter(operation="imports.run").count() == 1


def test_rights_reach_down_to_terms(committed_cast: Cast) -> None:
    """Terms are commercial: a role that may not see them cannot import them."""
    run = making.receive(trading.content(trading.LINE), committed_cast.manager)
    manager = committed_cast.manager
    without = dataclasses.replace(manager, permissions=manager.permissions - {"partners.terms"})
    with pytest.raises(NotAllowed, match="commission terms"):
        operations.start_run(run.id, trading.MAPPING, by=without)
    plain = Mapping(tuple(r for r in trading.MAPPING.rules if ".term_" not in r.target))
    assert operations.start_run(run.id, plain, by=without, is_job=False).state == RunState.QUEUED


def test_a_file_of_partners_fills_nothing_else(committed_cast: Cast) -> None:
    run = making.receive(trading.content(trading.LINE), committed_cast.manager)
    mixed = Mapping((*trading.MAPPING.rules, Rule("customer.city", columns=("city",))))
    with pytest.raises(InvalidValue, match="fills nothing else: take out “Customer: city”"):
        operations.start_run(run.id, mixed, by=committed_cast.manager)
    nameless = Mapping((Rule("partner.level", columns=("level",)),))
    with pytest.raises(InvalidValue, match="Every row needs a company"):
        operations.start_run(run.id, nameless, by=committed_cast.manager)


@pytest.mark.parametrize("template", shipped.TEMPLATES, ids=lambda template: template.slug)
def test_a_template_is_mapped_by_itself_and_imported(
    committed_cast: Cast, template: shipped.Template
) -> None:
    by = committed_cast.manager
    content = template.csv().encode()
    run = making.receive(content, by)
    with tenancy.scope(by.organization_id):
        samples = previewing.samples(run)
    assert guessing.guess_mapping(run.headers, samples) == template.mapping
    # Without its first column the words alone must do.
    by_words = guessing.guess_mapping(run.headers[1:], samples)
    assert {r.target for r in by_words.rules} == {r.target for r in template.mapping.rules[1:]}
    done = making.run(content, template.mapping, by)
    assert trading.problems(by, done, is_refusal=True) == {}
    assert trading.problems(by, done, is_refusal=False) == {}
    assert done.done_count == run.row_count


@pytest.mark.parametrize(
    "headers",
    [
        "Schlüssel;Firmenname;Ebene;Gehört zu;USt-IdNr;Zahlungsziel;Ansprechpartner;Provision;PLZ",
        "Nøgle;Firmanavn;Niveau;Hører til;CVR nr;Betalingsfrist;Kontakt;Provision;Postnummer",
        "Cle;Société;Niveau;Appartient à;TVA;Délai de paiement;Contact;Commission;Code postal",
    ],
)
def test_headers_of_other_languages_are_understood(headers: str) -> None:
    mapping = guessing.guess_mapping(headers.split(";"), {})
    assert [rule.target.removeprefix("partner.") for rule in mapping.rules] == [
        "key", "name", "level", "parent", "id_number", "payment_days", "contact_name",
        "term_value", "postcode",
    ]  # fmt: skip


def test_invisible_characters_and_formulas_are_cleaned_as_everywhere(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    run = trading.run(
        by,
        row(key="C\u200b1", name="Nor\x00thern  Alliance", level="consortium"),
        row(key="=2+3", name='=cmd|" /C calc"!A0', level="agency", parent="C1",
            contact_name="Bo\u202e Lund"),
        row(key="X", name="=1+1", level="nobody"),
    )  # fmt: skip
    assert set(trading.tree(by)) == {"Northern Alliance", '=cmd|" /C calc"!A0'}
    assert "'=1+1" in "".join(exporting.problem_lines(run, refusals=True))
    with tenancy.scope(by.organization_id):
        assert Customer.objects.get(kind="person").name == "Bo Lund"


def test_the_preview_of_a_small_file_shows_what_its_relations_refuse(cast: Cast) -> None:
    by = cast.manager
    content = trading.content(
        [trading.LINE[0], trading.LINE[2], row(key="2", name="Lost", parent="?")]
    )
    run = making.receive(content, by)
    with tenancy.scope(by.organization_id):
        shown = previewing.preview(run, trading.MAPPING, by=by)
    assert shown.refused == 2
    assert "no trade partner “Nordic Horizons”" in shown.rows[0].refusal
    assert trading.tree(by) == {}
