"""Tables of figures for the terminal: what a rehearsal, a comparison, a simulation or a plan has to say."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

import scheduler
from plant_models.clock import Epoch
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.comparison import Comparison, compare
from twin.energy import Energy
from twin.kpi import Kpis
from twin.rehearsal import Rehearsal
from twin.resources_use import ResourceUse
from twin.span import STATUSES
from twin.state import Status
from ui.figures import ENERGY, HEADLINES, MATERIALS, Figure, figure, known
from ui.palette import STATUS
from ui.terminal import share, table

_TARDINESS, _MAKESPAN = figure("weighted_tardiness_h"), figure("makespan_h")


class _Row:
    """A row of a frame with its numbers as attributes."""

    def __init__(self, cells: Mapping[Hashable, Any]) -> None:
        self._cells = cells

    def __getattr__(self, name: str) -> Any:
        return self._cells[name]


NO_MAKESPAN = "No makespan: orders are left, or more would come; it would only be the time that was looked at."
"""Why a run that was cut off has none."""


def is_cut(plant: Plant, unfinished: float, *, is_limited: bool = True) -> bool:
    """Whether a run with so many *unfinished* orders at its end, until a time if *is limited*, has no makespan."""
    return is_limited and (unfinished > 0 or any(arrival.is_endless for arrival in plant.arrivals.values()))


def _first(*, is_cut: bool) -> list[str]:
    return [name for name in HEADLINES if not (is_cut and name == "makespan_h")]


def headlines(kpis: Kpis, *, is_cut: bool = False) -> Table:
    """The figures of one run; without the makespan where it *is cut* off."""
    names = ["finished_orders", "good_pieces", "scrap_pieces", *known((*MATERIALS, *ENERGY), kpis.figures)]
    names = [*_first(is_cut=is_cut), *names]
    tariff = None if kpis.energy is None else kpis.energy.electricity.tariff
    read = [figure(name, "" if tariff is None else tariff.currency).sized(kpis[name]) for name in names]
    rows = [(as_read.label, as_read.value(kpis[as_read.name]), as_read.unit) for as_read in read]
    return _with_units(rows, ("figure", "value", "unit"), is_cut=is_cut)


def machines(kpis: Kpis, plant: Plant) -> Table:
    """What each machine of *plant* did with its time, as shares of the hours it was open."""
    rows = []
    words = [word for word in _SHOWN if word not in _RARE or any(times[word] for times in kpis.times.values())]
    for name, times in kpis.times.items():
        opened = sum(times.values()) - times["closed"]
        cells = [share(times[status] / opened) if opened else "–" for status in words]
        rows.append((name, *cells, share(kpis.elements[name].oee)))
    heads = [f"{STATUS[status].icon} {status}" for status in words]
    shown = table(("machine", *heads, "OEE"), rows, title="Machines, share of open hours")
    together = {name for name, machine in plant.machines.items() if machine.batch is not None}
    above = [name for name, found in kpis.elements.items() if (found.effectiveness or 0) > 1.005]
    notes = [IDEAL]
    for why, names in (
        (FASTER, [name for name in above if name not in together]),
        (TOGETHER, [name for name in above if name in together]),
    ):
        notes += [f"{why} ({', '.join(names)})."] if names else []
    shown.caption, shown.caption_justify, shown.caption_style = " ".join(notes), "left", "dim"
    return shown


def people(used: ResourceUse) -> Table:
    """What crews did with their hours."""
    read = _TIME.sized(*(crew.present / HOUR for crew in used.crews.values()))
    rows = [
        (
            name,
            read.value(crew.present / HOUR),
            "–" if crew.utilization is None else share(crew.utilization),
            *(read.value(time / HOUR) for time in (*crew.tasks.values(), crew.beyond)),
        )
        for name, crew in used.crews.items()
    ]
    there, *others = (f"{word}, {read.unit}" for word in ("there", *_TASKS))
    return table(("crew", there, "busy", *others), rows, title="People")


_TIME = Figure("", "", "h")
_TASKS = ("setups", "work", "repairs", "maintenance", "beyond shift")


def tools(used: ResourceUse) -> Table:
    """What tools and carriers did with their time."""
    read = _TIME.sized(*(time / HOUR for tool in used.tools.values() for time in (tool.used, tool.free, tool.away)))
    rows = [
        (
            name,
            "–" if tool.utilization is None else share(tool.utilization),
            *(read.value(time / HOUR) for time in (tool.used, tool.free, tool.away)),
            str(tool.renewals),
        )
        for name, tool in used.tools.items()
    ]
    times = (f"{word}, {read.unit}" for word in ("in use", "free", "away"))
    return table(("tool", "in use", *times, "made fit"), rows, title="Tools and carriers")


def energy(drawn: Energy) -> Table:
    """What each machine drew by its status, and its operations beyond that."""
    words = [word for word in STATUS if any(by_status.get(word) for by_status in drawn.machines.values())]
    rows = [
        (
            name,
            *(f"{by_status[word]:,.1f}" for word in words),
            f"{drawn.operations.get(name, 0.0):,.1f}",
            f"{drawn.machine(name):,.1f}",
        )
        for name, by_status in drawn.machines.items()
    ]
    if drawn.base:
        rows.append(("base load", *("" for _ in words), "", f"{drawn.base:,.1f}"))
    headings = [f"{STATUS[word].icon} {word}" for word in words]
    return table(("machine", *headings, "operations", "all"), rows, title="Energy, kWh")


_SHOWN: tuple[Status, ...] = tuple(word for word in STATUSES if word != "closed")
_RARE = ("unattended", "micro_stop", "maintenance")

IDEAL = "The ideal time of OEE is the expected time in the routing, at the machine's speed."
"""What a machine's effectiveness is measured against."""

