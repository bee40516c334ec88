"""The demo's report: predicted against actual, planned against done, and how it came about."""

from pathlib import Path

from plant_models.clock import now
from plant_models.deeds import PlanApproved, PlanProposed, PlanRehearsed, PlanReleased
from plant_models.events import BrokeDown, Fact, Repaired
from plant_models.shifts import HOUR
from twin import kpi
from twin.gantt import bars as bars_of
from ui import bars, charts, player, report, scenes, tables
from ui.demo import TRUTH_IN_WORDS, Check, Story, fresh_runs, verdict
from ui.figures import figure
from ui.report import Chart, Frame, Rows, Section, Tile


def write_report(story: Story, path: Path) -> Path:
    """Put the report into one file that opens anywhere."""
    first, second = story.checks
    sections = [
        Section(
            title="Planned and done",
            text=(
                "Bars are what the floor did; the thin line under each is where the first plan "
                "had it. Hatched orders came after their due date."
            ),
            parts=[_gantt(story)],
        ),
        Section(
            title="The shift as a film",
            text="Press Space; N goes to the next trouble. A machine or an order tells its story when it is clicked.",
            parts=[_film(story)],
        ),
        Section(
            title="Predicted before the shift",
            text=f"{_of_the_check(story, 0)} The breakdown was in nobody's rehearsal as it came.",
            parts=[_interval_chart(first), _check_rows(first)],
        ),
        Section(
            title="Predicted after planning again, for the rest of the shift",
            text=_of_the_check(story, 1),
            parts=[_interval_chart(second), _check_rows(second)],
        ),
        *(_proposals(story, number) for number in range(len(story.chapters))),
        Section(title="Where the time went", parts=[_time_chart(story)]),
        Section(
            title="How it went",
            text="From the journal, which is hash-chained: foreshift verify checks it.",
            parts=[_history(story)],
        ),
    ]
    made = f"Made {now():%Y-%m-%d %H:%M} UTC by foreshift demo. Journal head {story.desk.journal.head[:16]}."
    page = report.html(
        "A shift, rehearsed and played", lead=_lead(story), tiles=_tiles(story), sections=sections, made=made
    )
    return report.write(path, page)


def _lead(story: Story) -> str:
    machine, at = story.broke or ("", 0)
    sources = [chapter.found.best.name for chapter in story.chapters]
    return (
        f"40 orders on 11 machines. The plan by {sources[0]} was released, {machine} broke down at "
        f"{tables.clock(story.desk.scenario.epoch, at / HOUR)}, and a new plan by {sources[-1]} took over."
    )


def _of_the_check(story: Story, number: int) -> str:
    """How good a chapter's prediction was, on how many runs it rests, and how far off the twin is."""
    words = verdict(story.checks[number])
    runs = fresh_runs(story.chapters[number].rehearsal)
    return f"{words[:1].upper()}{words[1:]} Predicted from {runs}. {TRUTH_IN_WORDS}"


def _tiles(story: Story) -> list[Tile]:
    """The whole shift, held against what was predicted before it."""
    found = []
    for check in story.checks[0][:5]:
        as_read = figure(check.name)
        found.append(
            Tile(
                label=as_read.heading,
                value=as_read.value(check.actual),
                note=f"before the shift: {as_read.interval(check.low, check.high)}",
                is_good=check.is_inside,
            )
        )
    return found


def _gantt(story: Story) -> Chart:
    desk, first = story.desk, story.chapters[0]
    state = desk.state
    finished = {name: order.finished_at for name, order in state.orders.items()}
    record = bars_of(desk.plant, first.start, story.facts)
    done = bars.of_record(record, desk.orders, finished=finished, now=state.now)
    planned = bars.of_plan(first.plan, desk.orders)
    drawn = charts.gantt(done, epoch=desk.scenario.epoch, machines=list(desk.plant.machines), before=planned)
    if story.broke is not None:
        charts.mark(drawn, desk.scenario.epoch, story.broke[1], f"{story.broke[0]} breaks down")
    late = len({bar.order for bar in done if bar.is_late})
    return Chart(
        figure=drawn, alt=f"Gantt chart of 11 machines: what each did against the first plan. {late} orders were late."
    )


