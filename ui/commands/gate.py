"""The gate, step by step: init, import, propose, approve, reject, release, recall, status."""

from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from plant_models.clock import duration
from plant_models.errors import InvalidPlant
from plant_models.shifts import HOUR
from twin.state import Stage
from twin.state import status as status_of
from ui import following, tables
from ui.desk import Desk, read_plan
from ui.palette import STAGES, STATUS
from ui.terminal import Answer, progress, table
from ui.workspace import scenario_of


def init(workspace: Path, scenario: str, *, empty: bool, by: str) -> Answer:
    """A new workspace."""
    desk = Desk.begin(workspace, scenario_of(scenario), by=by, empty=empty)
    plant, orders = desk.plant, desk.orders
    data = {
        "workspace": str(workspace),
        "scenario": desk.scenario.id,
        "machines": len(plant.machines),
        "products": len(plant.products),
        "orders": len(orders),
    }
    words = (
        f"{workspace}: {desk.scenario.id} with {len(plant.machines)} machines, "
        f"{len(plant.products)} products, {len(orders)} orders."
    )
    return Answer(
        data, [Text(words), Text("Next: foreshift plant & foreshift ui --plant opc.tcp://127.0.0.1:4840", style="dim")]
    )


def import_orders(workspace: Path, file: Path, *, by: str) -> Answer:
    """Orders from an ERP file."""
    result = Desk.open(workspace).import_orders(file, by=by)
    data = {"file": str(file), "added": result.added, "changed": result.changed, "unchanged": result.unchanged}
    return Answer(data, [Text(f"{file}: {result.words()}.")])


def propose(
    workspace: Path,
    *,
    by: str,
    rules: list[str] | None,
    seconds: float,
    file: Path | None,
    reason: str,
    runs: int,
    seed: int,
    quiet: bool,
) -> Answer:
    """The best of several proposals, or the plan in a file, on record."""
    desk = Desk.open(workspace)
    shown: list[RenderableType] = []
    ranked: list[dict[str, object]] = []
    left_out: dict[str, list[str]] = {}
    if file is not None:
        plan = read_plan(file)
    else:
        with progress("Proposing", quiet=quiet) as tell:
            found = desk.proposals(rules=rules, seconds=seconds, runs=runs, seed=seed, tell=tell)
        if not found.ranked:
            raise InvalidPlant("nobody has anything to propose: no order is left to be planned")
        plan = found.ranked[0].plan
        shown, ranked = [tables.proposals(found)], tables.proposals_data(found)
        for name, unknown in found.left_out.items():
            shown += tables.left_out(unknown, name)
            left_out[name] = list(unknown)
    digest = desk.propose(plan, by=by, reason=reason)
    words = f"On record as {digest[:8]}, proposed by {by} ({plan.source}, {len(plan.slots)} steps)."
    hint = f"Next: foreshift rehearse --plan {digest[:8]}"
    data = {
        "digest": digest,
        "source": plan.source,
        "by": by,
        "steps": len(plan.slots),
        "ranked": ranked,
        "left_out": left_out,
    }
    return Answer(data, [*shown, Text(words), Text(hint, style="dim")])


def approve(workspace: Path, plan: str, *, by: str, hours: float, meaning: str) -> Answer:
    """A plan, approved."""
    desk = Desk.open(workspace)
    digest = desk.find_plan(plan).digest
    deed = desk.approve(digest, by=by, hours=hours, meaning=meaning)
    words = f"Plan {digest[:8]} is approved by {by}, until {deed.until:%Y-%m-%d %H:%M} UTC."
    return Answer(
        {"digest": digest, "by": by, "until": deed.until.isoformat()},
        [Text(words), Text(f"Next: foreshift release {digest[:8]}", style="dim")],
    )


def reject(workspace: Path, plan: str, *, by: str, reason: str) -> Answer:
    """A plan, rejected."""
    desk = Desk.open(workspace)
    digest = desk.find_plan(plan).digest
    desk.reject(digest, by=by, reason=reason)
    return Answer({"digest": digest, "by": by, "reason": reason}, [Text(f"Plan {digest[:8]} is rejected by {by}.")])