FASTER = "Effectiveness above 100 %: work was faster than expected, so that OEE can exceed the share of working time"
"""Why a machine's OEE can be above its share of working time."""

TOGETHER = (
    "Effectiveness (PRI · PQ / APT) counts the ideal time of every order, also of those that are worked on together: "
    "on a machine that works in batches it is about the number of orders in a batch, and OEE, there and of the plant, "
    "can exceed 100 %; the share of working time says how much of it is taken"
)
"""Why a batch machine's OEE is above its share of working time."""


def rehearsal(result: Rehearsal, currency: str = "", *, is_cut: bool = False) -> Table:
    """What to expect: the mean with its interval, and the range that nine runs in ten fall into."""
    found = result.summary()
    rows = []
    more = known((*MATERIALS, *ENERGY), {name: values.mean for name, values in found.items()})
    for name in (*_first(is_cut=is_cut), *more):
        values = found[name]
        as_read = figure(name, currency).sized(values.mean, values.q05, values.q95)
        rows.append(
            (
                as_read.label,
                as_read.value(values.mean),
                as_read.interval(values.low, values.high),
                as_read.interval(values.q05, values.q95),
                as_read.unit,
            )
        )
    columns = ("figure", "mean", f"{result.confidence:.0%} interval", "9 of 10 runs", "unit")
    return _with_units(rows, columns, is_cut=is_cut)


def comparison(found: Comparison, currency: str = "", *, is_cut: bool = False) -> Table:
    """What a change does: both means, the paired change with its interval, and the verdict."""
    rows = []
    for name in (*_first(is_cut=is_cut), *MATERIALS, *ENERGY):
        if name not in found.differences:
            continue
        difference = found[name]
        as_read = figure(name, currency).sized(difference.base, difference.other)
        change = difference.change
        rows.append(
            (
                as_read.heading,
                as_read.value(difference.base),
                as_read.value(difference.other),
                as_read.change(change.value),
                f"{as_read.change(change.low)} to {as_read.change(change.high)}",
                "no difference shown" if as_read.reads_as_zero(change.value) else difference.verdict,
            )
        )
    shown = table(("figure", "as it is", "changed", "change", f"{found.confidence:.0%} interval", "verdict"), rows)
    shown.columns[-1].justify = "left"
    return _said(shown, is_cut=is_cut)


def orders_moved(found: Comparison, *, most: int = 8) -> Table | Text:
    """The orders whose chance to be on time changes most."""
    frame = found.orders_frame()
    frame["moved"] = (frame["p_on_time_other"] - frame["p_on_time_base"]).abs()
    moved = frame[frame["moved"] >= 0.05].sort_values(["moved", "order"], ascending=[False, True]).head(most)
    if not len(moved):
        return Text("No order's chance to be on time moves by 5 % or more.\n", style="dim")
    rows = [
        (
            str(row.order),
            share(row.p_on_time_base),
            share(row.p_on_time_other),
            f"{share(row.p_on_time_other_low)} to {share(row.p_on_time_other_high)}",
        )
        for row in map(_Row, moved.to_dict("records"))
    ]
    return table(("order", "P(on time) as it is", "changed", "interval"), rows, title="Orders that move most")


