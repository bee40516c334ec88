"""Looking ahead: plan, simulate, rehearse, whatif, train."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from plant_models.clock import duration
from plant_models.errors import InvalidPlant
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from plant_models.units import whole_milliseconds
from scheduler import By, Objective
from twin.engines import EngineChoice
from twin.rehearsal import Rehearsal
from ui import answers, edits, hints, short, snapshots, tables
from ui.desk import Desk, Who, name_of, read_plan, write_plan
from ui.figures import currency_of
from ui.questions import Width
from ui.records import write_facts
from ui.terminal import STYLES, Answer, progress
from ui.workspace import Workspace


def plan(
    workspace: Path,
    scenario: str | None,
    *,
    objective: Objective,
    by: By,
    seconds: float,
    rule: str | None,
    out: Path | None,
    seed: int,
    workers: int | None,
    quiet: bool,
) -> Answer:
    """A plan, by the solver, by the local search, or by a rule."""
    desk = Desk.open(workspace, scenario)
    if rule is not None:
        made = desk.plan_of(rule)
        words, known, remarks = f"by the rule {rule}", dict[str, object](), tuple[str, ...]()
        left_out = tuple[str, ...]()
    else:
        with progress("Searching", quiet=quiet) as tell:
            result = desk.plan(objective=objective, by=by, seconds=seconds, seed=seed, workers=workers, tell=tell)
        made, remarks, left_out = result.plan, result.remarks, result.left_out
        words = f"{duration(result.objective)}, found by {result.source}, " + (
            "proven optimal"
            if result.status == "optimal"
            else f"not proven optimal (no plan can be below {duration(result.bound) if result.bound >= 1 else 0})"
        )
        known = {
            "status": result.status,
            "objective": objective,
            "objective_ms": result.objective,
            "bound_ms": result.bound,
            "seconds": result.seconds,
            "remarks": list(remarks),
            "left_out": list(left_out),
        }
    notes = hints.of_plan(desk.scenario, len(made.slots), scenario)
    data = {"plan": made, "digest": made.digest, "source": made.source, **known, "hints": notes}
    shown: list[RenderableType] = (
        []
        if not made.slots
        else [
            tables.sequences(made, desk.scenario.epoch),
            Text(
                f"{len(made.slots)} steps, {objective.replace('_', ' ')} {words}"
                if not rule
                else f"{len(made.slots)} steps {words}"
            ),
        ]
    )
    shown += [
        *_noted(notes),
        *(Text(f"Note: {remark}", style="yellow") for remark in remarks),
        *tables.left_out(left_out, "the solver" if by == "cp-sat" else "the local search"),
    ]
    if out is not None:
        write_plan(made, out)
        data["file"] = str(out)
        named = "" if scenario is None else f" {scenario}"
        again = f"foreshift rehearse{named} --plan {out}{hints.for_so_long(desk.scenario)}"
        shown.append(Text(f"Written to {out}." + (f" Try it: {again}" if made.slots else ""), style="dim"))
    return Answer(data, shown)


def simulate(
    workspace: Path,
    scenario: str | None,
    *,
    rule: str | None,
    plan: str | None,
    span: str | None,
    seed: int,
    out: Path | None,
) -> Answer:
    """One future and its account."""
    desk = Desk.open(workspace, scenario)
    done = desk.simulate(decider(desk, rule, plan), seed=seed, span=span_of(span))
    data = {
        "scenario": desk.scenario.id,
        "who": done.who,
        "seed": seed,
        "figures": tables.figures_data(done.kpis.figures),
        "facts": len(done.facts),
    }
    title = (
        f"{desk.scenario.id}, {done.who} decides, seed {seed}: {len(done.facts):,} "
        f"facts in {duration(done.kpis.end - done.kpis.start)}"
    )
    notes = [*_unasked(desk, rule, plan), *hints.of_supply(desk.scenario, desk.state)]
    data["hints"] = notes
    shown: list[RenderableType] = [Text(title, style="bold"), *_noted(notes)]
    is_cut = tables.is_cut(desk.plant, done.kpis["unfinished_orders"] or 0, is_limited=span is not None)
    shown += [tables.headlines(done.kpis, is_cut=is_cut), tables.machines(done.kpis, desk.plant)]
    if done.deadlock is not None:
        data["deadlock"] = [{"machine": w.machine, "order": w.order, "buffer": w.buffer} for w in done.deadlock.waits]
    if done.stuck:
        data["never_finished"] = list(done.stuck)
        words = "\n  ".join(("Not all orders are ever finished; the figures go on to a far horizon:", *done.stuck))
        shown.insert(1, Text(words, style="bold red"))
    if done.lacked:
        data["short_of"] = _lacked_data(done.lacked)
        shown.append(Text(f"Orders waited for material: {short.words(done.lacked)}.", style="yellow"))
    if done.used is not None:
        shown += [tables.people(done.used)] if done.used.crews else []
        shown += [tables.tools(done.used)] if done.used.tools else []
        data["crews"] = done.used.crews_frame().to_dict("records")
        data["tools"] = done.used.tools_frame().to_dict("records")
    if done.kpis.energy is not None:
        shown.append(tables.energy(done.kpis.energy))
    if out is not None:
        write_facts(done.facts, out)
        data["file"] = str(out)
        shown.append(Text(f"Facts written to {out}", style="dim"))
    return Answer(data, shown)


def rehearse(
    workspace: Path,
    scenario: str | None,
    *,
    by: str,
    rule: str | None,
    plan: str | None,
    runs: int,
    span: str | None,
    seed: int,
    workers: int | None,
    engine: EngineChoice,
    quiet: bool,
) -> Answer:
    """Many futures; for a plan that was proposed, on record."""
    desk = Desk.open(workspace, scenario)
    who = decider(desk, rule, plan)
    standing = desk.standings.get(who.digest) if scenario is None and isinstance(who, Plan) else None
    is_proposal = standing is not None and not standing.is_closed
    if is_proposal and engine != "auto":
        raise InvalidPlant(
            "a plan that was proposed is rehearsed on record, by whichever engine can; leave out --engine"
        )
    if is_proposal and span is not None:
        raise InvalidPlant("a plan that was proposed is rehearsed on record, to its end; leave out --for")
    with progress("Rehearsing", quiet=quiet) as tell:
        if is_proposal and isinstance(who, Plan):
            result = desk.rehearse_proposal(who.digest, by=by, runs=runs, seed=seed, workers=workers, tell=tell)
        else:
            result = desk.rehearse(
                who, runs=runs, seed=seed, workers=workers, span=span_of(span), engine=engine, tell=tell
            )
    orders = result.orders_frame()[["order", "p_on_time", "p_on_time_low", "p_on_time_high", "finish_median_h"]]
    data = {
        "scenario": desk.scenario.id,
        "who": name_of(who, desk.scenario),
        "runs": result.runs,
        "seed": seed,
        "is_on_record": is_proposal,
        "digest": result.digest,
        "made_from": result.recipe.words(),
        "engine": result.engine.name,
        "why_not_compiled": list(result.engine.reasons),
        "figures": result.summary(),
        "orders": orders.to_dict("records"),
    }
    title = (
        f"{desk.scenario.id}, {name_of(who, desk.scenario)} decides: {result.runs} runs from "
        f"{tables.clock(desk.scenario.epoch, result.now / 3_600_000)}"
    )
    notes = [*_unasked(desk, rule, plan), *hints.of_supply(desk.scenario, desk.state)]
    data["hints"] = notes
    shown: list[RenderableType] = [
        Text(title, style="bold"),
        *_noted(notes),
        tables.rehearsal(result, currency_of(desk.scenario.plant), is_cut=_is_cut(desk.plant, result)),
        tables.orders_at_risk(result, desk.scenario.epoch),
        Text(result.recipe.words(), style="dim"),
        Text(result.engine.words(), style="dim"),
    ]
    if (worst := short.at_worst(*desk.ahead(), desk.policy(who), result)) is not None:
        run, lacked = worst
        data["short_of"] = _lacked_data(lacked)
        words = f"Orders waited for material, most in run {run + 1} of {result.runs}: {short.words(lacked)}."
        shown.insert(-2, Text(words))
    if (warning := unfinished(result)) is not None:
        shown.insert(1, Text(warning, style="bold red"))
    if is_proposal and isinstance(who, Plan):
        shown.append(
            Text(f"On record. Somebody else approves: foreshift approve {who.digest[:8]} --as NAME", style="dim")
        )
    elif standing is not None:
        words = (
            f"Not on record: plan {standing.digest[:8]} is {standing.status}; propose again first: foreshift propose"
        )
        shown.append(Text(words, style="dark_orange3"))
    return Answer(data, shown)


def _is_cut(plant: Plant, found: Rehearsal) -> bool:
    unfinished = float(found.figures["unfinished_orders"].max())
    return tables.is_cut(plant, unfinished, is_limited=found.until is not None)


def _lacked_data(lacked: Sequence[short.Lacked]) -> list[dict[str, object]]:
    return [{"material": one.material, "order_h": one.time / HOUR, "orders": list(one.orders)} for one in lacked]


def _unasked(desk: Desk, rule: str | None, plan: str | None) -> list[str]:
    """Who decides, where nobody was named and the floor follows a plan."""
    return hints.of_release(desk.standings, desk.scenario) if rule is None and plan is None else []


def _noted(notes: Sequence[str]) -> list[Text]:
    return [Text(f"Note: {note}.", style="yellow") for note in notes]


def unfinished(result: Rehearsal) -> str | None:
    """A warning where orders were never finished in some of the runs; None where all were."""
    share, locked = (float((result.figures[name] > 0).mean()) for name in ("unfinished_orders", "deadlocks"))
    if not share or result.until is not None:
        return None
    deadlocks = f" (a deadlock ended {locked:.0%} of them)" if locked else ""
    return (
        f"In {share:.0%} of the runs orders are never finished{deadlocks}; the figures go on to a far horizon. "
        "foreshift simulate says which orders, and what they wait for."
    )


def whatif(
    workspace: Path,
    scenario: str | None,
    *,
    typed: Mapping[str, Any],
    other_rule: str | None,
    file: Path | None,
    save: Path | None,
    rule: str | None,
    plan: str | None,
    runs: int,
    until: str | None,
    span: str | None,
    seed: int,
    workers: int | None,
    quiet: bool,
) -> Answer:
    """What a change does, run by run against the same luck."""
    desk = Desk.open(workspace, scenario)
    entries = edits.typed(typed, rule=other_rule, now=desk.state.now)
    if file is not None:
        entries += edits.from_file(file)
    if not entries:
        raise InvalidPlant(
            "nothing is changed; name a change, such as --down saw-1@2h+4h (see foreshift whatif --help)"
        )
    wanted, epoch = edits.read(entries, desk.scenario.epoch), desk.scenario.epoch
    width = None if until is None else Width.parse(until)
    who = decider(Desk.open(workspace) if plan is not None and Workspace(workspace).exists else desk, rule, plan)
    with progress("Rehearsing both", quiet=quiet) as tell:
        found = desk.what_if(
            wanted, who, runs=runs, width=width, seed=seed, workers=workers, span=span_of(span), tell=tell
        )
    data = answers.data(found, name_of(who, desk.scenario), epoch)
    answer = answers.of(data)
    notes = _unasked(desk, rule, plan)
    notes += hints.of_question(desk.scenario, desk.state, wanted, rule or desk.scenario.rule if plan is None else "")
    data["hints"] = notes
    shown: list[RenderableType] = [
        Text(f"What if {'; '.join(answer.changes)}?", style="bold"),
        *(Text(f"{outlook}.", style=f"bold {STYLES.get(outlook.tone, '')}") for outlook in answer.outlooks),
        Text(f"{answer.about}: {answer.verdict}.", style=STYLES.get(answer.verdict, "")),
        *(Text(sentence) for sentence in answer.sentences),
        *_noted(notes),
        Text(answer.footnote, style="dim"),
        tables.comparison(
            found.comparison, currency_of(desk.scenario.plant), is_cut=_is_cut(desk.plant, found.comparison.base)
        ),
        tables.orders_moved(found.comparison),
    ]
    if save is not None:
        save.write_text(edits.as_yaml(wanted, epoch), encoding="utf-8")
        shown.append(Text(f"Changes written to {save}", style="dim"))
    return Answer(data | {"scenario": desk.scenario.id}, shown)


def snapshot(workspace: Path, scenario: str | None, *, file: Path) -> Answer:
    """The floor as it stands, in a file."""
    taken = Desk.open(workspace, scenario).snapshot()
    snapshots.save(taken, file)
    data = {"file": str(file), "scenario": taken.scenario.id, "now_ms": taken.state.now, "state": taken.digest}
    return Answer(data, [Text(f"{taken.words} (state {taken.digest[:12]}), written to {file}")])


def span_of(text: str | None) -> int | None:
    """How far to look ahead, in milliseconds; None where nothing is said."""
    if text is None:
        return None
    try:
        span = whole_milliseconds(text)
    except ValueError as error:
        raise InvalidPlant(f"--for: {error}") from None
    if span <= 0:
        raise InvalidPlant(f"--for: {text!r} is no time to look ahead; wanted more than zero, such as 5d")
    return span


def decider(desk: Desk, rule: str | None, plan: str | None) -> Who:
    """Who decides: a rule, a plan from a file, a plan on record, or the scenario's rule.

    Raises
    ------
    InvalidPlant
        Where both are named, or the plan is not found.
    """
    if rule is not None and plan is not None:
        raise InvalidPlant("give --rule or --plan, not both")
    if plan is None:
        return rule
    if Path(plan).is_file():
        return read_plan(Path(plan))
    return desk.find_plan(plan)