def release(workspace: Path, plan: str, *, by: str) -> Answer:
    """A plan, released."""
    desk = Desk.open(workspace)
    digest = desk.find_plan(plan).digest
    permit = desk.release(digest, by=by)
    is_followed = bool(desk.connection.endpoint)
    end = tables.clock(desk.scenario.epoch, permit.fresh_until / HOUR)
    words = f"Plan {digest[:8]} is released by {by}."
    hint = (
        "It is on its way to the machines; foreshift status shows what they say."
        if is_followed
        else f"Nobody follows the floor yet; foreshift shift --plant ADDRESS brings it there, until {end} on the floor."
    )
    data = {"digest": digest, "by": by, "is_followed": is_followed, "fresh_until_ms": permit.fresh_until}
    return Answer(data, [Text(words), Text(hint, style="dim")])


def recall(workspace: Path, plan: str, *, by: str, reason: str) -> Answer:
    """A plan, taken back."""
    desk = Desk.open(workspace)
    force = next((digest for digest, standing in desk.standings.items() if standing.status == "released"), None)
    digest = force if plan == "latest" and force else desk.find_plan(plan).digest
    was_sent = bool(desk.acknowledgements(digest))
    desk.recall(digest, by=by, reason=reason)
    is_followed = bool(desk.connection.endpoint)
    if is_followed:
        hint = "Its job orders are being taken off the machines; foreshift status shows what they say."
    elif was_sent:
        hint = (
            "Nobody follows the floor, so the machines still hold its job orders and go on with them! "
            "foreshift shift --plant ADDRESS takes them off, first of all."
        )
    else:
        hint = "No machine was given any of it."
    return Answer(
        {"digest": digest, "by": by, "reason": reason, "is_followed": is_followed, "was_sent": was_sent},
        [Text(f"Plan {digest[:8]} is recalled by {by}; what has begun is finished."), Text(hint, style="dim")],
    )


def status(workspace: Path) -> Answer:
    """Plans, floor and machines."""
    desk = Desk.open(workspace)
    state, connection = desk.state, desk.connection
    plans: list[dict[str, Any]] = [
        {
            "digest": digest,
            "status": standing.status,
            "source": standing.plan.source,
            "proposed_by": list(standing.proposers),
            "approved_by": standing.approved.by if standing.approved else None,
            "lacking": desk.lacking(digest)
            if standing.status in ("proposed", "rehearsed", "approved", "expired")
            else [],
            "waiting": following.waiting(desk.journal, standing, at=state.now, epoch=desk.scenario.epoch),
            "refusals": following.refusals(desk.journal, digest),
            "acknowledged": {name: deed.outcome for name, deed in desk.acknowledgements(digest).items()},
        }
        for digest, standing in desk.standings.items()
    ]
    machines = {name: status_of(desk.plant, name, machine) for name, machine in state.machines.items()}
    stages: dict[Stage, int] = {}
    for _, order in state.book():
        stages[order.stage] = stages.get(order.stage, 0) + 1
    data = {
        "scenario": desk.scenario.id,
        "now_ms": state.now,
        "now": desk.scenario.epoch.datetime(state.now).isoformat(),
        "connection": connection.words,
        "endpoint": connection.endpoint,
        "said": connection.said or connection.trouble,
        "orders": stages,
        "machines": machines,
        "plans": plans,
    }
    at = (
        f"{connection.words}, {connection.endpoint}, heard {duration(1000 * connection.age)} ago"
        if connection.endpoint
        else connection.words
    )
    counts = ", ".join(f"{count} {STAGES[stage]}" for stage, count in sorted(stages.items())) or "none"
    rows = []
    for name, machine in state.machines.items():
        look = STATUS[machines[name]]
        since = tables.clock(desk.scenario.epoch, machine.since / HOUR)
        rows.append(
            (
                name,
                f"{look.icon} {look.word.lower()}",
                machine.order or "",
                since,
                f"{machine.good:,}",
                f"{machine.scrap:,}",
            )
        )
    shown: list[RenderableType] = [
        Text(
            f"{desk.scenario.id} at {tables.clock(desk.scenario.epoch, state.now / HOUR)}. {at}. Orders: {counts}.",
            style="bold",
        ),
        table(("machine", "state", "order", "since", "good", "scrap"), rows, text_columns=4),
    ]
    if connection.said:
        shown.append(Text(f"Whoever follows it says: {connection.said}", style="dim"))
    if plans:
        shown.append(tables.plans(plans))
        for row in plans:
            shown += [
                Text(f"Plan {str(row['digest'])[:8]}: {words}", style="dark_orange3")
                for words in (*row["refusals"], row["waiting"])
                if words
            ]
    else:
        shown.append(Text("No plan was proposed yet: foreshift propose", style="dim"))
    return Answer(data, shown)