def proposals(found: "scheduler.Proposals") -> Table:
    """Who proposes what, the best in the twin first, with how far the others are behind."""
    rows = []
    of, on_time = [proposal.rehearsal for proposal in found.ranked], figure("on_time_share")
    promises = [proposal.promised for proposal in found.ranked]
    tardiness = _TARDINESS.sized(*promises, *(one.mean("weighted_tardiness_h").value for one in of))
    makespan = _MAKESPAN.sized(*(one.mean("makespan_h").value for one in of))
    for proposal in found.ranked:
        rehearsal = proposal.rehearsal
        mean, behind = rehearsal.mean("weighted_tardiness_h"), proposal.behind
        is_best = proposal is found.best
        rows.append(
            (
                proposal.name,
                proposal.plan.digest[:8],
                tardiness.value(proposal.promised),
                tardiness.value(mean.value),
                tardiness.interval(mean.low, mean.high),
                "best" if is_best else tardiness.change(behind.value) + ("" if behind.low > 0 else " ?"),
                on_time.value(rehearsal.mean("on_time_share").value),
                makespan.value(rehearsal.mean("makespan_h").value),
            )
        )
    columns = (
        "proposer",
        "plan",
        f"promised, {tardiness.unit}",
        f"in the twin, {tardiness.unit}",
        "95% interval",
        f"behind, {tardiness.unit}",
        "on time, %",
        f"makespan, {makespan.unit}",
    )
    runs, seed = found.best.rehearsal.runs, found.best.rehearsal.recipe.seed
    shown = table(columns, rows, title=f"Weighted tardiness, {runs} runs each (seed {seed})", text_columns=2)
    live = references(found, tardiness, makespan)
    notes = [UNSURE] if any(cell.endswith(" ?") for row in (*rows, *live) for cell in row) else []
    if found.references:
        shown.add_section()
        for cells in live:
            shown.add_row(*cells, style="dim")
        notes.append(LIVE)
    if notes:
        shown.caption, shown.caption_justify, shown.caption_style = "\n".join(notes), "left", "dim"
    return shown


UNSURE = (
    "?: the runs do not show that it is behind the best, or ahead of it; the interval of the difference holds zero."
)
"""What the mark behind a difference means."""


LIVE = (
    "Decided live: for comparison, nothing that could be approved. A plan is a promise of who works on what and when; "
    "a live rule decides as things come, and promises nothing. A plan named after a rule is that rule's sequence, "
    "frozen."
)
"""How the rows of rules that decide on the spot are to be read."""


def references(
    found: "scheduler.Proposals", tardiness: Figure = _TARDINESS, makespan: Figure = _MAKESPAN
) -> list[tuple[str, ...]]:
    """The rules that decide on the spot, as rows below the proposals; behind the best plan, or ahead of it (minus)."""
    rows: list[tuple[str, ...]] = []
    for name, rehearsal in found.references.items():
        mean = rehearsal.mean("weighted_tardiness_h")
        behind = compare(found.best.rehearsal, rehearsal)["weighted_tardiness_h"].change
        rows.append(
            (
                f"{name}, live",
                "–",
                "–",
                tardiness.value(mean.value),
                tardiness.interval(mean.low, mean.high),
                tardiness.change(behind.value) + ("" if behind.low > 0 or behind.high < 0 else " ?"),
                figure("on_time_share").value(rehearsal.mean("on_time_share").value),
                makespan.value(rehearsal.mean("makespan_h").value),
            )
        )
    return rows


def proposals_data(found: "scheduler.Proposals") -> list[dict[str, object]]:
    """The same for ``--json``."""
    rows = found.to_frame().to_dict("records")
    return [{str(key): value if value == value else None for key, value in row.items()} for row in rows]


LEFT_OUT = "the times of the plan are the twin's and count everything; while it searched"
"""How to read what somebody who searches leaves out, which follows."""


def left_out(unknown: Sequence[str], who: str = "the solver") -> list[Text]:
    """What a search knew nothing of, in a sentence; nothing where it knew everything."""
    said = f"Note: {LEFT_OUT} {who} knew nothing of {'; '.join(unknown)}."
    return [Text(said, style="yellow")] if unknown else []


