"""The whole of it, once: a plan, its rehearsal, the gate, the floor, a breakdown, another plan, and the account."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from time import monotonic

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from live_bridge import Setting, plant_server, trial
from plant_models import read
from plant_models.clock import duration
from plant_models.errors import FloorLost, NotApproved
from plant_models.events import Event
from plant_models.plan import Plan
from plant_models.shifts import HOUR, MINUTE
from scheduler import Proposals
from twin import kpi
from twin.kpi import Kpis
from twin.rehearsal import Rehearsal
from twin.state import State
from ui import tables
from ui.desk import Desk
from ui.figures import figure
from ui.follower import Follower
from ui.terminal import progress, table

SCENARIO, ORDERS = "machine-shop", "machine-shop-orders.csv"
PLANNER, SUPERVISOR = "ann", "bob"
TRUTH = 10
"""Seed of the plant's own luck and of how it differs from what the twin believes."""

TRUTH_IN_WORDS = "This plant works 5 to 15 % off the times that the twin believes."
"""What a reader of any prediction here should know."""

BREAKS_AT, LASTS = 9 * HOUR, 5 * HOUR
LIVE = ("atc",)
"""The rules that are also played as they are, deciding as things come, for comparison."""

FIGURES = (
    "weighted_tardiness_h",
    "late_orders",
    "on_time_share",
    "makespan_h",
    "lead_time_mean_h",
    "wip_mean_orders",
    "setup_h",
    "oee",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the demo takes over things: *runs* of each rehearsal, solver seconds, plant seconds in one second."""

    runs: int = 100
    seconds: float = 4.0
    seconds_again: float = 2.5
    speed: float = 30_000


QUICK = Pace(runs=20, seconds=1.0, seconds_again=1.0, speed=60_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A figure that was predicted, and what it came to."""

    name: str
    low: float
    high: float
    middle: float
    actual: float | None

    @property
    def is_inside(self) -> bool | None:
        """Whether the actual figure lies where nine runs in ten did; None where it is not known."""
        return None if self.actual is None else self.low - 1e-9 <= self.actual <= self.high + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """From one release to the next: what was proposed, from which state, and where the journal stood."""

    found: Proposals
    plan: Plan
    rehearsal: Rehearsal
    start: State
    seq: int


@dataclass(slots=True)
class Story:
    """What happened, for the terminal, for the report and for ``--json``."""

    desk: Desk
    chapters: list[Chapter] = field(default_factory=list)
    broke: tuple[str, int] | None = None
    checks: list[list[Check]] = field(default_factory=list)
    actual: Kpis | None = None
    facts: list[Event] = field(default_factory=list)


def play(folder: Path, pace: Pace, console: Console, *, quiet: bool) -> Story:
    """Play the demo in a new workspace at *folder*; nothing that it starts is left running, however it ends."""
    scenario = read.scenario(SCENARIO)
    desk = Desk.begin(folder, scenario, by=PLANNER, empty=True)
    setting = Setting(
        scenario=scenario,
        endpoint="opc.tcp://127.0.0.1:0",
        speed=1,
        seed=TRUTH,
        truth=TRUTH,
        orders="none",
        folder=folder / "certificates",
    )
    show = _Show(desk, pace, console, quiet)
    with ExitStack() as ends:
        with progress("Starting the plant", quiet=quiet):
            plant = ends.enter_context(plant_server(setting))
            show.follower = Follower(desk, plant.endpoint)
            ends.callback(show.follower.close)
            show.follower.mirror.connect(30)
        show.opening(plant.endpoint, plant.process.pid)
        show.first_plan()
        show.until_it_breaks()
        show.second_plan()
        show.until_the_end()
    show.account()
    return show.story


class _Show:
    """The acts, one after the other."""

    follower: Follower

    def __init__(self, desk: Desk, pace: Pace, console: Console, quiet: bool) -> None:
        self.desk, self.pace, self.console, self.quiet = desk, pace, console, quiet
        self.story = Story(desk)

    def opening(self, endpoint: str, pid: int) -> None:
        """A plant that knows of no order, and an ERP system that does."""
        machines = len(self.desk.plant.machines)
        self._done(
            f"Plant {SCENARIO} with {machines} machines serves OPC UA at {endpoint} "
            f"(process {pid}); its truth is its own"
        )
        with resources.as_file(resources.files("scenarios") / ORDERS) as file:
            taken = self.desk.import_orders(file, by=PLANNER)
        self._done(f"{len(taken.added)} orders imported from the ERP file {ORDERS}")

    def first_plan(self) -> None:
        """Plans for the whole order book, the best of them on the floor."""
        self._release(seconds=self.pace.seconds, rules=("edd", "atc", "setup-saving"), in_force=None)

    def until_it_breaks(self) -> None:
        """The shift goes well until the machine with most to do breaks down."""
        self._speed(self.pace.speed / 2)
        self._follow("Following the shift", lambda state: state.now >= BREAKS_AT)
        self._speed(1)
        state = self.follower.mirror.state
        machine = busiest(self.story.chapters[0].plan, state)
        trial.break_down(self.follower.mirror, machine, LASTS / MINUTE)
        broken = self.follower.mirror.wait_for(lambda mirror: mirror.state.machines[machine].down is not None, 10)
        if not broken:
            raise FloorLost(f"{machine} was to break down and did not")
        self.story.broke = machine, self.follower.mirror.state.now
        self.desk.repairs[machine] = self.story.broke[1] + LASTS
        at = tables.clock(self.desk.scenario.epoch, self.follower.mirror.state.now / HOUR)
        self._say(Text.assemble(("✖ ", "dark_orange3"), f"{at}: {machine} breaks down, for about {duration(LASTS)}"))

    def second_plan(self) -> None:
        """What has begun stays; the rest is planned anew."""
        state = self.follower.mirror.state
        busy = sum(machine.order is not None for machine in state.machines.values())
        left = sum(not order.has_left for _, order in state.book())
        self._done(f"Planning again: {left} orders are left, the work that {busy} machines have begun stays as it is")
        self._release(seconds=self.pace.seconds_again, rules=("edd", "atc"), in_force=self.story.chapters[0].plan)

    def until_the_end(self) -> None:
        """The rest of the orders."""
        self._speed(self.pace.speed)
        self._follow("Following the rest", lambda state: state.unfinished == 0)
        state = self.follower.mirror.state
        self._done(f"Every order has left, {tables.clock(self.desk.scenario.epoch, state.now / HOUR)}")

    def account(self) -> None:
        """What was predicted and what came of it."""
        for chapter in self.story.chapters:
            facts = list(self.desk.journal.facts(after=chapter.seq))
            kpis = kpi.measure(self.desk.plant, chapter.start, facts)
            self.story.checks.append(_checks(chapter.rehearsal, kpis))
            if chapter is self.story.chapters[0]:
                self.story.actual, self.story.facts = kpis, facts
        first, second = self.story.checks
        before, again = (fresh_runs(chapter.rehearsal) for chapter in self.story.chapters)
        self._say(
            Text(),
            _checks_table("Predicted before the shift, which knew of no breakdown, and what happened", first, before),
            Text(),
            _checks_table("Predicted after planning again, for the rest of the shift", second, again),
            Text(),
            Text(f"Before the shift: {verdict(first)}"),
            Text(f"After planning again: {verdict(second)}", style="bold"),
            Text(TRUTH_IN_WORDS, style="dim"),
        )

    # -- what the acts are made of ----------------------------------------------------------------------------------

    def _release(self, *, seconds: float, rules: tuple[str, ...], in_force: Plan | None) -> None:
        start, seq = self.follower.mirror.snapshot(), len(self.desk.journal)
        with progress("Proposing", quiet=self.quiet) as tell:
            found = self.desk.proposals(
                rules=rules, seconds=seconds, runs=self.pace.runs, in_force=in_force, live=LIVE, tell=tell
            )
        self._done(f"{len(found.ranked)} plans proposed, each rehearsed {self.pace.runs} times from the live state")
        self._say(tables.proposals(found))
        digest = self.desk.propose(found.best.plan, by=PLANNER, reason=f"best of {len(found.ranked)} in the twin")
        rehearsal = self._rehearse(digest)
        self.desk.approve(digest, by=SUPERVISOR, meaning="demo")
        try:
            self.desk.release(digest, by=SUPERVISOR)
        except NotApproved as reason:
            self._say(Text(f"The gate says no: {reason}. Rehearsing again.", style="dark_orange3"))
            rehearsal = self._rehearse(digest)
            self.desk.approve(digest, by=SUPERVISOR, meaning="demo")
            self.desk.release(digest, by=SUPERVISOR)
        told = len(self.follower.deliveries)
        with progress("Releasing", quiet=self.quiet):
            self._wait_for(
                lambda: len(self.follower.deliveries) > told and self.follower.deliveries[-1].outcome != "unresolved"
            )
        delivery = self.follower.deliveries[-1]
        if delivery.outcome != "confirmed":
            raise NotApproved(f"the plant did not take the plan: {delivery.words()}")
        self._done(
            f"{PLANNER} proposes {found.best.name} ({digest[:8]}), {SUPERVISOR} "
            f"approves and releases; {delivery.words()}"
        )
        self.story.chapters.append(
            Chapter(found=found, plan=found.best.plan, rehearsal=rehearsal, start=start, seq=seq)
        )

    def _wait_for(self, reached: Callable[[], bool], patience: float = 30.0) -> None:
        end = monotonic() + patience
        while not reached():
            if monotonic() > end:
                raise FloorLost(f"the plant did not take the plan in {patience:g} s: {self.follower.last_words}")
            self.follower.look()

    def _rehearse(self, digest: str) -> Rehearsal:
        """Once more, on record, and with luck that did not choose the plan."""
        with progress("Rehearsing the best", quiet=self.quiet) as tell:
            return self.desk.rehearse_proposal(digest, by=PLANNER, runs=self.pace.runs, seed=2, tell=tell)

    def _follow(self, words: str, is_over: Callable[[State], bool]) -> None:
        epoch = self.desk.scenario.epoch
        with progress(words, quiet=self.quiet) as tell:
            while not is_over(self.follower.mirror.state):
                self.follower.look(0.1)
                state = self.follower.mirror.state
                done = sum(order.steps if order.has_left else order.step for _, order in state.book())
                total = sum(order.steps for _, order in state.book())
                tell(done, total, f"{tables.clock(epoch, state.now / HOUR)}, {done} of {total} steps done")
                if self.follower.mirror.unknown_since is not None:
                    self.follower.mirror.require_live()

    def _speed(self, speed: float) -> None:
        trial.set_speed(self.follower.mirror, speed)

    def _done(self, words: str) -> None:
        self._say(Text.assemble(("✔ ", "green"), words))

    def _say(self, *parts: RenderableType) -> None:
        if not self.quiet:
            for part in parts:
                self.console.print(part)


def busiest(plan: Plan, state: State) -> str:
    """The machine that is at work and has most left to do; one that is down already is not at work."""
    up = {name for name, machine in state.machines.items() if machine.down is None}
    left: dict[str, int] = {}
    for slot in plan.slots:
        is_at_work = slot.machine in up and state.machines[slot.machine].phase == "work"
        if state.orders[slot.order].step <= slot.step and is_at_work:
            left[slot.machine] = left.get(slot.machine, 0) + slot.end - slot.start
    return max(left or up or state.machines, key=lambda name: (left.get(name, 0), name))


def _checks(rehearsal: Rehearsal, kpis: Kpis) -> list[Check]:
    found = rehearsal.summary()
    return [
        Check(name=name, low=found[name].q05, high=found[name].q95, middle=found[name].median, actual=kpis[name])
        for name in FIGURES
    ]


def verdict(checks: Sequence[Check]) -> str:
    """How good a prediction was, in a sentence."""
    known = [check for check in checks if check.is_inside is not None]
    inside = sum(bool(check.is_inside) for check in known)
    missed = [figure(check.name).words for check in known if not check.is_inside]
    if not missed:
        return f"all {len(known)} figures came out inside the range of nine runs in ten."
    return (
        f"{inside} of {len(known)} figures came out inside the range of nine runs in ten; outside: {', '.join(missed)}."
    )


def fresh_runs(rehearsal: Rehearsal) -> str:
    """How many runs a prediction rests on, and whose luck they had: none that helped to choose the plan."""
    return f"{rehearsal.runs} runs, with fresh futures (seed {rehearsal.recipe.seed})"


def _checks_table(title: str, checks: Sequence[Check], runs: str) -> Table:
    rows = []
    for check in checks:
        as_read = figure(check.name).sized(check.low, check.high, check.middle, check.actual)
        word = {None: "not known", True: "inside", False: "outside"}[check.is_inside]
        rows.append(
            (
                as_read.heading,
                as_read.interval(check.low, check.high),
                as_read.value(check.middle),
                as_read.value(check.actual),
                word,
            )
        )
    shown = table(("figure", "9 of 10 runs", "median", "actual", "the actual is"), rows, title=title)
    shown.columns[-1].justify = "left"
    shown.caption, shown.caption_justify, shown.caption_style = runs, "left", "dim"
    return shown
