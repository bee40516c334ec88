"""The long work of the pages, by name: workspace and arguments in, something for JSON out."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plan import Plan
from twin import studying
from twin.gantt import bars as bars_of
from twin.kpi import Kpis
from twin.rehearsal import Rehearsal
from twin.state import State
from ui import answers, bars, edits, levels, levers, load, study_tables, tables
from ui.desk import Desk, Who
from ui.questions import WhatIf, Width
from ui.terminal import Tell
from ui.workspace import Workspace

Result = Mapping[str, object]


def what_if(
    workspace: Workspace,
    tell: Tell,
    *,
    entries: Sequence[edits.Entry],
    who: str | None,
    runs: int,
    seed: int,
    until: str | None = None,
    span: int | None = None,
    baseline: str | None = None,
) -> Result:
    """Both worlds, compared, with the run in the middle; from the floor as it stands, or from a *baseline*.

    They are played for *span* milliseconds, or until every order has left. The baseline is a snapshot, a scenario file
    or a shipped scenario.
    """
    desk = Desk.open(workspace.folder, baseline)
    plan_or_rule: Who = who
    if who and who.startswith("plan "):
        plan_or_rule = Desk.open(workspace.folder).find_plan(who.removeprefix("plan "))
    wanted, epoch = edits.read(entries, desk.scenario.epoch), desk.scenario.epoch
    width = None if until is None else Width.parse(until)
    found = desk.what_if(wanted, plan_or_rule, runs=runs, width=width, seed=seed, span=span, tell=tell)
    worlds = {"base": found.middle_run(is_changed=False), "changed": found.middle_run(is_changed=True)}
    metered = {name: load.profile(kpis.energy) for name, (_, kpis, _) in worlds.items() if kpis.energy is not None}
    return {
        **answers.data(found, who or desk.scenario.rule, epoch),
        "scenario": desk.scenario.id,
        "asked": {"who": who, "runs": runs, "until": until, "span": span, "baseline": baseline},
        "machines": list(found.after[0].plant.machines),
        "middle": found.middle,
        "bars": {name: _middle_bars(found, *run, is_changed=name == "changed") for name, run in worlds.items()},
        "load": metered if len(metered) == len(worlds) else None,
        "stocks": _stocks(found, worlds) if found.after[0].plant.materials else None,
    }


def sensitivity(workspace: Workspace, tell: Tell, *, study: Mapping[str, Any], baseline: str) -> Result:
    """What a study of factors finds, from a *baseline*; it goes on where it was stopped when it is asked for again."""
    text = levers.as_yaml(study)
    name = hashlib.sha256(f"{text} {baseline}".encode()).hexdigest()[:16]
    workspace.studies.mkdir(parents=True, exist_ok=True)
    file = workspace.studies / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    desk = Desk.open(workspace.folder, baseline)
    asked = studying.read(file, desk.scenario.epoch)
    plant, state = desk.ahead()
    folder = workspace.studies / f"{name}.results"
    found = studying.conduct(asked, replace(desk.scenario, plant=plant), state, folder=folder, tell=tell)
    return {
        "study": dict(study),
        "baseline": baseline,
        "response": asked.responses[0],
        "until": asked.until,
        "confidence": asked.confidence,
        "rows": study_tables.records(found.tables[asked.kind]),
        "words": list(found.words),
        "runs": found.runs,
        "digest": found.digest,
    }


def propose(
    workspace: Workspace,
    tell: Tell,
    *,
    rules: Sequence[str],
    seconds: float,
    runs: int,
    seed: int,
    repairs: Mapping[str, int],
) -> Result:
    """Everybody's plans, ranked by the twin."""
    desk = Desk.open(workspace.folder)
    desk.repairs.update(repairs)
    force = next((s.plan for s in desk.standings.values() if s.status == "released"), None)
    found = desk.proposals(rules=rules, seconds=seconds, runs=runs, seed=seed, in_force=force, tell=tell)
    return {
        "rows": tables.proposals_data(found),
        "words": found.words(),
        "refused": found.refused,
        "left_out": {name: list(unknown) for name, unknown in found.left_out.items()},
        "runs": runs,
        "plans": {proposal.plan.digest: msgspec.to_builtins(proposal.plan) for proposal in found.ranked},
        "repairs": dict(repairs),
    }


def rehearse(
    workspace: Workspace, tell: Tell, *, digest: str, by: str, runs: int, seed: int, repairs: Mapping[str, int]
) -> Result:
    """A proposed plan, rehearsed on record."""
    desk = Desk.open(workspace.folder)
    desk.repairs.update(repairs)
    found = desk.rehearse_proposal(digest, by=by, runs=runs, seed=seed, tell=tell)
    return {"digest": digest, "runs": runs, **rehearsal_data(found)}


def rehearsal_data(found: Rehearsal) -> dict[str, object]:
    """A rehearsal for a page."""
    columns = [
        "order",
        "product",
        "weight",
        "due_h",
        "finish_median_h",
        "finish_q95_h",
        "p_on_time",
        "p_on_time_low",
        "p_on_time_high",
    ]
    return {"now": found.now, "figures": found.summary(), "orders": found.orders_frame()[columns].to_dict("records")}


def plan_of(data: Mapping[str, Any]) -> Plan:
    """A plan that came back from a worker."""
    return msgspec.convert(data, Plan)


def bars_from(rows: Sequence[Mapping[str, Any]]) -> list[bars.Bar]:
    """Bars that came back from a worker."""
    return [bars.Bar(**row) for row in rows]


def _middle_bars(
    found: WhatIf, facts: Sequence[Event], kpis: Kpis, state: State, *, is_changed: bool
) -> list[dict[str, object]]:
    scenario = found.after[0] if is_changed else found.before[0]
    orders: dict[str, Order] = {name: order.order for name, order in state.book()}
    finished = {o.order: o.finished_at for o in kpis.outcomes}
    drawn = bars.of_record(bars_of(scenario.plant, state, facts), orders, finished=finished, now=kpis.end)
    drawn += bars.of_outages(scenario.plant, start=state.now, end=kpis.end)
    return [asdict(bar) for bar in drawn]


def _stocks(
    found: WhatIf, worlds: Mapping[str, tuple[Sequence[Event], Kpis, State]]
) -> dict[str, dict[str, levels.Levels]]:
    """Each material's stock in the run in the middle, in both worlds."""
    plants = {"base": found.before[0].plant, "changed": found.after[0].plant}
    return {name: levels.levels(plants[name], state, facts, kpis.end) for name, (facts, kpis, state) in worlds.items()}


TASKS: dict[str, Callable[..., Result]] = {
    "what_if": what_if,
    "morris": sensitivity,
    "sobol": sensitivity,
    "propose": propose,
    "rehearse": rehearse,
}
"""Every task that a page may ask for, by name."""