def orders_at_risk(result: Rehearsal, epoch: Epoch, *, most: int = 8) -> Table | Text:
    """The orders least likely on time."""
    frame = result.orders_frame()
    risky = frame[frame["p_on_time"] < 0.95].sort_values(["p_on_time", "order"]).head(most)
    if not len(risky):
        return _no_risk(result, frame["p_on_time"].dropna())
    rows = [
        (
            str(row.order),
            share(row.p_on_time),
            f"{share(row.p_on_time_low)} to {share(row.p_on_time_high)}",
            clock(epoch, row.due_h),
            clock(epoch, row.finish_median_h),
            f"{row.weight:g}",
        )
        for row in map(_Row, risky.to_dict("records"))
    ]
    left = int((frame["p_on_time"] < 0.95).sum()) - len(rows)
    title = "Orders at risk" + (f", the worst {len(rows)} of {len(rows) + left}" if left else "")
    return table(("order", "P(on time)", "interval", "due", "done (median)", "weight"), rows, title=title)


def _no_risk(result: Rehearsal, on_time: Any) -> Text:
    """That no order of the book is at risk; the late ones among those that come by themselves are told beside it."""
    late = (result.mean("late_orders").value or 0.0) - float((1 - on_time).sum())
    more = f" Of the orders that come by themselves {late:,.1f} a run are late.\n" if late > 0.05 else "\n"
    if not len(on_time):
        return Text(f"No order of the book has a due date.{more}")
    words = f"Every order of the book that is due is on time in at least 95 of 100 runs.{more}"
    return Text(words, style="yellow" if late > 0.05 else "green")


def sequences(plan: Plan, epoch: Epoch, *, most: int = 6) -> Table:
    """What each machine does first."""
    rows = []
    turns = plan.turns()
    for name, slots in plan.by_machine().items():
        first, left = turns[name][:most], sum(len(turn) for turn in turns[name][most:])
        shown = ", ".join(" + ".join(slot.order for slot in turn) for turn in first) + (
            f", … {left} more" if left else ""
        )
        rows.append(
            (name, clock(epoch, slots[0].setup_start / 3_600_000), clock(epoch, slots[-1].end / 3_600_000), shown)
        )
    found = table(("machine", "from", "to", "orders in sequence"), rows, text_columns=4)
    found.columns[3].no_wrap = True
    found.columns[3].overflow = "ellipsis"
    return found


def clock(epoch: Epoch, hours: float) -> str:
    """Hours since the epoch as a day and a time; a dash where it is not known."""
    return "–" if hours != hours else f"{epoch.datetime(round(hours * 3_600_000)):%a %d %b %H:%M}"


def _with_units(rows: Sequence[tuple[str, ...]], columns: Sequence[str], *, is_cut: bool) -> Table:
    shown = table(columns, rows)
    shown.columns[-1].justify = "left"
    return _said(shown, is_cut=is_cut)


def _said(shown: Table, *, is_cut: bool) -> Table:
    """The table, with a line below that says why the makespan is not in it."""
    if is_cut:
        shown.caption, shown.caption_justify, shown.caption_style = NO_MAKESPAN, "left", "dim"
    return shown


def figures_data(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    """Figures for ``--json``."""
    return {name: None if value is None or value != value else float(value) for name, value in figures.items()}


def plans(rows: Sequence[Mapping[str, object]]) -> Table:
    """How plans stand, the last proposed first."""
    cells = []
    for row in reversed(rows):
        acknowledged = row["acknowledged"]
        outcomes = list(acknowledged.values()) if isinstance(acknowledged, dict) else []
        told = ", ".join(f"{outcomes.count(word)} {word}" for word in dict.fromkeys(outcomes)) or "–"
        lacking = row["lacking"]
        why = "; ".join(map(str, lacking)) if isinstance(lacking, list) else ""
        by = row["proposed_by"]
        names = ", ".join(map(str, by)) if isinstance(by, list) else str(by)
        cells.append(
            (
                str(row["digest"])[:8],
                str(row["status"]),
                str(row["source"]),
                names,
                str(row["approved_by"] or "–"),
                told,
                why,
            )
        )
    shown = table(
        ("plan", "status", "source", "proposed by", "approved by", "machines say", "still missing"),
        cells,
        text_columns=7,
    )
    shown.columns[6].overflow = "fold"
    return shown
