"""Tables of figures for the terminal: what a rehearsal, a comparison, a simulation or a plan has to say."""

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from plant_models.clock import Epoch
from plant_models.plan import Plan
from twin.kpi import Kpis
from twin.rehearsal import Rehearsal
from ui.figures import HEADLINES, figure
from ui.palette import STATUS
from ui.terminal import share, table


def headlines(kpis: Kpis) -> Table:
    """The figures of one run."""
    names = [*HEADLINES, "finished_orders", "good_pieces", "scrap_pieces"]
    rows = [(figure(name).label, figure(name).value(kpis[name]), figure(name).unit) for name in names]
    return _with_units(rows, ("figure", "value", "unit"))


def machines(kpis: Kpis) -> Table:
    """What each machine did with its time, as shares of the hours it was open."""
    rows = []
    for name, times in kpis.times.items():
        opened = sum(times.values()) - times["closed"]
        cells = [share(times[status] / opened) if opened else "–" for status in ("working", "setup", "blocked", "down", "idle")]
        rows.append((name, *cells, share(kpis.elements[name].oee)))
    words = [f"{STATUS[status].icon} {status}" for status in ("working", "setup", "blocked", "down", "idle")]
    return table(("machine", *words, "OEE"), rows, title="Machines, share of open hours")


def rehearsal(result: Rehearsal) -> Table:
    """What to expect: the mean with its interval, and the range that nine runs in ten fall into."""
    found = result.summary()
    rows = []
    for name in HEADLINES:
        as_read, values = figure(name), found[name]
        rows.append(
            (
                as_read.label,
                as_read.value(values.mean),
                as_read.interval(values.low, values.high),
                as_read.interval(values.q05, values.q95),
                as_read.unit,
            )
        )
    return _with_units(rows, ("figure", "mean", f"{result.confidence:.0%} interval", "9 of 10 runs", "unit"))


def orders_at_risk(result: Rehearsal, epoch: Epoch, *, most: int = 8) -> Table | Text:
    """The orders least likely on time."""
    frame = result.orders_frame()
    risky = frame[frame["p_on_time"] < 0.95].sort_values(["p_on_time", "order"]).head(most)
    if not len(risky):
        return Text("Every order that is due is on time in at least 95 of 100 runs.\n", style="green")
    rows = [
        (
            str(row.order),
            share(float(row.p_on_time)),
            f"{share(float(row.p_on_time_low))} to {share(float(row.p_on_time_high))}",
            clock(epoch, float(row.due_h)),
            clock(epoch, float(row.finish_median_h)),
            f"{float(row.weight):g}",
        )
        for row in risky.itertuples()
    ]
    left = int((frame["p_on_time"] < 0.95).sum()) - len(rows)
    title = "Orders at risk" + (f", the worst {len(rows)} of {len(rows) + left}" if left else "")
    return table(("order", "P(on time)", "interval", "due", "done (median)", "weight"), rows, title=title)


def sequences(plan: Plan, epoch: Epoch, *, most: int = 6) -> Table:
    """What each machine does first."""
    rows = []
    for name, slots in plan.by_machine().items():
        shown = ", ".join(slot.order for slot in slots[:most]) + (f", … {len(slots) - most} more" if len(slots) > most else "")
        rows.append((name, clock(epoch, slots[0].setup_start / 3_600_000), clock(epoch, slots[-1].end / 3_600_000), shown))
    shown = table(("machine", "from", "to", "orders in sequence"), rows, text_columns=4)
    shown.columns[3].no_wrap = True
    shown.columns[3].overflow = "ellipsis"
    return shown


def clock(epoch: Epoch, hours: float) -> str:
    """Hours since the epoch as a day and a time; a dash where it is not known."""
    return "–" if hours != hours else f"{epoch.datetime(round(hours * 3_600_000)):%a %d %b %H:%M}"


def _with_units(rows: Sequence[tuple[str, ...]], columns: Sequence[str]) -> Table:
    shown = table(columns, rows)
    shown.columns[-1].justify = "left"
    return shown


def figures_data(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    """Figures for ``--json``."""
    return {name: None if value is None or value != value else float(value) for name, value in figures.items()}
