"""Snapshot and restore of a job shop of 10 machines and 100 orders, in the middle of its work."""

from _table import at_most, medians, seconds, show

from plant_models import generate
from twin.chance import Chance
from twin.floor import run
from twin.policies.rules import spt
from twin.simulated import SimulatedFloor
from twin.state import opening

ROUNDS, REPEATS = 7, 50


def main() -> int:
    scenario = generate.job_shop(100, 10, seed=1)
    whole = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(1))
    run(whole, spt, 1 << 62)
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(1))
    run(floor, spt, whole.state.now // 2)

    def snapshot() -> float:
        return seconds(lambda: [floor.state.copy() for _ in range(REPEATS)]) / REPEATS * 1e3

    def fork() -> float:
        return seconds(lambda: [floor.fork() for _ in range(REPEATS)]) / REPEATS * 1e3

    copied, forked = medians(ROUNDS, snapshot, fork)
    return show(
        "Snapshot and restore, 10 machines x 100 orders",
        [("snapshot (copy of the state)", copied, "ms"), ("snapshot + restore (a floor that goes on)", forked, "ms")],
        [at_most("snapshot + restore, ms", forked, 1.0)],
    )


if __name__ == "__main__":
    raise SystemExit(main())
