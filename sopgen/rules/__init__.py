"""The rules across records. To add one: a function in the module of its subject, and its name in `CHECKS`."""

from __future__ import annotations

from sopgen import schema, workspace
from sopgen import tables as cells
from sopgen.readers import csv, encoding, markdown, yaml
from sopgen.rules import (
    alerts,
    assumptions,
    attribution,
    calendar,
    conditions,
    goals,
    identity,
    imports,
    lint,
    logs,
    loop,
    metrics,
    plans,
    records,
    references,
    research,
    sops,
    strategy,
    tables,
    targets,
    units,
)
from sopgen.rules.rule import Check
from sopgen.view import View
from sopgen.words.diagnostics import N_, Diagnostic, Rule, Severity, Span

CHECKS: tuple[Check, ...] = (
    identity.id_matches_file,
    identity.duplicate_id,
    identity.folder_without_plan,
    references.unknown_reference,
    references.target_without_metric,
    plans.task_due_before_start,
    plans.task_outside_work,
    plans.task_before_dependency,
    plans.task_cycle,
    plans.task_done_before_started,
    plans.plan_beyond_parent,
    plans.plan_cycle,
    plans.deliverable_missing,
    plans.done_without_evidence,
    plans.evidence_missing,
    targets.target_without_baseline,
    targets.unit_mismatch,
    targets.return_of_no_ratio,
    targets.rate_out_of_domain,
    targets.target_without_direction,
    targets.unknown_filter,
    targets.overlapping_targets,
    targets.duplicate_target,
    goals.unreadable_goal,
    goals.band_upside_down,
    goals.band_of_a_metric_with_a_side,
    goals.band_without_bounds,
    goals.inverse_of_more,
    goals.parts_do_not_add_up,
    goals.plan_parts_exceed_plan,
    calendar.span_without_days,
    calendar.overlapping_spans,
    calendar.overlapping_occurrences,
    metrics.formula_syntax,
    metrics.unknown_in_formula,
    metrics.aggregate_of_text,
    metrics.sum_of_what_does_not_add,
    metrics.filter_by_number,
    metrics.metric_cycle,
    units.formula_unit_mismatch,
    units.mixed_money,
    units.rate_that_adds,
    attribution.drivers_not_a_product,
    attribution.unknown_dimension,
    tables.table_without_day,
    tables.unknown_key_field,
    tables.duplicate_field,
    tables.unreadable_date_format,
    tables.unreadable_pattern,
    tables.filter_without_rows,
    imports.import_of_unknown_field,
    imports.import_fills_field_twice,
    imports.import_without_key,
    imports.import_unit_misplaced,
    imports.import_unit_of_unknown_column,
    imports.import_of_ignored_column,
    imports.import_of_personal_column,
    imports.restatement_of_unknown_field,
    sops.version_without_change,
    sops.dead_link,
    sops.effective_without_approval,
    sops.author_approves,
    sops.effective_before_approved,
    sops.translation_of_nothing,
    sops.duplicate_translation,
    sops.translation_without_site,
    sops.outdated_translation,
    sops.unknown_step_translated,
    lint.section_missing,
    lint.step_incomplete,
    lint.review_overdue,
    lint.supersedes_itself,
    lint.unknown_paper,
    alerts.alert_watches_nothing,
    conditions.condition_syntax,
    conditions.unknown_in_condition,
    conditions.alert_without_base,
    conditions.target_of_a_part,
    conditions.condition_units,
    alerts.alert_on_duplicate_rows,
    alerts.unknown_part,
    alerts.unknown_reading,
    alerts.reading_unit_mismatch,
    alerts.service_level_out_of_range,
    alerts.alert_test_fails,
    alerts.alert_that_did_not_fire,
    logs.log_of_no_day,
    logs.unknown_check,
    records.incident_out_of_order,
    records.residual_above_inherent,
    records.retro_closed_early,
    records.retro_beyond_plan,
    research.not_three_to_five_competitors,
    research.opportunity_feeds_nothing,
    research.source_out_of_date,
    research.source_after_brief,
    strategy.sales_against_no_money,
    strategy.expectation_in_another_unit,
    strategy.impossible_expectation,
    strategy.promo_above_list,
    strategy.promo_below_cost,
    strategy.channels_over_budget,
    strategy.phase_outside_plan,
    strategy.overlapping_phases,
    assumptions.assumption_syntax,
    assumptions.unknown_in_assumption,
    assumptions.assumption_without_figures,
    assumptions.assumption_unit_mismatch,
    assumptions.assumption_explains_nothing,
    assumptions.assumption_id_taken,
    loop.suspect_follower,
    loop.step_without_task,
    loop.unanswered_problem,
    loop.success_without_step,
)

GUESSED_AS_OF = Rule(
    "guessed-as-of",
    Severity.WARNING,
    N_("there is no git history to say when this is; {as_of}, how far the figures reach, is taken"),
    N_("set `as_of` under `plugins: sopgen` in mkdocs.yml, or use --as-of"),
    "What is overdue or late depends on the day it is looked at, and the machine's clock is never asked.",
)


def check(view: View) -> list[Diagnostic]:
    """The findings of every rule."""
    return [finding for each in CHECKS for finding in each.run(view)]


def guessed_as_of(view: View) -> Diagnostic:
    """The finding that the instant to look from had to be guessed."""
    return Diagnostic(GUESSED_AS_OF, Span("mkdocs.yml"), {"as_of": str(view.as_of)})


def catalogue() -> tuple[Rule, ...]:
    """Every rule there is, those of the readers and schemas too."""
    places = (encoding, yaml, markdown, csv, workspace, schema, cells)
    return (*(rule for place in places for rule in place.RULES), *(check.rule for check in CHECKS), GUESSED_AS_OF)
