"""The compiled floor beside the simulated one: the same plants, the same luck, the same end.

Both play a line of 10 machines, a line of 3 that fail, a job shop of 10 machines and 100 orders, and the scenario
`electronics-factory`, which has nearly all that a plant can have, from the orders in hand to the last that has left, in
turns; neither writes its facts down, and a row of its own says what that costs the
compiled one. A figure is operations per CPU second, the median of the rounds, and so are the ratios; the compiled floor
plays another future each time. Nothing that is done once counts (a plant laid out, a floor made, code compiled); what
that takes has rows of its own, each in a process of its own: compiled for the first time, and taken from disk, beside
what else a rehearsal loads.

A look ahead is played from the middle of a shift of the scenario `machine-shop`, each time with other luck. Lines of 10
and of 1,000 machines say what a large plant costs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from _table import HERE, Gate, Row, at_least, at_most, medians, seconds, show

from plant_models import generate, read
from plant_models.distributions import Exponential
from plant_models.plant import Failure
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, HOUR, MINUTE
from twin.chance import Chance
from twin.compiled import CompiledFloor
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import RULES, fifo, spt
from twin.simulated import SimulatedFloor
from twin.state import State, opening

ROUNDS = 5
TROUBLE = Failure(time_to_failure=Exponential(100 * MINUTE), time_to_repair=Exponential(10 * MINUTE))
LOAD = """
import time
from twin import rehearse
began = time.process_time()
from twin.compiled import kernel
kernel.enter.load()
"""


@dataclass(frozen=True)
class Case:
    """One plant; played *times* over by the compiled floor in a round, so that the clock can see it."""

    id: str
    scenario: Scenario
    policy: Policy
    times: int
    wanted: float


def _line(machines: int, orders: int) -> Scenario:
    return generate.flow_line(machines, buffers=10, work=Exponential(MINUTE), orders=orders)


_FACTORY = read.scenario("electronics-factory")
FACTORY = replace(_FACTORY, plant=_FACTORY.plant.without_arrivals())
CASES = (
    Case("line", _line(10, orders=2000), fifo, 20, 40.0),
    Case(
        "failures",
        generate.flow_line(3, buffers=10, work=Exponential(MINUTE), orders=5000, failures=[TROUBLE]),
        fifo,
        20,
        40.0,
    ),
    Case("shop", generate.job_shop(100, 10, seed=1), spt, 200, 40.0),
    Case("features", FACTORY, RULES["edd"], 60, 20.0),
)


class Both:
    """A case on both floors."""

    def __init__(self, case: Case) -> None:
        self.case, self.plant = case, case.scenario.plant
        self.start = opening(self.plant, case.scenario.orders)
        self.floor = CompiledFloor(self.plant, self.start, Chance(1), case.policy)
        self.there = self.floor.snapshot()
        self.floor.run()
        self.operations = self.floor.operations

    def simulated(self, turn: int, record: Callable[[object], object] | None = None) -> tuple[float, State]:
        """Operations per CPU second, and the end."""
        floor = SimulatedFloor(self.plant, self.start.copy(), Chance(turn), record)
        began = time.process_time()
        run(floor, self.case.policy, FOREVER)
        return self.operations / (time.process_time() - began), floor.state

    def compiled(self, turn: int) -> tuple[float, State]:
        """Operations per CPU second over so many futures, and the end of the last, which is that of *turn*."""
        began = time.process_time()
        for other in reversed(range(self.case.times)):
            self.floor.restore(self.there)
            self.floor.seed(Chance(turn + ROUNDS * other))
            self.floor.look_again()
            self.floor.run()
        return self.case.times * self.operations / (time.process_time() - began), self.floor.state

    def recorded(self, turn: int) -> float:
        """Operations per CPU second where the compiled floor writes down its facts."""
        facts: list[object] = []
        floor = CompiledFloor(self.plant, self.start, Chance(turn), self.case.policy, facts.append)
        began = time.process_time()
        floor.run()
        return self.operations / (time.process_time() - began)


def measured(case: Case) -> tuple[list[Row], list[Gate]]:
    """The two floors beside each other, and what is promised of them."""
    both, slow, fast, written = Both(case), [], [], []
    differ = 0
    for turn in range(1, ROUNDS + 1):
        speed, end = both.simulated(turn)
        slow.append(speed)
        speed, other = both.compiled(turn)
        fast.append(speed)
        written.append(both.recorded(turn))
        differ += end != other
    ratio = statistics.median(b / a for a, b in zip(slow, fast, strict=True))
    rows = [
        Row(f"{case.id}: simulated", round(statistics.median(slow)), "operations/s"),
        Row(f"{case.id}: compiled", round(statistics.median(fast)), "operations/s", {"times": round(ratio, 1)}),
        Row(f"{case.id}: compiled, facts written", round(statistics.median(written)), "operations/s"),
    ]
    gates = [
        at_least(f"{case.id}: compiled over simulated", ratio, case.wanted),
        at_most(f"{case.id}: runs that end differently", differ, 0),
    ]
    if case.id == "line":
        gates.append(at_least("line: compiled, operations/s", statistics.median(fast), 5e6))
    return rows, gates


def snapshots() -> tuple[list[Row], list[Gate]]:
    """What it takes to keep the job shop as it stands in the middle of its work, and to come back to it."""
    case = next(case for case in CASES if case.id == "shop")
    floor = CompiledFloor(case.scenario.plant, opening(case.scenario.plant, case.scenario.orders), Chance(1), spt)
    floor.run(8 * HOUR)

    def back_and_forth() -> float:
        return seconds(lambda: [floor.restore(floor.snapshot()) for _ in range(1000)]) * 1e3

    (kept,) = medians(ROUNDS, back_and_forth)
    return [Row("snapshot + restore", round(kept, 2), "us")], [at_most("snapshot + restore, us", kept, 20.0)]


def looking_ahead() -> tuple[list[Row], list[Gate]]:
    """Futures of a shop, from the middle of a shift to the last order, in a second."""
    shop = read.scenario("machine-shop")
    floor = CompiledFloor(shop.plant, opening(shop.plant, shop.orders), Chance(1), RULES["atc"])
    floor.run(10 * HOUR)
    there, left = floor.snapshot(), floor.unfinished

    def future(number: int) -> None:
        floor.restore(there)
        floor.seed(Chance(number))
        floor.look_again()
        floor.run()

    def rate() -> float:
        return 500 / seconds(lambda: [future(n) for n in range(500)])

    (rolled,) = medians(ROUNDS, rate)
    rows = [Row("look-ahead of the machine shop", round(rolled), "futures/s", {"orders left": left})]
    return rows, [at_least("look-ahead, futures/s", rolled, 1000.0)]


def growth() -> tuple[list[Row], list[Gate]]:
    """What an operation costs in a large plant."""
    small, large = (
        Both(Case(f"{machines} machines", _line(machines, orders=200_000 // machines), fifo, 1, 0.0))
        for machines in (10, 1000)
    )
    few, many = medians(ROUNDS, lambda: small.compiled(1)[0], lambda: large.compiled(1)[0])
    rows = [
        Row(f"{both.case.id}: compiled", round(speed), "operations/s") for both, speed in ((small, few), (large, many))
    ]
    return rows, [at_least("1,000 machines over 10, operations/s", many / few, 1 / 3)]


def loading() -> tuple[list[Row], list[Gate]]:
    """CPU seconds until the compiled floor is there: compiled for the first time, then taken from disk."""
    with tempfile.TemporaryDirectory() as kept:
        setting = {**os.environ, "PYTHONPYCACHEPREFIX": kept, "PYTHONPATH": str(HERE.parent)}
        found = []
        for _ in range(4):
            script = f"{LOAD}print(time.process_time() - began)"
            done = subprocess.run(
                [sys.executable, "-c", script], env=setting, check=True, capture_output=True, text=True
            )
            found.append(float(done.stdout))
    cold, cached = found[0], statistics.median(found[1:])
    rows = [Row("load, compiled for the first time", cold, "CPU s"), Row("load, from disk", cached, "CPU s")]
    return rows, [
        at_most("compiled for the first time, CPU s", cold, 10.0),
        at_most("taken from disk, CPU s", cached, 1.0),
    ]


def main() -> int:
    parts = [*(measured(case) for case in CASES), snapshots(), looking_ahead(), growth(), loading()]
    return show(
        "Compiled floor beside the simulated one, the same facts",
        [row for rows, _ in parts for row in rows],
        [gate for _, gates in parts for gate in gates],
        [f"{case.id}: {Both(case).operations:,} operations a run" for case in CASES],
    )


if __name__ == "__main__":
    raise SystemExit(main())