def _film(story: Story) -> Frame:
    scene = scenes.of_run(story.desk.scenario, story.chapters[0].start, story.facts, "what the floor did")
    return Frame(page=player.html(scene, theme="light"), alt="The shift as a film: machines, buffers and orders.")


def _interval_chart(checks: list[Check]) -> Chart:
    intervals = [
        charts.Interval(name=figure(c.name).label, low=c.low, middle=c.middle, high=c.high, actual=c.actual)
        for c in checks
    ]
    inside = sum(bool(check.is_inside) for check in checks)
    return Chart(
        figure=charts.predicted_and_actual(intervals),
        alt=f"Where each actual figure fell against the range of nine runs in ten: {inside} of {len(checks)} inside.",
    )


def _check_rows(checks: list[Check]) -> Rows:
    words = {None: "not known", True: "inside", False: "outside"}
    rows = []
    for check in checks:
        as_read = figure(check.name).sized(check.low, check.high, check.middle, check.actual)
        rows.append(
            (
                as_read.heading,
                as_read.interval(check.low, check.high),
                as_read.value(check.middle),
                as_read.value(check.actual),
                words[check.is_inside],
            )
        )
    return Rows(columns=("figure", "9 of 10 runs", "median", "actual", "the actual is"), rows=rows)


def _proposals(story: Story, number: int) -> Section:
    chapter = story.chapters[number]
    as_read = figure("weighted_tardiness_h")
    rows = []
    for proposal in chapter.found.ranked:
        mean = proposal.rehearsal.mean("weighted_tardiness_h")
        rows.append(
            (
                proposal.name,
                f"{proposal.promised:,.1f}",
                as_read.value(mean.value),
                as_read.interval(mean.low, mean.high),
                figure("on_time_share").value(proposal.rehearsal.mean("on_time_share").value),
            )
        )
    rows += [(row[0], row[2], row[3], row[4], row[6]) for row in tables.references(chapter.found)]
    when = "before the shift" if number == 0 else "after the breakdown"
    found = chapter.found.best.rehearsal
    return Section(
        title=f"Who proposed what, {when}",
        text=(
            f"Weighted tardiness in hours. A promise is what a plan gives if nothing goes wrong; the twin played each "
            f"{found.runs} times (seed {found.recipe.seed}). {tables.LIVE}"
        ),
        parts=[Rows(columns=("proposer", "promised, h", "in the twin, h", "95% interval", "on time, %"), rows=rows)],
    )


def _time_chart(story: Story) -> Chart:
    kpis = kpi.measure(story.desk.plant, story.chapters[0].start, story.facts)
    frame = kpis.machines_frame().melt(
        id_vars="machine", value_vars=[f"{word}_h" for word in kpi.STATUSES if word != "closed"]
    )
    frame["status"], frame["hours"] = frame["variable"].str.removesuffix("_h"), frame["value"]
    return Chart(figure=charts.time_by_status(frame), alt="Hours of each machine by status, closed hours left out.")


def _history(story: Story) -> Rows:
    epoch, rows = story.desk.scenario.epoch, []
    at = tables.clock(epoch, story.chapters[0].start.now / HOUR)
    for entry in story.desk.journal.entries():
        match entry.entry:
            case BrokeDown(time=time, machine=machine):
                at = tables.clock(epoch, time / HOUR)
                rows.append((at, "", f"{machine} breaks down"))
            case Repaired(time=time, machine=machine):
                at = tables.clock(epoch, time / HOUR)
                rows.append((at, "", f"{machine} is up again"))
            case PlanProposed(by=by, plan=plan, reason=reason):
                rows.append((at, by, f"proposes {plan.digest[:8]} by {plan.source}: {reason}"))
            case PlanRehearsed(by=by, digest=digest, runs=runs):
                rows.append((at, by, f"rehearses {digest[:8]} {runs} times"))
            case PlanApproved(by=by, digest=digest):
                rows.append((at, by, f"approves {digest[:8]}"))
            case PlanReleased(by=by, digest=digest):
                rows.append((at, by, f"releases {digest[:8]}"))
            case Fact(time=time):
                at = tables.clock(epoch, time / HOUR)
            case _:
                pass
    return Rows(columns=("floor's time", "who", "what"), rows=rows, text_columns=3)
