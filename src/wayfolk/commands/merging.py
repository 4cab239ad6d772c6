"""`merge` and `unmerge`: one record of several customers, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from wayfolk.audit.undo_report import UndoReport
    from wayfolk.identity.merging.rules import Plan
    from wayfolk.staff.rules import Actor


@click.command()
@click.argument("survivor", type=int)
@click.argument("absorbed", type=int, nargs=-1, required=True)
@click.option(
    "--choose", multiple=True, metavar="FIELD=NUMBER", help="Whose value of a field is taken."
)
@click.option("--confirm", multiple=True, metavar="CODE", help="A warning of the plan, by code.")
@click.option("--dry-run", is_flag=True, help="Print the plan and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@scoping.organization_option
@click.pass_context
def merge(
    context: click.Context,
    survivor: int,
    absorbed: tuple[int, ...],
    choose: tuple[str, ...],
    confirm: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    organization: str,
) -> None:
    """Merge the customers ABSORBED into SURVIVOR (Customer Nos)."""
    booting.start(context.obj)
    with scoping.refusals_in_words():
        from wayfolk.identity.merging import executing, finding, planning, rules

        by = _actor(organization)
        chosen = _choices(choose)
        ids = finding.ids_of({survivor, *absorbed, *chosen.values()}, by=by)
        others = [ids[number] for number in absorbed]
        choices = {name: ids[number] for name, number in chosen.items()}
        plan = planning.plan_merge(ids[survivor], others, choices=choices, by=by)
        click.echo(json.dumps(rules.as_json(plan), indent=2) if as_json else _in_words(plan))
        if not dry_run:
            outcome = executing.merge_customers(
                ids[survivor],
                others,
                choices=choices,
                confirmed=confirm,
                fingerprint=plan.fingerprint,
                by=by,
            )
            click.echo(f"merge {outcome.merge.id}  (unmerge it to take it back)", err=as_json)


@click.command()
@click.argument("merge_id", metavar="MERGE", type=click.UUID)
@click.option("--assign", multiple=True, metavar="KEY=NUMBER", help="Whose a row made since is.")
@click.option("--keep-conflicts", is_flag=True, help="Leave what was changed since as it is.")
@click.option("--dry-run", is_flag=True, help="Print what would happen and change nothing.")
@scoping.organization_option
@click.pass_context
def unmerge(
    context: click.Context,
    merge_id: UUID,
    assign: tuple[str, ...],
    keep_conflicts: bool,
    dry_run: bool,
    organization: str,
) -> None:
    """Take the merge MERGE back: its records are independent again."""
    booting.start(context.obj)
    with scoping.refusals_in_words():
        from wayfolk.identity.merging import finding, unmerging

        by = _actor(organization)
        if dry_run:
            preview = unmerging.unmerge_preview(merge_id, by=by)
            _print_report(preview.report)
            numbers = {who: c.number for who, c in finding.parties_of(preview.merge).items()}
            for row in preview.candidates:
                reason = f"  {row.because}" if row.because else ""
                click.echo(f"{row.key}={numbers[row.proposed]}  {row.noun} {row.words}{reason}")
            return
        chosen = _choices(assign)
        ids = finding.ids_of(set(chosen.values()), by=by)
        assignments = {key: ids[number] for key, number in chosen.items()}
        choices: dict[str, str] | None = {} if keep_conflicts else None
        _print_report(unmerging.unmerge(merge_id, assignments=assignments, choices=choices, by=by))


def _actor(organization: str) -> Actor:
    from wayfolk.organization import actors

    return actors.get_system_actor(importing.choose_organization(organization), "Command line")


def _choices(pairs: tuple[str, ...]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for pair in pairs:
        name, _, number = pair.rpartition("=")
        if not name or not number.isdigit():
            raise click.BadParameter(f"“{pair}” is not of the form NAME=NUMBER.")
        found[name] = int(number)
    return found


def _in_words(plan: Plan) -> str:
    """The plan line by line: differing fields, rows, and what speaks against it."""
    names = {party.id: f"{party.name} ({party.number})" for party in plan.absorbed}
    names[plan.survivor.id] = f"{plan.survivor.name} ({plan.survivor.number})"
    others = ", ".join(names[party.id] for party in plan.absorbed)
    lines = [f"{others} into {names[plan.survivor.id]}"]
    for each in plan.fields:
        if each.is_shown and each.differs:
            kept = each.combined or next(
                value.value for value in each.values if value.customer_id == each.chosen
            )
            lines.append(f"  {each.label}: {kept!r} of {names[each.chosen]}. {each.reason}")
    for relation in plan.relations:
        lines.append(f"  {relation.label}: {relation.moved} move")
        lines += [f"    {words}" for words in (*relation.united, *relation.staying)]
    for guard in plan.guards:
        kind = "refused" if guard.is_blocking else f"confirm with --confirm {guard.code}"
        lines.append(f"  ! {guard.message} [{kind}]")
    return "\n".join(lines)


def _print_report(report: UndoReport) -> None:
    click.echo(f"taken back {report.reversed_count}")
    click.echo(f"kept       {report.kept_count}")
    click.echo(f"conflicts  {report.conflict_count}")
